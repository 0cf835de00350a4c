package org.servicerollouts.domain;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time between the end of one batch and the start of the next, as it was given: {@code 60s},
 * {@code 5m}, {@code 1h30m}.
 */
public record Interval(String text) {
  private static final Pattern FORM =
      Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?");
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final String EXPECTED =
      "<n>s, <n>m or <n>h, also compound as in 1h30m, from 1s to 168h";

  /**
   * What an absent interval means (PAI-EAS documents none; Kruise's and the seed's example is
   * this).
   */
  public static final Interval DEFAULT = new Interval("5m");

  public Interval {
    if (!isValid(text)) {
      throw Problem.invalid("interval", text, EXPECTED).exception();
    }
  }

  /** The interval that {@code text} gives for the field {@code name}. */
  public static Interval of(String name, String text) {
    if (!isValid(text)) {
      throw Problem.invalid(name, text, EXPECTED).exception();
    }
    return new Interval(text);
  }

  public Duration duration() {
    return parse(text);
  }

  private static boolean isValid(String text) {
    if (text.isEmpty() || !FORM.matcher(text).matches()) {
      return false;
    }
    Duration duration = parse(text);
    return duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
  }

  private static Duration parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalStateException("not an interval: " + text);
    }
    return Duration.ofHours(number(parts.group(1)))
        .plusMinutes(number(parts.group(2)))
        .plusSeconds(number(parts.group(3)));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  @Override
  public String toString() {
    return text;
  }
}
