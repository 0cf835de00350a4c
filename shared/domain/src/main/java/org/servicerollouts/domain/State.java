package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where a rollout is, with what that state alone needs. */
public sealed interface State {

  Status status();

  /** Why it is so, where somebody or something other than the plan brought it there. */
  default Optional<String> reason() {
    return Optional.empty();
  }

  /** Not started. {@code held}: a pause holds it in its place. */
  record Pending(WaitsFor waitsFor, boolean held) implements State {
    @Override
    public Status status() {
      return Status.PENDING;
    }
  }

  /** What a PENDING rollout waits for. */
  enum WaitsFor {
    TURN,
    TIME,
    WINDOW,
    ALARM,
    APPROVAL
  }

  /** Started, and moving by itself or held where its strategy says. */
  sealed interface Running extends State {
    @Override
    default Status status() {
      return Status.RUNNING;
    }
  }

  /**
   * The target has been told, or will be, to go where {@code intent} says; it has not confirmed
   * yet.
   */
  record Applying(Intent intent) implements Running {}

  /**
   * A batch is complete and the next is scheduled.
   *
   * @param doneAt when the last batch was complete; when the rollout started, before its first
   * @param next when the next batch is due
   */
  record Waiting(Instant doneAt, Instant next) implements Running {}

  /**
   * At its Partition, or at a step without a wait, until somebody moves it on.
   *
   * @param doneAt when it got there
   */
  record Held(Instant doneAt) implements Running {}

  /** All is moved; it has succeeded at {@code until}. */
  record Baking(Instant until) implements Running {}

  /**
   * Stands still.
   *
   * @param rest what goes on at resume
   * @param intent what the target has not confirmed yet, if it was paused while applying
   */
  record Paused(Rest rest, Optional<Intent> intent) implements State {
    @Override
    public Status status() {
      return Status.PAUSED;
    }
  }

  /** Goes back to what it restores; the target has not confirmed yet. */
  record RollingBack(Intent intent, String why) implements State {
    @Override
    public Status status() {
      return Status.ROLLING_BACK;
    }

    @Override
    public Optional<String> reason() {
      return Optional.of(why);
    }
  }

  /** Over. */
  record Ended(Status status, Optional<String> reason, Instant at) implements State {
    public Ended {
      if (!status.ended()) {
        throw new IllegalArgumentException("status: " + status + " (expected: one that has ended)");
      }
    }
  }

  /** What a paused rollout has still before it. */
  sealed interface Rest {
    /** The rest of the wait before the next batch; zero before a first batch. */
    record Wait(Instant doneAt, Duration left) implements Rest {}

    record Hold(Instant doneAt) implements Rest {}

    record Bake(Duration left) implements Rest {}
  }

  /**
   * A move that a target must confirm before it counts as done.
   *
   * @param to the allocation that is to be
   * @param moved what the rollout has moved once it is
   * @param since when it was written
   */
  record Intent(Allocation to, long moved, Instant since) {}
}
