package org.servicerollouts.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last thing that happened to a service. Each has the service's {@code v} as its number, and
 * makes one event.
 *
 * @param verb the verb by which a person brought it about, if it was one
 * @param rollouts the rollouts whose state it changed, or whose batch it was, with the state they
 *     are in after it
 */
public record Happened(
    What what, Instant at, Cause cause, Optional<Event.Verb> verb, List<Change> rollouts) {

  public Happened {
    rollouts = List.copyOf(rollouts);
  }

  public Happened(What what, Instant at, Cause cause, List<Change> rollouts) {
    this(what, at, cause, Optional.empty(), rollouts);
  }

  /** What can happen. */
  public enum What {
    SERVICE_CREATED,
    SERVICE_DELETED,
    SERVICE_UNDELETED,
    SERVICE_SCALED,
    /** Its target or its alarms. */
    SERVICE_CONFIGURED,
    CONFIG_CREATED,
    /** Sources were found to make a config; nothing of it is kept but the operation. */
    CONFIG_VALIDATED,
    PLAN_CREATED,
    PLAN_CHANGED,
    /** A Partition was raised, and took replicas back. */
    MOVED_BACK,
    PLAN_DELETED,
    ROLLOUT_CREATED,
    ROLLOUT_STARTED,
    BATCH_COMPLETED,
    BAKE_STARTED,
    ROLLOUT_PAUSED,
    ROLLOUT_RESUMED,
    /** What was due cannot be done yet, or waits for something else now. */
    ROLLOUT_DELAYED,
    /** Its alarms can be read again, or one that was overridden is OK and counts again. */
    ALARMS_HEARD,
    /** Somebody else changed the target. */
    TARGET_CHANGED,
    ROLLOUT_SUCCEEDED,
    ROLLOUT_CANCELLED,
    ROLLOUT_ROLLED_BACK,
    ROLLOUT_FAILED,
    /** A move was written down that a target must confirm. */
    MOVE_INTENDED
  }

  /** A rollout and the state it is in now. */
  public record Change(String rolloutId, Status status) {}
}
