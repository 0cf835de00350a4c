package org.servicerollouts.domain;

/**
 * How far a rollout is.
 *
 * @param moved units moved: billionths of a percent, or replicas
 * @param distance units to move in all; 0 where the service was at the target already
 * @param batch batches done
 * @param batches batches in all, as it looks now
 */
public record Progress(long moved, long distance, int batch, int batches) {

  /** Where {@code live} is in its move of {@code service}. */
  public static Progress of(Service service, Live live) {
    Move move = Move.of(service, live);
    long batches = (long) live.batch() + move.batchesLeft(live.strategy(), live.batch());
    return new Progress(
        Math.max(0, move.moved()),
        move.distance(),
        live.batch(),
        Math.clamp(batches, 0, Integer.MAX_VALUE));
  }

  /** 0 to 99 before it has succeeded, 100 after; after any other end, what it last was. */
  public int percentage(Status status) {
    if (status == Status.SUCCEEDED) {
      return 100;
    }
    if (distance <= 0) {
      return batch > 0 ? 99 : 0;
    }
    return Math.clamp(Math.floorDiv(100 * moved, distance), 0, 99);
  }
}
