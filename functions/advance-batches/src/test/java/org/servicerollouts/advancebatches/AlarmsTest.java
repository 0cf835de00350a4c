package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.throttling;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.doubles.Fault;
import org.servicerollouts.store.Schema;

/** Rollouts that CloudWatch alarms watch. */
class AlarmsTest {
  private static final Map<String, Double> ALL_AT_1 = Map.of("1", 100.0);
  private static final Map<String, Double> QUARTER_AT_2 = Map.of("1", 75.0, "2", 25.0);
  private static final Specs QUARTERS = Specs.to("2").inBatches("25%", "10s");

  /** Issue 5: within 2 s of the event. */
  private static final Duration PROMISED = Duration.ofSeconds(2);

  @AutoClose private final Stage stage = new Stage();

  AlarmsTest() {
    stage.cloud().cloudWatch.set("errors", "OK", "0 errors");
  }

  private void set(String state) {
    stage.cloud().cloudWatch.set("errors", state, "5 errors");
  }

  private long asked() {
    return stage.cloud().cloudWatch.calls().size();
  }

  private void pulled(Specs specs) {
    stage.watched("shop", "errors");
    stage.creates("shop", "r", specs);
    stage.wake("shop");
    stage.settle();
  }

  private void targeted(Specs specs) {
    stage.targeted("shop", "errors");
    stage.creates("shop", "r", specs);
    stage.wake("shop");
    stage.settle();
    stage.requireDivided("shop", QUARTER_AT_2);
  }

  private void requireTakenBack(Instant since) {
    assertThat(stage.status("shop", "r")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    assertThat(stage.standing("shop", "r").reason())
        .contains("alarm 'errors' is in ALARM since " + since + " (5 errors)");
  }

  // ---- before a batch

  @Test
  void alarms_are_read_before_each_batch_and_ok_lets_it_start() {
    pulled(QUARTERS);
    long before = asked();
    stage.pass(Duration.ofSeconds(31));
    assertThat(asked() - before).isEqualTo(3);
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop"))
        .containsExactly(
            at(Duration.ofSeconds(10)), at(Duration.ofSeconds(20)), at(Duration.ofSeconds(30)));
  }

  @Test
  void in_alarm_before_a_batch_it_goes_back_instead() {
    pulled(QUARTERS);
    stage.pass(Duration.ofSeconds(5));
    Instant since = stage.time.now();
    set("ALARM");
    stage.pass(Duration.ofSeconds(6));
    requireTakenBack(since);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(10)));
  }

  @Test
  void in_alarm_before_a_batch_the_target_goes_back_too() {
    targeted(QUARTERS);
    stage.pass(Duration.ofSeconds(5));
    Instant since = stage.time.now();
    set("ALARM");
    stage.pass(Duration.ofSeconds(6));
    requireTakenBack(since);
    stage.requireDivided("shop", ALL_AT_1);
  }

  // ---- the event

  @Test
  void the_event_takes_a_pulled_service_back_at_once() {
    pulled(Specs.to("2").inBatches("25%", "1h"));
    stage.pass(Duration.ofMinutes(7));
    Instant since = stage.time.now();
    stage.fires("errors");
    stage.settle();
    requireTakenBack(since);
    assertThat(stage.ledger.times("shop")).containsExactly(since);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1h", "20s"})
  void the_event_brings_table_and_alias_back_within_what_was_promised(String interval) {
    targeted(Specs.to("2").inBatches("25%", interval));
    stage.onTheWayToLambda(OnTheWay.slow(stage.time, Duration.ofMillis(150), new Random(5)));
    stage.pass(Duration.ofSeconds(12));
    Instant since = stage.time.now();
    Instant machineStart = Instant.now();
    stage.fires("errors");
    stage.pass(PROMISED);
    System.out.printf(
        "An alarm fires in a rollout of interval %s: table and alias back after %d ms in"
            + " simulated time, %d ms on this machine%n",
        interval,
        Duration.between(since, stage.ledger.times("shop").getLast()).toMillis(),
        Duration.between(machineStart, Instant.now()).toMillis());
    requireTakenBack(since);
    stage.requireDivided("shop", ALL_AT_1);
  }

  /** The batch's UpdateAlias is on its way when the alarm fires. */
  @Test
  void the_event_in_the_middle_of_a_shift_wins_over_it() {
    stage.targeted("shop", "errors");
    stage.onTheWayToLambda(
        OnTheWay.justBefore(
            "UpdateAlias",
            () -> {
              stage.fires("errors");
              stage.pass(Duration.ofMillis(300));
            }));
    stage.creates("shop", "r", QUARTERS);
    Instant since = stage.time.now();
    stage.wake("shop");
    stage.pass(PROMISED);
    requireTakenBack(since);
    stage.requireDivided("shop", ALL_AT_1);
    stage.untilAllEnded();
  }

  @Test
  void the_event_takes_back_what_its_target_keeps_from_its_batch() {
    stage.targeted("shop", "errors");
    stage.cloud().lambda.faults().next(1, Fault.BROKEN);
    stage.creates("shop", "r", QUARTERS);
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(1));
    Instant since = stage.time.now();
    stage.fires("errors");
    stage.pass(PROMISED);
    requireTakenBack(since);
    stage.requireDivided("shop", ALL_AT_1);
  }

  @Test
  void the_event_takes_back_what_stands_still_or_bakes() {
    pulled(Specs.to("2").inBatches("25%", "1h"));
    stage.steers("shop", Event.Verb.PAUSE);
    stage.watched("cart", "errors");
    stage.creates("cart", "r", Specs.to("2").baking(Duration.ofHours(1)));
    stage.pass(Duration.ofSeconds(1));
    stage.fires("errors");
    stage.settle();
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.status("cart")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.divided("cart")).isEqualTo(ALL_AT_1);
  }

  @Test
  void an_event_that_comes_twice_or_of_another_alarm_changes_nothing() {
    pulled(QUARTERS);
    stage.cloud().cloudWatch.set("other", "OK", "");
    stage.fires("other");
    stage.settle();
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.fires("errors");
    stage.invoke(stage.lastChange());
    stage.settle();
    long v = stage.service("shop").v();
    stage.invoke(stage.lastChange());
    stage.settle();
    assertThat(stage.service("shop").v()).isEqualTo(v);
    stage.untilAllEnded();
    stage.ledger.provesThatNothingWasDoneTwice();
  }

  @Test
  void an_alarm_without_data_is_no_event_for_us() {
    pulled(QUARTERS);
    set("INSUFFICIENT_DATA");
    stage.drivers.forgetRequests();
    Stage.Invocation told = stage.invoke(stage.lastChange());
    stage.settle();
    assertThat(told.isOver()).isTrue();
    assertThat(stage.drivers.count(request -> true)).isZero();
  }

  @Test
  void an_alarm_that_is_ok_again_changes_nothing_where_none_was_overridden() {
    pulled(QUARTERS);
    set("INSUFFICIENT_DATA");
    long v = stage.service("shop").v();
    set("OK");
    Stage.Invocation told = stage.invoke(stage.lastChange());
    stage.settle();
    assertThat(told.isOver()).isTrue();
    assertThat(stage.service("shop").v()).isEqualTo(v);
  }

  @Test
  void an_alarm_that_was_overridden_counts_again_once_an_event_tells_that_it_is_ok() {
    set("ALARM");
    pulled(Specs.to("2").inBatches("25%", "1h").overridingAlarms("known"));
    stage.invoke(stage.lastChange());
    stage.settle();
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    set("OK");
    stage.invoke(stage.lastChange());
    stage.settle();
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    Instant since = stage.time.now();
    stage.fires("errors");
    stage.settle();
    requireTakenBack(since);
  }

  /** Another service's look has just found it OK. */
  @Test
  void what_was_read_before_an_override_does_not_end_it() {
    pulled(Specs.to("2").inBatches("10%", "5s"));
    stage.pass(Duration.ofSeconds(6));
    set("ALARM");
    stage.watched("cart", "errors");
    stage.creates("cart", "r", QUARTERS_EACH_2S.overridingAlarms("known"));
    stage.wake("cart");
    stage.pass(Duration.ofSeconds(7));
    assertThat(stage.status("cart")).isEqualTo(Status.SUCCEEDED);
  }

  private static final Specs QUARTERS_EACH_2S = Specs.to("2").inBatches("25%", "2s");

  @Test
  void the_event_takes_a_hundred_services_back_while_the_table_is_busy() {
    stage.cloud().cloudWatch.limit(1_000);
    for (int i = 0; i < 100; i++) {
      stage.watched("s" + i, "errors");
      stage.creates("s" + i, "r", Specs.to("2").inBatches("25%", "1h"));
    }
    AtomicInteger saves = new AtomicInteger();
    AtomicInteger queries = new AtomicInteger();
    stage.drivers.fails(
        throttling(
            request ->
                (Requests.saves(request) && saves.incrementAndGet() % 3 == 0)
                    || (Requests.asksWatched(request) && queries.incrementAndGet() == 1)));
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(8));
    for (int i = 0; i < 100; i++) {
      assertThat(stage.status("s" + i)).isEqualTo(Status.ROLLED_BACK);
    }
    assertThat(stage.log)
        .anySatisfy(
            line -> assertThat(line).contains("What alarm 'errors' watches could not be read"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("could not be told that alarm 'errors' is ALARM: ", "too fast")
                    .hasLineCount(1));
    stage.ledger.provesThatNothingWasDoneTwice();
  }

  @Test
  void the_event_races_with_people_who_change_the_service() {
    pulled(Specs.to("2").inBatches("25%", "1h"));
    AtomicInteger raced = new AtomicInteger();
    stage.drivers.fails(
        WatchedClient.Fault.justBefore(
            request -> Requests.saves(request, "shop") && raced.incrementAndGet() <= 3,
            () ->
                stage.steers("shop", raced.get() % 2 == 1 ? Event.Verb.PAUSE : Event.Verb.RESUME)));
    stage.fires("errors");
    stage.pass(PROMISED);
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    assertThat(raced.get()).isGreaterThan(3);
  }

  @Test
  void what_the_event_could_not_take_back_goes_back_before_its_next_batch() {
    pulled(Specs.to("2").inBatches("25%", "40s"));
    stage.drivers.fails(throttling(request -> Requests.saves(request, "shop")));
    stage.fires("errors");
    stage.pass(Duration.ofSeconds(20));
    stage.drivers.isWellAgain();
    assertThat(stage.log.getLast())
        .isEqualTo(
            "Service shop could not be told that alarm 'errors' is ALARM, and is before its next"
                + " batch or its end");
    stage.pass(Duration.ofSeconds(21));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
  }

  // ---- the bake

  @Test
  void a_bake_of_hours_costs_one_short_look_a_minute() {
    pulled(Specs.to("2").baking(Duration.ofHours(3)));
    stage.untilAllEnded();
    long before = asked();
    stage.drivers.forgetRequests();
    int ticks = 60;
    Duration driven = Duration.ZERO;
    for (int i = 0; i < ticks; i++) {
      Stage.Invocation tick = stage.tick();
      stage.pass(Duration.ofMinutes(1));
      driven = driven.plus(tick.took());
    }
    System.out.printf(
        "A bake, each minute: %d DescribeAlarms, %d queries, %d reads, %d writes of the lease,"
            + " %d ms of a driver%n",
        (asked() - before) / ticks,
        stage.drivers.count(Requests::asksIndex) / ticks,
        stage.drivers.count(Requests::reads) / ticks,
        stage.drivers.count(Requests::writes) / ticks,
        driven.toMillis() / ticks);
    assertThat(asked() - before).isEqualTo(ticks);
    assertThat(driven.dividedBy(ticks)).isLessThanOrEqualTo(Duration.ofMillis(5_200));
    assertThat(stage.drivers.count(Requests::saves)).isZero();
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(ticks);
    assertThat(stage.drivers.count(Requests::asksIndex)).isEqualTo(6L * Schema.SHARDS * ticks);
    assertThat(stage.log).isEmpty();
  }

  @Test
  void a_bake_ends_at_its_time_though_it_is_only_looked_at_each_minute() {
    pulled(Specs.to("2").baking(Duration.ofSeconds(205)));
    stage.ticksFor(Duration.ofMinutes(4));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(205)));
  }

  @Test
  void a_look_during_the_bake_finds_the_alarm_whose_event_was_lost() {
    pulled(Specs.to("2").baking(Duration.ofHours(3)));
    stage.ticksFor(Duration.ofMinutes(2));
    Instant since = stage.time.now();
    set("ALARM");
    stage.ticksFor(Duration.ofMinutes(1));
    requireTakenBack(since);
  }

  // ---- unreadable, or without data

  @Test
  void no_batch_starts_while_alarms_cannot_be_read_and_each_tick_tries_again() {
    pulled(QUARTERS);
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.BROKEN);
    stage.ticksFor(Duration.ofMinutes(3));
    assertThat(stage.divided("shop")).isEqualTo(QUARTER_AT_2);
    assertThat(stage.standing("shop", "r").reason()).get().asString().contains("DescribeAlarms: ");
    assertThat(stage.log)
        .hasSize(3)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        "Alarms could not be read (1 of them), and are at the next tick: Descr")
                    .hasLineCount(1));
    stage.cloud().cloudWatch.faults().clear();
    stage.tick();
    stage.settle();
    assertThat(stage.divided("shop")).isEqualTo(Map.of("1", 50.0, "2", 50.0));
    assertThat(stage.standing("shop", "r").reason()).isEmpty();
  }

  @Test
  void alarms_that_stay_unreadable_hold_it_and_take_nothing_back() {
    pulled(QUARTERS.givingUpAfter(Duration.ofMinutes(3)));
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.THROTTLED);
    stage.ticksFor(Duration.ofMinutes(30));
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    assertThat(stage.divided("shop")).isEqualTo(Map.of("1", 75.0, "2", 25.0));
    stage.cloud().cloudWatch.faults().clear();
    stage.tick();
    stage.settle();
    assertThat(stage.divided("shop")).isEqualTo(Map.of("1", 50.0, "2", 50.0));
  }

  @Test
  void alarms_that_stay_unreadable_past_the_deadline_take_it_back_where_that_is_asked_for() {
    pulled(QUARTERS.goingBackUnread().givingUpAfter(Duration.ofMinutes(3)));
    stage.cloud().cloudWatch.faults().when(call -> true, Fault.THROTTLED);
    stage.ticksFor(Duration.ofMinutes(3));
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.ticksFor(Duration.ofMinutes(2));
    assertThat(stage.status("shop")).isEqualTo(Status.ROLLED_BACK);
    assertThat(stage.divided("shop")).isEqualTo(ALL_AT_1);
    assertThat(stage.standing("shop", "r").reason())
        .get()
        .asString()
        .startsWith("no progress since 2026-03-01T12:00:10Z: DescribeAlarms: Throttling");
  }

  @Test
  void services_without_alarms_do_not_wait_for_a_cloudwatch_that_does_not_answer() {
    pulled(QUARTERS);
    stage.rollingOut("free", 100, "1", "2s");
    stage.onTheWayToCloudWatch(OnTheWay.slow(stage.time, Duration.ofSeconds(3), new Random(2)));
    stage.pass(Duration.ofSeconds(40));
    assertThat(stage.ledger.steps("free"))
        .allSatisfy(step -> assertThat(step.lateness()).isLessThanOrEqualTo(Duration.ofSeconds(1)));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void without_data_one_that_holds_for_it_keeps_no_driver_alive_and_goes_on_with_data() {
    pulled(QUARTERS.holdingWithoutData());
    set("INSUFFICIENT_DATA");
    stage.pass(Duration.ofSeconds(20));
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isLessThan(Duration.ofSeconds(30));
    assertThat(stage.standing("shop", "r").reason()).contains("no data: alarm 'errors'");
    stage.ticksFor(Duration.ofMinutes(30));
    assertThat(stage.divided("shop")).isEqualTo(QUARTER_AT_2);
    set("OK");
    stage.ticksFor(Duration.ofMinutes(1));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
  }

  // ---- together

  @Test
  void the_alarms_of_all_that_are_due_are_read_together_and_held() {
    Map<String, Integer> named = new HashMap<>();
    for (int i = 0; i < 75; i++) {
      String[] alarms = {"a" + i, "b" + i, "errors"};
      for (String alarm : alarms) {
        stage.cloud().cloudWatch.set(alarm, "OK", "");
        named.merge(alarm, 1, Integer::sum);
      }
      stage.watched("s" + i, alarms);
    }
    stage.cloud().cloudWatch.limit(1_000);
    for (int i = 0; i < 75; i++) {
      stage.creates("s" + i, "r", Specs.to("2").inBatches("10%", "3s"));
    }
    long before = asked();
    stage.tick();
    stage.pass(Duration.ofSeconds(5));
    assertThat(named).hasSize(151);
    assertThat(stage.ledger.steps()).hasSize(75);
    assertThat(asked() - before).isEqualTo(2);
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.ledger.steps()).hasSize(150);
    assertThat(asked() - before).isEqualTo(2);
    stage.pass(Duration.ofSeconds(3));
    assertThat(stage.ledger.steps()).hasSize(225);
    assertThat(asked() - before).isEqualTo(4);
  }
}
