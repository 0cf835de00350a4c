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

  /**
   * Not started.
   *
   * @param held whether a pause holds it in its place
   * @param until when what it waits for is over, where that is known
   * @param why in words for people, where it is not its turn, a time or approval alone
   */
  record Pending(WaitsFor waitsFor, boolean held, Optional<Instant> until, Optional<String> why)
      implements State {

    static Pending waiting(WaitsFor waitsFor) {
      return new Pending(waitsFor, false, Optional.empty(), Optional.empty());
    }

    static Pending until(WaitsFor waitsFor, Instant time) {
      return new Pending(waitsFor, false, Optional.of(time), Optional.empty());
    }

    static Pending because(WaitsFor waitsFor, String why) {
      return new Pending(waitsFor, false, Optional.empty(), Optional.of(why));
    }

    Pending held(boolean next) {
      return new Pending(waitsFor, next, until, why);
    }

    Pending stopped() {
      return new Pending(waitsFor, held, until, Optional.of(AHEAD_ROLLED_BACK));
    }

    Pending goingOn() {
      return new Pending(waitsFor, held, until, Optional.empty());
    }

    /** Whether it waits for a person's word, whatever else it waits for. */
    boolean standsStill() {
      return held || isStopped();
    }

    /** Whether the one ahead of it ended badly, so that it waits for a person's word. */
    boolean isStopped() {
      return why.filter(AHEAD_ROLLED_BACK::equals).isPresent();
    }

    @Override
    public Status status() {
      return Status.PENDING;
    }

    @Override
    public Optional<String> reason() {
      return held ? Optional.of(why.map(more -> HELD + "; " + more).orElse(HELD)) : why;
    }
  }

  /** Why one waits that a pause holds in its place. */
  String HELD = "held by :pause";

  /** Why those wait on that were behind one that ended badly. */
  String AHEAD_ROLLED_BACK = "AHEAD_ROLLED_BACK";

  /** Why one stands still whose target somebody else has changed. */
  String TARGET_CHANGED = "TARGET_CHANGED";

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
   * @param next when the next batch is due, whatever windows say: it starts at the first moment
   *     from then on at which one is open
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
   * @param changed what the target was found to be, if somebody else changed it: then the intent
   *     waits for a person's word
   */
  record Paused(Rest rest, Optional<Intent> intent, Optional<String> changed) implements State {
    static Paused at(Rest rest) {
      return new Paused(rest, Optional.empty(), Optional.empty());
    }

    /** Whether what it does next is by a person's word, whatever somebody made of the target. */
    boolean overwrites() {
      return changed.isPresent() || intent.filter(Intent::overwrites).isPresent();
    }

    @Override
    public Status status() {
      return Status.PAUSED;
    }

    @Override
    public Optional<String> reason() {
      return changed.map(found -> TARGET_CHANGED + ": " + found);
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
   * @param overwrites whether a person said so, whatever somebody else has made of the target
   * @param then what the rollout waits for once it is done, where it only gives back what a
   *     superseded one had raised; empty: it brings a batch, or goes back
   */
  record Intent(Allocation to, long moved, Instant since, boolean overwrites, Optional<Rest> then) {

    /** One that brings a batch, or goes back. */
    public Intent(Allocation to, long moved, Instant since, boolean overwrites) {
      this(to, moved, since, overwrites, Optional.empty());
    }

    /** The same by a person's word, told anew. */
    Intent overwriting(Instant now) {
      return new Intent(to, moved, now, true, then);
    }
  }
}
