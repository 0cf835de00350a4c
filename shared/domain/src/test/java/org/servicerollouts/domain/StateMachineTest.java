package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.TENTHS;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.Happened.What;

/** The story of a rollout from its creation to its end; what verbs do stands in the verb table. */
class StateMachineTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  @Nested
  class Creating {

    @Test
    void oneStepHasSucceededInTheCreateItself() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", Strategy.ALL_AT_ONCE);
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.state())
          .isEqualTo(new State.Ended(Status.SUCCEEDED, Optional.empty(), Story.START));
      assertThat(story.standing().progressPercentage()).isEqualTo(100);
      assertThat(story.kept().get("r").status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void theFirstBatchBelongsToTheCreate() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.active().batch()).isEqualTo(1);
      assertThat(story.state())
          .isEqualTo(new State.Waiting(Story.START, Story.START.plus(INTERVAL)));
    }

    @Test
    void aPartitionMovesTheRestOfItAndHolds() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", partition("30%"));
      assertThat(story.divided()).isEqualTo("new 70, old 30");
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void aPartitionOfAllHoldsWithNothingUpdatedUntilItIsAdvanced() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition("100%"));
      assertThat(story.divided()).isEqualTo("old 10");
      assertThat(story.state()).isEqualTo(new State.Held(Story.START));
      assertThat(story.steer(ADVANCE).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aPartitionOfNothingCompletes() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", partition("0"));
      assertThat(story.divided()).isEqualTo("new 10");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }

    static Stream<Strategy> strategies() {
      return Stream.of(Strategy.ALL_AT_ONCE, TENTHS, partition("50%"), partition("100%"));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void theFirstRolloutOfAServiceIsOneStepAndThenBakesWhateverItsStrategy(Strategy strategy) {
      for (ServiceBuilder service :
          List.of(ServiceBuilder.traffic(), ServiceBuilder.replicas(10))) {
        Story story = service.neverRolledOut().story().create("r", "new", strategy, BAKE);
        assertThat(story.divided()).startsWith("new 10");
        assertThat(story.active().base()).isEmpty();
        assertThat(story.active().restores()).isEmpty();
        assertThat(story.active().batch()).isEqualTo(1);
        assertThat(story.state()).isEqualTo(new State.Baking(Story.START.plus(BAKE)));
        assertThat(story.dueOnTime().status()).isEqualTo(Status.SUCCEEDED);
      }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whereTheServiceIsAtTheTargetAlreadyThereIsNoBatchButABake(Strategy strategy) {
      Story story = ServiceBuilder.replicas(10).story().create("r", "old", strategy, BAKE);
      assertThat(story.active().batch()).isZero();
      assertThat(story.standing().progress()).isEqualTo(new Progress(0, 0, 0, 0));
      assertThat(story.state()).isEqualTo(new State.Baking(Story.START.plus(BAKE)));
      assertThat(story.standing().progressPercentage()).isLessThan(100);

      story.dueOnTime();
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.divided()).isEqualTo("old 10");
    }

    @Test
    void withoutAStrategyThePlanOfTheServiceIsFollowed() {
      Event create =
          Event.Create.of(Optional.of("r"), Map.of("new", 100.0), Optional.empty(), Story.ALICE);
      assertThat(ServiceBuilder.replicas(10).plan(batch("1", "5m")).story().play(create).divided())
          .isEqualTo("new 1, old 9");
      assertThat(ServiceBuilder.replicas(10).story().play(create).divided()).isEqualTo("new 10");
    }

    @Test
    void anIdIsMadeUpWhereNoneIsGivenAndEachIsGivenOutOnce() {
      Event create =
          Event.Create.of(Optional.empty(), Map.of("new", 100.0), Optional.empty(), Story.ALICE);
      Story story = ServiceBuilder.traffic().story().play(create).play(create);
      story.create("mine", "new", TENTHS).pass(Duration.ofHours(1)).play(create);
      assertThat(story.kept())
          .containsOnlyKeys("2026-03-01r0", "2026-03-01r1", "mine", "2026-03-01r2");
      assertThat(story.pass(Duration.ofHours(11)).play(create).active().rolloutId())
          .isEqualTo("2026-03-02r0");
    }

    @Test
    void rolloutsAreNumberedInTheOrderOfTheirCreationEvenWithinAMillisecond() {
      Story story = ServiceBuilder.traffic().story();
      story.create("r1", "a", TENTHS).create("r2", "b", TENTHS);
      story.pass(Duration.ofSeconds(1)).create("r3", "c", TENTHS);
      long start = Story.START.toEpochMilli();
      assertThat(List.of("r1", "r2", "r3"))
          .extracting(id -> story.kept().get(id).ord())
          .containsExactly(start, start + 1, start + 1000);
    }

    @Test
    void aReplicaServiceTakesOneConfig() {
      Story story =
          ServiceBuilder.replicas(10)
              .story()
              .play(
                  Event.Create.of(
                      Optional.of("r"),
                      Map.of("new", 50.0, "old", 50.0),
                      Optional.empty(),
                      Story.ALICE));
      assertThat(story.problem().message())
          .isEqualTo(
              "percentages: \"2 configs\" (expected: one config at 100, since shop.example.com is"
                  + " divided by replicas)");
    }

    @Test
    void percentagesThatDoNotSumTo100AreRefusedInWords() {
      Event create =
          Event.Create.of(Optional.of("r"), Map.of("new", 99.9), Optional.empty(), Story.ALICE);
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> ServiceBuilder.traffic().story().play(create))
          .withMessage("sum of percentages: 99.9 (expected: exactly 100)");
    }
  }

  @Nested
  class Superseding {

    @Test
    void cancelsTheEarlierRolloutAndGivesUpWhatThatHadRaised() {
      Story story = ServiceBuilder.traffic().story().create("r1", "v2", batch("30", "5m"));
      story.pass(Duration.ofMinutes(1)).create("r2", "v3", batch("10", "5m"));

      Rollout cancelled = story.kept().get("r1");
      assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
      assertThat(cancelled.reason()).contains("superseded by r2");
      assertThat(cancelled.updateTime()).isEqualTo(story.now());
      assertThat(cancelled.progress())
          .isEqualTo(new Progress(30 * Shares.PERCENT, Shares.WHOLE, 1, 4));
      assertThat(story.active().base()).contains(Shares.only("old"));
      assertThat(story.active().restores()).contains(Shares.only("old"));
      assertThat(story.divided()).isEqualTo("old 90, v3 10");
    }

    @Test
    void isOneChangeThatNamesBothRollouts() {
      Story story = ServiceBuilder.traffic().story().create("r1", "v2", TENTHS);
      story.create("r2", "v3", TENTHS);
      assertThat(story.service().v()).isEqualTo(9);
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.ROLLOUT_CREATED,
                  story.now(),
                  Story.ALICE,
                  List.of(
                      new Happened.Change("r1", Status.CANCELLED),
                      new Happened.Change("r2", Status.RUNNING))));
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(
              Write.RolloutChanged.class, Write.RolloutCreated.class, Write.HistoryKept.class);
    }

    @Test
    void replacesFirstTheReplicasThatAreAtNeitherRevision() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "v2", batch("4", "5m"));
      story.create("r2", "v3", batch("3", "5m"));
      assertThat(story.divided()).isEqualTo("old 6, v2 1, v3 3");
      assertThat(story.dueOnTime().divided()).isEqualTo("old 4, v3 6");
    }

    @Test
    void aRolloutBackToLastGoodReplacesOnlyWhatHadMoved() {
      Story story = ServiceBuilder.replicas(10).story().create("r1", "v2", batch("4", "5m"));
      story.create("r2", "old", Strategy.ALL_AT_ONCE);
      assertThat(story.divided()).isEqualTo("old 10");
      assertThat(story.kept().get("r2").progress()).isEqualTo(new Progress(4, 4, 1, 1));
    }

    @Test
    void aRolloutThatHadEndedIsLeftAsItIs() {
      Story story = ServiceBuilder.traffic().story().create("r1", "v2", Strategy.ALL_AT_ONCE);
      story.create("r2", "v3", TENTHS);
      assertThat(story.kept().get("r1").status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().last().rollouts())
          .containsExactly(new Happened.Change("r2", Status.RUNNING));
    }

    @Test
    void oneThatHasNotStartedIsCancelledToo() {
      Story story = ServiceBuilder.traffic().waitingForApproval().story();
      story.create("r2", "v3", TENTHS);
      assertThat(story.kept().get("r").status()).isEqualTo(Status.CANCELLED);
    }
  }

  @Nested
  class MovingOn {

    @Test
    void tenBatchesOfOneReplicaThenSucceeded() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("1", "2s"));
      IntStream.rangeClosed(2, 9)
          .forEach(
              updated -> {
                story.dueOnTime();
                assertThat(story.standing().updatedReplicas()).hasValue(updated);
                assertThat(story.standing().progressPercentage()).isEqualTo(10 * updated);
                assertThat(story.service().currentRevision()).contains("old");
              });
      story.dueOnTime();
      assertThat(story.divided()).isEqualTo("new 10");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().currentRevision()).contains("new");
      assertThat(story.now()).isEqualTo(Story.START.plusSeconds(18));
    }

    @Test
    void nothingMovesBeforeItIsDue() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      story.pass(INTERVAL.minusNanos(1)).due();
      assertThat(story.changedNothing()).isTrue();
      assertThat(story.pass(Duration.ofNanos(1)).due().divided()).isEqualTo("new 20, old 80");
    }

    @Test
    void aLateTickAdvancesOneBatchAndTheNextWaitsAWholeIntervalAgain() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      story.pass(INTERVAL.multipliedBy(4)).due();
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.service().nextBatchStartTime()).contains(story.now().plus(INTERVAL));
    }

    @Test
    void theSameTickAgainChangesNothing() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS).dueOnTime();
      assertThat(story.due().changedNothing()).isTrue();
    }

    @Test
    void aTickForAServiceThatIsInNoRolloutChangesNothing() {
      assertThat(ServiceBuilder.traffic().story().due().changedNothing()).isTrue();
    }

    @Test
    void whileBakingAllIsUpdatedAndNoBatchIsScheduled() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("5", "5m"), BAKE);
      story.dueOnTime();
      assertThat(story.standing().updatedReplicas()).hasValue(10);
      assertThat(story.standing().nextBatchStartTime()).isEmpty();
      assertThat(story.standing().bakeEndTime()).contains(story.now().plus(BAKE));
      assertThat(story.standing().progressPercentage()).isEqualTo(99);
      assertThat(story.service().last().what()).isEqualTo(What.BAKE_STARTED);
    }

    @Test
    void onlySuccessMovesCurrentRevisionLastGoodAndTheSuccesses() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("5", "5m"), BAKE);
      story.dueOnTime();
      assertThat(story.service().currentRevision()).contains("old");
      assertThat(story.service().successes().kept()).isEmpty();

      story.dueOnTime();
      assertThat(story.service().lastGood()).contains(Shares.only("new"));
      assertThat(story.service().currentRevision()).contains("new");
      assertThat(story.service().successes().kept())
          .containsExactly(
              new Success("r", Shares.only("new"), Optional.of(Shares.only("old")), false, false));
    }

    @Test
    void theTenNewestSuccessesAreKnown() {
      Story story = ServiceBuilder.traffic().story();
      IntStream.rangeClosed(1, 12)
          .forEach(i -> story.create("r" + i, "v" + i, Strategy.ALL_AT_ONCE));
      assertThat(story.service().successes().kept())
          .extracting(Success::rolloutId)
          .hasSize(Successes.MOST)
          .startsWith("r12", "r11")
          .endsWith("r3");
    }
  }

  @Nested
  class WritingItDown {

    @Test
    void aCreateWritesTheRolloutAndAHistoryRow() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS, BAKE);
      assertThat(story.writes())
          .containsExactly(
              new Write.RolloutCreated(
                  new Rollout(
                      "r",
                      Story.START.toEpochMilli(),
                      8,
                      Story.START,
                      "alice",
                      Specs.to("new", TENTHS).baking(BAKE).spec(),
                      Status.RUNNING,
                      Optional.empty(),
                      TENTHS,
                      Optional.of(Shares.only("old")),
                      Optional.of(Shares.only("old")),
                      new Progress(10 * Shares.PERCENT, Shares.WHOLE, 1, 10),
                      Story.START,
                      8)),
              new Write.HistoryKept());
    }

    @Test
    void aBatchIsAWriteOfTheServiceAlone() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS).dueOnTime();
      assertThat(story.writes()).isEmpty();
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.BATCH_COMPLETED,
                  story.now(),
                  Cause.DRIVER,
                  List.of(new Happened.Change("r", Status.RUNNING))));
    }

    @Test
    void theBeginningOfABakeIsAWriteOfTheServiceAlone() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", batch("50", "5m"), BAKE);
      assertThat(story.dueOnTime().writes()).isEmpty();
    }

    @Test
    void theEndWritesTheRolloutAndAHistoryRow() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", batch("50", "5m"));
      story.dueOnTime();
      assertThat(story.writes())
          .containsExactly(
              new Write.RolloutChanged(
                  story.active(), new Progress(Shares.WHOLE, Shares.WHOLE, 2, 2), story.now()),
              new Write.HistoryKept());
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_SUCCEEDED);
    }

    @Test
    void aVerbWritesAHistoryRowAlsoWhereItChangesNoState() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", TENTHS);
      for (Event.Verb verb : List.of(PAUSE, RESUME, ADVANCE)) {
        assertThat(story.steer(verb).writes()).containsExactly(new Write.HistoryKept());
        assertThat(story.service().last().cause()).isEqualTo(Story.ALICE);
      }
    }

    @Test
    void eachChangeRaisesTheVersionByOneAndSaysWhatItWas() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", batch("40", "5m"), BAKE);
      assertThat(story.service().v()).isEqualTo(8);
      record Told(long v, What what) {}
      List<Told> told =
          Stream.<Runnable>of(
                  () -> story.steer(PAUSE),
                  () -> story.steer(PAUSE),
                  () -> story.steer(RESUME),
                  story::dueOnTime,
                  story::due,
                  story::dueOnTime,
                  story::dueOnTime)
              .map(
                  step -> {
                    step.run();
                    return new Told(story.service().v(), story.service().last().what());
                  })
              .toList();
      assertThat(told)
          .containsExactly(
              new Told(9, What.ROLLOUT_PAUSED),
              new Told(9, What.ROLLOUT_PAUSED),
              new Told(10, What.ROLLOUT_RESUMED),
              new Told(11, What.BATCH_COMPLETED),
              new Told(11, What.BATCH_COMPLETED),
              new Told(12, What.BAKE_STARTED),
              new Told(13, What.ROLLOUT_SUCCEEDED));
    }

    @Test
    void aPendingRolloutThatIsCalledOffIsWrittenAsCancelled() {
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", TENTHS).startingAt(Story.START.plusSeconds(60)));
      story.steer(ROLLBACK);
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(Write.RolloutDropped.class, Write.HistoryKept.class);
      assertThat(story.kept().get("r").status()).isEqualTo(Status.CANCELLED);
    }
  }

  @Nested
  class WithATarget {

    @Test
    void aMoveIsWrittenAsAnIntentAndIsDoneOnceTheTargetConfirms() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      State.Intent intent =
          new State.Intent(
              shares(Map.of("new", 10.0, "old", 90.0)), 10 * Shares.PERCENT, Story.START, false);
      assertThat(story.state()).isEqualTo(new State.Applying(intent));
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.service().dueAt()).contains(Story.START);

      story.pass(Duration.ofSeconds(7)).confirm();
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.service().nextBatchStartTime())
          .as("the interval counts from completion")
          .contains(Story.START.plusSeconds(7).plus(INTERVAL));
      assertThat(story.service().last().what()).isEqualTo(What.BATCH_COMPLETED);
    }

    @Test
    void aTickDoesNotWriteTheIntentAgain() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      assertThat(story.pass(INTERVAL).due().changedNothing()).isTrue();
    }

    @Test
    void theNextBatchIsAnIntentAgain() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      story.confirm().dueOnTime();
      assertThat(story.heading()).isEqualTo("new 20, old 80");
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.service().last().what()).isEqualTo(What.MOVE_INTENDED);
    }

    @Test
    void aConfirmationThatIsRepeatedOrOfAnOlderIntentChangesNothing() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      Event confirmed = new Event.Confirmed(story.intent().orElseThrow());
      story.play(confirmed);
      assertThat(story.play(confirmed).changedNothing()).isTrue();
      assertThat(story.dueOnTime().play(confirmed).changedNothing()).isTrue();
      assertThat(
              story
                  .play(new Event.ApplyFailed(((Event.Confirmed) confirmed).intent(), "no"))
                  .changedNothing())
          .isTrue();
    }

    @Test
    void theConfirmationOfTheLastBatchEndsIt() {
      Story story =
          ServiceBuilder.traffic().targeted(true).story().create("r", "new", Strategy.ALL_AT_ONCE);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.confirm().status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().lastGood()).contains(Shares.only("new"));
    }

    @Test
    void aTargetThatFailsIsTriedAgainAndSaysSoOnce() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      story.confirm().dueOnTime();
      State applying = story.state();
      story.applyFails("throttled");
      assertThat(story.state()).isEqualTo(applying);
      assertThat(story.active().delay())
          .contains(new Delay(Delay.Kind.TARGET_FAILS, story.now(), "throttled"));
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      assertThat(story.writes()).containsExactly(new Write.HistoryKept());
      assertThat(story.pass(Duration.ofSeconds(9)).applyFails("again").changedNothing()).isTrue();

      story.confirm();
      assertThat(story.divided()).isEqualTo("new 20, old 80");
      assertThat(story.active().delay()).isEmpty();
    }

    /** The target has failed for as long as it may. */
    private static Story failing(Story story, String why) {
      return story
          .applyFails(why)
          .pass(Guard.DEFAULT_DEADLINE.minusMillis(1))
          .applyFails(why)
          .pass(Duration.ofMillis(1))
          .applyFails(why);
    }

    @Test
    void aTargetThatKeepsFailingPastTheDeadlineIsTakenBack() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      failing(story.confirm().dueOnTime(), "alias deleted");
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
      assertThat(story.heading()).isEqualTo("old 100");

      story.confirm();
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.kept().get("r").status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.kept().get("r").reason())
          .contains("no progress since 2026-03-01T12:05:00Z: alias deleted");
    }

    @Test
    void aTargetThatCannotGoBackEitherFailsItWithBothReasons() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      failing(story.confirm().dueOnTime(), "alias deleted");
      failing(story, "still deleted");
      assertThat(story.divided()).isEqualTo("new 10, old 90");
      assertThat(story.kept().get("r").status()).isEqualTo(Status.FAILED);
      assertThat(story.kept().get("r").reason())
          .contains(
              "no progress since 2026-03-01T12:05:00Z: alias deleted; going back failed: no"
                  + " progress since 2026-03-01T12:15:00Z: still deleted");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_FAILED);
    }

    @Test
    void withNothingToGoBackToItFailsWhereItIs() {
      Story story =
          ServiceBuilder.traffic()
              .neverRolledOut()
              .targeted(true)
              .story()
              .create("r", "new", TENTHS);
      failing(story, "alias deleted");
      assertThat(story.status()).isEqualTo(Status.FAILED);
      assertThat(story.divided()).isEqualTo("not yet");
      assertThat(story.kept().get("r").reason())
          .contains(
              "no progress since 2026-03-01T12:00:00Z: alias deleted; there was nothing to go back"
                  + " to");
    }

    @Test
    void aFailureWhilePausedIsTakenBackToo() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      assertThat(failing(story.steer(PAUSE), "alias deleted").status())
          .isEqualTo(Status.ROLLING_BACK);
    }
  }

  @Nested
  class WithNoReplicas {

    static Stream<Strategy> strategies() {
      return Stream.of(
          Strategy.ALL_AT_ONCE,
          batch("1", "5m"),
          batch("100%", "5m"),
          partition("50%"),
          partition("100%"),
          new Strategy.Growth(BigDecimal.ONE, BigDecimal.TEN, new Interval("5m")));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whatStartsThereIsDoneWithoutABake(Strategy strategy) {
      Story story = ServiceBuilder.replicas(0).story().create("r", "new", strategy, BAKE);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.standing().reason())
          .contains("done without a bake, because there were 0 replicas");
      assertThat(story.standing().progressPercentage()).isEqualTo(100);
      assertThat(story.service().currentRevision()).contains("new");
      assertThat(story.scale(3).divided()).isEqualTo("new 3");
    }

    @Test
    void itPassesItsGatesBefore() {
      Story story =
          ServiceBuilder.replicas(0)
              .story()
              .alarm("x", Alarms.State.ALARM)
              .create("r", Specs.to("new", batch("1", "5m")).watchedBy("x"));
      assertThat(story.problem().message()).contains("while alarm 'x' is in ALARM");
      story.create("r", Specs.to("new", batch("1", "5m")).baking(BAKE).paused());
      assertThat(story.status()).isEqualTo(Status.PENDING);
      assertThat(story.steer(Event.Verb.PROMOTE).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void scaledToNoneOnItsWayItSaysWhatItWaitsFor() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("4", "5m"));
      story.scale(0);
      assertThat(story.standing().reason())
          .contains(
              "there are 0 replicas, and no batch starts before there are more; :promote and"
                  + " :rollback end it");
      assertThat(story.steer(Event.Verb.PROMOTE).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aRolloutThatLosesAllReplicasOnItsWayWaitsForNewOnes() {
      Story story = ServiceBuilder.replicas(10).story().create("r", "new", batch("4", "5m"));
      story.scale(0);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.service().dueAt()).isEmpty();

      story.scale(4).dueOnTime();
      assertThat(story.divided()).isEqualTo("new 4");
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
    }
  }
}
