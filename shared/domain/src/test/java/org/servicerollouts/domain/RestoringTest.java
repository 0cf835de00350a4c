package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.TENTHS;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a rollback goes: never to what was fled from, and never nowhere without a word. */
class RestoringTest {
  private static final Strategy AT_ONCE = Strategy.ALL_AT_ONCE;

  /** Of each kind of service, at {@code old}, which no rollout made. */
  static Stream<ServiceBuilder> services() {
    return Stream.of(
        ServiceBuilder.traffic(),
        ServiceBuilder.traffic().targeted(true),
        ServiceBuilder.replicas(10));
  }

  private static Story done(Story story) {
    while (story.service().live().isPresent() && story.intent().isPresent()) {
      var _ = story.confirm();
    }
    return story;
  }

  private static Story to(Story story, String rolloutId, String target) {
    return done(story.create(rolloutId, target, AT_ONCE));
  }

  private static Story shift(Story story, String rolloutId, double percent) {
    Map<String, Double> target =
        percent == 100 ? Map.of("new", 100.0) : Map.of("new", percent, "old", 100 - percent);
    return done(story.create(rolloutId, Specs.to(target, AT_ONCE)));
  }

  private static Optional<Shares> restores(Story story, String rolloutId) {
    return story.kept(rolloutId).restores();
  }

  /** How all of the service is at one config. */
  private static boolean isAllAt(Story story, String config) {
    return story.service().allocation().orElseThrow().isAt(Shares.only(config));
  }

  @Nested
  class OfARedeploy {

    @ParameterizedTest
    @MethodSource("org.servicerollouts.domain.RestoringTest#services")
    void goesWhereTheOneGoesThatItRepeats(ServiceBuilder service) {
      Story story = to(service.story(), "a", "new");
      to(story, "b", "new");
      assertThat(restores(story, "b")).contains(Shares.only("old"));
      done(story.steer("b", ROLLBACK));
      assertThat(isAllAt(story, "old")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("org.servicerollouts.domain.RestoringTest#services")
    void leavesTheOneThatItRepeatsItsRollback(ServiceBuilder service) {
      Story story = to(to(to(service.story(), "a", "new"), "b", "new"), "c", "new");
      done(story.steer("a", ROLLBACK));
      assertThat(story.kept("2026-03-01r0").spec().rollbackOf()).contains("a");
      assertThat(isAllAt(story, "old")).isTrue();
    }

    @Test
    void onItsWayEndsByTheRollbackOfTheOneThatItRepeats() {
      Story story = to(ServiceBuilder.traffic().story(), "a", "new");
      story.create("b", "new", AT_ONCE, BAKE).steer("a", ROLLBACK);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.status("b")).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("b").reason()).contains("superseded by 2026-03-01r0");
    }

    @Test
    void afterAnotherRolloutIsNoneThatDoesNotCount() {
      Story story = to(ServiceBuilder.traffic().story(), "a", "new");
      story.create("b", "v1", TENTHS).steer("b", ROLLBACK);
      to(story, "c", "new");
      assertThat(story.steer("a", ROLLBACK).problem().message())
          .contains("can no longer be rolled back: 'c' came after it");
    }
  }

  @Nested
  class ThatMovesNothing {

    @Test
    void isRefusedWithTheRolloutThatWouldMoveSomething() {
      Story story = to(to(ServiceBuilder.traffic().story(), "a", "v1"), "b", "v2");
      story.steer(story.word("b", ROLLBACK).to(story.kept("b")));
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Rollout 'b' is SUCCEEDED, and :rollback to 'b' would move nothing, because the"
                      + " service is there already. With to: \"a\" it would go to where that"
                      + " rollout ended."));
    }

    @Test
    void isRefusedWhereNoOtherCouldBeNamed() {
      Story story = to(ServiceBuilder.traffic().neverRolledOut().story(), "a", "v1");
      story.steer(story.word("a", ROLLBACK).to(story.kept("a")));
      assertThat(story.problem().message())
          .endsWith("No kept rollout that may be restored ended elsewhere.");
    }

    @Test
    void endsALiveOneAllTheSame() {
      Story story = to(ServiceBuilder.traffic().story(), "a", "v1");
      story.create("b", "v1", AT_ONCE, BAKE);
      story.steer(story.word("b", ROLLBACK).to(story.kept("a")));
      assertThat(story.status("b")).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("v1 100");
    }
  }

  /** Google's own way of a canary: 10, 50 and 100 percent are three rollouts. */
  @Nested
  class OfSuccessiveRollouts {

    private Story shifted(boolean targeted) {
      Story story = ServiceBuilder.traffic().targeted(targeted).story();
      return shift(shift(shift(to(story, "base", "old"), "ten", 10), "half", 50), "all", 100);
    }

    @Test
    void goesBackToWhereTheFirstCameFrom() {
      for (boolean targeted : new boolean[] {false, true}) {
        Story story = shifted(targeted);
        for (String id : new String[] {"ten", "half", "all"}) {
          assertThat(restores(story, id)).as(id).contains(Shares.only("old"));
        }
        done(story.steer("all", ROLLBACK));
        assertThat(story.divided()).isEqualTo("old 100");
      }
    }

    @Test
    void takesAllOfThemBack() {
      Story story = shifted(false).steer("all", ROLLBACK);
      assertThat(story.service().successes().kept())
          .filteredOn(Success::takenBack)
          .extracting(Success::rolloutId)
          .containsExactly("all", "half", "ten");
      shift(story, "again", 10);
      assertThat(restores(story, "again")).contains(Shares.only("old"));
    }

    @Test
    void liveGoesBackThereTooAndThatIsLastGoodAgain() {
      Story story =
          shift(shift(to(ServiceBuilder.traffic().story(), "base", "old"), "a", 10), "b", 50);
      story.create("all", "new", TENTHS).steer("all", ROLLBACK);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.service().lastGood()).contains(Shares.only("old"));
      assertThat(story.service().successes().newestGood().orElseThrow().rolloutId())
          .isEqualTo("base");
    }

    @Test
    void afterTheWindowGoesBackToLastGood() {
      Story story = shift(ServiceBuilder.traffic().story(), "ten", 10).pass(Duration.ofHours(24));
      shift(story, "half", 50);
      assertThat(restores(story, "half")).contains(shares(Map.of("new", 10.0, "old", 90.0)));
    }

    @Test
    void whatRaisesAnotherGoesBackToLastGood() {
      Story story = shift(ServiceBuilder.traffic().story(), "ten", 10);
      story.create("r", Specs.to(Map.of("new", 10.0, "old", 80.0, "odd", 10.0), AT_ONCE));
      assertThat(restores(story, "r")).contains(shares(Map.of("new", 10.0, "old", 90.0)));
    }
  }

  @Nested
  class OfACreateThatGoesBack {

    @ParameterizedTest
    @MethodSource("org.servicerollouts.domain.RestoringTest#services")
    void neverLeadsToWhatItLeft(ServiceBuilder service) {
      Story story = to(to(to(service.story(), "a", "v1"), "b", "v2"), "back", "v1");
      assertThat(restores(story, "back")).as("where a came from").contains(Shares.only("old"));
      to(story, "next", "v3");
      done(story.steer("next", ROLLBACK));
      assertThat(isAllAt(story, "v1")).isTrue();
    }

    @ParameterizedTest
    @MethodSource("org.servicerollouts.domain.RestoringTest#services")
    void toWhereNoRolloutLedHasNothingToRestore(ServiceBuilder service) {
      Story story = to(to(service.story(), "a", "v1"), "back", "old");
      assertThat(restores(story, "back")).isEmpty();
      assertThat(story.steer("back", ROLLBACK).problem().message())
          .contains("has nothing to go back to");
    }

    @Test
    void afterTheWindowLeavesNothingBehind() {
      Story story = to(to(ServiceBuilder.traffic().story(), "a", "v1"), "b", "v2");
      to(story.pass(Duration.ofHours(24)), "back", "v1");
      assertThat(restores(story, "back")).contains(Shares.only("v2"));
      assertThat(story.service().successes().isTakenBack(Shares.only("v2"))).isFalse();
    }

    @Test
    void repeatedStillHasNothingToRestoreThatItLeft() {
      Story story = to(to(to(ServiceBuilder.traffic().story(), "a", "v1"), "b", "v2"), "c", "v3");
      to(to(story, "back", "v1"), "again", "v1");
      assertThat(restores(story, "again")).contains(Shares.only("old"));
    }

    @Test
    void startedInBatchesTakesBackWhatItLeavesAtOnce() {
      Story story = to(to(ServiceBuilder.traffic().story(), "a", "v1"), "b", "v2");
      story.create("back", "v1", TENTHS);
      assertThat(story.service().successes().isTakenBack(Shares.only("v2"))).isTrue();
      story.create("other", "v3", TENTHS).steer("other", ROLLBACK);
      assertThat(story.divided()).isEqualTo("v1 100");
    }
  }

  @Nested
  class OfOneThatNamesWhereItGoes {

    @Test
    void isRefusedToWhatWasTakenBackOrToWhereItGoes() {
      Story story = to(to(ServiceBuilder.traffic().story(), "a", "v1"), "b", "v2");
      story.steer("b", ROLLBACK);
      for (Specs specs :
          new Specs[] {
            Specs.to("v3", AT_ONCE).rollingBackTo("b", Shares.only("v2")),
            Specs.to("v2", AT_ONCE).rollingBackTo("b", Shares.only("v2"))
          }) {
        assertThat(story.create("r", specs).problem().message())
            .isEqualTo(
                "rollbackTo: \"b\" (expected: a rollout that was not taken back, and that ended"
                    + " elsewhere than this one goes)");
      }
    }
  }

  @Nested
  class OfAReopenedPlan {

    @Test
    void lastGoodAndRestoresAreWhatTheyWereBefore() {
      EasStory story = EasStory.of(10).plan(partition("0")).update().update();
      story.putPartition("5").currentRevisionIs("v2");
      assertThat(story.rollout().restores()).contains(Shares.only(story.service().revision(2)));
      assertThat(story.service().successes().kept()).hasSize(1);
      story.putPartition("0").update();
      assertThat(story.rollout().restores()).contains(Shares.only(story.service().revision(3)));
    }
  }

  @Test
  void aSupersededOneThatWasPromotedIsNoSuccess() {
    Story story = to(ServiceBuilder.traffic().story(), "a", "v1");
    story.create("b", "v2", TENTHS, BAKE).steer("b", PROMOTE).create("c", "v3", AT_ONCE);
    assertThat(restores(story, "c")).contains(Shares.only("v1"));
  }
}
