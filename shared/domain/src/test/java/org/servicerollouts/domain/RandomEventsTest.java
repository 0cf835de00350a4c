package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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

  /**
   * @param in when it starts, from now; empty: at once
   * @param backToOldest whether a rollback of it goes to the oldest success that is known
   */
  record Created(Specs asked, Optional<Duration> in, boolean backToOldest) implements Happening {}

  /** A driver looks at what is on its way, and at the first that waits. */
  record Ticked() implements Happening {}

  /** A driver looks exactly when something is due, and once more. */
  record TickedTwiceOnTime() implements Happening {}

  record Scaled(int total) implements Happening {}

  /**
   * @param which of all the rollouts that there are, so much of the way to the newest; empty: what
   *     is on its way, or the first that waits
   */
  record Steered(Event.Verb verb, Optional<Integer> which, boolean passing, boolean backToOldest)
      implements Happening {}

  record Alarmed(String name, Alarms.State state) implements Happening {}

  /** CloudWatch tells of it at once. */
  record Fired(String name) implements Happening {}

  record Unreadable(boolean unreadable) implements Happening {}

  record TargetTaken() implements Happening {}

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
      story = new Story(service).alarm("x", Alarms.State.OK).alarm("y", Alarms.State.OK);
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
      var _ = story.pass(act.after());
      if (story.service().isDeleted()) {
        happensToDeleted(act.happening());
        return;
      }
      switch (act.happening()) {
        case Created created -> creates(created);
        case Ticked tick -> {
          play(new Event.Due());
          first().ifPresent(this::play);
        }
        case TickedTwiceOnTime ticks -> onTimeTwice();
        case Scaled(int total) -> play(new Event.Scale(total, Story.ALICE));
        case Steered steered -> steers(steered);
        case Alarmed(String name, Alarms.State state) -> {
          var _ = story.alarm(name, state);
        }
        case Fired(String name) -> fires(name);
        case Unreadable(boolean unreadable) -> {
          var _ = unreadable ? story.alarmsUnreadable("no") : story.alarmsReadable();
        }
        case TargetTaken taken ->
            intent().ifPresent(intent -> play(new Event.TargetChanged(intent, "odd")));
        case Confirmed confirmed -> intent().ifPresent(i -> play(new Event.Confirmed(i)));
        case ConfirmedAnOlderIntent confirmed ->
            olderIntent.ifPresent(
                older -> {
                  boolean isPresent = told().filter(older::equals).isPresent();
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

    private void creates(Created created) {
      Specs asked =
          created
              .in()
              .map(time -> created.asked().startingAt(story.now().plus(time)))
              .orElse(created.asked());
      Spec spec =
          oldest()
              .filter(success -> created.backToOldest())
              .map(success -> asked.rollingBackTo(success.rolloutId(), success.target()))
              .orElse(asked)
              .spec();
      play(
          Event.Create.of(Optional.empty(), spec, Story.ALICE)
              .with(ServiceBuilder.versions(Specs.configs(spec))));
    }

    private Optional<Success> oldest() {
      List<Success> successes = story.service().successes().kept();
      return successes.isEmpty() ? Optional.empty() : Optional.of(successes.getLast());
    }

    /** Told of the first that waits, whether it can start or not. */
    private Optional<Event> first() {
      return story.service().queue().stream()
          .findFirst()
          .map(queued -> story.kept(queued.rolloutId()))
          .map(kept -> new Event.Start(kept, ServiceBuilder.versions(Specs.configs(kept.spec()))));
    }

    private void onTimeTwice() {
      story
          .service()
          .dueAt()
          .filter(at -> at.isAfter(story.now()))
          .ifPresent(at -> story.pass(Duration.between(story.now(), at)));
      boolean isMove =
          story.service().moveDueAt().filter(at -> !at.isAfter(story.now())).isPresent();
      Event event = isMove ? new Event.Due() : first().orElseGet(Event.Due::new);
      play(event);
      Service once = story.service();
      play(event);
      assertThat(story.service()).isEqualTo(once);
    }

    private void steers(Steered steered) {
      List<String> ids =
          story.kept().values().stream()
              .sorted(Comparator.comparingLong(Rollout::ord))
              .map(Rollout::id)
              .toList();
      if (ids.isEmpty()) {
        return;
      }
      String id =
          steered.which().map(percent -> ids.get(percent * ids.size() / 100)).orElseGet(story::id);
      SteerBuilder plain = story.word(id, steered.verb());
      SteerBuilder word =
          oldest()
              .filter(success -> steered.backToOldest())
              .map(success -> plain.to(story.kept(success.rolloutId())))
              .orElse(plain);
      play((steered.passing() ? word.inEmergency("now").overridingAlarms("known") : word).event());
    }

    private void fires(String name) {
      Service before = story.service();
      olderIntent = intent().or(() -> olderIntent);
      var _ = story.fires(name);
      changed(new Event.AlarmFired(), before);
    }

    /** All else is refused before the state machine is asked. */
    private void happensToDeleted(Happening happening) {
      assertThat(story.service().live()).isEmpty();
      assertThat(story.waiting()).isEmpty();
      assertThat(story.service().dueAt()).isEmpty();
      if (happening instanceof Undeleted) {
        Optional<Shares> good = story.service().lastGood();
        play(new Event.UndeleteService(Story.ALICE));
        assertThat(story.service().isDeleted()).isFalse();
        good.filter(shares -> !story.service().successes().isTakenBack(shares))
            .ifPresent(shares -> assertThat(story.active().target()).isEqualTo(shares));
        assertThat(story.service().active().map(Live::target).stream())
            .as("nothing goes back to what was taken back")
            .noneMatch(story.service().successes()::isTakenBack);
      } else {
        play(new Event.Due());
        assertThat(story.changedNothing()).isTrue();
      }
    }

    /** What the target is being told; nothing, once somebody else was found to have changed it. */
    private Optional<State.Intent> told() {
      return story.service().live().map(Live::state).flatMap(StateMachine::intentOf);
    }

    private Optional<State.Intent> intent() {
      return story.service().live().flatMap(live -> story.intent());
    }

    private void play(Event event) {
      Service before = story.service();
      olderIntent = intent().or(() -> olderIntent);
      var _ = story.play(event);
      changed(event, before);
    }

    /** Everything is as it must be after {@code event}. */
    private void changed(Event event, Service before) {
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
      isQueued(after);
      isIntended(event, before, after);
      knowsItsVersions(after);
      after.active().ifPresent(active -> isTold(active, story.standing(active.rolloutId())));
      isNotStuck(after);
      story.kept().values().stream()
          .filter(kept -> kept.status().ended())
          .forEach(k -> endings.computeIfAbsent(k.id(), id -> Ending.of(story.standing(id))));
    }

    private static void neverChanges(Live ended, Service after) {
      assertThat(after.active())
          .satisfiesAnyOf(
              active -> assertThat(active).contains(ended),
              active ->
                  assertThat(active.orElseThrow().rolloutId()).isNotEqualTo(ended.rolloutId()));
    }

    /** One has started at most; the others that have not ended wait, in the order of the queue. */
    private void isQueued(Service service) {
      assertThat(service.queue()).hasSizeLessThanOrEqualTo(Queued.MOST);
      assertThat(story.waiting()).doesNotHaveDuplicates();
      service
          .queue()
          .forEach(
              queued -> {
                Standing standing = story.standing(queued.rolloutId());
                assertThat(standing.rollout().status()).isEqualTo(Status.PENDING);
                assertThat(standing.status()).isEqualTo(Status.PENDING);
                assertThat(standing.waitsFor()).contains(queued.state().waitsFor());
                assertThat(standing.version()).isEqualTo(queued.version());
                assertThat(standing.base()).isEmpty();
              });
      assertThat(story.kept().values().stream().filter(kept -> !kept.status().ended()))
          .extracting(Rollout::id)
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(service.live().stream().map(Live::rolloutId), story.waiting().stream())
                  .toList());
    }

    /** What its target was told is remembered until it confirms, and not after that. */
    private void isIntended(Event event, Service before, Service after) {
      boolean isConfirmed =
          event instanceof Event.Confirmed && story.decision() instanceof Decision.Changed;
      boolean wasToldAfter = after.live().flatMap(live -> story.intent()).isPresent();
      if (isConfirmed && !wasToldAfter) {
        assertThat(after.intended()).isEmpty();
      }
      after
          .live()
          .flatMap(live -> story.intent())
          .ifPresent(intent -> assertThat(after.intended()).endsWith(intent.to()));
      boolean isNew = !after.intended().equals(before.intended()) && !after.intended().isEmpty();
      boolean isBack = before.isDeleted() && !after.isDeleted();
      assertThat(isNew && !wasToldAfter && !isBack).as("told, and waiting for nothing").isFalse();
      if (!after.targeted()) {
        assertThat(after.intended()).isEmpty();
      }
    }

    private static void knowsItsVersions(Service service) {
      if (service.targeted()) {
        Stream.concat(service.allocation().stream(), service.intended().stream())
            .forEach(
                held ->
                    assertThat(LambdaVersions.weights(held, service.versions()))
                        .hasSizeBetween(1, LambdaVersions.MOST));
      }
    }

    /** Between a batch that is done and one that starts by itself lies a whole interval. */
    private void keepsItsInterval(Event event, Service before, Service after) {
      boolean isNew =
          !before.active().map(Live::rolloutId).equals(after.active().map(Live::rolloutId));
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
        assertThat(story.service().successes().newest())
            .contains(
                new Success(
                    active.rolloutId(),
                    active.target(),
                    active.restores(),
                    active.redeploys(),
                    false));
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

    /** Something is due, or somebody can move it on; without replicas they are waited for. */
    private void isNotStuck(Service service) {
      boolean isOnItsWay = service.live().isPresent() || !service.queue().isEmpty();
      boolean isEmpty = service.kind() == Kind.REPLICA && service.total() == 0;
      if (isOnItsWay && !isEmpty && service.dueAt().isEmpty()) {
        assertThat(Stream.of(Event.Verb.RESUME, Event.Verb.ADVANCE, Event.Verb.PROMOTE))
            .as("%s can be moved on", story.state())
            .anyMatch(verb -> canBeSteered(service, verb));
      }
      service.live().map(Live::state).ifPresent(state -> isDue(service, state, isEmpty));
    }

    private boolean canBeSteered(Service service, Event.Verb verb) {
      Event word =
          story.word(story.id(), verb).inEmergency("now").overridingAlarms("known").event();
      Decision decision = StateMachine.decide(service, word, story.now());
      return decision instanceof Decision.Changed
          || (decision instanceof Decision.Refused(Problem problem)
              && isNoFitForItsTarget(problem));
    }

    /** Of one that can only be called off any more. */
    private static boolean isNoFitForItsTarget(Problem problem) {
      return problem.message().contains("Lambda alias");
    }

    private static void isDue(Service service, State state, boolean isEmpty) {
      boolean waitsForSomebody =
          switch (state) {
            case State.Pending p -> true;
            case State.Held h -> true;
            case State.Paused p -> p.intent().isEmpty() || p.changed().isPresent();
            case State.Waiting w -> isEmpty;
            case State.Applying a -> false;
            case State.RollingBack r -> false;
            case State.Baking b -> false;
            case State.Ended e -> false;
          };
      assertThat(service.moveDueAt().isPresent())
          .as("%s is due", state)
          .isNotEqualTo(waitsForSomebody);
    }

    /** However it got where it is, a willing person brings all that is on its way to an end. */
    private void canBeBroughtToAnEnd() {
      if (story.service().isDeleted()) {
        return;
      }
      happens(now(new Unreadable(false)));
      if (story.service().kind() == Kind.REPLICA) {
        happens(now(new Scaled(7)));
      }
      int rollouts = 1 + story.service().queue().size();
      for (int i = 0; i < rollouts; i++) {
        WILLING.forEach(step -> happens(now(step)));
        if (story.service().live().isEmpty() && !story.service().queue().isEmpty()) {
          happens(now(willing(Event.Verb.ADVANCE)));
          if (story.service().live().isEmpty() && story.decision() instanceof Decision.Refused) {
            happens(now(willing(Event.Verb.ROLLBACK)));
          }
        }
      }
      WILLING.forEach(step -> happens(now(step)));
      assertThat(story.service().live()).isEmpty();
      assertThat(story.waiting()).isEmpty();
    }

    private static Steered willing(Event.Verb verb) {
      return new Steered(verb, Optional.empty(), true, false);
    }

    private static final List<Happening> WILLING =
        List.of(
            new Confirmed(),
            willing(Event.Verb.ADVANCE),
            new Confirmed(),
            willing(Event.Verb.RESUME),
            new Confirmed(),
            willing(Event.Verb.PROMOTE),
            new Confirmed(),
            willing(Event.Verb.ADVANCE));

    private static Act now(Happening happening) {
      return new Act(Duration.ZERO, happening);
    }
  }

  // ---- what can happen

  @Provide
  Arbitrary<Service> traffic() {
    return Combinators.combine(Arbitraries.of(false, true), starts(), alarms())
        .as(
            (byTarget, start, alarms) ->
                start.from(ServiceBuilder.traffic().targeted(byTarget).alarms(alarms)).build());
  }

  @Provide
  Arbitrary<Service> replicas() {
    return Combinators.combine(Arbitraries.integers().between(0, 20), starts(), alarms())
        .as(
            (total, start, alarms) ->
                start.from(ServiceBuilder.replicas(total).alarms(alarms)).build());
  }

  /** Those of the service, which watch every rollout of it. */
  private static Arbitrary<String[]> alarms() {
    return Arbitraries.frequency(Tuple.of(3, new String[0]), Tuple.of(1, new String[] {"x"}));
  }

  /** What a service can be before it all begins. */
  private enum Start {
    AT_REST,
    NEW,
    PENDING;

    ServiceBuilder from(ServiceBuilder service) {
      return switch (this) {
        case AT_REST -> service;
        case NEW -> service.neverRolledOut();
        case PENDING -> service.waitingForApproval();
      };
    }
  }

  private static Arbitrary<Start> starts() {
    return Arbitraries.frequency(
        Tuple.of(4, Start.AT_REST), Tuple.of(1, Start.NEW), Tuple.of(1, Start.PENDING));
  }

  @Provide
  Arbitrary<List<Act>> trafficActs() {
    return acts(
        Arbitraries.of(
            Map.of("old", 100.0),
            Map.of("new", 100.0),
            Map.of("w1", 100.0),
            Map.of("w1", 10.0, "old", 90.0),
            Map.of("w1", 33.333333333333336, "w2", 33.333333333333336, "w3", 33.333333333333336),
            Map.of("w1", 12.5, "w2", 0.000000001, "w3", 37.499999999, "w4", 20.0, "new", 30.0)));
  }

  @Provide
  Arbitrary<List<Act>> replicaActs() {
    return acts(Arbitraries.of("old", "w1", "w2", "w3").map(id -> Map.of(id, 100.0)));
  }

  private static Arbitrary<List<Act>> acts(Arbitrary<Map<String, Double>> targets) {
    Arbitrary<Duration> after =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(Duration.ZERO)),
            Tuple.of(2, Arbitraries.longs().between(1, 20_000).map(Duration::ofMillis)),
            Tuple.of(1, Arbitraries.longs().between(1, 20_000).map(Duration::ofSeconds)));
    Arbitrary<Happening> happening =
        Arbitraries.frequencyOf(
            Tuple.of(5, created(targets)),
            Tuple.of(4, Arbitraries.just(new Ticked())),
            Tuple.of(6, Arbitraries.just(new TickedTwiceOnTime())),
            Tuple.of(2, Arbitraries.integers().between(0, 30).map(Scaled::new)),
            Tuple.of(8, steered()),
            Tuple.of(8, Arbitraries.just(new Confirmed())),
            Tuple.of(1, Arbitraries.just(new ConfirmedAnOlderIntent())),
            Tuple.of(1, Arbitraries.just(new TargetFailed())),
            Tuple.of(1, Arbitraries.just(new TargetTaken())),
            Tuple.of(2, alarmed()),
            Tuple.of(1, Arbitraries.of("x", "y").map(Fired::new)),
            Tuple.of(1, Arbitraries.of(true, false).map(Unreadable::new)),
            Tuple.of(1, Arbitraries.just(new Deleted())),
            Tuple.of(3, Arbitraries.just(new Undeleted())));
    return Combinators.combine(after, happening).as(Act::new).list().ofMinSize(1).ofMaxSize(50);
  }

  private static Arbitrary<Steered> steered() {
    return Combinators.combine(
            Arbitraries.of(Event.Verb.class),
            Arbitraries.integers().between(0, 99).optional(0.3),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(Steered::new);
  }

  private static Arbitrary<Alarmed> alarmed() {
    return Combinators.combine(Arbitraries.of("x", "y"), Arbitraries.of(Alarms.State.class))
        .as(Alarmed::new);
  }

  private static Arbitrary<Created> created(Arbitrary<Map<String, Double>> targets) {
    Arbitrary<Specs> plain =
        Combinators.combine(
                targets, strategies(), Arbitraries.of(Duration.ZERO, Duration.ofMinutes(10)))
            .as((target, strategy, bake) -> Specs.to(target, strategy).baking(bake));
    Arbitrary<Specs> policies =
        Combinators.combine(
                plain,
                Arbitraries.of(Spec.ConflictPolicy.class),
                Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true)))
            .as(
                (specs, policy, paused) ->
                    paused ? specs.with(policy).paused() : specs.with(policy));
    Arbitrary<Optional<Duration>> in =
        Arbitraries.longs().between(1, 10_000).map(Duration::ofSeconds).optional(0.2);
    return Combinators.combine(guarded(policies), in, Arbitraries.of(true, false)).as(Created::new);
  }

  private static Arbitrary<Specs> guarded(Arbitrary<Specs> plain) {
    Window noons =
        new Window(
            Set.of(DayOfWeek.values()), LocalTime.of(12, 0), LocalTime.of(16, 0), ZoneOffset.UTC);
    Arbitrary<UnaryOperator<Specs>> guards =
        Arbitraries.frequency(
            Tuple.of(3, specs -> specs),
            Tuple.of(2, specs -> specs.watchedBy("x")),
            Tuple.of(1, specs -> specs.watchedBy("x", "y")),
            Tuple.of(1, specs -> specs.watchedBy("y").overridingAlarms("known")),
            Tuple.of(
                1,
                specs -> specs.watchedBy("x").holdingWithoutData(Optional.of(Duration.ofHours(1)))),
            Tuple.of(1, specs -> specs.watchedBy("x").holdingWithoutData(Optional.empty())),
            Tuple.of(2, specs -> specs.within(noons)),
            Tuple.of(1, specs -> specs.within(noons).inEmergency("fire")),
            Tuple.of(1, specs -> specs.givingUpAfter(Duration.ofSeconds(5))));
    return Combinators.combine(plain, guards).as((specs, guard) -> guard.apply(specs));
  }

  private static Arbitrary<Strategy> strategies() {
    Arbitrary<String> amounts =
        Arbitraries.of("1", "2", "3", "7", "50", "1%", "10%", "33.333333333%", "99.99%", "100%");
    Arbitrary<Strategy> batches =
        Combinators.combine(amounts, Arbitraries.of("1s", "10s", "5m", "1h30m"))
            .as(ServiceBuilder::batch);
    Arbitrary<Strategy> partitions =
        Arbitraries.oneOf(amounts, Arbitraries.of("0", "0%")).map(ServiceBuilder::partition);
    Arbitrary<Strategy> staged =
        Arbitraries.of(
            StrategyTest.steps("1% 10s, 10%, 50% 5m, 100%"),
            StrategyTest.steps("50%, 100%"),
            StrategyTest.growth("3", "2.5", "1m"));
    return Arbitraries.oneOf(batches, partitions, staged, Arbitraries.just(Strategy.ALL_AT_ONCE));
  }
}
