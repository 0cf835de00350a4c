package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Alarms;

class AlarmStateChangeTest {
  private static final String TIME = "2019-10-02T17:04:40.985+0000";

  @AutoClose private final Stage stage = new Stage();

  private static Map<String, Object> detail(Map<String, Object> state) {
    return Map.of("alarmName", "ServerCpuTooHigh", "state", state);
  }

  /** The sample of the CloudWatch User Guide, "Alarm events and EventBridge". */
  @Test
  void it_tells_alarm_state_time_and_reason() {
    AlarmStateChange change =
        AlarmStateChange.of(
            Map.of(
                "alarmName",
                "ServerCpuTooHigh",
                "configuration",
                Map.of("description", "Goes into alarm when server CPU utilization is too high!"),
                "previousState",
                Map.of("value", "OK"),
                "state",
                Map.of("value", "ALARM", "timestamp", TIME, "reason", "Threshold Crossed")));
    assertThat(change)
        .isEqualTo(
            new AlarmStateChange(
                "ServerCpuTooHigh",
                new Alarms.Reading(
                    Alarms.State.ALARM,
                    Instant.parse("2019-10-02T17:04:40.985Z"),
                    "Threshold Crossed")));
  }

  @Test
  void the_double_tells_it_so() {
    stage.cloud().cloudWatch.set("errors", "ALARM", "5 errors");
    assertThat(AlarmStateChange.of(stage.cloud().lastChange().detail()))
        .isEqualTo(
            new AlarmStateChange(
                "errors", new Alarms.Reading(Alarms.State.ALARM, Stage.START, "5 errors")));
  }

  @Test
  void a_reason_is_not_needed() {
    AlarmStateChange change = AlarmStateChange.of(detail(Map.of("value", "OK", "timestamp", TIME)));
    assertThat(change.reading().why()).isEmpty();
  }

  @Test
  void anything_else_is_refused_with_what_was_expected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlarmStateChange.of(null))
        .withMessage("detail: null (expected: alarmName, and state with value and timestamp)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlarmStateChange.of(detail(Map.of("value", "ALARM"))))
        .withMessageContaining("(expected: alarmName, and state with value and timestamp)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AlarmStateChange.of(detail(Map.of("value", "alarm", "timestamp", TIME))))
        .withMessage("state.value: alarm (expected: OK, ALARM or INSUFFICIENT_DATA)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> AlarmStateChange.of(detail(Map.of("value", "ALARM", "timestamp", "noon"))))
        .withMessage("state.timestamp: noon (expected: as in 2026-11-22T12:00:00.000+0000)");
  }
}
