package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Inputs and outputs as bytes and back, in whichever format. */
final class Trees {
  private Trees() {}

  /**
   * The object in {@code body}; nothing is an object without members.
   *
   * @throws Refusal if it is none
   */
  static ObjectNode read(ObjectMapper format, byte[] body) {
    try {
      JsonNode tree = body.length == 0 ? format.createObjectNode() : format.readTree(body);
      if (tree instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      // Said below
    }
    throw new Refusal(400, "SerializationException", "The body cannot be read");
  }

  static byte[] write(ObjectMapper format, ObjectNode tree) {
    try {
      return format.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode error(Refusal refusal) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("__type", "com.amazonaws.cloudwatch#" + refusal.code())
        .put("message", refusal.getMessage());
  }
}
