package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.throttling;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.doubles.Call;
import org.servicerollouts.doubles.Fault;

/** Lambda throttles, breaks, drops connections, stays silent and refuses. */
class TargetFaultsTest {
  private static final Map<String, Double> ALL_AT_1 = Map.of("1", 100.0);
  private static final Map<String, Double> QUARTER_AT_2 = Map.of("1", 75.0, "2", 25.0);
  private static final Specs QUARTERS = Specs.to("2").inBatches("25%", "30s");

  @AutoClose private final Stage stage = new Stage();

  TargetFaultsTest() {
    stage.targeted("shop");
  }

  private void fails(String operation, Fault fault) {
    stage.cloud().lambda.faults().when(call -> call.operation().equals(operation), fault);
  }

  private Optional<String> reason() {
    return stage.standing("shop", "r").reason();
  }

  @ParameterizedTest
  @EnumSource
  void each_fault_of_a_read_is_tried_again_and_told_of_meanwhile(Fault fault) {
    triedAgain("GetAlias", fault);
  }

  @ParameterizedTest
  @EnumSource
  void each_fault_of_a_write_is_tried_again_and_told_of_meanwhile(Fault fault) {
    triedAgain("UpdateAlias", fault);
  }

  private void triedAgain(String operation, Fault fault) {
    fails(operation, fault);
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofMillis(900));
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    assertThat(reason())
        .get()
        .asString()
        .startsWith("function shop, alias live: " + operation + ": ");
    assertThat(stage.log)
        .singleElement()
        .asString()
        .startsWith("Service shop was not shifted: function shop, alias live: " + operation)
        .hasLineCount(1);
    stage.cloud().lambda.faults().clear();
    stage.pass(Duration.ofSeconds(5));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(reason()).isEmpty();
    stage.pass(Duration.ofSeconds(36));
    stage.requireDivided("shop", Map.of("1", 50.0, "2", 50.0));
  }

  @ParameterizedTest
  @CsvSource({"BROKEN, 5", "THROTTLED, 1"})
  void it_is_tried_again_in_its_own_time_and_only_the_first_time_is_written_down(
      Fault fault, int seconds) {
    fails("GetAlias", fault);
    stage.creates("shop", "r", QUARTERS);
    stage.drivers.forgetRequests();
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(30).plusMillis(500));
    assertThat(stage.cloud().count("GetAlias")).isEqualTo(1 + 30 / seconds);
    assertThat(stage.drivers.count(Requests::saves)).isEqualTo(1);
  }

  @Test
  void what_fails_does_not_keep_others_from_their_turn() {
    for (int i = 0; i < 30; i++) {
      stage.targeted("failing" + i);
      stage.creates("failing" + i, "r", QUARTERS);
    }
    stage.cloud().lambda.faults().when(call -> call.resource().startsWith("failing"), Fault.BROKEN);
    stage.tick();
    stage.pass(Duration.ofSeconds(20));
    stage.creates("shop", "r", QUARTERS);
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(stage.cloud().busiestSecond()).isLessThanOrEqualTo(8);
  }

  @Test
  void a_target_that_fails_past_the_deadline_is_taken_back() {
    stage.creates("shop", "r", QUARTERS.givingUpAfter(Duration.ofSeconds(100)));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(29));
    stage.requireDivided("shop", QUARTER_AT_2);
    fails("UpdateAlias", Fault.BROKEN);
    stage.ticksFor(Duration.ofMinutes(1));
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.tick();
    stage.pass(Duration.ofSeconds(48));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLING_BACK);
    stage.cloud().lambda.faults().clear();
    stage.pass(Duration.ofSeconds(6));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    assertThat(reason())
        .get()
        .asString()
        .startsWith(
            "no progress since 2026-03-01T12:00:30Z: function shop, alias live: UpdateAlias");
  }

  @Test
  void what_cannot_go_back_either_fails_with_both_reasons() {
    stage.creates("shop", "r", QUARTERS.givingUpAfter(Duration.ofSeconds(40)));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(29));
    fails("UpdateAlias", Fault.BROKEN);
    stage.pass(Duration.ofSeconds(50));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLING_BACK);
    stage.cloud().lambda.faults().clear();
    fails("UpdateAlias", Fault.THROTTLED);
    stage.pass(Duration.ofSeconds(50));
    assertThat(stage.status("shop")).isEqualTo(Status.FAILED);
    assertThat(reason())
        .get()
        .asString()
        .contains(
            "no progress since 2026-03-01T12:00:30Z",
            "ServiceException",
            "; going back failed: no progress since",
            "TooManyRequestsException");
    stage.requireDivided("shop", QUARTER_AT_2);
    stage.untilAllEnded();
  }

  @Test
  void a_version_that_the_function_does_not_have_is_refused_and_taken_back() {
    stage.cloud().lambda.add("small", "1");
    stage.cloud().lambda.put("small", Cloud.LIVE, "1", Map.of());
    stage.targetedAt("cart", "small");
    stage.creates(
        "cart", "r", Specs.to("9").inBatches("25%", "30s").givingUpAfter(Duration.ofSeconds(20)));
    stage.wake("cart");
    stage.pass(Duration.ofSeconds(3));
    assertThat(stage.standing("cart", "r").reason())
        .get()
        .asString()
        .contains("ResourceNotFoundException: Function not found: ", "small:9");
    stage.pass(Duration.ofSeconds(22));
    assertThat(stage.status("cart")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.divided("cart")).isEqualTo(ALL_AT_1);
    assertThat(stage.cloud().divided("small")).isEqualTo(ALL_AT_1);
    stage.untilAllEnded();
  }

  @Test
  void an_alias_that_is_gone_fails_both_ways() {
    stage.targetedAt("cart", "nowhere");
    stage.creates("cart", "r", QUARTERS.givingUpAfter(Duration.ofSeconds(20)));
    stage.wake("cart");
    stage.pass(Duration.ofMinutes(1));
    assertThat(stage.status("cart")).isEqualTo(Status.FAILED);
    assertThat(stage.standing("cart", "r").reason())
        .get()
        .asString()
        .contains("function nowhere, alias live: GetAlias: ResourceNotFoundException")
        .contains("; going back failed: ");
    stage.untilAllEnded();
  }

  @Test
  void a_persons_word_counts_while_its_target_fails() {
    fails("UpdateAlias", Fault.BROKEN);
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(7));
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.cloud().lambda.faults().clear();
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    stage.requireDivided("shop", ALL_AT_1);
  }

  @Test
  void a_table_that_fails_between_lambdas_answer_and_the_confirmation_makes_no_hot_loop() {
    stage.creates("shop", "r", QUARTERS);
    stage.drivers.fails(throttling(request -> Requests.saves(request, "shop")));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(40));
    assertThat(stage.cloud().lambda.calls().stream().map(Call::operation))
        .containsOnlyOnce("UpdateAlias")
        .hasSizeLessThanOrEqualTo(2 + Watch.TRIED_AGAIN);
    assertThat(stage.log).hasSize(Watch.TRIED_AGAIN + 1);
    stage.drivers.isWellAgain();
    stage.tick();
    stage.pass(Duration.ofSeconds(1));
    stage.requireDivided("shop", QUARTER_AT_2);
  }

  /** Each try that fails so gives back the place that it did not use. */
  @Test
  void reads_that_fail_between_two_calls_use_up_no_places() {
    AtomicInteger failed = new AtomicInteger();
    stage.drivers.fails(
        throttling(
            request -> {
              boolean isAfterGetAlias = stage.cloud().count("GetAlias") > failed.get();
              boolean fails = isAfterGetAlias && Requests.reads(request) && failed.get() < 12;
              if (fails) {
                failed.incrementAndGet();
              }
              return fails;
            }));
    stage.creates("shop", "r", QUARTERS);
    for (int i = 0; i < 5; i++) {
      stage.targeted("s" + i);
      stage.creates("s" + i, "r", QUARTERS);
    }
    stage.tick();
    stage.pass(Duration.ofSeconds(25));
    assertThat(failed).hasValue(12);
    stage.requireDivided("shop", QUARTER_AT_2);
    for (int i = 0; i < 5; i++) {
      stage.requireDivided("s" + i, QUARTER_AT_2);
    }
  }
}
