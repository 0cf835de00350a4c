package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;
import static org.servicerollouts.advancebatches.Stage.tickEvent;
import static org.servicerollouts.advancebatches.Stage.wakeEvent;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Due;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Who drives, and for how long. */
class LeaseTest {
  private static final Duration LOST_WAKE_OR_DEAD_DRIVER_COSTS = Duration.ofSeconds(75);

  private final Stage stage = new Stage();

  @Test
  void a_wake_loses_against_a_lease_ahead_and_asks_no_index() {
    stage.rollingOut("shop", 10, "1", "30s");
    Stage.Invocation driver = stage.wake("shop");
    stage.settle();
    stage.rollingOut("cart", 10, "1", "30s");
    stage.drivers.forgetRequests();
    Stage.Invocation loser = stage.wake("cart");
    stage.settle();
    assertThat(loser.isOver()).isTrue();
    assertThat(driver.holdsTheLease()).isTrue();
    assertThat(stage.drivers.count(Requests::asksIndex)).isZero();
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(1);
    assertThat(stage.drivers.count(Requests::putsLease)).isEqualTo(1);
  }

  @Test
  void a_tick_takes_the_lease_from_whoever_has_it_and_the_older_driver_ends_at_its_renewal() {
    stage.rollingOut("shop", 20, "1", "10s");
    Stage.Invocation older = stage.wake("shop");
    stage.pass(Duration.ofSeconds(12));
    Stage.Invocation newer = stage.tick();
    stage.settle();
    assertThat(newer.holdsTheLease()).isTrue();
    assertThat(older.isOver()).isFalse();
    stage.pass(Duration.ofSeconds(5));
    assertThat(older.isOver()).isTrue();
    assertThat(newer.holdsTheLease()).isTrue();
    assertThat(newer.isOver()).isFalse();
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void a_driver_does_not_remove_the_lease_of_a_newer_one() {
    stage.rollingOut("shop", 2, "1", "3s");
    Stage.Invocation older = stage.wake("shop");
    stage.pass(Duration.ofSeconds(2));
    stage.leases.take("newer", stage.time.now().plus(Due.HORIZON));
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(older.isOver()).isTrue();
    assertThat(stage.leaseOwner()).contains("newer");
  }

  @Test
  void the_lease_is_gone_once_nothing_is_due() {
    stage.rollingOut("shop", 2, "1", "3s");
    Stage.Invocation driver = stage.wake("shop");
    stage.pass(Duration.ofMillis(3_500));
    assertThat(stage.leaseOwner()).isEmpty();
    assertThat(driver.isOver()).isFalse();
    stage.pass(Duration.ofSeconds(6));
    assertThat(driver.isOver()).isTrue();
  }

  @Test
  void the_driver_that_lets_go_takes_up_the_wake_that_lost_against_it() {
    DynamoDbClient behind = stage.behind(() -> Duration.ofSeconds(3));
    stage.rollingOut("shop", 2, "1", "10s");
    Stage.Invocation driver = stage.invoke(wakeEvent("shop"), "driver", behind);
    stage.pass(Duration.ofMillis(9_900));
    stage.rollingOut("cart", 10, "1", "10s");
    Stage.Invocation loser = stage.invoke(wakeEvent("cart"), "loser", behind);
    stage.pass(Duration.ofMillis(300));
    assertThat(loser.isOver()).isTrue();
    assertThat(stage.leaseOwner()).isEmpty();
    stage.pass(Duration.ofSeconds(4));
    assertThat(driver.holdsTheLease()).isTrue();
    stage.pass(Duration.ofSeconds(6));
    assertThat(stage.ledger.times("cart")).containsExactly(at(Duration.ofMillis(19_900)));
  }

  @Test
  void the_driver_that_let_go_ends_when_another_took_the_lease_meanwhile() {
    stage.rollingOut("shop", 2, "1", "10s");
    Stage.Invocation letsGo = stage.wake("shop");
    stage.pass(Duration.ofMillis(10_500));
    stage.rollingOut("cart", 10, "1", "10s");
    Stage.Invocation winner = stage.wake("cart");
    stage.pass(Duration.ofSeconds(2));
    assertThat(letsGo.isOver()).isTrue();
    assertThat(winner.holdsTheLease()).isTrue();
  }

  @Test
  void a_driver_ends_after_four_minutes_and_the_next_tick_goes_on() {
    stage.rollingOut("shop", 100, "1", "30s");
    Stage.Invocation first = stage.tick();
    stage.pass(Duration.ofMinutes(4).plusSeconds(1));
    assertThat(first.isOver()).isTrue();
    assertThat(first.took()).isEqualTo(Driver.LONGEST);
    assertThat(stage.leaseOwner()).isEmpty();
    stage.tick();
    // Less than a minute, after which the next batch is due and may come before this is looked at
    stage.pass(Duration.ofSeconds(59));
    assertThat(stage.ledger.steps("shop")).hasSize(9);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_dead_driver_is_replaced_by_the_next_tick() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.leases.take("dead", stage.time.now().plus(Due.HORIZON));
    Stage.Invocation loser = stage.wake("shop");
    stage.pass(Duration.ofSeconds(59));
    assertThat(loser.isOver()).isTrue();
    stage.tick();
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(LOST_WAKE_OR_DEAD_DRIVER_COSTS);
  }

  @Test
  void a_wake_wins_over_a_lease_that_has_run_out() {
    stage.leases.take("dead", stage.time.now().plus(Due.HORIZON));
    stage.pass(Due.HORIZON.plusMillis(1));
    stage.rollingOut("shop", 10, "1", "2s");
    Stage.Invocation wake = stage.wake("shop");
    stage.settle();
    assertThat(wake.holdsTheLease()).isTrue();
  }

  @Test
  void a_lost_wake_costs_no_more_than_the_time_to_the_next_tick() {
    stage.tick();
    stage.settle();
    stage.rollingOut("shop", 10, "1", "1s");
    stage.pass(Duration.ofSeconds(59));
    stage.ticksFor(Duration.ofMinutes(1));
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(LOST_WAKE_OR_DEAD_DRIVER_COSTS);
  }

  @Test
  void lost_ticks_cost_nothing_while_a_driver_drives() {
    stage.rollingOut("shop", 20, "1", "11s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(239));
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_driver_that_is_interrupted_ends_and_the_next_tick_goes_on() throws InterruptedException {
    stage.rollingOut("shop", 10, "1", "30s");
    Stage.Invocation driver = stage.invoke(tickEvent());
    stage.pass(Duration.ofMillis(10_500));
    driver.interrupts();
    assertThat(driver.failure()).isEmpty();
    stage.pass(Duration.ofSeconds(10));
    stage.tick();
    stage.pass(Duration.ofSeconds(11));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(30)));
  }

  @Test
  void pauses_and_resumes_need_no_driver_of_their_own() {
    stage.rollingOut("shop", 10, "1", "20s");
    Stage.Invocation driver = stage.wake("shop");
    stage.pass(Duration.ofSeconds(5));
    stage.steers("shop", Event.Verb.PAUSE);
    stage.pass(Duration.ofSeconds(2));
    stage.steers("shop", Event.Verb.RESUME);
    Stage.Invocation loser = stage.wake("shop");
    stage.pass(Duration.ofSeconds(16));
    assertThat(loser.took()).isZero();
    assertThat(stage.running()).containsExactly(driver);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(22)));
  }
}
