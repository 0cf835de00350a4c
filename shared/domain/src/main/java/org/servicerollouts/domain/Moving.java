package org.servicerollouts.domain;

import static org.servicerollouts.domain.Status.FAILED;
import static org.servicerollouts.domain.Status.ROLLED_BACK;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a rollout moves: batch by batch to its target, back, and not at all.
 *
 * <p>Without a target a move is done at once. With one it is an intent, until the target confirms.
 */
final class Moving {
  private Moving() {}

  // ---- by itself

  /** The next batch, if its windows and alarms let it start. */
  static Turn nextBatch(Turn turn, Alarms alarms, Instant now) {
    if (!turn.live().guard().isOpen(now)) {
      return turn.in(new State.Waiting(doneAt(turn, now), now));
    }
    return heldUp(turn, alarms, true, doneAt(turn, now), now)
        .orElseGet(() -> batchNow(heeding(turn, alarms), now));
  }

  private static Instant doneAt(Turn turn, Instant now) {
    return switch (turn.live().state()) {
      case State.Waiting waiting -> waiting.doneAt();
      case State.Held held -> held.doneAt();
      default -> now;
    };
  }

  /** A look at one that bakes: it goes on, or has succeeded, or its alarms take it back. */
  static Turn baked(Turn turn, State.Baking baking, Alarms alarms, Instant now) {
    boolean isOver = !now.isBefore(baking.until());
    Instant began = baking.until().minus(turn.live().bake());
    return heldUp(turn, alarms, isOver, began, now)
        .orElseGet(
            () -> {
              Turn on = heeding(turn, alarms).late(Optional.empty());
              return isOver ? on.end(SUCCEEDED, Optional.empty(), now) : on;
            });
  }

  /** Counting again what was overridden and has been OK since. */
  static Turn heeding(Turn turn, Alarms alarms) {
    return turn.with(turn.live().guard().after(alarms));
  }

  /**
   * Late, or taken back, by what its alarms say; empty: nothing stands in the way.
   *
   * @param needsData whether an alarm without data may hold it
   * @param since from when on the time without data counts
   */
  private static Optional<Turn> heldUp(
      Turn turn, Alarms alarms, boolean needsData, Instant since, Instant now) {
    if (turn.live().guard().alarms().isEmpty()) {
      return Optional.empty();
    }
    Turn heeding = heeding(turn, alarms);
    Guard heeded = heeding.live().guard();
    return heeded
        .firing(alarms)
        .map(firing -> takenBack(heeding, firing, now))
        .or(
            () ->
                heeded
                    .unreadable(alarms)
                    .map(why -> new Delay(Delay.Kind.ALARMS_UNREADABLE, now, why))
                    .map(delay -> late(heeding, delay, now)))
        .or(
            () ->
                heeded
                    .holdsForData(alarms, since, now)
                    .filter(silent -> needsData)
                    .map(why -> late(heeding, new Delay(Delay.Kind.NO_DATA, now, why), now)));
  }

  /** The same, late; taken back where what fails has failed for too long. */
  static Turn late(Turn turn, Delay news, Instant now) {
    Delay delay = turn.live().delay().filter(known -> known.kind() == news.kind()).orElse(news);
    boolean fails =
        switch (delay.kind()) {
          case TARGET_FAILS -> true;
          case ALARMS_UNREADABLE ->
              turn.live().guard().whenUnreadable() == Guard.Unreadable.ROLLBACK;
          case NO_DATA -> false;
        };
    Instant deadline = delay.since().plus(turn.live().guard().progressDeadline());
    return fails && !now.isBefore(deadline)
        ? takenBack(turn, "no progress since " + delay.since() + ": " + news.why(), now)
        : turn.late(Optional.of(delay));
  }

  // ---- on

  /** The next batch, whatever windows and alarms say. */
  static Turn batchNow(Turn turn, Instant now) {
    Move move = turn.move();
    Strategy strategy = turn.live().strategy();
    if (nothingThere(turn)) {
      return turn.live().batch() == 0 ? doneWithNothing(turn, now) : settle(turn, now);
    }
    boolean isSettled = !move.first() && isWhereItMoved(turn);
    if (isSettled && move.moved() >= move.distance()) {
      return reachedTarget(turn, now);
    }
    long goal = move.goal(strategy, turn.live().batch());
    boolean isStep = strategy instanceof Strategy.Staged;
    return isSettled && goal == move.moved() && !isStep
        ? settle(turn, now)
        : moveTo(turn, goal, false, now);
  }

  /** All that is left, in one batch. */
  static Turn promoted(Turn turn, boolean overwrites, Instant now) {
    if (nothingThere(turn) && turn.live().batch() == 0) {
      return doneWithNothing(turn, now);
    }
    Move move = turn.move();
    boolean isStepToDo = move.first() && turn.live().batch() == 0;
    boolean isThere = move.moved() >= move.distance() && !isStepToDo;
    return isThere && isWhereItMoved(turn)
        ? reachedTarget(turn, now)
        : moveTo(turn, move.distance(), overwrites, now);
  }

  /**
   * Whether the service is where this rollout has moved it. It is not at the start, if what was
   * superseded has to give its share back, or may have told the target something that was never
   * confirmed.
   */
  private static boolean isWhereItMoved(Turn turn) {
    Service service = turn.service();
    Move move = turn.move();
    return service.allocation().filter(move.at(move.moved())::equals).isPresent()
        && (!service.targeted() || service.intended().isEmpty());
  }

  private static Turn moveTo(Turn turn, long goal, boolean overwrites, Instant now) {
    Allocation to = turn.move().at(goal);
    Turn raising = turn.raising(to, now);
    if (turn.service().targeted()) {
      State.Intent intent = new State.Intent(to, goal, now, overwrites);
      return raising.intending(intent, new State.Applying(intent));
    }
    return settle(raising.at(to, goal, turn.live().batch() + 1), now);
  }

  /**
   * What starts at a total of 0 replicas has nothing to move, and nothing that could be watched.
   */
  private static Turn doneWithNothing(Turn turn, Instant now) {
    Allocation none = Replicas.all(turn.live().updateRevision(), 0);
    return turn.at(none, 0, 1)
        .end(SUCCEEDED, Optional.of("done without a bake, because there were 0 replicas"), now);
  }

  /** At a total of 0 replicas nothing advances. */
  static boolean nothingThere(Turn turn) {
    return turn.service().kind() == Kind.REPLICA && turn.service().total() == 0;
  }

  /** Where a rollout stands once its move is done. */
  static Turn settle(Turn turn, Instant now) {
    Move move = turn.move();
    if (move.first() || (move.moved() >= move.distance() && !nothingThere(turn))) {
      return reachedTarget(turn, now);
    }
    return switch (turn.live().strategy()) {
      case Strategy.AllAtOnce all -> reachedTarget(turn, now);
      case Strategy.Batch batch -> waiting(turn, batch.interval(), now);
      case Strategy.Partition partition -> turn.in(new State.Held(now));
      case Strategy.Staged staged when turn.live().batch() == 0 ->
          turn.in(new State.Waiting(now, now));
      case Strategy.Staged staged ->
          staged
              .waitAfter(Math.min(turn.live().batch(), staged.count()) - 1)
              .map(wait -> waiting(turn, wait, now))
              .orElseGet(() -> turn.in(new State.Held(now)));
    };
  }

  private static Turn waiting(Turn turn, Interval interval, Instant now) {
    return turn.in(new State.Waiting(now, now.plus(interval.duration())));
  }

  /** All is moved: it bakes, or has succeeded. */
  static Turn reachedTarget(Turn turn, Instant now) {
    Duration bake = turn.live().bake();
    return bake.isZero()
        ? turn.end(SUCCEEDED, Optional.empty(), now)
        : turn.in(new State.Baking(now.plus(bake)));
  }

  /** From a hold to where the Partition says, on or back; only what goes on is a batch. */
  static Turn toPartition(Turn turn, Strategy.Partition partition, Alarms alarms, Instant now) {
    return turn.move().holdsAt(partition.keep()) > turn.move().moved()
        ? nextBatch(turn.telling(new State.Waiting(doneAt(turn, now), now)), alarms, now)
        : evaluatedAnew(turn, partition, now);
  }

  static Turn evaluatedAnew(Turn held, Strategy.Partition partition, Instant now) {
    Move move = held.move();
    long goal = move.holdsAt(partition.keep());
    boolean staysThere = goal == move.moved() && (goal < move.distance() || nothingThere(held));
    Allocation to = move.at(goal);
    return staysThere
        ? held.late(Optional.empty())
        : settle(held.raising(to, now).at(to, goal, held.live().batch()), now);
  }

  // ---- back

  /** Back to where it restores, without a person's word; failed where there is nothing. */
  static Turn takenBack(Turn turn, String why, Instant now) {
    if (turn.live().state() instanceof State.RollingBack back) {
      return turn.end(FAILED, Optional.of(back.why() + "; going back failed: " + why), now);
    }
    return turn.live()
        .restores()
        .map(restores -> goBack(turn, restores, why, false, now))
        .orElseGet(
            () -> turn.end(FAILED, Optional.of(why + "; there was nothing to go back to"), now));
  }

  /**
   * Back to {@code restores}, at once where there is no target.
   *
   * @param overwrites whether a person said so, whatever somebody else has made of the target
   */
  static Turn goBack(Turn turn, Shares restores, String why, boolean overwrites, Instant now) {
    Allocation to =
        switch (turn.service().kind()) {
          case TRAFFIC -> restores;
          case REPLICA -> Replicas.all(restores.units().lastKey(), turn.service().total());
        };
    Turn back = turn.takingBackSince(restores);
    if (turn.service().targeted()) {
      State.Intent intent = new State.Intent(to, 0, now, overwrites);
      return back.intending(intent, new State.RollingBack(intent, why));
    }
    return back.end(ROLLED_BACK, Optional.of(why), now).leaving(to, restores);
  }

  // ---- not at all

  /** The same, standing still: what is left of its wait or bake stays. */
  static Turn frozen(Turn turn, Instant now) {
    return switch (turn.live().state()) {
      case State.Waiting w -> resting(turn, new State.Rest.Wait(w.doneAt(), left(w.next(), now)));
      case State.Held h -> resting(turn, new State.Rest.Hold(h.doneAt()));
      case State.Baking b -> resting(turn, new State.Rest.Bake(left(b.until(), now)));
      case State.Applying a ->
          turn.telling(
              new State.Paused(
                  new State.Rest.Wait(now, Duration.ZERO),
                  Optional.of(a.intent()),
                  Optional.empty()));
      case State.Pending p -> turn;
      case State.Paused p -> turn;
      case State.RollingBack r -> turn;
      case State.Ended e -> turn;
    };
  }

  private static Turn resting(Turn turn, State.Rest rest) {
    return turn.in(State.Paused.at(rest));
  }

  /** What is left before a rollout that stands in {@code state} before its first batch. */
  static State.Rest restOf(State state, Instant now) {
    return switch (state) {
      case State.Waiting waiting ->
          new State.Rest.Wait(waiting.doneAt(), left(waiting.next(), now));
      case State.Held held -> new State.Rest.Hold(held.doneAt());
      case State.Paused paused -> paused.rest();
      case State.Pending p -> throw new IllegalArgumentException("not started: " + p);
      case State.Applying a -> throw new IllegalArgumentException("brings a batch: " + a);
      case State.Baking b -> throw new IllegalArgumentException("all is moved: " + b);
      case State.RollingBack r -> throw new IllegalArgumentException("goes back: " + r);
      case State.Ended e -> throw new IllegalArgumentException("ended: " + e);
    };
  }

  /** What was superseded has given back its share: it waits for its first batch. */
  static Turn gaveBack(Turn turn, State.Rest then, Instant now) {
    return switch (then) {
      case State.Rest.Wait wait -> {
        Instant left = now.plus(wait.left());
        Instant pace =
            Pacing.startsAt(turn.service(), turn.live()).filter(left::isBefore).orElse(left);
        yield turn.in(new State.Waiting(now, pace));
      }
      case State.Rest.Hold hold -> turn.in(new State.Held(now));
      case State.Rest.Bake bake -> throw new IllegalArgumentException("all is moved: " + bake);
    };
  }

  /** What a batch leaves of a rollout that is to stand still all the same. */
  static Turn still(Turn done, Instant now) {
    return done.live().status() == SUCCEEDED
        ? Turn.of(
            done.service(), done.live().in(State.Paused.at(new State.Rest.Bake(Duration.ZERO))))
        : frozen(done, now);
  }

  static Duration left(Instant until, Instant now) {
    return now.isBefore(until) ? Duration.between(now, until) : Duration.ZERO;
  }

  /** On from where it stood still. */
  static Turn resumed(Turn turn, State.Paused paused, Alarms alarms, Instant now) {
    if (paused.intent().isPresent()) {
      return tellingAgain(turn, paused.intent().get(), paused.changed().isPresent(), now);
    }
    return switch (paused.rest()) {
      case State.Rest.Hold hold when turn.live().strategy() instanceof Strategy.Partition p ->
          toPartition(turn.in(new State.Held(hold.doneAt())), p, alarms, now);
      case State.Rest.Hold hold -> turn.in(new State.Held(hold.doneAt()));
      case State.Rest.Bake bake
          when bake.left().isZero() && turn.live().guard().alarms().isEmpty() ->
          turn.end(SUCCEEDED, Optional.empty(), now);
      case State.Rest.Bake bake -> turn.in(new State.Baking(now.plus(bake.left())));
      case State.Rest.Wait wait -> {
        Turn waiting = turn.in(new State.Waiting(wait.doneAt(), now.plus(wait.left())));
        yield wait.left().isZero() ? nextBatch(waiting, alarms, now) : waiting;
      }
    };
  }

  private static Turn tellingAgain(Turn turn, State.Intent intent, boolean isChanged, Instant now) {
    if (!isChanged) {
      return turn.telling(new State.Applying(intent));
    }
    State.Intent overwriting = intent.overwriting(now);
    return turn.intending(overwriting, new State.Applying(overwriting));
  }
}
