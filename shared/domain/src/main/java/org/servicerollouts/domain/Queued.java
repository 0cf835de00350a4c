package org.servicerollouts.domain;

import java.time.Instant;

/**
 * A rollout that waits beside the one that the service is in. What it is to be stands in its own
 * {@link Rollout}; base, configs, alarms and where it goes back are taken when it starts.
 *
 * @param since the service's {@code v} that created it
 * @param state always PENDING
 * @param policy what it does with the rollout that it finds when it starts
 * @param version the service's {@code v} that last changed it
 * @param updateTime when that was
 */
public record Queued(
    String rolloutId,
    long since,
    Instant createTime,
    State.Pending state,
    Spec.ConflictPolicy policy,
    long version,
    Instant updateTime) {

  /** The most that wait beside one service. */
  public static final int MOST = 60;

  Queued in(State.Pending next, long v, Instant now) {
    return next.equals(state)
        ? this
        : new Queued(rolloutId, since, createTime, next, policy, v, now);
  }
}
