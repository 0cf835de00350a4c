package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;

/**
 * Durations of this product's own fields: read as PAI-EAS's intervals are ({@code 1h30m}), of which
 * Google's form ({@code 5400s}) is one, and printed in Google's.
 *
 * @param shortest the shortest that is taken
 * @param longest the longest, in whole hours
 */
record Durations(Duration shortest, Duration longest) {
  private static final Pattern FORM =
      Pattern.compile("(?:([0-9]{1,7})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,7})s)?");

  /**
   * The duration that member {@code name} gives.
   *
   * @throws ProblemException for what is no duration, or too short or too long
   */
  Optional<Duration> read(Fields fields, String name) {
    return fields
        .string(name)
        .map(
            text ->
                parse(text)
                    .filter(d -> d.compareTo(shortest) >= 0 && d.compareTo(longest) <= 0)
                    .orElseThrow(
                        () -> Problem.invalid(fields.path(name), text, expectation()).exception()));
  }

  private String expectation() {
    return "<n>s, <n>m or <n>h, also compound as in 1h30m, from "
        + text(shortest)
        + " to "
        + longest.toHours()
        + "h";
  }

  private static Optional<Duration> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofHours(number(parts.group(1)))
            .plusMinutes(number(parts.group(2)))
            .plusSeconds(number(parts.group(3))));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** As Google prints it: in seconds. */
  static String text(Duration duration) {
    return duration.toSeconds() + "s";
  }

  /** Puts {@code duration} into {@code node}, unless it is {@code implied} by its absence. */
  static void put(ObjectNode node, String name, Duration duration, Duration implied) {
    if (!duration.equals(implied)) {
      node.put(name, text(duration));
    }
  }
}
