package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rollout does to the one that it supersedes: its share, and its way back. */
class SupersedingTest {
  private static final Strategy FIFTHS = batch("20%", "1h");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          20%  | new 20, old 80
          5%   | new 5, old 95
          100% | new 100
          """)
  void itsShareIsGivenUpBeforeThatOfTheVersionBefore(String size, String divided) {
    for (boolean targeted : new boolean[] {false, true}) {
      Story story = ServiceBuilder.traffic().targeted(targeted).story();
      confirmed(story.create("a", "v1", FIFTHS));
      story.create("b", "new", batch(size, "1h"));
      assertThat(story.heading()).as("targeted: %s", targeted).isEqualTo(divided);
    }
  }

  @Test
  void whatTheNextOneWantsTooStays() {
    Story story = ServiceBuilder.traffic().story().create("a", "v1", batch("40%", "1h"));
    story.create("b", Specs.to(Map.of("v1", 10.0, "new", 90.0), batch("30%", "1h")));
    assertThat(story.active().base()).contains(shares(Map.of("old", 90.0, "v1", 10.0)));
  }

  @Test
  void backToTheVersionBeforeIsMovedByThePlanOfTheNextOne() {
    Story story = ServiceBuilder.traffic().story().create("a", "v1", batch("40%", "1h"));
    story.create("b", "old", batch("10%", "1h"));
    assertThat(story.divided()).isEqualTo("old 70, v1 30");
  }

  @Test
  void whatATargetWasBeingToldIsNoShareToComeFrom() {
    Story story = ServiceBuilder.traffic().targeted(true).story();
    story.create("a", "v1", FIFTHS).confirm().dueOnTime();
    assertThat(story.heading()).isEqualTo("old 60, v1 40");
    story.create("b", "old", batch("5%", "1h"));
    assertThat(story.heading()).isEqualTo("old 85, v1 15");
  }

  @Test
  void inOneStepNothingNeedsToBeGivenUp() {
    Story story = ServiceBuilder.traffic().story().create("a", "v1", FIFTHS);
    story.create("b", "new", Strategy.ALL_AT_ONCE);
    assertThat(story.divided()).isEqualTo("new 100");
  }

  @Test
  void ofReplicasThoseThatAreAtNeitherAreReplacedFirst() {
    Story story = ServiceBuilder.replicas(10).story().create("a", "v1", batch("5", "1h"));
    story.create("b", "new", batch("3", "1h"));
    assertThat(story.divided()).isEqualTo("new 3, old 5, v1 2");
  }

  private static Story confirmed(Story story) {
    return story.intent().isPresent() ? story.confirm() : story;
  }

  /** A way back that a target has not confirmed. */
  @Nested
  class AWayBack {

    private Story goingBack() {
      Story story =
          ServiceBuilder.traffic().targeted(true).story().create("a", "new", FIFTHS).confirm();
      return story.steer("a", Event.Verb.ROLLBACK);
    }

    @Test
    void isNotSuperseded() {
      Story story = goingBack().create("b", "new", FIFTHS);
      assertThat(story.status("a")).isEqualTo(Status.ROLLING_BACK);
      assertThat(story.standing("b").waitsFor()).contains(State.WaitsFor.TURN);
      assertThat(story.standing("b").reason())
          .contains("rollout 'a' is ROLLING_BACK, which nothing supersedes");
      assertThat(story.steer("b", Event.Verb.ADVANCE).problem().message())
          .contains("while rollout 'a' is on its way");

      story.confirm();
      assertThat(story.status("a")).isEqualTo(Status.ROLLED_BACK);
      assertThat(story.service().dueAt()).isPresent();
      assertThat(story.start().status("b")).isEqualTo(Status.RUNNING);
    }

    @Test
    void thatFailsLetsItStartToo() {
      Story story = goingBack().create("b", "new", Strategy.ALL_AT_ONCE);
      story.applyFails("no").pass(Guard.DEFAULT_DEADLINE).applyFails("no");
      assertThat(story.status("a")).isEqualTo(Status.FAILED);
      assertThat(story.start().status("b")).isEqualTo(Status.RUNNING);
    }

    @Test
    void isSupersededByWhatGoesThere() {
      Story story = goingBack().create("b", "old", Strategy.ALL_AT_ONCE);
      assertThat(story.status("a")).isEqualTo(Status.CANCELLED);
      assertThat(story.heading()).isEqualTo("old 100");
      assertThat(story.confirm().status("b")).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void isInTheWayOfOneThatMustNotWait() {
      assertThat(goingBack().create("b", Specs.to("new", FIFTHS).rejecting()).problem().kind())
          .isEqualTo(Problem.Kind.ROLLOUT_IN_THE_WAY);
    }

    @Test
    void isNotSupersededByOneWhoseTimeHasComeNorByApproval() {
      Story timed =
          ServiceBuilder.traffic()
              .targeted(true)
              .story()
              .create("a", "new", FIFTHS)
              .confirm()
              .create("b", Specs.to("v1", FIFTHS).startingAt(Story.START.plusSeconds(60)))
              .steer("a", Event.Verb.ROLLBACK)
              .pass(Duration.ofHours(1));
      assertThat(timed.start().status("b")).isEqualTo(Status.PENDING);
      assertThat(timed.status("a")).isEqualTo(Status.ROLLING_BACK);

      Story approved = goingBack().create("b", Specs.to("v1", FIFTHS).paused());
      approved.steer("b", Event.Verb.RESUME);
      assertThat(approved.standing("b").waitsFor()).contains(State.WaitsFor.TURN);
      assertThat(approved.status("a")).isEqualTo(Status.ROLLING_BACK);
      assertThat(approved.confirm().start().status("b")).isEqualTo(Status.RUNNING);
    }
  }

  @Test
  void whatAnAliasCannotHoldBesideIsGivenBackWhole() {
    Story story = ServiceBuilder.traffic().targeted(true).story();
    story.create("a", Specs.to(Map.of("old", 50.0, "v1", 50.0), Strategy.ALL_AT_ONCE)).confirm();
    assertThat(story.create("b", "new", FIFTHS).problem().message())
        .contains("is divided between two versions already");
    Optional<Shares> good = story.service().lastGood();
    assertThat(good).contains(shares(Map.of("old", 50.0, "v1", 50.0)));
  }
}
