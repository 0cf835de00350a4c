package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Window;

/** Rollouts that wait for their turn, a time, a window or an alarm, and are started by drivers. */
class QueueTest {
  private static final Duration PROMISED = Duration.ofSeconds(2);
  private static final Specs TO_2 = Specs.to("2").inBatches("25%", "10s");
  private static final Specs TO_3 = Specs.to("3").inBatches("25%", "10s");
  private static final Specs TO_4 = Specs.to("4").inBatches("25%", "10s");

  @AutoClose private final Stage stage = new Stage();

  QueueTest() {
    stage.watched("shop");
  }

  private void isAt(Map<String, Double> percent) {
    assertThat(stage.divided("shop")).isEqualTo(percent);
  }

  @Test
  void each_starts_when_the_one_ahead_has_succeeded_and_in_the_same_driver() {
    stage.creates("shop", "a", TO_2);
    stage.creates("shop", "b", TO_3.queueing());
    stage.creates("shop", "c", TO_4.queueing());
    Stage.Invocation driver = stage.wake("shop");
    stage.pass(Duration.ofMillis(30_001));
    assertThat(stage.status("shop", "a")).isEqualTo(Status.SUCCEEDED);
    stage.pass(PROMISED);
    assertThat(stage.status("shop", "b")).isEqualTo(Status.RUNNING);
    isAt(Map.of("2", 75.0, "3", 25.0));
    assertThat(stage.status("shop", "c")).isEqualTo(Status.PENDING);
    stage.untilAllEnded();
    assertThat(stage.status("shop", "c")).isEqualTo(Status.SUCCEEDED);
    isAt(Map.of("4", 100.0));
    assertThat(stage.ledger.times("shop").getLast()).isBefore(at(Duration.ofSeconds(92)));
    assertThat(driver.took()).isLessThan(Duration.ofSeconds(100));
    assertThat(stage.log).isEmpty();
    stage.ledger.provesThatNothingWasDoneTwice();
  }

  @Test
  void the_next_of_a_targeted_service_starts_from_what_was_confirmed() {
    stage.targeted("cart");
    stage.creates("cart", "a", Specs.to("2").inBatches("50%", "10s"));
    stage.creates("cart", "b", Specs.to("3").inBatches("50%", "10s").queueing());
    stage.wake("cart");
    stage.pass(Duration.ofSeconds(12));
    stage.requireDivided("cart", Map.of("2", 50.0, "3", 50.0));
    stage.pass(Duration.ofSeconds(10));
    stage.requireDivided("cart", Map.of("3", 100.0));
  }

  @Test
  void one_starts_at_its_time_and_leaves_what_runs_alone_until_then() {
    stage.creates("shop", "a", Specs.to("2").inBatches("25%", "1h"));
    stage.creates("shop", "b", TO_3.startingAt(at(Duration.ofSeconds(100))));
    stage.ticksFor(Duration.ofSeconds(60));
    stage.tick();
    stage.pass(Duration.ofSeconds(39));
    assertThat(stage.status("shop", "a")).isEqualTo(Status.RUNNING);
    isAt(Map.of("1", 75.0, "2", 25.0));
    stage.pass(PROMISED);
    assertThat(stage.status("shop", "a")).isEqualTo(Status.CANCELLED);
    assertThat(stage.status("shop", "b")).isEqualTo(Status.RUNNING);
    isAt(Map.of("1", 75.0, "3", 25.0));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(100)));
  }

  @Test
  void one_starts_when_its_window_opens() {
    Window window =
        new Window(
            Set.of(DayOfWeek.values()), LocalTime.of(12, 5), LocalTime.of(12, 6), ZoneOffset.UTC);
    stage.creates("shop", "a", Specs.to("2").inBatches("50%", "20s").within(window));
    stage.ticksFor(Duration.ofMinutes(5));
    assertThat(stage.ledger.times("shop")).isEmpty();
    stage.ticksFor(Duration.ofMinutes(1));
    assertThat(stage.status("shop", "a")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop"))
        .containsExactly(at(Duration.ofMinutes(5)), at(Duration.ofSeconds(320)));
  }

  @Test
  void a_batch_waits_until_its_window_opens_again() {
    Window window =
        new Window(
            Set.of(DayOfWeek.values()), LocalTime.of(12, 0), LocalTime.of(12, 1), ZoneOffset.UTC);
    stage.creates("shop", "a", Specs.to("2").inBatches("50%", "90s").within(window));
    assertThat(stage.service("shop").nextBatchStartTime()).contains(at(Duration.ofDays(1)));
    Stage.Invocation tick = stage.tick();
    stage.settle();
    assertThat(tick.isOver()).isTrue();
  }

  @Test
  void one_that_rejects_and_finds_another_at_its_time_is_cancelled() {
    stage.creates("shop", "b", TO_3.rejecting().startingAt(at(Duration.ofSeconds(50))));
    stage.pass(Duration.ofSeconds(1));
    stage.creates("shop", "a", Specs.to("2").inBatches("25%", "1h").queueing());
    stage.steers("shop", "b", Event.Verb.PAUSE);
    assertThat(stage.status("shop", "a")).isEqualTo(Status.PENDING);
    stage.steers("shop", "a", Event.Verb.ADVANCE);
    stage.steers("shop", "b", Event.Verb.RESUME);
    stage.tick();
    stage.pass(Duration.ofSeconds(52));
    assertThat(stage.status("shop", "a")).isEqualTo(Status.RUNNING);
    assertThat(stage.status("shop", "b")).isEqualTo(Status.CANCELLED);
    assertThat(stage.standing("shop", "b").reason())
        .get()
        .asString()
        .contains("Rollout 'a' of service 'shop' is in the way");
  }

  @Test
  void the_queue_stops_where_the_one_ahead_is_rolled_back_until_a_person_advances_it() {
    stage.creates("shop", "a", TO_2);
    stage.creates("shop", "b", TO_3.queueing());
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(12));
    stage.steers("shop", "a", Event.Verb.ROLLBACK);
    stage.ticksFor(Duration.ofMinutes(10));
    stage.untilAllEnded();
    assertThat(stage.status("shop", "b")).isEqualTo(Status.PENDING);
    assertThat(stage.standing("shop", "b").reason()).contains(State.AHEAD_ROLLED_BACK);
    isAt(Map.of("1", 100.0));
    stage.steers("shop", "b", Event.Verb.ADVANCE);
    stage.wake("shop");
    stage.untilAllEnded();
    assertThat(stage.status("shop", "b")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void one_that_waits_for_an_alarm_starts_at_the_tick_after_it_clears_and_keeps_no_driver_alive() {
    stage.cloud().cloudWatch.set("errors", "OK", "");
    stage.creates("shop", "b", TO_3.startingAt(at(Duration.ofSeconds(30))).watchedBy("errors"));
    stage.cloud().cloudWatch.set("errors", "ALARM", "5 errors");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(31));
    assertThat(stage.standing("shop", "b").waitsFor()).contains(State.WaitsFor.ALARM);
    assertThat(stage.standing("shop", "b").reason())
        .get()
        .asString()
        .contains("alarm 'errors' is in ALARM since");
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isLessThan(Duration.ofSeconds(40));
    long v = stage.service("shop").v();
    stage.ticksFor(Duration.ofMinutes(30));
    assertThat(stage.service("shop").v()).isEqualTo(v);
    stage.cloud().cloudWatch.set("errors", "OK", "");
    stage.ticksFor(Duration.ofMinutes(1));
    assertThat(stage.status("shop", "b")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void batches_go_on_in_time_beside_one_that_waits_for_an_alarm() {
    stage.cloud().cloudWatch.set("errors", "OK", "");
    stage.creates("shop", "a", Specs.to("2").inBatches("5%", "7s"));
    stage.creates("shop", "b", TO_3.startingAt(at(Duration.ofSeconds(20))).watchedBy("errors"));
    stage.cloud().cloudWatch.set("errors", "ALARM", "5 errors");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(44));
    assertThat(stage.batches("shop")).isEqualTo(7);
    assertThat(stage.standing("shop", "b").waitsFor()).contains(State.WaitsFor.ALARM);
    stage.cloud().cloudWatch.set("errors", "OK", "");
    stage.tick();
    stage.pass(PROMISED);
    assertThat(stage.status("shop", "a")).isEqualTo(Status.CANCELLED);
    assertThat(stage.status("shop", "b")).isEqualTo(Status.RUNNING);
  }

  @Test
  void many_that_start_at_the_same_time_ask_for_their_alarms_together() {
    stage.cloud().cloudWatch.limit(1_000);
    for (int i = 0; i < 120; i++) {
      stage.cloud().cloudWatch.set("errors" + i, "OK", "");
      stage.watched("s" + i);
      stage.creates(
          "s" + i, "r", TO_2.startingAt(at(Duration.ofSeconds(30))).watchedBy("errors" + i));
    }
    long before = stage.cloud().cloudWatch.calls().size();
    stage.tick();
    stage.pass(Duration.ofSeconds(31));
    for (int i = 0; i < 120; i++) {
      assertThat(stage.status("s" + i)).isEqualTo(Status.RUNNING);
    }
    assertThat(stage.cloud().cloudWatch.calls().size() - before).isEqualTo(2);
  }

  @Test
  void one_whose_item_is_lost_is_called_off_and_the_next_starts() {
    stage.creates("shop", "a", TO_2);
    stage.creates("shop", "b", TO_3.queueing());
    stage.creates("shop", "c", TO_4.queueing());
    stage.loses("shop", "b");
    Stage.Invocation driver = stage.wake("shop");

    stage.pass(Duration.ofMillis(30_001));
    assertThat(stage.status("shop", "a")).isEqualTo(Status.SUCCEEDED);
    stage.pass(PROMISED.multipliedBy(2));

    assertThat(stage.status("shop", "c")).isEqualTo(Status.RUNNING);
    assertThat(stage.log)
        .singleElement()
        .asString()
        .contains("Rollout b of service shop is not in the table, and is called off");
    stage.untilAllEnded();
    isAt(Map.of("4", 100.0));
    assertThat(driver.took()).isLessThan(Duration.ofSeconds(100));
  }
}
