package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import org.servicerollouts.targets.Pace;

/** More aliases than Lambda's control plane takes calls for. */
class ManyTargetsTest {
  private static final int MANY = 200;
  private static final int WAYS_BACK = 20;
  private static final Specs HALVES = Specs.to("2").inBatches("50%", "1h");

  @AutoClose private final Stage stage = new Stage();

  /** Each way of each call takes a time of its own, up to so long. */
  private void callsTakeUpTo(Duration longest) {
    stage.onTheWayToLambda(OnTheWay.slow(stage.time, longest, new Random(7)));
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "s%03d".formatted(i)).toList();
  }

  private void manyThatWait() {
    for (String name : names(0, MANY)) {
      stage.targeted(name);
      stage.creates(name, "r", HALVES);
    }
    names(MANY - WAYS_BACK, MANY).forEach(name -> stage.steers(name, Event.Verb.ROLLBACK));
  }

  private void requireAllThere() {
    for (String name : names(0, MANY - WAYS_BACK)) {
      stage.requireDivided(name, Map.of("1", 50.0, "2", 50.0));
      assertThat(stage.status(name)).isEqualTo(Status.RUNNING);
    }
    for (String name : names(MANY - WAYS_BACK, MANY)) {
      stage.requireDivided(name, Map.of("1", 100.0));
      assertThat(stage.status(name)).isEqualTo(Status.ROLLED_BACK);
    }
  }

  private Instant shifted(String name) {
    return stage.ledger.times(name).getFirst();
  }

  @ParameterizedTest
  @ValueSource(longs = {50, 400})
  void all_get_there_ways_back_first_and_no_second_sees_more_calls_than_it_may(long millis) {
    callsTakeUpTo(Duration.ofMillis(millis));
    manyThatWait();
    for (int i = 0; i < 20; i++) {
      stage.rollingOut("pulled" + i, 100, "1", "2s");
    }
    Instant start = stage.time.now();
    stage.ticksFor(Duration.ofMinutes(4));
    stage.untilAllEnded();

    requireAllThere();
    Instant lastWayBack =
        names(MANY - WAYS_BACK, MANY).stream()
            .map(this::shifted)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Instant last =
        names(0, MANY - WAYS_BACK).stream()
            .map(this::shifted)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    System.out.printf(
        "%d aliases in one tick, calls of up to 2 x %d ms: %d calls, %d in the busiest second;"
            + " the last of %d ways back after %d ms, all after %d ms; pulled services %d ms late"
            + " at most%n",
        MANY,
        millis,
        stage.cloud().lambda.calls().size(),
        stage.cloud().busiestSecond(),
        WAYS_BACK,
        Duration.between(start, lastWayBack).toMillis(),
        Duration.between(start, last).toMillis(),
        worstLatenessOfPulled().toMillis());
    assertThat(stage.cloud().busiestSecond()).isLessThanOrEqualTo(Pace.CALLS);
    assertThat(stage.cloud().lambda.calls()).hasSizeBetween(2 * MANY, 2 * MANY + 40);
    assertThat(names(0, MANY - WAYS_BACK))
        .filteredOn(name -> shifted(name).isBefore(lastWayBack))
        .hasSizeLessThanOrEqualTo(Pace.CALLS / 2);
    assertThat(last).isBefore(start.plusSeconds(200));
    assertThat(worstLatenessOfPulled()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(stage.log).isEmpty();
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  private Duration worstLatenessOfPulled() {
    return IntStream.range(0, 20)
        .boxed()
        .flatMap(i -> stage.ledger.steps("pulled" + i).stream())
        .map(Ledger.Step::lateness)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  @Test
  void a_success_that_is_taken_back_goes_before_those_that_go_on() {
    callsTakeUpTo(Duration.ofMillis(50));
    stage.targeted("good");
    for (String config : List.of("2", "3")) {
      stage.creates("good", "to-" + config, Specs.to(config));
      stage.wake("good");
      stage.pass(Duration.ofSeconds(10));
      assertThat(stage.status("good")).isEqualTo(Status.SUCCEEDED);
    }
    for (String name : names(0, 40)) {
      stage.targeted(name);
      stage.creates(name, "r", HALVES);
    }
    stage.pass(Duration.ofSeconds(1));
    stage.steers("good", Event.Verb.ROLLBACK);
    stage.tick();
    stage.pass(Duration.ofSeconds(2));
    stage.requireDivided("good", Map.of("2", 100.0));
  }

  @Test
  void those_that_wait_are_shifted_in_their_order() {
    callsTakeUpTo(Duration.ofMillis(100));
    List<String> names = names(0, 30);
    for (String name : names.reversed()) {
      stage.targeted(name);
      stage.creates(name, "r", HALVES);
      stage.pass(Duration.ofMillis(20));
    }
    stage.tick();
    stage.pass(Duration.ofSeconds(20));
    List<String> shifted =
        names.stream().sorted(Comparator.comparing(this::shifted).reversed()).toList();
    for (int i = 0; i < names.size(); i++) {
      // Four are shifted at a time
      assertThat(shifted.indexOf(names.get(i))).isBetween(i - 4, i + 4);
    }
  }

  /** A tick's driver that takes over, and a wake's one that begins when another has let go. */
  @Test
  void drivers_that_overlap_or_follow_each_other_share_the_calls() {
    callsTakeUpTo(Duration.ofMillis(30));
    Random random = new Random(3);
    for (String name : names(0, 60)) {
      stage.targeted(name);
      stage.creates(name, "r", HALVES);
      stage.wake(name);
      stage.pass(Duration.ofMillis(random.nextInt(900)));
      if (random.nextInt(10) == 0) {
        stage.tick();
      }
      if (random.nextInt(20) == 0) {
        stage.pass(Duration.ofSeconds(9));
      }
    }
    stage.untilAllEnded();
    for (String name : names(0, 60)) {
      stage.requireDivided(name, Map.of("1", 50.0, "2", 50.0));
    }
    assertThat(stage.mostAtOnce()).isGreaterThan(1);
    assertThat(stage.cloud().busiestSecond()).isLessThanOrEqualTo(Pace.CALLS);
  }

  @Test
  void pulled_services_do_not_wait_for_a_lambda_that_does_not_answer() {
    callsTakeUpTo(Duration.ofSeconds(3));
    for (String name : names(0, 20)) {
      stage.targeted(name);
      stage.creates(name, "r", HALVES);
    }
    for (int i = 0; i < 20; i++) {
      stage.rollingOut("pulled" + i, 20, "1", "2s");
    }
    stage.tick();
    stage.pass(Duration.ofSeconds(50));
    assertThat(worstLatenessOfPulled()).isLessThanOrEqualTo(Duration.ofMillis(100));
    assertThat(stage.cloud().busiestSecond()).isLessThanOrEqualTo(Pace.CALLS);
  }
}
