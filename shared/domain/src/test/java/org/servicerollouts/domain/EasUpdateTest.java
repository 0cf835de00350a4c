package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.Status.CANCELLED;
import static org.servicerollouts.domain.Status.PAUSED;
import static org.servicerollouts.domain.Status.PENDING;
import static org.servicerollouts.domain.Status.RUNNING;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Happened.What;

/** Stories of service updates as PAI-EAS means them: under a plan, again under it, without one. */
class EasUpdateTest {
  private static final Strategy THREES = batch("3", "5m");

  @Nested
  class UnderAPlan {

    @Test
    void thePlanMovesNothingUntilAnUpdateAndThenEachUpdateRunsUnderIt() {
      EasStory story = EasStory.of(10).plan(THREES);
      assertThat(story.service().active()).isEmpty();
      assertThat(story.divided()).isEqualTo("v1 10");

      story.update().is(RUNNING, "v1 7, v2 3").currentRevisionIs("v1").nextBatchIsIn("5m");
      story.nextBatch().is(RUNNING, "v1 4, v2 6").nextBatch().is(RUNNING, "v1 1, v2 9");
      story.nextBatch().is(SUCCEEDED, "v2 10").currentRevisionIs("v2").nothingIsScheduled();

      story.pass("1h").update().is(RUNNING, "v2 7, v3 3").currentRevisionIs("v2");
      story.untilNothingIsScheduled().is(SUCCEEDED, "v3 10").currentRevisionIs("v3");
    }

    @Test
    void withoutOneAnUpdateMovesAllAtOnce() {
      EasStory.of(10).update().is(SUCCEEDED, "v2 10").currentRevisionIs("v2");
    }

    @Test
    void anUpdateThatScalesTooIsOneChange() {
      EasStory story = EasStory.of(10).plan(partition("50%"));
      long v = story.service().v();
      story.update(20).is(RUNNING, "v1 10, v2 10");
      assertThat(story.service().v()).isEqualTo(v + 1);
    }
  }

  /** An update of image and {@code metadata.instance}: by the scaling the one on its way ends. */
  @Nested
  class ScalingEndsTheOneOnItsWay {
    private static final Strategy MOST = batch("81%", "5m");

    @Test
    void andTheAlarmsThatWatchTheNextOneTooStayAsTheyAre() {
      EasStory story = EasStory.of(10).watchedBy("x").plan(MOST).update();
      String first = story.rollout().rolloutId();
      story.is(RUNNING, "v1 1, v2 9").update(9).is(RUNNING, "v2 1, v3 8");

      assertThat(story.kept(first).status()).isEqualTo(SUCCEEDED);
      assertThat(alarmsWritten(story)).isEmpty();
      assertThat(story.story().watched()).containsExactly("x");
    }

    @Test
    void andAnAlarmOfItsOwnIsReleased() {
      EasStory story = EasStory.of(10).watchedBy("x").plan(MOST);
      var _ = story.story().alarm("y", Alarms.State.OK);
      Spec watched = Specs.to("g", MOST).watchedBy("y").spec();
      story.play(Event.Create.of(Optional.of("r"), watched, Story.ALICE));
      assertThat(story.story().watched()).containsExactlyInAnyOrder("x", "y");

      story.is(RUNNING, "g 9, v1 1").update(9).is(RUNNING, "g 1, v2 8");

      assertThat(alarmsWritten(story)).containsExactly(new Write.AlarmsReleased(List.of("y")));
      assertThat(story.story().watched()).containsExactly("x");
    }

    @Test
    void andTheNextOneEndsAtOnceSoThatNoAlarmIsWatched() {
      EasStory story = EasStory.of(10).watchedBy("x").plan(batch("9", "5m")).update();
      story.is(RUNNING, "v1 1, v2 9").update(9).is(SUCCEEDED, "v3 9");

      assertThat(alarmsWritten(story)).containsExactly(new Write.AlarmsReleased(List.of("x")));
      assertThat(story.story().watched()).isEmpty();
    }

    /** The history has one row of it, which tells of both. */
    @Test
    void andBothAreToldByOneRowOfTheHistory() {
      EasStory story = EasStory.of(10).plan(MOST).update();
      String first = story.rollout().rolloutId();
      story.update(9);

      assertThat(story.writes()).filteredOn(Write.HistoryKept.class::isInstance).hasSize(1);
      assertThat(story.service().last().rollouts())
          .containsExactly(
              new Happened.Change(first, SUCCEEDED),
              new Happened.Change(story.rollout().rolloutId(), RUNNING));
    }

    private static List<Write> alarmsWritten(EasStory story) {
      return story.writes().stream()
          .filter(w -> w instanceof Write.AlarmsWatched || w instanceof Write.AlarmsReleased)
          .toList();
    }
  }

  @Nested
  class SecondUpdateOnTheWay {

    @Test
    void startsAgainFromItsFirstBatchAtOnceTowardTheNewest() {
      EasStory story = EasStory.of(10).plan(THREES).update().nextBatch();
      String first = story.rollout().rolloutId();
      story.is(RUNNING, "v1 4, v2 6").pass("1m").update();

      story.is(RUNNING, "v1 4, v2 3, v3 3").currentRevisionIs("v1").updateRevisionIs("v3");
      story.nextBatchIsIn("5m");
      assertThat(story.rollout().batch()).isEqualTo(1);
      assertThat(story.story().standing().updatedReplicas()).hasValue(3);
      assertThat(story.kept(first).status()).isEqualTo(CANCELLED);
      assertThat(story.kept(first).progress().moved()).isEqualTo(6);
    }

    @Test
    void replacesTheReplicasAtNeitherRevisionFirst() {
      EasStory story = EasStory.of(10).plan(batch("4", "5m")).update().update();
      story.is(RUNNING, "v1 6, v3 4").nextBatch().is(RUNNING, "v1 2, v3 8");
      story.nextBatch().is(SUCCEEDED, "v3 10").currentRevisionIs("v3");
    }

    @Test
    void isHeldAtThePartitionOfAllThatIsOld() {
      EasStory story = EasStory.of(10).plan(partition("80%")).update().is(RUNNING, "v1 8, v2 2");
      story.update().is(RUNNING, "v1 8, v3 2").currentRevisionIs("v1");
      story.putPartition("0").is(SUCCEEDED, "v3 10").currentRevisionIs("v3");
    }

    @Test
    void whilePausedIsPausedBeforeItsFirstBatchWhichResumeStarts() {
      EasStory story = EasStory.of(10).plan(THREES).update();
      String first = story.rollout().rolloutId();
      story.pass("1m").pause().pass("1m").update();

      story.is(PAUSED, "v1 7, v2 3").currentRevisionIs("v1").updateRevisionIs("v3");
      story.nothingIsScheduled().pass("1h").tick().changesNothing();
      assertThat(story.kept(first).status()).isEqualTo(CANCELLED);
      assertThat(story.story().standing().updatedReplicas()).hasValue(0);

      story.resume().is(RUNNING, "v1 7, v3 3").nextBatchIsIn("5m").tells(What.ROLLOUT_RESUMED);
    }

    @Test
    void whilePausedIsStartedUnderAPartitionByResumeToo() {
      EasStory story = EasStory.of(10).plan(partition("80%")).update().pause().update();
      story.is(PAUSED, "v1 8, v2 2").resume().is(RUNNING, "v1 8, v3 2");
    }

    @Test
    void whileOneWaitsForApprovalWaitsForItToo() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update().is(PENDING, "v1 10");
      String first = story.rollout().rolloutId();
      story.update().is(PENDING, "v1 10").updateRevisionIs("v3").nothingIsScheduled();
      assertThat(story.kept(first).status()).isEqualTo(CANCELLED);
      story.resume().is(RUNNING, "v1 7, v3 3");
    }

    @Test
    void whilePausedGoesAllAtOnceOnlyAtResumeWhereThereIsNoPlan() {
      EasStory story = EasStory.of(10).play(onGoogle("g", THREES)).pause().update();
      story.is(PAUSED, "g 3, v1 7").resume().is(SUCCEEDED, "v2 10");
    }
  }

  @Nested
  class PausedPlan {

    @Test
    void letsTheNextUpdateWaitForApprovalWhichIsRemembered() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update();
      story.is(PENDING, "v1 10").nothingIsScheduled().pass("1h").tick().changesNothing();
      assertThat(story.kept(story.rollout().rolloutId()).status()).isEqualTo(PENDING);

      story.resume().is(RUNNING, "v1 7, v2 3").nextBatchIsIn("5m").tells(What.ROLLOUT_STARTED);
      assertThat(story.kept(story.rollout().rolloutId()).status()).isEqualTo(RUNNING);
      assertThat(story.service().plan().orElseThrow().paused()).isFalse();
      story.untilNothingIsScheduled().is(SUCCEEDED, "v2 10");

      story.update().is(RUNNING, "v2 7, v3 3");
    }

    @Test
    void isMadeByAPauseWithNothingLive() {
      EasStory story = EasStory.of(10).plan(THREES).update().untilNothingIsScheduled();
      story.pause().tells(What.PLAN_CHANGED).pause().changesNothing();
      assertThat(story.service().plan().orElseThrow().paused()).isTrue();
      story.update().is(PENDING, "v2 10").pause().changesNothing();
      story.resume().is(RUNNING, "v2 7, v3 3");
    }

    @Test
    void isNotMadeByAPauseOfWhatIsLive() {
      EasStory story = EasStory.of(10).plan(THREES).update().pause().is(PAUSED, "v1 7, v2 3");
      assertThat(story.service().plan().orElseThrow().paused()).isFalse();
      story.resume().untilNothingIsScheduled().update().is(RUNNING, "v2 7, v3 3");
    }

    @Test
    void isApprovedBeforeTheUpdateByFalse() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).resume().tells(What.PLAN_CHANGED);
      story.resume().changesNothing().update().is(RUNNING, "v1 7, v2 3");
    }

    @Test
    void takesWhatItRestoresAndItsBaseAtApproval() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update().scale(20).resume();
      assertThat(story.rollout().base()).contains(Replicas.all(story.service().revision(1), 20));
      assertThat(story.rollout().restores()).contains(Shares.only(story.service().revision(1)));
      story.is(RUNNING, "v1 17, v2 3");
    }

    @Test
    void changesItsStrategyBeforeApproval() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update().putPartition("4");
      story.is(PENDING, "v1 10").resume().is(RUNNING, "v1 4, v2 6");
    }

    @Test
    void isChangedAndApprovedAtOnce() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update();
      story.put(EasStory.toPartition("4"), Optional.of(false)).is(RUNNING, "v1 4, v2 6");
    }
  }

  @Nested
  class Deleted {

    @Test
    void inTheMiddleStopsAtOnceMovesNothingAndTheNextUpdateIsAPlainFullOne() {
      EasStory story = EasStory.of(10).plan(THREES).update();
      String first = story.rollout().rolloutId();
      story.deleteRollout().is(CANCELLED, "v1 7, v2 3").currentRevisionIs("v1");
      story.nothingIsScheduled().tells(What.PLAN_DELETED).pass("1h").tick().changesNothing();
      assertThat(story.service().plan()).isEmpty();
      assertThat(story.kept(first).status()).isEqualTo(CANCELLED);
      assertThat(story.kept(first).reason()).contains("stopped, since its plan was deleted");

      story.update().is(SUCCEEDED, "v3 10").currentRevisionIs("v3");
    }

    @Test
    void whileItWaitsForApprovalItNeverStarts() {
      EasStory story = EasStory.of(10).pausedPlan(THREES).update().deleteRollout();
      story.is(CANCELLED, "v1 10");
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutChanged.class, Write.HistoryKept.class);
    }

    @Test
    void withNothingLiveOnlyThePlanIsForgotten() {
      EasStory story = EasStory.of(10).plan(THREES).update().untilNothingIsScheduled();
      Live ended = story.rollout();
      story.deleteRollout().tells(What.PLAN_DELETED);
      assertThat(story.writes()).isEmpty();
      assertThat(story.rollout()).isEqualTo(ended);
      assertThat(story.service().plan()).isEmpty();
    }

    @Test
    void whatIsNotThereIsRefused() {
      Problem notThere = NotFound.rolloutPlan(EasStory.of(10).service().name());
      assertThat(EasStory.of(10).deleteRollout().problem()).isEqualTo(notThere);
      assertThat(EasStory.of(10).update().deleteRollout().problem()).isEqualTo(notThere);
      assertThat(EasStory.of(10).plan(THREES).deleteRollout().deleteRollout().problem())
          .isEqualTo(notThere);
      assertThat(EasStory.of(10).pause().problem()).isEqualTo(notThere);
      assertThat(EasStory.of(10).update().putPartition("50%").problem()).isEqualTo(notThere);
    }

    @Test
    void thePlanMayBeMadeAnewAndTakesWhatWasLeft() {
      EasStory story = EasStory.of(10).plan(THREES).update().deleteRollout();
      story.plan(batch("5", "1m")).update().is(RUNNING, "v1 5, v3 5");
      story.nextBatch().is(SUCCEEDED, "v3 10");
    }

    @Test
    void whatCompletedBeforeTheNewPlanIsNotReopenedByIt() {
      EasStory story = EasStory.of(10).plan(THREES).update().untilNothingIsScheduled();
      story.deleteRollout().plan(partition("0")).putPartition("50%").tells(What.PLAN_CHANGED);
      story.is(SUCCEEDED, "v2 10").currentRevisionIs("v2");
    }

    @Test
    void aServiceIsGoneAtOnce() {
      EasStory story = EasStory.of(10).plan(THREES).update();
      story.play(new Event.DeleteService(Duration.ZERO, Story.ALICE));
      story.is(CANCELLED, "v1 7, v2 3").nothingIsScheduled();
      assertThat(story.service().isGone(story.story().now())).isTrue();
    }
  }

  @Nested
  class Reverted {

    @Test
    void toAnEarlierVersionRunsUnderThePlan() {
      EasStory story = EasStory.of(10).plan(THREES).update().untilNothingIsScheduled();
      int revisions = story.service().counters().revisions();
      story.pass("1h").revertTo(1).is(RUNNING, "v1 3, v2 7").currentRevisionIs("v2");
      int documents = story.service().counters().documents();
      assertThat(story.writes()).contains(new Write.DocumentSaved("{}", documents));
      assertThat(documents).as("a number of its own").isEqualTo(revisions + 1);
      assertThat(story.writes()).noneMatch(Write.ConfigCreated.class::isInstance);
      story.untilNothingIsScheduled().is(SUCCEEDED, "v1 10").currentRevisionIs("v1");

      story.update().is(RUNNING, "v1 7, v3 3");
    }

    @Test
    void onTheWayTakesBackWhatWasUpdatedInBatches() {
      EasStory story = EasStory.of(10).plan(THREES).update().nextBatch();
      story.is(RUNNING, "v1 4, v2 6").revertTo(1).is(RUNNING, "v1 7, v2 3");
      story.currentRevisionIs("v1").updateRevisionIs("v1");
      story.nextBatch().is(SUCCEEDED, "v1 10").currentRevisionIs("v1");
    }

    @Test
    void whilePausedIsPausedBeforeItsFirstBatch() {
      EasStory story = EasStory.of(10).plan(THREES).update().pause().revertTo(1);
      story.is(PAUSED, "v1 7, v2 3").resume().is(SUCCEEDED, "v1 10");
    }

    @Test
    void withoutAPlanGoesAllAtOnce() {
      EasStory.of(10).update().revertTo(1).is(SUCCEEDED, "v1 10").currentRevisionIs("v1");
    }
  }

  @Nested
  class MadeOnTheGoogleSurface {

    @Test
    void isSteeredByPutWithoutAPlan() {
      EasStory story = EasStory.of(10).play(onGoogle("g", THREES)).is(RUNNING, "g 3, v1 7");
      story.pause().is(PAUSED, "g 3, v1 7").resume().is(RUNNING, "g 3, v1 7");
      story.putPartition("2").is(RUNNING, "g 8, v1 2").putPartition("0").is(SUCCEEDED, "g 10");
      assertThat(story.service().plan()).isEmpty();
      assertThat(story.pause().problem().kind()).isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
    }

    @Test
    void isStoppedByDelete() {
      EasStory story = EasStory.of(10).play(onGoogle("g", THREES)).deleteRollout();
      story.is(CANCELLED, "g 3, v1 7");
    }

    @Test
    void namingNoStrategyRunsUnderThePlanAndWaitsForItsApproval() {
      Event.Create create =
          Event.Create.of(Optional.of("r"), Map.of("g", 100.0), Optional.empty(), Story.ALICE);
      EasStory.of(10).plan(THREES).play(create).is(RUNNING, "g 3, v1 7");
      EasStory.of(10).pausedPlan(THREES).play(create).is(PENDING, "v1 10");
    }

    @Test
    void inItsBakeIsTakenBackByAPartitionAndLeftAloneByOneThatHoldsNothingBack() {
      Event.Create create =
          Event.Create.of(
              Optional.of("r"),
              Specs.to("g", Strategy.ALL_AT_ONCE).baking(ServiceBuilder.BAKE).spec(),
              Story.ALICE);
      EasStory story = EasStory.of(10).play(create);
      State baking = story.rollout().state();
      story.pass("1m").putPartition("0").is(RUNNING, "g 10");
      assertThat(story.rollout().state()).isEqualTo(baking);
      story.putInterval("1m");
      assertThat(story.rollout().state()).isEqualTo(baking);
      story.pause().putPartition("0%").resume();
      assertThat(story.rollout().state()).isEqualTo(baking);

      story.putPartition("5").is(RUNNING, "g 5, v1 5").nothingIsScheduled();
      story.putPartition("0").is(RUNNING, "g 10").pause().putPartition("3").is(PAUSED, "g 10");
      story.resume().is(RUNNING, "g 7, v1 3").nothingIsScheduled();
    }
  }

  private static Event.Create onGoogle(String config, Strategy strategy) {
    return Event.Create.of(
        Optional.empty(), Map.of(config, 100.0), Optional.of(strategy), Story.ALICE);
  }

  @Test
  void aTrafficServiceTakesNoPlan() {
    Problem refused =
        Problem.of(
            Problem.Kind.WRONG_SERVICE_TYPE,
            "Service 'shop.example.com' is divided by traffic: it takes no rollout plan.");
    for (Event event :
        List.of(
            new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE),
            new Event.Unplan(Story.ALICE))) {
      assertThat(ServiceBuilder.traffic().story().create("r", "new", THREES).play(event).problem())
          .isEqualTo(refused);
    }
  }
}
