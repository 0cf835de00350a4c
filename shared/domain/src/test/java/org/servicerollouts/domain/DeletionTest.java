package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.ALIAS;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.TENTHS;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.Happened.What;

/** What becomes of a service that is deleted, and of its rollouts. */
class DeletionTest {
  private static final String SYSTEM = "2026-03-01r0";

  @Nested
  class Deleting {

    /** Services in every state that a deletion can meet, each made anew. */
    static Stream<Supplier<Story>> stories() {
      return Stream.of(
          () -> ServiceBuilder.traffic().story(),
          () -> ServiceBuilder.replicas(10).plan(TENTHS).story(),
          () -> ServiceBuilder.traffic().neverRolledOut().story(),
          () -> ServiceBuilder.replicas(10).neverRolledOut().story(),
          () -> ServiceBuilder.replicas(0).story(),
          () -> ServiceBuilder.traffic().story().create("r", "new", Strategy.ALL_AT_ONCE),
          () -> ServiceBuilder.traffic().story().create("r", "new", TENTHS),
          () -> ServiceBuilder.replicas(10).story().create("r", "new", batch("3", "5m")),
          () -> ServiceBuilder.replicas(10).story().create("r", "new", partition("3")),
          () -> ServiceBuilder.traffic().story().create("r", "new", TENTHS).steer(PAUSE),
          () -> ServiceBuilder.traffic().story().create("r", "new", Strategy.ALL_AT_ONCE, BAKE),
          () ->
              ServiceBuilder.traffic()
                  .targeted(true)
                  .story()
                  .create("r", "new", TENTHS)
                  .wayBackFails(),
          () -> ServiceBuilder.traffic().waitingForApproval().story());
    }

    @ParameterizedTest
    @MethodSource("stories")
    void leavesTheServiceWhereItIsAndCanBeUndoneFor30Days(Supplier<Story> start) {
      Story story = start.get().pass(Duration.ofMinutes(1));
      Service before = story.service();
      Service deleted = story.delete().service();

      assertThat(deleted.isDeleted()).isTrue();
      assertThat(deleted.keptUntil()).contains(story.now().plus(Duration.ofDays(30)));
      assertThat(deleted.v()).isEqualTo(before.v() + 1);
      assertThat(deleted.live()).isEmpty();
      assertThat(deleted.dueAt()).isEmpty();
      assertThat(deleted)
          .usingRecursiveComparison()
          .ignoringFields("active", "keptUntil", "counters", "v", "last")
          .isEqualTo(before);
      assertThat(deleted.counters().made()).isEqualTo(before.counters().made() + 1);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void makesARolloutThatHasSucceededAndMovedNothing(Supplier<Story> start) {
      Story story = start.get().pass(Duration.ofMinutes(1));
      Service before = story.service();
      story.delete();

      long ord = Math.max(before.counters().ord() + 1, story.now().toEpochMilli());
      Rollout deletion = story.kept().get(SYSTEM);
      assertThat(deletion)
          .isEqualTo(
              new Rollout(
                  SYSTEM,
                  ord,
                  before.v() + 1,
                  story.now(),
                  "alice",
                  Spec.of(Map.of(), Optional.of(Strategy.ALL_AT_ONCE)),
                  Status.SUCCEEDED,
                  Optional.empty(),
                  Strategy.ALL_AT_ONCE,
                  before.allocation(),
                  Optional.empty(),
                  new Progress(0, 0, 1, 1),
                  story.now(),
                  before.v() + 1));
      assertThat(deletion.isDeletion()).isTrue();
      assertThat(story.standing(SYSTEM).progressPercentage()).isEqualTo(100);
      assertThat(story.standing(SYSTEM).steps())
          .containsExactly(
              new Standing.Step("update Service Controller", Standing.StepStatus.DONE));
      assertThat(story.service().active().map(Live::rolloutId))
          .isEqualTo(before.active().map(Live::rolloutId));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void isToldInTheSameChangeByTheListTheHistoryAndAnOperation(Supplier<Story> start) {
      Story story = start.get();
      boolean running = story.service().live().isPresent();
      boolean targeted = story.service().targeted();
      List<Write> writes = story.delete().writes();

      assertThat(writes)
          .extracting(Write::getClass)
          .filteredOn(
              type -> type != Write.RolloutChanged.class && type != Write.TargetReleased.class)
          .containsExactly(
              Write.RolloutCreated.class,
              Write.HistoryKept.class,
              Write.ServiceListed.class,
              Write.OperationCreated.class);
      assertThat(writes)
          .filteredOn(Write.RolloutChanged.class::isInstance)
          .hasSize(running ? 1 : 0);
      assertThat(writes)
          .filteredOn(Write.TargetReleased.class::isInstance)
          .hasSize(targeted ? 1 : 0);
      assertThat(writes)
          .contains(
              new Write.ServiceListed(false),
              new Write.OperationCreated(
                  new ServiceOperation(
                      story.service().name(),
                      story.kept().get(SYSTEM).ord() + 1,
                      new ServiceOperation.ServiceDeleted(),
                      "",
                      story.now())));
      assertThat(story.service().counters().ord()).isEqualTo(story.kept().get(SYSTEM).ord() + 1);
    }

    @Test
    void releasesTheAliasHoweverLongTheServiceIsKept() {
      for (Duration kept : List.of(Service.KEPT_DELETED, Duration.ZERO)) {
        Story story = ServiceBuilder.traffic().targeted(true).story();
        story.play(new Event.DeleteService(kept, Story.ALICE));
        assertThat(story.writes()).contains(new Write.TargetReleased(ALIAS));
        assertThat(story.service().settings().target()).as("kept for undelete").isEqualTo(ALIAS);
      }
    }

    @Test
    void ofAServiceAtRestNamesOnlyTheDeletionsRollout() {
      Story story = ServiceBuilder.traffic().story().delete();
      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.SERVICE_DELETED,
                  story.now(),
                  Story.ALICE,
                  List.of(new Happened.Change(SYSTEM, Status.SUCCEEDED))));
    }

    static Stream<Story> running() {
      return Stream.of(
          ServiceBuilder.traffic().story().create("r", "new", TENTHS).dueOnTime(),
          ServiceBuilder.replicas(10).story().create("r", "new", batch("2", "5m")),
          ServiceBuilder.traffic().story().create("r", "new", TENTHS).steer(PAUSE),
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", TENTHS).startingAt(Story.START.plusSeconds(60))));
    }

    @ParameterizedTest
    @MethodSource("running")
    void cancelsWhatRunsWhereItIs(Story story) {
      String divided = story.divided();
      Progress progress = story.standing("r").progress();
      story.pass(Duration.ofMinutes(1)).delete();

      Rollout cancelled = story.kept().get("r");
      assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
      assertThat(cancelled.reason()).contains("the service was deleted");
      assertThat(cancelled.progress()).isEqualTo(progress);
      assertThat(cancelled.updateTime()).isEqualTo(story.now());
      assertThat(story.divided()).isEqualTo(divided);
      assertThat(story.service().last().rollouts())
          .containsExactly(
              new Happened.Change("r", Status.CANCELLED),
              new Happened.Change(SYSTEM, Status.SUCCEEDED));
      assertThat(story.due().changedNothing()).isTrue();
    }

    @Test
    void whatATargetConfirmsAfterwardsChangesNothing() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      Event confirmed = new Event.Confirmed(story.steer(ROLLBACK).intent().orElseThrow());
      story.applyFails("no").pass(Guard.DEFAULT_DEADLINE).applyFails("no").delete();
      assertThat(story.service().isDeleted()).isTrue();
      assertThat(story.play(confirmed).changedNothing()).isTrue();
    }

    /** The alias would stay where it is, and nothing would be left that could move it. */
    static Stream<Arguments> targetedOnTheirWay() {
      Supplier<Story> applying =
          () -> ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      String first =
          "First end it by :rollback or :promote, or by a rollout in one step to its restores.";
      return Stream.of(
          Arguments.of(applying.get(), "RUNNING (a batch is being applied)", first),
          Arguments.of(applying.get().confirm(), "RUNNING", first),
          Arguments.of(applying.get().confirm().steer(PAUSE), "PAUSED", first),
          Arguments.of(
              applying.get().steer(ROLLBACK),
              "ROLLING_BACK",
              "It ends when the alias is back, or FAILED after its progressDeadline."));
    }

    @ParameterizedTest
    @MethodSource("targetedOnTheirWay")
    void isRefusedWhileARolloutHasItsTarget(Story story, String state, String first) {
      Service before = story.service();
      assertThat(story.delete().problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "Service 'shop.example.com' cannot be deleted while its rollout 'r' is "
                      + state
                      + ", because its alias would stay where it is then. "
                      + first));
      assertThat(story.service()).isEqualTo(before);
    }

    @Test
    void isTakenOnceItHasEndedOrBeforeItHasStarted() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      assertThat(story.confirm().steer(ROLLBACK).confirm().delete().service().isDeleted()).isTrue();
      Story waits =
          ServiceBuilder.traffic()
              .targeted(true)
              .story()
              .create("r", Specs.to("new", TENTHS).paused());
      assertThat(waits.delete().service().isDeleted()).isTrue();
      assertThat(waits.status("r")).isEqualTo(Status.CANCELLED);
    }
  }

  @Nested
  class Undeleting {

    @Test
    void rollsOutToLastGoodAtOnceEvenUnderAPlan() {
      for (ServiceBuilder builder :
          List.of(
              ServiceBuilder.traffic(), ServiceBuilder.replicas(10), ServiceBuilder.replicas(0))) {
        Story story = builder.plan(TENTHS).story().delete().pass(Duration.ofDays(1));
        Service deleted = story.service();
        Service back = story.undelete().service();

        assertThat(back.isDeleted()).isFalse();
        assertThat(back.v()).isEqualTo(deleted.v() + 1);
        assertThat(back.plan()).isEqualTo(deleted.plan());
        assertThat(back.allocation()).isEqualTo(deleted.allocation());
        assertThat(back.lastGood()).contains(Shares.only("old"));
        assertThat(back.counters().made()).isEqualTo(deleted.counters().made() + 1);
        assertThat(story.active().rolloutId()).isEqualTo("2026-03-02r0");
        assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(story.kept().get("2026-03-02r0").percentages()).isEqualTo(Map.of("old", 100.0));
        assertThat(back.successes().kept())
            .extracting(Success::rolloutId)
            .containsExactly("2026-03-02r0");
      }
    }

    @Test
    void isOneChangeWithItsOperationAndALineInTheListOfServices() {
      Story story = ServiceBuilder.traffic().story().delete().undelete();
      long ord = story.kept().get("2026-03-01r1").ord();

      assertThat(story.service().last())
          .isEqualTo(
              new Happened(
                  What.SERVICE_UNDELETED,
                  story.now(),
                  Story.ALICE,
                  List.of(new Happened.Change("2026-03-01r1", Status.SUCCEEDED))));
      assertThat(story.writes())
          .containsExactly(
              new Write.RolloutCreated(story.kept().get("2026-03-01r1")),
              new Write.HistoryKept(),
              new Write.ServiceListed(true),
              new Write.OperationCreated(
                  new ServiceOperation(
                      story.service().name(),
                      ord + 1,
                      new ServiceOperation.ServiceUndeleted(),
                      "",
                      story.now())));
      assertThat(story.service().counters().ord()).isEqualTo(ord + 1);
    }

    @Test
    void bringsAnAllocationThatWasLeftHalfWayToLastGood() {
      Story traffic = ServiceBuilder.traffic().story().create("r", "new", TENTHS).dueOnTime();
      assertThat(traffic.delete().divided()).isEqualTo("new 20, old 80");
      assertThat(traffic.undelete().divided()).isEqualTo("old 100");
      assertThat(traffic.active().base()).contains(shares(Map.of("new", 20.0, "old", 80.0)));

      Story replicas = ServiceBuilder.replicas(10).story().create("r", "new", batch("4", "5m"));
      assertThat(replicas.delete().divided()).isEqualTo("new 4, old 6");
      assertThat(replicas.undelete().divided()).isEqualTo("old 10");
      assertThat(replicas.standing().progress()).isEqualTo(new Progress(4, 4, 1, 1));
    }

    @Test
    void goesToEveryPartOfLastGood() {
      Map<String, Double> thirds =
          Map.of("v1", 33.333333333333336, "v2", 33.333333333333336, "v3", 33.333333333333336);
      Story story =
          ServiceBuilder.traffic()
              .story()
              .play(Event.Create.of(Optional.of("r"), thirds, Optional.empty(), Story.ALICE));
      Shares good = story.service().lastGood().orElseThrow();
      assertThat(good).isEqualTo(shares(thirds));
      story.create("r2", "new", TENTHS).delete().undelete();

      assertThat(story.service().allocation()).contains(good);
      assertThat(story.service().lastGood()).contains(good);
      assertThat(story.active().target()).isEqualTo(good);
    }

    @Test
    void asksTheTargetWhereThereIsOne() {
      Story story = ServiceBuilder.traffic().targeted(true).story().create("r", "new", TENTHS);
      story.confirm().wayBackFails().delete().undelete();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.divided()).isEqualTo("old 100");
    }

    /** Another service may have moved the alias meanwhile. */
    @Test
    void asksTheTargetThoughItWasLeftAtLastGood() {
      Story story = ServiceBuilder.traffic().targeted(true).story().delete().undelete();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status()).isEqualTo(Status.SUCCEEDED);
      assertThat(story.service().intended()).isEmpty();
    }

    @Test
    void theNextRolloutAsksTheTargetWhereThereIsNoLastGood() {
      Story story =
          ServiceBuilder.traffic()
              .neverRolledOut()
              .targeted(true)
              .story()
              .alarm("x", Alarms.State.OK)
              .create("r", Specs.to("new", TENTHS).baking(BAKE).watchedBy("x"))
              .confirm()
              .fires("x");
      assertThat(story.service().lastGood()).as("it failed in its bake").isEmpty();
      story.delete().undelete();
      assertThat(story.service().live()).isEmpty();

      story.create("again", "new", TENTHS);
      assertThat(story.status("again")).isEqualTo(Status.RUNNING);
      assertThat(story.heading()).isEqualTo("new 100");
      assertThat(story.confirm().service().intended()).isEmpty();
    }

    @Test
    void takesTheAliasAgain() {
      for (ServiceBuilder builder :
          List.of(
              ServiceBuilder.traffic().targeted(true),
              ServiceBuilder.traffic().neverRolledOut().targeted(true))) {
        Story story = builder.story().delete().undelete();
        assertThat(story.writes()).contains(new Write.TargetTaken(ALIAS));
      }
    }

    @Test
    void ofAServiceThatNeverSucceededMakesNoRolloutAndStandsInItsHistory() {
      for (ServiceBuilder builder :
          List.of(ServiceBuilder.traffic(), ServiceBuilder.replicas(10))) {
        Story story = builder.neverRolledOut().story();
        Service before = story.service();
        story.delete().undelete();

        assertThat(story.kept()).containsOnlyKeys(SYSTEM);
        assertThat(story.service())
            .usingRecursiveComparison()
            .ignoringFields("counters", "v", "last")
            .isEqualTo(before);
        assertThat(story.service().v()).isEqualTo(before.v() + 2);
        assertThat(story.service().last())
            .isEqualTo(new Happened(What.SERVICE_UNDELETED, story.now(), Story.ALICE, List.of()));
        assertThat(story.writes())
            .hasExactlyElementsOfTypes(
                Write.HistoryKept.class, Write.ServiceListed.class, Write.OperationCreated.class)
            .contains(new Write.ServiceListed(true));
      }
    }

    @Test
    void takesAServiceThatIsDeleted() {
      Story story = ServiceBuilder.traffic().story().undelete();
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION, "Service 'shop.example.com' is not deleted."));
      assertThat(story.delete().undelete().undelete().problem().kind())
          .isEqualTo(Problem.Kind.FAILED_PRECONDITION);
    }

    @Test
    void findsNothingAfter30Days() {
      Story last = ServiceBuilder.traffic().story().delete();
      last.pass(Service.KEPT_DELETED.minusMillis(1));
      assertThat(last.service().isGone(last.now())).isFalse();
      assertThat(last.undelete().service().isDeleted()).isFalse();

      Story late = ServiceBuilder.replicas(10).story().delete().pass(Service.KEPT_DELETED);
      assertThat(late.service().isGone(late.now())).isTrue();
      assertThat(late.undelete().problem()).isEqualTo(NotFound.service("shop.example.com"));
    }

    @Test
    void canBeFollowedByAnotherDeletionOfWhichEachHasARolloutOfItsOwn() {
      Story story = ServiceBuilder.traffic().story().delete().undelete().delete().undelete();
      assertThat(story.kept())
          .containsOnlyKeys("2026-03-01r0", "2026-03-01r1", "2026-03-01r2", "2026-03-01r3");
      assertThat(story.service().successes().kept())
          .extracting(Success::rolloutId)
          .containsExactly("2026-03-01r3", "2026-03-01r1");
    }
  }
}
