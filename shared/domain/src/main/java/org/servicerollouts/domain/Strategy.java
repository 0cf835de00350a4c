package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

/**
 * How a move is cut into batches. The batches themselves are never stored: {@link Move} derives
 * them.
 */
public sealed interface Strategy {

  /** One step to the target. */
  record AllAtOnce() implements Strategy {}

  /**
   * Batches of {@code size}, one after another.
   *
   * @param size of the total; for traffic, n and n% are n percentage points
   * @param interval from the end of one batch to the start of the next
   */
  record Batch(Amount size, Interval interval) implements Strategy {
    /** PAI-EAS's documented default. */
    public static final Amount DEFAULT_SIZE = new Amount("25%");

    public Batch {
      requireNonNull(size, "size is null");
      requireNonNull(interval, "interval is null");
      if (size.units() == 0) {
        throw Problem.invalid("batchSize", size.text(), "above 0").exception();
      }
    }
  }

  /**
   * One step that leaves {@code keep} where they are, and holds there. {@code 0} goes to the
   * target.
   *
   * @param keep how many replicas, or how much of them, stay old; for traffic, n and n% hold back
   *     n% of the move
   */
  record Partition(Amount keep) implements Strategy {
    public Partition {
      requireNonNull(keep, "keep is null");
    }
  }

  Strategy ALL_AT_ONCE = new AllAtOnce();
}
