package org.servicerollouts.domain;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What CloudWatch said of alarms when it was asked.
 *
 * @param found by name those that there are
 * @param unreadable why CloudWatch could not be asked; then none is found
 */
public record Alarms(Map<String, Reading> found, Optional<String> unreadable) {

  /** What CloudWatch calls an alarm's StateValue. */
  public enum State {
    OK,
    ALARM,
    INSUFFICIENT_DATA
  }

  /**
   * One alarm.
   *
   * @param since when it entered this state
   * @param why CloudWatch's StateReason, cut to what a message can hold
   */
  public record Reading(State state, Instant since, String why) {
    private static final int LONGEST = 300;

    public Reading {
      why = why.length() <= LONGEST ? why : why.substring(0, LONGEST) + "…";
    }
  }

  /** Nobody asked, since nothing depends on any. */
  public static final Alarms NONE = new Alarms(Map.of(), Optional.empty());

  public Alarms {
    found = Collections.unmodifiableMap(new TreeMap<>(found));
  }

  public static Alarms read(Map<String, Reading> found) {
    return new Alarms(found, Optional.empty());
  }

  public static Alarms unreadable(String why) {
    return new Alarms(Map.of(), Optional.of(why));
  }

  /** Those that entered their states at {@code time} or after. */
  Alarms since(Instant time) {
    Map<String, Reading> later = new TreeMap<>(found);
    later.values().removeIf(reading -> reading.since().isBefore(time));
    return new Alarms(later, unreadable);
  }
}
