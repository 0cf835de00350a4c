package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.Due;

/** What the function makes of the events that EventBridge brings. */
class AdvanceBatchesHandlerTest {
  private final Stage stage = new Stage();

  private Throwable failureOf(ScheduledEvent event) {
    Stage.Invocation invocation = stage.invoke(event);
    stage.settle();
    assertThat(stage.drivers.count(request -> true)).isZero();
    return invocation.failure().orElseThrow();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Rollout Batch Change", "scheduled event"})
  void an_unknown_detail_type_is_refused_with_what_was_expected(String detailType) {
    assertThat(failureOf(new ScheduledEvent().withDetailType(detailType)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "detail-type: "
                + detailType
                + " (expected: Scheduled Event, Rollout Due Soon or CloudWatch Alarm State"
                + " Change)");
  }

  @Test
  void a_wake_names_its_services() {
    stage.rollingOut("shop.example.com", 10, "1", "2s");
    stage.rollingOut("cart", 10, "1", "3s");
    stage.invoke(
        new ScheduledEvent()
            .withDetailType(Due.SOON)
            .withDetail(Map.of("services", List.of("shop.example.com", "cart"))));
    stage.pass(Duration.ofMillis(3_500));
    assertThat(stage.batches("shop.example.com")).isEqualTo(2);
    assertThat(stage.batches("cart")).isEqualTo(2);
  }

  @Test
  void a_wake_without_services_is_refused_with_what_was_expected() {
    assertThat(failureOf(new ScheduledEvent().withDetailType(Due.SOON)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("detail: null (expected: the names of services in services)");
    Stage.Invocation other =
        stage.invoke(
            new ScheduledEvent().withDetailType(Due.SOON).withDetail(Map.of("services", "shop")));
    stage.settle();
    assertThat(other.failure()).get().isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_wake_with_what_is_no_name_is_refused() {
    assertThat(failureOf(Stage.wakeEvent("shop", "no/name"))).isInstanceOf(ProblemException.class);
  }

  @Test
  void the_machine_waits_until_the_time_and_not_for_what_is_past() throws InterruptedException {
    Timeline machine = Timeline.system();
    var until = machine.now().plusMillis(20);
    machine.waitUntil(until);
    assertThat(machine.now()).isAfterOrEqualTo(until);
    machine.waitUntil(machine.now().minusSeconds(3_600));
    assertThat(machine.now()).isBefore(until.plusSeconds(60));
  }
}
