package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.StrategyTest.steps;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rollout is said to do is what it does. */
class PreviewTest {

  // ---- what it is said to do

  private static Event.Create create(Specs asked) {
    return Event.Create.of(Optional.of("r"), asked.spec(), Story.ALICE)
        .with(ServiceBuilder.versions(asked.spec().percentages().keySet()));
  }

  private static Preview page(
      Service service, Specs asked, Optional<Preview.Place> place, int size) {
    Alarms ok = Alarms.read(Map.of("x", new Alarms.Reading(Alarms.State.OK, Story.START, "")));
    return Preview.of(service, create(asked), ok, place, size, Story.START);
  }

  private static Preview whole(Service service, Specs asked) {
    Preview whole = page(service, asked, Optional.empty(), Preview.PAGE);
    assertThat(whole.next()).isEmpty();
    return whole;
  }

  /** The same, put together of pages. */
  private static Preview ofPages(Service service, Specs asked, int size) {
    List<Preview.Step> all = new ArrayList<>();
    Preview page = page(service, asked, Optional.empty(), size);
    Preview first = page;
    while (page.next().isPresent()) {
      assertThat(page.steps()).hasSize(size);
      assertThat(page.bakes()).isEmpty();
      assertThat(page.ends()).isEmpty();
      all.addAll(page.steps());
      page = page(service, asked, page.next(), size);
      assertThat(page.begun()).isEqualTo(first.begun());
    }
    all.addAll(page.steps());
    return new Preview(first.first(), first.begun(), all, page.bakes(), page.ends(), page.next());
  }

  // ---- what it does

  /** Plays a create and what follows, always at the very time, by hand where it waits for that. */
  private static final class Life {
    private final Story story;
    private final List<Preview.Step> steps = new ArrayList<>();
    private Optional<Instant> bakes = Optional.empty();
    private Optional<Instant> ends = Optional.empty();
    private Optional<Live> begun = Optional.empty();

    /** When the batch began that is on its way; empty once somebody's word has come between. */
    private Optional<Instant> began;

    private boolean isKnown;

    private Life(Story story) {
      this.story = story;
    }

    static Life of(Service service, Specs asked) {
      Life life = new Life(new Story(service).alarm("x", Alarms.State.OK));
      life.story.play(create(asked));
      // Nobody can say when those ahead have succeeded
      life.isKnown =
          !life.story.service().queued("r").map(Queued::state).map(State.Pending::waitsFor).stream()
              .anyMatch(State.WaitsFor.TURN::equals);
      life.lives();
      return life;
    }

    private void lives() {
      looks(0);
      while (goesOn()) {
        int done = story.service().active().filter(this::isOurs).map(Live::batch).orElse(0);
        next();
        looks(done);
      }
      Optional<Live> live = story.service().active().filter(this::isOurs);
      ends = live.filter(Live::ended).flatMap(ended -> known(story.now()));
    }

    private boolean isOurs(Live live) {
      return live.rolloutId().equals("r");
    }

    private boolean goesOn() {
      return story.service().dueAt().isPresent()
          || !story.service().queue().isEmpty()
          || (story.service().live().map(Live::state).stream()
                  .anyMatch(State.Held.class::isInstance)
              && (story.service().kind() == Kind.TRAFFIC || story.service().total() > 0));
    }

    private void next() {
      if (story.service().live().flatMap(live -> StateMachine.intentOf(live.state())).isPresent()) {
        var _ = story.confirm();
      } else if (story.service().dueAt().isPresent()) {
        Instant due = story.service().dueAt().get();
        if (due.isAfter(story.now())) {
          var _ = story.pass(Duration.between(story.now(), due));
        }
        began = known(story.now());
        boolean isMove =
            story.service().moveDueAt().filter(at -> !at.isAfter(story.now())).isPresent();
        var _ = isMove ? story.due() : story.start();
        if (story.changedNothing()) {
          // A bake under alarms is due all the while
          State.Baking baking = (State.Baking) story.state();
          var _ = story.pass(Duration.between(story.now(), baking.until()));
        }
      } else {
        byHand();
      }
    }

    private void byHand() {
      isKnown = false;
      began = Optional.empty();
      var _ = story.pass(Duration.ofMinutes(7));
      boolean waits = story.service().queued("r").isPresent();
      var _ =
          story.steer(
              story.word(waits ? "r" : story.id(), waits ? RESUME : ADVANCE).inEmergency("now"));
    }

    private Optional<Instant> known(Instant at) {
      return isKnown ? Optional.of(at) : Optional.empty();
    }

    private void looks(int done) {
      Optional<Live> ours = story.service().active().filter(this::isOurs);
      if (ours.isEmpty()) {
        return;
      }
      Live live = ours.get();
      if (begun.isEmpty()) {
        begun = ours;
        began = known(story.now());
      }
      if (live.batch() > done) {
        steps.add(
            new Preview.Step(
                live.batch(),
                began,
                story.service().allocation().orElseThrow(),
                live.moved(),
                live.state() instanceof State.Held));
      }
      if (live.state() instanceof State.Baking baking) {
        bakes = known(baking.until());
      }
    }
  }

  // ---- the property

  /** A service, what is asked of it, and a rollout that it is in before. */
  record Asked(Service service, Specs specs) {}

  @Property(tries = 1500)
  void eachPageSaysWhatThenHappens(
      @ForAll("asked") Asked asked, @ForAll @IntRange(min = 1, max = 6) int size) {
    Life life = Life.of(asked.service(), asked.specs());
    Preview whole = whole(asked.service(), asked.specs());
    assertThat(whole.steps()).isEqualTo(life.steps);
    assertThat(whole.ends()).isEqualTo(life.ends);
    assertThat(whole.bakes()).isEqualTo(life.bakes);
    assertThat(whole.begun().base()).isEqualTo(life.begun.orElseThrow().base());
    assertThat(whole.begun().restores()).isEqualTo(life.begun.orElseThrow().restores());
    assertThat(whole.begun().strategy()).isEqualTo(life.begun.orElseThrow().strategy());

    Preview pages = ofPages(asked.service(), asked.specs(), size);
    assertThat(pages).isEqualTo(whole);
  }

  @Provide
  Arbitrary<Asked> asked() {
    Arbitrary<Asked> traffic =
        Combinators.combine(
                Arbitraries.of(false, true),
                Arbitraries.of(false, true),
                Arbitraries.of(
                    Map.of("new", 100.0),
                    Map.of("old", 100.0),
                    Map.of("new", 33.333333333, "old", 66.666666667),
                    Map.of("new", 10.0, "old", 90.0)),
                specs(),
                ahead())
            .as(
                (targeted, isNew, target, specs, ahead) -> {
                  ServiceBuilder service = ServiceBuilder.traffic().targeted(targeted);
                  return asked(isNew ? service.neverRolledOut() : service, target, specs, ahead);
                });
    Arbitrary<Asked> replicas =
        Combinators.combine(
                Arbitraries.longs().between(0, 40),
                Arbitraries.of("new", "newer", "old"),
                specs(),
                ahead())
            .as(
                (total, target, specs, ahead) ->
                    asked(ServiceBuilder.replicas(total), Map.of(target, 100.0), specs, ahead));
    return Arbitraries.oneOf(traffic, replicas);
  }

  /** A rollout that is on its way already, in halves. */
  private enum Ahead {
    NONE,
    RUNNING
  }

  private static Arbitrary<Ahead> ahead() {
    return Arbitraries.of(Ahead.class);
  }

  private static Asked asked(
      ServiceBuilder builder, Map<String, Double> target, Specs like, Ahead ahead) {
    Specs specs = like.going(target);
    Service service = builder.build();
    // What is superseded later moves on until then, which no preview follows
    boolean isDeferred =
        specs.spec().startTime().isPresent()
            || specs.spec().paused()
            || !specs.spec().guard().isOpen(Story.START);
    boolean queues = specs.spec().conflictPolicy() == Spec.ConflictPolicy.QUEUE;
    boolean rejects = specs.spec().conflictPolicy() == Spec.ConflictPolicy.REJECT;
    // Without replicas those ahead stay where they are
    boolean isStuck = service.kind() == Kind.REPLICA && service.total() == 0;
    if (ahead == Ahead.NONE
        || isStuck
        || rejects
        || (isDeferred && !queues)
        || specs.spec().paused()) {
      return new Asked(service, specs);
    }
    Story story = new Story(service).create("ahead", "new", batch("50%", "5m"));
    return new Asked(story.service(), specs);
  }

  private static Arbitrary<Specs> specs() {
    Arbitrary<List<Window>> windows =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(List.of())),
            Tuple.of(1, window().list().ofMinSize(1).ofMaxSize(2)));
    Arbitrary<Optional<Instant>> startTimes =
        Arbitraries.longs().between(-60, 100_000).map(Story.START::plusSeconds).optional(0.3);
    return Combinators.combine(
            strategies(),
            Arbitraries.of(Duration.ZERO, BAKE, Duration.ofSeconds(1)),
            windows,
            startTimes,
            Arbitraries.of(Spec.ConflictPolicy.class),
            Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true)),
            Arbitraries.of(false, true))
        .as(
            (strategy, bake, within, startTime, policy, paused, watched) -> {
              Specs specs =
                  Specs.to("new", strategy)
                      .baking(bake)
                      .with(policy)
                      .within(within.toArray(Window[]::new));
              Specs timed = startTime.map(specs::startingAt).orElse(specs);
              Specs held = paused ? timed.paused() : timed;
              return watched ? held.watchedBy("x") : held;
            });
  }

  private static Arbitrary<Window> window() {
    Arbitrary<Set<DayOfWeek>> days = Arbitraries.of(DayOfWeek.class).set().ofMinSize(1);
    Arbitrary<LocalTime> times =
        Arbitraries.integers().between(0, 24 * 60 - 1).map(LocalTime.MIN::plusMinutes);
    Arbitrary<ZoneId> zones =
        Arbitraries.of("UTC", "America/New_York", "Asia/Shanghai").map(ZoneId::of);
    return Combinators.combine(days, times, times, zones).as(Window::new);
  }

  private static Arbitrary<Strategy> strategies() {
    Arbitrary<String> intervals = Arbitraries.of("1s", "90s", "5m", "1h30m", "168h");
    Arbitrary<Strategy> batches =
        Combinators.combine(Arbitraries.of("1", "3", "7", "5%", "33.3%", "100%"), intervals)
            .as(ServiceBuilder::batch);
    Arbitrary<Strategy> partitions =
        Arbitraries.of("0", "0%", "3", "50%", "99.99%", "100%").map(ServiceBuilder::partition);
    Arbitrary<Strategy> growths =
        Combinators.combine(
                Arbitraries.of("0.000000001", "1", "5", "33.3", "100"),
                Arbitraries.of("1.3", "2", "10"),
                intervals)
            .as(StrategyTest::growth);
    Arbitrary<List<Long>> percents =
        Arbitraries.longs()
            .between(1, Shares.WHOLE - 1)
            .set()
            .ofMaxSize(6)
            .map(
                set ->
                    LongStream.concat(
                            set.stream().mapToLong(p -> p).sorted(), LongStream.of(Shares.WHOLE))
                        .boxed()
                        .toList());
    Arbitrary<List<Optional<Interval>>> waits =
        intervals.map(Interval::new).optional(0.6).list().ofSize(6);
    Arbitrary<Strategy> steps =
        Combinators.combine(percents, waits)
            .as(
                (all, after) -> {
                  List<Strategy.Step> each = new ArrayList<>();
                  for (int i = 0; i < all.size(); i++) {
                    boolean isLast = i == all.size() - 1;
                    each.add(
                        new Strategy.Step(all.get(i), isLast ? Optional.empty() : after.get(i)));
                  }
                  return new Strategy.Steps(each);
                });
    return Arbitraries.oneOf(
        batches, partitions, growths, steps, Arbitraries.just(Strategy.ALL_AT_ONCE));
  }

  // ---- some of it in words

  private static final Specs TENTHS = Specs.to("new", batch("10%", "5m")).baking(BAKE);

  private static Service atRest() {
    return ServiceBuilder.traffic().build();
  }

  @Test
  void saysWhenEachBatchStartsAndWhatItBrings() {
    Preview preview = whole(atRest(), Specs.to("new", steps("10% 10m, 50%, 100%")).baking(BAKE));
    assertThat(preview.steps())
        .extracting(
            Preview.Step::batch,
            Preview.Step::start,
            step -> Story.print(step.allocation()),
            Preview.Step::holds)
        .containsExactly(
            tuple(1, Optional.of(Story.START), "new 10, old 90", false),
            tuple(2, Optional.of(Story.START.plusSeconds(600)), "new 50, old 50", true),
            tuple(3, Optional.empty(), "new 100", false));
    assertThat(preview.bakes()).isEmpty();
    assertThat(preview.ends()).isEmpty();
    assertThat(preview.first().v()).isEqualTo(8);
  }

  @Test
  void ofOneThatWaitsForATimeKnowsItsTimesAndItsBase() {
    Instant later = Story.START.plusSeconds(3600);
    Preview preview = whole(atRest(), TENTHS.startingAt(later));
    assertThat(preview.first().queued("r")).isPresent();
    assertThat(preview.steps()).hasSize(10);
    assertThat(preview.steps().getFirst().start()).contains(later);
    assertThat(preview.bakes()).contains(later.plus(Duration.ofMinutes(45)).plus(BAKE));
    assertThat(preview.ends()).isEqualTo(preview.bakes());
    assertThat(preview.begun().base()).contains(Shares.only("old"));
    assertThat(preview.begun().restores()).contains(Shares.only("old"));
  }

  @Test
  void ofOneThatWaitsForApprovalKnowsNoTimes() {
    Preview preview = whole(atRest(), TENTHS.paused());
    assertThat(preview.steps()).hasSize(10).allSatisfy(step -> assertThat(step.start()).isEmpty());
    assertThat(preview.ends()).isEmpty();
  }

  @Test
  void underAPausedPlanShowsThePlansBatchesWithoutTimes() {
    Story story =
        ServiceBuilder.replicas(4)
            .plan(batch("1", "5m"))
            .story()
            .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
    Specs unplanned = Specs.of(Spec.of(Map.of("new", 100.0), Optional.empty()));
    Preview preview = whole(story.service(), unplanned);
    assertThat(preview.first().live().orElseThrow().state())
        .isEqualTo(State.Pending.waiting(State.WaitsFor.APPROVAL));
    assertThat(preview.steps()).hasSize(4).allSatisfy(step -> assertThat(step.start()).isEmpty());
  }

  @Test
  void whereAnAlarmCannotBeReadKnowsNoTimes() {
    Preview preview =
        Preview.of(
            atRest(),
            create(TENTHS.watchedBy("x")),
            Alarms.unreadable("no"),
            Optional.empty(),
            Preview.PAGE,
            Story.START);
    assertThat(preview.first().queue().getFirst().state().waitsFor())
        .isEqualTo(State.WaitsFor.ALARM);
    assertThat(preview.steps()).hasSize(10);
    assertThat(preview.steps().getFirst().start()).isEmpty();
  }

  @Test
  void showsAPartitionThatMovesReplicasBackPageByPage() {
    Service running =
        new Story(ServiceBuilder.replicas(4).build())
            .create("ahead", "new", batch("50%", "5m"))
            .service();
    Specs back = Specs.to("new", partition("100%"));
    assertThat(whole(running, back).steps())
        .extracting(Preview.Step::moved, step -> Story.print(step.allocation()))
        .containsExactly(tuple(-2L, "old 4"), tuple(2L, "new 4"));
    assertThat(ofPages(running, back, 1)).isEqualTo(whole(running, back));
  }

  @Test
  void writesNothingAndLeavesTheServiceAsItIs() {
    Service service = atRest();
    Preview preview = whole(service, TENTHS);
    assertThat(service).isEqualTo(atRest());
    assertThat(preview.begun().rolloutId()).isEqualTo("r");
  }

  @Test
  void ofWhatWouldBeRefusedIsRefused() {
    Service running = new Story(atRest()).create("ahead", TENTHS).service();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> whole(running, TENTHS.rejecting()))
        .withMessageContaining("conflictPolicy is REJECT");
    Alarms inAlarm =
        Alarms.read(Map.of("x", new Alarms.Reading(Alarms.State.ALARM, Story.START, "")));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () ->
                Preview.of(
                    atRest(),
                    create(TENTHS.watchedBy("x")),
                    inAlarm,
                    Optional.empty(),
                    1,
                    Story.START))
        .withMessageContaining("alarm 'x'");
  }

  @Test
  void aLaterPageAsksNoAlarmsAgain() {
    Specs watched = TENTHS.watchedBy("x");
    Preview.Place place = page(atRest(), watched, Optional.empty(), 4).next().orElseThrow();
    Alarms inAlarm =
        Alarms.read(Map.of("x", new Alarms.Reading(Alarms.State.ALARM, Story.START, "")));
    Preview second =
        Preview.of(
            atRest(), create(watched), inAlarm, Optional.of(place), 4, Story.START.plusSeconds(60));
    assertThat(second.steps()).extracting(Preview.Step::batch).containsExactly(5, 6, 7, 8);
    assertThat(second.steps().getFirst().start()).contains(Story.START.plusSeconds(1200));
  }

  @Test
  void hasAThousandStepsToAPageAtMost() {
    Specs thousands = Specs.to("new", batch("0.01%", "1s"));
    Preview first = page(atRest(), thousands, Optional.empty(), Preview.PAGE);
    assertThat(first.steps()).hasSize(1000);
    Preview second = page(atRest(), thousands, first.next(), Preview.PAGE);
    assertThat(second.steps().getLast().batch()).isEqualTo(2000);
    assertThat(second.steps().getLast().start()).contains(Story.START.plusSeconds(1999));
  }

  @Test
  void afterTheYear9999TellsNoTimes() {
    Specs slow = Specs.to("new", batch("0.000000001%", "168h"));
    Instant late = Standing.LAST_TIMESTAMP.minus(Duration.ofDays(10));
    Preview.Place place =
        new Preview.Place(7, Story.START, 1, 1, late, Optional.of(late.plusSeconds(60)));
    Preview page = page(atRest(), slow, Optional.of(place), 3);
    assertThat(page.steps())
        .extracting(Preview.Step::start)
        .containsExactly(
            Optional.of(late.plusSeconds(60)),
            Optional.of(late.plusSeconds(60).plus(Duration.ofDays(7))),
            Optional.empty());
    assertThat(page.next().orElseThrow().start()).isEmpty();
    Preview more = page(atRest(), slow, page.next(), 3);
    assertThat(more.steps().getLast().batch()).isEqualTo(7);
    assertThat(more.steps().getLast().start()).isEmpty();
  }

  // ---- page tokens

  @Test
  void ofAServiceThatHasChangedSinceStartsAnew() {
    Preview.Place place = page(atRest(), TENTHS, Optional.empty(), 4).next().orElseThrow();
    Service changed = new Story(atRest()).delete().undelete().service();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> page(changed, TENTHS, Optional.of(place), 4))
        .satisfies(e -> assertThat(e.problem().kind()).isEqualTo(Problem.Kind.ABORTED));
  }

  static Stream<Preview.Place> forged() {
    Instant from = Story.START;
    Optional<Instant> start = Optional.of(from);
    return Stream.of(
        new Preview.Place(7, from, -1, 0, from, start),
        new Preview.Place(7, from, Integer.MAX_VALUE, 0, from, start),
        new Preview.Place(7, from, 1, -1, from, start),
        new Preview.Place(7, from, 1, Shares.WHOLE + 1, from, start),
        new Preview.Place(7, from, 1, Long.MAX_VALUE, from, start),
        new Preview.Place(7, from, 1, 0, from.minusNanos(1), start),
        new Preview.Place(7, from, 1, 0, from, Optional.of(from.minusNanos(1))),
        new Preview.Place(7, from, 1, 0, Instant.MAX, start),
        new Preview.Place(7, from, 1, 0, from, Optional.of(Instant.MAX)),
        new Preview.Place(7, Instant.MIN, 1, 0, from, start),
        new Preview.Place(7, Instant.MAX, 1, 0, Instant.MAX, Optional.empty()),
        new Preview.Place(
            7,
            from.plus(Duration.ofDays(2)),
            1,
            0,
            from.plus(Duration.ofDays(2)),
            Optional.empty()),
        new Preview.Place(7, from.minus(Duration.ofDays(2)), 1, 0, from, start));
  }

  @ParameterizedTest
  @MethodSource("forged")
  void whereNoPageEndsIsRefused(Preview.Place place) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> page(atRest(), TENTHS, Optional.of(place), 4))
        .withMessageStartingWith("pageToken: \"batch ")
        .withMessageEndingWith("(expected: a nextPageToken of this preview)");
  }

  /** Whatever a client makes of a token: a page, or a refusal. */
  @Property(tries = 2000)
  void noPlaceGivesAnythingButAPageOrARefusal(
      @ForAll("asked") Asked asked,
      @ForAll("instants") Instant from,
      @ForAll int batch,
      @ForAll("moves") long moved,
      @ForAll("instants") Instant doneAt,
      @ForAll("starts") Optional<Instant> start) {
    Preview.Place place = new Preview.Place(asked.service().v(), from, batch, moved, doneAt, start);
    try {
      Preview page = page(asked.service(), asked.specs(), Optional.of(place), 3);
      assertThat(page.steps()).hasSizeLessThanOrEqualTo(3);
      assertThat(page.steps())
          .allSatisfy(
              step ->
                  assertThat(step.allocation().total())
                      .isEqualTo(
                          asked.service().kind() == Kind.TRAFFIC
                              ? Shares.WHOLE
                              : asked.service().total()));
    } catch (ProblemException e) {
      assertThat(e.problem().field()).contains("pageToken");
    }
  }

  @Provide
  Arbitrary<Instant> instants() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.longs().between(-100_000, 100_000).map(Story.START::plusSeconds)),
        Tuple.of(
            1, Arbitraries.of(Instant.MIN, Instant.MAX, Instant.EPOCH, Standing.LAST_TIMESTAMP)));
  }

  @Provide
  Arbitrary<Optional<Instant>> starts() {
    return instants().optional(0.6);
  }

  @Provide
  Arbitrary<Long> moves() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(-40, 40),
        Arbitraries.longs().between(0, Shares.WHOLE),
        Arbitraries.longs());
  }
}
