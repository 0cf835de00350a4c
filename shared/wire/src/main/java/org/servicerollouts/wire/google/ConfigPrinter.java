package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;

/** Configs as google.api.Service. */
public final class ConfigPrinter {
  private ConfigPrinter() {}

  /**
   * The config whose body, as it was kept, is {@code body}: in full, or without {@code sourceInfo}.
   */
  public static ObjectNode config(String body, ConfigView view) {
    ObjectNode config = Json.readOwn(body);
    switch (view) {
      case BASIC -> config.remove("sourceInfo");
      case FULL -> {}
    }
    return config;
  }

  /** What a list tells of a config; its title may be empty. */
  public static ObjectNode header(ServiceName service, String title, String id) {
    ObjectNode header = Json.object().put("name", service.value());
    if (!title.isEmpty()) {
      header.put("title", title);
    }
    return header.put("id", id);
  }

  /** A page of {@link #header headers}. */
  public static ObjectNode page(List<ObjectNode> headers, Optional<String> nextPageToken) {
    return PagePrinter.page("serviceConfigs", headers, nextPageToken);
  }
}
