package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers in requests, which may be given as numbers or as their text. */
public final class JsonNumbers {
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,100}(\\.[0-9]{1,100})?([eE][+-]?[0-9]{1,4})?");

  /** What always fits a long, and is short enough to be read without an exponent. */
  public static final int LONG_DIGITS = 18;

  private JsonNumbers() {}

  /** The number that {@code value} is or spells, exactly; empty for NaN and infinity too. */
  public static Optional<BigDecimal> decimal(JsonNode value) {
    if (value.isFloat() || value.isDouble()) {
      return Optional.of(value)
          .filter(number -> Double.isFinite(number.doubleValue()))
          .map(JsonNode::decimalValue);
    }
    if (value.isNumber()) {
      return Optional.of(value.decimalValue());
    }
    return Optional.of(value)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> NUMBER.matcher(text).matches())
        .map(BigDecimal::new);
  }

  /** A number as a person writes it: {@code 25}, {@code 2.5}. */
  public static String text(JsonNode number) {
    return decimal(number)
        // Without zeros at its end a scale is less; that of 100e2147483647 could not be.
        .filter(d -> d.scale() >= -LONG_DIGITS)
        .map(BigDecimal::stripTrailingZeros)
        .filter(d -> Math.abs((long) d.scale()) <= LONG_DIGITS)
        .map(BigDecimal::toPlainString)
        .orElseGet(number::asText);
  }

  /** Whether {@code value} has more digits before the point than always fit a long. */
  public static boolean isBeyondLong(BigDecimal value) {
    return value.signum() != 0 && digits(value) > LONG_DIGITS;
  }

  /** The digits before the point. */
  public static long digits(BigDecimal value) {
    return (long) value.precision() - value.scale();
  }
}
