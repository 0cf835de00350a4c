package org.servicerollouts.wire.google.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.problem;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;

class RolloutFilterTest {

  private static Rollout rollout(Status status, Map<String, Double> percentages) {
    return new Rollout(
        "r",
        1,
        1,
        NOW,
        "alice",
        Spec.of(percentages, Optional.empty()),
        status,
        Optional.empty(),
        new Strategy.AllAtOnce(),
        Optional.empty(),
        Optional.empty(),
        new Progress(0, 1, 0, 0),
        NOW,
        1);
  }

  private static boolean passes(String filter, Status status) {
    return RolloutFilter.of(filter).test(rollout(status, Map.of("new", 100.0)));
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,PENDING",
    "RUNNING,IN_PROGRESS",
    "PAUSED,IN_PROGRESS",
    "ROLLING_BACK,IN_PROGRESS",
    "SUCCEEDED,SUCCESS",
    "CANCELLED,CANCELLED",
    "ROLLED_BACK,FAILED_ROLLED_BACK",
    "FAILED,FAILED"
  })
  void comparesGooglesStatus(Status status, String google) {
    assertThat(passes("status=" + google, status)).isTrue();
    assertThat(passes("status != '" + google + "'", status)).isFalse();
    String other = google.equals("SUCCESS") ? "FAILED" : "SUCCESS";
    assertThat(passes("status=" + other, status)).isFalse();
    assertThat(passes("status!=" + other, status)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"CANCELLED,true", "FAILED,true", "SUCCEEDED,false"})
  void takesTheDocumentedOr(Status status, boolean passes) {
    assertThat(passes("status=CANCELLED OR status=FAILED", status)).isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource({
    "strategy=TrafficPercentStrategy,true,false",
    "strategy!=TrafficPercentStrategy,false,true",
    "'\"strategy=DeleteServiceStrategy\"',false,true",
    "strategy != DeleteServiceStrategy AND status=SUCCESS,true,false",
    "' ',true,true"
  })
  void comparesTheStrategy(String filter, boolean traffic, boolean deletion) {
    assertThat(passes(filter, Status.SUCCEEDED)).isEqualTo(traffic);
    assertThat(RolloutFilter.of(filter).test(rollout(Status.SUCCEEDED, Map.of())))
        .isEqualTo(deletion);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status=DONE|status \"DONE\" at position 8 (expected: one of PENDING, IN_PROGRESS, SUCCESS,"
            + " CANCELLED, FAILED_ROLLED_BACK, FAILED)",
        "status=success|status \"success\" at position 8 (expected: one of PENDING, IN_PROGRESS,"
            + " SUCCESS, CANCELLED, FAILED_ROLLED_BACK, FAILED)",
        "strategy=Batch|strategy \"Batch\" at position 10 (expected: TrafficPercentStrategy or"
            + " DeleteServiceStrategy)",
        "status=SUCCESS AND id=a|unknown field \"id\" at position 20 (expected: status or"
            + " strategy)",
        "status>=SUCCESS|status >= at position 1 (expected: status with = or !=)",
        "status=SUCCESS OR (strategy<TrafficPercentStrategy)|strategy < at position 20 (expected:"
            + " strategy with = or !=)",
      })
  void refusesOtherRestrictions(String filter, String message) {
    Problem problem = problem(() -> RolloutFilter.of(filter));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.field()).contains("filter");
    assertThat(problem.message()).isEqualTo("filter: " + message);
  }
}
