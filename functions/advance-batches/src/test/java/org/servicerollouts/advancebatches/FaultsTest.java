package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.at;
import static org.servicerollouts.advancebatches.Stage.tickEvent;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.throttling;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.timingOutAfterSuccess;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Due;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** DynamoDB throttles, times out and conflicts; items are broken. A driver lives on. */
class FaultsTest {
  private static final Duration PROMISED = Duration.ofSeconds(2);

  private final Stage stage = new Stage();

  private static Predicate<DynamoDbRequest> first(int n, Predicate<DynamoDbRequest> which) {
    AtomicInteger seen = new AtomicInteger();
    return request -> which.test(request) && seen.incrementAndGet() <= n;
  }

  // ---- the index

  @Test
  void what_a_driver_knows_goes_on_while_the_index_does_not_answer() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.wake("shop");
    stage.settle();
    stage.drivers.fails(throttling(Requests::asksIndex));
    stage.pass(Duration.ofSeconds(10));
    assertThat(stage.batches("shop")).isEqualTo(6);
    stage.rollingOut("cart", 10, "1", "2s");
    stage.drivers.isWellAgain();
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.status("cart")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
    assertThat(stage.log)
        .hasSizeBetween(9, 11)
        .allSatisfy(line -> assertThat(line).contains("due index", "too fast").hasLineCount(1));
  }

  @Test
  void a_tick_whose_first_question_fails_asks_again() {
    stage.rollingOut("shop", 10, "1", "1s");
    stage.pass(Duration.ofSeconds(1));
    stage.drivers.fails(throttling(first(1, Requests::asksIndex)));
    stage.tick();
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.ledger.times("shop")).startsWith(at(Duration.ofSeconds(2)));
    assertThat(stage.log).hasSize(1);
  }

  @Test
  void a_tick_that_never_gets_an_answer_ends_and_takes_no_lease() {
    stage.rollingOut("shop", 10, "1", "1s");
    stage.drivers.fails(throttling(Requests::asksIndex));
    Stage.Invocation tick = stage.tick();
    stage.pass(Duration.ofSeconds(6));
    assertThat(tick.isOver()).isTrue();
    assertThat(stage.drivers.count(Requests::asksIndex)).isEqualTo(6);
    assertThat(stage.drivers.count(Requests::writes)).isZero();
  }

  // ---- the lease

  @Test
  void a_renewal_that_fails_for_some_time_is_made_again_and_ends_nobody() {
    stage.rollingOut("shop", 20, "1", "2s");
    Stage.Invocation driver = stage.tick();
    stage.pass(Duration.ofSeconds(3));
    stage.drivers.fails(throttling(Requests::putsLease));
    stage.drivers.forgetRequests();
    stage.pass(Duration.ofSeconds(20));
    assertThat(stage.drivers.count(Requests::putsLease)).isBetween(15L, 20L);
    stage.drivers.isWellAgain();
    stage.pass(Duration.ofSeconds(10));
    assertThat(driver.holdsTheLease()).isTrue();
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_tick_that_cannot_take_the_lease_drives_and_takes_it_later() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.leases.take("dead", stage.time.now().plus(Due.HORIZON));
    stage.drivers.fails(throttling(first(2, Requests::putsLease)));
    Stage.Invocation tick = stage.tick();
    stage.pass(Duration.ofMillis(2_500));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(2)));
    assertThat(tick.holdsTheLease()).isTrue();
    assertThat(stage.log).hasSize(2);
  }

  @Test
  void a_wake_that_cannot_ask_for_the_lease_asks_again() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.drivers.fails(throttling(first(2, Requests::putsLease)));
    Stage.Invocation wake = stage.wake("shop");
    stage.pass(Duration.ofMillis(2_500));
    assertThat(wake.holdsTheLease()).isTrue();
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(2)));
  }

  @Test
  void a_wake_that_can_never_ask_for_the_lease_fails_and_leaves_it_to_the_next_tick() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.drivers.fails(throttling(Requests::putsLease));
    Stage.Invocation wake = stage.wake("shop");
    stage.pass(Duration.ofSeconds(3));
    assertThat(wake.failure()).isPresent();
    stage.drivers.isWellAgain();
    stage.tick();
    stage.pass(Duration.ofSeconds(1));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(3)));
  }

  @Test
  void a_lease_that_cannot_be_removed_runs_out_and_the_driver_still_looks_out_for_lost_wakes() {
    stage.rollingOut("shop", 2, "1", "2s");
    stage.drivers.fails(throttling(Requests::removesLease));
    Stage.Invocation driver = stage.wake("shop");
    stage.pass(Duration.ofSeconds(3));
    assertThat(driver.isOver()).isFalse();
    stage.untilAllEnded();
    assertThat(stage.log).hasSize(1);
  }

  // ---- reading

  @Test
  void services_that_cannot_be_read_together_are_read_one_by_one() {
    for (int i = 0; i < 10; i++) {
      stage.rollingOut("s" + i, 10, "1", "30s");
    }
    stage.pass(Duration.ofSeconds(30));
    stage.drivers.fails(throttling(Requests::readsTogether));
    stage.tick();
    stage.pass(Duration.ofMillis(500));
    for (int i = 0; i < 10; i++) {
      assertThat(stage.batches("s" + i)).isEqualTo(2);
    }
    assertThat(stage.log).singleElement().asString().contains("10 services", "one by one");
  }

  @Test
  void a_passing_fault_of_every_read_costs_less_than_was_promised() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.pass(Duration.ofSeconds(30));
    stage.drivers.fails(throttling(first(2, Requests::reads)));
    stage.tick();
    stage.pass(Duration.ofSeconds(1));
    assertThat(stage.batches("shop")).isEqualTo(2);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
  }

  @Test
  void a_wake_whose_read_fails_drives_and_reads_again() {
    stage.rollingOut("shop", 10, "1", "2s");
    stage.drivers.fails(throttling(first(1, Requests::reads)));
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(3));
    assertThat(stage.ledger.times("shop")).containsExactly(at(Duration.ofSeconds(2)));
  }

  @Test
  void a_broken_item_hurts_no_other_and_is_left_to_the_next_tick_after_half_a_minute() {
    stage.rollingOut("broken", 10, "1", "2s");
    stage.corrupts("broken");
    stage.rollingOut("shop", 10, "1", "2s");
    stage.wake("broken", "shop");
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
    assertThat(stage.elapsed()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(42));
    assertThat(stage.log)
        .hasSize(2 + 1 + Watch.TRIED_AGAIN)
        .allSatisfy(line -> assertThat(line).hasLineCount(1));
    assertThat(stage.log.getLast()).contains("broken", "left to the next tick", "NONSENSE");

    stage.repairs("broken");
    stage.tick();
    stage.untilAllEnded();
    assertThat(stage.status("broken")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void a_service_that_is_gone_is_forgotten() {
    stage.rollingOut("shop", 10, "1", "30s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(10));
    stage.deletes("shop");
    stage.untilAllEnded();
    assertThat(stage.elapsed()).isLessThan(Duration.ofSeconds(40));
    assertThat(stage.log).isEmpty();
  }

  // ---- saving

  @Test
  void a_service_that_cannot_be_saved_hurts_no_other_and_each_try_is_one_line_of_log() {
    stage.rollingOut("failing", 10, "1", "2s");
    stage.rollingOut("shop", 20, "1", "2s");
    stage.drivers.fails(throttling(request -> Requests.saves(request, "failing")));
    stage.wake("failing", "shop");
    stage.pass(Duration.ofSeconds(37));
    assertThat(stage.batches("shop")).isEqualTo(19);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
    assertThat(stage.log)
        .hasSize(Watch.TRIED_AGAIN + 1)
        .allSatisfy(line -> assertThat(line).contains("failing", "too fast").hasLineCount(1));
    stage.drivers.isWellAgain();
    stage.pass(Duration.ofSeconds(23));
    stage.tick();
    stage.untilAllEnded();
    assertThat(stage.status("failing")).isEqualTo(Status.SUCCEEDED);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void saves_that_are_throttled_for_a_second_are_made_within_what_was_promised() {
    for (int i = 0; i < 20; i++) {
      stage.rollingOut("s" + i, 3, "1", "5s");
    }
    stage.tick();
    stage.pass(Duration.ofMillis(4_900));
    stage.drivers.fails(throttling(Requests::saves));
    stage.pass(Duration.ofSeconds(1));
    stage.drivers.isWellAgain();
    stage.untilAllEnded();
    for (int i = 0; i < 20; i++) {
      assertThat(stage.status("s" + i)).isEqualTo(Status.SUCCEEDED);
    }
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10})
  void a_save_that_times_out_after_it_was_made_is_not_made_twice(int replicas) {
    stage.rollingOut("shop", replicas, "1", "2s");
    stage.drivers.fails(timingOutAfterSuccess(Requests::saves));
    stage.wake("shop");
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.steps("shop")).hasSize(replicas - 1);
    assertThat(stage.ledger.worstLateness()).isEqualTo(Duration.ZERO);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void a_transaction_that_conflicts_with_anothers_is_made_again_soon() {
    stage.rollingOut("shop", 2, "1", "2s");
    Predicate<DynamoDbRequest> conflicting =
        first(3, request -> request instanceof TransactWriteItemsRequest);
    stage.drivers.fails(
        (request, send) -> {
          if (conflicting.test(request)) {
            throw TransactionCanceledException.builder()
                .message("Transaction cancelled")
                .cancellationReasons(
                    CancellationReason.builder().code("TransactionConflict").build())
                .build();
          }
          return send.get();
        });
    stage.wake("shop");
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
    assertThat(stage.log).isEmpty();
  }

  @Test
  void a_conflict_without_end_makes_no_hot_loop() {
    stage.rollingOut("shop", 2, "1", "2s");
    stage.drivers.fails(
        (request, send) -> {
          if (request instanceof TransactWriteItemsRequest) {
            throw TransactionCanceledException.builder()
                .message("Transaction cancelled")
                .cancellationReasons(
                    CancellationReason.builder().code("TransactionConflict").build())
                .build();
          }
          return send.get();
        });
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(12));
    assertThat(stage.drivers.count(Requests::saves)).isBetween(30L, 45L);
  }

  // ---- everything

  @Test
  void a_minute_without_dynamodb_makes_no_hot_loop_and_the_next_tick_goes_on() {
    stage.rollingOut("shop", 100, "1", "2s");
    stage.wake("shop");
    stage.pass(Duration.ofSeconds(5));
    stage.drivers.fails(throttling(request -> true));
    stage.drivers.forgetRequests();
    stage.ticksFor(Duration.ofMinutes(1));
    assertThat(stage.drivers.count(request -> true)).isLessThan(200);
    stage.drivers.isWellAgain();
    stage.tick();
    stage.pass(Duration.ofSeconds(30));
    assertThat(stage.ledger.worstLateness()).isLessThan(Duration.ofSeconds(75));
    assertThat(stage.ledger.steps("shop")).hasSize(17);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  /** The machine under a driver dies at its n-th request, which is still made or is not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void after_a_crash_at_any_request_the_next_tick_brings_it_to_where_it_should_be(boolean made) {
    for (int n = 1; n <= 40; n++) {
      Stage fresh = new Stage();
      fresh.rollingOut("shop", 4, "1", "2s");
      fresh.pass(Duration.ofMillis(2_500));
      fresh.drivers.fails(crashingAt(n, made));
      Stage.Invocation crashed = fresh.invoke(tickEvent());
      fresh.pass(Duration.ofSeconds(20));
      fresh.drivers.isWellAgain();
      assertThat(crashed.isOver()).isTrue();
      fresh.pass(Duration.ofSeconds(40));
      fresh.tick();
      fresh.pass(Duration.ofSeconds(20));
      assertThat(fresh.running()).isEmpty();
      assertThat(fresh.status("shop")).isEqualTo(Status.SUCCEEDED);
      assertThat(fresh.ledger.steps("shop")).hasSize(3);
      assertThat(fresh.ledger.worstLateness()).isLessThanOrEqualTo(Duration.ofSeconds(75));
      fresh.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
    }
  }

  private static WatchedClient.Fault crashingAt(int n, boolean made) {
    AtomicInteger seen = new AtomicInteger();
    return (request, send) -> {
      int number = seen.incrementAndGet();
      if (number < n) {
        return send.get();
      }
      if (number == n && made) {
        var _ = send.get();
      }
      throw new Crash();
    };
  }

  /** What no driver survives. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }
}
