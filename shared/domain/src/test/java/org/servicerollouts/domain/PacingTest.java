package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That repeating, alternating or varying a plan exposes nobody sooner. */
class PacingTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Strategy TENTHS = batch("10%", "1h");

  private static Strategy steps(String... percentAndWait) {
    return new Strategy.Steps(
        List.of(percentAndWait).stream()
            .map(step -> step.split(" ", 2))
            .map(
                step ->
                    new Strategy.Step(
                        new Amount(step[0] + "%").units(),
                        step.length == 1 ? Optional.empty() : Optional.of(new Interval(step[1]))))
            .toList());
  }

  private static Story service(boolean targeted) {
    return ServiceBuilder.traffic().targeted(targeted).story();
  }

  private static Story confirmed(Story story) {
    while (story.service().live().isPresent() && story.intent().isPresent()) {
      var _ = story.confirm();
    }
    return story;
  }

  @Nested
  class OfOnePlanTwentyTimes {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesOneAtItsFirstBatch(boolean targeted) {
      Story story = service(targeted);
      for (int i = 1; i <= 20; i++) {
        var _ = story.create("r" + i, "new", TENTHS);
      }
      confirmed(story);
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.kept().values())
          .filteredOn(kept -> !kept.status().ended())
          .extracting(Rollout::id)
          .containsExactly("r20");
      assertThat(story.service().nextBatchStartTime()).contains(Story.START.plus(HOUR));
      assertThat(story.service().dueAt()).contains(Story.START.plus(HOUR));
      assertThat(confirmed(story.dueOnTime()).divided()).isEqualTo("new 20, old 80");
    }

    @Test
    void saysWhatItWaitsFor() {
      Story story = service(false).create("a", "new", TENTHS).pass(Duration.ofMinutes(10));
      story.create("b", "new", TENTHS);
      assertThat(story.standing("b").reason())
          .contains(
              "its first batch waits until 2026-03-01T13:00:00Z, because 'new' was raised at"
                  + " 2026-03-01T12:00:00Z; :advance brings it at once");
      assertThat(story.standing("b").progress()).isEqualTo(progress(story, 0, 9));
    }

    private static Progress progress(Story story, int batch, int batches) {
      long left = Shares.WHOLE - story.service().allocation().orElseThrow().of("new");
      return new Progress(0, left, batch, batches);
    }

    @Test
    void neitherPutsItOffForEver() {
      Story story = service(false).create("a", "new", TENTHS);
      story.pass(Duration.ofMinutes(59)).create("b", "new", TENTHS);
      story.pass(Duration.ofMinutes(1)).due();
      assertThat(story.divided()).isEqualTo("new 20, old 80");
    }

    @Test
    void ofReplicasToo() {
      Story story = ServiceBuilder.replicas(10).story();
      for (int i = 1; i <= 20; i++) {
        var _ = story.create("r" + i, "new", batch("1", "1h"));
      }
      assertThat(story.divided()).isEqualTo("new 1, old 9");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 2, old 8");
    }
  }

  @Nested
  class OfAnotherPlan {

    @Test
    void waitsItsOwnIntervalOrTheSupersededOnes() {
      Story slower =
          service(false).create("a", "new", TENTHS).create("b", "new", batch("10%", "2h"));
      assertThat(slower.service().nextBatchStartTime()).contains(Story.START.plus(HOUR).plus(HOUR));
      Story faster =
          service(false).create("a", "new", TENTHS).create("b", "new", batch("10%", "1s"));
      assertThat(faster.service().nextBatchStartTime()).contains(Story.START.plus(HOUR));
      Story growing =
          service(false)
              .create("a", "new", TENTHS)
              .create(
                  "b",
                  "new",
                  new Strategy.Growth(BigDecimal.ONE, BigDecimal.TWO, new Interval("90m")));
      assertThat(growing.service().nextBatchStartTime())
          .contains(Story.START.plus(Duration.ofMinutes(90)));
      Story stepping =
          service(false).create("a", "new", TENTHS).create("b", "new", steps("50 3h", "100"));
      assertThat(stepping.service().nextBatchStartTime())
          .contains(Story.START.plus(Duration.ofHours(3)));
    }

    @Test
    void withoutAnIntervalItIsHeld() {
      for (Strategy strategy : List.of(partition("50%"), steps("50", "100"))) {
        Story story = service(false).create("a", "new", TENTHS).create("b", "new", strategy);
        assertThat(story.state()).isEqualTo(new State.Held(Story.START));
        assertThat(story.divided()).isEqualTo("new 10, old 90");
        assertThat(story.standing().reason())
            .contains(
                "stands still as rollout 'a' did, which it superseded; :advance brings its first"
                    + " batch");
        assertThat(story.steer(ADVANCE).divided()).isEqualTo("new 55, old 45");
        assertThat(story.standing().reason()).isEmpty();
      }
    }

    @Test
    void withoutAStrategyItGoesAtOnce() {
      Story story = service(false).create("a", "new", TENTHS);
      story.create("b", Specs.to(Map.of("new", 50.0, "old", 50.0), Strategy.ALL_AT_ONCE));
      assertThat(story.divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void ofAConfigThatNothingHasRaisedItGoesAtOnce() {
      Story story = service(false).create("a", "new", TENTHS).create("b", "v1", TENTHS);
      assertThat(story.divided()).isEqualTo("old 90, v1 10");
      assertThat(story.service().raised()).containsOnlyKeys("v1");
    }

    @Test
    void thatTakesBackNeedNotWait() {
      Story story = ServiceBuilder.replicas(10).story().create("a", "new", partition("1"));
      assertThat(story.create("b", "new", partition("8")).divided()).isEqualTo("new 2, old 8");
    }

    @Test
    void afterASuccessWaitsToo() {
      Story story = service(false);
      story.create("a", Specs.to(Map.of("new", 10.0, "old", 90.0), batch("10%", "1h")));
      assertThat(story.status("a")).isEqualTo(Status.SUCCEEDED);
      story.create("b", "new", TENTHS);
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 20, old 80");
      assertThat(story.now()).isEqualTo(Story.START.plus(HOUR));
    }

    @Test
    void afterARollbackGoesAtOnce() {
      Story story = service(false).create("a", "new", TENTHS).steer(ROLLBACK);
      assertThat(story.create("b", "new", TENTHS).divided()).isEqualTo("new 10, old 90");
    }

    @Test
    void thatWasDeferredWaitsAtItsStart() {
      Story story = service(false).create("a", "new", TENTHS);
      Specs later = Specs.to("new", TENTHS).startingAt(Story.START.plusSeconds(60));
      story.create("b", later).pass(Duration.ofSeconds(60)).start();
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.service().nextBatchStartTime()).contains(Story.START.plus(HOUR));
    }

    @Test
    void thatIsApprovedWaitsUnlessItIsAdvanced() {
      for (Event.Verb verb : List.of(RESUME, ADVANCE, PROMOTE)) {
        Story story = service(false).create("a", "new", TENTHS);
        story.create("b", Specs.to("new", TENTHS).baking(BAKE).paused()).steer("b", verb);
        String divided =
            switch (verb) {
              case RESUME -> "new 10, old 90";
              case ADVANCE -> "new 20, old 80";
              default -> "new 100";
            };
        assertThat(story.divided()).as("%s", verb).isEqualTo(divided);
      }
    }
  }

  @Nested
  class StandingStill {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pausedIsTakenOver(boolean targeted) {
      Story story = confirmed(service(targeted).create("a", "new", TENTHS));
      story.pass(Duration.ofMinutes(10)).steer(PAUSE).pass(HOUR).create("b", "new", TENTHS);
      assertThat(story.status("b")).isEqualTo(Status.PAUSED);
      assertThat(story.standing("b").reason())
          .contains("stands still as rollout 'a' did, which it superseded; :resume goes on");
      assertThat(story.service().dueAt()).isEmpty();
      story.steer("b", RESUME);
      assertThat(story.service().nextBatchStartTime())
          .as("what was left of the wait")
          .contains(story.now().plus(Duration.ofMinutes(50)));
      assertThat(confirmed(story.dueOnTime()).divided()).isEqualTo("new 20, old 80");
    }

    @Test
    void pausedInItsBakeIsTakenOverByItsRepetition() {
      Story story = service(false).create("a", "new", Strategy.ALL_AT_ONCE, BAKE).steer(PAUSE);
      story.create("b", Specs.to("new", TENTHS).baking(BAKE));
      assertThat(story.status("b")).isEqualTo(Status.PAUSED);
      assertThat(story.steer("b", RESUME).state())
          .isEqualTo(new State.Baking(story.now().plus(BAKE)));
    }

    @Test
    void heldIsTakenOver() {
      for (Strategy held : List.of(partition("90%"), steps("10", "100"))) {
        Story story = service(false).create("a", "new", held).create("b", "new", TENTHS);
        assertThat(story.state("b")).isEqualTo(new State.Held(Story.START));
        assertThat(story.pass(HOUR).steer(ADVANCE).divided()).isEqualTo("new 20, old 80");
        assertThat(story.service().nextBatchStartTime()).contains(story.now().plus(HOUR));
      }
    }

    @Test
    void whatRaisesSomethingElseTooGoesOn() {
      Story story = service(false).create("a", "new", TENTHS).steer(PAUSE);
      story.create("b", Specs.to(Map.of("new", 50.0, "v1", 50.0), batch("10%", "1h")));
      assertThat(story.status("b")).isEqualTo(Status.RUNNING);
      assertThat(story.create("c", "old", TENTHS).status("c")).isNotEqualTo(Status.PAUSED);
    }

    @Test
    void waitingForApprovalIsTakenOver() {
      Story story = ServiceBuilder.replicas(10).waitingForApproval().story();
      story.create("b", "new", batch("1", "1h"));
      assertThat(story.standing("b").waitsFor()).contains(State.WaitsFor.APPROVAL);
      assertThat(story.status("r")).isEqualTo(Status.CANCELLED);
      assertThat(story.steer("b", RESUME).divided()).isEqualTo("new 1, old 9");
    }

    @Test
    void scalingBringsNoFirstBatch() {
      Story story = ServiceBuilder.replicas(10).story().create("a", "new", batch("1", "1h"));
      story.create("b", "new", partition("50%")).scale(20);
      assertThat(story.divided()).isEqualTo("new 1, old 19");
    }
  }

  /** What a target has not confirmed when the next one comes. */
  @Nested
  class OnAnAlias {

    @Test
    void whatWasBeingAppliedIsToldAgainAndIsNoBatch() {
      Story story = service(true).create("a", "new", TENTHS).pass(Duration.ofSeconds(5));
      story.create("b", "new", steps("50 1h", "100"));
      assertThat(story.heading()).isEqualTo("new 10, old 90");
      assertThat(story.standing("b").reason().orElseThrow())
          .startsWith("waits since ")
          .endsWith(" for its target to confirm what it gives back");
      story.pass(Duration.ofSeconds(5)).confirm();
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.active().batch()).isZero();
      assertThat(story.service().nextBatchStartTime())
          .as("an hour from when it was done")
          .contains(story.now().plus(HOUR));
      assertThat(story.dueOnTime().heading()).isEqualTo("new 55, old 45");
    }

    @Test
    void pausedWhileThatIsToldItStandsStillThen() {
      Story story = service(true).create("a", "new", TENTHS).create("b", "new", TENTHS);
      story.steer(PAUSE).confirm();
      assertThat(story.status("b")).isEqualTo(Status.PAUSED);
      assertThat(story.active().batch()).isZero();
      assertThat(story.steer(RESUME).service().nextBatchStartTime())
          .contains(story.now().plus(HOUR));
    }

    @Test
    void pausedWhileABatchIsAppliedIsTakenOver() {
      Story story = service(true).create("a", "new", TENTHS).steer(PAUSE);
      story.create("b", "new", TENTHS);
      assertThat(story.status("b")).isEqualTo(Status.PAUSED);
      assertThat(story.heading()).isEqualTo("new 10, old 90");
      assertThat(story.confirm().status("b")).isEqualTo(Status.PAUSED);
      assertThat(story.divided()).isEqualTo("new 10, old 90");
    }

    @Test
    void whatItGivesUpIsGivenUpBeforeItWaits() {
      Story story =
          service(true)
              .create("ten", Specs.to(Map.of("new", 10.0, "old", 90.0), Strategy.ALL_AT_ONCE));
      confirmed(story).create("a", "old", Strategy.ALL_AT_ONCE).confirm();
      story.create("b", "new", TENTHS).confirm().create("c", "v1", TENTHS);
      assertThat(story.heading()).isEqualTo("old 90, v1 10");
    }
  }

  // ---- the property

  /** One thing that a pipeline, a person who scales, or time does. */
  sealed interface Deed {}

  record Created(Map<String, Double> target, Strategy strategy, boolean queues) implements Deed {}

  record Scaled(long total) implements Deed {}

  record Passed(Duration time) implements Deed {}

  record Ticked() implements Deed {}

  /** A target confirms late, or not before the next thing happens. */
  record Confirmed() implements Deed {}

  /** Of every config: when it was last raised by a plan, while it has a share. */
  private static final class Watch {
    private final Story story;
    private final Map<String, Instant> raised = new HashMap<>();

    Watch(Story story) {
      this.story = story;
    }

    void happens(Deed deed) {
      Service before = story.service();
      switch (deed) {
        case Created(var target, var strategy, boolean queues) -> {
          Specs specs = Specs.to(target, strategy);
          Spec spec = (queues ? specs.queueing() : specs).spec();
          story.play(
              Event.Create.of(Optional.empty(), spec, Story.ALICE)
                  .with(ServiceBuilder.versions(Specs.configs(spec))));
        }
        case Scaled(long total) -> story.scale(total);
        case Passed(Duration time) -> story.pass(time);
        case Confirmed confirmed -> {
          if (story.service().live().isPresent() && story.intent().isPresent()) {
            story.confirm();
          }
        }
        case Ticked tick -> {
          story.due();
          looks(deed, before, story.service());
          before = story.service();
          if (story.service().next().isPresent()) {
            story.start();
          }
        }
      }
      looks(deed, before, story.service());
    }

    /** A share that a target was told counts as one, because the target may have it already. */
    private void looks(Deed deed, Service before, Service after) {
      raised.keySet().removeIf(id -> exposed(before, id) == 0);
      for (String id : List.of("new", "v1", "old")) {
        boolean isTold = exposed(after, id) > exposed(before, id);
        boolean isDone = has(after.allocation(), id) > has(before.allocation(), id);
        if (isTold && !(deed instanceof Scaled)) {
          isNotTooSoon(id, after.active().orElseThrow());
        }
        if ((isTold || isDone) && !(deed instanceof Scaled)) {
          raised.put(id, story.now());
        }
      }
    }

    private static long exposed(Service service, String id) {
      return Stream.concat(service.allocation().stream(), service.intended().stream())
          .mapToLong(division -> division.of(id))
          .max()
          .orElse(0);
    }

    private static long has(Optional<Allocation> allocation, String id) {
      return allocation.map(division -> division.of(id)).orElse(0L);
    }

    private void isNotTooSoon(String id, Live live) {
      if (!live.raises().contains(id)) {
        // What a superseded one gives up comes back to it
        return;
      }
      Pacing.interval(live.strategy())
          .filter(interval -> raised.containsKey(id))
          .ifPresent(
              interval ->
                  assertThat(Duration.between(raised.get(id), story.now()))
                      .as("'%s' is raised again by %s", id, live.strategy())
                      .isGreaterThanOrEqualTo(interval));
    }
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void noPlanRaisesAConfigTwiceWithinItsInterval(
      @ForAll boolean targeted, @ForAll("deeds") List<Deed> deeds) {
    Watch watch = new Watch(service(targeted));
    deeds.stream().filter(deed -> !(deed instanceof Scaled)).forEach(watch::happens);
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void norOfReplicas(@ForAll("replicaDeeds") List<Deed> deeds) {
    Watch watch = new Watch(ServiceBuilder.replicas(20).story());
    deeds.forEach(watch::happens);
  }

  @Provide
  Arbitrary<List<Deed>> deeds() {
    return deeds(
        Arbitraries.of(
            Map.of("new", 100.0),
            Map.of("v1", 100.0),
            Map.of("old", 100.0),
            Map.of("new", 50.0, "old", 50.0),
            Map.of("new", 10.0, "old", 90.0)));
  }

  @Provide
  Arbitrary<List<Deed>> replicaDeeds() {
    return deeds(Arbitraries.of(Map.of("new", 100.0), Map.of("v1", 100.0), Map.of("old", 100.0)));
  }

  private static Arbitrary<List<Deed>> deeds(Arbitrary<Map<String, Double>> targets) {
    Arbitrary<Strategy> strategies =
        Arbitraries.of(
            TENTHS,
            batch("25%", "30m"),
            batch("5%", "1m"),
            partition("50%"),
            steps("10 1h", "50 1h", "100"),
            steps("20", "100"),
            new Strategy.Growth(BigDecimal.TEN, BigDecimal.TWO, new Interval("20m")));
    Arbitrary<Deed> creates =
        Combinators.combine(
                targets,
                Arbitraries.frequencyOf(Tuple.of(6, strategies)),
                Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true)))
            .as(Created::new);
    Arbitrary<Deed> passes =
        Arbitraries.longs().between(1, 5400).map(Duration::ofSeconds).map(Passed::new);
    return Arbitraries.frequencyOf(
            Tuple.of(4, creates),
            Tuple.of(3, passes),
            Tuple.of(5, Arbitraries.just(new Ticked())),
            Tuple.of(4, Arbitraries.just(new Confirmed())),
            Tuple.of(2, Arbitraries.longs().between(1, 40).map(Scaled::new)))
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }
}
