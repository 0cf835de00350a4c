package org.servicerollouts.domain;

/** The state of a rollout by name. What each carries besides its name is in {@link State}. */
public enum Status {
  /** Waits for its turn, a time, a window, an alarm to clear, or approval. */
  PENDING,
  /** A batch is being applied, a wait runs, it is held, or it bakes. */
  RUNNING,
  PAUSED,
  /** Goes back, until the target confirms. */
  ROLLING_BACK,
  SUCCEEDED,
  /** Stopped or superseded; what it had moved stays moved. */
  CANCELLED,
  ROLLED_BACK,
  /** Could not go back, or had nothing to go back to. */
  FAILED;

  /** Ended rollouts never change. */
  public boolean ended() {
    return switch (this) {
      case PENDING, RUNNING, PAUSED, ROLLING_BACK -> false;
      case SUCCEEDED, CANCELLED, ROLLED_BACK, FAILED -> true;
    };
  }
}
