package org.servicerollouts.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** Changes JSON in one place, to what need not be JSON. */
final class JsonEdit {
  private static final String MARK = "the place of the edit";

  private JsonEdit() {}

  /** What is done to the place. */
  enum Kind {
    REPLACE,
    REMOVE,
    RENAME,
    ADD_BESIDE
  }

  /**
   * A member or an element.
   *
   * @param parent JSON pointer of what holds it
   * @param key name or index
   */
  record Place(String parent, String key) {}

  /** Every place in {@code tree}. */
  static List<Place> places(JsonNode tree) {
    List<Place> places = new ArrayList<>();
    add(tree, "", places);
    return places.isEmpty() ? List.of(new Place("", "any")) : places;
  }

  private static void add(JsonNode node, String pointer, List<Place> places) {
    if (node.isObject()) {
      node.properties().forEach(member -> add(member.getValue(), member.getKey(), pointer, places));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        add(node.get(i), Integer.toString(i), pointer, places);
      }
    }
  }

  private static void add(JsonNode value, String key, String parent, List<Place> places) {
    places.add(new Place(parent, key));
    add(value, parent + "/" + key.replace("~", "~0").replace("/", "~1"), places);
  }

  /** {@code tree} with {@code value}, which is text of JSON or not, or {@code name} in it. */
  static String of(JsonNode tree, Place place, Kind kind, String name, String value) {
    JsonNode copy = tree.deepCopy();
    switch (copy.at(place.parent())) {
      case ObjectNode object -> edit(object, place.key(), kind, name);
      case ArrayNode array -> edit(array, Integer.parseInt(place.key()), kind);
      default -> throw new IllegalArgumentException(place + " (expected: a place of the tree)");
    }
    return copy.toString().replace(TextNode.valueOf(MARK).toString(), value);
  }

  private static void edit(ObjectNode object, String key, Kind kind, String name) {
    switch (kind) {
      case REPLACE -> object.put(key, MARK);
      case REMOVE -> object.remove(key);
      case RENAME -> object.set(name, object.remove(key));
      case ADD_BESIDE -> object.put(name, MARK);
    }
  }

  private static void edit(ArrayNode array, int index, Kind kind) {
    switch (kind) {
      case REPLACE, RENAME -> array.set(index, TextNode.valueOf(MARK));
      case REMOVE -> array.remove(index);
      case ADD_BESIDE -> array.insert(index, TextNode.valueOf(MARK));
    }
  }
}
