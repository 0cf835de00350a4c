package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One move of a service, as it is kept. The part above {@code status} never changes; the part from
 * there on is written when the rollout is created, starts and ends, so that while it runs {@link
 * Live} knows more.
 *
 * @param ord its place among the rollouts of the service, ascending
 * @param percentages the target as it was given; of the one that stands for the deletion of its
 *     service, none
 * @param lastStrategy the strategy when this was written: it may have been changed on the way
 * @param base the allocation it found when it started
 * @param restores where a rollback of it goes
 * @param progress where it was when this was written
 * @param updateTime when this was written
 */
public record Rollout(
    String id,
    long ord,
    Instant createTime,
    String createdBy,
    Map<String, Double> percentages,
    Strategy strategy,
    Duration bake,
    Status status,
    Optional<String> reason,
    Strategy lastStrategy,
    Optional<Allocation> base,
    Optional<Shares> restores,
    Progress progress,
    Instant updateTime) {

  public Rollout {
    Ids.require("rolloutId", id);
    percentages = Map.copyOf(percentages);
    requireNonNull(strategy, "strategy is null");
    requireNonNull(lastStrategy, "lastStrategy is null");
    requireNonNull(status, "status is null");
  }

  /**
   * Whether it only stands for the deletion of its service (Google's deleteServiceStrategy): it
   * moved nothing, and never counts as last good.
   */
  public boolean isDeletion() {
    return percentages.isEmpty();
  }

  public Shares target() {
    return Shares.ofPercentages("percentages", percentages);
  }
}
