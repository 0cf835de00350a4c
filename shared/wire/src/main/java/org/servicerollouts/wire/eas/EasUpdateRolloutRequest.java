package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.StrategyChange;

/** UpdateServiceRollout: what is to change of the plan and of the rollout that lives. */
public record EasUpdateRolloutRequest(Optional<StrategyChange> strategy, Optional<Boolean> paused) {

  public EasUpdateRolloutRequest {
    if (strategy.isEmpty() && paused.isEmpty()) {
      throw Problem.of(
              Problem.Kind.MISSING_VALUE,
              "Batch, Partition, Paused: none given (expected: at least one of them)")
          .exception();
    }
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request; with no member MISSING_VALUE
   */
  public static EasUpdateRolloutRequest of(ObjectNode body) {
    EasRolloutBody given = EasRolloutBody.of(body);
    return new EasUpdateRolloutRequest(given.strategy(), given.paused());
  }

  /** The same, as {@code cause} brings it about. */
  public Event.Replan event(Cause cause) {
    return new Event.Replan(strategy, paused, cause);
  }

  /** What it does, in PAI-EAS's word: only a request for nothing else pauses or resumes. */
  String done() {
    return paused
        .filter(given -> strategy.isEmpty())
        .map(pause -> pause ? "paused" : "resumed")
        .orElse("updated");
  }
}
