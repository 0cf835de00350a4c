package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Event.Verb.ADVANCE;
import static org.servicerollouts.domain.Event.Verb.PAUSE;
import static org.servicerollouts.domain.Event.Verb.PROMOTE;
import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Event.Verb.ROLLBACK;
import static org.servicerollouts.domain.ServiceBuilder.BAKE;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.StrategyTest.steps;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Happened.What;

/** No batch starts outside a rollout's windows; nothing else is kept by them. */
class AllowedWindowsTest {
  private static final Strategy QUARTERS = batch("25%", "30m");

  /** Open now, for an hour: stories start on a Sunday at 12:00. */
  private static final Window NOW = sundays("12:00", "13:00");

  private static final Window LATER = sundays("15:00", "16:00");
  private static final Instant THREE = Instant.parse("2026-03-01T15:00:00Z");
  private static final Instant NEXT_SUNDAY = Instant.parse("2026-03-08T12:00:00Z");

  private static Window sundays(String start, String end) {
    return new Window(
        Set.of(DayOfWeek.SUNDAY), LocalTime.parse(start), LocalTime.parse(end), ZoneOffset.UTC);
  }

  private static Story within(Window... windows) {
    return within(ServiceBuilder.traffic(), windows);
  }

  private static Story within(ServiceBuilder service, Window... windows) {
    return service.story().create("r", Specs.to("new", QUARTERS).baking(BAKE).within(windows));
  }

  @Nested
  class Batches {

    @Test
    void waitForTheNextWindowWhereTheirTimeFallsOutside() {
      Story story = within(NOW);
      assertThat(story.service().nextBatchStartTime())
          .contains(Story.START.plus(Duration.ofMinutes(30)));
      story.dueOnTime();
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
      assertThat(story.service().dueAt()).contains(NEXT_SUNDAY);

      story.dueOnTime().dueOnTime();
      assertThat(story.divided()).isEqualTo("new 100");
      assertThat(story.now()).isEqualTo(NEXT_SUNDAY.plus(Duration.ofMinutes(30)));
    }

    @Test
    void areToldInTheEta() {
      assertThat(within(NOW).standing().eta())
          .contains(NEXT_SUNDAY.plus(Duration.ofMinutes(30)).plus(BAKE));
    }

    /** Berlin's clocks go from 02:00 to 03:00 on 29 March, on the way of this rollout. */
    @Test
    void areToldInTheEtaOfAThousandStepsThroughTwentyWindows() {
      List<Window> windows = new ArrayList<>(List.of(sundays("12:00", "12:01")));
      for (int i = 1; i < Window.MOST; i++) {
        LocalTime start = LocalTime.of(1, 0).plusMinutes(13L * i);
        windows.add(
            new Window(
                Set.of(DayOfWeek.SUNDAY),
                start,
                start.plusMinutes(10),
                ZoneId.of("Europe/Berlin")));
      }
      String steps =
          IntStream.rangeClosed(1, Strategy.MAX_STEPS)
              .mapToObj(i -> i + "e-1%" + (i < Strategy.MAX_STEPS ? " 1m" : ""))
              .collect(Collectors.joining(", "));
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", steps(steps)).within(windows.toArray(Window[]::new)));

      Instant last = Story.START;
      for (int i = 1; i < Strategy.MAX_STEPS; i++) {
        last =
            Stream.iterate(last.plusSeconds(60), minute -> minute.plusSeconds(60))
                .filter(minute -> windows.stream().anyMatch(w -> WindowTest.isOpen(w, minute)))
                .findFirst()
                .orElseThrow();
      }
      assertThat(last).isAfter("2026-04-01T00:00:00Z");
      assertThat(story.standing().eta()).contains(last);
    }

    @Test
    void keepToTheClockWhereAnHourComesTwice() {
      Window berlin =
          new Window(
              Set.of(DayOfWeek.SUNDAY),
              LocalTime.of(2, 30),
              LocalTime.of(3, 30),
              ZoneId.of("Europe/Berlin"));
      Instant saturday = Instant.parse("2026-10-24T22:00:00Z");
      Specs asked = Specs.to("new", steps("50% 35m, 100%")).within(berlin).startingAt(saturday);
      Story story = ServiceBuilder.traffic().story().create("r", asked).dueOnTime();
      assertThat(story.now()).as("02:30, the first").isEqualTo("2026-10-25T00:30:00Z");
      assertThat(story.service().nextBatchStartTime())
          .as("not 02:05, the second, but 02:30, the second")
          .contains(Instant.parse("2026-10-25T01:30:00Z"));
    }

    @Test
    void thatAreLateWhenTheirWindowHasClosedWaitForTheNext() {
      Story story = within(NOW).pass(Duration.ofHours(2)).due();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
      assertThat(story.service().dueAt()).contains(NEXT_SUNDAY);
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      assertThat(story.writes()).containsExactly(new Write.HistoryKept());
      assertThat(story.due().changedNothing()).isTrue();
    }

    @Test
    void mayStartInAnyOfSeveralWindows() {
      Story story = within(NOW, LATER).dueOnTime();
      assertThat(story.service().nextBatchStartTime()).contains(THREE);
    }

    @Test
    void ofStepsAndGrowthWaitToo() {
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", steps("10% 2h, 100%")).within(NOW));
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
    }

    @Test
    void neverStartEarlierForAWindowThanTheirInterval() {
      Story story = within(NOW, sundays("12:10", "12:20")).dueOnTime();
      assertThat(story.now()).isEqualTo(Story.START.plus(Duration.ofMinutes(30)));
    }

    @Test
    void areConfirmedByTheirTargetWhenever() {
      Story story = within(ServiceBuilder.traffic().targeted(true), NOW);
      story.pass(Duration.ofHours(2)).confirm();
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
    }
  }

  @Nested
  class Starts {

    @Test
    void waitForTheWindow() {
      Story story = within(LATER);
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.WINDOW, THREE));
      assertThat(story.divided()).isEqualTo("old 100");
      assertThat(story.service().dueAt()).contains(THREE);
      story.dueOnTime();
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
      assertThat(story.divided()).isEqualTo("new 25, old 75");
    }

    @Test
    void leaveWhatRunsAloneUntilThen() {
      Story story = ServiceBuilder.traffic().story().create("a", "v1", partition("50%"));
      story.create("r", Specs.to("new", QUARTERS).within(LATER));
      assertThat(story.status("a")).isEqualTo(Status.RUNNING);
      story.dueOnTime();
      assertThat(story.status("a")).isEqualTo(Status.CANCELLED);
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void thatAreLateWaitForTheNextWindow() {
      Story story = within(LATER).pass(Duration.ofHours(5)).start();
      assertThat(story.state("r"))
          .isEqualTo(State.Pending.until(State.WaitsFor.WINDOW, THREE.plus(Duration.ofDays(7))));
      assertThat(story.service().last().what()).isEqualTo(What.ROLLOUT_DELAYED);
      assertThat(story.service().last().cause()).isEqualTo(Cause.DRIVER);
    }

    @Test
    void waitForTheFirstWindowFromTheirTimeOn() {
      Specs asked = Specs.to("new", QUARTERS).within(LATER).startingAt(THREE.minusSeconds(60));
      Story story = ServiceBuilder.traffic().story().create("r", asked);
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.TIME, THREE));
      assertThat(story.standing("r").nextBatchStartTime()).contains(THREE);
      assertThat(story.dueOnTime().status("r")).isEqualTo(Status.RUNNING);
    }

    @Test
    void byHandWantAnEmergency() {
      Story story = within(LATER).steer("r", ADVANCE);
      assertThat(story.problem().message())
          .isEqualTo(
              "Rollout 'r' is PENDING (waits for window): :advance is refused outside"
                  + " allowedWindows, the next of which opens at 2026-03-01T15:00:00Z. emergency,"
                  + " with a reason, passes them.");
      story.steer(story.word("r", ADVANCE).inEmergency("fire"));
      assertThat(story.divided()).isEqualTo("new 25, old 75");
      assertThat(story.service().nextBatchStartTime())
          .as("the emergency was for that one batch")
          .contains(THREE);
    }

    @Test
    void heldAndResumedWaitForTheWindowUnlessInAnEmergency() {
      Story story = within(LATER).steer("r", PAUSE).steer("r", RESUME);
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.WINDOW, THREE));
      story.steer("r", PAUSE).steer(story.word("r", RESUME).inEmergency("fire"));
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
      assertThat(story.service().nextBatchStartTime()).contains(THREE);
    }

    @Test
    void thatAreApprovedWaitForTheWindow() {
      Story story =
          ServiceBuilder.traffic()
              .story()
              .create("r", Specs.to("new", QUARTERS).within(LATER).paused());
      story.steer("r", RESUME);
      assertThat(story.state("r")).isEqualTo(State.Pending.until(State.WaitsFor.WINDOW, THREE));
    }

    @Test
    void underAPausedPlanThatAreApprovedByItWaitForTheWindowToo() {
      Story story =
          ServiceBuilder.replicas(4)
              .plan(QUARTERS)
              .story()
              .play(new Event.Replan(Optional.empty(), Optional.of(true), Story.ALICE));
      story.create("r", Specs.of(Spec.of(Map.of("new", 100.0), Optional.empty())).within(LATER));
      assertThat(story.state("r")).isEqualTo(State.Pending.waiting(State.WaitsFor.APPROVAL));
      story.play(new Event.Replan(Optional.empty(), Optional.of(false), Story.ALICE));
      assertThat(story.status("r")).isEqualTo(Status.RUNNING);
      assertThat(story.service().nextBatchStartTime()).contains(THREE);
      assertThat(story.divided()).isEqualTo("old 4");
      assertThat(story.dueOnTime().divided()).isEqualTo("new 1, old 3");
    }
  }

  @Nested
  class Words {

    @ParameterizedTest
    @EnumSource(names = {"ADVANCE", "PROMOTE"})
    void startABatchOutsideOnlyInAnEmergency(Event.Verb verb) {
      Story story = within(NOW).pass(Duration.ofHours(2)).steer(verb);
      assertThat(story.problem().kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      assertThat(story.problem().message())
          .startsWith("Rollout 'r' is RUNNING: :")
          .contains("refused outside allowedWindows, the next of which opens at " + NEXT_SUNDAY);
      assertThat(story.divided()).isEqualTo("new 25, old 75");

      story.steer(story.word("r", verb).inEmergency("fire"));
      assertThat(story.divided()).isEqualTo(verb == PROMOTE ? "new 100" : "new 50, old 50");
    }

    @Test
    void startABatchWithin() {
      assertThat(within(NOW).steer(ADVANCE).divided()).isEqualTo("new 50, old 50");
    }

    @Test
    void advanceOfOneThatIsPausedWantsAnEmergencyToo() {
      Story story = within(NOW).steer(PAUSE).pass(Duration.ofHours(2)).steer(ADVANCE);
      assertThat(story.problem().message()).contains("outside allowedWindows");
      story.steer(story.word("r", ADVANCE).inEmergency("fire"));
      assertThat(story.divided()).isEqualTo("new 50, old 50");
      assertThat(story.status()).isEqualTo(Status.PAUSED);
    }

    @Test
    void resumeWaitsForTheWindowOnceItsWaitIsOver() {
      Story story = within(NOW).steer(PAUSE).pass(Duration.ofHours(2)).steer(RESUME);
      assertThat(story.status()).isEqualTo(Status.RUNNING);
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);

      Story over = within(NOW).pass(Duration.ofMinutes(45)).steer(PAUSE);
      over.pass(Duration.ofHours(2)).steer(RESUME);
      assertThat(over.divided()).isEqualTo("new 25, old 75");
      assertThat(over.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
    }

    @Test
    void pausedWhileTheyKeptItGoesOnAtTheNextOneWhateverIsLeftToWait() {
      Story story = within(NOW).dueOnTime();
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
      story.pass(Duration.ofHours(2)).steer(PAUSE).pass(Duration.ofDays(6)).steer(RESUME);
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
      story.steer(PAUSE).pass(Duration.ofHours(22)).steer(RESUME);
      assertThat(story.divided()).as("resumed within").isEqualTo("new 75, old 25");
    }

    @Test
    void resumedInAnEmergencyItsBatchStartsIfItsWaitIsOver() {
      Story story = within(NOW).dueOnTime().pass(Duration.ofMinutes(1)).steer(PAUSE);
      SteerBuilder now = story.word("r", RESUME).inEmergency("now");
      assertThat(story.steer(now).problem().message())
          .isEqualTo(
              "Rollout 'r' is PAUSED: :resume is refused with emergency: it passes what would keep"
                  + " a batch from starting now, and none starts before the rest of the wait is"
                  + " over. :advance starts it.");
      story.steer(RESUME).pass(Duration.ofDays(1)).steer(PAUSE);
      String before = story.divided();
      assertThat(story.steer(now).status()).isEqualTo(Status.RUNNING);
      assertThat(story.divided()).isNotEqualTo(before);
    }

    @Test
    void anotherIntervalIsWaitedForBeforeTheWindow() {
      Story story = within(ServiceBuilder.replicas(4), NOW).pass(Duration.ofMinutes(1));
      story.play(
          new Event.Replan(
              Optional.of(
                  new StrategyChange.ToBatch(Optional.empty(), Optional.of(new Interval("2h")))),
              Optional.empty(),
              Story.ALICE));
      assertThat(story.service().nextBatchStartTime()).contains(NEXT_SUNDAY);
    }

    @Test
    void neverKeepARollback() {
      Story story = within(NOW).pass(Duration.ofHours(2)).steer(ROLLBACK);
      assertThat(story.status()).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.divided()).isEqualTo("old 100");
    }

    @Test
    void neverKeepTheEndOfABake() {
      Story story = within(NOW).steer(PROMOTE).pass(Duration.ofHours(2)).steer(ADVANCE);
      assertThat(story.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(within(sundays("12:00", "12:05")).steer(PROMOTE).dueOnTime().status())
          .isEqualTo(Status.SUCCEEDED);
    }
  }

  @Test
  void anEmergencyAtCreatePassesThemForTheWholeRollout() {
    Specs asked = Specs.to("new", QUARTERS).within(LATER).inEmergency("fire");
    Story story = ServiceBuilder.traffic().story().create("r", asked);
    assertThat(story.divided()).isEqualTo("new 25, old 75");
    assertThat(story.service().nextBatchStartTime())
        .contains(Story.START.plus(Duration.ofMinutes(30)));
    assertThat(story.standing().eta()).contains(Story.START.plus(Duration.ofMinutes(90)));
    assertThat(story.steer(ADVANCE).divided()).isEqualTo("new 50, old 50");
  }
}
