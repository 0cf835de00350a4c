package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.servicerollouts.wire.Json;

/** Writes the enums of an answer by number; all else stays as it is. */
final class EnumNumbers {
  private EnumNumbers() {}

  static ObjectNode message(MessageType type, ObjectNode given) {
    ObjectNode result = Json.object();
    for (Map.Entry<String, JsonNode> member : given.properties()) {
      JsonNode value = member.getValue();
      result.set(
          member.getKey(),
          type.find(member.getKey()).map(field -> field(field, value)).orElse(value));
    }
    return result;
  }

  private static JsonNode field(Field field, JsonNode given) {
    UnaryOperator<JsonNode> one = value -> value(field.type(), value);
    return switch (field.label()) {
      case SINGLE -> one.apply(given);
      case REPEATED -> given instanceof ArrayNode elements ? elements(elements, one) : given;
      case MAP -> given instanceof ObjectNode entries ? entries(entries, one) : given;
    };
  }

  private static ArrayNode elements(ArrayNode given, UnaryOperator<JsonNode> one) {
    ArrayNode result = given.arrayNode();
    given.forEach(element -> result.add(one.apply(element)));
    return result;
  }

  private static ObjectNode entries(ObjectNode given, UnaryOperator<JsonNode> one) {
    ObjectNode result = Json.object();
    given.properties().forEach(entry -> result.set(entry.getKey(), one.apply(entry.getValue())));
    return result;
  }

  private static JsonNode value(Type type, JsonNode given) {
    return switch (type) {
      case EnumType names ->
          names
              .read(given)
              .<JsonNode>map(name -> IntNode.valueOf(names.number(name)))
              .orElse(given);
      case MessageType message ->
          given instanceof ObjectNode members ? message(message, members) : given;
      case Type.Any any -> given instanceof ObjectNode members ? any(members) : given;
      case Scalar scalar -> given;
      case WellKnown known -> given;
    };
  }

  private static ObjectNode any(ObjectNode given) {
    return Type.Any.resolve(given.path(Type.Any.TYPE).asText())
        .map(
            content ->
                content instanceof MessageType message
                    ? message(message, given)
                    : entries(given, member -> value(content, member)))
        .orElse(given);
  }
}
