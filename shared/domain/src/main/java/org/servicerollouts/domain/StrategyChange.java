package org.servicerollouts.domain;

import java.util.Optional;

/** A change of the strategy that is in use. */
public sealed interface StrategyChange {

  /** The strategy that {@code current} becomes. */
  Strategy of(Strategy current);

  /** To a Partition that leaves {@code keep} where they are. */
  record ToPartition(Amount keep) implements StrategyChange {
    @Override
    public Strategy of(Strategy current) {
      return new Strategy.Partition(keep);
    }
  }

  /** To batches; what is not given stays as it is, or takes its default on a switch. */
  record ToBatch(Optional<Amount> size, Optional<Interval> interval) implements StrategyChange {
    @Override
    public Strategy of(Strategy current) {
      Strategy.Batch from =
          current instanceof Strategy.Batch batch
              ? batch
              : new Strategy.Batch(Strategy.Batch.DEFAULT_SIZE, Interval.DEFAULT);
      return new Strategy.Batch(size.orElse(from.size()), interval.orElse(from.interval()));
    }
  }
}
