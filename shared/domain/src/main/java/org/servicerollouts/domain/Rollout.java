package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One move of a service, as it is kept. The part above {@code status} never changes; the part from
 * there on is written when the rollout is created, starts and ends, so that while it runs {@link
 * Live} knows more.
 *
 * @param ord its place among the rollouts of the service, ascending
 * @param since the service's {@code v} that created it
 * @param spec what it was asked to be, its strategy resolved
 * @param lastStrategy the strategy when this was written: it may have been changed on the way
 * @param base the allocation it found when it started
 * @param restores where a rollback of it goes
 * @param progress where it was when this was written
 * @param updateTime when this was written
 * @param version the service's {@code v} that wrote this
 */
public record Rollout(
    String id,
    long ord,
    long since,
    Instant createTime,
    String createdBy,
    Spec spec,
    Status status,
    Optional<String> reason,
    Strategy lastStrategy,
    Optional<Allocation> base,
    Optional<Shares> restores,
    Progress progress,
    Instant updateTime,
    long version) {

  public Rollout {
    Ids.require("rolloutId", id);
    requireNonNull(spec, "spec is null");
    requireNonNull(lastStrategy, "lastStrategy is null");
    requireNonNull(status, "status is null");
  }

  Rollout with(Spec next) {
    return new Rollout(
        id,
        ord,
        since,
        createTime,
        createdBy,
        next,
        status,
        reason,
        lastStrategy,
        base,
        restores,
        progress,
        updateTime,
        version);
  }

  /** The same after what of {@code writes} is written of it. */
  public Rollout after(List<Write> writes) {
    Rollout next = this;
    for (Write write : writes) {
      next =
          switch (write) {
            case Write.RolloutChanged changed when changed.live().rolloutId().equals(id) ->
                next.standing(
                    changed.live().status(),
                    changed.live().reason(),
                    changed.live().strategy(),
                    changed.live().base(),
                    changed.live().restores(),
                    changed.progress(),
                    changed.at(),
                    changed.live().version());
            case Write.RolloutDropped dropped when dropped.rolloutId().equals(id) ->
                next.standing(
                    Status.CANCELLED,
                    Optional.of(dropped.why()),
                    lastStrategy,
                    base,
                    restores,
                    progress,
                    dropped.at(),
                    dropped.version());
            default -> next;
          };
    }
    return next;
  }

  private Rollout standing(
      Status nextStatus,
      Optional<String> nextReason,
      Strategy nextStrategy,
      Optional<Allocation> nextBase,
      Optional<Shares> nextRestores,
      Progress nextProgress,
      Instant at,
      long v) {
    return new Rollout(
        id,
        ord,
        since,
        createTime,
        createdBy,
        spec,
        nextStatus,
        nextReason,
        nextStrategy,
        nextBase,
        nextRestores,
        nextProgress,
        at,
        v);
  }

  /** The target as it was given. */
  public Map<String, Double> percentages() {
    return spec.percentages();
  }

  public Strategy strategy() {
    return spec.strategy().orElse(Strategy.ALL_AT_ONCE);
  }

  public Duration bake() {
    return spec.bake();
  }

  /**
   * Whether it only stands for the deletion of its service (Google's deleteServiceStrategy): it
   * moved nothing, and never counts as last good.
   */
  public boolean isDeletion() {
    return percentages().isEmpty();
  }

  public Shares target() {
    return Shares.ofPercentages("percentages", percentages());
  }
}
