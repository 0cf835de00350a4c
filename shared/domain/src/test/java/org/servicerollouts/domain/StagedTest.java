package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.shares;
import static org.servicerollouts.domain.StrategyTest.growth;
import static org.servicerollouts.domain.StrategyTest.steps;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Happened.What;

/** Rollouts in steps, given one by one or growing. */
class StagedTest {

  @Nested
  class Steps {

    @Test
    void waitsWhereAStepSaysAndHoldsWhereItSaysNothing() {
      Story story =
          ServiceBuilder.traffic().story().create("r", "new", steps("1% 10m, 50%, 100%"), BAKE);
      assertThat(story.divided()).isEqualTo("new 1, old 99");
      assertThat(story.service().nextBatchStartTime())
          .contains(Story.START.plus(Duration.ofMinutes(10)));

      story.dueOnTime();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.state()).isEqualTo(new State.Held(story.now()));
      assertThat(story.service().dueAt()).isEmpty();
      assertThat(story.standing().eta()).isEmpty();

      story.pass(Duration.ofDays(1)).steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.active().batch()).isEqualTo(3);
      assertThat(story.state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
    }

    @Test
    void arePercentOfTheMoveNotOfTheTraffic() {
      Story story =
          ServiceBuilder.traffic()
              .divided(shares(Map.of("new", 20.0, "old", 80.0)))
              .story()
              .create("r", "new", steps("50% 1m, 100%"));
      assertThat(story.divided()).isEqualTo("new 60, old 40");
    }

    @Test
    void ofReplicasAreRoundedUp() {
      Story story =
          ServiceBuilder.replicas(10).story().create("r", "new", steps("1% 1m, 25% 1m, 100%"));
      assertThat(story.divided()).isEqualTo("new 1, old 9");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 3, old 7");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 10");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aStepThatMovesNoReplicaIsAStepAllTheSame() {
      Story story =
          ServiceBuilder.replicas(10).story().create("r", "new", steps("1% 1m, 2% 2m, 100%"));
      story.dueOnTime();
      assertThat(story.divided()).isEqualTo("new 1, old 9");
      assertThat(story.active().batch()).isEqualTo(2);
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(2)));
      assertThat(story.service().last().what()).isEqualTo(What.BATCH_COMPLETED);
    }

    @Test
    void stepsThatAllReachTheTargetEndWithTheFirstOfThem() {
      Story story =
          ServiceBuilder.replicas(1).story().create("r", "new", steps("1% 1m, 50% 1m, 100%"));
      assertThat(story.divided()).isEqualTo("new 1");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.standing().progress()).isEqualTo(new Progress(1, 1, 1, 1));
    }

    @Test
    void areToldOneByOne() {
      Story story =
          ServiceBuilder.traffic().story().create("r", "new", steps("1% 10m, 50% 1h, 100%"), BAKE);
      assertThat(story.standing().steps())
          .extracting(Standing.Step::description)
          .containsExactly(
              "batch 1 of 3: new 1, old 99",
              "batch 2 of 3: new 50, old 50",
              "batch 3 of 3: new 100");
      assertThat(story.standing().eta())
          .contains(Story.START.plus(Duration.ofMinutes(70)).plus(BAKE));
      assertThat(story.standing().progressPercentage()).isEqualTo(1);
    }

    @Test
    void pausedAtAHoldAreHeldAgainAtResume() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", steps("10%, 100%"));
      story.steer(PAUSE).steer(RESUME);
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
      story.steer(PAUSE).steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.steer(RESUME).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void promotedSkipTheRest() {
      Story story =
          ServiceBuilder.traffic().story().create("r", "new", steps("1% 10m, 50%, 100%"), BAKE);
      story.steer(PROMOTE);
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.active().batch()).isEqualTo(2);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void aThousandOfThemAreAThousandBatches() {
      List<Strategy.Step> all = new ArrayList<>();
      for (int i = 1; i <= 1000; i++) {
        all.add(
            new Strategy.Step(
                i * Shares.PERCENT / 10,
                i == 1000 ? Optional.empty() : Optional.of(new Interval("1s"))));
      }
      Story story = ServiceBuilder.traffic().story().create("r", "new", new Strategy.Steps(all));
      int batches = 1;
      for (; story.service().dueAt().isPresent(); batches++) {
        story.dueOnTime();
      }
      assertThat(batches).isEqualTo(1000);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.now()).isEqualTo(Story.START.plusSeconds(999));
    }
  }

  @Nested
  class Growing {

    @Test
    void goesOnByItselfToTheTarget() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", growth("5", "4", "5m"));
      assertThat(story.divided()).isEqualTo("new 5, old 95");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 20, old 80");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 80, old 20");
      assertThat(story.standing().eta()).contains(story.now().plus(Duration.ofMinutes(5)));
      assertThat(story.dueOnTime().divided()).isEqualTo("new 100");
      assertThat(story.now()).isEqualTo(Story.START.plus(Duration.ofMinutes(15)));
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void keepsItsIntervalWhateverIsLate() {
      Story story = ServiceBuilder.replicas(100).story().create("r", "new", growth("5", "4", "5m"));
      story.pass(Duration.ofHours(3)).due();
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.due().changedNothing()).isTrue();
      assertThat(story.service().nextBatchStartTime())
          .contains(story.now().plus(Duration.ofMinutes(5)));
    }
  }

  @Nested
  class Scaled {

    @Test
    void theNextStepIsOfTheNewTotal() {
      Story story =
          ServiceBuilder.replicas(10).story().create("r", "new", steps("10% 1m, 20% 1m, 100%"));
      assertThat(story.scale(100).divided()).isEqualTo("new 1, old 99");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 20, old 80");
      assertThat(story.scale(10).divided()).isEqualTo("new 2, old 8");
      assertThat(story.dueOnTime().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aStepNeverTakesReplicasBack() {
      Story story =
          ServiceBuilder.replicas(10).story().create("r", "new", steps("31% 1m, 32% 1m, 100%"));
      assertThat(story.scale(9).divided()).isEqualTo("new 4, old 5");
      story.dueOnTime();
      assertThat(story.active().batch()).isEqualTo(2);
      assertThat(story.divided()).as("32 % of 9 are 3").isEqualTo("new 4, old 5");
    }

    @Test
    void madeWithNoReplicasIsDone() {
      for (Strategy staged : List.of(steps("10%, 100%"), growth("10", "10", "5m"))) {
        Story story = ServiceBuilder.replicas(0).story().create("r", "new", staged);
        assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      }
    }

    @Test
    void heldWithNoReplicasIsHeldUntilItIsAdvancedWithSome() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", steps("10%, 100%"));
      story.scale(0);
      assertThat(story.steer(ADVANCE).changedNothing()).isTrue();
      story.scale(4);
      assertThat(story.state()).isInstanceOf(State.Held.class);
      assertThat(story.steer(ADVANCE).divided()).isEqualTo("new 4");
    }
  }

  @Test
  void aTargetConfirmsEachStepBeforeItsWaitBegins() {
    Story story =
        ServiceBuilder.traffic()
            .targeted(true)
            .story()
            .create("r", "new", steps("1% 10m, 50%, 100%"));
    story.pass(Duration.ofSeconds(3)).confirm();
    assertThat(story.service().nextBatchStartTime())
        .contains(Story.START.plusSeconds(3).plus(Duration.ofMinutes(10)));
    assertThat(story.dueOnTime().heading()).isEqualTo("new 50, old 50");
    assertThat(story.confirm().state()).isEqualTo(new State.Held(story.now()));
    assertThat(story.steer(ADVANCE).confirm().status()).isEqualTo(Status.SUCCEEDED);
  }
}
