package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Happened.What;

/** Going back: where to, until when, and from what has succeeded. */
class RollbackTest {
  private static final Strategy HALVES = batch("50%", "5m");
  private static final Shares OLD = Shares.only("old");

  /** v1 and then v2 have succeeded, at once. */
  private static Story succeeded() {
    return ServiceBuilder.traffic()
        .story()
        .create("a", "v1", Strategy.ALL_AT_ONCE)
        .create("b", "v2", Strategy.ALL_AT_ONCE);
  }

  @Nested
  class Restores {

    @Test
    void areLastGoodAtTheStart() {
      Story story = succeeded().create("r", "v3", HALVES);
      assertThat(story.active().restores()).contains(Shares.only("v2"));
      assertThat(story.steer(ROLLBACK).divided()).isEqualTo("v2 100");
      assertThat(story.service().lastGood()).contains(Shares.only("v2"));
    }

    @Test
    void areWhatRollbackToNames() {
      Story story =
          succeeded().create("r", Specs.to("v3", HALVES).rollingBackTo("a", Shares.only("v1")));
      assertThat(story.active().restores()).contains(Shares.only("v1"));
      assertThat(story.kept("r").restores()).contains(Shares.only("v1"));
      assertThat(story.steer(ROLLBACK).divided()).isEqualTo("v1 100");
    }

    @Test
    void areWhatRollbackToNamesForAnAlarmToo() {
      Story story = succeeded().alarm("x", Alarms.State.OK);
      story.create(
          "r", Specs.to("v3", HALVES).watchedBy("x").rollingBackTo("a", Shares.only("v1")));
      assertThat(story.fires("x").divided()).isEqualTo("v1 100");
    }

    @Test
    void areKeptThroughADeferredStart() {
      Story story = succeeded();
      story.create(
          "r",
          Specs.to("v3", HALVES)
              .rollingBackTo("a", Shares.only("v1"))
              .startingAt(Story.START.plusSeconds(60)));
      assertThat(story.dueOnTime().active().restores()).contains(Shares.only("v1"));
    }

    @Test
    void areKeptThroughAnApprovalUnderAPausedPlan() {
      Story story =
          ServiceBuilder.replicas(4)
              .plan(HALVES)
              .story()
              .create("a", "v1", Strategy.ALL_AT_ONCE)
              .create("b", "v2", Strategy.ALL_AT_ONCE)
              .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
      Specs asked = Specs.of(Spec.of(Map.of("v3", 100.0), Optional.empty()));
      story.create("r", asked.rollingBackTo("a", Shares.only("v1"))).steer(RESUME);
      assertThat(story.divided()).isEqualTo("v2 2, v3 2");
      assertThat(story.steer(ROLLBACK).divided()).isEqualTo("v1 4");
    }

    @Test
    void ofAFirstRolloutAreNone() {
      Story story =
          ServiceBuilder.traffic().neverRolledOut().story().create("r", "v1", HALVES, BAKE);
      assertThat(story.active().restores()).isEmpty();
      story.steer(ROLLBACK);
      assertThat(story.problem().message())
          .isEqualTo(
              "Rollout 'r' is RUNNING and has nothing to go back to: no rollout of this service has"
                  + " succeeded before it.");
      assertThat(story.steer(PAUSE).steer(ROLLBACK).problem().message())
          .startsWith("Rollout 'r' is PAUSED and has nothing to go back to");
    }
  }

  @Nested
  class ToAnother {

    @Test
    void aPersonMayNameOneThatSucceeded() {
      Story story = succeeded().create("r", "v3", HALVES);
      story.steer(story.word("r", ROLLBACK).to(story.kept("a")));
      assertThat(story.divided()).isEqualTo("v1 100");
      assertThat(story.status("r")).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.standing("r").reason()).contains("rolled back to where 'a' ended by alice");
      assertThat(story.service().lastGood())
          .as("what was taken back is not last good")
          .contains(Shares.only("v1"));
    }

    @Test
    void evenWhereThereIsNothingElseToGoBackTo() {
      Story first =
          ServiceBuilder.traffic().neverRolledOut().story().create("r", "v1", HALVES, BAKE);
      Rollout other = succeeded().kept("b");
      first.steer(first.word("r", ROLLBACK).to(other));
      assertThat(first.divided()).isEqualTo("v2 100");
    }

    @Test
    void allReplicasThatThereAreGoThere() {
      Story story =
          ServiceBuilder.replicas(4)
              .story()
              .create("a", "v1", Strategy.ALL_AT_ONCE)
              .create("b", "v2", Strategy.ALL_AT_ONCE)
              .create("r", "v3", HALVES);
      var _ = story.scale(6);
      story.steer(story.word("r", ROLLBACK).to(story.kept("a")));
      assertThat(story.divided()).isEqualTo("v1 6");
    }
  }

  @Nested
  class OfASuccess {

    @Test
    void isANewRolloutAtOnceToWhereItWouldHaveGoneBack() {
      Story story = succeeded().pass(Duration.ofHours(1));
      Rollout b = story.kept("b");
      story.steer("b", ROLLBACK);
      Rollout back = story.kept("2026-03-01r0");
      assertThat(back.spec().rollbackOf()).contains("b");
      assertThat(back.percentages()).isEqualTo(Map.of("v1", 100.0));
      assertThat(back.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(back.createdBy()).isEqualTo("alice");
      assertThat(back.base()).contains(Shares.only("v2"));
      assertThat(back.restores())
          .as("where the one went that it repeats, never what was taken back")
          .contains(Shares.only("old"));
      assertThat(story.divided()).isEqualTo("v1 100");
      assertThat(story.service().lastGood()).contains(Shares.only("v1"));
      assertThat(story.kept("b")).as("an ended rollout never changes").isEqualTo(b);
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.ROLLOUT_CREATED,
                  story.now(),
                  Story.ALICE,
                  Optional.of(ROLLBACK),
                  List.of(new Happened.Change("2026-03-01r0", Status.SUCCEEDED))));
      assertThat(story.service().counters().made()).isEqualTo(3);
      assertThat(story.service().dueAt()).isEmpty();
    }

    @Test
    void goesToEveryPartOfWhatItRestores() {
      Map<String, Double> thirds =
          Map.of("v1", 33.333333333333336, "v2", 33.333333333333336, "v3", 33.333333333333336);
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("a", Specs.to(thirds, Strategy.ALL_AT_ONCE))
              .create("b", "v4", Strategy.ALL_AT_ONCE)
              .steer("b", ROLLBACK);
      assertThat(story.service().allocation()).contains(shares(thirds));
      assertThat(story.service().lastGood()).contains(shares(thirds));
    }

    @Test
    void mayNameAnotherThatSucceeded() {
      Story story = succeeded().create("c", "v3", Strategy.ALL_AT_ONCE);
      story.steer(story.word("c", ROLLBACK).to(story.kept("a")));
      assertThat(story.divided()).isEqualTo("v1 100");
    }

    @Test
    void followsItsOwnRollbackTo() {
      Story story = succeeded();
      story.create("c", Specs.to("v3", Strategy.ALL_AT_ONCE).rollingBackTo("a", Shares.only("v1")));
      assertThat(story.steer("c", ROLLBACK).divided()).isEqualTo("v1 100");
    }

    @Test
    void bringsAllReplicasBack() {
      Story story = ServiceBuilder.replicas(5).story().create("a", "v1", Strategy.ALL_AT_ONCE);
      assertThat(story.steer("a", ROLLBACK).divided()).isEqualTo("old 5");
      assertThat(story.service().currentRevision()).contains("old");
    }

    @Test
    void withATargetWaitsForItsConfirmation() {
      Story story =
          ServiceBuilder.traffic()
              .targeted(true)
              .story()
              .create("a", "new", Strategy.ALL_AT_ONCE)
              .confirm()
              .steer("a", ROLLBACK);
      assertThat(story.status("2026-03-01r0")).isEqualTo(Status.RUNNING);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.confirm().status("2026-03-01r0")).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void canBeTakenBackItself() {
      Story story = succeeded().steer("b", ROLLBACK).steer("2026-03-01r0", ROLLBACK);
      assertThat(story.divided()).as("not what was taken back").isEqualTo("old 100");
      assertThat(story.kept("2026-03-01r1").spec().rollbackOf()).contains("2026-03-01r0");
    }

    @Test
    void isInTimeUntilTheEndOfItsWindow() {
      assertThat(succeeded().pass(Duration.ofHours(24)).steer("b", ROLLBACK).divided())
          .isEqualTo("v1 100");
      Story late = succeeded().pass(Duration.ofHours(24).plusNanos(1)).steer("b", ROLLBACK);
      assertThat(late.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'b' is SUCCEEDED and can no longer be rolled back: its rollbackWindow"
                      + " ended at 2026-03-02T12:00:00Z."));
      assertThat(late.divided()).isEqualTo("v2 100");
    }

    @Test
    void theWindowIsTheRolloutsOwnAndBeginsWhenItHasSucceeded() {
      Story story = succeeded();
      story.create(
          "c", Specs.to("v3", HALVES).baking(BAKE).rollingBackWithin(Duration.ofMinutes(1)));
      story.dueOnTime().dueOnTime().pass(Duration.ofMinutes(1));
      assertThat(story.steer("c", ROLLBACK).divided()).isEqualTo("v2 100");
    }

    @Test
    void isTooLateOnceALaterOneHasStarted() {
      Story story = succeeded().steer("a", ROLLBACK);
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'a' is SUCCEEDED and can no longer be rolled back: 'b' came after"
                      + " it. A rollout with its percentages goes back to any allocation."));
      Story running = succeeded().create("c", "v3", HALVES).steer("b", ROLLBACK);
      assertThat(running.problem().message()).contains("'c' came after it");
    }

    @Test
    void isNotTooLateWhileALaterOneWaits() {
      Story story = succeeded();
      story.create("c", Specs.to("v3", HALVES).startingAt(Story.START.plusSeconds(60)));
      story.steer("b", ROLLBACK);
      assertThat(story.divided()).isEqualTo("v1 100");
      assertThat(story.waiting()).containsExactly("c");
      assertThat(story.dueOnTime().active().restores()).contains(Shares.only("v1"));
    }

    @Test
    void ofTheFirstEverHasNothingToGoBackTo() {
      Story story =
          ServiceBuilder.traffic().neverRolledOut().story().create("a", "v1", Strategy.ALL_AT_ONCE);
      assertThat(story.steer("a", ROLLBACK).problem().message())
          .isEqualTo(
              "Rollout 'a' is SUCCEEDED and has nothing to go back to: no rollout of this service"
                  + " has succeeded before it.");
    }

    @Test
    void ofADeletionIsRefused() {
      Story story = succeeded().delete().undelete();
      assertThat(story.steer("2026-03-01r0", ROLLBACK).problem().message())
          .isEqualTo(
              "Rollout '2026-03-01r0' has ended (SUCCEEDED): :rollback takes one that has not.");
    }

    @Test
    void knowsWhatTheServiceSaysWhereTheRolloutWasReadBeforeItsEnd() {
      Story story = ServiceBuilder.traffic().story().create("a", "v1", HALVES);
      Rollout before = story.kept("a");
      story.dueOnTime();
      assertThat(before.status()).isEqualTo(Status.RUNNING);
      story.steer(SteerBuilder.of(before, ROLLBACK, Story.ALICE));
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.service().lastGood()).contains(OLD);
    }

    @ParameterizedTest
    @EnumSource(names = {"PAUSE", "RESUME", "ADVANCE", "PROMOTE"})
    void isTheOnlyVerbForOne(Event.Verb verb) {
      assertThat(succeeded().steer("b", verb).problem().message())
          .startsWith("Rollout 'b' has ended (SUCCEEDED): :")
          .endsWith("takes one that has not.");
    }
  }

  @Test
  void aRolledBackOneCannotBeTakenBackAgain() {
    Story story = succeeded().create("c", "v3", HALVES).steer(ROLLBACK).steer("c", ROLLBACK);
    assertThat(story.problem().message())
        .isEqualTo("Rollout 'c' has ended (ROLLED_BACK): :rollback takes one that has not.");
  }

  @Nested
  class Etag {

    @ParameterizedTest
    @EnumSource
    void ofAVerbMustBeTheRolloutsOwn(Event.Verb verb) {
      Story story = succeeded().create("r", "v3", HALVES);
      long version = story.standing("r").version();
      story.steer(story.word("r", verb).knowing(version - 1));
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.ABORTED, "Rollout 'r' has changed: etag: \"9\" (expected: \"10\")"));
      story.steer(story.word("r", verb).knowing(version));
      assertThat(story.decision()).isNotInstanceOf(Decision.Refused.class);
    }

    @Test
    void changesWithTheRolloutAndNotWithTheOthers() {
      Story story = succeeded().create("r", "v3", HALVES);
      long created = story.standing("r").version();
      story.create("q", Specs.to("v4", HALVES).queueing());
      assertThat(story.standing("r").version()).isEqualTo(created);
      story.steer("q", PAUSE);
      assertThat(story.standing("q").version()).isEqualTo(story.service().v());
      assertThat(story.standing("r").version()).isEqualTo(created);
      story.dueOnTime();
      assertThat(story.standing("r").version()).isEqualTo(story.service().v());
      story.steer("q", RESUME);
      assertThat(story.status("q")).isEqualTo(Status.RUNNING);
      assertThat(story.standing("r").version()).isEqualTo(story.service().v() - 1);
      assertThat(story.standing("q").version()).isEqualTo(story.service().v());
    }

    @Test
    void ofOneThatWaitsOrHasEndedCountsToo() {
      Story story = succeeded().create("q", Specs.to("v4", HALVES).paused());
      story.steer(story.word("q", ADVANCE).knowing(1));
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.ABORTED);
      story.steer(story.word("b", ROLLBACK).knowing(1));
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.ABORTED);
      story.steer(story.word("a", PROMOTE).knowing(1));
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.ABORTED);
      story.steer(story.word("b", ROLLBACK).knowing(story.standing("b").version()));
      assertThat(story.divided()).isEqualTo("v1 100");
    }

    @Test
    void ofACreateIsTheServices() {
      Story story = succeeded();
      Spec spec = Specs.to("v3", HALVES).spec();
      Event.Create stale =
          new Event.Create(Optional.of("r"), spec, Map.of(), false, Optional.of("8"), Story.ALICE);
      assertThat(story.play(stale).problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.ABORTED,
                  "Service 'shop.example.com' has changed: etag: \"8\" (expected: \"9\")"));
      Event.Create current =
          new Event.Create(Optional.of("r"), spec, Map.of(), false, Optional.of("9"), Story.ALICE);
      assertThat(story.play(current).status("r")).isEqualTo(Status.RUNNING);
    }
  }
}
