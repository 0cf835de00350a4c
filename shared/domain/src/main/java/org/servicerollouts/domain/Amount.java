package org.servicerollouts.domain;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * A number of replicas or percentage points, {@code "3"}, or a percentage, {@code "25%"}, as it was
 * given.
 *
 * <p>A percentage is a decimal of up to 9 places from 0 to 100; a number is whole. More than there
 * is means all.
 */
public record Amount(String text) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,9})?%");

  public Amount {
    boolean fits =
        NUMBER.matcher(text).matches()
            || (PERCENT.matcher(text).matches() && nanos(text) <= Shares.WHOLE);
    if (!fits) {
      throw Problem.invalid("amount", text, OR_ZERO).exception();
    }
  }

  private static final String ABOVE_ZERO =
      "1 or more, in up to 18 digits, or a percentage above 0% and up to 100%, with up to 9 decimal"
          + " places";
  private static final String OR_ZERO =
      "0 or more, in up to 18 digits, or 0% to 100%, with up to 9 decimal places";

  /** The amount that {@code text} gives for the field {@code name}; zero is refused. */
  public static Amount aboveZero(String name, String text) {
    return of(name, text, ABOVE_ZERO, false);
  }

  /** The amount that {@code text} gives for the field {@code name}; zero is allowed. */
  public static Amount orZero(String name, String text) {
    return of(name, text, OR_ZERO, true);
  }

  private static Amount of(String name, String text, String expected, boolean zero) {
    try {
      Amount amount = new Amount(text);
      if (zero || amount.units() > 0) {
        return amount;
      }
    } catch (ProblemException e) {
      throw Problem.invalid(name, text, expected).exception();
    }
    throw Problem.invalid(name, text, expected).exception();
  }

  public boolean isPercent() {
    return text.endsWith("%");
  }

  /** The number, or the percentage in billionths of a percent. */
  public long units() {
    return isPercent() ? nanos(text) : Long.parseLong(text);
  }

  private static long nanos(String text) {
    return new BigDecimal(text.substring(0, text.length() - 1)).movePointRight(9).longValueExact();
  }

  @Override
  public String toString() {
    return text;
  }
}
