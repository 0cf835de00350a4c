package org.servicerollouts.advancebatches;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.domain.Alarms;

/**
 * What EventBridge tells when a CloudWatch alarm enters another state ("Amazon CloudWatch events",
 * detail-type CloudWatch Alarm State Change).
 */
record AlarmStateChange(String alarm, Alarms.Reading reading) {
  static final String DETAIL_TYPE = "CloudWatch Alarm State Change";

  private static final String SOURCE = "aws.cloudwatch";

  /**
   * How long an event tells by itself how its alarm is. The rule and Lambda's queue give it up
   * after a minute each, so an older one is rare, and the alarm can be asked.
   */
  private static final Duration FRESH = Duration.ofMinutes(5);

  /** CloudWatch writes {@code 2026-11-22T12:00:00.000+0000}. */
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendOffset("+HHmm", "Z")
          .toFormatter();

  /**
   * Whether CloudWatch tells of an alarm of this account and Region. An account may gather on its
   * bus what the alarms of others do, whose names may be the same.
   */
  static boolean isOwn(ScheduledEvent event, AlarmNames here) {
    return SOURCE.equals(event.getSource())
        && here.account().equals(event.getAccount())
        && here.region().equals(event.getRegion())
        && event.getDetail() != null
        && event.getDetail().get("alarmName") instanceof String name
        && event.getResources() != null
        && event.getResources().stream().anyMatch(arn -> here.isArnOf(arn, name));
  }

  /** Whether the alarm may have changed again since. */
  boolean isLate(Instant now) {
    return reading.since().isBefore(now.minus(FRESH));
  }

  /**
   * What the event's detail tells.
   *
   * @throws IllegalArgumentException for a detail that is none of such an event
   */
  static AlarmStateChange of(Map<String, Object> detail) {
    if (detail == null
        || !(detail.get("alarmName") instanceof String name)
        || !(detail.get("state") instanceof Map<?, ?> state)
        || !(state.get("value") instanceof String value)
        || !(state.get("timestamp") instanceof String timestamp)) {
      throw new IllegalArgumentException(
          "detail: " + detail + " (expected: alarmName, and state with value and timestamp)");
    }
    String reason = state.get("reason") instanceof String text ? text : "";
    return new AlarmStateChange(name, new Alarms.Reading(state(value), time(timestamp), reason));
  }

  private static Alarms.State state(String value) {
    return Stream.of(Alarms.State.values())
        .filter(state -> state.name().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "state.value: " + value + " (expected: OK, ALARM or INSUFFICIENT_DATA)"));
  }

  private static Instant time(String timestamp) {
    try {
      return OffsetDateTime.parse(timestamp, TIMESTAMP).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "state.timestamp: " + timestamp + " (expected: as in 2026-11-22T12:00:00.000+0000)", e);
    }
  }
}
