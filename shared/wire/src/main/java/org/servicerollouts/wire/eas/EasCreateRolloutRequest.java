package org.servicerollouts.wire.eas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Strategy;

/**
 * CreateServiceRollout: the plan that is to be.
 *
 * @param paused whether the rollout that the next update makes waits for approval
 */
public record EasCreateRolloutRequest(Strategy strategy, boolean paused) {

  public EasCreateRolloutRequest {
    requireNonNull(strategy, "strategy is null");
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request; with neither strategy
   *     MISSING_VALUE
   */
  public static EasCreateRolloutRequest of(ObjectNode body) {
    EasRolloutBody given = EasRolloutBody.of(body);
    Strategy strategy =
        given
            .strategy()
            .map(change -> change.of(Strategy.ALL_AT_ONCE))
            .orElseThrow(
                () ->
                    Problem.of(
                            Problem.Kind.MISSING_VALUE,
                            "Batch, Partition: neither given (expected: one of the two)")
                        .exception());
    return new EasCreateRolloutRequest(strategy, given.paused().orElse(false));
  }
}
