package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.tickEvent;
import static org.servicerollouts.advancebatches.Stage.wakeEvent;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Two invocations at the same moment advance one batch. */
class RacingDriversTest {
  private static final int SERVICES = 5;

  private final Stage stage = new Stage();

  @BeforeEach
  void services_that_are_due_now() {
    for (int i = 0; i < SERVICES; i++) {
      stage.rollingOut("s" + i, 3, "1", "30s");
    }
    stage.pass(Duration.ofSeconds(30));
  }

  private void atTheSameMoment(ScheduledEvent one, ScheduledEvent other, boolean sameRequestId) {
    String requestId = UUID.randomUUID().toString();
    stage.invoke(one, requestId, stage.drivers);
    stage.invoke(other, sameRequestId ? requestId : UUID.randomUUID().toString(), stage.drivers);
    stage.settle();
    for (int i = 0; i < SERVICES; i++) {
      assertThat(stage.batches("s" + i)).isEqualTo(2);
    }
    stage.untilAllEnded();
    for (int i = 0; i < SERVICES; i++) {
      assertThat(stage.batches("s" + i)).isEqualTo(3);
      assertThat(stage.ledger.steps("s" + i)).hasSize(2);
    }
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
    assertThat(stage.log).isEmpty();
    assertThat(stage.leaseOwner()).isEmpty();
  }

  private static ScheduledEvent wake() {
    return wakeEvent("s0", "s1", "s2", "s3", "s4");
  }

  @RepeatedTest(5)
  void two_ticks() {
    atTheSameMoment(tickEvent(), tickEvent(), false);
  }

  @RepeatedTest(5)
  void a_tick_and_a_wake() {
    atTheSameMoment(tickEvent(), wake(), false);
  }

  @RepeatedTest(5)
  void two_wakes() {
    atTheSameMoment(wake(), wake(), false);
  }

  @RepeatedTest(5)
  void a_tick_that_is_delivered_twice() {
    atTheSameMoment(tickEvent(), tickEvent(), true);
  }

  @RepeatedTest(5)
  void a_wake_that_is_delivered_twice() {
    atTheSameMoment(wake(), wake(), true);
  }

  @Test
  void of_two_deliveries_of_one_tick_only_one_goes_on() {
    stage.invoke(tickEvent(), "the same", stage.drivers);
    stage.invoke(tickEvent(), "the same", stage.drivers);
    stage.settle();
    assertThat(stage.running()).hasSize(2);
    stage.pass(Duration.ofSeconds(6));
    assertThat(stage.running()).hasSize(1);
  }
}
