package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of a service under PAI-EAS's plans, whatever is asked of it and however late. */
class RandomPlansTest {

  /** One thing that happens, some time after the one before it. */
  record Act(Duration after, Happening happening) {}

  sealed interface Happening {}

  record Planned(Strategy strategy, boolean paused) implements Happening {}

  record Updated(Optional<Long> total) implements Happening {}

  /** To one of the revisions that there are, so much of the way to the newest. */
  record Reverted(int percent) implements Happening {}

  record Scaled(long total) implements Happening {}

  record Put(Optional<StrategyChange> strategy, Optional<Boolean> paused) implements Happening {}

  record Unplanned() implements Happening {}

  /** A tick, as late as it comes, and some more of them at once. */
  record Ticked(int times) implements Happening {}

  /** The time comes at which it is due, and the tick. */
  record TickedOnTime() implements Happening {}

  /**
   * @param waiting whether it is said to the first that waits, if there is one
   */
  record Steered(Event.Verb verb, boolean waiting) implements Happening {}

  /**
   * On Google's surface.
   *
   * @param in when it starts, from now; empty: at once
   */
  record Created(Specs asked, Optional<Duration> in) implements Happening {}

  /** These alarms watch each rollout from now on; they stay OK. */
  record Watched(Set<String> names) implements Happening {}

  /** The service is deleted, and another made under its name. */
  record MadeAnew(long total) implements Happening {}

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void aServiceUnderPlansStaysSoundAndEndsOrHoldsWhereItsPlanSays(
      @ForAll("totals") long total, @ForAll("acts") List<Act> acts) {
    Watch watch = new Watch(total);
    acts.forEach(watch::happens);
    watch.endsOrHoldsOnceLeftAlone();
  }

  /** Plays what happens and checks after each that everything is as it must be. */
  private static final class Watch {
    /** More batches than all moves here take. */
    private static final int ENOUGH = 2000;

    private final Story story;
    private Optional<Instant> lastBatchDone = Optional.empty();

    Watch(long total) {
      story =
          new Story(made(total, Optional.empty(), Story.START).service())
              .alarm("x", Alarms.State.OK)
              .alarm("y", Alarms.State.OK)
              .alarm("z", Alarms.State.OK);
    }

    private static NewService made(long total, Optional<Service> gone, Instant now) {
      return NewService.atFirstRevision(
          new ServiceName("foo.cn-shanghai"),
          total,
          true,
          EasStory::config,
          "{}",
          gone,
          Story.ALICE,
          now);
    }

    private void happens(Act act) {
      var _ = story.pass(act.after());
      switch (act.happening()) {
        case Planned(Strategy strategy, boolean paused) ->
            changes(
                act, s -> ServiceChange.planCreated(s, strategy, paused, Story.ALICE, story.now()));
        case Updated(Optional<Long> total) ->
            changes(
                act,
                s ->
                    ServiceChange.revised(
                        s,
                        total.orElse(s.total()),
                        EasStory::config,
                        "{}",
                        story.readOfService(),
                        Story.ALICE,
                        story.now()));
        case Reverted(int percent) ->
            changes(
                act,
                s ->
                    ServiceChange.reverted(
                        s,
                        s.revision(1 + percent * s.counters().revisions() / 100),
                        Optional.empty(),
                        "{}",
                        story.readOfService(),
                        Story.ALICE,
                        story.now()));
        case Scaled(long total) -> plays(act, new Event.Scale(total, Story.ALICE));
        case Put(var strategy, var paused) -> puts(act, strategy, paused);
        case Unplanned unplanned -> unplans(act);
        case Ticked(int times) -> {
          for (int i = 0; i < times; i++) {
            plays(act, new Event.Due());
            first().ifPresent(start -> plays(act, start));
          }
        }
        case TickedOnTime tick -> onTime(act);
        case Steered steered -> steers(act, steered);
        case Created(Specs asked, Optional<Duration> in) -> {
          Specs timed = in.map(time -> asked.startingAt(story.now().plus(time))).orElse(asked);
          plays(act, Event.Create.of(Optional.empty(), timed.spec(), Story.ALICE));
        }
        case Watched(Set<String> names) ->
            changes(
                act,
                s ->
                    ServiceChange.configured(
                        s,
                        Optional.empty(),
                        Optional.of(List.copyOf(names)),
                        Optional.empty(),
                        story.read(names),
                        Story.ALICE,
                        story.now()));
        case MadeAnew(long total) -> {
          plays(act, new Event.DeleteService(Duration.ZERO, Story.ALICE));
          assertThat(story.service().isGone(story.now())).isTrue();
          assertThat(story.service().dueAt()).isEmpty();
          var _ =
              story.change(
                  (s, now) -> {
                    NewService made = made(total, Optional.of(s), now);
                    return new Decision.Changed(made.service(), made.writes());
                  });
          lastBatchDone = Optional.empty();
        }
      }
    }

    private void onTime(Act act) {
      story
          .service()
          .dueAt()
          .filter(at -> at.isAfter(story.now()))
          .ifPresent(at -> story.pass(Duration.between(story.now(), at)));
      boolean isMove =
          story.service().moveDueAt().filter(at -> !at.isAfter(story.now())).isPresent();
      plays(act, isMove ? new Event.Due() : first().orElseGet(Event.Due::new));
    }

    private Optional<Event> first() {
      return story.service().queue().stream()
          .findFirst()
          .map(queued -> new Event.Start(story.kept(queued.rolloutId()), Map.of()));
    }

    private void steers(Act act, Steered steered) {
      Optional<String> waiting =
          story.waiting().stream().findFirst().filter(id -> steered.waiting());
      waiting
          .or(() -> story.service().active().map(Live::rolloutId))
          .ifPresent(id -> plays(act, story.word(id, steered.verb()).event()));
    }

    private void puts(Act act, Optional<StrategyChange> strategy, Optional<Boolean> paused) {
      Service before = story.service();
      plays(act, new Event.Replan(strategy, paused, Story.ALICE));
      Service after = story.service();
      if (before.plan().isEmpty() && before.live().isEmpty()) {
        assertThat(story.problem()).isEqualTo(NotFound.rolloutPlan(before.name()));
        return;
      }
      assertThat(after.plan().isPresent()).isEqualTo(before.plan().isPresent());
      after.live().ifPresent(live -> isTakenOver(live, strategy));
      after
          .active()
          .filter(made -> made.since() > before.v())
          .ifPresent(made -> reopens(before.active().orElseThrow(), after, made));
      paused.ifPresent(p -> standsOrGoes(after, p));
    }

    private static void reopens(Live completed, Service after, Live live) {
      assertThat(completed.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(live.status()).isIn(Status.RUNNING, Status.PAUSED);
      assertThat(live.target()).isEqualTo(completed.target());
      assertThat(live.restores()).isEqualTo(completed.restores());
      assertThat(after.lastGood().orElseThrow()).isNotEqualTo(completed.target());
      completed.restores().ifPresent(good -> assertThat(after.lastGood()).contains(good));
      assertThat(Progress.of(after, live).distance()).isEqualTo(after.total());
    }

    private static void isTakenOver(Live live, Optional<StrategyChange> strategy) {
      strategy.ifPresent(
          change -> assertThat(change.of(live.strategy())).isEqualTo(live.strategy()));
    }

    private static void standsOrGoes(Service after, boolean paused) {
      boolean waits =
          after
              .live()
              .map(live -> live.status() == Status.PAUSED || live.status() == Status.PENDING)
              .orElseGet(() -> after.plan().filter(Plan::paused).isPresent());
      // What is resumed may end at once, and so tells nothing of the plan.
      if (paused || after.live().isPresent()) {
        assertThat(waits).isEqualTo(paused);
      }
      if (!paused) {
        assertThat(after.plan().filter(Plan::paused)).isEmpty();
      }
    }

    private void unplans(Act act) {
      Service before = story.service();
      plays(act, new Event.Unplan(Story.ALICE));
      if (before.plan().isEmpty() && before.live().isEmpty()) {
        assertThat(story.problem()).isEqualTo(NotFound.rolloutPlan(before.name()));
        return;
      }
      assertThat(story.service().plan()).isEmpty();
      assertThat(story.service().live()).isEmpty();
      if (before.live().isPresent()) {
        assertThat(story.service().queue())
            .filteredOn(queued -> queued.state().waitsFor() == State.WaitsFor.TURN)
            .allMatch(queued -> queued.state().isStopped());
      }
      assertThat(story.service().allocation()).isEqualTo(before.allocation());
    }

    private void plays(Act act, Event event) {
      changes(
          act,
          service ->
              StateMachine.decide(
                  service,
                  event,
                  story.read(StateMachine.alarmsFor(service, event, story.now())),
                  story.now()));
    }

    private void changes(Act act, Function<Service, Decision> decide) {
      Service before = story.service();
      var _ = story.change((service, now) -> decide.apply(service));
      Service after = story.service();
      if (story.decision() instanceof Decision.Changed) {
        assertThat(after.v()).isEqualTo(before.v() + 1);
        assertThat(after.last().at()).isEqualTo(story.now());
        tellsOfEachChangeOfState(before, after);
      } else {
        assertThat(after).isEqualTo(before);
      }
      isDivided(after);
      keepsItsInterval(act.happening(), before, after);
      standsStill(act.happening(), before, after);
      movesLastGoodOnlyByWhatSucceeds(before, after);
      isKeptAsItStands(after);
      after.live().ifPresent(live -> isHeldAtItsPartition(after, live));
    }

    private static void isDivided(Service service) {
      Allocation allocation = service.allocation().orElseThrow();
      assertThat(allocation.total()).isEqualTo(service.total());
      assertThat(allocation.units().values()).allMatch(count -> count > 0);
      service
          .active()
          .ifPresent(
              active ->
                  assertThat(allocation.of(active.updateRevision()))
                      .isBetween(0L, service.total()));
    }

    /** In the last change, and with one row of the history. */
    private void tellsOfEachChangeOfState(Service before, Service after) {
      List<Happened.Change> expected = new ArrayList<>();
      before
          .live()
          .filter(
              was -> !isSame(was, after) || after.active().orElseThrow().status() != was.status())
          .ifPresent(was -> expected.add(changed(was.rolloutId())));
      after
          .active()
          .filter(now -> now.since() == after.v())
          .ifPresent(now -> expected.add(changed(now.rolloutId())));
      assertThat(after.last().rollouts()).containsAll(expected);
      assertThat(story.writes().stream().filter(Write.HistoryKept.class::isInstance).count())
          .isLessThanOrEqualTo(1)
          .isGreaterThanOrEqualTo(expected.isEmpty() ? 0 : 1);
    }

    private static boolean isSame(Live live, Service after) {
      return after.active().filter(now -> now.rolloutId().equals(live.rolloutId())).isPresent();
    }

    private Happened.Change changed(String id) {
      return new Happened.Change(
          id,
          story
              .service()
              .active()
              .filter(active -> active.rolloutId().equals(id))
              .map(Live::status)
              .orElseGet(() -> story.kept().get(id).status()));
    }

    /** Between a batch that is done and one that starts by itself lies a whole interval. */
    private void keepsItsInterval(Happening happening, Service before, Service after) {
      if (after.active().isEmpty()) {
        return;
      }
      Live now = after.active().get();
      Optional<Live> was = before.active().filter(live -> isSame(live, after));
      int batches = now.batch() - was.map(Live::batch).orElse(0);
      assertThat(batches).isBetween(0, 1);
      if (was.isEmpty()) {
        lastBatchDone = Optional.empty();
      } else if (batches == 1
          && isByItself(happening)
          && now.strategy() instanceof Strategy.Batch batch) {
        lastBatchDone.ifPresent(
            done ->
                assertThat(Duration.between(done, story.now()))
                    .isGreaterThanOrEqualTo(batch.interval().duration()));
      }
      if (batches == 1) {
        lastBatchDone = Optional.of(story.now());
      }
    }

    private static boolean isByItself(Happening happening) {
      return switch (happening) {
        case Ticked t -> true;
        case TickedOnTime t -> true;
        case Put put -> true;
        case Steered steered -> steered.verb() == Event.Verb.RESUME;
        case Created c -> false;
        case Planned p -> false;
        case Updated u -> false;
        case Reverted r -> false;
        case Scaled s -> false;
        case Unplanned u -> false;
        case Watched w -> false;
        case MadeAnew m -> false;
      };
    }

    /** While it is PAUSED, or not started, only scaling and what a person asks for moves it. */
    private static void standsStill(Happening happening, Service before, Service after) {
      boolean stands =
          after
              .live()
              .filter(live -> live.status() == Status.PAUSED || live.status() == Status.PENDING)
              .isPresent();
      boolean isAskedFor = happening instanceof Steered || before.total() != after.total();
      if (stands && !isAskedFor) {
        assertThat(after.allocation()).isEqualTo(before.allocation());
        assertThat(after.moveDueAt()).isEmpty();
      }
    }

    private void movesLastGoodOnlyByWhatSucceeds(Service before, Service after) {
      boolean succeeded =
          story.decision() instanceof Decision.Changed
              && after.last().rollouts().stream()
                  .anyMatch(change -> change.status() == Status.SUCCEEDED);
      Optional<Shares> reopened =
          after
              .live()
              .filter(live -> live.since() == after.v() && live.base().equals(before.allocation()))
              .filter(live -> before.lastGood().filter(live.target()::equals).isPresent())
              .flatMap(Live::restores);
      Optional<Shares> wentBack =
          after
              .active()
              .filter(active -> active.status() == Status.ROLLED_BACK)
              .flatMap(Live::restores);
      boolean isReopened = after.successes().kept().size() < before.successes().kept().size();
      if (!succeeded && !isReopened) {
        assertThat(after.lastGood()).isIn(before.lastGood(), reopened, wentBack);
      }
      after
          .active()
          .filter(active -> active.status() == Status.SUCCEEDED && !after.isDeleted())
          .ifPresent(active -> assertThat(after.lastGood()).contains(active.target()));
    }

    private void isKeptAsItStands(Service service) {
      service
          .active()
          .ifPresent(
              active -> {
                Status kept = story.kept().get(active.rolloutId()).status();
                assertThat(kept.ended()).isEqualTo(active.ended());
                assertThat(kept == Status.PENDING).isEqualTo(active.status() == Status.PENDING);
                if (active.ended()) {
                  assertThat(kept).isEqualTo(active.status());
                }
              });
      assertThat(story.kept())
          .allSatisfy(
              (id, rollout) ->
                  assertThat(
                          rollout.status().ended()
                              || service.queued(id).isPresent()
                              || service.live().orElseThrow().rolloutId().equals(id))
                      .isTrue());
    }

    private static void isHeldAtItsPartition(Service service, Live live) {
      if (live.state() instanceof State.Held && live.standsFor().isEmpty()) {
        Strategy.Partition partition = (Strategy.Partition) live.strategy();
        long updated = service.allocation().orElseThrow().of(live.updateRevision());
        long target = service.total() - old(partition.keep(), service.total());
        boolean hasNowhereToGoBack =
            service.currentRevision().orElseThrow().equals(live.updateRevision());
        if (hasNowhereToGoBack) {
          assertThat(updated).isGreaterThanOrEqualTo(target);
        } else {
          assertThat(updated).isEqualTo(target);
        }
      }
    }

    /** OpenKruise's CalculatePartitionReplicas. */
    private static long old(Amount keep, long total) {
      if (!keep.isPercent()) {
        return Math.min(keep.units(), total);
      }
      BigDecimal percent = new BigDecimal(keep.text().replace("%", ""));
      long old =
          percent
              .multiply(BigDecimal.valueOf(total))
              .movePointLeft(2)
              .setScale(0, RoundingMode.CEILING)
              .longValueExact();
      boolean updatesOne =
          total > 1 && old == total && percent.compareTo(BigDecimal.valueOf(100)) < 0;
      return updatesOne ? total - 1 : old;
    }

    private void endsOrHoldsOnceLeftAlone() {
      for (int i = 0; i < ENOUGH && story.service().dueAt().isPresent(); i++) {
        happens(new Act(Duration.ZERO, new TickedOnTime()));
      }
      assertThat(story.service().dueAt()).isEmpty();
      story.service().live().ifPresent(live -> waitsForSomebody(story.service(), live));
    }

    private static void waitsForSomebody(Service service, Live live) {
      switch (live.state()) {
        case State.Held held -> isHeldAtItsPartition(service, live);
        case State.Waiting waiting -> assertThat(service.total()).isZero();
        case State.Paused paused -> assertThat(paused.intent()).isEmpty();
        case State.Pending pending ->
            assertThat(pending.waitsFor()).isEqualTo(State.WaitsFor.APPROVAL);
        case State.Applying a -> throw new AssertionError(a);
        case State.Baking b -> throw new AssertionError(b);
        case State.RollingBack r -> throw new AssertionError(r);
        case State.Ended e -> throw new AssertionError(e);
      }
    }
  }

  // ---- what can happen

  @Provide
  Arbitrary<Long> totals() {
    return Arbitraries.longs().between(0, 30);
  }

  @Provide
  Arbitrary<List<Act>> acts() {
    Arbitrary<Duration> after =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just(Duration.ZERO)),
            Tuple.of(3, Arbitraries.longs().between(1, 20_000).map(Duration::ofMillis)),
            Tuple.of(1, Arbitraries.longs().between(1, 20_000).map(Duration::ofSeconds)));
    Arbitrary<Happening> happening =
        Arbitraries.frequencyOf(
            Tuple.of(
                4, Combinators.combine(strategies(), Arbitraries.of(true, false)).as(Planned::new)),
            Tuple.of(4, totals().optional(0.2).map(Updated::new)),
            Tuple.of(1, Arbitraries.integers().between(0, 99).map(Reverted::new)),
            Tuple.of(3, totals().map(Scaled::new)),
            Tuple.of(8, puts()),
            Tuple.of(1, Arbitraries.just(new Unplanned())),
            Tuple.of(3, Arbitraries.integers().between(1, 3).map(Ticked::new)),
            Tuple.of(6, Arbitraries.just(new TickedOnTime())),
            Tuple.of(
                2,
                Combinators.combine(Arbitraries.of(Event.Verb.class), Arbitraries.of(true, false))
                    .as(Steered::new)),
            Tuple.of(2, created()),
            Tuple.of(2, Arbitraries.of("x", "y").set().map(Watched::new)),
            Tuple.of(1, totals().map(MadeAnew::new)));
    return Combinators.combine(after, happening).as(Act::new).list().ofMinSize(10).ofMaxSize(60);
  }

  /** Under the plan, or with a strategy of its own, and perhaps with an alarm of its own. */
  private static Arbitrary<Created> created() {
    Arbitrary<Specs> asked =
        Combinators.combine(
                Arbitraries.of("g", "h"),
                strategies().optional(0.5),
                Arbitraries.of(Spec.ConflictPolicy.class),
                Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true)),
                Arbitraries.of(true, false))
            .as(
                (id, strategy, policy, paused, isWatched) -> {
                  Specs specs = Specs.of(Spec.of(Map.of(id, 100.0), strategy)).with(policy);
                  Specs waiting = paused ? specs.paused() : specs;
                  return isWatched ? waiting.watchedBy("z") : waiting;
                });
    Arbitrary<Optional<Duration>> in =
        Arbitraries.longs().between(1, 10_000).map(Duration::ofSeconds).optional(0.3);
    return Combinators.combine(asked, in).as(Created::new);
  }

  private static Arbitrary<Put> puts() {
    Arbitrary<StrategyChange> changes =
        Arbitraries.oneOf(
            keeps().map(StrategyChange.ToPartition::new),
            Combinators.combine(sizes().optional(), intervals().optional())
                .as(StrategyChange.ToBatch::new));
    return Combinators.combine(changes.optional(0.7), Arbitraries.of(true, false).optional(0.5))
        .as(Put::new);
  }

  private static Arbitrary<Strategy> strategies() {
    return Arbitraries.oneOf(
        keeps().map(Strategy.Partition::new),
        Combinators.combine(sizes(), intervals()).as(Strategy.Batch::new));
  }

  private static Arbitrary<Amount> sizes() {
    return Arbitraries.of("1", "2", "3", "7", "50", "1%", "10%", "33.3%", "99.99%", "100%")
        .map(Amount::new);
  }

  private static Arbitrary<Amount> keeps() {
    return Arbitraries.oneOf(sizes(), Arbitraries.of("0", "0%").map(Amount::new));
  }

  private static Arbitrary<Interval> intervals() {
    return Arbitraries.of("1s", "10s", "1m", "5m", "1h30m").map(Interval::new);
  }
}
