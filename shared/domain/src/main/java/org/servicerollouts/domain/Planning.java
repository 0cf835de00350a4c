package org.servicerollouts.domain;

import static org.servicerollouts.domain.Moving.frozen;
import static org.servicerollouts.domain.Moving.toPartition;
import static org.servicerollouts.domain.Refusals.notOfReplicas;
import static org.servicerollouts.domain.Refusals.refused;
import static org.servicerollouts.domain.StateMachine.UNCHANGED;
import static org.servicerollouts.domain.StateMachine.whatHappened;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Happened.What;

/** PAI-EAS's rollout plan: what changing it, and forgetting it, does to the rollout under it. */
final class Planning {
  private Planning() {}

  /** What {@code replan} changes. */
  static Decision replan(Service service, Event.Replan replan, Alarms alarms, Instant now) {
    if (service.kind() == Kind.TRAFFIC) {
      return refused(notOfReplicas(service, "takes no rollout plan"));
    }
    Optional<Live> live = service.live();
    Optional<Strategy> current =
        live.map(Live::strategy).or(() -> service.plan().map(Plan::strategy));
    if (current.isEmpty()) {
      return refused(NotFound.rolloutPlan(service.name()));
    }
    Optional<Strategy> strategy = replan.strategy().map(change -> change.of(current.get()));
    Service planned =
        service.withPlan(
            service.plan().map(plan -> plan.with(strategy, isPaused(plan, live, replan))));
    if (live.isEmpty()) {
      return reopens(planned, strategy, replan)
          ? reopened(planned, replan.cause(), now)
          : planChanged(service, planned, replan.cause(), now);
    }
    if (live.get().state() instanceof State.RollingBack) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Rollout '"
                  + live.get().rolloutId()
                  + "' is ROLLING_BACK: nothing of it can change."));
    }
    Optional<String> firing = live.get().guard().firing(alarms);
    if (approves(live.get(), replan) && firing.isPresent()) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Rollout '"
                  + live.get().rolloutId()
                  + "' does not start while "
                  + firing.get()
                  + "."));
    }
    Turn turn = Turn.of(planned, live.get());
    Turn next = replanned(turn, strategy, replan.paused(), alarms, now);
    if (next.equals(turn) && planned.equals(service)) {
      return UNCHANGED;
    }
    Writing writing = new Writing(service);
    writing.moved(live.get(), next, now);
    return writing.changed(next, whatReplanned(turn, next), replan.cause(), Optional.empty(), now);
  }

  private static boolean approves(Live live, Event.Replan replan) {
    return live.status() == Status.PENDING && replan.paused().filter(p -> !p).isPresent();
  }

  private static boolean isPaused(Plan plan, Optional<Live> live, Event.Replan replan) {
    return replan
        .paused()
        .map(paused -> paused && (live.isEmpty() || plan.paused()))
        .orElse(plan.paused());
  }

  private static Decision planChanged(Service service, Service planned, Cause cause, Instant now) {
    return planned.equals(service)
        ? UNCHANGED
        : new Decision.Changed(
            planned.happened(new Happened(What.PLAN_CHANGED, now, cause, List.of())), List.of());
  }

  /** Paused first, so that nothing moves; resumed last, so that it moves as it is to. */
  private static Turn replanned(
      Turn turn,
      Optional<Strategy> strategy,
      Optional<Boolean> paused,
      Alarms alarms,
      Instant now) {
    Turn stopped = paused.filter(p -> p).map(p -> frozen(turn, now)).orElse(turn);
    Turn changed = strategy.map(s -> withStrategy(stopped, s, alarms, now)).orElse(stopped);
    return paused.filter(p -> !p).map(p -> goesOn(changed, alarms, now)).orElse(changed);
  }

  private static Turn goesOn(Turn turn, Alarms alarms, Instant now) {
    return switch (turn.live().state()) {
      case State.Paused paused -> Moving.resumed(turn, paused, alarms, now);
      case State.Pending pending -> Moving.nextBatch(Steering.approved(turn, now), alarms, now);
      default -> turn;
    };
  }

  private static Turn withStrategy(Turn turn, Strategy strategy, Alarms alarms, Instant now) {
    Strategy before = turn.live().strategy();
    Turn next = turn.with(strategy);
    return switch (strategy) {
      // PAI-EAS's requests name none of these
      case Strategy.AllAtOnce all -> next;
      case Strategy.Staged staged -> next;
      case Strategy.Partition partition ->
          switch (next.live().state()) {
            case State.Waiting w when strategy.equals(before) -> next;
            case State.Waiting w ->
                toPartition(next.telling(new State.Held(w.doneAt())), partition, alarms, now);
            case State.Held h -> toPartition(next, partition, alarms, now);
            case State.Baking b when goesBack(next, partition) ->
                toPartition(next, partition, alarms, now);
            case State.Paused p -> next.in(resting(p, heldInstead(next, p.rest(), partition, now)));
            default -> next;
          };
      case Strategy.Batch batch ->
          switch (next.live().state()) {
            // Nothing was moved yet: no interval binds the first batch.
            case State.Waiting w when next.live().batch() == 0 && !w.next().isAfter(now) -> next;
            case State.Waiting w when !keepsInterval(before, batch) ->
                waitingInstead(next, w, batch, now);
            case State.Held h when hasMovedNothing(next) -> next.in(new State.Waiting(now, now));
            case State.Held h -> next.in(waiting(h.doneAt(), batch, now));
            case State.Paused p ->
                next.in(resting(p, waitingInstead(next, p.rest(), before, batch, now)));
            default -> next;
          };
    };
  }

  private static boolean goesBack(Turn turn, Strategy.Partition partition) {
    return turn.move().holdsAt(partition.keep()) < turn.move().moved();
  }

  private static boolean keepsInterval(Strategy before, Strategy.Batch batch) {
    return before instanceof Strategy.Batch old
        && old.interval().duration().equals(batch.interval().duration());
  }

  /** What is due all the same is as late as it was. */
  private static Turn waitingInstead(
      Turn turn, State.Waiting before, Strategy.Batch batch, Instant now) {
    State.Waiting after = waiting(before.doneAt(), batch, now);
    return after.next().isAfter(now) ? turn.in(after) : turn.telling(after);
  }

  private static State.Waiting waiting(Instant doneAt, Strategy.Batch batch, Instant now) {
    Instant due = doneAt.plus(batch.interval().duration());
    return new State.Waiting(doneAt, due.isBefore(now) ? now : due);
  }

  private static State.Paused resting(State.Paused paused, State.Rest rest) {
    return new State.Paused(rest, paused.intent(), paused.changed());
  }

  private static State.Rest heldInstead(
      Turn turn, State.Rest rest, Strategy.Partition partition, Instant now) {
    return switch (rest) {
      case State.Rest.Wait wait when isFirst(turn, wait) -> wait;
      case State.Rest.Wait wait -> new State.Rest.Hold(wait.doneAt());
      case State.Rest.Hold hold -> hold;
      case State.Rest.Bake bake when goesBack(turn, partition) -> new State.Rest.Hold(now);
      case State.Rest.Bake bake -> bake;
    };
  }

  /** What is left of a wait grows and shrinks with the interval. */
  private static State.Rest waitingInstead(
      Turn turn, State.Rest rest, Strategy before, Strategy.Batch batch, Instant now) {
    Duration interval = batch.interval().duration();
    return switch (rest) {
      case State.Rest.Wait wait when isFirst(turn, wait) -> wait;
      case State.Rest.Wait wait when before instanceof Strategy.Batch old -> {
        Duration left = wait.left().plus(interval).minus(old.interval().duration());
        yield new State.Rest.Wait(wait.doneAt(), left.isNegative() ? Duration.ZERO : left);
      }
      case State.Rest.Wait wait -> wait;
      case State.Rest.Hold hold when hasMovedNothing(turn) ->
          new State.Rest.Wait(now, Duration.ZERO);
      case State.Rest.Hold hold ->
          new State.Rest.Wait(hold.doneAt(), Moving.left(hold.doneAt().plus(interval), now));
      case State.Rest.Bake bake -> bake;
    };
  }

  /** No interval binds a first batch; scaling alone moves replicas to where a Partition holds. */
  private static boolean hasMovedNothing(Turn turn) {
    return turn.live().batch() == 0 && turn.move().moved() == 0;
  }

  /** Whether it stands before its first batch, which no interval binds. */
  private static boolean isFirst(Turn turn, State.Rest.Wait wait) {
    return turn.live().batch() == 0 && wait.left().isZero();
  }

  private static What whatReplanned(Turn before, Turn after) {
    Status was = before.live().status();
    Status is = after.live().status();
    if (was == is) {
      boolean oneMore = after.live().batch() > before.live().batch();
      boolean back = after.live().moved() < before.live().moved();
      return oneMore
          ? whatHappened(after.live().state())
          : back ? What.MOVED_BACK : What.PLAN_CHANGED;
    }
    return switch (is) {
      case PAUSED -> What.ROLLOUT_PAUSED;
      case RUNNING -> was == Status.PENDING ? What.ROLLOUT_STARTED : What.ROLLOUT_RESUMED;
      default -> whatHappened(after.live().state());
    };
  }

  /** A Partition above 0 on a plan that is completed takes replicas back again. */
  private static boolean reopens(
      Service service, Optional<Strategy> strategy, Event.Replan replan) {
    Plan plan = service.plan().orElseThrow();
    boolean keepsSome =
        replan.strategy().isPresent()
            && strategy.get() instanceof Strategy.Partition partition
            && partition.keep().units() > 0;
    return keepsSome
        && service.total() > 0
        && service
            .active()
            .filter(last -> last.status() == SUCCEEDED && last.since() > plan.since())
            .filter(last -> goodBefore(service, last).isPresent())
            .isPresent();
  }

  /** Last good before {@code completed}, which is between two revisions only if that is another. */
  private static Optional<Shares> goodBefore(Service service, Live completed) {
    return completed
        .restores()
        .or(() -> service.successes().reopened().newest().map(Success::target))
        .filter(good -> !good.equals(completed.target()));
  }

  /**
   * A new rollout between the same two revisions, which starts with all replicas updated; last good
   * is again what it was before. Of a paused plan it is the one that stands still.
   */
  private static Decision reopened(Service service, Cause cause, Instant now) {
    Live completed = service.active().orElseThrow();
    String id = service.counters().rollouts().id(now);
    Service.Counters counters = service.counters().usedRolloutId(now).nextRollout(now);
    Plan plan = service.plan().orElseThrow();
    Service reverted =
        service
            .withLastGood(goodBefore(service, completed))
            .withSuccesses(service.successes().reopened())
            .withCounters(counters)
            .withPlan(Optional.of(plan.with(Optional.empty(), false)));
    Strategy.Partition partition = (Strategy.Partition) plan.strategy();
    Live live =
        new Live(
            id,
            service.v() + 1,
            now,
            now,
            new State.Held(now),
            partition,
            completed.target(),
            service.allocation(),
            completed.restores(),
            service.total(),
            0,
            false,
            Optional.empty(),
            Spec.DEFAULT_ROLLBACK_WINDOW,
            Duration.ZERO,
            Guard.NONE.watching(service.settings().alarms()),
            Optional.empty(),
            service.v() + 1,
            now);
    Turn all = Turn.of(reverted, live);
    Turn turn = plan.paused() ? frozen(all, now) : toPartition(all, partition, Alarms.NONE, now);
    Spec like = Spec.of(completed.target().percentages(), Optional.of(partition));
    Writing writing = new Writing(service);
    writing.created(turn, like, cause, now);
    return writing.changed(turn, What.ROLLOUT_CREATED, cause, Optional.empty(), now);
  }

  /** What forgetting the plan does. */
  static Decision unplan(Service service, Cause cause, Instant now) {
    if (service.kind() == Kind.TRAFFIC) {
      return refused(notOfReplicas(service, "takes no rollout plan"));
    }
    if (service.plan().isEmpty() && service.live().isEmpty()) {
      return refused(NotFound.rolloutPlan(service.name()));
    }
    Writing writing = new Writing(service);
    Optional<Turn> stopped =
        writing.stop(service.live(), "stopped, since its plan was deleted", now);
    Service unplanned = service.withPlan(Optional.empty());
    Optional<Event.Verb> noVerb = Optional.empty();
    return stopped
        .map(ended -> new Turn(writing.stopped(unplanned, now), ended.live(), ended.ended()))
        .map(turn -> writing.changed(turn, What.PLAN_DELETED, cause, noVerb, now))
        .orElseGet(() -> writing.changed(unplanned, What.PLAN_DELETED, cause, noVerb, now));
  }
}
