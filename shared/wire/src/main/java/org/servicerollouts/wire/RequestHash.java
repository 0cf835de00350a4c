package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Tells requests apart by what they ask for, however their bodies are spelled. */
public final class RequestHash {
  private RequestHash() {}

  /**
   * SHA-256, in hex, of method, path and body. Of the body neither the order of its members nor its
   * white space counts.
   *
   * @param path as API Gateway hands it over: decoded
   */
  public static String of(String method, String path, ObjectNode body) {
    String text = method + " " + path + "\n" + Json.compact(sorted(body));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode sorted = Json.object();
        object.properties().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(member -> sorted.set(member.getKey(), sorted(member.getValue())));
        yield sorted;
      }
      case ArrayNode array -> {
        ArrayNode sorted = array.arrayNode();
        array.forEach(element -> sorted.add(sorted(element)));
        yield sorted;
      }
      default -> node;
    };
  }
}
