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

/** Events of alarms that no rollout of this stack is watched by, and those that come too late. */
class ForeignAlarmsTest {
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
  void an_event_that_is_sent_again_later_changes_nothing() {
    ScheduledEvent event = firing();
    stage.cloud().cloudWatch.set("errors", "OK", "0 errors");
    stage.pass(Duration.ofMinutes(5).plusMillis(1));
    Stage.Invocation invocation = stage.invoke(event);
    stage.settle();
    assertThat(invocation.failure()).isEmpty();
    assertThat(stage.status("shop", "r")).isEqualTo(Status.RUNNING);
    assertThat(stage.log).anyMatch(line -> line.contains("alarm 'errors' is not heard"));
  }

  @Test
  void an_event_that_was_long_on_its_way_is_heard() {
    ScheduledEvent event = firing();
    stage.pass(Duration.ofMinutes(4));
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

  /** Each costs one query and nothing else, so that a storm of them holds up no tick. */
  @Test
  void an_alarm_that_watches_nothing_costs_one_query() {
    int storm = 500;
    long before = stage.drivers.count(request -> true);
    long readAlarms = stage.cloud().cloudWatch.calls().size();
    for (int i = 0; i < storm; i++) {
      stage.cloud().cloudWatch.set("unwatched", i % 2 == 0 ? "ALARM" : "OK", "a storm");
      stage.invoke(stage.lastChange());
    }
    stage.settle();
    stage.untilAllEnded();
    assertThat(stage.drivers.count(request -> true) - before).isEqualTo(storm);
    assertThat(stage.cloud().cloudWatch.calls()).hasSize((int) readAlarms);
    assertThat(stage.status("shop", "r")).isEqualTo(Status.RUNNING);
  }
}
