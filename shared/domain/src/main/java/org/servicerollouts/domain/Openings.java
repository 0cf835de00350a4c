package org.servicerollouts.domain;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** When any of several windows is open, put together once to be asked often. */
final class Openings {
  private static final long DAY = Duration.ofDays(1).toNanos();
  private static final long WEEK = 7 * DAY;

  private final Collection<Week> weeks;

  Openings(List<Window> windows) {
    Map<ZoneId, Week> byZone = new HashMap<>();
    windows.forEach(window -> byZone.computeIfAbsent(window.zone(), Week::new).add(window));
    weeks = List.copyOf(byZone.values());
  }

  /** The first moment at or after {@code at} in any of the windows; without windows, any is. */
  Instant from(Instant at) {
    if (weeks.isEmpty() || weeks.stream().anyMatch(week -> week.isOpen(at))) {
      return at;
    }
    return weeks.stream().map(week -> week.from(at)).min(Instant::compareTo).orElseThrow();
  }

  /** A week on the clocks of one zone. */
  private static final class Week {
    /** The epoch begins on a Thursday. */
    private static final long MONDAY_TO_EPOCH = Duration.ofDays(3).toSeconds();

    private static final long SECONDS = Duration.ofDays(7).toSeconds();

    private final ZoneRules rules;

    /** Starts to ends, in nanoseconds since Monday's midnight; no two of them meet. */
    private final NavigableMap<Long, Long> open = new TreeMap<>();

    Week(ZoneId zone) {
      rules = zone.getRules();
    }

    void add(Window window) {
      for (DayOfWeek day : window.days()) {
        long midnight = (day.getValue() - 1) * DAY;
        long start = midnight + window.start().toNanoOfDay();
        long end = midnight + window.end().toNanoOfDay() + (window.isOverMidnight() ? DAY : 0);
        add(start, Math.min(end, WEEK));
        if (end > WEEK) {
          add(0, end - WEEK);
        }
      }
    }

    private void add(long start, long end) {
      Map.Entry<Long, Long> before = open.floorEntry(start);
      long first = before != null && before.getValue() >= start ? before.getKey() : start;
      Map<Long, Long> met = open.subMap(first, true, end, true);
      long last = met.values().stream().mapToLong(Long::longValue).reduce(end, Math::max);
      met.clear();
      open.put(first, last);
    }

    boolean isOpen(Instant at) {
      return untilOpen(at) == 0;
    }

    /**
     * The first moment at or after {@code at} at which it is open. Between two changes of its
     * clocks they run evenly; what lies behind the next one is asked of the clocks as they are
     * then.
     */
    Instant from(Instant at) {
      Instant opens = at.plusNanos(untilOpen(at));
      ZoneOffsetTransition change = rules.nextTransition(at);
      return change == null || opens.isBefore(change.getInstant())
          ? opens
          : from(change.getInstant());
    }

    /** The nanoseconds from {@code at} until it is open, while its clocks do not change. */
    private long untilOpen(Instant at) {
      long now = sinceMonday(at);
      Map.Entry<Long, Long> before = open.floorEntry(now);
      if (before != null && now < before.getValue()) {
        return 0;
      }
      Long next = open.higherKey(now);
      return next == null ? WEEK + open.firstKey() - now : next - now;
    }

    private long sinceMonday(Instant at) {
      long seconds = at.getEpochSecond() + rules.getOffset(at).getTotalSeconds() + MONDAY_TO_EPOCH;
      return Math.floorMod(seconds, SECONDS) * 1_000_000_000L + at.getNano();
    }
  }
}
