package org.servicerollouts.wire.google.proto;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A field of a message.
 *
 * @param number {@link #OWN} for a field of this product's own, which has no binary form
 * @param name its name in JSON
 * @param label how many values it holds
 * @param typeName of its values; of a map, whose keys are strings, those of its entries
 * @param oneof the oneof that it is a member of; an optional field is one by itself
 */
record Field(int number, String name, Label label, String typeName, Optional<String> oneof) {
  static final int OWN = 0;

  private static final Pattern UPPER = Pattern.compile("[A-Z]");

  /** How many values a field holds. */
  enum Label {
    SINGLE,
    REPEATED,
    MAP
  }

  Field {
    if (number < OWN) {
      throw new IllegalArgumentException("number: " + number);
    }
    requireNonNull(name, "name is null");
    requireNonNull(label, "label is null");
    requireNonNull(typeName, "typeName is null");
    requireNonNull(oneof, "oneof is null");
  }

  boolean isOwn() {
    return number == OWN;
  }

  Type type() {
    return Table.type(typeName);
  }

  /** Its name in the proto file. */
  String snakeName() {
    return snake(name);
  }

  /**
   * Whether {@code given} is the same as no value: null, but where it is a google.protobuf.Value.
   */
  boolean isAbsent(JsonNode given) {
    return given.isNull() && (label != Label.SINGLE || !type().equals(WellKnown.VALUE));
  }

  /** Whether {@code normal} says no more than the field's absence. */
  boolean isImplied(JsonNode normal) {
    return switch (label) {
      case SINGLE -> oneof.isEmpty() && type().isDefault(normal);
      case REPEATED, MAP -> normal.isEmpty();
    };
  }

  static String snake(String camel) {
    return UPPER.matcher(camel).replaceAll(m -> "_" + m.group().toLowerCase(Locale.ROOT));
  }
}
