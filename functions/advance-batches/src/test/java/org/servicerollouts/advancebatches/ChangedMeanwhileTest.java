package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.justBefore;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Status;

/** A request changes a service between a driver's read of it and its write. */
class ChangedMeanwhileTest {
  private final Stage stage = new Stage();

  /** {@code request} comes just before a driver's next save of {@code shop}. */
  private void comesBetween(Runnable request) {
    AtomicBoolean came = new AtomicBoolean();
    stage.drivers.fails(
        justBefore(made -> Requests.saves(made, "shop") && !came.getAndSet(true), request));
  }

  private void hasReadOnce() {
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(1);
    assertThat(stage.log).isEmpty();
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void the_lost_race_tells_the_service_as_it_is_and_the_batch_is_made_at_once() {
    stage.rollingOut("shop", 10, "2", "30s");
    stage.wake("shop");
    comesBetween(() -> stage.scales("shop", 20));
    stage.pass(Duration.ofSeconds(31));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(30)));
    assertThat(stage.service("shop").allocation())
        .contains(Replicas.of(Map.of("old", 16L, "new", 4L)));
    assertThat(stage.drivers.count(Requests::saves)).isEqualTo(2);
    hasReadOnce();
  }

  @Test
  void the_same_holds_for_the_last_batch_which_is_a_transaction() {
    stage.rollingOut("shop", 2, "1", "30s");
    stage.wake("shop");
    comesBetween(() -> stage.scales("shop", 3));
    stage.pass(Duration.ofSeconds(31));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(30)));
    assertThat(stage.status("shop")).isEqualTo(Status.RUNNING);
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    hasReadOnce();
  }

  @Test
  void a_paused_rollout_is_dropped() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    comesBetween(() -> stage.steers("shop", Event.Verb.PAUSE));
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(37));
    assertThat(stage.status("shop")).isEqualTo(Status.PAUSED);
    assertThat(stage.batches("shop")).isEqualTo(1);
    hasReadOnce();
  }

  @Test
  void a_pause_long_before_the_batch_is_found_at_its_time() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(10));
    stage.steers("shop", Event.Verb.PAUSE);
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(37));
    assertThat(stage.batches("shop")).isEqualTo(1);
    hasReadOnce();
  }

  @Test
  void the_rollout_that_supersedes_is_followed() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    comesBetween(() -> stage.supersedes("shop", "second", "5", "7s"));
    stage.untilAllEnded();
    assertThat(stage.rollout("shop").rolloutId()).isEqualTo("second");
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(37)));
    hasReadOnce();
  }

  @Test
  void what_a_request_makes_due_earlier_than_a_driver_knew_is_done_earlier() {
    stage.rollingOut("shop", 10, "1", "60s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(10));
    stage.supersedes("shop", "second", "1", "5s");
    stage.pass(Duration.ofSeconds(11));
    assertThat(stage.ledger.times("shop"))
        .containsExactly(at(Duration.ofSeconds(15)), at(Duration.ofSeconds(20)));
  }

  @Test
  void a_batch_that_a_person_advances_is_not_done_again() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    comesBetween(() -> stage.steers("shop", Event.Verb.ADVANCE));
    stage.pass(Duration.ofSeconds(31));
    assertThat(stage.batches("shop")).isEqualTo(2);
    stage.pass(Duration.ofSeconds(30));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(60)));
    hasReadOnce();
  }

  /** At no replicas nothing is due; then the time is the same as before. */
  @Test
  void a_service_that_becomes_due_at_the_same_time_again_is_taken_up_again() {
    stage.rollingOut("other", 10, "1", "50s");
    stage.rollingOut("shop", 10, "1", "10s");
    stage.wake("other", "shop");
    stage.pass(Duration.ofSeconds(5));
    stage.scales("shop", 0);
    stage.pass(Duration.ofSeconds(8));
    stage.scales("shop", 10);
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.ledger.times("shop"))
        .singleElement()
        .satisfies(
            time ->
                assertThat(time).isBetween(at(Duration.ofSeconds(13)), at(Duration.ofSeconds(15))));
  }
}
