package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.OnTheWay.justAfter;
import static org.servicerollouts.advancebatches.OnTheWay.justBefore;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.doubles.Fault;

/** Somebody else changes an alias, answers are lost, and drivers overtake one another. */
class TargetRacesTest {
  private static final Map<String, Double> ALL_AT_1 = Map.of("1", 100.0);
  private static final Map<String, Double> QUARTER_AT_2 = Map.of("1", 75.0, "2", 25.0);
  private static final Map<String, Double> OTHERS = Map.of("5", 90.0, "6", 10.0);
  private static final Specs QUARTERS = Specs.to("2").inBatches("25%", "10s");

  @AutoClose private final Stage stage = new Stage();

  TargetRacesTest() {
    stage.targeted("shop", "errors");
    stage.cloud().cloudWatch.set("errors", "OK", "");
  }

  private void somebodyElseChangesIt() {
    stage.cloud().meddles("shop", "5", Map.of("6", 0.1));
  }

  /** Between a driver's GetAlias and its UpdateAlias. */
  private void somebodyElseChangesItInBetween() {
    stage.onTheWayToLambda(justBefore("UpdateAlias", this::somebodyElseChangesIt));
  }

  private void starts() {
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
  }

  private void isPausedAndToldOfIt(Map<String, Double> confirmed) {
    assertThat(stage.status("shop")).isEqualTo(Status.PAUSED);
    assertThat(stage.standing("shop", "r").reason())
        .contains(
            "TARGET_CHANGED: alias 'live' of function 'shop' holds version 5 90%, version 6 10%,"
                + " which no rollout of this service has set");
    assertThat(stage.cloud().divided("shop")).isEqualTo(OTHERS);
    assertThat(stage.divided("shop")).isEqualTo(confirmed);
    assertThat(stage.log)
        .singleElement()
        .asString()
        .contains("Service shop was not shifted", "version 5 90%, version 6 10%");
  }

  @Test
  void a_change_between_read_and_write_is_not_overwritten_but_reported() {
    somebodyElseChangesItInBetween();
    starts();
    isPausedAndToldOfIt(ALL_AT_1);
    assertThat(stage.cloud().count("UpdateAlias")).isEqualTo(1);
    stage.ticksFor(Duration.ofMinutes(15));
    isPausedAndToldOfIt(ALL_AT_1);
    assertThat(stage.cloud().lambda.calls()).hasSize(3);
  }

  @Test
  void a_change_between_two_batches_is_found_by_the_next() {
    starts();
    somebodyElseChangesIt();
    stage.pass(Duration.ofSeconds(10));
    isPausedAndToldOfIt(QUARTER_AT_2);
  }

  @Test
  void a_persons_resume_overwrites_it() {
    somebodyElseChangesItInBetween();
    starts();
    stage.steers("shop", Event.Verb.RESUME);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("shop", Map.of("1", 50.0, "2", 50.0));
  }

  @Test
  void a_persons_rollback_overwrites_it() {
    starts();
    somebodyElseChangesIt();
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void a_change_after_a_persons_resume_is_overwritten_too() {
    somebodyElseChangesItInBetween();
    starts();
    stage.onTheWayToLambda(
        justBefore("UpdateAlias", () -> stage.cloud().meddles("shop", "7", Map.of())));
    stage.steers("shop", Event.Verb.RESUME);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", QUARTER_AT_2);
  }

  @Test
  void an_automatic_rollback_overwrites_nothing_and_fails() {
    starts();
    somebodyElseChangesIt();
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.status("shop")).isEqualTo(Status.FAILED);
    assertThat(stage.standing("shop", "r").reason())
        .get()
        .asString()
        .contains(
            "alarm 'errors' is in ALARM since",
            "going back failed, since somebody else changed the target",
            "version 5 90%, version 6 10%");
    assertThat(stage.cloud().divided("shop")).isEqualTo(OTHERS);
    assertThat(stage.divided("shop")).isEqualTo(QUARTER_AT_2);
  }

  @Test
  void an_alarm_fails_what_stands_still_since_somebody_else_changed_it() {
    somebodyElseChangesItInBetween();
    starts();
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.status("shop")).isEqualTo(Status.FAILED);
    assertThat(stage.cloud().divided("shop")).isEqualTo(OTHERS);
  }

  @Test
  void an_alias_put_back_to_what_was_confirmed_is_shifted_again() {
    starts();
    stage.onTheWayToLambda(
        justBefore("UpdateAlias", () -> stage.cloud().meddles("shop", "1", Map.of("2", 0.25))));
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("shop", Map.of("1", 50.0, "2", 50.0));
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    assertThat(stage.cloud().count("UpdateAlias")).isEqualTo(3);
  }

  @Test
  void a_shift_whose_answer_is_lost_is_found_done_and_not_made_again() {
    stage
        .cloud()
        .lambda
        .faults()
        .when(call -> call.operation().equals("UpdateAlias"), Fault.DONE_BUT_SILENT);
    starts();
    assertThat(stage.cloud().divided("shop")).isEqualTo(QUARTER_AT_2);
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    stage.pass(Duration.ofSeconds(5));
    stage.requireDivided("shop", QUARTER_AT_2);
    assertThat(stage.cloud().count("UpdateAlias")).isEqualTo(1);
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
  }

  @Test
  void what_was_set_and_never_confirmed_is_ours_when_another_move_replaces_it() {
    stage
        .cloud()
        .lambda
        .faults()
        .when(call -> call.operation().equals("UpdateAlias"), Fault.DONE_BUT_SILENT);
    starts();
    assertThat(stage.cloud().divided("shop")).isEqualTo(QUARTER_AT_2);
    stage.cloud().lambda.faults().clear();
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void the_way_back_does_not_wait_for_a_call_that_lambda_leaves_unanswered() {
    stage.onTheWayToLambda(justBefore("UpdateAlias", () -> stage.pass(Duration.ofSeconds(30))));
    starts();
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    stage.requireDivided("shop", ALL_AT_1);
    stage.pass(Duration.ofMinutes(1));
    assertThat(stage.cloud().count("UpdateAlias")).as("the late one came too").isEqualTo(2);
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.log).isEmpty();
  }

  /** What was read of the alias before the way back was meant tells nothing of it. */
  @Test
  void a_slow_read_confirms_no_move_that_was_meant_after_it() {
    stage.onTheWayToLambda(justAfter("GetAlias", () -> stage.pass(Duration.ofSeconds(30))));
    stage.creates("shop", "r", QUARTERS.baking(Duration.ofHours(1)));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.steers("shop", Event.Verb.PROMOTE);
    stage.wake("shop");
    stage.pass(Duration.ofMillis(27_900));
    stage.requireDivided("shop", Map.of("2", 100.0));
    stage.fires("errors");
    stage.pass(Duration.ofMinutes(1));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.log).isEmpty();
  }

  /** The machine that shifts stands still between its read and its write, and wakes up later. */
  @Test
  void a_frozen_driver_loses_against_the_rollback_of_a_later_one() {
    stage.onTheWayToLambda(justBefore("UpdateAlias", () -> stage.pass(Duration.ofSeconds(90))));
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.pass(Duration.ofSeconds(58));
    stage.tick();
    stage.pass(Duration.ofSeconds(15));
    stage.requireDivided("shop", ALL_AT_1);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    stage.pass(Duration.ofMinutes(2));
    stage.requireDivided("shop", ALL_AT_1);
    stage.untilAllEnded();
    assertThat(stage.cloud().count("UpdateAlias")).isEqualTo(2);
  }
}
