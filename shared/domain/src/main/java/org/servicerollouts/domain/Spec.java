package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a rollout was asked to be; it never changes.
 *
 * @param percentages where it goes, as given: config ids to percent; a replica service takes one
 *     config at 100. None: the rollout that stands for the deletion of its service
 * @param strategy how; empty: under the service's plan if it has one, else all at once
 * @param bake how long it stays at its target before it has succeeded
 * @param guard what stands between it and its batches; of its alarms only its own
 * @param conflictPolicy what becomes of the rollout that it finds
 * @param startTime not before
 * @param paused whether it waits for approval before it starts
 * @param rollbackTo where a rollback of it goes; empty: what {@link Restoring} finds when it starts
 * @param rollbackWindow how long after it has succeeded it can still be rolled back
 * @param rollbackOf the rollout that it takes back
 */
public record Spec(
    Map<String, Double> percentages,
    Optional<Strategy> strategy,
    Duration bake,
    Guard guard,
    ConflictPolicy conflictPolicy,
    Optional<Instant> startTime,
    boolean paused,
    Optional<Success> rollbackTo,
    Duration rollbackWindow,
    Optional<String> rollbackOf) {

  public static final Duration DEFAULT_ROLLBACK_WINDOW = Duration.ofHours(24);

  /** What a new rollout does with one that is on its way. */
  public enum ConflictPolicy {
    /** Supersedes it (Google's rule). */
    REPLACE,
    /** Is refused. */
    REJECT,
    /** Waits until it has succeeded. */
    QUEUE
  }

  public Spec {
    percentages = Map.copyOf(percentages);
    requireNonNull(strategy, "strategy is null");
    requireNonNull(guard, "guard is null");
    requireNonNull(conflictPolicy, "conflictPolicy is null");
  }

  /** What both public APIs mean: it starts now, supersedes, and has no bake. */
  public static Spec of(Map<String, Double> percentages, Optional<Strategy> strategy) {
    return new Spec(
        percentages,
        strategy,
        Duration.ZERO,
        Guard.NONE,
        ConflictPolicy.REPLACE,
        Optional.empty(),
        false,
        Optional.empty(),
        DEFAULT_ROLLBACK_WINDOW,
        Optional.empty());
  }

  Shares target() {
    return Shares.ofPercentages("percentages", percentages);
  }

  /** The same under {@code chosen}. */
  Spec under(Strategy chosen) {
    return new Spec(
        percentages,
        Optional.of(chosen),
        bake,
        guard,
        conflictPolicy,
        startTime,
        paused,
        rollbackTo,
        rollbackWindow,
        rollbackOf);
  }

  /** The same, passing its windows. */
  Spec inEmergency(String why) {
    return guarded(guard.inEmergency(why));
  }

  /** The same, passing the alarms that keep it from its start. */
  Spec overridingAlarms(String why) {
    return guarded(guard.overriddenBecause(why));
  }

  /** The same, a rollback of which goes to {@code success}. */
  Spec goingBackTo(Optional<Success> success) {
    return new Spec(
        percentages,
        strategy,
        bake,
        guard,
        conflictPolicy,
        startTime,
        paused,
        success,
        rollbackWindow,
        rollbackOf);
  }

  /** The same without anything to wait for. */
  Spec atOnce() {
    return new Spec(
        percentages,
        strategy,
        bake,
        guard,
        ConflictPolicy.REPLACE,
        Optional.empty(),
        false,
        rollbackTo,
        rollbackWindow,
        rollbackOf);
  }

  private Spec guarded(Guard next) {
    return new Spec(
        percentages,
        strategy,
        bake,
        next,
        conflictPolicy,
        startTime,
        paused,
        rollbackTo,
        rollbackWindow,
        rollbackOf);
  }

  /** The same as the one that takes {@code id} back. */
  static Spec takingBack(String id, Shares to) {
    Spec plain = of(to.percentages(), Optional.of(Strategy.ALL_AT_ONCE));
    return new Spec(
        plain.percentages,
        plain.strategy,
        plain.bake,
        plain.guard,
        plain.conflictPolicy,
        plain.startTime,
        plain.paused,
        plain.rollbackTo,
        plain.rollbackWindow,
        Optional.of(id));
  }
}
