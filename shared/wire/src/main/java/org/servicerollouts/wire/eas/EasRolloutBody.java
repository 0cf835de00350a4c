package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.StrategyChange;
import org.servicerollouts.wire.Fields;

/** The body that CreateServiceRollout and UpdateServiceRollout share. */
record EasRolloutBody(Optional<StrategyChange> strategy, Optional<Boolean> paused) {

  /**
   * What {@code body} gives.
   *
   * @throws ProblemException for a body that is none such, or gives both strategies
   */
  static EasRolloutBody of(ObjectNode body) {
    Fields fields = Fields.eas(body);
    Optional<Fields> batch = fields.object("Batch");
    Optional<Fields> partition = fields.object("Partition");
    Optional<Boolean> paused = fields.bool("Paused");
    fields.end();
    if (batch.isPresent() && partition.isPresent()) {
      throw Problem.of(
              Problem.Kind.INVALID_VALUE, "Batch, Partition: both given (expected: one of the two)")
          .exception();
    }
    return new EasRolloutBody(
        batch.map(EasRolloutBody::batch).or(() -> partition.map(EasRolloutBody::partition)),
        paused);
  }

  private static StrategyChange batch(Fields batch) {
    Optional<Amount> size =
        batch.string("BatchSize").map(text -> Amount.aboveZero(batch.path("BatchSize"), text));
    Optional<Interval> interval =
        batch.string("Interval").map(text -> Interval.of(batch.path("Interval"), text));
    batch.end();
    return new StrategyChange.ToBatch(size, interval);
  }

  private static StrategyChange partition(Fields partition) {
    String keep =
        partition.requiredString("Partition", "how many old replicas to keep, as \"5\" or \"50%\"");
    partition.end();
    return new StrategyChange.ToPartition(Amount.orZero(partition.path("Partition"), keep));
  }
}
