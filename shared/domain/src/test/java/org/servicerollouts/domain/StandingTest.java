package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.TENTHS;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.Standing.StepStatus.CANCELLED;
import static org.servicerollouts.domain.Standing.StepStatus.DONE;
import static org.servicerollouts.domain.Standing.StepStatus.FAILED;
import static org.servicerollouts.domain.Standing.StepStatus.IN_PROGRESS;
import static org.servicerollouts.domain.Standing.StepStatus.NOT_STARTED;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is told of a rollout. */
class StandingTest {

  @Nested
  class Steps {

    @Test
    void theOnlyStepOfAOneStepRolloutHasGooglesName() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", Strategy.ALL_AT_ONCE);
      assertThat(story.standing().steps())
          .containsExactly(new Standing.Step("update Service Controller", DONE));
    }

    @Test
    void batchesOfTrafficSayWhatTheyBring() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", batch("40", "5m"));
      assertThat(story.standing().steps())
          .containsExactly(
              new Standing.Step("batch 1 of 3: new 40, old 60", DONE),
              new Standing.Step("batch 2 of 3: new 80, old 20", NOT_STARTED),
              new Standing.Step("batch 3 of 3: new 100", NOT_STARTED));
    }

    @Test
    void theThirdOfTenBatchesReadsAsTheSpecificationSays() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      assertThat(story.standing().steps()).hasSize(10);
      assertThat(story.standing().steps().get(2).description())
          .isEqualTo("batch 3 of 10: new 30, old 70");
    }

    @Test
    void batchesThatAreDoneReadAsTheyWereAlsoWhereReplicasWereAtNeitherRevision() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "v2", batch("4", "5m"));
      story.create("r2", "v3", batch("3", "5m")).dueOnTime().dueOnTime();
      assertThat(story.standing().steps())
          .extracting(Standing.Step::description)
          .containsExactly(
              "batch 1 of 4: old 6, v2 1, v3 3",
              "batch 2 of 4: old 4, v3 6",
              "batch 3 of 4: old 1, v3 9",
              "batch 4 of 4: v3 10");
    }

    @Test
    void aPartitionHasTheStepToItsHoldAndTheRest() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition("70%"));
      assertThat(story.standing().steps())
          .containsExactly(
              new Standing.Step("batch 1 of 2: new 3, old 7", DONE),
              new Standing.Step("batch 2 of 2: new 10", NOT_STARTED));
    }

    @Test
    void aPartitionThatMovedReplicasBackSaysSo() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "new", partition("50%"));
      story.create("r2", "new", partition("80%"));
      assertThat(story.divided()).isEqualTo("new 2, old 8");
      assertThat(story.standing().steps())
          .containsExactly(
              new Standing.Step("batch 1 of 2: new 2, old 8", DONE),
              new Standing.Step("batch 2 of 2: new 10", NOT_STARTED));
    }

    @Test
    void theBatchThatATargetHasNotConfirmedYetIsInProgress() {
      Story story =
          ServiceBuilder.traffic().targeted(true).story().create("r", "new", batch("50", "5m"));
      assertThat(story.standing().steps())
          .extracting(Standing.Step::status)
          .containsExactly(IN_PROGRESS, NOT_STARTED);
      assertThat(story.steer(PAUSE).standing().steps())
          .extracting(Standing.Step::status)
          .containsExactly(IN_PROGRESS, NOT_STARTED);
      assertThat(story.confirm().standing().steps())
          .extracting(Standing.Step::status)
          .containsExactly(DONE, NOT_STARTED);
    }

    @Test
    void afterARollbackTheNextStepHasFailedAndTheOthersAreCancelled() {
      Story story = ServiceBuilder.replicas(9).story().create("r", "new", batch("3", "5m"));
      story.steer(ROLLBACK);
      assertThat(story.standing().steps())
          .containsExactly(
              new Standing.Step("batch 1 of 3: new 3, old 6", DONE),
              new Standing.Step("batch 2 of 3: new 6, old 3", FAILED),
              new Standing.Step("batch 3 of 3: new 9", CANCELLED));
    }

    @Test
    void ofASupersededRolloutTheStepsToComeAreCancelled() {
      Story story = ServiceBuilder.traffic().story().create("r1", "v2", batch("50", "5m"));
      story.create("r2", "v3", TENTHS);
      assertThat(story.standing("r1").steps())
          .containsExactly(
              new Standing.Step("batch 1 of 2: old 50, v2 50", DONE),
              new Standing.Step("batch 2 of 2: v2 100", CANCELLED));
    }

    @Test
    void aHundredAreShownOneByOne() {
      Story story = ServiceBuilder.replicas(100).story().create("r", "new", batch("1", "5m"));
      assertThat(story.standing().steps()).hasSize(100);
    }

    @Test
    void ofMoreThanAHundredOnlyThoseAroundTheCurrentOneAreShownByThemselves() {
      Story story = ServiceBuilder.replicas(200).story().create("r", "new", batch("1", "5m"));
      IntStream.range(0, 49).forEach(i -> story.dueOnTime());
      List<Standing.Step> steps = story.standing().steps();
      assertThat(steps).hasSize(13);
      assertThat(List.of(steps.get(0), steps.get(1), steps.get(11), steps.get(12)))
          .extracting(Standing.Step::description, Standing.Step::status)
          .containsExactly(
              tuple("batches 1 to 50 of 200: new 50, old 150", DONE),
              tuple("batch 51 of 200: new 51, old 149", NOT_STARTED),
              tuple("batch 61 of 200: new 61, old 139", NOT_STARTED),
              tuple("batches 62 to 200 of 200: new 200", NOT_STARTED));
    }

    @Test
    void moreBatchesThanCanBeCountedAreFoldedToo() {
      Story story =
          ServiceBuilder.traffic().story().create("r", "new", batch("0.000000001%", "1s"));
      assertThat(story.standing().steps()).hasSize(13);
      assertThat(story.standing().steps().getLast().description())
          .isEqualTo("batches 13 to 2147483647 of 2147483647: new 100");
    }
  }

  @Nested
  class Eta {

    @Test
    void isTheTimeOfTheLastBatchPlusTheBake() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("3", "5m"), BAKE);
      assertThat(story.standing().eta())
          .contains(Story.START.plus(Duration.ofMinutes(15)).plus(BAKE));
      while (!story.status().ended()) {
        assertThat(story.standing().eta()).contains(Story.START.plus(Duration.ofMinutes(25)));
        story.dueOnTime();
      }
      assertThat(story.now()).isEqualTo(Story.START.plus(Duration.ofMinutes(25)));
      assertThat(story.standing().eta()).isEmpty();
    }

    @Test
    void isUnknownWhereItDependsOnSomebody() {
      Story held = ServiceBuilder.traffic().story().create("r", "new", partition("50"));
      assertThat(held.standing().eta()).isEmpty();
      Story paused = ServiceBuilder.traffic().story().create("r", "new", TENTHS).steer(PAUSE);
      assertThat(paused.standing().eta()).isEmpty();
      Story empty = ServiceBuilder.replicas(0).story().create("r", "new", TENTHS);
      assertThat(empty.standing().eta()).isEmpty();
    }
  }

  @Nested
  class LiveAndKept {

    @Test
    void aRolloutOnItsWayStandsWhereItsServiceSays() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("1", "5m"));
      story.dueOnTime();
      assertThat(story.kept().get("r").progress().moved()).isEqualTo(1);
      assertThat(story.standing().progress()).isEqualTo(new Progress(2, 10, 2, 10));
      assertThat(story.standing().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void anEndedRolloutStandsAsItWasKeptWhateverComesAfterIt() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "v2", batch("4", "5m"));
      story.pass(Duration.ofMinutes(1)).create("r2", "v3", batch("1", "5m"));
      Standing before = story.standing("r1");
      assertThat(before.status()).isEqualTo(Status.CANCELLED);
      assertThat(before.reason()).contains("superseded by r2");
      assertThat(before.progressPercentage()).isEqualTo(40);
      assertThat(before.updatedReplicas()).isEmpty();
      assertThat(before.nextBatchStartTime()).isEmpty();

      List<Standing.Step> steps = before.steps();
      Standing after = story.dueOnTime().scale(20).steer(ROLLBACK).standing("r1");
      assertThat(after.steps()).isEqualTo(steps);
      assertThat(after.progressPercentage()).isEqualTo(40);
    }

    @Test
    void trafficHasNoUpdatedReplicas() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      assertThat(story.standing().updatedReplicas()).isEmpty();
    }

    @Test
    void aBatchThatItsTargetHasNotConfirmedSaysSinceWhenAndWhatKeepsIt() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      assertThat(story.standing().reason())
          .contains("waits since 2026-03-01T12:00:00Z for its target to confirm the batch");
      story.pass(Duration.ofSeconds(1)).applyFails("alias deleted");
      assertThat(story.standing().reason()).contains("alias deleted");
      story.pass(Guard.DEFAULT_DEADLINE).applyFails("alias deleted");
      assertThat(story.standing().reason())
          .contains("no progress since 2026-03-01T12:00:01Z: alias deleted");
      assertThat(story.confirm().standing().reason())
          .contains("no progress since 2026-03-01T12:00:01Z: alias deleted");
    }
  }
}
