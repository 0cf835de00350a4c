package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.ALIAS;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.ServiceBuilder.shares;
import static org.servicerollouts.domain.StrategyTest.steps;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Happened.What;

/**
 * Rollouts whose moves a target confirms; what intents and confirmations do stands in {@link
 * StateMachineTest}.
 */
class TargetTest {
  private static final Strategy HALVES = batch("50%", "5m");

  private static Story at(String config) {
    return ServiceBuilder.traffic().targeted(true).divided(Shares.only(config)).story();
  }

  private static Story applying() {
    return at("old").create("r", Specs.to("new", HALVES).baking(BAKE));
  }

  private static State.Intent intent(Story story) {
    return story.intent().orElseThrow();
  }

  @Nested
  class ChangedBySomebodyElse {

    private Story changed() {
      Story story = applying().pass(Duration.ofSeconds(1));
      return story.play(new Event.TargetChanged(intent(story), "version 7: 100"));
    }

    @Test
    void standsStillAndSaysSo() {
      Story story = changed();
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.standing().reason()).contains("TARGET_CHANGED: version 7: 100");
      assertThat(story.service().last().what()).isEqualTo(What.TARGET_CHANGED);
      assertThat(story.writes()).containsExactly(new Write.HistoryKept());
      assertThat(story.service().dueAt()).as("the deadline is stopped").isEmpty();
      assertThat(StateMachine.intentOf(story.state())).as("nothing is told any more").isEmpty();
      assertThat(story.divided()).isEqualTo("old 100");
    }

    @Test
    void againChangesNothing() {
      Story story = changed();
      State.Intent intent = intent(story);
      assertThat(story.play(new Event.TargetChanged(intent, "odd")).changedNothing()).isTrue();
      assertThat(story.play(new Event.Confirmed(intent)).changedNothing()).isTrue();
      assertThat(
              story
                  .pass(Duration.ofDays(1))
                  .play(new Event.ApplyFailed(intent, "no"))
                  .changedNothing())
          .isTrue();
      assertThat(story.due().changedNothing()).isTrue();
    }

    @Test
    void ofAnOlderIntentChangesNothing() {
      Story story = applying();
      State.Intent first = intent(story);
      story.pass(Duration.ofSeconds(1)).steer(PROMOTE);
      assertThat(story.play(new Event.TargetChanged(first, "odd")).changedNothing()).isTrue();
    }

    @Test
    void resumeOverwrites() {
      Story story = changed().pass(Duration.ofMinutes(1)).steer(RESUME);
      assertThat(story.state())
          .isEqualTo(
              new State.Applying(
                  new State.Intent(
                      shares(Map.of("new", 50.0, "old", 50.0)),
                      50 * Shares.PERCENT,
                      story.now(),
                      true)));
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_RESUMED);
      assertThat(story.service().dueAt()).contains(story.now());
      assertThat(story.play(new Event.TargetChanged(intent(story), "odd")).changedNothing())
          .as("whatever it is found to be")
          .isTrue();
      story.confirm();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.service().intended()).isEmpty();
    }

    @Test
    void promoteOverwrites() {
      Story story = changed().steer(PROMOTE);
      assertThat(intent(story).overwrites()).isTrue();
      assertThat(story.heading()).isEqualTo("new 100");
      assertThat(story.confirm().state()).isEqualTo(new State.Baking(story.now().plus(BAKE)));
    }

    @Test
    void rollbackOverwrites() {
      Story story = changed().steer(ROLLBACK);
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
      assertThat(intent(story).overwrites()).isTrue();
      assertThat(story.play(new Event.TargetChanged(intent(story), "odd")).changedNothing())
          .isTrue();
      assertThat(story.confirm().status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void advanceIsRefusedAndPauseChangesNothing() {
      Story story = changed();
      assertThat(story.steer(PAUSE).changedNothing()).isTrue();
      assertThat(story.steer(ADVANCE).problem().message())
          .isEqualTo(
              "Rollout 'r' is PAUSED (somebody else changed its target; :resume or :rollback"
                  + " overwrites that): :advance is refused in this state.");
    }

    @Test
    void theWordThatOverwritesHoldsThroughPausesAndPromotions() {
      Story story = changed().steer(RESUME).steer(PAUSE);
      assertThat(intent(story).overwrites()).isTrue();
      story.pass(Duration.ofSeconds(1)).steer(PROMOTE);
      assertThat(intent(story).overwrites()).isTrue();
      Story applying = changed().steer(RESUME).pass(Duration.ofSeconds(1)).steer(PROMOTE);
      assertThat(intent(applying).overwrites()).isTrue();
    }

    @Test
    void theNextBatchDoesNotOverwrite() {
      Story story = changed().steer(RESUME).confirm().dueOnTime();
      assertThat(intent(story).overwrites()).isFalse();
    }

    @Test
    void whilePausedItIsSaidToo() {
      Story story = applying().steer(PAUSE);
      story.play(new Event.TargetChanged(intent(story), "odd"));
      assertThat(story.standing().reason()).contains("TARGET_CHANGED: odd");
    }

    @Test
    void inAnAutomaticRollbackItFails() {
      Story story =
          at("old")
              .alarm("x", Alarms.State.OK)
              .create("r", Specs.to("new", HALVES).watchedBy("x"))
              .confirm()
              .fires("x");
      String fired = story.standing().reason().orElseThrow();
      story.play(new Event.TargetChanged(intent(story), "version 7: 100"));
      assertThat(story.status()).isEqualTo(Status.FAILED);
      assertThat(story.kept("r").reason())
          .contains(
              fired
                  + "; going back failed, since somebody else changed the target: version 7: 100");
      assertThat(story.divided()).as("as it was last known").isEqualTo("new 50, old 50");
    }

    @Test
    void anAlarmTakesItBackAndThatFails() {
      Story story =
          at("old").alarm("x", Alarms.State.OK).create("r", Specs.to("new", HALVES).watchedBy("x"));
      story.play(new Event.TargetChanged(intent(story), "odd")).fires("x");
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
      assertThat(intent(story).overwrites()).isFalse();
      story.play(new Event.TargetChanged(intent(story), "odd"));
      assertThat(story.status()).isEqualTo(Status.FAILED);
    }
  }

  @Nested
  class Failing {

    @Test
    void aPersonsRollbackThatKeepsFailingFails() {
      Story story = applying().confirm().steer(ROLLBACK).applyFails("throttled");
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
      story.pass(Guard.DEFAULT_DEADLINE).applyFails("throttled");
      assertThat(story.kept("r").status()).isEqualTo(Status.FAILED);
      assertThat(story.kept("r").reason())
          .contains(
              "rolled back by alice; going back failed: no progress since 2026-03-01T12:00:00Z:"
                  + " throttled");
    }

    @Test
    void anotherIntentHasAWholeDeadline() {
      Story story = applying().applyFails("no").pass(Duration.ofMinutes(9)).steer(PROMOTE);
      assertThat(story.active().delay()).isEmpty();
      story.applyFails("no").pass(Duration.ofMinutes(9)).applyFails("no");
      assertThat(story.status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void pausingAndResumingDoesNotStretchTheDeadline() {
      Story story = applying().applyFails("no").pass(Duration.ofMinutes(9));
      story.steer(PAUSE).steer(RESUME).pass(Duration.ofMinutes(1)).applyFails("no");
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void theDeadlineIsTheRolloutsOwn() {
      Story story =
          at("old").create("r", Specs.to("new", HALVES).givingUpAfter(Duration.ofSeconds(1)));
      story.applyFails("no").pass(Duration.ofSeconds(1)).applyFails("no");
      assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
    }

    @Test
    void anOlderIntentsFailureChangesNothing() {
      Story story = applying();
      State.Intent first = intent(story);
      story.pass(Duration.ofSeconds(1)).steer(PROMOTE);
      assertThat(story.play(new Event.ApplyFailed(first, "no")).changedNothing()).isTrue();
    }

    @Test
    void aFailedOneIsNotInTheWayOfTheNext() {
      Story story =
          applying()
              .confirm()
              .steer(ROLLBACK)
              .applyFails("no")
              .pass(Guard.DEFAULT_DEADLINE)
              .applyFails("no");
      assertThat(story.service().intended()).containsExactly(Shares.only("old"));
      story.create("r2", "old", Strategy.ALL_AT_ONCE).confirm();
      assertThat(story.status("r2")).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().intended()).isEmpty();
    }
  }

  @Test
  void nothingElseIsDueBeforeTheTargetHasConfirmed() {
    Story story = applying();
    story.create("r2", Specs.to("new", HALVES).startingAt(Story.START.plusSeconds(60)));
    story.pass(Duration.ofMinutes(2)).applyFails("no");
    assertThat(story.service().dueAt()).isEqualTo(story.service().moveDueAt());
    story.confirm();
    assertThat(story.service().dueAt()).contains(Story.START.plusSeconds(60));
  }

  @Nested
  class PausedBatches {

    @Test
    void theLastOneWithoutABakeConfirmedWhilePausedStaysPaused() {
      Story story = at("old").create("r", "new", Strategy.ALL_AT_ONCE).steer(PAUSE).confirm();
      assertThat(story.state()).isEqualTo(State.Paused.at(new State.Rest.Bake(Duration.ZERO)));
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.service().lastGood()).contains(Shares.only("old"));
      assertThat(story.steer(RESUME).status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().lastGood()).contains(Shares.only("new"));
    }

    @Test
    void theLastOneWithABakeConfirmedWhilePausedHasAllItsBakeBeforeIt() {
      Story story = at("old").create("r", "new", Strategy.ALL_AT_ONCE, BAKE).steer(PAUSE).confirm();
      assertThat(story.state()).isEqualTo(State.Paused.at(new State.Rest.Bake(BAKE)));
    }

    @Test
    void advancedWhilePausedTheyStayPaused() {
      Story story = applying().confirm().steer(PAUSE).steer(ADVANCE).confirm();
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.state()).isEqualTo(State.Paused.at(new State.Rest.Bake(BAKE)));
    }
  }

  @Nested
  class Abandoned {

    @Test
    void whatADeletedServiceWasTellingIsRememberedUntilItIsConfirmedOtherwise() {
      Story story = applying().wayBackFails().delete();
      assertThat(story.service().intended())
          .containsExactly(shares(Map.of("new", 50.0, "old", 50.0)), Shares.only("old"));
      assertThat(story.service().dueAt()).isEmpty();
      story.undelete();
      assertThat(story.heading())
          .as("though it is at old by what it last confirmed")
          .isEqualTo("old 100");
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.confirm().status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().intended()).isEmpty();
    }

    @Test
    void aRolloutToWhereItIsTellsTheTargetSoIfItWasToldOtherwise() {
      Story story = applying().create("r2", "old", steps("10%, 100%"));
      assertThat(story.state("r2")).isInstanceOf(State.Applying.class);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status("r2")).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aPartitionOfAllTellsItTooBeforeItHolds() {
      Story story = applying().create("r2", "new", partition("100%"));
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().state()).isInstanceOf(State.Held.class);
      assertThat(story.service().intended()).isEmpty();
    }

    @Test
    void aRolloutToWhereItIsTellsNothingIfAllIsConfirmed() {
      Story story = at("old").create("r", "old", HALVES);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.active().batch()).isZero();
    }

    @Test
    void twentyUnconfirmedMovesAreRemembered() {
      Story story = at("old");
      for (int i = 1; i <= 25; i++) {
        story.create(
            "r" + i, Specs.to(Map.of("new", i + 0.0, "old", 100.0 - i), Strategy.ALL_AT_ONCE));
      }
      assertThat(story.service().intended())
          .hasSize(20)
          .startsWith(shares(Map.of("new", 6.0, "old", 94.0)))
          .endsWith(shares(Map.of("new", 25.0, "old", 75.0)));
      story.create("again", Specs.to(Map.of("new", 6.0, "old", 94.0), Strategy.ALL_AT_ONCE));
      assertThat(story.service().intended())
          .hasSize(20)
          .startsWith(shares(Map.of("new", 7.0, "old", 93.0)))
          .endsWith(shares(Map.of("new", 6.0, "old", 94.0)));
      assertThat(story.confirm().service().intended()).isEmpty();
    }
  }

  @Nested
  class TwoVersions {

    @Test
    void supersedingGivesTheShareOfTheSupersededBackInTheFirstBatch() {
      Story story = applying().confirm();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      story.create("r2", "newer", batch("10%", "5m"));
      assertThat(story.active().base()).contains(Shares.only("old"));
      assertThat(story.heading()).isEqualTo("newer 10, old 90");
      assertThat(story.status("r")).isEqualTo(Status.CANCELLED);
      story.confirm();
      assertThat(story.divided()).isEqualTo("newer 10, old 90");
      while (story.service().dueAt().isPresent()) {
        story.dueOnTime().confirm();
      }
      assertThat(story.divided()).isEqualTo("newer 100");
    }

    @Test
    void supersedingOnesWayBackGivesItBackInOneBatch() {
      Specs two = Specs.to(Map.of("new", 50.0, "newer", 50.0), Strategy.ALL_AT_ONCE);
      Story story = at("old").create("r", two.baking(BAKE)).confirm();
      story.create("r2", "old", HALVES);
      assertThat(story.status("r2")).isEqualTo(Status.RUNNING);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status("r2")).isEqualTo(Status.SUCCEEDED);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.active().batch()).isEqualTo(1);
    }

    @Test
    void promotedOnItsApprovalItDoesSoToo() {
      Specs two = Specs.to(Map.of("new", 50.0, "newer", 50.0), Strategy.ALL_AT_ONCE);
      Story story = at("old").create("r", two.baking(BAKE)).confirm();
      story.create("r2", Specs.to("old", HALVES).paused()).steer("r2", PROMOTE);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status("r2")).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aDeferredOneDoesSoToo() {
      Story story = applying().confirm();
      story.create(
          "r2", Specs.to("newer", batch("10%", "5m")).startingAt(Story.START.plusSeconds(60)));
      story.dueOnTime();
      assertThat(story.heading()).isEqualTo("newer 10, old 90");
      assertThat(story.active().base()).contains(Shares.only("old"));
    }

    @Test
    void betweenTheSameTwoItGoesOnFromWhereItIs() {
      Story story = applying().confirm().create("r2", "new", batch("10%", "5m"));
      assertThat(story.heading()).as("not sooner").isEqualTo("new 50, old 50");
      assertThat(story.dueOnTime().heading()).isEqualTo("new 60, old 40");
      Story back = applying().confirm().create("r2", "old", batch("10%", "5m"));
      assertThat(back.heading()).isEqualTo("new 40, old 60");
    }

    @Test
    void inOneStepAnyTwoCanReplaceAnyTwo() {
      Story story = applying().confirm();
      story.create("r2", Specs.to(Map.of("v1", 30.0, "v2", 70.0), Strategy.ALL_AT_ONCE)).confirm();
      assertThat(story.divided()).isEqualTo("v1 30, v2 70");
    }

    private Story dividedAtRest() {
      return at("old")
          .create("a", Specs.to(Map.of("new", 30.0, "old", 70.0), Strategy.ALL_AT_ONCE))
          .confirm();
    }

    @Test
    void aThirdOnTheWayIsRefusedWithWhatToDoFirst() {
      Story story = dividedAtRest();
      Service before = story.service();
      story.create("r", "newer", HALVES);
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Service 'shop.example.com' is divided between two versions already, and a Lambda"
                      + " alias cannot hold a third on the way. First roll out in one step to one"
                      + " of them, or roll back."));
      assertThat(story.service()).isEqualTo(before);
      story.create("b", "old", HALVES).confirm();
      assertThat(story.decision()).isInstanceOf(Decision.Changed.class);
    }

    @Test
    void aThirdOnTheWayCallsADeferredOneOff() {
      Story story = at("old");
      story.create(
          "r", Specs.to("newer", HALVES).queueing().startingAt(Story.START.plusSeconds(60)));
      Specs divided = Specs.to(Map.of("new", 30.0, "old", 70.0), Strategy.ALL_AT_ONCE).queueing();
      story.create("a", divided).steer("a", ADVANCE).confirm();
      story.dueOnTime();
      assertThat(story.kept("r").status()).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("r").reason().orElseThrow()).contains("cannot hold a third");
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void twoConfigsThatAreOneVersionAreOne() {
      Map<String, Version> same =
          Map.of(
              "old", new Version(1, Optional.of("1")),
              "new", new Version(2, Optional.of("2")),
              "again", new Version(3, Optional.of("1")));
      Story story = applying().confirm();
      story.play(
          Event.Create.of(Optional.of("r2"), Specs.to("again", HALVES).spec(), Story.ALICE)
              .with(same));
      assertThat(story.heading()).isEqualTo("again 50, old 50");
      assertThat(LambdaVersions.weights(intent(story).to(), story.service().versions()))
          .isEqualTo(Map.of("1", Shares.WHOLE));
    }

    @Test
    void ofATargetAreTwoAtMost() {
      Story story =
          at("old")
              .create(
                  "r", Specs.to(Map.of("v1", 30.0, "v2", 30.0, "v3", 40.0), Strategy.ALL_AT_ONCE));
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
      assertThat(story.problem().message())
          .isEqualTo(
              "percentages: versions 5, 6, 7 (expected: at most 2, which is what a Lambda alias"
                  + " divides its calls between)");
      assertThat(story.problem().field()).contains("percentages");
    }

    @Test
    void aConfigThatIsNoVersionIsRefused() {
      Story story =
          at("old")
              .play(
                  Event.Create.of(Optional.of("r"), Specs.to("new", HALVES).spec(), Story.ALICE)
                      .with(Map.of("new", new Version(2, Optional.empty()))));
      assertThat(story.problem().message())
          .isEqualTo(
              "percentages[\"new\"]: a config that is no version of the function (expected: a"
                  + " config with the field lambdaVersion, or whose id is the version's number)");
    }

    @Test
    void whereItGoesBackToIsCheckedToo() {
      Shares three = shares(Map.of("v1", 30.0, "v2", 30.0, "v3", 40.0));
      Story story = at("old");
      story.play(
          Event.Create.of(
                  Optional.of("r"),
                  Specs.to("new", HALVES).rollingBackTo("a", three).spec(),
                  Story.ALICE)
              .with(ServiceBuilder.versions("new", "v1", "v2", "v3")));
      assertThat(story.problem().message()).startsWith("rollbackTo: versions 5, 6, 7");
    }
  }

  @Nested
  class Words {

    /** Rolled out to v3 before the service had its target, whose config is no version. */
    private static Rollout elsewhere(Map<String, Double> percentages) {
      return ServiceBuilder.traffic()
          .story()
          .create("a", Specs.to(percentages, Strategy.ALL_AT_ONCE))
          .kept("a");
    }

    @Test
    void aRollbackToAnotherLearnsItsVersions() {
      Story story = applying().confirm();
      story.steer(story.word("r", ROLLBACK).to(elsewhere(Map.of("newer", 100.0))));
      assertThat(story.heading()).isEqualTo("newer 100");
      assertThat(LambdaVersions.weights(intent(story).to(), story.service().versions()))
          .isEqualTo(Map.of("3", Shares.WHOLE));
      assertThat(story.confirm().service().versions()).containsKey("newer");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aRollbackToWhatTheTargetCannotHoldIsRefused(boolean ended) {
      Story story = applying();
      if (ended) {
        story.confirm().steer(PROMOTE).confirm().steer(ADVANCE);
        assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      }
      Service before = story.service();
      Rollout three = elsewhere(Map.of("v1", 30.0, "v2", 30.0, "v3", 40.0));
      story.steer(story.word("r", ROLLBACK).to(three));
      assertThat(story.problem().message()).startsWith("to: versions 5, 6, 7 (expected: at most 2");
      assertThat(story.service()).isEqualTo(before);
    }

    @Test
    void takingASuccessBackOverwrites() {
      Story story = at("old").create("a", "new", Strategy.ALL_AT_ONCE).confirm();
      story.steer("a", ROLLBACK);
      assertThat(intent(story).overwrites()).isTrue();
      assertThat(story.heading()).isEqualTo("old 100");
    }

    @Test
    void takingASuccessBackToWhatTheTargetCannotHoldIsRefused() {
      Map<String, Version> known =
          Map.of(
              "old", new Version(1, Optional.empty()),
              "new", new Version(2, Optional.of("2")));
      Story story =
          ServiceBuilder.traffic()
              .knowing(known)
              .story()
              .create("a", "new", Strategy.ALL_AT_ONCE)
              .change(
                  (service, now) ->
                      ServiceChange.configured(
                          service.knowing(known),
                          Optional.of(ALIAS),
                          Optional.empty(),
                          Optional.empty(),
                          Alarms.NONE,
                          Story.ALICE,
                          now));
      assertThat(story.service().targeted()).isTrue();
      assertThat(story.steer("a", ROLLBACK).problem().message())
          .startsWith("restores[\"old\"]: a config that is no version of the function");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROMOTE", "ROLLBACK"})
    void replaceTheIntentWhoseLateConfirmationIsIgnored(Event.Verb verb) {
      Story story = applying();
      State.Intent first = intent(story);
      story.pass(Duration.ofSeconds(1)).steer(verb);
      assertThat(story.play(new Event.Confirmed(first)).changedNothing()).isTrue();
      assertThat(story.service().intended()).containsExactly(first.to(), intent(story).to());
    }
  }

  @Nested
  class Weights {

    @Test
    void areByVersionAndTheWhole() {
      assertThat(
              LambdaVersions.weights(
                  shares(Map.of("old", 99.9, "new", 0.1)), ServiceBuilder.versions("old", "new")))
          .isEqualTo(Map.of("1", 99_900_000_000L, "2", 100_000_000L));
    }

    @Test
    void ofWhatIsUnknownThereAreNone() {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> LambdaVersions.weights(Shares.only("new"), Map.of()))
          .withMessage("config new is no Lambda version");
    }
  }

  @Nested
  class Configured {

    private static Decision configured(
        Service service, Optional<Target> target, Optional<List<String>> alarms, Alarms read) {
      return ServiceChange.configured(
          service, target, alarms, Optional.empty(), read, Story.ALICE, Story.START);
    }

    private static Service changed(Decision decision) {
      return ((Decision.Changed) decision).next();
    }

    private static String refused(Decision decision) {
      return ((Decision.Refused) decision).problem().message();
    }

    private static Alarms ok(String... names) {
      Alarms.Reading ok = new Alarms.Reading(Alarms.State.OK, Story.START, "");
      return Alarms.read(Arrays.stream(names).collect(Collectors.toMap(name -> name, name -> ok)));
    }

    private static final Service AT_OLD =
        ServiceBuilder.traffic().knowing(ServiceBuilder.versions("old")).build();

    @Test
    void aTargetIsOneChangeThatIsTold() {
      Service service =
          changed(configured(AT_OLD, Optional.of(ALIAS), Optional.empty(), Alarms.NONE));
      assertThat(service.settings()).isEqualTo(new Settings(ALIAS, List.of()));
      assertThat(service.targeted()).isTrue();
      assertThat(service.v()).isEqualTo(8);
      assertThat(service.last())
          .isEqualTo(new Happened(What.SERVICE_CONFIGURED, Story.START, Story.ALICE, List.of()));
      assertThat(configured(service, Optional.of(ALIAS), Optional.empty(), Alarms.NONE))
          .isInstanceOf(Decision.Unchanged.class);
      Service none =
          changed(configured(service, Optional.of(Target.NONE), Optional.empty(), Alarms.NONE));
      assertThat(none.targeted()).isFalse();
    }

    @Test
    void theAliasThatIsGivenIsTakenAndTheOneBeforeIsReleased() {
      Target.LambdaAlias other = new Target.LambdaAlias("shop", "other");
      Story story = new Story(AT_OLD);
      assertThat(writes(story, Optional.of(ALIAS))).containsExactly(new Write.TargetTaken(ALIAS));
      assertThat(writes(story, Optional.of(other)))
          .containsExactly(new Write.TargetReleased(ALIAS), new Write.TargetTaken(other));
      assertThat(writes(story, Optional.empty())).isEmpty();
      assertThat(writes(story, Optional.of(Target.NONE)))
          .containsExactly(new Write.TargetReleased(other));
      assertThat(writes(story, Optional.of(Target.NONE))).isEmpty();
    }

    /** The writes beside HEAD of a target that is set with an alarm that the service lacks. */
    private static List<Write> writes(Story story, Optional<Target> target) {
      String alarm = "alarm-" + story.service().v();
      return story
          .change(
              (service, now) -> configured(service, target, Optional.of(List.of(alarm)), ok(alarm)))
          .writes();
    }

    @Test
    void whatIsNotGivenStaysAsItIs() {
      Service service =
          changed(
              configured(AT_OLD, Optional.of(ALIAS), Optional.of(List.of("b", "a")), ok("a", "b")));
      assertThat(service.settings()).isEqualTo(new Settings(ALIAS, List.of("a", "b")));
      Service other =
          changed(configured(service, Optional.empty(), Optional.of(List.of()), Alarms.NONE));
      assertThat(other.settings()).isEqualTo(new Settings(ALIAS, List.of()));
    }

    @Test
    void anAlarmMustBeThereUnlessNobodyCanSay() {
      Optional<List<String>> ab = Optional.of(List.of("a", "b"));
      assertThat(refused(configured(AT_OLD, Optional.empty(), ab, ok("a"))))
          .isEqualTo("alarms: \"b\" (expected: an alarm of this account and Region)");
      Service service =
          changed(configured(AT_OLD, Optional.empty(), ab, Alarms.unreadable("throttled")));
      assertThat(service.settings().alarms()).containsExactly("a", "b");
    }

    @Test
    void isRefusedWhileARolloutIsOnItsWayAndNotWhileOneWaits() {
      Story running = ServiceBuilder.traffic().story().create("r", "new", HALVES);
      assertThat(
              refused(
                  configured(
                      running.service(), Optional.empty(), Optional.of(List.of("a")), ok("a"))))
          .isEqualTo(
              "Service 'shop.example.com' cannot be changed while rollout 'r' is on its way.");
      Story waiting =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", HALVES).startingAt(Story.START.plusSeconds(60)));
      assertThat(
              configured(waiting.service(), Optional.empty(), Optional.of(List.of("a")), ok("a")))
          .isInstanceOf(Decision.Changed.class);
    }

    @Test
    void aStaleEtagIsRefused() {
      Decision stale =
          ServiceChange.configured(
              AT_OLD,
              Optional.of(ALIAS),
              Optional.empty(),
              Optional.of("6"),
              Alarms.NONE,
              Story.ALICE,
              Story.START);
      assertThat(((Decision.Refused) stale).problem().kind()).isEqualTo(Problem.Kind.ABORTED);
      assertThat(
              ServiceChange.configured(
                  AT_OLD,
                  Optional.of(ALIAS),
                  Optional.empty(),
                  Optional.of("7"),
                  Alarms.NONE,
                  Story.ALICE,
                  Story.START))
          .isInstanceOf(Decision.Changed.class);
    }

    @Test
    void aTargetMustBeAbleToHoldWhatTheServiceIsDividedAmong() {
      Service unknown = ServiceBuilder.traffic().build();
      assertThat(refused(configured(unknown, Optional.of(ALIAS), Optional.empty(), Alarms.NONE)))
          .startsWith("allocation[\"old\"]: a config that is no version of the function");
      Map<String, Double> thirds = Map.of("v1", 30.0, "v2", 30.0, "v3", 40.0);
      Service three =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to(thirds, Strategy.ALL_AT_ONCE))
              .service();
      assertThat(refused(configured(three, Optional.of(ALIAS), Optional.empty(), Alarms.NONE)))
          .startsWith("allocation: versions 5, 6, 7 (expected: at most 2");
    }

    @Test
    void aServiceThatWasNeverRolledOutTakesAny() {
      Service service = ServiceBuilder.traffic().neverRolledOut().build();
      assertThat(configured(service, Optional.of(ALIAS), Optional.empty(), Alarms.NONE))
          .isInstanceOf(Decision.Changed.class);
    }

    @Test
    void aServiceOfReplicasTakesNone() {
      Decision decision =
          configured(
              ServiceBuilder.replicas(4).build(),
              Optional.of(ALIAS),
              Optional.empty(),
              Alarms.NONE);
      assertThat(((Decision.Refused) decision).problem())
          .isEqualTo(
              new Problem(
                  Problem.Kind.WRONG_SERVICE_TYPE,
                  "target: lambdaAlias (expected: none, since service 'shop.example.com' is divided"
                      + " by replicas)",
                  Optional.of("target")));
    }

    @Test
    void anotherTargetWasToldNothingYet() {
      Story story = applying().wayBackFails();
      assertThat(story.service().intended()).isNotEmpty();
      Target other = new Target.LambdaAlias("shop", "other");
      Service elsewhere =
          changed(configured(story.service(), Optional.of(other), Optional.empty(), Alarms.NONE));
      assertThat(elsewhere.intended()).isEmpty();
      Service same =
          changed(
              configured(story.service(), Optional.of(ALIAS), Optional.of(List.of("a")), ok("a")));
      assertThat(same.intended()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            my function | live | target.lambdaAlias.functionName: "my function"
            arn:aws:lambda:eu-central-1:123456789012:function:shop | live | target.lambdaAlias.functionName
            shop | 7    | target.lambdaAlias.aliasName: "7" (expected: 1 to 128 letters, digits, '-' and '_', not only digits)
            shop | $LATEST | target.lambdaAlias.aliasName
            """)
    void namesThatLambdaDoesNotTakeAreRefused(String function, String alias, String message) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> new Target.LambdaAlias(function, alias))
          .withMessageStartingWith(message);
    }
  }
}
