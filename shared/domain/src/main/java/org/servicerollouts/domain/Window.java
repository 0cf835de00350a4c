package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * When batches may start, each week. An instant is inside exactly when the zone's clocks and
 * calendar say so: the day is one of {@code days} and the time is at or after {@code start} and
 * before {@code end}. The hours after midnight belong to the day before, on which the window began.
 *
 * @param days on which it opens
 * @param start when it opens on each of them
 * @param end when it closes; at or before {@code start}: on the day after
 * @param zone an IANA time zone. Of the hours that its clocks skip no instant is inside; of those
 *     that come twice, both times are
 */
public record Window(Set<DayOfWeek> days, LocalTime start, LocalTime end, ZoneId zone) {

  /** The most windows of one rollout. */
  public static final int MOST = 20;

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
    return new Openings(windows).from(at);
  }

  boolean isOverMidnight() {
    return !end.isAfter(start);
  }
}
