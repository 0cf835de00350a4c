package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.WatchedClient.Fault.throttling;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thousand rollouts at once. */
class ManyRolloutsTest {
  private static final int MANY = 1_000;
  private static final Duration PROMISED = Duration.ofSeconds(2);
  private static final int FEW_DRIVERS = 3;

  private final Stage stage = new Stage();

  private static List<String> names() {
    return IntStream.range(0, MANY).mapToObj(i -> "s" + i).toList();
  }

  @Test
  void all_that_are_due_are_advanced_in_one_tick_and_those_that_fail_hurt_no_other() {
    names().parallelStream().forEach(name -> stage.rollingOut(name, 1_000, "1", "30s"));
    stage.corrupts("s17");
    stage.drivers.fails(throttling(request -> Requests.saves(request, "s400")));
    stage.pass(Duration.ofSeconds(30));
    Instant due = stage.time.now();
    Instant machineStart = Instant.now();
    stage.tick();
    stage.pass(Duration.ofSeconds(1));
    System.out.printf(
        "%,d due rollouts advanced in one tick: %,d ms on this machine%n",
        MANY, Duration.between(machineStart, Instant.now()).toMillis());

    List<String> healthy =
        names().stream().filter(name -> !name.equals("s17") && !name.equals("s400")).toList();
    assertThat(healthy)
        .allSatisfy(
            name ->
                assertThat(stage.ledger.times(name))
                    .singleElement()
                    .satisfies(at -> assertThat(at).isBetween(due, due.plusSeconds(1))));
    assertThat(stage.ledger.times("s400")).isEmpty();
    assertThat(stage.log).filteredOn(line -> line.contains("Service s400")).hasSize(3);
    assertThat(stage.log).filteredOn(line -> line.contains("Service s17")).hasSize(3);
    assertThat(stage.log).filteredOn(line -> line.contains("read one by one")).hasSize(1);
    assertThat(stage.log).hasSize(7);

    stage.repairs("s17");
    stage.drivers.isWellAgain();
    stage.pass(Duration.ofSeconds(2));
    assertThat(stage.ledger.times("s17")).hasSize(1);
    assertThat(stage.ledger.times("s400")).hasSize(1);
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void they_are_read_and_asked_for_in_few_requests() {
    names().parallelStream().forEach(name -> stage.rollingOut(name, 1_000, "1", "30s"));
    stage.pass(Duration.ofSeconds(30));
    stage.tick();
    stage.settle();
    assertThat(stage.drivers.count(Requests::saves)).isEqualTo(MANY);
    assertThat(stage.drivers.count(Requests::reads)).isLessThanOrEqualTo(12);
    assertThat(stage.drivers.count(Requests::asksIndex)).isEqualTo(4);
    assertThat(stage.drivers.count(Requests::putsLease)).isEqualTo(1);
  }

  @Test
  void a_thousand_short_intervals_need_three_drivers_at_most_and_keep_their_promise() {
    Instant machineStart = Instant.now();
    stage.time.start(
        () -> {
          stage.pass(Duration.ofSeconds(7));
          stage.ticksFor(Duration.ofMinutes(2));
        });
    for (String name : names()) {
      stage.rollingOut(name, 1_000, "1", "5s");
      stage.time.start(
          () -> {
            stage.pass(Duration.ofMillis(400));
            stage.wake(name);
          });
      stage.pass(Duration.ofMillis(20));
    }
    stage.pass(Duration.ofSeconds(110));

    System.out.printf(
        "%,d rollouts at 5s: %,d batches in %d simulated seconds, %d drivers at most,"
            + " worst lateness %d ms, %,d ms on this machine%n",
        MANY,
        stage.ledger.steps().size(),
        stage.elapsed().toSeconds(),
        stage.mostAtOnce(),
        stage.ledger.worstLateness().toMillis(),
        Duration.between(machineStart, Instant.now()).toMillis());
    assertThat(stage.mostAtOnce()).isBetween(1L, (long) FEW_DRIVERS);
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(PROMISED);
    assertThat(names())
        .allSatisfy(name -> assertThat(stage.ledger.steps(name)).hasSizeGreaterThan(20));
    assertThat(stage.log).isEmpty();
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }
}
