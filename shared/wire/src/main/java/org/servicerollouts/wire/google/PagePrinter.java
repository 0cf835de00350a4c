package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.wire.Json;

/** A page of any list, as Google prints all of them: what is empty is left out. */
final class PagePrinter {
  private PagePrinter() {}

  static ObjectNode page(String name, List<ObjectNode> items, Optional<String> nextPageToken) {
    ObjectNode page = Json.object();
    if (!items.isEmpty()) {
      page.putArray(name).addAll(items);
    }
    nextPageToken.ifPresent(token -> page.put("nextPageToken", token));
    return page;
  }
}
