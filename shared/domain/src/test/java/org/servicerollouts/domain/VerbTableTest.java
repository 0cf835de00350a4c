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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each verb does in each state, and what comes of it. */
class VerbTableTest {

  /**
   * The table of the specification. The rollout moves from old to new by 10 % and bakes for 10
   * minutes; one batch is done where it waits.
   */
  private static final String TABLE =
      """
      state                | pause     | resume    | advance           | promote       | rollback
      PENDING turn         | held      | no change | starts            | refused       | cancelled
      PENDING turn held    | no change | released  | starts            | refused       | cancelled
      PENDING time         | held      | no change | starts            | refused       | cancelled
      PENDING time held    | no change | released  | starts            | refused       | cancelled
      PENDING window       | held      | no change | refused           | refused       | cancelled
      PENDING window held  | no change | released  | refused           | refused       | cancelled
      PENDING alarm        | held      | no change | refused           | refused       | cancelled
      PENDING alarm held   | no change | released  | refused           | refused       | cancelled
      PENDING approval     | no change | starts    | starts            | to the target | cancelled
      RUNNING waiting      | paused    | no change | next batch        | to the target | back
      RUNNING applying     | paused    | no change | refused           | to the target | back
      RUNNING held         | paused    | no change | to the target     | to the target | back
      RUNNING baking       | paused    | no change | succeeded         | succeeded     | back
      PAUSED waiting       | no change | goes on   | next batch paused | to the target | back
      PAUSED applying      | no change | goes on   | refused           | to the target | back
      PAUSED held          | no change | goes on   | the rest paused   | to the target | back
      PAUSED baking        | no change | goes on   |                   | to the target | back
      ROLLING_BACK         | refused   | refused   | refused           | refused       | refused
      SUCCEEDED            | refused   | refused   | refused           | refused       |
      CANCELLED            | refused   | refused   | refused           | refused       | refused
      ROLLED_BACK          | refused   | refused   | refused           | refused       | refused
      FAILED               | refused   | refused   | refused           | refused       | refused
      """;

  private static final List<Event.Verb> VERBS = List.of(PAUSE, RESUME, ADVANCE, PROMOTE, ROLLBACK);

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (String line : TABLE.lines().skip(1).toList()) {
      List<String> row = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      for (Event.Verb verb : VERBS) {
        String outcome = row.get(1 + VERBS.indexOf(verb));
        for (boolean targeted : targetsOf(row.getFirst())) {
          if (!outcome.isEmpty()) {
            cells.add(Arguments.of(row.getFirst(), verb, targeted, outcome));
          }
        }
      }
    }
    return cells.stream();
  }

  /** Only a target is waited for. */
  private static List<Boolean> targetsOf(String state) {
    return state.endsWith("applying") || state.equals("ROLLING_BACK") || state.equals("FAILED")
        ? List.of(true)
        : List.of(false, true);
  }

  @ParameterizedTest(name = "{0}, {1}, with a target: {2} -> {3}")
  @MethodSource("cells")
  void eachVerbInEachStateDoesWhatTheTableSays(
      String state, Event.Verb verb, boolean targeted, String outcome) {
    Story story = storyIn(state, targeted);
    State before = story.state();
    String divided = story.heading();
    assertThat(state).startsWith(before.status().name());

    story.pass(Duration.ofMinutes(1)).steer(verb);

    switch (outcome) {
      case "no change" -> assertThat(story.changedNothing()).isTrue();
      case "refused" -> {
        assertThat(story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
        assertThat(story.problem().message())
            .contains(before.status().name(), ":" + verb.name().toLowerCase(Locale.ROOT));
      }
      case "held" -> stands(story, held(before, true), divided);
      case "released" -> stands(story, held(before, false), divided);
      case "cancelled" -> stands(story, Status.CANCELLED, divided);
      case "starts" -> {
        stands(story, Status.RUNNING, "new 10, old 90");
        assertThat(story.active().base()).contains(Shares.only("old"));
        assertThat(story.active().restores()).contains(Shares.only("old"));
      }
      case "paused" -> stands(story, Status.PAUSED, divided);
      case "next batch" -> stands(story, Status.RUNNING, "new 20, old 80");
      case "next batch paused" -> stands(story, Status.PAUSED, "new 20, old 80");
      case "the rest paused" -> stands(story, Status.PAUSED, "new 100");
      case "goes on" -> stands(story, Status.RUNNING, divided);
      case "to the target" -> {
        stands(story, Status.RUNNING, "new 100");
        done(story);
        assertThat(story.divided()).isEqualTo("new 100");
        assertThat(story.state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
      }
      case "succeeded" -> stands(story, Status.SUCCEEDED, "new 100");
      case "back" -> stands(story, targeted ? Status.ROLLING_BACK : Status.ROLLED_BACK, "old 100");
      default -> throw new IllegalArgumentException(outcome);
    }
  }

  private static State held(State pending, boolean held) {
    return new State.Pending(((State.Pending) pending).waitsFor(), held);
  }

  private static void stands(Story story, State state, String heading) {
    assertThat(story.state()).isEqualTo(state);
    assertThat(story.heading()).isEqualTo(heading);
  }

  private static void stands(Story story, Status status, String heading) {
    assertThat(story.status()).isEqualTo(status);
    assertThat(story.heading()).isEqualTo(heading);
  }

  private static Story storyIn(String state, boolean targeted) {
    ServiceBuilder service = ServiceBuilder.traffic().targeted(targeted);
    List<String> words = List.of(state.split(" "));
    if (words.getFirst().equals("PENDING")) {
      State.WaitsFor waitsFor = State.WaitsFor.valueOf(words.get(1).toUpperCase(Locale.ROOT));
      return service.pending(waitsFor, state.endsWith("held")).story();
    }
    return switch (state) {
      case "RUNNING waiting" -> done(started(service, TENTHS));
      case "RUNNING applying" -> started(service, TENTHS);
      case "RUNNING held" -> done(started(service, partition("50")));
      case "RUNNING baking" -> done(started(service, Strategy.ALL_AT_ONCE));
      case "PAUSED waiting", "PAUSED applying", "PAUSED held", "PAUSED baking" ->
          storyIn(state.replace("PAUSED", "RUNNING"), targeted).steer(PAUSE);
      case "ROLLING_BACK" -> started(service, TENTHS).steer(ROLLBACK);
      case "SUCCEEDED" -> done(started(service, Strategy.ALL_AT_ONCE)).steer(ADVANCE);
      case "CANCELLED" -> service.pending(State.WaitsFor.TURN, false).story().steer(ROLLBACK);
      case "ROLLED_BACK" -> done(started(service, TENTHS).steer(ROLLBACK));
      case "FAILED" -> started(service, TENTHS).applyFails("no").applyFails("no");
      default -> throw new IllegalArgumentException(state);
    };
  }

  private static Story started(ServiceBuilder service, Strategy strategy) {
    return service.story().create("r", "new", strategy, BAKE);
  }

  /** Once the target, if there is one, has confirmed. */
  private static Story done(Story story) {
    return story.intent().isPresent() ? story.confirm() : story;
  }

  @Nested
  class Refusals {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            PENDING window   | ADVANCE  | PENDING (waits for window): :advance is refused in this state.
            PENDING turn     | PROMOTE  | PENDING (waits for turn): :promote is refused in this state.
            RUNNING applying | ADVANCE  | RUNNING (a batch is being applied): :advance is refused in this state.
            PAUSED applying  | ADVANCE  | PAUSED (a batch is being applied): :advance is refused in this state.
            ROLLING_BACK     | ROLLBACK | ROLLING_BACK: :rollback is refused in this state.
            CANCELLED        | RESUME   | CANCELLED: :resume is refused in this state.
            """)
    void nameTheRolloutItsStateAndTheVerb(String state, Event.Verb verb, String message) {
      Story story = storyIn(state, true).steer(verb);
      assertThat(story.problem())
          .isEqualTo(Problem.of(Problem.Kind.FAILED_PRECONDITION, "Rollout 'r' is " + message));
    }

    @Test
    void aRollbackWithNothingToGoBackToSaysSo() {
      Story story =
          ServiceBuilder.traffic()
              .neverRolledOut()
              .story()
              .create("r", "new", Strategy.ALL_AT_ONCE, BAKE)
              .steer(ROLLBACK);
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      assertThat(story.problem().message())
          .isEqualTo(
              "Rollout 'r' is RUNNING and has nothing to go back to: no rollout of this service has"
                  + " succeeded before it.");
    }

    @Test
    void aVerbForARolloutThatTheServiceIsNotInAnyMoreIsRefused() {
      Story story = started(ServiceBuilder.traffic(), TENTHS).create("r2", "newer", TENTHS);
      story.play(new Event.Steer("r", PAUSE, Story.ALICE));
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'r' has ended: :pause takes one that has not."));
    }
  }

  @Nested
  class PauseAndResume {

    @Test
    void aWaitGoesOnWhereItWasFrozen() {
      Story story = started(ServiceBuilder.traffic(), batch("10%", "5m"));
      story.pass(Duration.ofMinutes(2)).steer(PAUSE);
      assertThat(story.service().nextBatchStartTime()).isEmpty();
      assertThat(story.service().dueAt()).isEmpty();

      story.pass(Duration.ofHours(9)).due();
      assertThat(story.changedNothing()).isTrue();

      story.steer(RESUME);
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(3)));
    }

    @Test
    void aWaitThatWasOverWhenItWasFrozenEndsAtResume() {
      Story story = started(ServiceBuilder.traffic(), batch("10%", "5m"));
      story.pass(Duration.ofMinutes(6)).steer(PAUSE).pass(Duration.ofMinutes(1)).steer(RESUME);
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void aBakeGoesOnWhereItWasFrozen() {
      Story story = started(ServiceBuilder.traffic(), Strategy.ALL_AT_ONCE);
      story.pass(Duration.ofMinutes(4)).steer(PAUSE);
      assertThat(story.standing().bakeEndTime()).isEmpty();
      story.pass(Duration.ofHours(9)).steer(RESUME);
      assertThat(story.standing().bakeEndTime()).contains(story.now().plus(Duration.ofMinutes(6)));
    }

    @Test
    void aBakeThatWasOverWhenItWasFrozenSucceedsAtResume() {
      Story story = started(ServiceBuilder.traffic(), Strategy.ALL_AT_ONCE);
      story.pass(BAKE).steer(PAUSE).steer(RESUME);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().last().what()).isEqualTo(Happened.What.ROLLOUT_SUCCEEDED);
    }

    @Test
    void aHoldIsHeldAgain() {
      Story story = started(ServiceBuilder.traffic(), partition("50"));
      story.steer(PAUSE).pass(Duration.ofHours(1)).steer(RESUME);
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
    }

    @Test
    void aBatchThatIsBeingAppliedIsTakenAndTheNextWaitStartsWholeAtResume() {
      Story story = started(ServiceBuilder.traffic().targeted(true), batch("10%", "5m"));
      story.steer(PAUSE).pass(Duration.ofMinutes(1)).confirm();
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.divided()).isEqualTo("new 10, old 90");

      story.pass(Duration.ofHours(1)).steer(RESUME);
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void aBatchThatIsStillBeingAppliedAtResumeIsWaitedFor() {
      Story story = started(ServiceBuilder.traffic().targeted(true), TENTHS);
      State applying = story.state();
      story.steer(PAUSE).pass(Duration.ofMinutes(1)).steer(RESUME);
      assertThat(story.state()).isEqualTo(applying);
    }
  }

  @Nested
  class AdvanceAndPromote {

    @Test
    void advanceTakesTheNextBatchAtOnceAndTheOneAfterWaitsAWholeInterval() {
      Story story = started(ServiceBuilder.traffic(), batch("10%", "5m"));
      story.pass(Duration.ofMinutes(2)).steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void advanceWhilePausedLeavesAWholeIntervalForTheResume() {
      Story story = started(ServiceBuilder.traffic(), batch("10%", "5m"));
      story.pass(Duration.ofMinutes(2)).steer(PAUSE).pass(Duration.ofMinutes(2)).steer(ADVANCE);
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      story.pass(Duration.ofHours(1)).steer(RESUME);
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void advanceWhilePausedBeforeATargetWaitsForItAndStaysPaused() {
      Story story = started(ServiceBuilder.traffic().targeted(true), TENTHS).confirm();
      story.steer(PAUSE).steer(ADVANCE);
      assertThat(story.service().last().what()).isEqualTo(Happened.What.MOVE_INTENDED);
      assertThat(story.service().dueAt()).contains(story.now());

      story.confirm();
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.service().last().what()).isEqualTo(Happened.What.BATCH_COMPLETED);
    }

    @Test
    void advanceOfAHeldPartitionTakesTheRestInOneBatch() {
      Story story =
          ServiceBuilder.replicas(10).story().create("r", "new", partition("50%"), Duration.ZERO);
      assertThat(story.divided()).isEqualTo("new 5, old 5");
      story.steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 10");
      assertThat(story.active().batch()).isEqualTo(2);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void promoteGoesToTheTargetInOneBatchAndThenBakes() {
      Story story = started(ServiceBuilder.replicas(10), batch("1", "5m"));
      story.pass(Duration.ofMinutes(1)).steer(PROMOTE);
      assertThat(story.divided()).isEqualTo("new 10");
      assertThat(story.active().batch()).isEqualTo(2);
      assertThat(story.state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
      assertThat(story.service().last().what()).isEqualTo(Happened.What.BAKE_STARTED);
    }

    @Test
    void promoteWithoutBakeHasSucceededAtOnce() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS).steer(PROMOTE);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().lastGood()).contains(Shares.only("new"));
    }

    @Test
    void promoteOfAPausedBakeTakesNoBatchAgainNotEvenOfAFirstRollout() {
      Story story =
          started(ServiceBuilder.replicas(2).neverRolledOut(), Strategy.ALL_AT_ONCE).steer(PAUSE);
      story.steer(PROMOTE);
      assertThat(story.active().batch()).isEqualTo(1);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.standing().steps()).hasSize(1);
    }

    @Test
    void promoteReplacesTheIntentThatIsBeingApplied() {
      Story story = started(ServiceBuilder.traffic().targeted(true), TENTHS);
      State.Intent first = story.intent().orElseThrow();
      story.pass(Duration.ofSeconds(1)).steer(PROMOTE);
      assertThat(story.intent())
          .contains(new State.Intent(Shares.only("new"), Shares.WHOLE, story.now()));

      story.play(new Event.Confirmed(first));
      assertThat(story.changedNothing()).isTrue();
    }

    @Test
    void advanceWithNoReplicasChangesNothing() {
      Story story = ServiceBuilder.replicas(0).story().create("r", "new", TENTHS);
      story.pass(Duration.ofMinutes(1)).steer(ADVANCE);
      assertThat(story.changedNothing()).isTrue();
      story.steer(PAUSE).pass(Duration.ofMinutes(1)).steer(ADVANCE);
      assertThat(story.changedNothing()).isTrue();
    }
  }

  @Nested
  class Rollback {

    @Test
    void trafficGoesBackToLastGoodInTheSameTransaction() {
      Story story =
          ServiceBuilder.traffic()
              .divided(ServiceBuilder.shares(Map.of("odd", 30.0, "old", 70.0)))
              .story()
              .create("r", "new", TENTHS);
      story.play(
          new Event.Steer("r", ROLLBACK, new Cause("bob", Optional.of("it is slow"), false)));
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.state())
          .isEqualTo(
              new State.Ended(
                  Status.ROLLED_BACK, Optional.of("rolled back by bob: it is slow"), story.now()));
      assertThat(story.service().lastGood()).contains(Shares.only("old"));
      assertThat(story.service().successes()).isEmpty();
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutChanged.class, Write.HistoryKept.class);
    }

    @Test
    void allReplicasThatThereAreNowGoBack() {
      Story story = started(ServiceBuilder.replicas(10), batch("3", "5m"));
      story.scale(12).steer(ROLLBACK);
      assertThat(story.divided()).isEqualTo("old 12");
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void progressStaysWhatItLastWas() {
      Story story = started(ServiceBuilder.replicas(10), batch("3", "5m")).steer(ROLLBACK);
      assertThat(story.standing().progressPercentage()).isEqualTo(30);
    }

    @Test
    void withATargetItIsRollingBackUntilTheTargetConfirms() {
      Story story = started(ServiceBuilder.traffic().targeted(true), TENTHS).confirm();
      story.pass(Duration.ofMinutes(1)).steer(ROLLBACK);
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.service().dueAt()).contains(story.now());

      story.confirm();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.standing().progressPercentage()).isEqualTo(10);
    }
  }

  @Nested
  class Approval {

    @ParameterizedTest
    @EnumSource(names = {"RESUME", "ADVANCE", "PROMOTE"})
    void givenByAnyOfThreeVerbsIsAStart(Event.Verb verb) {
      Story story =
          ServiceBuilder.traffic().pending(State.WaitsFor.APPROVAL, false).story().steer(verb);
      assertThat(story.service().last().what()).isEqualTo(Happened.What.ROLLOUT_STARTED);
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutChanged.class, Write.HistoryKept.class);
    }
  }
}
