package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Schema;

/** What one driver does, from a tick or a wake to its end. */
class AdvancingTest {
  private static final Duration PROMISED = Duration.ofSeconds(2);

  private final Stage stage = new Stage();

  @Test
  void a_tick_with_nothing_due_asks_each_shard_once_and_writes_nothing() {
    stage.rollingOut("shop", 10, "1", "5m");
    Stage.Invocation tick = stage.tick();
    stage.settle();
    assertThat(tick.isOver()).isTrue();
    assertThat(stage.drivers.count(Requests::asksIndex)).isEqualTo(Schema.SHARDS);
    assertThat(stage.drivers.count(request -> true)).isEqualTo(Schema.SHARDS);
  }

  @Test
  void a_tick_advances_a_batch_that_is_due() {
    stage.rollingOut("shop", 10, "1", "5m");
    stage.pass(Duration.ofMinutes(5));
    stage.tick();
    stage.settle();
    assertThat(stage.batches("shop")).isEqualTo(2);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofMinutes(5)));
  }

  @Test
  void a_batch_takes_one_read_and_one_write_and_the_next_of_the_same_driver_only_the_write() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.pass(Duration.ofSeconds(2));
    stage.tick();
    stage.pass(Duration.ofSeconds(7));
    assertThat(stage.batches("shop")).isEqualTo(5);
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(1);
    assertThat(stage.drivers.count(Requests::saves)).isEqualTo(4);
  }

  @Test
  void a_batch_that_is_due_in_a_minute_is_waited_for_and_starts_at_its_time() {
    stage.rollingOut("shop", 10, "1", "60s");
    Stage.Invocation tick = stage.tick();
    stage.pass(Duration.ofSeconds(59));
    assertThat(tick.isOver()).isFalse();
    assertThat(stage.batches("shop")).isEqualTo(1);
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(60)));
  }

  @Test
  void the_batches_of_a_short_interval_go_on_in_the_same_invocation_until_the_end() {
    stage.rollingOut("shop", 10, "1", "2s");
    Stage.Invocation wake = stage.wake("shop");
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop"))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 9).mapToObj(i -> at(Duration.ofSeconds(2L * i))).toList());
    assertThat(wake.took()).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(24));
    assertThat(stage.leaseOwner()).isEmpty();
    assertThat(stage.log).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2s", "3s", "7s", "30s", "59s", "60s", "61s", "74s", "76s", "2m", "5m"})
  void every_batch_starts_within_two_seconds_of_its_time_whatever_the_interval(String interval) {
    stage.pass(Duration.ofMillis(17_321));
    stage.rollingOut("shop", 10, "1", interval);
    stage.wake("shop");
    stage.pass(Duration.ofMillis(12_345));
    stage.ticksFor(Duration.ofMinutes(50));
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.steps("shop")).hasSize(9);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void a_late_tick_advances_one_batch_and_the_next_waits_a_whole_interval() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.pass(Duration.ofMinutes(10));
    stage.tick();
    stage.settle();
    assertThat(stage.batches("shop")).isEqualTo(2);
    stage.pass(Duration.ofSeconds(29));
    assertThat(stage.batches("shop")).isEqualTo(2);
    stage.pass(Duration.ofSeconds(31));
    assertThat(stage.ledger.times("shop"))
        .containsExactly(
            at(Duration.ofMinutes(10)),
            at(Duration.ofMinutes(10).plusSeconds(30)),
            at(Duration.ofMinutes(11)));
  }

  @Test
  void a_driver_takes_up_what_somebody_else_makes_due_meanwhile() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(3));
    stage.rollingOut("cart", 10, "1", "2s");
    stage.pass(Duration.ofSeconds(5));
    assertThat(stage.ledger.times("cart"))
        .containsExactly(at(Duration.ofSeconds(5)), at(Duration.ofSeconds(7)));
  }

  @Test
  void a_driver_ends_when_what_comes_next_is_far_off() {
    stage.rollingOut("shop", 10, "1", "60s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(30));
    stage.supersedes("shop", "second", "1", "5m");
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isLessThan(Duration.ofSeconds(70));
    assertThat(stage.ledger.steps("shop")).isEmpty();
  }

  @Test
  void a_wake_reads_by_key_and_asks_no_index_before_it_drives() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.wake("shop");
    stage.settle();
    assertThat(stage.drivers.count(Requests::readsTogether)).isEqualTo(1);
    assertThat(stage.drivers.count(Requests::asksIndex)).isZero();
    assertThat(stage.drivers.count(Requests::putsLease)).isEqualTo(1);
  }

  @Test
  void a_wake_for_what_is_not_due_any_more_ends_at_once_and_writes_nothing() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.steers("shop", Event.Verb.PAUSE);
    stage.rollingOut("cart", 10, "1", "10m");
    Stage.Invocation wake = stage.wake("shop", "cart", "gone");
    stage.settle();
    assertThat(wake.isOver()).isTrue();
    assertThat(wake.failure()).isEmpty();
    assertThat(stage.drivers.count(request -> true)).isEqualTo(1);
  }

  @Test
  void a_bake_ends_at_its_time() {
    stage.baking("shop", Duration.ofSeconds(40));
    stage.tick();
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(40)));
  }

  @Test
  void an_hour_of_many_services_keeps_its_promise_with_a_driver_at_a_time() {
    List<String> intervals = List.of("2s", "5s", "30s", "1m", "90s", "5m");
    for (String interval : intervals) {
      stage.rollingOut("s" + interval, 10, "1", interval);
      stage.wake("s" + interval);
      stage.pass(Duration.ofSeconds(11));
    }
    stage.ticksFor(Duration.ofHours(1));
    stage.untilAllEnded();
    assertThat(intervals)
        .allSatisfy(i -> assertThat(stage.status("s" + i)).isEqualTo(Status.SUCCEEDED));
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
    assertThat(stage.mostAtOnce()).isLessThanOrEqualTo(2);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }
}
