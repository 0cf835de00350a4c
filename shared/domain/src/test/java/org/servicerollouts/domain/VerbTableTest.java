package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.TENTHS;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.StrategyTest.steps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each verb does in each state, and what comes of it: docs/verbs.md, cell by cell. */
class VerbTableTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "verbs.md");

  private static final List<Event.Verb> VERBS = List.of(PAUSE, RESUME, ADVANCE, PROMOTE, ROLLBACK);

  /** 10 %, which is done where it is on its way, then 20 % and on; 10 minutes' bake. */
  private static final Specs TO_NEW = Specs.to("new", TENTHS).baking(BAKE);

  /** Stories start at 12:00 on a Sunday. */
  private static final Window NOW = sundays(12);

  private static final Window LATER = sundays(15);

  private static Window sundays(int hour) {
    return new Window(
        Set.of(DayOfWeek.SUNDAY), LocalTime.of(hour, 0), LocalTime.of(hour + 1, 0), ZoneOffset.UTC);
  }

  // ---- the page

  private static List<List<String>> rows(String header) throws IOException {
    return Files.readString(DOCUMENT)
        .lines()
        .dropWhile(line -> !line.startsWith("| " + header + " |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  private static List<List<String>> table() throws IOException {
    return rows("the rollout is");
  }

  static Stream<Arguments> cells() throws IOException {
    List<Arguments> cells = new ArrayList<>();
    for (List<String> row : table()) {
      for (int i = 0; i < VERBS.size(); i++) {
        for (boolean targeted : targets(row.getFirst())) {
          cells.add(Arguments.of(row.getFirst(), VERBS.get(i), targeted, row.get(1 + i)));
        }
      }
    }
    return cells.stream();
  }

  /** Only a target is waited for, and PAI-EAS's services have none. */
  private static List<Boolean> targets(String state) {
    boolean waitsForIt =
        state.endsWith("a batch is being applied")
            || state.endsWith("changed its target")
            || state.equals("ROLLING_BACK")
            || state.equals("FAILED");
    return waitsForIt
        ? List.of(true)
        : state.endsWith("PAI-EAS's update") ? List.of(false) : List.of(false, true);
  }

  @Test
  void theTableHasEachStateOnceAndEachVerb() throws IOException {
    assertThat(rows("the rollout is").stream().map(List::getFirst).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(SITUATIONS.keySet());
    assertThat(table()).allSatisfy(row -> assertThat(row).hasSize(1 + VERBS.size()));
    assertThat(Files.readString(DOCUMENT))
        .contains(
            VERBS.stream()
                .map(verb -> "`:" + verb.name().toLowerCase(Locale.ROOT) + "` |")
                .collect(Collectors.joining(" ")));
  }

  @Test
  void eachStatusStandsInTheTable() throws IOException {
    Set<String> statuses =
        table().stream().map(row -> row.getFirst().split(":", -1)[0]).collect(Collectors.toSet());
    assertThat(statuses)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Status.values()).map(Status::name).toList());
  }

  @Test
  void eachOutcomeIsExplainedAndUsed() throws IOException {
    Set<String> used =
        table().stream().flatMap(row -> row.stream().skip(1)).collect(Collectors.toSet());
    assertThat(rows("what comes of it").stream().map(List::getFirst).toList())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(used)
        .containsExactlyInAnyOrderElementsOf(OUTCOMES.keySet());
  }

  @ParameterizedTest(name = "{0}, {1}, with a target: {2} -> {3}")
  @MethodSource("cells")
  void eachVerbInEachStateDoesWhatTheTableSays(
      String state, Event.Verb verb, boolean targeted, String outcome) {
    Story story = storyIn(state, targeted);
    State before = story.state("r");
    assertThat(state).startsWith(before.status().name());
    Said said = new Said(story, verb, before, story.heading(), story.service());
    story.pass(Duration.ofMinutes(1)).steer(words(story.word("r", verb), state));
    OUTCOMES.get(outcome).accept(said);
  }

  private static SteerBuilder words(SteerBuilder word, String state) {
    if (state.endsWith("with `emergency`")) {
      return word.inEmergency("fire");
    }
    return state.endsWith("with `overrideAlarms`") ? word.overridingAlarms("known") : word;
  }

  // ---- what comes of it

  /**
   * @param story after the verb
   * @param before where the rollout was
   * @param heading how the service was divided, or was about to be
   */
  private record Said(Story story, Event.Verb verb, State before, String heading, Service service) {

    void is(Status status, String heading) {
      assertThat(story.status("r")).isEqualTo(status);
      assertThat(story.heading()).isEqualTo(heading);
      assertThat(story.service().last().verb()).contains(verb);
      boolean isTakenBack = verb != ROLLBACK && status != before.status() && reason().isPresent();
      assertThat(story.service().last().cause())
          .isEqualTo(isTakenBack ? Story.ALICE.because(reason()) : Story.ALICE);
      assertThat(story.writes()).contains(new Write.HistoryKept());
    }

    private Optional<String> reason() {
      return story.standing("r").reason().filter(why -> why.startsWith("alarm"));
    }

    void pending(State state) {
      is(Status.PENDING, heading);
      assertThat(story.state("r")).isEqualTo(state);
    }

    void held(boolean held) {
      pending(((State.Pending) before).held(held));
    }

    void confirmed() {
      if (story.intent().isPresent()) {
        var _ = story.confirm();
      }
    }
  }

  private static final Map<String, Consumer<Said>> OUTCOMES =
      Map.ofEntries(
          Map.entry(
              "no change",
              said -> {
                assertThat(said.story.changedNothing()).isTrue();
                assertThat(said.story.service()).isEqualTo(said.service);
              }),
          Map.entry(
              "refused",
              said -> {
                assertThat(said.story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
                assertThat(said.story.problem().message()).contains(said.before.status().name());
                assertThat(said.story.service()).isEqualTo(said.service);
              }),
          Map.entry("held", said -> said.held(true)),
          Map.entry("released", said -> said.held(false)),
          Map.entry(
              "waits its turn", said -> said.pending(State.Pending.waiting(State.WaitsFor.TURN))),
          Map.entry(
              "waits for its window",
              said ->
                  said.pending(
                      State.Pending.until(
                          State.WaitsFor.WINDOW, Instant.parse("2026-03-01T15:00:00Z")))),
          Map.entry("called off", said -> said.is(Status.CANCELLED, said.heading)),
          Map.entry(
              "starts",
              said -> {
                said.is(Status.RUNNING, "new 10, old 90");
                assertThat(said.story.active().base()).contains(Shares.only("old"));
                assertThat(said.story.active().restores()).contains(Shares.only("old"));
                assertThat(said.story.service().queued("r")).isEmpty();
                assertThat(said.story.service().last().what())
                    .isEqualTo(Happened.What.ROLLOUT_STARTED);
                assertThat(said.story.kept().values())
                    .filteredOn(other -> !other.status().ended())
                    .filteredOn(other -> other.status() != Status.PENDING)
                    .extracting(Rollout::id)
                    .containsExactly("r");
              }),
          Map.entry(
              "next batch",
              said -> {
                said.is(Status.RUNNING, "new 20, old 80");
                said.confirmed();
                assertThat(said.story.divided()).isEqualTo("new 20, old 80");
                assertThat(said.story.status("r")).isEqualTo(Status.RUNNING);
              }),
          Map.entry(
              "next batch, stays paused",
              said -> {
                said.is(Status.PAUSED, "new 20, old 80");
                said.confirmed();
                assertThat(said.story.divided()).isEqualTo("new 20, old 80");
                assertThat(said.story.status("r")).isEqualTo(Status.PAUSED);
              }),
          Map.entry(
              "to the target",
              said -> {
                said.is(Status.RUNNING, "new 100");
                said.confirmed();
                assertThat(said.story.divided()).isEqualTo("new 100");
                assertThat(said.story.state("r"))
                    .isEqualTo(new State.Baking(said.story.now().plus(BAKE)));
              }),
          Map.entry(
              "to the target, stays paused",
              said -> {
                said.is(Status.PAUSED, "new 100");
                said.confirmed();
                assertThat(said.story.state("r"))
                    .isEqualTo(State.Paused.at(new State.Rest.Bake(BAKE)));
              }),
          Map.entry("paused", said -> said.is(Status.PAUSED, said.heading)),
          Map.entry("goes on", said -> said.is(Status.RUNNING, said.heading)),
          Map.entry(
              "overwrites",
              said -> {
                said.is(Status.RUNNING, said.heading);
                assertThat(said.story.intent().orElseThrow().overwrites()).isTrue();
              }),
          Map.entry(
              "bakes anew",
              said -> {
                said.is(Status.RUNNING, "new 100");
                assertThat(said.story.state("r"))
                    .isEqualTo(new State.Baking(said.story.now().plus(BAKE)));
              }),
          Map.entry("succeeds", said -> said.is(Status.SUCCEEDED, "new 100")),
          Map.entry(
              "back",
              said -> {
                boolean waits = said.service.targeted();
                said.is(waits ? Status.ROLLING_BACK : Status.ROLLED_BACK, "old 100");
                said.confirmed();
                assertThat(said.story.status("r")).isEqualTo(Status.ROLLED_BACK);
                assertThat(said.story.divided()).isEqualTo("old 100");
              }),
          Map.entry(
              "a new rollout back",
              said -> {
                said.is(Status.SUCCEEDED, "old 100");
                assertThat(said.story.kept(said.story.active().rolloutId()).spec().rollbackOf())
                    .contains("r");
                said.confirmed();
                assertThat(said.story.divided()).isEqualTo("old 100");
              }));

  // ---- the states

  /** The rollout {@code r} in {@code state}. */
  private static Story storyIn(String state, boolean targeted) {
    return SITUATIONS.get(state).apply(ServiceBuilder.traffic().targeted(targeted));
  }

  private static final Map<String, Function<ServiceBuilder, Story>> SITUATIONS = situations();

  private static Map<String, Function<ServiceBuilder, Story>> situations() {
    Map<String, Function<ServiceBuilder, Story>> all = new LinkedHashMap<>();
    waiting(all, "PENDING: another is on its way", s -> behind(s, TO_NEW.queueing()));
    waiting(all, "PENDING: the one ahead ended badly", VerbTableTest::stopped);
    waiting(all, "PENDING: before its `startTime`", s -> created(s, LATE));
    all.put("PENDING: before its `startTime`, another is on its way", s -> behind(s, LATE));
    all.put(
        "PENDING: past its `startTime`, held",
        s -> created(s, LATE).steer("r", PAUSE).pass(Duration.ofHours(2)));
    waiting(all, "PENDING: outside its windows", s -> created(s, TO_NEW.within(LATER)));
    all.put(
        "PENDING: outside its windows, with `emergency`", s -> created(s, TO_NEW.within(LATER)));
    waiting(all, "PENDING: an alarm is in ALARM", VerbTableTest::deferredInAlarm);
    all.put("PENDING: an alarm is in ALARM, with `overrideAlarms`", VerbTableTest::deferredInAlarm);
    all.put(
        "PENDING: an alarm has no data, and it holds for that",
        s ->
            s.story()
                .alarm("x", Alarms.State.INSUFFICIENT_DATA)
                .create("r", TO_NEW.watchedBy("x").holdingWithoutData(Optional.empty())));
    all.put(
        "PENDING: its alarms cannot be read",
        s -> s.story().alarmsUnreadable("Rate exceeded").create("r", TO_NEW.watchedBy("x")));
    all.put("PENDING: for approval", s -> created(s, TO_NEW.paused()));
    all.put("PENDING: for approval, another is on its way", s -> behind(s, TO_NEW.paused()));
    all.put(
        "PENDING: for approval, another is on its way that it queues behind",
        s -> behind(s, TO_NEW.paused().queueing()));
    all.put(
        "PENDING: for approval, outside its windows",
        s -> created(s, TO_NEW.paused().within(LATER)));
    all.put("PENDING: for approval, made by PAI-EAS's update", s -> s.waitingForApproval().story());
    all.put("RUNNING: a wait runs", s -> done(created(s, TO_NEW)));
    all.put("RUNNING: a batch is being applied", s -> created(s, TO_NEW));
    all.put("RUNNING: held by its Partition", VerbTableTest::heldByPartition);
    all.put("RUNNING: held at a step", VerbTableTest::heldAtAStep);
    all.put("RUNNING: outside its windows", VerbTableTest::outsideItsWindows);
    all.put("RUNNING: outside its windows, with `emergency`", VerbTableTest::outsideItsWindows);
    all.put(
        "RUNNING: an alarm is in ALARM, unnoticed yet",
        s -> watched(s).alarm("x", Alarms.State.ALARM));
    all.put(
        "RUNNING: an alarm is in ALARM, with `overrideAlarms`",
        s -> watched(s).alarm("x", Alarms.State.ALARM));
    all.put("RUNNING: its alarms cannot be read", s -> watched(s).alarmsUnreadable("no"));
    all.put(
        "RUNNING: its alarms cannot be read, with `overrideAlarms`",
        s -> watched(s).alarmsUnreadable("no"));
    all.put("RUNNING: bakes", VerbTableTest::baking);
    all.put(
        "RUNNING: bakes, an alarm is in ALARM, unnoticed yet",
        s -> bakingWatched(s).alarm("x", Alarms.State.ALARM));
    all.put(
        "RUNNING: bakes, an alarm is in ALARM, with `overrideAlarms`",
        s -> bakingWatched(s).alarm("x", Alarms.State.ALARM));
    all.put(
        "RUNNING: bakes, its alarms cannot be read", s -> bakingWatched(s).alarmsUnreadable("no"));
    all.put("RUNNING: nothing to go back to", s -> baking(s.neverRolledOut()));
    all.put("PAUSED: in a wait", s -> done(created(s, TO_NEW)).steer(PAUSE));
    all.put("PAUSED: in a wait, with `emergency`", s -> done(created(s, TO_NEW)).steer(PAUSE));
    all.put(
        "PAUSED: its wait was over",
        s -> done(created(s, TO_NEW)).pass(Duration.ofHours(1)).steer(PAUSE));
    all.put("PAUSED: a batch is being applied", s -> created(s, TO_NEW).steer(PAUSE));
    all.put("PAUSED: somebody else changed its target", VerbTableTest::changed);
    all.put("PAUSED: held by its Partition", s -> heldByPartition(s).steer(PAUSE));
    all.put("PAUSED: held at a step", s -> heldAtAStep(s).steer(PAUSE));
    all.put("PAUSED: outside its windows", s -> outsideItsWindows(s).steer(PAUSE));
    all.put(
        "PAUSED: outside its windows, with `emergency`", s -> outsideItsWindows(s).steer(PAUSE));
    all.put(
        "PAUSED: outside its windows, with `overrideAlarms`",
        s -> outsideItsWindows(s).steer(PAUSE));
    all.put("PAUSED: bakes", s -> baking(s).steer(PAUSE));
    all.put(
        "PAUSED: bakes, its alarms cannot be read",
        s -> bakingWatched(s).steer(PAUSE).alarmsUnreadable("no"));
    all.put(
        "PAUSED: bakes, an alarm is in ALARM, unnoticed yet",
        s -> bakingWatched(s).steer(PAUSE).alarm("x", Alarms.State.ALARM));
    all.put("PAUSED: all is moved, without a bake", VerbTableTest::movedWhilePaused);
    all.put(
        "PAUSED: all is moved, without a bake, its alarms cannot be read",
        s -> movedWhilePaused(s, "x").alarmsUnreadable("no"));
    all.put("ROLLING_BACK", s -> created(s, TO_NEW).steer(ROLLBACK));
    all.put("SUCCEEDED: the last to start, within its `rollbackWindow`", VerbTableTest::succeeded);
    all.put(
        "SUCCEEDED: its `rollbackWindow` is over", s -> succeeded(s).pass(Duration.ofHours(25)));
    all.put(
        "SUCCEEDED: a later one has started",
        s -> done(succeeded(s).create("later", "newer", Strategy.ALL_AT_ONCE)));
    all.put(
        "SUCCEEDED: nothing but a redeploy of it has started since",
        s -> succeeded(s).create("later", "new", Strategy.ALL_AT_ONCE));
    all.put(
        "SUCCEEDED: nothing but a redeploy of it has started since, and bakes",
        s -> succeeded(s).create("later", "new", Strategy.ALL_AT_ONCE, BAKE));
    all.put("CANCELLED", s -> created(s, TO_NEW.paused()).steer("r", ROLLBACK));
    all.put("ROLLED_BACK", s -> done(created(s, TO_NEW).steer(ROLLBACK)));
    all.put("FAILED", VerbTableTest::failed);
    return all;
  }

  /** One that waits, and the same held. */
  private static void waiting(
      Map<String, Function<ServiceBuilder, Story>> all,
      String name,
      Function<ServiceBuilder, Story> story) {
    all.put(name, story);
    all.put(name + ", held", service -> story.apply(service).steer("r", PAUSE));
  }

  private static final Specs LATE = TO_NEW.startingAt(Story.START.plus(Duration.ofHours(1)));

  private static Story created(ServiceBuilder service, Specs asked) {
    return service.story().create("r", asked);
  }

  /** Another, back to where the service is, bakes for a day. */
  private static Story behind(ServiceBuilder service, Specs asked) {
    return service.story().create("ahead", "old", TENTHS, Duration.ofDays(1)).create("r", asked);
  }

  private static Story stopped(ServiceBuilder service) {
    Story ahead = done(service.story().create("ahead", "newer", TENTHS));
    return done(ahead.create("r", TO_NEW.queueing()).steer("ahead", ROLLBACK));
  }

  private static Story deferredInAlarm(ServiceBuilder service) {
    return service
        .story()
        .alarm("x", Alarms.State.OK)
        .create("r", TO_NEW.watchedBy("x").startingAt(Story.START.plusSeconds(1)))
        .alarm("x", Alarms.State.ALARM)
        .dueOnTime();
  }

  private static Story heldByPartition(ServiceBuilder service) {
    return done(created(service, Specs.to("new", partition("90%")).baking(BAKE)));
  }

  private static Story heldAtAStep(ServiceBuilder service) {
    return done(created(service, Specs.to("new", steps("10%, 20%, 100%")).baking(BAKE)));
  }

  private static Story outsideItsWindows(ServiceBuilder service) {
    Specs asked = Specs.to("new", batch("10%", "30m")).baking(BAKE).within(NOW);
    return done(created(service, asked)).pass(Duration.ofHours(2));
  }

  private static Story watched(ServiceBuilder service) {
    return done(service.story().alarm("x", Alarms.State.OK).create("r", TO_NEW.watchedBy("x")));
  }

  private static final Specs AT_ONCE = Specs.to("new", Strategy.ALL_AT_ONCE).baking(BAKE);

  private static Story baking(ServiceBuilder service) {
    return done(created(service, AT_ONCE));
  }

  private static Story bakingWatched(ServiceBuilder service) {
    return done(service.story().alarm("x", Alarms.State.OK).create("r", AT_ONCE.watchedBy("x")));
  }

  private static Story changed(ServiceBuilder service) {
    Story story = created(service, TO_NEW);
    return story.play(new Event.TargetChanged(story.intent().orElseThrow(), "version 7"));
  }

  private static Story movedWhilePaused(ServiceBuilder service, String... alarms) {
    Specs halves = Specs.to("new", batch("50%", "5m"));
    Story half =
        done(
            service
                .story()
                .alarm("x", Alarms.State.OK)
                .create("r", alarms.length == 0 ? halves : halves.watchedBy(alarms)));
    return done(half.steer(PAUSE).steer(ADVANCE));
  }

  private static Story succeeded(ServiceBuilder service) {
    return done(created(service, Specs.to("new", Strategy.ALL_AT_ONCE)));
  }

  private static Story failed(ServiceBuilder service) {
    return created(service, TO_NEW)
        .applyFails("no")
        .pass(Guard.DEFAULT_DEADLINE)
        .applyFails("no")
        .applyFails("no")
        .pass(Guard.DEFAULT_DEADLINE)
        .applyFails("no");
  }

  /** Once the target, if there is one, has confirmed. */
  private static Story done(Story story) {
    return story.intent().isPresent() ? story.confirm() : story;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PENDING: outside its windows | ADVANCE  | is PENDING (waits for window): :advance is refused outside allowedWindows, the next of which opens at 2026-03-01T15:00:00Z. emergency, with a reason, passes them.
          PENDING: another is on its way | PROMOTE  | is PENDING (waits for turn): :promote is refused in this state.
          RUNNING: a batch is being applied | ADVANCE  | is RUNNING (a batch is being applied): :advance is refused in this state.
          PAUSED: a batch is being applied | ADVANCE  | is PAUSED (a batch is being applied): :advance is refused in this state.
          ROLLING_BACK     | ROLLBACK | is ROLLING_BACK: :rollback is refused in this state.
          CANCELLED        | RESUME   | has ended (CANCELLED): :resume takes one that has not.
          """)
  void refusalsNameTheRolloutItsStateAndTheVerb(String state, Event.Verb verb, String message) {
    Story story = storyIn(state, true).steer("r", verb);
    assertThat(story.problem())
        .isEqualTo(Problem.of(Problem.Kind.FAILED_PRECONDITION, "Rollout 'r' " + message));
  }
}
