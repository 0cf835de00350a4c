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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes of verbs, beyond what stands in their table ({@link VerbTableTest}). */
class SteeringTest {

  private static Story started(ServiceBuilder service, Strategy strategy) {
    return service.story().create("r", "new", strategy, BAKE);
  }

  @Nested
  class Refusals {

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
      story.steer("r", PAUSE);
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'r' has ended (CANCELLED): :pause takes one that has not."));
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
    void promotedItGoesOnWhichIsTold() {
      Story story = started(ServiceBuilder.traffic(), TENTHS).steer(PAUSE).steer(PROMOTE);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.service().last().what()).isEqualTo(Happened.What.ROLLOUT_RESUMED);
    }

    @Test
    void whatHappensToOthersIsNoChangeOfIt() {
      Story story = started(ServiceBuilder.traffic(), TENTHS).pass(Duration.ofMinutes(1));
      story.create("q", Specs.to("newer", TENTHS).queueing());
      assertThat(story.standing("r").updateTime()).isEqualTo(Story.START);
      assertThat(story.standing("q").updateTime()).isEqualTo(story.now());
      story.pass(Duration.ofMinutes(1)).steer("r", PAUSE);
      assertThat(story.standing("r").updateTime()).isEqualTo(story.now());
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
          .contains(new State.Intent(Shares.only("new"), Shares.WHOLE, story.now(), false));

      story.play(new Event.Confirmed(first));
      assertThat(story.changedNothing()).isTrue();
    }

    @Test
    void advanceWithNoReplicasChangesNothing() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", TENTHS).scale(0);
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
      assertThat(story.service().successes().kept()).isEmpty();
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
      Story story = ServiceBuilder.traffic().waitingForApproval().story().steer(verb);
      assertThat(story.service().last().what()).isEqualTo(Happened.What.ROLLOUT_STARTED);
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutChanged.class, Write.HistoryKept.class);
    }
  }
}
