package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * When batches may start, each week.
 *
 * @param days on which it opens
 * @param start when it opens on each of them
 * @param end when it closes; at or before {@code start}: on the day after
 * @param zone an IANA time zone; where its clocks are put forward or back, the window's hours go
 *     with them
 */
public record Window(Set<DayOfWeek> days, LocalTime start, LocalTime end, ZoneId zone) {

  /** The most windows of one rollout. */
  public static final int MOST = 20;

  /**
   * Yesterday, whose window may close today, and two weeks on: the first week's window may fall
   * into the hour that clocks skip.
   */
  private static final int DAYS_LOOKED_AT = 16;

  public Window {
    if (days.isEmpty()) {
      throw new IllegalArgumentException("days: none (expected: 1 to 7)");
    }
    days = Collections.unmodifiableSet(new TreeSet<>(days));
    requireNonNull(start, "start is null");
    requireNonNull(end, "end is null");
    requireNonNull(zone, "zone is null");
  }

  /** The first moment at or after {@code at} in any of {@code windows}; without windows, any is. */
  public static Instant opens(List<Window> windows, Instant at) {
    return windows.isEmpty()
        ? at
        : windows.stream().map(window -> window.opens(at)).min(Instant::compareTo).orElseThrow();
  }

  private Instant opens(Instant at) {
    LocalDate yesterday = LocalDate.ofInstant(at, zone).minusDays(1);
    return Stream.iterate(yesterday, day -> day.plusDays(1))
        .limit(DAYS_LOOKED_AT)
        .filter(day -> days.contains(day.getDayOfWeek()))
        .filter(day -> opensOn(day).isBefore(closesOf(day)) && at.isBefore(closesOf(day)))
        .map(day -> at.isBefore(opensOn(day)) ? opensOn(day) : at)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(this + " does not open after " + at));
  }

  private Instant opensOn(LocalDate day) {
    return ZonedDateTime.of(day, start, zone).toInstant();
  }

  private Instant closesOf(LocalDate day) {
    return ZonedDateTime.of(end.isAfter(start) ? day : day.plusDays(1), end, zone).toInstant();
  }
}
