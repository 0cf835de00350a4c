package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Write;

/** The seeds' services, and rollouts of them, made by the state machine itself. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-05-08T16:00:00.123Z");
  public static final ServiceName ENDPOINTS = new ServiceName("endpointsapis.appspot.com");
  public static final ServiceName FOO = new ServiceName("foo.cn-shanghai");
  public static final Cause ALICE = Cause.request("alice");

  /** Alarms by name only. */
  public static final BinaryOperator<String> ALARM_NAME = (field, given) -> given;

  private Samples() {}

  /** The Google seed's service, without a rollout yet. */
  public static Service traffic() {
    return NewService.empty(ENDPOINTS, Kind.TRAFFIC, 0, "producer", Optional.empty(), ALICE, NOW)
        .service();
  }

  /** The PAI-EAS seed's service: all replicas at its first revision. */
  public static Service replicas(long total) {
    return NewService.atFirstRevision(
            FOO,
            total,
            true,
            (id, ord) -> new Config(id, ord, NOW, "alice", "", "{}"),
            "{}",
            Optional.empty(),
            ALICE,
            NOW)
        .service();
  }

  public static Strategy batch(String size, String interval) {
    return new Strategy.Batch(new Amount(size), new Interval(interval));
  }

  public static Strategy partition(String keep) {
    return new Strategy.Partition(new Amount(keep));
  }

  public static Event.Create creation(
      String id, Map<String, Double> percentages, Strategy strategy) {
    return Event.Create.of(Optional.of(id), percentages, Optional.of(strategy), ALICE);
  }

  /** A rollout just started. */
  public static Standing start(Service service, Event.Create create, Instant now) {
    return start(service, create, Alarms.NONE, now);
  }

  /** A rollout just started, its alarms reading {@code alarms}. */
  public static Standing start(Service service, Event.Create create, Alarms alarms, Instant now) {
    Decision.Changed changed = changed(StateMachine.decide(service, create, alarms, now));
    Rollout rollout =
        changed.writes().stream()
            .flatMap(
                w -> w instanceof Write.RolloutCreated c ? Stream.of(c.rollout()) : Stream.empty())
            .findFirst()
            .orElseThrow();
    return new Standing(changed.next(), rollout);
  }

  /** A rollout after {@code event}, its own item written again if that is so. */
  public static Standing after(Standing before, Event event, Instant now) {
    Decision.Changed changed = changed(StateMachine.decide(before.service(), event, now));
    return new Standing(changed.next(), before.rollout().after(changed.writes()));
  }

  public static Decision.Changed changed(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Changed.class);
    return (Decision.Changed) decision;
  }

  /** A request's body, read as the handlers read it. */
  public static ObjectNode json(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The problem that {@code call} meets. */
  public static Problem problem(ThrowingCallable call) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, call);
    assertThat(thrown).as("problem").isNotNull();
    return thrown.problem();
  }

  /**
   * Runs {@code call}: it may meet a problem, but no other exception, and none that names a class.
   */
  public static void meetsNothingWorseThanAProblem(Runnable call) {
    try {
      call.run();
    } catch (ProblemException e) {
      assertThat(e.problem().kind()).isNotEqualTo(Problem.Kind.INTERNAL);
      assertThat(e.problem().message())
          .doesNotContain("fasterxml")
          .doesNotContain("Exception")
          .doesNotContain("java.")
          .matches(
              m -> m.codePoints().noneMatch(Character::isISOControl), "has no control character")
          .hasSizeLessThan(1500);
    }
  }
}
