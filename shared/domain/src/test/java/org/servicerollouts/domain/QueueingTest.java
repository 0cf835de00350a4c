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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.Happened.What;
import org.servicerollouts.domain.Spec.ConflictPolicy;

/** Rollouts that collide, and those that wait: for their turn, a time, or approval. */
class QueueingTest {
  private static final Strategy HALVES = batch("50%", "5m");
  private static final Instant LATER = Story.START.plus(Duration.ofHours(1));

  private static Specs to(String target) {
    return Specs.to(target, HALVES);
  }

  /** A rollout {@code a} to v1, in halves, half of which is done. */
  private static Story running() {
    return ServiceBuilder.traffic().story().create("a", to("v1"));
  }

  /** Behind it {@code b} to v2 and {@code c} to v3. */
  private static Story queue() {
    return running().create("b", to("v2").queueing()).create("c", to("v3").queueing());
  }

  private static void isRunning(Story story, String id) {
    assertThat(story.status(id)).as(id).isEqualTo(Status.RUNNING);
    assertThat(story.service().live().map(Live::rolloutId)).contains(id);
  }

  @Nested
  class Policies {

    @ParameterizedTest
    @EnumSource
    void findingNothingStartsAtOnce(ConflictPolicy policy) {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").with(policy));
      assertThat(story.divided()).isEqualTo("old 50, v1 50");
      assertThat(story.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void findingOneThatHasEndedStartsAtOnce(ConflictPolicy policy) {
      Story story = running().steer(ROLLBACK).create("r", to("v2").with(policy));
      isRunning(story, "r");
      assertThat(story.status("a")).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void replaceSupersedesWhatRunsAndClearsTheQueue() {
      Story story = queue().create("r", to("v4"));
      isRunning(story, "r");
      assertThat(story.waiting()).isEmpty();
      for (String id : List.of("a", "b", "c")) {
        assertThat(story.kept(id).status()).isEqualTo(Status.CANCELLED);
        assertThat(story.kept(id).reason()).contains("superseded by r");
        assertThat(story.kept(id).version()).isEqualTo(story.service().v());
      }
      assertThat(story.service().last().rollouts())
          .containsExactly(
              new Happened.Change("a", Status.CANCELLED),
              new Happened.Change("b", Status.CANCELLED),
              new Happened.Change("c", Status.CANCELLED),
              new Happened.Change("r", Status.RUNNING));
    }

    static Stream<Story> inTheWay() {
      return Stream.of(
          running(),
          running().steer(PAUSE),
          ServiceBuilder.traffic()
              .story()
              .create("a", Specs.to("v1", Strategy.ALL_AT_ONCE).baking(BAKE)),
          ServiceBuilder.traffic().story().create("a", Specs.to("v1", partition("50%"))),
          ServiceBuilder.traffic().story().create("a", to("v1").startingAt(LATER)),
          ServiceBuilder.traffic().story().create("a", to("v1").paused()),
          ServiceBuilder.traffic().targeted(true).story().create("a", to("new")).steer(ROLLBACK));
    }

    @ParameterizedTest
    @MethodSource("inTheWay")
    void rejectIsRefusedWhileAnyHasNotEnded(Story story) {
      Service before = story.service();
      story.create("r", to("new").rejecting());
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.ROLLOUT_IN_THE_WAY,
                  "Rollout 'a' of service 'shop.example.com' is in the way, and conflictPolicy is"
                      + " REJECT."));
      assertThat(story.service()).isEqualTo(before);
      assertThat(story.kept()).doesNotContainKey("r");
    }

    @Test
    void rejectIsRefusedEvenBeforeItsTime() {
      assertThat(running().create("r", to("v2").rejecting().startingAt(LATER)).problem().kind())
          .isEqualTo(Problem.Kind.ROLLOUT_IN_THE_WAY);
    }

    @Test
    void queueWaitsForItsTurn() {
      Story story = queue();
      assertThat(story.waiting()).containsExactly("b", "c");
      for (String id : story.waiting()) {
        assertThat(story.state(id)).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
        assertThat(story.standing(id).waitsFor()).contains(State.WaitsFor.TURN);
        assertThat(story.standing(id).base()).isEmpty();
        assertThat(story.standing(id).restores()).isEmpty();
      }
      isRunning(story, "a");
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.ROLLOUT_CREATED,
                  story.now(),
                  Story.ALICE,
                  List.of(new Happened.Change("c", Status.PENDING))));
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutCreated.class, Write.HistoryKept.class);
    }

    @ParameterizedTest
    @MethodSource("inTheWay")
    void queueWaitsBehindWhateverHasNotEnded(Story story) {
      story.create("r", to("new").queueing());
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      assertThat(story.waiting()).endsWith("r");
    }

    @Test
    void sixtyWaitAndNoneMore() {
      Story story = running();
      IntStream.rangeClosed(1, 60).forEach(i -> story.create("q" + i, to("v2").queueing()));
      assertThat(story.waiting()).hasSize(Queued.MOST);
      Service full = story.service();
      story.create("q61", to("v2").queueing());
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.QUEUE_FULL,
                  "Service 'shop.example.com' has 60 rollouts waiting (expected: at most 60). Try"
                      + " again when one has started, or cancel one by :rollback."));
      assertThat(story.service()).isEqualTo(full);

      story.steer("q30", ROLLBACK).create("q61", to("v2").queueing());
      assertThat(story.waiting()).hasSize(60).endsWith("q61");
      story.create("r", to("v3"));
      assertThat(story.waiting()).isEmpty();
    }

    @Test
    void aReplaceFindsRoomInAFullQueueSinceItClearsIt() {
      Story story = running();
      IntStream.rangeClosed(1, 60).forEach(i -> story.create("q" + i, to("v2").queueing()));
      story.create("r", to("v3").startingAt(LATER));
      assertThat(story.waiting()).containsExactly("r");
    }
  }

  @Nested
  class Turns {

    @Test
    void theNextStartsWhenTheOneAheadHasSucceededFromWhereThatIs() {
      Story story = queue();
      assertThat(story.service().startDueAt()).as("while another runs").isEmpty();
      assertThat(story.service().next()).isEmpty();
      story.dueOnTime();
      assertThat(story.status("a")).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().dueAt()).isPresent().get().isEqualTo(Story.START);

      story.start();
      isRunning(story, "b");
      assertThat(story.divided()).isEqualTo("v1 50, v2 50");
      assertThat(story.active().base()).contains(Shares.only("v1"));
      assertThat(story.active().restores()).contains(Shares.only("v1"));
      assertThat(story.waiting()).containsExactly("c");
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.ROLLOUT_STARTED,
                  story.now(),
                  Cause.DRIVER,
                  List.of(new Happened.Change("b", Status.RUNNING))));
      assertThat(story.kept("b").status()).isEqualTo(Status.RUNNING);
      assertThat(story.kept("b").base()).contains(Shares.only("v1"));
      assertThat(story.kept("b").version()).isEqualTo(story.service().v());
      assertThat(story.active().version()).isEqualTo(story.service().v());
    }

    @Test
    void eachStartsOnceAndInTheOrderOfTheirCreation() {
      Story story = queue().create("d", Specs.to("v4", Strategy.ALL_AT_ONCE).queueing());
      story.dueOnTime().start().dueOnTime().start().dueOnTime().start();
      assertThat(story.divided()).isEqualTo("v4 100");
      assertThat(story.service().successes().kept())
          .extracting(Success::rolloutId)
          .containsExactly("d", "c", "b", "a");
      assertThat(story.waiting()).isEmpty();
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void oneStepSucceedsInItsStart() {
      Story story = running().create("b", Specs.to("v2", Strategy.ALL_AT_ONCE).queueing());
      story.dueOnTime().start();
      assertThat(story.status("b")).isEqualTo(Status.SUCCEEDED);
      assertThat(story.kept("b").status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().lastGood()).contains(Shares.only("v2"));
    }

    @Test
    void withATargetTheStartWritesTheIntent() {
      Story story =
          ServiceBuilder.traffic()
              .targeted(true)
              .story()
              .create("a", Specs.to("new", Strategy.ALL_AT_ONCE))
              .create("b", Specs.to("old", HALVES).queueing());
      story.confirm().start();
      assertThat(story.state("b")).isInstanceOf(State.Applying.class);
      assertThat(story.heading()).isEqualTo("new 50, old 50");
      assertThat(story.service().dueAt()).contains(story.now());
    }

    @Test
    void aLateOrRepeatedStartChangesNothing() {
      Story story = queue();
      Rollout b = story.kept("b");
      Rollout c = story.kept("c");
      Event startB = new Event.Start(b, Map.of());
      assertThat(story.play(startB).changedNothing()).as("another runs").isTrue();
      story.dueOnTime();
      assertThat(story.play(new Event.Start(c, Map.of())).changedNothing())
          .as("it is not the first")
          .isTrue();
      story.play(startB);
      isRunning(story, "b");
      assertThat(story.play(startB).changedNothing()).as("it has started").isTrue();
    }

    @Test
    void theyTakeTheAlarmsAndTheLastGoodOfTheMomentOfTheirStart() {
      Story story = queue().dueOnTime();
      story
          .alarm("slow", Alarms.State.OK)
          .change(
              (service, now) ->
                  ServiceChange.configured(
                      service,
                      Optional.empty(),
                      Optional.of(List.of("slow")),
                      Optional.empty(),
                      Alarms.read(Map.of("slow", new Alarms.Reading(Alarms.State.OK, now, ""))),
                      Story.ALICE,
                      now));
      story.start();
      assertThat(story.active().guard().alarms()).containsExactly("slow");
      assertThat(story.watched()).containsExactly("slow");
    }
  }

  @Nested
  class Stopping {

    static Stream<Story> stopped() {
      return Stream.of(
          queue().steer(ROLLBACK),
          queue().dueOnTime().steer("a", ROLLBACK),
          ServiceBuilder.traffic()
              .neverRolledOut()
              .story()
              .alarm("x", Alarms.State.OK)
              .create("a", Specs.to("v1", HALVES).baking(BAKE).watchedBy("x"))
              .create("b", to("v2").queueing())
              .create("c", to("v3").queueing())
              .fires("x"),
          ServiceBuilder.replicas(10)
              .story()
              .create("a", to("v1"))
              .create("b", to("v2").queueing())
              .create("c", to("v3").queueing())
              .play(new Event.Unplan(Story.ALICE)));
    }

    @ParameterizedTest
    @MethodSource("stopped")
    void thoseBehindOneThatEndedBadlyWaitForAPersonsWord(Story story) {
      for (String id : List.of("b", "c")) {
        assertThat(story.status(id)).isEqualTo(Status.PENDING);
        assertThat(story.standing(id).reason()).contains("AHEAD_ROLLED_BACK");
        assertThat(story.standing(id).version()).isEqualTo(story.service().v());
      }
      assertThat(story.service().next()).isEmpty();
      assertThat(story.service().startDueAt()).isEmpty();
      assertThat(story.play(new Event.Start(story.kept("b"), Map.of())).changedNothing()).isTrue();
      assertThat(story.steer("b", RESUME).changedNothing()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("stopped")
    void advancingTheFirstReleasesAll(Story story) {
      story.steer("b", ADVANCE);
      isRunning(story, "b");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_STARTED);
      assertThat(story.service().last().verb()).contains(ADVANCE);
      assertThat(story.state("c")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      story.dueOnTime().start();
      isRunning(story, "c");
    }

    @Test
    void advancingAnotherStartsItAndReleasesNone() {
      Story story = queue().create("d", to("v4").queueing()).steer(ROLLBACK).steer("c", ADVANCE);
      isRunning(story, "c");
      assertThat(story.standing("b").reason()).contains(State.AHEAD_ROLLED_BACK);
      assertThat(story.standing("d").reason()).contains(State.AHEAD_ROLLED_BACK);
      story.dueOnTime();
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void heldBehindOneThatEndedBadlyAreStoppedStillWhenTheyAreResumed() {
      Story story = queue().steer("b", PAUSE).steer("a", ROLLBACK);
      assertThat(story.state("b").reason()).contains("held by :pause; AHEAD_ROLLED_BACK");
      assertThat(story.steer(story.word("b", RESUME).inEmergency("now")).problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'b' is PENDING (waits for turn): :resume is refused with emergency or"
                      + " overrideAlarms: they pass what would keep it from starting now, and it"
                      + " still waits for turn."));
      story.steer("b", RESUME);
      assertThat(((State.Pending) story.state("b")).held()).isFalse();
      assertThat(story.service().startDueAt()).isEmpty();
      story.steer("b", ADVANCE);
      isRunning(story, "b");
    }

    @Test
    void aReplaceClearsThem() {
      Story story = queue().steer(ROLLBACK).create("r", to("v4"));
      isRunning(story, "r");
      assertThat(story.waiting()).isEmpty();
      assertThat(story.status("b")).isEqualTo(Status.CANCELLED);
    }

    @Test
    void rollbackCancelsOneOfThem() {
      Story story = queue().steer(ROLLBACK).steer("b", ROLLBACK);
      assertThat(story.kept("b").status()).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("b").reason()).contains("rolled back before its start by alice");
      assertThat(story.waiting()).containsExactly("c");
      assertThat(story.state("c").reason()).contains(State.AHEAD_ROLLED_BACK);
    }

    @Test
    void whoIsMadeBehindThemWaitsWithThem() {
      Story story = queue().steer(ROLLBACK).create("d", to("v4").queueing());
      assertThat(story.state("d")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      assertThat(story.service().startDueAt()).isEmpty();
    }

    @Test
    void whoeverWaitsForItsAlarmsByThenIsStoppedToo() {
      Story story = running().alarm("x", Alarms.State.OK);
      story.create("b", to("v2").watchedBy("x").queueing());
      story.alarm("x", Alarms.State.ALARM).steer("a", PROMOTE).start();
      assertThat(story.standing("b").waitsFor()).contains(State.WaitsFor.ALARM);
      story.steer("a", ROLLBACK);
      assertThat(story.standing("b").reason()).contains(State.AHEAD_ROLLED_BACK);
      story.alarm("x", Alarms.State.OK);
      assertThat(story.service().startDueAt()).isEmpty();
      story.steer("b", ADVANCE);
      isRunning(story, "b");
    }

    @Test
    void oneThatWaitsForATimeIsNotStopped() {
      Story story = running().create("b", to("v2").startingAt(LATER)).steer("a", ROLLBACK);
      assertThat(story.state("b")).isEqualTo(State.Pending.until(State.WaitsFor.TIME, LATER));
      story.dueOnTime();
      isRunning(story, "b");
    }

    @Test
    void callingOffTheOneThatAPlanMadeStopsThoseBehindIt() {
      Story story =
          ServiceBuilder.replicas(4).waitingForApproval().story().create("b", to("v2").queueing());
      story.steer("r", ROLLBACK);
      assertThat(story.status("r")).isEqualTo(Status.CANCELLED);
      assertThat(story.standing("b").reason()).contains(State.AHEAD_ROLLED_BACK);
      story.steer("b", ADVANCE);
      isRunning(story, "b");
    }

    @Test
    void callingOffOneThatWaitsStopsNobody() {
      Story story = queue().steer("b", ROLLBACK);
      assertThat(story.state("c")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      story.dueOnTime().start();
      isRunning(story, "c");
    }
  }

  @Nested
  class Times {

    @Test
    void heldByAPauseNothingIsScheduled() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(LATER));
      story.pass(Duration.ofMinutes(1)).steer("r", PAUSE);
      assertThat(story.standing("r").reason()).contains("held by :pause");
      assertThat(story.standing("r").nextBatchStartTime()).isEmpty();
      assertThat(story.standing("r").updateTime()).isEqualTo(story.now());
      assertThat(story.standing("r").version()).isEqualTo(story.service().v());
      story.steer("r", RESUME);
      assertThat(story.standing("r").nextBatchStartTime()).contains(LATER);
    }

    @Test
    void goingBackToAnotherIsForOneThatHasStarted() {
      Story story = ServiceBuilder.traffic().story().create("a", "v1", Strategy.ALL_AT_ONCE);
      story.create("r", to("v2").startingAt(LATER));
      story.steer(story.word("r", ROLLBACK).to(story.kept("a")));
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'r' is PENDING (waits for time): :rollback is refused with to: it calls"
                      + " off what has not started, and nothing moves."));
    }

    @Test
    void notBeforeItsStartTime() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(LATER));
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.TIME, LATER));
      assertThat(story.standing("r").nextBatchStartTime()).contains(LATER);
      assertThat(story.service().dueAt()).contains(LATER);
      Rollout rollout = story.kept("r");
      story.pass(Duration.ofHours(1).minusNanos(1)).play(new Event.Start(rollout, Map.of()));
      assertThat(story.changedNothing()).isTrue();

      story.dueOnTime();
      isRunning(story, "r");
      assertThat(story.now()).isEqualTo(LATER);
      assertThat(story.divided()).isEqualTo("old 50, v1 50");
    }

    @Test
    void aStartTimeThatIsPastIsNow() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(Story.START));
      isRunning(story, "r");
    }

    @Test
    void leavesWhatRunsAloneAndSupersedesItAtItsStart() {
      Story story = running().create("r", to("v2").startingAt(Story.START.plusSeconds(60)));
      isRunning(story, "a");
      assertThat(story.status("r")).isEqualTo(Status.PENDING);

      story.dueOnTime();
      isRunning(story, "r");
      assertThat(story.kept("a").status()).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("a").reason()).contains("superseded by r");
      assertThat(story.active().base()).contains(Shares.only("old"));
      assertThat(story.service().last().rollouts())
          .containsExactly(
              new Happened.Change("a", Status.CANCELLED), new Happened.Change("r", Status.RUNNING));
    }

    @Test
    void takesLastGoodAsItIsAtItsStart() {
      Story story = running().create("r", to("v2").startingAt(LATER)).dueOnTime();
      assertThat(story.status("a")).isEqualTo(Status.SUCCEEDED);
      story.dueOnTime();
      assertThat(story.active().restores()).contains(Shares.only("v1"));
    }

    @Test
    void aDeferredReplaceCancelsAtOnceThoseThatWait() {
      Story story = queue().create("r", to("v4").startingAt(LATER));
      assertThat(story.waiting()).containsExactly("r");
      assertThat(story.kept("b").reason()).contains("superseded by r");
      isRunning(story, "a");
    }

    @Test
    void thoseBehindADeferredOneWaitForIt() {
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("r", to("v1").startingAt(LATER))
              .create("q", to("v2").queueing());
      assertThat(story.waiting()).containsExactly("r", "q");
      story.dueOnTime();
      isRunning(story, "r");
      story.dueOnTime().start();
      isRunning(story, "q");
    }

    @Test
    void aQueueWithATimeWaitsForItsTurnFirst() {
      Story story = running().create("q", to("v2").queueing().startingAt(LATER));
      assertThat(story.state("q")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      story.dueOnTime().start();
      assertThat(story.state("q")).isEqualTo(State.Pending.until(State.WaitsFor.TIME, LATER));
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      story.dueOnTime();
      isRunning(story, "q");
      assertThat(story.now()).isEqualTo(LATER);
    }

    @Test
    void aRejectIsCheckedAgainAtItsStart() {
      Specs deferred = to("v1").rejecting().startingAt(LATER);
      Story story = ServiceBuilder.traffic().story().create("r", deferred);
      story.create("q", Specs.to("v2", partition("50%")).queueing()).steer("q", ADVANCE);
      isRunning(story, "q");
      assertThat(story.dueOnTime().now()).isEqualTo(LATER);
      isRunning(story, "q");
      assertThat(story.kept("r").status()).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("r").reason())
          .contains(
              "Rollout 'q' of service 'shop.example.com' is in the way, and conflictPolicy is"
                  + " REJECT.");
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.ROLLOUT_CANCELLED,
                  LATER,
                  Cause.DRIVER,
                  List.of(new Happened.Change("r", Status.CANCELLED))));
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void aRejectThatFindsNothingStartsAtItsTime() {
      Story story =
          ServiceBuilder.traffic().story().create("r", to("v1").rejecting().startingAt(LATER));
      isRunning(story.dueOnTime(), "r");
    }

    @Test
    void advancingStartsItBeforeItsTimeIfNoneRuns() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(LATER));
      story.steer("r", ADVANCE);
      isRunning(story, "r");

      Story behind = running().create("r", to("v2").startingAt(LATER)).steer("r", ADVANCE);
      assertThat(behind.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'r' is PENDING (waits for time): :advance is refused while rollout 'a'"
                      + " is on its way."));
    }
  }

  @Nested
  class Holding {

    @Test
    void itIsHeldInItsPlaceAndThoseBehindWait() {
      Story story = queue().steer("b", PAUSE);
      assertThat(story.waiting()).containsExactly("b", "c");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_PAUSED);
      assertThat(story.service().last().verb()).contains(PAUSE);
      assertThat(story.writes()).containsExactly(new Write.HistoryKept());
      assertThat(story.steer("b", PAUSE).changedNothing()).isTrue();

      story.dueOnTime();
      assertThat(story.status("a")).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().dueAt()).isEmpty();

      story.steer("b", RESUME);
      isRunning(story, "b");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_STARTED);
    }

    @Test
    void resumedBeforeItsTurnItWaitsOn() {
      Story story = queue().steer("b", PAUSE).steer("b", RESUME);
      assertThat(story.state("b")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_RESUMED);
      assertThat(story.steer("b", RESUME).changedNothing()).isTrue();
    }

    @Test
    void heldPastItsTimeItStartsAtResume() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(LATER));
      story.steer("r", PAUSE);
      assertThat(story.service().dueAt()).isEmpty();
      story.pass(Duration.ofHours(2)).steer("r", RESUME);
      isRunning(story, "r");
    }

    @Test
    void heldAndAdvancedItStarts() {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").startingAt(LATER));
      story.steer("r", PAUSE).steer("r", ADVANCE);
      isRunning(story, "r");
    }

    @Test
    void resumedBehindOneThatIsHeldItWaitsForItsTurn() {
      Story story = queue().steer("b", PAUSE).steer("c", PAUSE).dueOnTime().steer("c", RESUME);
      assertThat(story.service().live()).isEmpty();
      assertThat(story.state("c")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      story.steer("b", RESUME);
      isRunning(story, "b");
    }

    @Test
    void theSecondCanBeStartedByHandWhileTheFirstIsHeld() {
      Story story = queue().steer("b", PAUSE).dueOnTime().steer("c", ADVANCE);
      isRunning(story, "c");
      assertThat(story.waiting()).containsExactly("b");
    }
  }

  @Nested
  class Approval {

    @Test
    void createdPausedItLeavesWhatRunsAloneUntilItIsApproved() {
      Story story = queue().create("r", to("v4").paused());
      isRunning(story, "a");
      assertThat(story.waiting()).containsExactly("r");
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.APPROVAL));
      assertThat(story.service().startDueAt()).isEmpty();
      assertThat(story.steer("r", PAUSE).changedNothing()).isTrue();

      story.steer("r", RESUME);
      isRunning(story, "r");
      assertThat(story.kept("a").reason()).contains("superseded by r");
      assertThat(story.divided()).isEqualTo("old 50, v4 50");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESUME", "ADVANCE"})
    void isGivenByEither(Event.Verb verb) {
      Story story = ServiceBuilder.traffic().story().create("r", to("v1").paused());
      story.steer("r", verb);
      isRunning(story, "r");
      assertThat(story.divided()).isEqualTo("old 50, v1 50");
    }

    @Test
    void promoteApprovesAndGoesToTheTarget() {
      Story story = running().create("r", to("v2").paused().baking(BAKE)).steer("r", PROMOTE);
      assertThat(story.divided()).isEqualTo("v2 100");
      assertThat(story.state("r")).isEqualTo(new State.Baking(story.now().plus(BAKE)));
      assertThat(story.status("a")).isEqualTo(Status.CANCELLED);
    }

    @Test
    void ofAQueueItWaitsForItsTurnThen() {
      Story story = running().create("r", to("v2").queueing().paused()).steer("r", RESUME);
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.TURN));
      story.dueOnTime().start();
      isRunning(story, "r");

      Story promoted = running().create("r", to("v2").queueing().paused()).steer("r", PROMOTE);
      assertThat(promoted.problem().message())
          .isEqualTo(
              "Rollout 'r' is PENDING (waits for approval): :promote is refused while rollout 'a'"
                  + " is on its way.");
    }

    @Test
    void withAStartTimeItWaitsForThatThen() {
      Story story =
          ServiceBuilder.traffic().story().create("r", to("v1").paused().startingAt(LATER));
      story.steer("r", RESUME);
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.TIME, LATER));
      story.dueOnTime();
      isRunning(story, "r");
    }

    @Test
    void underAPausedPlanWithAStartTimeItWaitsForBoth() {
      Story story =
          ServiceBuilder.replicas(10)
              .plan(HALVES)
              .story()
              .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
      Spec unplanned = Spec.of(Map.of("v1", 100.0), Optional.empty());
      story.create("r", Specs.of(unplanned).startingAt(LATER));
      assertThat(story.waiting()).containsExactly("r");
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.APPROVAL));
      story.steer("r", RESUME).dueOnTime();
      isRunning(story, "r");
      assertThat(story.now()).isEqualTo(LATER);
      assertThat(story.divided()).isEqualTo("old 5, v1 5");
    }
  }

  @Test
  void aDeletedServiceHasNobodyWaiting() {
    Story story = queue().delete();
    assertThat(story.waiting()).isEmpty();
    assertThat(story.kept("b").status()).isEqualTo(Status.CANCELLED);
    assertThat(story.kept("c").reason()).contains("the service was deleted");
    assertThat(story.service().dueAt()).isEmpty();
    assertThat(story.service().last().rollouts())
        .extracting(Happened.Change::rolloutId)
        .containsExactly("a", "b", "c", "2026-03-01r0");
  }

  @Test
  void theVersionsOfThoseThatWaitAreTakenAtTheirStart() {
    Story story = queue();
    assertThat(story.service().versions()).containsOnlyKeys("v1");
    story.dueOnTime().start();
    assertThat(story.service().versions()).containsOnlyKeys("v1", "v2");
  }

  @Test
  void whatWaitsHasNoStepsDoneAndNoEta() {
    Story story = running().create("r", Specs.to("v2", TENTHS).queueing());
    Standing standing = story.standing("r");
    assertThat(standing.status()).isEqualTo(Status.PENDING);
    assertThat(standing.progressPercentage()).isZero();
    assertThat(standing.eta()).isEmpty();
    assertThat(standing.updatedReplicas()).isEmpty();
    assertThat(standing.steps()).hasSize(10);
    assertThat(standing.steps())
        .extracting(Standing.Step::status)
        .containsOnly(Standing.StepStatus.NOT_STARTED);
  }
}
