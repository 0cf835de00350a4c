package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Status;
import org.servicerollouts.doubles.Fault;

/** Events of alarms that watch no rollout of this stack, and events that come late. */
class ForeignAlarmsTest {
  private static final Duration LATE = Duration.ofMinutes(5).plusMillis(1);

  @AutoClose private final Stage stage = new Stage();

  ForeignAlarmsTest() {
    stage.cloud().cloudWatch.set("errors", "OK", "0 errors");
    stage.watched("shop", "errors");
    stage.creates("shop", "r", Specs.to("2").inBatches("25%", "1h"));
    stage.wake("shop");
    stage.settle();
  }

  private ScheduledEvent firing() {
    stage.cloud().cloudWatch.set("errors", "ALARM", "5 errors");
    return stage.lastChange();
  }

  private static Arguments other(String what, UnaryOperator<ScheduledEvent> change) {
    return Arguments.of(what, change);
  }

  private static List<String> arn(String region, String account, String name) {
    return List.of("arn:aws:cloudwatch:" + region + ":" + account + ":alarm:" + name);
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        other("another account", e -> e.withAccount("999999999999")),
        other("no account", e -> e.withAccount(null)),
        other("another Region", e -> e.withRegion("us-west-2")),
        other("no Region", e -> e.withRegion(null)),
        other("another source", e -> e.withSource("shop.alarms")),
        other("no ARN", e -> e.withResources(null)),
        other("an empty list of ARNs", e -> e.withResources(List.of())),
        other(
            "another account's ARN",
            e -> e.withResources(arn("us-east-1", "999999999999", "errors"))),
        other(
            "another Region's ARN",
            e -> e.withResources(arn("us-west-2", "123456789012", "errors"))),
        other(
            "another alarm's ARN",
            e -> e.withResources(arn("us-east-1", "123456789012", "latency"))),
        other("no detail", e -> e.withDetail(null)),
        other("no alarm's name", e -> e.withDetail(Map.of("alarmName", 5))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("foreign")
  void the_event_of_another_changes_nothing(String what, UnaryOperator<ScheduledEvent> change) {
    ScheduledEvent event = change.apply(firing());
    long before = stage.drivers.count(request -> true);

    Stage.Invocation invocation = stage.invoke(event);
    stage.pass(Duration.ofSeconds(2));

    assertThat(invocation.failure()).isEmpty();
    assertThat(stage.drivers.count(request -> true)).isEqualTo(before);
    assertThat(stage.status("shop", "r")).isEqualTo(Status.RUNNING);
    assertThat(stage.log).anyMatch(line -> line.contains("is not heard"));
  }

  @Test
  void a_late_event_of_an_alarm_that_is_ok_again_changes_nothing() {
    ScheduledEvent event = firing();
    stage.cloud().cloudWatch.set("errors", "OK", "0 errors");
    stage.pass(LATE);
    Stage.Invocation invocation = stage.invoke(event);
    stage.settle();
    assertThat(invocation.failure()).isEmpty();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.RUNNING);
  }

  @Test
  void a_late_event_of_an_alarm_that_still_is_in_alarm_is_heard() {
    ScheduledEvent event = firing();
    stage.pass(LATE);
    stage.invoke(event);
    stage.settle();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void a_late_event_of_an_alarm_that_cannot_be_read_is_heard() {
    ScheduledEvent event = firing();
    stage.pass(LATE);
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.BROKEN);
    stage.invoke(event);
    stage.settle();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void an_event_that_comes_in_time_needs_no_reading() {
    ScheduledEvent event = firing();
    stage.pass(LATE.minusSeconds(1));
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.BROKEN);
    stage.invoke(event);
    stage.settle();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"THROTTLED", "BROKEN"})
  void the_own_event_acts_though_alarms_cannot_be_read(String fault) {
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.valueOf(fault));
    stage.invoke(firing());
    stage.settle();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void an_alarm_that_watches_no_rollout_costs_one_query() {
    long before = stage.drivers.count(request -> true);
    long readAlarms = stage.cloud().cloudWatch.calls().size();
    storm(500);
    stage.untilAllEnded();
    assertThat(stage.drivers.count(request -> true) - before).isEqualTo(500);
    assertThat(stage.cloud().cloudWatch.calls()).hasSize((int) readAlarms);
    assertThat(stage.status("shop", "r")).isEqualTo(Status.RUNNING);
  }

  @Test
  void a_storm_of_alarms_delays_neither_ticks_nor_the_alarm_that_watches() {
    stage.rollingOut("cart", 10, "1", "2s");
    stage.tick();
    for (int second = 0; second < 7; second++) {
      storm(50);
      stage.pass(Duration.ofSeconds(1));
    }
    assertThat(stage.batches("cart")).isEqualTo(4);
    storm(50);
    stage.invoke(firing());
    storm(50);
    stage.settle();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
  }

  private void storm(int events) {
    for (int i = 0; i < events; i++) {
      stage.cloud().cloudWatch.set("unwatched", i % 2 == 0 ? "ALARM" : "OK", "a storm");
      stage.invoke(stage.lastChange());
    }
    stage.settle();
  }
}
