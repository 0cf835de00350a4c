package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An enum; its normal form is the name of a value.
 *
 * @param numbers by name, in the proto file's order
 */
record EnumType(Map<String, Integer> numbers) implements Type.Leaf {
  EnumType {
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  @Override
  public Optional<JsonNode> read(JsonNode given) {
    if (given.isTextual()) {
      return Optional.of(given).filter(name -> numbers.containsKey(name.textValue()));
    }
    return Optional.of(given)
        .filter(JsonNode::isNumber)
        .flatMap(Scalar.INT32::read)
        .flatMap(this::named);
  }

  @Override
  public String expectation() {
    return "one of " + String.join(", ", numbers.keySet());
  }

  @Override
  public boolean isDefault(JsonNode normal) {
    return number(normal) == 0;
  }

  int number(JsonNode normal) {
    return numbers.get(normal.textValue());
  }

  private Optional<JsonNode> named(JsonNode number) {
    return numbers.entrySet().stream()
        .filter(value -> value.getValue() == number.intValue())
        .<JsonNode>map(value -> TextNode.valueOf(value.getKey()))
        .findFirst();
  }
}
