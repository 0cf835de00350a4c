package org.servicerollouts.wire.eas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Fields;

/** CreateServiceRollout: the strategy that a plan is to have. */
public record EasCreateRolloutRequest(Strategy strategy) {

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
    Fields fields = Fields.eas(body);
    Optional<Fields> batch = fields.object("Batch");
    Optional<Fields> partition = fields.object("Partition");
    fields.bool("Paused").filter(paused -> paused).ifPresent(paused -> refusePaused());
    fields.end();
    if (batch.isPresent() && partition.isPresent()) {
      throw refused(Problem.Kind.INVALID_VALUE, "both given");
    }
    return new EasCreateRolloutRequest(
        batch
            .map(EasCreateRolloutRequest::batch)
            .or(() -> partition.map(EasCreateRolloutRequest::partition))
            .orElseThrow(() -> refused(Problem.Kind.MISSING_VALUE, "neither given")));
  }

  private static Strategy batch(Fields batch) {
    Amount size =
        batch
            .string("BatchSize")
            .map(text -> Amount.aboveZero(batch.path("BatchSize"), text))
            .orElse(Strategy.Batch.DEFAULT_SIZE);
    Interval interval =
        batch
            .string("Interval")
            .map(text -> Interval.of(batch.path("Interval"), text))
            .orElse(Interval.DEFAULT);
    batch.end();
    return new Strategy.Batch(size, interval);
  }

  private static Strategy partition(Fields partition) {
    String path = partition.path("Partition");
    String keep =
        partition.requiredString("Partition", "how many old replicas to keep, as \"5\" or \"50%\"");
    partition.end();
    return new Strategy.Partition(Amount.orZero(path, keep));
  }

  private static void refusePaused() {
    throw Problem.invalid("Paused", true, "false: a plan cannot be created paused").exception();
  }

  private static ProblemException refused(Problem.Kind kind, String what) {
    return Problem.of(kind, "Batch, Partition: " + what + " (expected: exactly one of them)")
        .exception();
  }
}
