package org.servicerollouts.domain;

import java.time.Instant;

/**
 * What keeps a rollout from its next batch, or from its end, though it is due.
 *
 * @param since when that was first seen
 * @param why in words for people
 */
public record Delay(Kind kind, Instant since, String why) {

  /** What can. */
  public enum Kind {
    /** CloudWatch cannot be asked. */
    ALARMS_UNREADABLE,
    /** An alarm has no data, and the rollout holds for that. */
    NO_DATA,
    /** The target does not take what it is told. */
    TARGET_FAILS
  }
}
