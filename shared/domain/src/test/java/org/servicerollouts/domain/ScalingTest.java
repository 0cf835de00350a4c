package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Happened.What;

/** A replica total that changes: at once, in one write with the allocation. */
class ScalingTest {

  @Nested
  class BetweenRollouts {

    @Test
    void aServiceThatWasNeverRolledOutHasOnlyItsTotalChanged() {
      Story story = ServiceBuilder.replicas(3).neverRolledOut().story().scale(5);
      assertThat(story.service().total()).isEqualTo(5);
      assertThat(story.divided()).isEqualTo("not yet");
    }

    @Test
    void aServiceThatWasCreatedWithItsRevisionScalesIt() {
      Story story = ServiceBuilder.replicas(3).story();
      assertThat(story.scale(5).divided()).isEqualTo("old 5");
      assertThat(story.scale(2).divided()).isEqualTo("old 2");
      assertThat(story.scale(0).divided()).isEmpty();
      assertThat(story.scale(4).divided()).isEqualTo("old 4");
    }

    @Test
    void afterASuccessAddedReplicasGetTheNewRevision() {
      Story story = ServiceBuilder.replicas(4).story().create("r", "new", Strategy.ALL_AT_ONCE);
      Live ended = story.active();
      assertThat(story.scale(6).divided()).isEqualTo("new 6");
      assertThat(story.scale(2).divided()).isEqualTo("new 2");
      assertThat(story.active()).isEqualTo(ended);
      assertThat(story.service().successes().kept())
          .extracting(Success::rolloutId)
          .containsExactly("r");
    }

    @Test
    void afterARollbackAddedReplicasGetTheOldRevision() {
      Story story = ServiceBuilder.replicas(4).story().create("r", "new", batch("1", "5m"));
      story.steer(ROLLBACK);
      Live ended = story.active();
      assertThat(story.scale(6).divided()).isEqualTo("old 6");
      assertThat(story.scale(3).divided()).isEqualTo("old 3");
      assertThat(story.active()).isEqualTo(ended);
    }
  }

  @Nested
  class OnTheWay {

    @ParameterizedTest(name = "{0} replicas, {1} updated, scaled to {2}: {3} updated")
    @CsvSource({
      "10, 4, 20, 4",
      "10, 4, 11, 4",
      "10, 4,  9, 4",
      "10, 4,  7, 3",
      "10, 4,  5, 2",
      "10, 4,  3, 2",
      "10, 1,  2, 1",
      "10, 9,  9, 9",
      "10, 9,  8, 8",
    })
    void addedReplicasGetTheCurrentRevisionAndRemovalKeepsTheUpdatedInProportion(
        int total, int updated, int scaled, int left) {
      Story story =
          ServiceBuilder.replicas(total)
              .story()
              .create("r", "new", batch("" + updated, "5m"), BAKE);
      story.scale(scaled);
      assertThat(story.standing().updatedReplicas()).hasValue(left);
      assertThat(story.service().allocation().orElseThrow().total()).isEqualTo(scaled);
    }

    @Test
    void aPausedRolloutScalesTheSame() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("4", "5m"));
      story.steer(PAUSE);
      assertThat(story.scale(12).divided()).isEqualTo("new 4, old 8");
      assertThat(story.scale(6).divided()).isEqualTo("new 2, old 4");
      assertThat(story.status()).isEqualTo(Status.PAUSED);
    }

    @Test
    void removalTakesTheReplicasThatAreAtNeitherRevisionFirst() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "v2", batch("4", "5m"));
      story.create("r2", "v3", batch("2", "5m"));
      assertThat(story.divided()).isEqualTo("old 6, v2 2, v3 2");
      assertThat(story.scale(7).divided()).isEqualTo("old 5, v3 2");
    }

    @Test
    void theNextBatchesAreSizedFromTheNewTotal() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("25%", "5m"));
      assertThat(story.divided()).isEqualTo("new 3, old 7");
      assertThat(story.scale(40).dueOnTime().divided()).isEqualTo("new 13, old 27");
    }

    @Test
    void theWaitGoesOn() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("1", "5m"));
      story.pass(Duration.ofMinutes(2)).scale(20);
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(3)));
    }

    @Test
    void aRemovalThatLeavesOnlyUpdatedReplicasEndsTheMove() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("9", "5m"), BAKE);
      story.scale(1);
      assertThat(story.divided()).isEqualTo("new 1");
      assertThat(story.state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
    }

    @Test
    void whileBakingAddedReplicasAreUpdatedOnes() {
      Story story =
          ServiceBuilder.replicas(4).story().create("r", "new", Strategy.ALL_AT_ONCE, BAKE);
      State baking = story.state();
      assertThat(story.scale(6).divided()).isEqualTo("new 6");
      assertThat(story.state()).isEqualTo(baking);
      assertThat(story.scale(2).divided()).isEqualTo("new 2");
      assertThat(story.steer(PAUSE).scale(3).divided()).isEqualTo("new 3");
      assertThat(story.steer(RESUME).dueOnTime().status()).isEqualTo(Status.SUCCEEDED);
    }
  }

  @Nested
  class UnderAPartition {

    @ParameterizedTest(name = "Partition {0} of 10, scaled to {1}: {2}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            50% | 20 | new 10, old 10
            50% |  5 | new 2, old 3
            50% | 11 | new 5, old 6
            90% |  3 | new 1, old 2
            5   | 20 | new 15, old 5
            5   |  7 | new 2, old 5
            5   |  5 | old 5
            5   |  3 | old 3
            100%| 20 | old 20
            """)
    void theTargetIsEvaluatedAnew(String keep, long scaled, String divided) {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition(keep));
      story.scale(scaled);
      assertThat(story.divided()).isEqualTo(divided);
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
    }

    @Test
    void theRestMayThenBeDoneByAdvance() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition("5"));
      story.scale(3).steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 3");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }

    private static final Event TO_ALL =
        new Event.Replan(
            Optional.of(new StrategyChange.ToPartition(new Amount("0"))),
            Optional.empty(),
            Story.ALICE);

    @Test
    void itMayTurnOutToBeComplete() {
      Story story = ServiceBuilder.replicas(2).story().create("r", "new", partition("1"), BAKE);
      story.scale(0).play(TO_ALL);
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
      story.scale(4);
      assertThat(story.divided()).isEqualTo("new 4");
      assertThat(story.state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
    }

    @Test
    void aScalingThatCompletesItWritesTheEnd() {
      Story story = ServiceBuilder.replicas(2).story().create("r", "new", partition("1"));
      story.scale(0).play(TO_ALL).scale(4);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().currentRevision()).contains("new");
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutChanged.class, Write.HistoryKept.class);
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.SERVICE_SCALED,
                  story.now(),
                  Story.ALICE,
                  List.of(new Happened.Change("r", Status.SUCCEEDED))));
    }

    @Test
    void aPartitionThatMovedReplicasBackHasNotArrivedOnlyBecauseSomeAreRemoved() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "new", partition("1"));
      story.create("r2", "new", partition("8"));
      assertThat(story.divided()).isEqualTo("new 2, old 8");

      story.steer(PAUSE).scale(9).steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 1, old 8");
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.steer(RESUME).state()).isEqualTo(new State.Held(Story.START));
      assertThat(story.steer(ADVANCE).divided()).isEqualTo("new 9");
    }

    @Test
    void whilePausedItIsEvaluatedAtResume() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition("50%"));
      story.steer(PAUSE).scale(20);
      assertThat(story.divided()).isEqualTo("new 5, old 15");
      story.steer(RESUME);
      assertThat(story.divided()).isEqualTo("new 10, old 10");
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
    }
  }

  @Test
  void isOneWriteOfTheServiceAlone() {
    Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("1", "5m")).scale(9);
    assertThat(story.writes()).isEmpty();
    assertThat(story.service().v()).isEqualTo(9);
    assertThat(story.service().last())
        .isEqualTo(new Happened(What.SERVICE_SCALED, story.now(), Story.ALICE, List.of()));
  }

  @Test
  void toTheSameTotalChangesNothing() {
    assertThat(ServiceBuilder.replicas(10).story().scale(10).changedNothing()).isTrue();
  }

  @Test
  void ofATrafficServiceIsRefused() {
    assertThat(ServiceBuilder.traffic().story().scale(3).problem())
        .isEqualTo(
            Problem.of(
                Problem.Kind.WRONG_SERVICE_TYPE,
                "Service 'shop.example.com' is divided by traffic: it has no replicas to scale."));
  }

  @ParameterizedTest
  @CsvSource({"-1", "1000001"})
  void beyondWhatAServiceCanHaveIsRefused(long total) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> ServiceBuilder.replicas(10).story().scale(total))
        .withMessage("totalReplicas: " + total + " (expected: 0 to 1000000 replicas)");
  }

  @Test
  void aRevisionLeftBehindByACancelledRolloutKeepsItsShareUntilTheNext() {
    Story story =
        ServiceBuilder.replicas(10)
            .divided(Replicas.of(Map.of("old", 4L, "v2", 6L)))
            .story()
            .create("r", "v3", batch("1", "5m"));
    assertThat(story.divided()).isEqualTo("old 4, v2 5, v3 1");
    assertThat(story.scale(12).divided()).isEqualTo("old 6, v2 5, v3 1");
  }
}
