package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds whatever happens to a service, in whatever order and however late. */
class RandomEventsTest {

  /** One thing that happens, some time after the one before it. */
  record Act(Duration after, Happening happening) {}

  sealed interface Happening {}

  record Created(Map<String, Double> target, Strategy strategy, Duration bake)
      implements Happening {}

  record Ticked() implements Happening {}

  /** A tick exactly when it is due, and the same once more. */
  record TickedTwiceOnTime() implements Happening {}

  record Scaled(int total) implements Happening {}

  record Steered(Event.Verb verb) implements Happening {}

  record Confirmed() implements Happening {}

  record ConfirmedAnOlderIntent() implements Happening {}

  record TargetFailed() implements Happening {}

  record Deleted() implements Happening {}

  record Undeleted() implements Happening {}

  // ---- the properties

  @Property(tries = 500)
  void aTrafficServiceStaysSound(
      @ForAll("traffic") Service service, @ForAll("trafficActs") List<Act> acts) {
    Watch watch = new Watch(service).all(acts);
    watch.canBeBroughtToAnEnd();
    watch.toldTheSameOfAllThatEnded();
  }

  @Property(tries = 500)
  void aReplicaServiceStaysSound(
      @ForAll("replicas") Service service, @ForAll("replicaActs") List<Act> acts) {
    Watch watch = new Watch(service).all(acts);
    watch.canBeBroughtToAnEnd();
    watch.toldTheSameOfAllThatEnded();
  }

  /** Plays what happens and checks after each that everything is as it must be. */
  private static final class Watch {
    private final Story story;
    private final Map<String, Ending> endings = new HashMap<>();
    private Optional<State.Intent> olderIntent = Optional.empty();
    private Optional<Instant> lastBatchDone = Optional.empty();

    /** What is told of a rollout that has ended. */
    private record Ending(
        Rollout kept, List<Standing.Step> steps, int percentage, Optional<String> reason) {
      static Ending of(Standing standing) {
        return new Ending(
            standing.rollout(), standing.steps(), standing.progressPercentage(), standing.reason());
      }
    }

    Watch(Service service) {
      story = new Story(service);
    }

    Watch all(List<Act> acts) {
      acts.forEach(this::happens);
      return this;
    }

    /** Whatever came after a rollout had ended, of it is still told what was told then. */
    private void toldTheSameOfAllThatEnded() {
      endings.forEach(
          (id, ending) -> assertThat(Ending.of(story.standing(id))).as(id).isEqualTo(ending));
    }

    private void happens(Act act) {
      story.pass(act.after());
      if (story.service().isDeleted()) {
        happensToDeleted(act.happening());
        return;
      }
      switch (act.happening()) {
        case Created(var target, var strategy, var bake) ->
            play(
                new Event.Create(
                    Optional.empty(), target, Optional.of(strategy), bake, false, Story.ALICE));
        case Ticked tick -> play(new Event.Due());
        case TickedTwiceOnTime ticks -> {
          story
              .service()
              .dueAt()
              .filter(at -> at.isAfter(story.now()))
              .ifPresent(at -> story.pass(Duration.between(story.now(), at)));
          play(new Event.Due());
          Service once = story.service();
          play(new Event.Due());
          assertThat(story.service()).isEqualTo(once);
        }
        case Scaled(int total) -> play(new Event.Scale(total, Story.ALICE));
        case Steered(Event.Verb verb) ->
            story
                .service()
                .active()
                .ifPresent(a -> play(new Event.Steer(a.rolloutId(), verb, Story.ALICE)));
        case Confirmed confirmed -> intent().ifPresent(i -> play(new Event.Confirmed(i)));
        case ConfirmedAnOlderIntent confirmed ->
            olderIntent.ifPresent(
                older -> {
                  boolean isPresent = intent().filter(older::equals).isPresent();
                  play(new Event.Confirmed(older));
                  assertThat(story.changedNothing()).isEqualTo(!isPresent);
                });
        case TargetFailed failed -> intent().ifPresent(i -> play(new Event.ApplyFailed(i, "no")));
        case Deleted deleted -> {
          Service before = story.service();
          play(new Event.DeleteService(Service.KEPT_DELETED, Story.ALICE));
          assertThat(story.service().allocation()).isEqualTo(before.allocation());
          assertThat(story.service().lastGood()).isEqualTo(before.lastGood());
        }
        case Undeleted undeleted -> {
          play(new Event.UndeleteService(Story.ALICE));
          assertThat(story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
        }
      }
    }

    /** All else is refused before the state machine is asked. */
    private void happensToDeleted(Happening happening) {
      assertThat(story.service().live()).isEmpty();
      assertThat(story.service().dueAt()).isEmpty();
      if (happening instanceof Undeleted) {
        Optional<Shares> good = story.service().lastGood();
        play(new Event.UndeleteService(Story.ALICE));
        assertThat(story.service().isDeleted()).isFalse();
        good.ifPresent(shares -> assertThat(story.active().target()).isEqualTo(shares));
      } else {
        play(new Event.Due());
        assertThat(story.changedNothing()).isTrue();
      }
    }

    private Optional<State.Intent> intent() {
      return story.service().live().flatMap(live -> story.intent());
    }

    private void play(Event event) {
      Service before = story.service();
      olderIntent = intent().or(() -> olderIntent);
      story.play(event);
      Service after = story.service();
      if (story.decision() instanceof Decision.Changed) {
        assertThat(after.v()).isEqualTo(before.v() + 1);
        assertThat(after.last().at()).isEqualTo(story.now());
      } else {
        assertThat(after).isEqualTo(before);
      }
      before.active().filter(Live::ended).ifPresent(ended -> neverChanges(ended, after));
      keepsItsInterval(event, before, after);
      isDivided(after);
      after.active().ifPresent(active -> isTold(active, story.standing()));
      after.live().ifPresent(live -> isNotStuck(after, live));
      story.kept().values().stream()
          .filter(kept -> kept.status().ended())
          .forEach(k -> endings.computeIfAbsent(k.id(), id -> Ending.of(story.standing(id))));
    }

    private static void neverChanges(Live ended, Service after) {
      assertThat(after.active())
          .satisfiesAnyOf(
              active -> assertThat(active).contains(ended),
              active -> assertThat(active.orElseThrow().since()).isEqualTo(after.v()));
    }

    /** Between a batch that is done and one that starts by itself lies a whole interval. */
    private void keepsItsInterval(Event event, Service before, Service after) {
      boolean isNew =
          !after.equals(before)
              && after.active().filter(live -> live.since() == after.v()).isPresent();
      if (isNew || after.active().isEmpty()) {
        lastBatchDone = after.live().filter(live -> live.batch() > 0).map(live -> story.now());
        return;
      }
      Live now = after.active().get();
      Live was = before.active().orElseThrow();
      boolean started = batchesBegun(now) > batchesBegun(was);
      boolean resumed =
          event instanceof Event.Steer steer
              && steer.verb() == Event.Verb.RESUME
              && was.status() == Status.PAUSED;
      boolean byItself = resumed || event instanceof Event.Due;
      if (started && byItself && now.strategy() instanceof Strategy.Batch batch) {
        lastBatchDone.ifPresent(
            done ->
                assertThat(Duration.between(done, story.now()))
                    .isGreaterThanOrEqualTo(batch.interval().duration()));
        assertThat(batchesBegun(now)).isEqualTo(batchesBegun(was) + 1);
      }
      if (now.batch() > was.batch()) {
        lastBatchDone = Optional.of(story.now());
      }
    }

    private static int batchesBegun(Live live) {
      return switch (live.state()) {
        case State.Applying applying -> live.batch() + 1;
        case State.Paused paused when paused.intent().isPresent() -> live.batch() + 1;
        default -> live.batch();
      };
    }

    private static void isDivided(Service service) {
      long whole = service.kind() == Kind.TRAFFIC ? Shares.WHOLE : service.total();
      service.allocation().ifPresent(a -> assertThat(a.total()).isEqualTo(whole));
    }

    private void isTold(Live active, Standing standing) {
      assertThat(standing.status()).isEqualTo(active.status());
      if (standing.status() == Status.SUCCEEDED) {
        assertThat(standing.progressPercentage()).isEqualTo(100);
      } else {
        assertThat(standing.progressPercentage()).isBetween(0, 99);
      }
      standing
          .updatedReplicas()
          .ifPresent(updated -> assertThat(updated).isBetween(0L, story.service().total()));
      if (standing.status() == Status.SUCCEEDED) {
        assertThat(story.service().allocation()).contains(arrived(active));
        assertThat(story.service().lastGood()).contains(active.target());
        assertThat(story.service().successes()).startsWith(active.rolloutId());
      }
      standing
          .eta()
          .ifPresent(
              eta ->
                  assertThat(eta)
                      .isAfterOrEqualTo(standing.nextBatchStartTime().orElse(Instant.MIN)));
      List<Standing.Step> steps = standing.steps();
      assertThat(steps).hasSizeBetween(1, Standing.MAX_STEPS);
      steps.stream()
          .map(Standing.Step::description)
          .filter(description -> description.contains(": "))
          .forEach(this::sumsUp);
    }

    private Allocation arrived(Live live) {
      return switch (story.service().kind()) {
        case TRAFFIC -> live.target();
        case REPLICA -> Replicas.all(live.updateRevision(), story.service().total());
      };
    }

    private void sumsUp(String description) {
      BigDecimal sum =
          Arrays.stream(description.substring(description.indexOf(": ") + 2).split(", ", -1))
              .map(part -> new BigDecimal(part.substring(part.indexOf(' ') + 1)))
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(sum)
          .as(description)
          .isEqualByComparingTo(
              story.service().kind() == Kind.TRAFFIC
                  ? BigDecimal.valueOf(100)
                  : BigDecimal.valueOf(replicasToldOf()));
    }

    /** An ended rollout is told of as it set out. */
    private long replicasToldOf() {
      return story.service().live().isPresent()
          ? story.service().total()
          : story.active().base().orElseThrow().total();
    }

    private static void isNotStuck(Service service, Live live) {
      boolean waitsForSomebody =
          switch (live.state()) {
            case State.Pending p -> true;
            case State.Held h -> true;
            case State.Paused p -> p.intent().isEmpty();
            case State.Waiting w -> service.kind() == Kind.REPLICA && service.total() == 0;
            case State.Applying a -> false;
            case State.RollingBack r -> false;
            case State.Baking b -> false;
            case State.Ended e -> false;
          };
      assertThat(service.dueAt().isPresent())
          .as("%s is due", live.state())
          .isNotEqualTo(waitsForSomebody);
    }

    /** However it got where it is, a few steps of a willing person bring it to an end. */
    private void canBeBroughtToAnEnd() {
      if (story.service().live().isEmpty()) {
        return;
      }
      if (story.service().kind() == Kind.REPLICA) {
        happens(now(new Scaled(7)));
      }
      List<Happening> steps =
          List.of(
              new Confirmed(),
              new Steered(Event.Verb.ADVANCE),
              new Confirmed(),
              new Steered(Event.Verb.RESUME),
              new Confirmed(),
              new Steered(Event.Verb.PROMOTE),
              new Confirmed(),
              new TickedTwiceOnTime());
      steps.forEach(step -> happens(now(step)));
      assertThat(story.status().ended()).as("%s has ended", story.state()).isTrue();
    }

    private static Act now(Happening happening) {
      return new Act(Duration.ZERO, happening);
    }
  }

  // ---- what can happen

  @Provide
  Arbitrary<Service> traffic() {
    Arbitrary<Boolean> targeted = Arbitraries.of(false, true);
    return Combinators.combine(targeted, starts(), waits())
        .as(
            (byTarget, start, waitsFor) ->
                start.from(ServiceBuilder.traffic().targeted(byTarget), waitsFor).build());
  }

  @Provide
  Arbitrary<Service> replicas() {
    return Combinators.combine(Arbitraries.integers().between(0, 20), starts(), waits())
        .as(
            (total, start, waitsFor) ->
                start.from(ServiceBuilder.replicas(total), waitsFor).build());
  }

  /** What a service can be before it all begins. */
  private enum Start {
    AT_REST,
    NEW,
    PENDING;

    ServiceBuilder from(ServiceBuilder service, State.WaitsFor waitsFor) {
      return switch (this) {
        case AT_REST -> service;
        case NEW -> service.neverRolledOut();
        case PENDING -> service.pending(waitsFor, false);
      };
    }
  }

  private static Arbitrary<Start> starts() {
    return Arbitraries.frequency(
        Tuple.of(4, Start.AT_REST), Tuple.of(1, Start.NEW), Tuple.of(1, Start.PENDING));
  }

  /** Those from which a person can start it. */
  private static Arbitrary<State.WaitsFor> waits() {
    return Arbitraries.of(State.WaitsFor.APPROVAL, State.WaitsFor.TURN, State.WaitsFor.TIME);
  }

  @Provide
  Arbitrary<List<Act>> trafficActs() {
    return acts(
        Arbitraries.of(
            Map.of("old", 100.0),
            Map.of("v1", 100.0),
            Map.of("v1", 10.0, "old", 90.0),
            Map.of("v1", 33.333333333333336, "v2", 33.333333333333336, "v3", 33.333333333333336),
            Map.of("v1", 12.5, "v2", 0.000000001, "v3", 37.499999999, "v4", 20.0, "v5", 30.0)));
  }

  @Provide
  Arbitrary<List<Act>> replicaActs() {
    return acts(Arbitraries.of("old", "v1", "v2", "v3").map(id -> Map.of(id, 100.0)));
  }

  private static Arbitrary<List<Act>> acts(Arbitrary<Map<String, Double>> targets) {
    Arbitrary<Duration> after =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(Duration.ZERO)),
            Tuple.of(2, Arbitraries.longs().between(1, 20_000).map(Duration::ofMillis)),
            Tuple.of(1, Arbitraries.longs().between(1, 20_000).map(Duration::ofSeconds)));
    Arbitrary<Happening> happening =
        Arbitraries.frequencyOf(
            Tuple.of(3, created(targets)),
            Tuple.of(4, Arbitraries.just(new Ticked())),
            Tuple.of(6, Arbitraries.just(new TickedTwiceOnTime())),
            Tuple.of(3, Arbitraries.integers().between(0, 30).map(Scaled::new)),
            Tuple.of(6, Arbitraries.of(Event.Verb.class).map(Steered::new)),
            Tuple.of(8, Arbitraries.just(new Confirmed())),
            Tuple.of(1, Arbitraries.just(new ConfirmedAnOlderIntent())),
            Tuple.of(1, Arbitraries.just(new TargetFailed())),
            Tuple.of(1, Arbitraries.just(new Deleted())),
            Tuple.of(3, Arbitraries.just(new Undeleted())));
    return Combinators.combine(after, happening).as(Act::new).list().ofMinSize(1).ofMaxSize(40);
  }

  private static Arbitrary<Created> created(Arbitrary<Map<String, Double>> targets) {
    Arbitrary<Duration> bake = Arbitraries.of(Duration.ZERO, Duration.ofMinutes(10));
    return Combinators.combine(targets, strategies(), bake).as(Created::new);
  }

  private static Arbitrary<Strategy> strategies() {
    Arbitrary<String> amounts =
        Arbitraries.of("1", "2", "3", "7", "50", "1%", "10%", "33.333333333%", "99.99%", "100%");
    Arbitrary<Strategy> batches =
        Combinators.combine(amounts, Arbitraries.of("1s", "10s", "5m", "1h30m"))
            .as(ServiceBuilder::batch);
    Arbitrary<Strategy> partitions =
        Arbitraries.oneOf(amounts, Arbitraries.of("0", "0%")).map(ServiceBuilder::partition);
    return Arbitraries.oneOf(batches, partitions, Arbitraries.just(Strategy.ALL_AT_ONCE));
  }
}
