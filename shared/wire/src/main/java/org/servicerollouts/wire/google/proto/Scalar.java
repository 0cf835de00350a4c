package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.servicerollouts.wire.JsonNumbers;

/**
 * Protobuf's scalars. The normal form of an integer of 64 bits is its text, of bytes standard
 * base64 with padding, of a number that is none {@code "NaN"}, {@code "Infinity"} or {@code
 * "-Infinity"} (ProtoJSON).
 */
enum Scalar implements Type.Leaf {
  DOUBLE("a number", "0"),
  FLOAT("a number of 32 bits", "0"),
  INT32("a whole number from -2147483648 to 2147483647", "0"),
  UINT32("a whole number from 0 to 4294967295", "0"),
  INT64("a whole number from -9223372036854775808 to 9223372036854775807", "0"),
  UINT64("a whole number from 0 to 18446744073709551615", "0"),
  BOOL("true or false", "false"),
  STRING("a string", ""),
  BYTES("base64", "");

  /** Of a whole number of 64 bits. */
  private static final int MAX_DIGITS = 20;

  private final String expectation;

  /** The default of its fields without presence. */
  private final String zero;

  Scalar(String expectation, String zero) {
    this.expectation = expectation;
    this.zero = zero;
  }

  @Override
  public String expectation() {
    return expectation;
  }

  @Override
  public boolean isDefault(JsonNode normal) {
    return normal.asText().equals(zero);
  }

  @Override
  public Optional<JsonNode> read(JsonNode given) {
    return switch (this) {
      case DOUBLE -> real(given, false);
      case FLOAT -> real(given, true);
      case INT32 -> whole(given, true, 32).map(n -> LongNode.valueOf(n.longValue()));
      case UINT32 -> whole(given, false, 32).map(n -> LongNode.valueOf(n.longValue()));
      case INT64 -> whole(given, true, 64).map(n -> TextNode.valueOf(n.toString()));
      case UINT64 -> whole(given, false, 64).map(n -> TextNode.valueOf(n.toString()));
      case BOOL -> Optional.of(given).filter(JsonNode::isBoolean);
      case STRING -> string(given);
      case BYTES -> Optional.of(given).filter(JsonNode::isTextual).flatMap(Scalar::base64);
    };
  }

  Wire.Kind wire() {
    return switch (this) {
      case DOUBLE -> Wire.Kind.FIXED64;
      case FLOAT -> Wire.Kind.FIXED32;
      case INT32, UINT32, INT64, UINT64, BOOL -> Wire.Kind.VARINT;
      case STRING, BYTES -> Wire.Kind.LENGTH;
    };
  }

  void write(JsonNode normal, Wire out) {
    switch (this) {
      case DOUBLE -> out.fixed64(Double.doubleToRawLongBits(Double.parseDouble(normal.asText())));
      case FLOAT -> out.fixed32(Float.floatToRawIntBits(Float.parseFloat(normal.asText())));
      case INT32, UINT32, INT64, UINT64 -> out.varint(new BigInteger(normal.asText()).longValue());
      case BOOL -> out.varint(normal.booleanValue() ? 1 : 0);
      case STRING -> out.bytes(normal.textValue().getBytes(StandardCharsets.UTF_8));
      case BYTES -> out.bytes(Base64.getDecoder().decode(normal.textValue()));
    }
  }

  private static Optional<JsonNode> real(JsonNode given, boolean ofFloat) {
    switch (given.asText()) {
      case "NaN", "Infinity", "-Infinity" -> {
        return Optional.of(TextNode.valueOf(given.asText()));
      }
      default -> {}
    }
    return JsonNumbers.decimal(given)
        .map(d -> ofFloat ? Float.toString(d.floatValue()) : Double.toString(d.doubleValue()))
        .filter(text -> !text.endsWith("Infinity"))
        .map(text -> shortest(new BigDecimal(text)));
  }

  private static JsonNode shortest(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.scale() <= 0 && JsonNumbers.digits(shortest) <= JsonNumbers.LONG_DIGITS
        ? LongNode.valueOf(shortest.longValueExact())
        : DecimalNode.valueOf(shortest);
  }

  private static Optional<BigInteger> whole(JsonNode given, boolean signed, int bits) {
    return JsonNumbers.decimal(given)
        .filter(d -> JsonNumbers.digits(d) <= MAX_DIGITS)
        .map(BigDecimal::stripTrailingZeros)
        .filter(d -> d.scale() <= 0)
        .map(BigDecimal::toBigIntegerExact)
        .filter(n -> signed ? n.bitLength() < bits : n.signum() >= 0 && n.bitLength() <= bits);
  }

  private static Optional<JsonNode> string(JsonNode given) {
    return given.isNumber()
        ? Optional.of(TextNode.valueOf(JsonNumbers.text(given)))
        : Optional.of(given).filter(JsonNode::isTextual);
  }

  private static Optional<JsonNode> base64(JsonNode given) {
    try {
      byte[] bytes =
          Base64.getDecoder().decode(given.textValue().replace('-', '+').replace('_', '/'));
      return Optional.of(TextNode.valueOf(Base64.getEncoder().encodeToString(bytes)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
