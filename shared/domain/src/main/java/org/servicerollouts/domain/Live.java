package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The rollout that a service is in, or the last that ended, as the service itself carries it: all
 * that advancing it needs.
 *
 * @param since the service's {@code v} that created it
 * @param createTime when it was created
 * @param base the allocation it found when it started; empty before the start and where there was
 *     none
 * @param restores where a rollback goes; empty where there is nothing to go back to
 * @param moved the units moved so far; for replicas, those at the update revision beyond the base's
 * @param batch the batches done
 * @param bake how long it stays at its target before it has succeeded
 */
public record Live(
    String rolloutId,
    long since,
    Instant createTime,
    State state,
    Strategy strategy,
    Shares target,
    Optional<Allocation> base,
    Optional<Shares> restores,
    long moved,
    int batch,
    Duration bake) {

  public Status status() {
    return state.status();
  }

  public boolean ended() {
    return status().ended();
  }

  /** The config that a replica rollout goes to, or the one with the highest share. */
  public String updateRevision() {
    return target.units().entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  Live in(State next) {
    return new Live(
        rolloutId, since, createTime, next, strategy, target, base, restores, moved, batch, bake);
  }

  Live with(Strategy next) {
    return new Live(
        rolloutId, since, createTime, state, next, target, base, restores, moved, batch, bake);
  }

  Live movedTo(long units, int batches) {
    return new Live(
        rolloutId,
        since,
        createTime,
        state,
        strategy,
        target,
        base,
        restores,
        units,
        batches,
        bake);
  }

  Live startedFrom(Optional<Allocation> found, Optional<Shares> goesBackTo) {
    return new Live(
        rolloutId,
        since,
        createTime,
        state,
        strategy,
        target,
        found,
        goesBackTo,
        moved,
        batch,
        bake);
  }
}
