package org.servicerollouts.wire.google.proto;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Timestamps;

/**
 * A message of google.protobuf whose JSON is not an object of its fields (ProtoJSON, "JSON
 * representation" of each type). The normal forms of times are those that protobuf prints: UTC, 0,
 * 3, 6 or 9 digits of a second's fraction.
 *
 * @param isOpen whether its JSON can have members of any name
 * @param reading to the normal form; empty where it is no value of this type
 * @param expansion of the normal form to an object of the message's fields, in their normal form
 */
record WellKnown(
    String fullName,
    String expectation,
    boolean isOpen,
    Function<JsonNode, Optional<JsonNode>> reading,
    Function<JsonNode, ObjectNode> expansion)
    implements Type.Leaf, Type.Message {

  static final WellKnown VALUE =
      open("Value", "JSON with numbers of 64 bits", WellKnown::value, WellKnown::kind);

  static final List<WellKnown> ALL =
      List.of(
          VALUE,
          open("Struct", "an object", WellKnown::struct, normal -> of("fields", normal)),
          open("ListValue", "an array", WellKnown::list, normal -> of("values", normal)),
          closed(
              "Timestamp", Timestamps.EXPECTED, WellKnown::timestamp, WellKnown::timestampFields),
          closed(
              "Duration",
              "seconds, such as \"1.5s\", at most 315576000000",
              WellKnown::duration,
              WellKnown::durationFields),
          closed(
              "FieldMask",
              "lowerCamel names of fields, such as \"a.b,c\"",
              WellKnown::mask,
              WellKnown::paths),
          wrapper("DoubleValue", Scalar.DOUBLE),
          wrapper("FloatValue", Scalar.FLOAT),
          wrapper("Int32Value", Scalar.INT32),
          wrapper("UInt32Value", Scalar.UINT32),
          wrapper("Int64Value", Scalar.INT64),
          wrapper("UInt64Value", Scalar.UINT64),
          wrapper("BoolValue", Scalar.BOOL),
          wrapper("StringValue", Scalar.STRING),
          wrapper("BytesValue", Scalar.BYTES));

  private static final String PACKAGE = "google.protobuf.";
  private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?s");

  /** 10,000 years (google/protobuf/duration.proto). */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(315_576_000_000L);

  private static final Pattern MASK =
      Pattern.compile("([a-z][A-Za-z0-9]*+([.,][a-z][A-Za-z0-9]*+)*+)?");

  WellKnown {
    requireNonNull(fullName, "fullName is null");
    requireNonNull(expectation, "expectation is null");
    requireNonNull(reading, "reading is null");
    requireNonNull(expansion, "expansion is null");
  }

  @Override
  public Optional<JsonNode> read(JsonNode given) {
    return reading.apply(given);
  }

  ObjectNode expand(JsonNode normal) {
    return expansion.apply(normal);
  }

  private static WellKnown open(
      String name,
      String expectation,
      Function<JsonNode, Optional<JsonNode>> reading,
      Function<JsonNode, ObjectNode> expansion) {
    return new WellKnown(PACKAGE + name, expectation, true, reading, expansion);
  }

  private static WellKnown closed(
      String name,
      String expectation,
      Function<JsonNode, Optional<JsonNode>> reading,
      Function<JsonNode, ObjectNode> expansion) {
    return new WellKnown(PACKAGE + name, expectation, false, reading, expansion);
  }

  private static WellKnown wrapper(String name, Scalar wrapped) {
    return closed(name, wrapped.expectation(), wrapped::read, normal -> of("value", normal));
  }

  private static ObjectNode of(String field, JsonNode value) {
    ObjectNode object = Json.object();
    object.set(field, value);
    return object;
  }

  private static Optional<JsonNode> timestamp(JsonNode given) {
    return Optional.of(given)
        .filter(JsonNode::isTextual)
        .flatMap(text -> Timestamps.parse(text.textValue()))
        .map(time -> TextNode.valueOf(time.toString()));
  }

  private static ObjectNode timestampFields(JsonNode normal) {
    Instant time = Instant.parse(normal.textValue());
    return secondsAndNanos(time.getEpochSecond(), time.getNano());
  }

  private static ObjectNode secondsAndNanos(long seconds, long nanos) {
    return Json.object().put("seconds", Long.toString(seconds)).put("nanos", nanos);
  }

  private static Optional<JsonNode> duration(JsonNode given) {
    return matching(given, SECONDS)
        .map(WellKnown::seconds)
        .filter(seconds -> seconds.abs().compareTo(MAX_SECONDS) <= 0)
        .map(BigDecimal::stripTrailingZeros)
        .map(
            seconds -> {
              int digits = Math.ceilDiv(Math.max(seconds.scale(), 0), 3) * 3;
              return TextNode.valueOf(seconds.setScale(digits).toPlainString() + "s");
            });
  }

  /** Both of the same sign. */
  private static ObjectNode durationFields(JsonNode normal) {
    BigDecimal seconds = seconds(normal.textValue());
    return secondsAndNanos(
        seconds.longValue(), seconds.remainder(BigDecimal.ONE).movePointRight(9).longValueExact());
  }

  private static BigDecimal seconds(String text) {
    return new BigDecimal(text.substring(0, text.length() - 1));
  }

  private static Optional<JsonNode> mask(JsonNode given) {
    return matching(given, MASK).map(TextNode::valueOf);
  }

  private static ObjectNode paths(JsonNode normal) {
    ObjectNode mask = Json.object();
    ArrayNode paths = mask.putArray("paths");
    Stream.of(normal.textValue().split(",", -1))
        .filter(path -> !path.isEmpty())
        .map(Field::snake)
        .forEach(paths::add);
    return mask;
  }

  private static Optional<JsonNode> struct(JsonNode given) {
    if (!(given instanceof ObjectNode members)) {
      return Optional.empty();
    }
    ObjectNode result = Json.object();
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      value(member.getValue()).ifPresent(value -> result.set(member.getKey(), value));
    }
    return Optional.<JsonNode>of(result).filter(r -> r.size() == members.size());
  }

  private static Optional<JsonNode> list(JsonNode given) {
    if (!(given instanceof ArrayNode elements)) {
      return Optional.empty();
    }
    ArrayNode result = elements.arrayNode();
    elements.forEach(element -> value(element).ifPresent(result::add));
    return Optional.<JsonNode>of(result).filter(r -> r.size() == elements.size());
  }

  private static Optional<JsonNode> value(JsonNode given) {
    return switch (given.getNodeType()) {
      case OBJECT -> struct(given);
      case ARRAY -> list(given);
      case NUMBER -> Scalar.DOUBLE.read(given).filter(JsonNode::isNumber);
      case NULL, STRING, BOOLEAN -> Optional.of(given);
      case BINARY, MISSING, POJO -> Optional.empty();
    };
  }

  /** The member of the oneof {@code kind} of google.protobuf.Value. */
  private static ObjectNode kind(JsonNode normal) {
    return switch (normal.getNodeType()) {
      case OBJECT -> of("structValue", normal);
      case ARRAY -> of("listValue", normal);
      case NUMBER -> of("numberValue", normal);
      case STRING -> of("stringValue", normal);
      case BOOLEAN -> of("boolValue", normal);
      case NULL, BINARY, MISSING, POJO -> of("nullValue", TextNode.valueOf("NULL_VALUE"));
    };
  }

  private static Optional<String> matching(JsonNode given, Pattern pattern) {
    return Optional.of(given)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> pattern.matcher(text).matches());
  }
}
