package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * An alarm.
 *
 * @param configuration what it was put with; none of it is evaluated
 * @param configured when it was last put
 */
record Alarm(String name, Type type, ObjectNode configuration, Instant configured, State state) {

  enum Type {
    METRIC("MetricAlarm", "MetricAlarms"),
    COMPOSITE("CompositeAlarm", "CompositeAlarms");

    private final String alarmType;
    private final String list;

    Type(String alarmType, String list) {
      this.alarmType = alarmType;
      this.list = list;
    }

    /** What DescribeAlarms's AlarmTypes calls it. */
    String alarmType() {
      return alarmType;
    }

    /** Where DescribeAlarms lists it. */
    String list() {
      return list;
    }
  }

  /**
   * What it says.
   *
   * @param updated when it was last said
   * @param transitioned when the value became this one
   */
  record State(
      String value,
      String reason,
      Optional<String> reasonData,
      Instant updated,
      Instant transitioned) {

    static State first(Instant now) {
      return new State(
          "INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", Optional.empty(), now, now);
    }

    State next(String next, String why, Optional<String> data, Instant now) {
      return new State(next, why, data, now, next.equals(value) ? transitioned : now);
    }
  }
}
