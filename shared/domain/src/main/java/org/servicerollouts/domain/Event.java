package org.servicerollouts.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the state machine is told. */
public sealed interface Event {

  /**
   * Make a rollout and start it; it supersedes the one that runs.
   *
   * @param rolloutId its id; empty: the next of {@code YYYY-MM-DDrN}
   * @param percentages where it goes; a replica service takes one config at 100
   * @param strategy how; empty: under the service's plan if it has one, else all at once
   * @param bake how long it stays at its target before it has succeeded
   * @param staysPaused whether it stands before its first batch if the one that it supersedes was
   *     paused or waited for approval
   */
  record Create(
      Optional<String> rolloutId,
      Map<String, Double> percentages,
      Optional<Strategy> strategy,
      Duration bake,
      boolean staysPaused,
      Cause cause)
      implements Event {

    /** Without bake, as both public APIs mean it. */
    public static Create of(
        Optional<String> rolloutId,
        Map<String, Double> percentages,
        Optional<Strategy> strategy,
        Cause cause) {
      return new Create(rolloutId, percentages, strategy, Duration.ZERO, false, cause);
    }

    /** To revision {@code id} under the service's plan, as PAI-EAS's service update means it. */
    static Create update(String id, Cause cause) {
      return new Create(
          Optional.empty(), Map.of(id, 100.0), Optional.empty(), Duration.ZERO, true, cause);
    }
  }

  /** Time has passed: do what is due. */
  record Due() implements Event {}

  /** The replicas of a replica service are to be {@code total}. */
  record Scale(long total, Cause cause) implements Event {}

  /**
   * Change the plan, and with it the rollout that lives, whoever made it.
   *
   * @param paused true: stand still; with nothing live, the next rollout waits for approval. False:
   *     go on
   */
  record Replan(Optional<StrategyChange> strategy, Optional<Boolean> paused, Cause cause)
      implements Event {}

  /** Forget the plan, and stop the rollout that lives where it is. */
  record Unplan(Cause cause) implements Event {}

  /**
   * Delete the service; what runs is cancelled, and it stays where it is.
   *
   * @param kept how long it can be undeleted
   */
  record DeleteService(Duration kept, Cause cause) implements Event {}

  /** Undelete the service, and roll out to last good. */
  record UndeleteService(Cause cause) implements Event {}

  /** The target confirmed the intent that was written at {@code intent.since()}. */
  record Confirmed(State.Intent intent) implements Event {}

  /** The target cannot go where the intent says. */
  record ApplyFailed(State.Intent intent, String reason) implements Event {}

  /** A person steers the rollout {@code rolloutId}. */
  record Steer(String rolloutId, Verb verb, Cause cause) implements Event {}

  /** How a person steers; each verb in each state stands in the state machine. */
  enum Verb {
    PAUSE,
    RESUME,
    ADVANCE,
    PROMOTE,
    ROLLBACK
  }
}
