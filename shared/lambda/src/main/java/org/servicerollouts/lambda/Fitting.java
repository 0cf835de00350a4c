package org.servicerollouts.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Pages that a function can answer, however large their items are. */
public final class Fitting {
  /** Of a page as compact JSON; a function may answer 6 MB, and what it answers is escaped. */
  private static final int MAX_CHARACTERS = 1_500_000;

  private Fitting() {}

  /**
   * The first of {@code items}, one at least: as many as fit. The rest belongs on further pages.
   */
  public static List<ObjectNode> first(Stream<ObjectNode> items) {
    List<ObjectNode> shown = new ArrayList<>();
    int characters = 0;
    for (ObjectNode item : (Iterable<ObjectNode>) items::iterator) {
      characters += item.toString().length();
      if (characters > MAX_CHARACTERS && !shown.isEmpty()) {
        return shown;
      }
      shown.add(item);
    }
    return shown;
  }
}
