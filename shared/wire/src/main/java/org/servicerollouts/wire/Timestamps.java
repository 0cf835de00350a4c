package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** Points in time as RFC 3339 has them: of the years 1 to 9999. */
public final class Timestamps {
  /** What is said to whoever sent something else. */
  public static final String EXPECTED =
      "an RFC 3339 time of the years 1 to 9999, such as \"2026-05-08T16:00:00Z\"";

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?"
              + "(Z|[+-][0-9]{2}:[0-9]{2})");
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Timestamps() {}

  /** The time that {@code text} is; empty where it is none. */
  public static Optional<Instant> parse(String text) {
    if (!RFC_3339.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant()).filter(Timestamps::canBeWritten);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Puts {@code time} into {@code node}, unless there is none or it cannot be written. */
  public static void put(ObjectNode node, String name, Optional<Instant> time) {
    time.filter(Timestamps::canBeWritten).ifPresent(at -> node.put(name, at.toString()));
  }

  private static boolean canBeWritten(Instant time) {
    return !time.isBefore(FIRST) && !time.isAfter(LAST);
  }
}
