package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Status;
import org.servicerollouts.doubles.Call;
import org.servicerollouts.doubles.Fault;

/** A service whose target is the alias of a Lambda function, from the create to the end. */
class TargetTest {
  private static final Map<String, Double> ALL_AT_1 = Map.of("1", 100.0);
  private static final Map<String, Double> QUARTER_AT_2 = Map.of("1", 75.0, "2", 25.0);
  private static final Map<String, Double> ALL_AT_2 = Map.of("2", 100.0);
  private static final Specs QUARTERS = Specs.to("2").inBatches("25%", "10s");

  @AutoClose private final Stage stage = new Stage();

  TargetTest() {
    stage.targeted("shop");
  }

  /** In the middle of a rollout to 2, a second after its first batch. */
  private void quarterAt2() {
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(1));
    stage.requireDivided("shop", QUARTER_AT_2);
  }

  private void lambdaIsDown() {
    stage.cloud().lambda.faults().when(call -> true, Fault.BROKEN);
  }

  private void lambdaIsWellAgain() {
    stage.cloud().lambda.faults().clear();
  }

  @Test
  void table_and_alias_agree_at_each_batch_and_the_end_sends_no_weights() {
    stage.creates("shop", "r", QUARTERS.baking(Duration.ofSeconds(20)));
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    assertThat(stage.standing("shop", "r").reason()).get().asString().contains("waits since");
    stage.wake("shop");
    for (double at2 = 25; at2 < 100; at2 += 25) {
      stage.pass(Duration.ofSeconds(1));
      stage.requireDivided("shop", Map.of("1", 100 - at2, "2", at2));
      stage.pass(Duration.ofSeconds(9));
    }
    stage.settle();
    stage.requireDivided("shop", ALL_AT_2);
    assertThat(stage.cloud().alias("shop").functionVersion()).isEqualTo("2");
    assertThat(stage.cloud().alias("shop").additionalVersionWeights()).isEmpty();
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.pass(Duration.ofSeconds(21));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.service("shop").lastGood()).contains(Shares.only("2"));
    stage.untilAllEnded();
    assertThat(stage.log).isEmpty();
  }

  @Test
  void a_batch_takes_two_calls_of_lambda_and_one_read_and_two_writes_of_the_table() {
    quarterAt2();
    long calls = stage.cloud().lambda.calls().size();
    stage.drivers.forgetRequests();
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("shop", Map.of("1", 50.0, "2", 50.0));
    assertThat(stage.cloud().lambda.calls().stream().skip(calls).map(Call::operation))
        .containsExactly("GetAlias", "UpdateAlias");
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(1);
    assertThat(stage.drivers.count(Requests::saves)).isEqualTo(2);
  }

  /** The alias's weight of version 2, 0.0 to 1.0; empty where it has none. */
  private Map<String, Double> additional() {
    return stage.cloud().alias("shop").additionalVersionWeights();
  }

  @Test
  void steps_of_a_thousandth_of_a_percent_reach_the_alias_one_by_one_and_go_back() {
    stage.creates("shop", "r", Specs.to("2").inBatches("0.001%", "10s"));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(1));
    assertThat(stage.batches("shop")).isEqualTo(1);
    assertThat(additional()).isEqualTo(Map.of("2", 0.000_01));
    stage.pass(Duration.ofSeconds(10));
    assertThat(stage.batches("shop")).isEqualTo(2);
    assertThat(additional()).isEqualTo(Map.of("2", 0.000_02));
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.pass(Duration.ofSeconds(2));
    assertThat(additional()).isEmpty();
    stage.requireDivided("shop", ALL_AT_1);
  }

  @Test
  void a_version_with_a_thousandth_of_a_percent_that_somebody_takes_away_is_missed() {
    stage.creates("shop", "r", Specs.to("2").inBatches("0.001%", "10s"));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(1));
    stage.cloud().meddles("shop", "1", Map.of());
    stage.pass(Duration.ofSeconds(10));
    assertThat(stage.status("shop")).isEqualTo(Status.PAUSED);
    assertThat(stage.standing("shop", "r").reason()).get().asString().contains("TARGET_CHANGED");
    assertThat(stage.batches("shop")).isEqualTo(1);
    assertThat(additional()).isEmpty();
  }

  @Test
  void the_interval_counts_from_the_confirmation() {
    stage.creates("shop", "r", QUARTERS);
    lambdaIsDown();
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(12));
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    lambdaIsWellAgain();
    stage.pass(Duration.ofSeconds(4));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(stage.service("shop").nextBatchStartTime())
        .contains(Stage.at(Duration.ofSeconds(25)));
  }

  @Test
  void the_one_that_supersedes_gives_the_share_back_that_it_finds() {
    quarterAt2();
    stage.creates("shop", "s", Specs.to("3").inBatches("50%", "10s"));
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", Map.of("1", 50.0, "3", 50.0));
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("shop", Map.of("3", 100.0));
    assertThat(stage.status("shop", "r")).isEqualTo(Status.CANCELLED);
    assertThat(stage.status("shop", "s")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void the_one_that_supersedes_while_a_batch_is_being_applied_goes_on_from_what_was_confirmed() {
    quarterAt2();
    stage.pass(Duration.ofMillis(8_900));
    stage
        .cloud()
        .lambda
        .faults()
        .when(call -> call.operation().equals("UpdateAlias"), Fault.BROKEN);
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.divided("shop")).isEqualTo(QUARTER_AT_2);
    lambdaIsWellAgain();
    stage.creates("shop", "s", Specs.to("1").inBatches("5%", "10s"));
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", Map.of("1", 80.0, "2", 20.0));
  }

  @Test
  void a_persons_rollback_goes_back_in_table_and_alias() {
    quarterAt2();
    stage.steers("shop", Event.Verb.ROLLBACK);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLING_BACK);
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.cloud().alias("shop").additionalVersionWeights()).isEmpty();
  }

  @Test
  void a_second_rollback_is_refused_and_changes_nothing_of_the_first() {
    quarterAt2();
    lambdaIsDown();
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.pass(Duration.ofSeconds(2));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> stage.steers("shop", Event.Verb.ROLLBACK));
    lambdaIsWellAgain();
    stage.pass(Duration.ofSeconds(6));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void a_rollback_of_one_that_succeeded_moves_the_alias_and_never_leads_back() {
    stage.creates("shop", "r", Specs.to("2"));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(1));
    stage.requireDivided("shop", ALL_AT_2);
    stage.steers("shop", "r", Event.Verb.ROLLBACK);
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> stage.steers("shop", Event.Verb.ROLLBACK))
        .withMessageContaining("has nothing to go back to");
  }

  @Test
  void a_promotion_while_a_batch_is_being_applied_replaces_it() {
    lambdaIsDown();
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.steers("shop", Event.Verb.PROMOTE);
    lambdaIsWellAgain();
    stage.pass(Duration.ofSeconds(6));
    stage.requireDivided("shop", ALL_AT_2);
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void a_pause_while_a_batch_is_being_applied_lets_it_be_confirmed_and_then_stands_still() {
    lambdaIsDown();
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.steers("shop", Event.Verb.PAUSE);
    lambdaIsWellAgain();
    stage.pass(Duration.ofSeconds(30));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(stage.status("shop")).isEqualTo(Status.PAUSED);
    stage.steers("shop", Event.Verb.RESUME);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(9));
    stage.requireDivided("shop", QUARTER_AT_2);
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", Map.of("1", 50.0, "2", 50.0));
  }

  @Test
  void the_first_rollout_takes_the_alias_as_it_finds_it_and_is_one_step() {
    stage.targetedAndNew("cart");
    stage.cloud().meddles("cart", "7", Map.of("8", 0.5));
    stage.creates("cart", "r", QUARTERS);
    stage.wake("cart");
    stage.pass(Duration.ofSeconds(1));
    stage.requireDivided("cart", ALL_AT_2);
    assertThat(stage.status("cart")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void a_tick_alone_brings_what_nobody_was_woken_for() {
    stage.creates("shop", "r", Specs.to("2"));
    stage.pass(Duration.ofSeconds(40));
    assertThat(stage.cloud().lambda.calls()).isEmpty();
    stage.tick();
    stage.pass(Duration.ofSeconds(1));
    stage.requireDivided("shop", ALL_AT_2);
  }

  @Test
  void a_service_is_not_deleted_while_a_batch_is_being_applied() {
    lambdaIsDown();
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> stage.deletesService("shop"))
        .withMessageContaining("First end it by :rollback or :promote");
    lambdaIsWellAgain();
    stage.pass(Duration.ofSeconds(6));
    stage.requireDivided("shop", QUARTER_AT_2);
  }
}
