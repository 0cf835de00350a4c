package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Alarms.State.ALARM;
import static org.servicerollouts.domain.Alarms.State.INSUFFICIENT_DATA;
import static org.servicerollouts.domain.Alarms.State.OK;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.Happened.What;

/** What alarms do: at a create, at a start, before each batch, in the bake, and at any time. */
class AlarmsTest {
  private static final Strategy QUARTERS = batch("25%", "5m");
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Duration DEADLINE = Guard.DEFAULT_DEADLINE;

  private static Specs watched(Strategy strategy) {
    return Specs.to("new", strategy).baking(BAKE).watchedBy("x");
  }

  private static Story calm(ServiceBuilder service) {
    return service.story().alarm("x", OK);
  }

  /** One quarter is done, under alarm x, which is OK. */
  private static Story running() {
    return calm(ServiceBuilder.traffic()).create("r", watched(QUARTERS));
  }

  private static Story baking() {
    return calm(ServiceBuilder.traffic()).create("r", watched(Strategy.ALL_AT_ONCE));
  }

  private static Story targeted() {
    return calm(ServiceBuilder.traffic().targeted(true)).create("r", watched(QUARTERS));
  }

  private static String inAlarm(Story story) {
    return "alarm 'x' is in ALARM since " + story.now() + " (Threshold Crossed)";
  }

  // ---- the moment that one fires

  static Stream<Arguments> states() {
    return Stream.of(
        state("RUNNING waiting", "back", AlarmsTest::running),
        state("RUNNING applying", "back", AlarmsTest::targeted),
        state("RUNNING late", "back", () -> running().alarmsUnreadable("no").dueOnTime()),
        state(
            "RUNNING held",
            "back",
            () -> calm(ServiceBuilder.replicas(4)).create("r", watched(partition("50%")))),
        state("RUNNING baking", "back", AlarmsTest::baking),
        state("PAUSED waiting", "back", () -> running().steer(PAUSE)),
        state("PAUSED applying", "back", () -> targeted().steer(PAUSE)),
        state("PAUSED baking", "back", () -> baking().steer(PAUSE)),
        state(
            "PAUSED changed",
            "back",
            () -> {
              Story story = targeted();
              return story.play(new Event.TargetChanged(story.intent().orElseThrow(), "version 7"));
            }),
        state("ROLLING_BACK", "nothing", () -> targeted().steer(ROLLBACK)),
        state("SUCCEEDED", "nothing", () -> baking().steer(ADVANCE)),
        state("CANCELLED", "nothing", () -> running().delete()),
        state("ROLLED_BACK", "nothing", () -> running().steer(ROLLBACK)),
        state(
            "PENDING time",
            "nothing",
            () ->
                calm(ServiceBuilder.traffic())
                    .create("r", watched(QUARTERS).startingAt(Story.START.plusSeconds(60)))),
        state(
            "RUNNING without it",
            "nothing",
            () -> calm(ServiceBuilder.traffic()).create("r", "new", QUARTERS)));
  }

  private static Arguments state(String name, String what, Supplier<Story> story) {
    return Arguments.of(name, what, story);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("states")
  void takesBackWhatHasStartedAndNothingElse(String name, String what, Supplier<Story> made) {
    Story story = made.get().pass(Duration.ofSeconds(10));
    Service before = story.service();
    story.fires("x");
    if (what.equals("nothing")) {
      assertThat(story.changedNothing()).isTrue();
      assertThat(story.service()).isEqualTo(before);
      return;
    }
    boolean waits = before.targeted();
    assertThat(story.status()).isEqualTo(waits ? Status.ROLLING_BACK : Status.ROLLED_BACK);
    assertThat(story.heading()).isEqualTo(before.total() == 0 ? "old 100" : "old 4");
    assertThat(story.standing().reason()).contains(inAlarm(story));
    assertThat(story.service().last().cause())
        .isEqualTo(Cause.DRIVER.because(Optional.of(inAlarm(story))));
    if (waits) {
      story.confirm();
    }
    assertThat(story.kept("r").status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(story.kept("r").reason()).isPresent();
    assertThat(story.watched()).isEmpty();
    assertThat(story.service().dueAt()).isEmpty();
  }

  @Test
  void anEventOlderThanTheRolloutMakesNoAlarmCountAgain() {
    Story story = calm(ServiceBuilder.traffic());
    Alarms late =
        Alarms.read(Map.of("x", new Alarms.Reading(OK, story.now().plusSeconds(3601), "")));
    story.pass(Duration.ofHours(1)).alarm("x", ALARM);
    story.create(
        "r", watched(QUARTERS).overridingAlarms("known").startingAt(story.now().plusSeconds(60)));
    story.dueOnTime();
    story.change((before, at) -> StateMachine.decide(before, new Event.AlarmFired(), late, at));
    assertThat(story.changedNothing()).isTrue();
    assertThat(story.active().guard().ignored()).containsExactly("x");
  }

  @Test
  void anEventOlderThanTheRolloutTakesNothingBack() {
    Story story = calm(ServiceBuilder.traffic());
    Alarms late = Alarms.read(Map.of("x", new Alarms.Reading(ALARM, story.now(), "")));
    story.pass(Duration.ofSeconds(11)).create("r", watched(QUARTERS));
    story.change((before, at) -> StateMachine.decide(before, new Event.AlarmFired(), late, at));
    assertThat(story.changedNothing()).isTrue();
    assertThat(story.fires("x").status()).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void oneThatFiresBetweenTheReadingOfItsAlarmsAndTheStartTakesItBack() {
    Story story = calm(ServiceBuilder.traffic());
    Alarms fired = Alarms.read(Map.of("x", new Alarms.Reading(ALARM, story.now(), "")));
    story.pass(Duration.ofSeconds(2)).create("r", watched(QUARTERS));
    story.change((before, at) -> StateMachine.decide(before, new Event.AlarmFired(), fired, at));
    assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
  }

  @Test
  void whatTakesItBackIsToldOfAPersonsWordToo() {
    Story story = running().alarm("x", ALARM);
    story.steer("r", ADVANCE, Story.ALICE.because(Optional.of("looks good")));
    assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(story.service().last().cause())
        .isEqualTo(Story.ALICE.because(Optional.of(inAlarm(story) + "; asked: looks good")));
  }

  @Test
  void aResumeThatTakesItBackIsNotToldAsAResume() {
    Story story = targeted().confirm().pass(Duration.ofHours(1)).steer(PAUSE).alarm("x", ALARM);
    story.steer(RESUME);
    assertThat(story.status()).isEqualTo(Status.ROLLING_BACK);
    assertThat(story.service().last().what()).isEqualTo(What.MOVE_INTENDED);
    assertThat(story.service().last().cause().why()).contains(inAlarm(story));
  }

  @Test
  void firingAgainWhileItGoesBackChangesNothing() {
    Story story = targeted().fires("x");
    assertThat(story.fires("x").changedNothing()).isTrue();
  }

  @Test
  void withNothingToGoBackToItFailsWhereItIs() {
    Story story =
        calm(ServiceBuilder.traffic().neverRolledOut())
            .create("r", watched(Strategy.ALL_AT_ONCE))
            .fires("x");
    assertThat(story.status()).isEqualTo(Status.FAILED);
    assertThat(story.divided()).isEqualTo("new 100");
    assertThat(story.kept("r").reason())
        .contains(inAlarm(story) + "; there was nothing to go back to");
    assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_FAILED);
  }

  // ---- looked at

  @Nested
  class BeforeEachBatch {

    @Test
    void areReadOnlyWhenABatchIsDue() {
      Story story = running();
      assertThat(StateMachine.alarmsFor(story.service(), new Event.Due(), story.now())).isEmpty();
      assertThat(
              StateMachine.alarmsFor(story.service(), new Event.Due(), story.now().plus(INTERVAL)))
          .containsExactly("x");
    }

    @Test
    void inAlarmTheyTakeItBackInsteadOfTheBatch() {
      Story story = running();
      var _ = story.pass(INTERVAL).alarm("x", ALARM);
      story.due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.kept("r").reason()).contains(inAlarm(story));
      assertThat(story.standing().progressPercentage()).isEqualTo(25);
    }

    @Test
    void withoutDataTheyAreProceededFrom() {
      Story story = running().alarm("x", INSUFFICIENT_DATA).dueOnTime();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void unreadableTheyDelayItAndSaySoOnce() {
      Story story = running().alarmsUnreadable("Rate exceeded").dueOnTime();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.active().delay())
          .contains(new Delay(Delay.Kind.ALARMS_UNREADABLE, story.now(), "Rate exceeded"));
      assertThat(story.standing().reason()).contains("Rate exceeded");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      assertThat(story.writes()).containsExactly(new Write.HistoryKept());
      assertThat(story.service().dueAt().orElseThrow()).isBeforeOrEqualTo(story.now());
      assertThat(story.pass(Duration.ofMinutes(1)).due().changedNothing()).isTrue();

      story.alarmsReadable().due();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.active().delay()).isEmpty();
      assertThat(story.service().nextBatchStartTime()).contains(story.now().plus(INTERVAL));
    }

    @Test
    void unreadableTheyHoldItHoweverLongThatTakes() {
      Story story = running().alarmsUnreadable("Rate exceeded").dueOnTime();
      assertThat(story.pass(Duration.ofDays(30)).due().changedNothing()).isTrue();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.alarmsReadable().due().divided()).isEqualTo("new 50, old 50");
    }

    /** An outage of CloudWatch must bar no alarm that is told. */
    @Test
    void unreadableTheOneThatFiresTakesItBackAllTheSame() {
      Story story = running().alarmsUnreadable("Rate exceeded").dueOnTime().fires("x");
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void oneThatIsGoneCountsAsUnreadable() {
      Story story = running();
      story.forgetAlarm("x");
      story.dueOnTime();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.standing().reason())
          .contains("there is no alarm 'x' in this account and Region any more");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      assertThat(story.pass(Duration.ofDays(1)).due().changedNothing()).isTrue();
      story.alarm("x", OK).due();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void thoughOneIsGoneAnotherThatIsInAlarmTakesItBack() {
      Story story =
          calm(ServiceBuilder.traffic())
              .alarm("y", OK)
              .create("r", watched(QUARTERS).watchedBy("y"));
      story.forgetAlarm("x");
      story.pass(INTERVAL).alarm("y", ALARM).due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void oneThatIsGoneIsPassedByAReasonAndThenIgnored() {
      Story story = running();
      story.forgetAlarm("x");
      assertThat(story.steer(ADVANCE).problem().message())
          .contains("is refused while its alarms cannot be read: there is no alarm 'x'");
      story.steer(story.word("r", ADVANCE).overridingAlarms("known"));
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.active().guard().ignored()).containsExactly("x");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 75, old 25");
      assertThat(story.tells("x", OK).fires("x").status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void unreadablePastTheDeadlineTheyTakeItBackWhereThatIsAskedFor() {
      Story story =
          calm(ServiceBuilder.traffic())
              .create("r", watched(QUARTERS).goingBackUnread())
              .alarmsUnreadable("Rate exceeded")
              .dueOnTime();
      assertThat(story.pass(DEADLINE.minusNanos(1)).due().changedNothing()).isTrue();
      story.pass(Duration.ofNanos(1)).due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.kept("r").reason())
          .contains("no progress since 2026-03-01T12:05:00Z: Rate exceeded");
    }

    @Test
    void theDeadlineIsTheRolloutsOwn() {
      Story story =
          calm(ServiceBuilder.traffic())
              .create(
                  "r", watched(QUARTERS).goingBackUnread().givingUpAfter(Duration.ofSeconds(1)));
      story.alarmsUnreadable("no").dueOnTime().pass(Duration.ofSeconds(1)).due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void readableInBetweenTheyHaveAWholeDeadlineAgain() {
      Story story =
          calm(ServiceBuilder.traffic())
              .create("r", watched(QUARTERS).goingBackUnread())
              .alarmsUnreadable("no")
              .dueOnTime()
              .pass(DEADLINE.minusSeconds(1));
      story.alarmsReadable().due().alarmsUnreadable("no").dueOnTime();
      assertThat(story.pass(Duration.ofSeconds(2)).due().changedNothing()).isTrue();
    }

    @Test
    void aPartitionThatIsToGoOnMeanwhileIsTriedAgain() {
      Story story = calm(ServiceBuilder.replicas(4)).create("r", watched(partition("50%")));
      story.alarmsUnreadable("no");
      story.play(
          new Event.Replan(
              Optional.of(new StrategyChange.ToPartition(new Amount("0"))),
              Optional.empty(),
              Story.ALICE));
      assertThat(story.divided()).isEqualTo("new 2, old 2");
      assertThat(story.service().dueAt()).contains(story.now());
      assertThat(story.alarmsReadable().due().divided()).isEqualTo("new 4");
    }

    /** What PAI-EAS describes, pauses and deletes is the rollout that its update made. */
    @Test
    void anUpdateOfPaiEasTakesItsPlaceAndIsLate() {
      Story story =
          ServiceBuilder.replicas(4).alarms("x").plan(batch("1", "5m")).story().alarm("x", OK);
      story.alarmsUnreadable("no");
      Version version = new Version(2, Optional.empty());
      story.play(Event.Create.update("new", Optional.of(version), Story.ALICE));
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.standing().reason()).contains("no");
      assertThat(story.divided()).isEqualTo("old 4");
      assertThat(story.waiting()).isEmpty();
      assertThat(story.service().dueAt()).contains(story.now());
      story.pass(Duration.ofMinutes(1)).alarmsReadable().due();
      assertThat(story.divided()).isEqualTo("new 1, old 3");
      assertThat(story.standing().reason()).isEmpty();
    }

    @Test
    void whatPlansDoMeanwhilePutsOffNeitherItsFirstBatchNorSinceWhenItIsLate() {
      Story story =
          ServiceBuilder.replicas(4).alarms("x").plan(batch("1", "5m")).story().alarm("x", OK);
      Version version = new Version(2, Optional.empty());
      story.alarmsUnreadable("no");
      story.play(Event.Create.update("new", Optional.of(version), Story.ALICE));
      Delay late = story.active().delay().orElseThrow();
      story.play(interval("1h"));
      assertThat(story.active().delay()).contains(late);
      assertThat(story.service().dueAt()).contains(story.now());
      story.alarmsReadable().due();
      story.play(interval("5m")).alarmsUnreadable("no").dueOnTime();
      Instant since = story.active().delay().orElseThrow().since();
      story.pass(Duration.ofMinutes(9)).play(interval("4m"));
      assertThat(story.active().delay().orElseThrow().since()).isEqualTo(since);
    }

    private static Event interval(String interval) {
      return new Event.Replan(
          Optional.of(
              new StrategyChange.ToBatch(Optional.empty(), Optional.of(new Interval(interval)))),
          Optional.empty(),
          Story.ALICE);
    }

    @Test
    void anUpdateOfPaiEasThatTurnsOutToBeInAlarmGoesBack() {
      Story story =
          ServiceBuilder.replicas(4).alarms("x").plan(batch("1", "5m")).story().alarm("x", ALARM);
      Version version = new Version(2, Optional.empty());
      story.alarmsUnreadable("no");
      story.play(Event.Create.update("new", Optional.of(version), Story.ALICE));
      assertThat(story.alarmsReadable().due().status()).isEqualTo(Status.ROLLED_BACK);
    }

    /** A controller may put what it wants again and again. */
    @Test
    void puttingTheSamePartitionAgainDoesNotPutOffTheDeadline() {
      Story story =
          calm(ServiceBuilder.replicas(4)).create("r", watched(partition("50%")).goingBackUnread());
      Event half =
          new Event.Replan(
              Optional.of(new StrategyChange.ToPartition(new Amount("0"))),
              Optional.empty(),
              Story.ALICE);
      story.alarmsUnreadable("no").play(half);
      Instant since = story.now();
      assertThat(story.pass(DEADLINE.minusSeconds(1)).play(half).changedNothing()).isTrue();
      assertThat(story.active().delay().orElseThrow().since()).isEqualTo(since);
      Event quarter =
          new Event.Replan(
              Optional.of(new StrategyChange.ToPartition(new Amount("25%"))),
              Optional.empty(),
              Story.ALICE);
      story.play(quarter);
      assertThat(story.active().delay().orElseThrow().since()).isEqualTo(since);
      assertThat(story.pass(Duration.ofSeconds(1)).due().status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void thatTheyCanBeReadAgainInABakeIsNoDelay() {
      Story story = baking().alarmsUnreadable("no").due();
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      story.alarmsReadable().due();
      assertThat(story.standing().reason()).isEmpty();
      assertThat(story.service().last().what()).isEqualTo(What.ALARMS_HEARD);
    }

    @Test
    void standingStillTheDeadlineDoesNotRun() {
      Story story =
          calm(ServiceBuilder.traffic())
              .create("r", watched(QUARTERS).goingBackUnread())
              .alarmsUnreadable("no")
              .dueOnTime()
              .pass(DEADLINE.minusSeconds(1));
      story.steer(PAUSE);
      assertThat(story.standing().reason()).isEmpty();
      story.pass(Duration.ofHours(1)).steer(RESUME);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.active().delay().orElseThrow().since()).isEqualTo(story.now());
    }

    @Test
    void areWatchedFromTheStartToTheEnd() {
      Story story = running();
      assertThat(story.watched()).containsExactly("x");
      assertThat(story.writes()).contains(new Write.AlarmsWatched(List.of("x")));
      story.dueOnTime();
      assertThat(story.writes()).isEmpty();
      story.dueOnTime().dueOnTime().dueOnTime();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      story.steer(ADVANCE);
      assertThat(story.writes()).contains(new Write.AlarmsReleased(List.of("x")));
    }

    @Test
    void ofWhatSupersedesTakeTheirPlace() {
      Story story = running().alarm("y", OK);
      story.create("r2", Specs.to("newer", QUARTERS).watchedBy("y"));
      assertThat(story.writes())
          .contains(new Write.AlarmsWatched(List.of("y")), new Write.AlarmsReleased(List.of("x")));
      assertThat(story.watched()).containsExactly("y");
      story.create("r3", Specs.to("v3", QUARTERS).watchedBy("y"));
      assertThat(story.writes())
          .hasExactlyElementsOfTypes(
              Write.RolloutChanged.class, Write.RolloutCreated.class, Write.HistoryKept.class);
    }
  }

  @Nested
  class InTheBake {

    @Test
    void areLookedAtAllTheWhile() {
      Story story = baking();
      assertThat(story.service().dueAt()).contains(Story.START);
      assertThat(StateMachine.alarmsFor(story.service(), new Event.Due(), story.now()))
          .containsExactly("x");
      assertThat(story.pass(Duration.ofMinutes(1)).due().changedNothing()).isTrue();
      var _ = story.alarm("x", ALARM);
      story.due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("old 100");
    }

    @Test
    void withoutAnyOnlyItsEndIsDue() {
      Story story = ServiceBuilder.traffic().story().create("r", "new", Strategy.ALL_AT_ONCE, BAKE);
      assertThat(story.service().dueAt()).contains(Story.START.plus(BAKE));
    }

    @Test
    void inAlarmAtItsVeryEndTheyTakeItBack() {
      Story story = baking().pass(BAKE).alarm("x", ALARM).due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void unreadableTheyKeepItFromItsEnd() {
      Story story = baking().alarmsUnreadable("no").pass(BAKE.minusSeconds(1)).due();
      assertThat(story.active().delay().orElseThrow().kind())
          .isEqualTo(Delay.Kind.ALARMS_UNREADABLE);
      assertThat(story.pass(Duration.ofMinutes(5)).due().changedNothing()).isTrue();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      story.alarmsReadable().due();
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);

      Story late = baking().alarmsUnreadable("no").due().pass(DEADLINE).due();
      assertThat(late.status()).isEqualTo(Status.RUNNING);
      Story goesBack =
          calm(ServiceBuilder.traffic())
              .create("r", watched(Strategy.ALL_AT_ONCE).goingBackUnread())
              .alarmsUnreadable("no")
              .due()
              .pass(DEADLINE)
              .due();
      assertThat(goesBack.status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void oneThatIsGoneKeepsItFromItsEnd() {
      Story story = baking();
      story.forgetAlarm("x");
      story.pass(BAKE).due();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.standing().reason().orElseThrow()).startsWith("there is no alarm 'x'");
      assertThat(story.alarm("x", OK).due().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void readableAgainTheDelayIsOver() {
      Story story = baking().alarmsUnreadable("no").due();
      assertThat(story.standing().reason()).contains("no");
      story.alarmsReadable().pass(Duration.ofMinutes(1)).due();
      assertThat(story.active().delay()).isEmpty();
      assertThat(story.standing().reason()).isEmpty();
      assertThat(story.due().changedNothing()).isTrue();
    }

    @Test
    void nextBatchTimeIsAbsentThoughItIsDue() {
      assertThat(baking().standing().nextBatchStartTime()).isEmpty();
    }
  }

  @Nested
  class WithoutABake {

    /** All is moved, but it was paused meanwhile. */
    private Story moved() {
      Specs asked = Specs.to("new", batch("50%", "5m")).watchedBy("x");
      return calm(ServiceBuilder.traffic()).create("r", asked).steer(PAUSE).steer(ADVANCE);
    }

    @Test
    void areLookedAtOnceMoreAtResume() {
      Story story = moved();
      assertThat(story.state()).isEqualTo(State.Paused.at(new State.Rest.Bake(Duration.ZERO)));
      story.pass(Duration.ofHours(1)).steer(RESUME);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.service().dueAt()).contains(story.now());
      assertThat(story.due().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void inAlarmAtResumeTheyTakeItBack() {
      Story story = moved().steer(RESUME).alarm("x", ALARM).due();
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
    }
  }

  @Nested
  class WithoutData {

    private Specs holding(Optional<Duration> minimumTime) {
      return watched(QUARTERS).holdingWithoutData(minimumTime);
    }

    @Test
    void aBatchWaits() {
      Story story = calm(ServiceBuilder.traffic()).create("r", holding(Optional.empty()));
      story.alarm("x", INSUFFICIENT_DATA).dueOnTime();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.active().delay())
          .contains(new Delay(Delay.Kind.NO_DATA, story.now(), "no data: alarm 'x'"));
      assertThat(story.pass(Duration.ofDays(30)).due().changedNothing())
          .as("for as long as it takes")
          .isTrue();
      story.alarm("x", OK).due();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void aBatchGoesOnAfterTheMinimumTimeSinceTheOneBefore() {
      Story story =
          calm(ServiceBuilder.traffic()).create("r", holding(Optional.of(Duration.ofMinutes(20))));
      story.alarm("x", INSUFFICIENT_DATA).dueOnTime();
      story.pass(Duration.ofMinutes(15).minusNanos(1)).due();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      story.pass(Duration.ofNanos(1)).due();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void theEndOfTheBakeWaitsAndNothingBeforeIt() {
      Specs asked = watched(Strategy.ALL_AT_ONCE).holdingWithoutData(Optional.empty());
      Story story = calm(ServiceBuilder.traffic()).create("r", asked).alarm("x", INSUFFICIENT_DATA);
      assertThat(story.pass(Duration.ofMinutes(1)).due().changedNothing()).isTrue();
      story.pass(BAKE).due();
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.active().delay().orElseThrow().kind()).isEqualTo(Delay.Kind.NO_DATA);
      assertThat(story.alarm("x", OK).due().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void theMinimumTimeOfTheBakeCountsFromItsBeginning() {
      Specs asked =
          watched(Strategy.ALL_AT_ONCE).holdingWithoutData(Optional.of(Duration.ofMinutes(15)));
      Story story = calm(ServiceBuilder.traffic()).create("r", asked).alarm("x", INSUFFICIENT_DATA);
      assertThat(story.pass(BAKE).due().status()).isEqualTo(Status.RUNNING);
      assertThat(story.pass(Duration.ofMinutes(5)).due().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aCreateWaits() {
      Story story = ServiceBuilder.traffic().story().alarm("x", INSUFFICIENT_DATA);
      story.create("r", holding(Optional.empty()));
      assertThat(story.state("r"))
          .isEqualTo(State.Pending.because(State.WaitsFor.ALARM, "no data: alarm 'x'"));
      assertThat(story.service().dueAt()).contains(Story.START);
      assertThat(story.pass(Duration.ofMinutes(1)).start().changedNothing()).isTrue();
      story.alarm("x", OK).start();
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void aCreateWaitsForTheMinimumTimeAtMost() {
      Story story = ServiceBuilder.traffic().story().alarm("x", INSUFFICIENT_DATA);
      story.create("r", holding(Optional.of(Duration.ofMinutes(3))));
      assertThat(story.pass(Duration.ofMinutes(2)).start().changedNothing()).isTrue();
      assertThat(story.pass(Duration.ofMinutes(1)).start().status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void byHandItIsPassed() {
      Story story = calm(ServiceBuilder.traffic()).create("r", holding(Optional.empty()));
      story.alarm("x", INSUFFICIENT_DATA).dueOnTime().steer(ADVANCE);
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.active().delay()).isEmpty();
    }
  }

  @Nested
  class AtACreate {

    @Test
    void inAlarmItIsRefusedByName() {
      Story story = ServiceBuilder.traffic().story().alarm("x", ALARM);
      Service before = story.service();
      story.create("r", watched(QUARTERS));
      assertThat(story.problem())
          .isEqualTo(
              Problem.of(
                  Problem.Kind.FAILED_PRECONDITION,
                  "No rollout of service 'shop.example.com' starts while "
                      + inAlarm(story)
                      + ". A rollout created with overrideAlarms, a reason, passes it."));
      assertThat(story.service()).isEqualTo(before);
    }

    @Test
    void theServicesAlarmsCountToo() {
      Story story = ServiceBuilder.traffic().alarms("s").story().alarm("s", ALARM);
      assertThat(story.create("r", "new", QUARTERS).problem().message()).contains("alarm 's'");
      story.alarm("s", OK).alarm("x", OK).create("r", watched(QUARTERS));
      assertThat(story.active().guard().alarms()).containsExactly("s", "x");
      assertThat(story.kept("r").spec().guard().alarms()).containsExactly("x");
    }

    @Test
    void anUnknownOneIsRefused() {
      Story story = ServiceBuilder.traffic().story().create("r", watched(QUARTERS));
      assertThat(story.problem())
          .isEqualTo(Problem.invalid("alarms", "x", "an alarm of this account and Region"));
      Story services = ServiceBuilder.traffic().alarms("s").story().create("r", "new", QUARTERS);
      assertThat(services.problem().message())
          .isEqualTo(
              "alarms of service 'shop.example.com': \"s\" (expected: an alarm of this account and"
                  + " Region)");
    }

    @Test
    void elevenAreRefusedThoseOfTheServiceCountedIn() {
      Story story = ServiceBuilder.traffic().alarms("s").story().alarm("s", OK);
      String[] ten = IntStream.range(0, 10).mapToObj(i -> "a" + i).toArray(String[]::new);
      for (String name : ten) {
        var _ = story.alarm(name, OK);
      }
      story.create("r", Specs.to("new", QUARTERS).watchedBy(ten));
      assertThat(story.problem().message())
          .isEqualTo(
              "alarms: \"11 alarms\" (expected: at most 10, those of the service counted in)");
    }

    @Test
    void unreadableItWaits() {
      Story story = calm(ServiceBuilder.traffic()).alarmsUnreadable("Rate exceeded");
      story.create("r", watched(QUARTERS));
      assertThat(story.state("r"))
          .isEqualTo(State.Pending.because(State.WaitsFor.ALARM, "Rate exceeded"));
      assertThat(story.standing("r").reason()).contains("Rate exceeded");
      assertThat(story.pass(Duration.ofDays(1)).start().changedNothing()).isTrue();
      story.alarmsReadable().start();
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void unreadableWhereNoneMattersItStarts() {
      Story story = ServiceBuilder.traffic().story().alarmsUnreadable("no");
      assertThat(story.create("r", "new", QUARTERS).status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void deferredItIsNotRefusedButWaitsAtItsStart() {
      Story story = ServiceBuilder.traffic().story().alarm("x", ALARM);
      story.create("r", watched(QUARTERS).startingAt(Story.START.plusSeconds(60)));
      assertThat(story.state("r").status()).isEqualTo(Status.PENDING);
      story.dueOnTime();
      assertThat(((State.Pending) story.state("r")).waitsFor()).isEqualTo(State.WaitsFor.ALARM);
      assertThat(story.standing("r").reason().orElseThrow()).startsWith("alarm 'x' is in ALARM");
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);

      assertThat(story.pass(Duration.ofMinutes(1)).alarm("x", ALARM).start().changedNothing())
          .as("what it says in other words is no news")
          .isTrue();
      story.alarm("x", OK).start();
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void queuedItWaitsAtItsStartToo() {
      Story story = running().create("q", Specs.to("newer", QUARTERS).watchedBy("x").queueing());
      story.steer("r", PROMOTE).steer("r", ADVANCE).alarm("x", ALARM).start();
      assertThat(((State.Pending) story.state("q")).waitsFor()).isEqualTo(State.WaitsFor.ALARM);
      assertThat(story.steer("q", ADVANCE).problem().message())
          .startsWith(
              "Rollout 'q' is PENDING (waits for alarm): :advance is refused while alarm 'x'")
          .endsWith("overrideAlarms, with a reason, passes it.");
      story.steer(story.word("q", ADVANCE).overridingAlarms("known"));
      assertThat(story.status("q")).isEqualTo(Status.RUNNING);
      assertThat(story.active().guard().ignored()).containsExactly("x");
      assertThat(story.active().guard().overridden()).contains("known");
    }

    @Test
    void moreAlarmsOfTheServiceThanItCanHaveAtItsStartCallItOff() {
      String[] ten = IntStream.range(0, 10).mapToObj(i -> "a" + i).toArray(String[]::new);
      Story story = ServiceBuilder.traffic().story().alarm("s", OK);
      for (String name : ten) {
        var _ = story.alarm(name, OK);
      }
      Specs asked = Specs.to("new", QUARTERS).watchedBy(ten);
      story.create("r", asked.startingAt(Story.START.plusSeconds(60)));
      story.change(
          (service, now) ->
              ServiceChange.configured(
                  service,
                  Optional.empty(),
                  Optional.of(List.of("s")),
                  Optional.empty(),
                  Alarms.read(Map.of("s", new Alarms.Reading(OK, now, ""))),
                  Story.ALICE,
                  now));
      assertThat(story.steer("r", ADVANCE).problem().message()).contains("11 alarms");
      story.dueOnTime();
      assertThat(story.kept("r").status()).isEqualTo(Status.CANCELLED);
      assertThat(story.kept("r").reason().orElseThrow()).contains("11 alarms");
    }
  }

  @Nested
  class Overridden {

    /** Started although x was in ALARM. */
    private Story overriding() {
      return ServiceBuilder.traffic()
          .story()
          .alarm("x", ALARM)
          .alarm("y", OK)
          .create("r", watched(QUARTERS).watchedBy("y").overridingAlarms("known"));
    }

    @Test
    void areIgnoredUntilTheyHaveBeenOk() {
      Story story = overriding();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.fires("x").changedNothing()).isTrue();
      assertThat(story.dueOnTime().divided()).isEqualTo("new 50, old 50");
      story.alarm("x", INSUFFICIENT_DATA).dueOnTime();
      assertThat(story.divided()).isEqualTo("new 75, old 25");
      assertThat(story.active().guard().ignored()).containsExactly("x");

      story.alarm("x", OK).dueOnTime();
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.active().guard().ignored()).isEmpty();
      assertThat(story.fires("x").status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void countAgainAsSoonAsCloudWatchTellsThatTheyAreOk() {
      Story story = overriding().tells("x", OK);
      assertThat(story.active().guard().ignored()).isEmpty();
      assertThat(story.service().last().what()).isEqualTo(What.ALARMS_HEARD);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.tells("x", OK).changedNothing()).isTrue();
      assertThat(story.fires("x").status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void leaveTheOthersTheirSay() {
      assertThat(overriding().fires("y").status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void okInTheBakeIsRememberedThere() {
      Story story = overriding().steer(PROMOTE);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      story.alarm("x", OK).due();
      assertThat(story.active().guard().ignored()).isEmpty();
      assertThat(story.alarm("x", ALARM).due().status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void atACreateTheyPassUnreadableOnesToo() {
      Story story = calm(ServiceBuilder.traffic()).alarmsUnreadable("no");
      story.create("r", watched(QUARTERS).overridingAlarms("known"));
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
      assertThat(story.active().guard().ignored()).isEmpty();
    }

    @Test
    void byADeferredOneAreThoseInAlarmAtItsStart() {
      Story story = calm(ServiceBuilder.traffic());
      story.create(
          "r", watched(QUARTERS).overridingAlarms("known").startingAt(Story.START.plusSeconds(60)));
      story.alarm("x", ALARM).dueOnTime();
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
      assertThat(story.active().guard().ignored()).containsExactly("x");
    }
  }

  @Nested
  class AtAWord {

    @ParameterizedTest
    @EnumSource(names = {"ADVANCE", "PROMOTE"})
    void inAlarmItIsTakenBackInstead(Event.Verb verb) {
      Story story = running().alarm("x", ALARM).steer(verb);
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.service().last().verb()).contains(verb);
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_ROLLED_BACK);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADVANCE", "PROMOTE"})
    void unreadableItIsRefused(Event.Verb verb) {
      Story story = running().alarmsUnreadable("Rate exceeded").steer(verb);
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      assertThat(story.problem().message())
          .contains(
              "is refused while its alarms cannot be read: Rate exceeded. overrideAlarms, with a"
                  + " reason, passes them.");
      story.steer(story.word("r", verb).overridingAlarms("known"));
      assertThat(story.divided()).isEqualTo(verb == PROMOTE ? "new 100" : "new 50, old 50");
    }

    @ParameterizedTest
    @EnumSource(names = {"ADVANCE", "PROMOTE"})
    void overriddenItGoesOnAndIgnoresThem(Event.Verb verb) {
      Story story = running().alarm("x", ALARM);
      story.steer(story.word("r", verb).overridingAlarms("known"));
      assertThat(story.divided()).isEqualTo(verb == PROMOTE ? "new 100" : "new 50, old 50");
      assertThat(story.active().guard().ignored()).containsExactly("x");
      assertThat(story.fires("x").changedNothing()).isTrue();
    }

    @Test
    void resumeOfAWaitThatIsOverIsTakenBackUnlessOverridden() {
      Story story = running().pass(INTERVAL).steer(PAUSE);
      story.alarm("x", ALARM).steer(RESUME);
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);

      Story overriding = running().pass(INTERVAL).steer(PAUSE).alarm("x", ALARM);
      overriding.steer(overriding.word("r", RESUME).overridingAlarms("known"));
      assertThat(overriding.divided()).isEqualTo("new 50, old 50");
      assertThat(overriding.active().guard().ignored()).containsExactly("x");
    }

    @Test
    void pauseAndRollbackReadNone() {
      Service service = running().service();
      for (Event.Verb verb : List.of(PAUSE, ROLLBACK)) {
        assertThat(
                StateMachine.alarmsFor(
                    service, new Event.Steer("r", verb, Story.ALICE), Story.START))
            .isEmpty();
      }
      Story story = running().alarmsUnreadable("no").steer(PAUSE);
      assertThat(story.status()).isEqualTo(Status.PAUSED);
      assertThat(story.steer(ROLLBACK).status()).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void approvalOfWhatAPlanMadeIsRefusedInAlarm() {
      Story story =
          ServiceBuilder.replicas(4)
              .alarms("s")
              .plan(QUARTERS)
              .story()
              .alarm("s", OK)
              .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
      story.create("r", Specs.of(Spec.of(Map.of("new", 100.0), Optional.empty())));
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.APPROVAL));
      story.alarm("s", ALARM);
      for (Event.Verb verb : List.of(RESUME, ADVANCE, PROMOTE)) {
        assertThat(story.steer(verb).problem().message())
            .startsWith("Rollout 'r' is PENDING (waits for approval): :")
            .contains("is refused while alarm 's' is in ALARM");
      }
      Event goOn = new Event.Replan(Optional.empty(), Optional.of(false), Story.ALICE);
      assertThat(story.play(goOn).problem().message())
          .startsWith("Rollout 'r' does not start while alarm 's' is in ALARM");
      assertThat(story.alarm("s", OK).play(goOn).divided()).isEqualTo("new 1, old 3");
    }

    @Test
    void approvalByAPlanWithUnreadableAlarmsStartsNoBatch() {
      Story story =
          ServiceBuilder.replicas(4)
              .alarms("s")
              .plan(QUARTERS)
              .story()
              .alarm("s", OK)
              .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
      story.create("r", Specs.of(Spec.of(Map.of("new", 100.0), Optional.empty())));
      story
          .alarmsUnreadable("no")
          .play(new Event.Replan(Optional.empty(), Optional.of(false), Story.ALICE));
      assertThat(story.divided()).isEqualTo("old 4");
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.alarmsReadable().due().divided()).isEqualTo("new 1, old 3");
    }
  }

  @Nested
  class KnownGood {

    /** v1, v2 and v3 have succeeded, the last is last good, and everything is in ALARM now. */
    private Story succeeded() {
      Story story = ServiceBuilder.traffic().alarms("s").story().alarm("s", OK);
      for (String id : List.of("v1", "v2", "v3")) {
        story.create("to-" + id, id, Strategy.ALL_AT_ONCE);
      }
      return story.alarm("s", ALARM);
    }

    @ParameterizedTest
    @CsvSource({"v3", "v2", "v1"})
    void noAlarmRefusesOrDelaysOneStepToIt(String target) {
      for (String said : List.of("ALARM", "unreadable", "gone")) {
        Story story = succeeded();
        if (said.equals("unreadable")) {
          var _ = story.alarmsUnreadable("no");
        }
        if (said.equals("gone")) {
          story.forgetAlarm("s");
        }
        story.create("r", Specs.to(target, Strategy.ALL_AT_ONCE).baking(BAKE));
        assertThat(story.status("r")).as("%s, %s", target, said).isEqualTo(Status.RUNNING);
        assertThat(story.active().guard().ignored()).containsExactly("s");
        assertThat(story.fires("s").changedNothing()).isTrue();
        story.pass(BAKE).due();
        assertThat(story.status("r")).isEqualTo(Status.SUCCEEDED);
      }
    }

    @Test
    void whatDoesNotBarItWatchesIt() {
      Story story = ServiceBuilder.traffic().alarms("s", "t").story().alarm("s", OK).alarm("t", OK);
      story.create("a", "v1", Strategy.ALL_AT_ONCE).create("b", "v2", Strategy.ALL_AT_ONCE);
      story.alarm("s", ALARM).create("r", Specs.to("v1", Strategy.ALL_AT_ONCE).baking(BAKE));
      assertThat(story.watched()).containsExactlyInAnyOrder("s", "t");
      assertThat(story.tells("s", OK).active().guard().ignored()).isEmpty();
      assertThat(story.fires("t").status("r")).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).as("where v1 came from, not v2").isEqualTo("old 100");
    }

    @Test
    void inBatchesItIsWatchedLikeAnythingNew() {
      assertThat(succeeded().create("r", "v1", QUARTERS).problem().message())
          .contains("while alarm 's' is in ALARM");
    }

    @Test
    void itsOwnAlarmsCount() {
      Story story = succeeded().alarm("s", OK).alarm("x", ALARM);
      story.create("r", Specs.to("v1", Strategy.ALL_AT_ONCE).watchedBy("x"));
      assertThat(story.problem().message()).contains("while alarm 'x' is in ALARM");
    }

    @Test
    void whatWasTakenBackIsWatchedLikeAnythingNew() {
      Story story = succeeded().steer("to-v3", ROLLBACK);
      assertThat(story.divided()).isEqualTo("v2 100");
      assertThat(story.create("r", "v3", Strategy.ALL_AT_ONCE).problem().message())
          .contains("while alarm 's' is in ALARM");
      story.forgetAlarm("s");
      assertThat(story.create("r", "v3", Strategy.ALL_AT_ONCE).problem().message())
          .contains("(expected: an alarm of this account and Region)");
      story.alarm("s", OK).create("r", Specs.to("v3", Strategy.ALL_AT_ONCE).baking(BAKE));
      assertThat(story.fires("s").status("r")).isEqualTo(Status.ROLLED_BACK);
    }

    @Test
    void whatACreateHasLeftIsWatchedLikeAnythingNew() {
      Story story = succeeded().create("back", "v1", Strategy.ALL_AT_ONCE);
      assertThat(story.create("again", "v3", Strategy.ALL_AT_ONCE).problem().message())
          .contains("while alarm 's' is in ALARM");
      assertThat(story.create("v2", "v2", Strategy.ALL_AT_ONCE).status("v2"))
          .as("nothing left that one behind")
          .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatHasOnlyBeenOnTheWayIsNotKnownToBeGood() {
      Story story = ServiceBuilder.traffic().alarms("s").story().alarm("s", OK);
      story.create("a", "v1", QUARTERS).steer(ROLLBACK).alarm("s", ALARM);
      assertThat(story.create("r", "v1", Strategy.ALL_AT_ONCE).problem().message())
          .contains("alarm 's'");
      assertThat(story.create("r", "old", Strategy.ALL_AT_ONCE).status("r"))
          .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void onlyTheTenLastSuccessesAreKnown() {
      Story story = ServiceBuilder.traffic().alarms("s").story().alarm("s", OK);
      for (int i = 1; i <= 11; i++) {
        story.create("r" + i, "t" + i, Strategy.ALL_AT_ONCE);
      }
      story.alarm("s", ALARM);
      assertThat(story.create("r", "t1", Strategy.ALL_AT_ONCE).problem().kind())
          .isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      assertThat(story.create("r", "t2", Strategy.ALL_AT_ONCE).status("r"))
          .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aDeletedServiceComesBackWhateverItsAlarmsSay() {
      Story story = succeeded().delete().undelete();
      assertThat(story.service().isDeleted()).isFalse();
      assertThat(story.divided()).isEqualTo("v3 100");
    }
  }

  @Test
  void noneIsReadForWhatDependsOnNone() {
    Service service = running().service();
    State.Intent intent = new State.Intent(Shares.only("new"), Shares.WHOLE, Story.START, false);
    for (Event event :
        List.of(
            new Event.AlarmFired(),
            new Event.Scale(1, Story.ALICE),
            new Event.Unplan(Story.ALICE),
            new Event.DeleteService(Duration.ZERO, Story.ALICE),
            new Event.UndeleteService(Story.ALICE),
            new Event.Confirmed(intent),
            new Event.ApplyFailed(intent, "no"),
            new Event.TargetChanged(intent, "odd"))) {
      assertThat(StateMachine.alarmsFor(service, event, Story.START)).as("%s", event).isEmpty();
    }
    Event replan = new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE);
    assertThat(StateMachine.alarmsFor(service, replan, Story.START)).isEqualTo(Set.of("x"));
  }
}
