package org.servicerollouts.domain;

import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.Status.PAUSED;
import static org.servicerollouts.domain.Status.PENDING;
import static org.servicerollouts.domain.Status.RUNNING;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Happened.What;

/** Stories of a PAI-EAS service that is scaled in the middle of a rollout. */
class EasScalingTest {

  @Test
  void inBatchesAddedReplicasAreOldAndTheNextBatchIsSizedFromTheNewTotal() {
    EasStory story = EasStory.of(8).plan(batch("25%", "5m")).update().is(RUNNING, "v1 6, v2 2");
    story.pass("1m").scale(16).is(RUNNING, "v1 14, v2 2").nextBatchIsIn("4m");
    story.nextBatch().is(RUNNING, "v1 10, v2 6").scale(9).is(RUNNING, "v1 5, v2 4");
    story.nextBatch().is(RUNNING, "v1 2, v2 7").nextBatch().is(SUCCEEDED, "v2 9");
  }

  @Test
  void inBatchesToNothingAndBackItStandsUntilSomeAreThere() {
    EasStory story = EasStory.of(10).plan(batch("4", "5m")).update().is(RUNNING, "v1 6, v2 4");
    story.scale(0).is(RUNNING, "").nothingIsScheduled().pass("1h").tick().changesNothing();
    story.scale(6).is(RUNNING, "v1 6").currentRevisionIs("v1").updateRevisionIs("v2");
    story.tick().is(RUNNING, "v1 2, v2 4").nextBatch().is(SUCCEEDED, "v2 6");
  }

  @Test
  void underAPercentagePartitionTheTargetIsEvaluatedAnew() {
    EasStory story = EasStory.of(10).plan(partition("50%")).update().is(RUNNING, "v1 5, v2 5");
    story.scale(20).is(RUNNING, "v1 10, v2 10").scale(7).is(RUNNING, "v1 4, v2 3");
    story.scale(0).is(RUNNING, "").scale(3).is(RUNNING, "v1 2, v2 1").currentRevisionIs("v1");
    story.tells(What.SERVICE_SCALED);
  }

  @Test
  void underAnIntegerPartitionThatManyStayOld() {
    EasStory story = EasStory.of(10).plan(partition("4")).update().is(RUNNING, "v1 4, v2 6");
    story.scale(20).is(RUNNING, "v1 4, v2 16").scale(5).is(RUNNING, "v1 4, v2 1");
    story.scale(3).is(RUNNING, "v1 3").scale(0).is(RUNNING, "").scale(6).is(RUNNING, "v1 4, v2 2");
  }

  @Test
  void pausedKeepsTheProportionAndAPartitionIsEvaluatedAtResume() {
    EasStory story = EasStory.of(10).plan(partition("4")).update().pause();
    story.scale(12).is(PAUSED, "v1 6, v2 6").scale(6).is(PAUSED, "v1 3, v2 3");
    story.resume().is(RUNNING, "v1 4, v2 2");
  }

  @Test
  void pausedInBatchesGoesOnFromWhatIsLeft() {
    EasStory story = EasStory.of(10).plan(batch("4", "5m")).update().pass("1m").pause();
    story.scale(5).is(PAUSED, "v1 3, v2 2").scale(0).is(PAUSED, "").scale(6).is(PAUSED, "v1 6");
    story.resume().is(RUNNING, "v1 6").nextBatchIsIn("4m").nextBatch().is(RUNNING, "v1 2, v2 4");
  }

  @Test
  void waitingForApprovalScalesTheCurrentRevision() {
    EasStory story = EasStory.of(10).pausedPlan(batch("50%", "5m")).update();
    story.scale(4).is(PENDING, "v1 4").scale(0).is(PENDING, "").scale(8).is(PENDING, "v1 8");
    story.resume().is(RUNNING, "v1 4, v2 4");
  }

  @Test
  void approvedAtATotalOfZeroIsDone() {
    EasStory story = EasStory.of(0).pausedPlan(partition("50%")).update().is(Status.PENDING, "");
    story.resume().is(SUCCEEDED, "").currentRevisionIs("v2").scale(4).is(SUCCEEDED, "v2 4");
  }

  @Test
  void afterASecondUpdateReplicasAtNeitherRevisionAreRemovedFirst() {
    EasStory story = EasStory.of(10).plan(batch("4", "5m")).update().nextBatch();
    story.is(RUNNING, "v1 2, v2 8").update().is(RUNNING, "v1 2, v2 4, v3 4");
    story.scale(6).is(RUNNING, "v1 2, v2 1, v3 3").scale(8).is(RUNNING, "v1 4, v2 1, v3 3");
  }

  @Test
  void betweenTheBatchesOfARevertAddedReplicasAreAtTheCurrentRevisionAndSoAreUpdated() {
    EasStory story = EasStory.of(10).plan(batch("3", "5m")).update().nextBatch().revertTo(1);
    story.is(RUNNING, "v1 7, v2 3").scale(20).is(RUNNING, "v1 17, v2 3");
    story.nextBatch().is(SUCCEEDED, "v1 20");
  }

  @Test
  void aHeldOneThatIsLeftByDeleteKeepsItsShare() {
    EasStory story = EasStory.of(10).plan(partition("50%")).update().deleteRollout();
    story.is(Status.CANCELLED, "v1 5, v2 5").scale(4).is(Status.CANCELLED, "v1 2, v2 2");
    story.scale(6).is(Status.CANCELLED, "v1 4, v2 2");
  }
}
