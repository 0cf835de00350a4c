package org.servicerollouts.domain;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the state machine is told. */
public sealed interface Event {

  /** What is known of the configs that it names. */
  default Map<String, Version> versions() {
    return Map.of();
  }

  /**
   * Make a rollout, and start it unless it has to wait.
   *
   * @param rolloutId its id; empty: the next of {@code YYYY-MM-DDrN}
   * @param versions of its configs what the service must know
   * @param inPlace whether it takes the place of the one that it supersedes at once, before its
   *     first batch if that was paused or waited for approval, or while its alarms cannot be read
   * @param etag the service's {@code v} that the caller knows; with another it is refused
   */
  record Create(
      Optional<String> rolloutId,
      Spec spec,
      Map<String, Version> versions,
      boolean inPlace,
      Optional<String> etag,
      Cause cause)
      implements Event {

    public Create {
      versions = Map.copyOf(versions);
    }

    /** As both public APIs mean it. */
    public static Create of(
        Optional<String> rolloutId,
        Map<String, Double> percentages,
        Optional<Strategy> strategy,
        Cause cause) {
      return of(rolloutId, Spec.of(percentages, strategy), cause);
    }

    public static Create of(Optional<String> rolloutId, Spec spec, Cause cause) {
      return new Create(rolloutId, spec, Map.of(), false, Optional.empty(), cause);
    }

    /** To revision {@code id} under the service's plan, as PAI-EAS's service update means it. */
    static Create update(String id, Optional<Version> version, Cause cause) {
      Map<String, Version> versions = version.map(v -> Map.of(id, v)).orElse(Map.of());
      Spec spec = Spec.of(Map.of(id, 100.0), Optional.empty());
      return new Create(Optional.empty(), spec, versions, true, Optional.empty(), cause);
    }

    Create with(Spec other) {
      return new Create(rolloutId, other, versions, inPlace, etag, cause);
    }

    /** The same, a rollback of which goes to {@code success}. */
    public Create goingBackTo(Optional<Success> success) {
      return success.isEmpty() ? this : with(spec.goingBackTo(success));
    }

    public Create with(Map<String, Version> known) {
      return new Create(rolloutId, spec, known, inPlace, etag, cause);
    }
  }

  /** Time has passed: do what is due of the rollout that the service is in. */
  record Due() implements Event {}

  /**
   * Time has passed: see whether {@code rollout}, the first that waits, can start.
   *
   * @param versions of its configs what the service must know
   */
  record Start(Rollout rollout, Map<String, Version> versions) implements Event {
    public Start {
      versions = Map.copyOf(versions);
    }
  }

  /**
   * CloudWatch told that alarms entered ALARM, which takes back what they watch, or OK, from when
   * on those count again that were overridden; only that counts of what was read.
   */
  record AlarmFired() implements Event {}

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

  /** The target could not be brought where the intent says; it may be at the next try. */
  record ApplyFailed(State.Intent intent, String reason) implements Event {}

  /**
   * The target holds what neither the service nor its rollouts made it.
   *
   * @param found what it holds, in words for people
   */
  record TargetChanged(State.Intent intent, String found) implements Event {}

  /**
   * A person steers the rollout {@code rolloutId}.
   *
   * @param kept the rollout as it is kept; needed of one that waits or has ended
   * @param to of a rollback, the rollout that succeeded whose allocation it goes to
   * @param versions of the configs of {@code kept} and {@code to} what the service must know
   * @param emergency why its windows are passed
   * @param overrideAlarms why its alarms are passed
   * @param etag the version that the caller knows; with another it is refused
   */
  record Steer(
      String rolloutId,
      Verb verb,
      Optional<Rollout> kept,
      Optional<Rollout> to,
      Map<String, Version> versions,
      Optional<String> emergency,
      Optional<String> overrideAlarms,
      Optional<String> etag,
      Cause cause)
      implements Event {

    public Steer {
      versions = Map.copyOf(versions);
    }

    /** Of the rollout that the service is in. */
    public Steer(String rolloutId, Verb verb, Cause cause) {
      this(
          rolloutId,
          verb,
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          cause);
    }

    /** The rollout as it is kept, without which this cannot be decided. */
    Rollout keptOne() {
      return kept.orElseThrow(() -> new IllegalArgumentException("kept is missing: " + this));
    }

    /** Who says so, and why, to end a sentence with. */
    String byWhom() {
      return " by " + cause.who() + cause.why().map(why -> ": " + why).orElse("");
    }
  }

  /** How a person steers; each verb in each state stands in the state machine. */
  enum Verb {
    PAUSE,
    RESUME,
    ADVANCE,
    PROMOTE,
    ROLLBACK;

    /** Whether it may start a batch. */
    public boolean movesOn() {
      return switch (this) {
        case RESUME, ADVANCE, PROMOTE -> true;
        case PAUSE, ROLLBACK -> false;
      };
    }
  }
}
