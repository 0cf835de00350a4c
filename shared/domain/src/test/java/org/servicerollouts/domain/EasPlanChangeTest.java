package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.Status.CANCELLED;
import static org.servicerollouts.domain.Status.PAUSED;
import static org.servicerollouts.domain.Status.RUNNING;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Happened.What;

/** Stories of PAI-EAS's PUT: what is changed of a plan changes the rollout that lives too. */
class EasPlanChangeTest {

  /** PAI-EAS's guide: 10 replicas; 2 new ones, then 10, then 0. */
  @Test
  void theWorkedExampleOfTheGuide() {
    EasStory story = EasStory.of(10).plan(partition("8")).update();
    String first = story.rollout().rolloutId();
    story.is(RUNNING, "v1 8, v2 2").currentRevisionIs("v1").nothingIsScheduled();

    story.putPartition("0").is(SUCCEEDED, "v2 10").currentRevisionIs("v2");
    Rollout completed = story.kept(first);

    long v = story.service().v();
    story.pass("1h").putPartition("10").is(RUNNING, "v1 10").nothingIsScheduled();
    String second = story.rollout().rolloutId();
    assertThat(second).isNotEqualTo(first);
    assertThat(story.service().v()).isEqualTo(v + 1);
    story.currentRevisionIs("v1").updateRevisionIs("v2").tells(What.ROLLOUT_CREATED);
    assertThat(story.kept(first)).isEqualTo(completed);

    story.putPartition("0").is(SUCCEEDED, "v2 10").currentRevisionIs("v2");
    assertThat(story.service().successes().kept())
        .extracting(Success::rolloutId)
        .as("the one that was reopened is no success to go back to")
        .containsExactly(second);
  }

  @Nested
  class Partition {

    @Test
    void raisedMovesBackAtOnceUpToAllAndLoweredGoesOn() {
      EasStory story = EasStory.of(10).plan(partition("50%")).update().is(RUNNING, "v1 5, v2 5");
      story.putPartition("80%").is(RUNNING, "v1 8, v2 2").tells(What.MOVED_BACK);
      story.putPartition("100%").is(RUNNING, "v1 10").updateRevisionIs("v2");
      story.nothingIsScheduled().putPartition("30%").is(RUNNING, "v1 3, v2 7");
      story.tells(What.BATCH_COMPLETED).currentRevisionIs("v1");
      story.putPartition("0%").is(SUCCEEDED, "v2 10").tells(What.ROLLOUT_SUCCEEDED);
      story.currentRevisionIs("v2");
    }

    @Test
    void ofTheSameSaysNothingNew() {
      EasStory story = EasStory.of(10).plan(partition("50%")).update().pass("1m");
      story.putPartition("50%").changesNothing();
      Live before = story.rollout();
      story.putPartition("5").is(RUNNING, "v1 5, v2 5").tells(What.PLAN_CHANGED);
      assertThat(story.rollout())
          .isEqualTo(
              before.with(partition("5")).asOf(before.version() + 1, story.service().last().at()));
    }

    @Test
    void isTheNextUpdatesToo() {
      EasStory story = EasStory.of(10).plan(partition("50%")).update().putPartition("30%");
      assertThat(story.service().plan().orElseThrow().strategy()).isEqualTo(partition("30%"));
      story.putPartition("0").update().is(SUCCEEDED, "v3 10");
    }

    @Test
    void isKeptForTheNextUpdateWhereNothingRanYet() {
      EasStory story = EasStory.of(10).plan(partition("50%")).putPartition("20%");
      story.tells(What.PLAN_CHANGED).putPartition("20%").changesNothing();
      story.update().is(RUNNING, "v1 2, v2 8");
    }
  }

  @Nested
  class PartitionToBatchAndBack {

    @Test
    void theNextBatchIsAnIntervalAfterTheLastCompletion() {
      EasStory story = EasStory.of(10).plan(partition("80%")).update().pass("2m");
      story.putBatch("3", "5m").is(RUNNING, "v1 8, v2 2").nextBatchIsIn("3m");
      story.nextBatch().is(RUNNING, "v1 5, v2 5").nextBatchIsIn("5m");
    }

    @Test
    void whatScalingAloneHasMovedWasNoFirstBatch() {
      EasStory story = EasStory.of(10).plan(partition("10")).update().scale(20);
      story.is(RUNNING, "v1 10, v2 10").putBatch("3", "5m").nextBatchIsIn("5m");
    }

    @Test
    void orNowWhereThatIsOver() {
      EasStory story = EasStory.of(10).plan(partition("80%")).update().pass("1h");
      story.putBatch("3", "5m").nextBatchIsDueNow().tick().is(RUNNING, "v1 5, v2 5");
      story.nextBatchIsIn("5m");
    }

    @Test
    void onASwitchWhatIsNotGivenTakesItsDefault() {
      EasStory story = EasStory.of(10).plan(partition("80%")).update().putBatchSize("1");
      assertThat(story.rollout().strategy()).isEqualTo(batch("1", "5m"));
      story.putPartition("80%").putInterval("1h");
      assertThat(story.rollout().strategy()).isEqualTo(batch("25%", "1h"));
    }

    @Test
    void toPartitionGoesToItsTargetAtOnceUpOrDown() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("1m");
      story.putPartition("4").is(RUNNING, "v1 4, v2 6").nothingIsScheduled();
      story.putBatch("1", "5m").nextBatchIsIn("5m");
      story.pass("1m").putPartition("9").is(RUNNING, "v1 9, v2 1").nothingIsScheduled();
      story.putPartition("0").is(SUCCEEDED, "v2 10");
    }

    @Test
    void toWhereItIsAlreadyKeepsTheTimeOfItsLastBatch() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("1m");
      story.putPartition("7").is(RUNNING, "v1 7, v2 3").nothingIsScheduled();
      story.pass("1m").putBatch("3", "5m").nextBatchIsIn("3m");
    }

    @Test
    void batchesGoOnFromWhereItIs() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().putPartition("9");
      story.putBatch("4", "1m").untilNothingIsScheduled().is(SUCCEEDED, "v2 10");
    }
  }

  @Nested
  class IntervalAndSize {

    @Test
    void aLongerIntervalPutsTheNextBatchOff() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("2m");
      story.putInterval("10m").nextBatchIsIn("8m").tells(What.PLAN_CHANGED);
      assertThat(story.rollout().strategy()).isEqualTo(batch("3", "10m"));
      assertThat(story.service().plan().orElseThrow().strategy()).isEqualTo(batch("3", "10m"));
    }

    @Test
    void aShorterOneBringsItOnAndNeverIntoThePast() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("2m");
      story.putInterval("3m").nextBatchIsIn("1m");
      story.putInterval("1m").nextBatchIsDueNow().tick().is(RUNNING, "v1 4, v2 6");
      story.nextBatchIsIn("1m");
    }

    @Test
    void aSizeAloneLeavesTheTimeAndCountsFromTheNextBatch() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update();
      story.pass("1m").pause().pass("1h").resume().nextBatchIsIn("4m");
      story.putBatchSize("5").nextBatchIsIn("4m").putInterval("300s").nextBatchIsIn("4m");
      story.nextBatch().is(RUNNING, "v1 2, v2 8");
    }
  }

  @Nested
  class Paused {

    @Test
    void freezesTheWaitAndResumeWaitsWhatWasLeft() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("2m").pause();
      story.is(PAUSED, "v1 7, v2 3").nothingIsScheduled().tells(What.ROLLOUT_PAUSED);
      story.pause().changesNothing().pass("1h").resume().nextBatchIsIn("3m");
      story.tells(What.ROLLOUT_RESUMED).resume().changesNothing();
    }

    @Test
    void aPartitionIsKeptForResume() {
      EasStory story = EasStory.of(10).plan(partition("50%")).update().pause();
      story.putPartition("80%").is(PAUSED, "v1 5, v2 5").resume().is(RUNNING, "v1 8, v2 2");
      story.pause().putPartition("0").is(PAUSED, "v1 8, v2 2").resume().is(SUCCEEDED, "v2 10");
      story.tells(What.ROLLOUT_SUCCEEDED);
    }

    @Test
    void anIntervalIsKeptForResume() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pass("1m").pause();
      story.putInterval("10m").pass("1h").resume().nextBatchIsIn("9m");
      story.pause().putInterval("1s").resume().is(RUNNING, "v1 4, v2 6").nextBatchIsIn("1s");
    }

    @Test
    void theStrategyIsSwitchedForResume() {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pause();
      story.putPartition("2").is(PAUSED, "v1 7, v2 3").pass("1m");
      story.putBatch("2", "5m").is(PAUSED, "v1 7, v2 3").pass("1h");
      story.resume().nextBatchIsIn("4m").nextBatch().is(RUNNING, "v1 5, v2 5");
      story.pause().putPartition("2").resume().is(RUNNING, "v1 2, v2 8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "1h"})
    void beforeItsFirstBatchNoIntervalKeepsItFromStartingAtResume(String interval) {
      EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().pause().update();
      story.pass("1m").putInterval(interval).putPartition("1").putBatch("2", interval);
      story.is(PAUSED, "v1 7, v2 3").resume().is(RUNNING, "v1 7, v2 1, v3 2");
      story.nextBatchIsIn(interval);
    }

    @Test
    void everythingInOneRequestPausesFirstAndResumesLast() {
      EasStory story = EasStory.of(10).plan(partition("50%")).update();
      story.put(EasStory.toPartition("80%"), Optional.of(true)).is(PAUSED, "v1 5, v2 5");
      story.put(EasStory.toPartition("20%"), Optional.of(false)).is(RUNNING, "v1 2, v2 8");
    }
  }

  @Nested
  class Reopened {

    @Test
    void isANewRolloutBetweenTheSameTwoRevisionsHeldAtThePartition() {
      EasStory story = EasStory.of(10).plan(batch("5", "5m")).update().untilNothingIsScheduled();
      Live completed = story.rollout();
      story.pass("1m").putPartition("30%").is(RUNNING, "v1 3, v2 7").currentRevisionIs("v1");

      Live reopened = story.rollout();
      assertThat(reopened.target()).isEqualTo(completed.target());
      assertThat(reopened.restores()).isEqualTo(completed.restores());
      assertThat(reopened.state()).isEqualTo(new State.Held(story.story().now()));
      assertThat(reopened.since()).isEqualTo(story.service().v());
      assertThat(story.story().standing().updatedReplicas()).hasValue(7);
      assertThat(story.story().standing().progressPercentage()).isEqualTo(70);
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutCreated.class, Write.HistoryKept.class);
      assertThat(story.service().last().rollouts())
          .containsExactly(new Happened.Change(reopened.rolloutId(), RUNNING));
      Rollout kept = story.kept(reopened.rolloutId());
      assertThat(kept.ord()).isEqualTo(story.service().counters().ord());
      assertThat(kept.status()).isEqualTo(RUNNING);
    }

    @Test
    void isScaledPausedAndSwitchedLikeAnyOther() {
      EasStory story = EasStory.of(10).plan(partition("0")).update().putPartition("5");
      story.scale(20).is(RUNNING, "v1 5, v2 15").scale(4).is(RUNNING, "v1 4");
      story.pause().scale(8).is(PAUSED, "v1 8").putPartition("50%").is(PAUSED, "v1 8");
      story.resume().is(RUNNING, "v1 4, v2 4");
      story.putBatch("3", "1m").nextBatch().is(RUNNING, "v1 1, v2 7");
      story.nextBatch().is(SUCCEEDED, "v2 8").currentRevisionIs("v2");
    }

    @Test
    void endsByAnUpdateAndByDeleteWhereItIs() {
      EasStory story = EasStory.of(10).plan(partition("0")).update().putPartition("5");
      String reopened = story.rollout().rolloutId();
      story.update().is(RUNNING, "v1 5, v3 5").currentRevisionIs("v1");
      assertThat(story.kept(reopened).status()).isEqualTo(CANCELLED);

      EasStory.of(10)
          .plan(partition("0"))
          .update()
          .putPartition("5")
          .deleteRollout()
          .is(CANCELLED, "v1 5, v2 5")
          .currentRevisionIs("v1");
    }

    @Test
    void tellsOfItsBatchesAsTheyWereOnceItHasEnded() {
      EasStory story = EasStory.of(4).plan(partition("0")).update().putPartition("3");
      story.putBatch("1", "5m").nextBatch().is(RUNNING, "v1 2, v2 2").deleteRollout();
      String old = story.service().revision(1);
      String next = story.service().revision(2);
      assertThat(story.story().standing().steps())
          .extracting(Standing.Step::description)
          .containsExactly(
              "batch 1 of 3: " + old + " 2, " + next + " 2",
              "batch 2 of 3: " + old + " 1, " + next + " 3",
              "batch 3 of 3: " + next + " 4");
    }

    @Test
    void isRolledBackToWhatWasThereBefore() {
      EasStory story = EasStory.of(10).plan(partition("0")).update().putPartition("5");
      var _ = story.story().steer(Event.Verb.ROLLBACK);
      story.is(Status.ROLLED_BACK, "v1 10").currentRevisionIs("v1");
    }

    @Test
    void manyTimesGoesThroughTheIdsOfItsDay() {
      EasStory story = EasStory.of(10).plan(partition("0")).update();
      for (int i = 0; i < 3; i++) {
        story.putPartition("5").is(RUNNING, "v1 5, v2 5").putPartition("0").is(SUCCEEDED, "v2 10");
      }
      assertThat(story.service().successes().kept())
          .extracting(Success::rolloutId)
          .containsExactly("2026-03-01r3");
      assertThat(story.service().counters().made()).isEqualTo(4);
    }

    @Test
    void underAPausedPlanStandsStillWithAllUpdatedUntilItIsResumed() {
      EasStory paused = EasStory.of(10).plan(partition("0")).update().pause();
      EasStory together = EasStory.of(10).plan(partition("0")).update();
      paused.putPartition("5");
      together.put(EasStory.toPartition("5"), Optional.of(true));
      for (EasStory story : List.of(paused, together)) {
        story.is(Status.PAUSED, "v2 10").currentRevisionIs("v1").tells(What.ROLLOUT_CREATED);
        story.pass("1h").is(Status.PAUSED, "v2 10");
        story.resume().is(RUNNING, "v1 5, v2 5").currentRevisionIs("v1");
        story.putPartition("0").is(SUCCEEDED, "v2 10").update().is(SUCCEEDED, "v3 10");
      }
    }

    @Test
    void theFirstBatchAfterNothingWasMovedIsBoundByNoInterval() {
      EasStory story = EasStory.of(10).plan(partition("100%")).update().pass("1s");
      story.is(RUNNING, "v1 10").putBatch("3", "5m").nextBatchIsDueNow();
    }

    @Test
    void nothingIsWhereNothingCompletedOrNothingIsKept() {
      EasStory story = EasStory.of(10).plan(partition("0")).update();
      Live completed = story.rollout();
      story.putPartition("0").changesNothing();
      story.putPartition("0%").tells(What.PLAN_CHANGED);
      story.putBatch("1", "5m").tells(What.PLAN_CHANGED);
      assertThat(story.rollout()).isEqualTo(completed);

      story = EasStory.of(10).plan(partition("50%")).update();
      var _ = story.story().steer(Event.Verb.ROLLBACK);
      story.putPartition("20%").is(Status.ROLLED_BACK, "v1 10").tells(What.PLAN_CHANGED);
    }

    @Test
    void nothingIsAtATotalOfZero() {
      EasStory story = EasStory.of(10).plan(partition("0")).update().scale(0);
      story.putPartition("5").is(SUCCEEDED, "").tells(What.PLAN_CHANGED);
    }
  }
}
