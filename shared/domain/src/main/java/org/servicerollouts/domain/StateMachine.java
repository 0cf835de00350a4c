package org.servicerollouts.domain;

import static org.servicerollouts.domain.Status.CANCELLED;
import static org.servicerollouts.domain.Status.FAILED;
import static org.servicerollouts.domain.Status.ROLLED_BACK;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.servicerollouts.domain.Happened.What;

/**
 * Every transition of every rollout: a service, an event and the time give the service as it is to
 * be, with all that must be written beside it, or the reason why not. It reads no clock, calls
 * nothing and logs nothing.
 *
 * <p>Without a target a move is one transition. With one it is two: the intent, then done once the
 * target has {@link Event.Confirmed} it. Whatever is late, repeated or out of order, a {@link
 * Event.Due} advances at most one batch, and the next waits a whole interval from then.
 */
public final class StateMachine {

  private StateMachine() {}

  /** What {@code event} does to {@code service} at {@code now}. */
  public static Decision decide(Service service, Event event, Instant now) {
    return switch (event) {
      case Event.Create create -> create(service, create, now);
      case Event.Due due -> service.live().map(live -> due(service, live, now)).orElse(UNCHANGED);
      case Event.Scale scale -> scale(service, scale, now);
      case Event.Replan replan -> replan(service, replan, now);
      case Event.Unplan unplan -> unplan(service, unplan.cause(), now);
      case Event.DeleteService delete -> delete(service, delete, now);
      case Event.UndeleteService undelete -> undelete(service, undelete.cause(), now);
      case Event.Confirmed confirmed -> confirmed(service, confirmed.intent(), now);
      case Event.ApplyFailed failed -> applyFailed(service, failed, now);
      case Event.Steer steer -> steer(service, steer, now);
    };
  }

  private static final Decision UNCHANGED = new Decision.Unchanged();

  /**
   * A rollout on its way through one decision.
   *
   * @param ended where it was when it ended, since going back changes the allocation that progress
   *     is read from
   */
  private record Turn(Service service, Live live, Optional<Progress> ended) {
    Turn in(State state) {
      return new Turn(service, live.in(state), ended);
    }

    Turn with(Strategy strategy) {
      return new Turn(service, live.with(strategy), ended);
    }

    Turn at(Allocation allocation, long moved, int batches) {
      return new Turn(service.withAllocation(allocation), live.movedTo(moved, batches), ended);
    }

    Turn end(Status status, Optional<String> reason, Instant now) {
      return new Turn(
          service, live.in(new State.Ended(status, reason, now)), Optional.of(progress()));
    }

    Move move() {
      return Move.of(service, live);
    }

    Progress progress() {
      return ended.orElseGet(() -> Progress.of(service, live));
    }
  }

  // ---- create and supersede

  private static Decision create(Service service, Event.Create create, Instant now) {
    Shares target = Shares.ofPercentages("percentages", create.percentages());
    if (service.kind() == Kind.REPLICA && create.percentages().size() > 1) {
      return refused(
          Problem.invalid(
              "percentages",
              create.percentages().size() + " configs",
              "one config at 100, since " + service.name() + " is divided by replicas"));
    }
    Strategy strategy =
        create.strategy().or(() -> service.plan().map(Plan::strategy)).orElse(Strategy.ALL_AT_ONCE);
    String id = create.rolloutId().orElseGet(() -> service.counters().rollouts().id(now));
    Service.Counters counters = service.counters().nextRollout(now);
    Service counted =
        service.withCounters(
            create.rolloutId().isPresent()
                ? counters.givenRolloutId(id, now)
                : counters.usedRolloutId(now));

    List<Write> writes = new ArrayList<>();
    List<Happened.Change> changes = new ArrayList<>();
    cancelled(service, "superseded by " + id, now)
        .ifPresent(stopped -> addEnded(stopped, writes, changes, now));

    Live live =
        new Live(
            id,
            service.v() + 1,
            now,
            new State.Waiting(now, now),
            strategy,
            target,
            service.allocation(),
            service.lastGood(),
            0,
            0,
            create.bake());
    if (Move.of(counted, live).batchesLeft(strategy) > 1
        && configsInvolved(service, target) > MAX_CONFIGS) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Service '"
                  + service.name()
                  + "' is divided among so many configs that with these there would be "
                  + configsInvolved(service, target)
                  + " (expected: at most "
                  + MAX_CONFIGS
                  + "). First roll out in one step to the configs that are to stay."));
    }
    Turn created = new Turn(counted, live, Optional.empty());
    Turn started =
        standsBefore(service, create, now)
            .map(created::in)
            .orElseGet(() -> nextBatch(created, now));
    writes.add(new Write.RolloutCreated(kept(started, create, counters.ord(), now)));
    writes.add(KEPT);
    changes.add(new Happened.Change(id, started.live().status()));
    return changed(
        started, new Happened(What.ROLLOUT_CREATED, now, create.cause(), changes), writes);
  }

  /** Where a new rollout stands if it does not start at once. */
  private static Optional<State> standsBefore(Service service, Event.Create create, Instant now) {
    State approval = new State.Pending(State.WaitsFor.APPROVAL, false);
    boolean underPausedPlan =
        create.strategy().isEmpty() && service.plan().filter(Plan::paused).isPresent();
    if (underPausedPlan) {
      return Optional.of(approval);
    }
    return service
        .live()
        .filter(superseded -> create.staysPaused())
        .flatMap(
            superseded ->
                switch (superseded.state()) {
                  case State.Paused paused ->
                      Optional.of(
                          new State.Paused(
                              new State.Rest.Wait(now, Duration.ZERO), Optional.empty()));
                  case State.Pending pending when pending.waitsFor() == State.WaitsFor.APPROVAL ->
                      Optional.of(approval);
                  default -> Optional.empty();
                });
  }

  /** The rollout that the service is in, stopped where it is. */
  private static Optional<Turn> cancelled(Service service, String why, Instant now) {
    return service
        .live()
        .map(
            live ->
                new Turn(service, live, Optional.empty()).end(CANCELLED, Optional.of(why), now));
  }

  private static void addEnded(
      Turn ended, List<Write> writes, List<Happened.Change> changes, Instant now) {
    writes.add(new Write.RolloutChanged(ended.live(), ended.progress(), now));
    changes.add(new Happened.Change(ended.live().rolloutId(), ended.live().status()));
  }

  /** The most configs that one move may go between: all of them stand in each batch's write. */
  private static final int MAX_CONFIGS = 50;

  private static long configsInvolved(Service service, Shares target) {
    return Stream.concat(
            service.allocation().stream().flatMap(now -> now.units().keySet().stream()),
            target.units().keySet().stream())
        .distinct()
        .count();
  }

  private static Rollout kept(Turn turn, Event.Create create, long ord, Instant now) {
    Live live = turn.live();
    return new Rollout(
        live.rolloutId(),
        ord,
        now,
        create.cause().who(),
        create.percentages(),
        live.strategy(),
        live.bake(),
        live.status(),
        live.state().reason(),
        live.strategy(),
        live.base(),
        live.restores(),
        turn.progress(),
        now);
  }

  // ---- the plan

  private static Decision replan(Service service, Event.Replan replan, Instant now) {
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
    Turn turn = new Turn(planned, live.get(), Optional.empty());
    if (live.get().state() instanceof State.RollingBack) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Rollout '"
                  + live.get().rolloutId()
                  + "' is ROLLING_BACK: nothing of it can change."));
    }
    Turn next = replanned(turn, strategy, replan.paused(), now);
    return next.equals(turn) && planned.equals(service)
        ? UNCHANGED
        : rolloutChanged(turn, next, whatReplanned(turn, next), replan.cause(), now);
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
        : changed(
            planned.happened(new Happened(What.PLAN_CHANGED, now, cause, List.of())), List.of());
  }

  /** Paused first, so that nothing moves; resumed last, so that it moves as it is to. */
  private static Turn replanned(
      Turn turn, Optional<Strategy> strategy, Optional<Boolean> paused, Instant now) {
    Turn stopped = paused.filter(p -> p).map(p -> paused(turn, now)).orElse(turn);
    Turn changed = strategy.map(s -> withStrategy(stopped, s, now)).orElse(stopped);
    return paused.filter(p -> !p).map(p -> goesOn(changed, now)).orElse(changed);
  }

  private static Turn paused(Turn turn, Instant now) {
    return turn.live().state() instanceof State.Pending pending
            && pending.waitsFor() != State.WaitsFor.APPROVAL
        ? turn.in(new State.Pending(pending.waitsFor(), true))
        : frozen(turn, now);
  }

  private static Turn goesOn(Turn turn, Instant now) {
    return switch (turn.live().state()) {
      case State.Paused paused -> resumed(turn, paused, now);
      case State.Pending pending ->
          pending.waitsFor() == State.WaitsFor.APPROVAL
              ? start(turn, now)
              : turn.in(new State.Pending(pending.waitsFor(), false));
      default -> turn;
    };
  }

  private static Turn withStrategy(Turn turn, Strategy strategy, Instant now) {
    Strategy before = turn.live().strategy();
    Turn next = turn.with(strategy);
    return switch (strategy) {
      case Strategy.AllAtOnce all -> next;
      case Strategy.Partition partition ->
          switch (next.live().state()) {
            case State.Waiting w ->
                toPartition(next.in(new State.Held(w.doneAt())), partition, now);
            case State.Held h -> toPartition(next, partition, now);
            case State.Baking b when goesBack(next, partition) -> toPartition(next, partition, now);
            case State.Paused p -> next.in(resting(p, heldInstead(next, p.rest(), partition, now)));
            default -> next;
          };
      case Strategy.Batch batch ->
          switch (next.live().state()) {
            case State.Waiting w when !keepsInterval(before, batch) ->
                next.in(waiting(w.doneAt(), batch, now));
            // Nothing was moved yet: no interval binds the first batch.
            case State.Held h when next.live().batch() == 0 -> next.in(new State.Waiting(now, now));
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

  private static State waiting(Instant doneAt, Strategy.Batch batch, Instant now) {
    Instant due = doneAt.plus(batch.interval().duration());
    return new State.Waiting(doneAt, due.isBefore(now) ? now : due);
  }

  private static State.Paused resting(State.Paused paused, State.Rest rest) {
    return new State.Paused(rest, paused.intent());
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
      case State.Rest.Hold hold when turn.live().batch() == 0 ->
          new State.Rest.Wait(now, Duration.ZERO);
      case State.Rest.Hold hold ->
          new State.Rest.Wait(hold.doneAt(), left(hold.doneAt().plus(interval), now));
      case State.Rest.Bake bake -> bake;
    };
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
            .filter(last -> last.restores().filter(to -> !to.equals(last.target())).isPresent())
            .isPresent();
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
            .withLastGood(completed.restores())
            .withCounters(counters)
            .withPlan(Optional.of(plan.with(Optional.empty(), false)));
    Strategy.Partition partition = (Strategy.Partition) plan.strategy();
    Live live =
        new Live(
            id,
            service.v() + 1,
            now,
            new State.Held(now),
            partition,
            completed.target(),
            service.allocation(),
            completed.restores(),
            service.total(),
            0,
            Duration.ZERO);
    Turn all = new Turn(reverted, live, Optional.empty());
    Turn turn = plan.paused() ? frozen(all, now) : toPartition(all, partition, now);
    Event.Create like =
        Event.Create.of(
            Optional.of(id), completed.target().percentages(), Optional.of(partition), cause);
    return changed(
        turn,
        new Happened(
            What.ROLLOUT_CREATED,
            now,
            cause,
            List.of(new Happened.Change(id, turn.live().status()))),
        List.of(new Write.RolloutCreated(kept(turn, like, counters.ord(), now)), KEPT));
  }

  private static Decision unplan(Service service, Cause cause, Instant now) {
    if (service.kind() == Kind.TRAFFIC) {
      return refused(notOfReplicas(service, "takes no rollout plan"));
    }
    if (service.plan().isEmpty() && service.live().isEmpty()) {
      return refused(NotFound.rolloutPlan(service.name()));
    }
    List<Write> writes = new ArrayList<>();
    List<Happened.Change> changes = new ArrayList<>();
    Optional<Turn> stopped = cancelled(service, "stopped, since its plan was deleted", now);
    stopped.ifPresent(
        ended -> {
          addEnded(ended, writes, changes, now);
          writes.add(KEPT);
        });
    return changed(
        stopped
            .map(ended -> service.withActive(ended.live()))
            .orElse(service)
            .withPlan(Optional.empty())
            .happened(new Happened(What.PLAN_DELETED, now, cause, changes)),
        writes);
  }

  // ---- delete and undelete

  private static Decision delete(Service service, Event.DeleteService delete, Instant now) {
    Cause cause = delete.cause();
    String id = service.counters().rollouts().id(now);
    Service.Counters counters = service.counters().usedRolloutId(now).nextRollout(now);
    List<Write> writes = new ArrayList<>();
    List<Happened.Change> changes = new ArrayList<>();
    Optional<Turn> stopped = cancelled(service, "the service was deleted", now);
    stopped.ifPresent(ended -> addEnded(ended, writes, changes, now));
    Rollout deletion =
        new Rollout(
            id,
            counters.ord(),
            now,
            cause.who(),
            Map.of(),
            Strategy.ALL_AT_ONCE,
            Duration.ZERO,
            SUCCEEDED,
            Optional.empty(),
            Strategy.ALL_AT_ONCE,
            service.allocation(),
            Optional.empty(),
            new Progress(0, 0, 1, 1),
            now);
    changes.add(new Happened.Change(id, SUCCEEDED));
    writes.addAll(
        List.of(new Write.RolloutCreated(deletion), KEPT, new Write.ServiceListed(false)));
    Service deleted =
        stopped
            .map(ended -> service.withActive(ended.live()))
            .orElse(service)
            .withCounters(counters)
            .withKeptUntil(Optional.of(now.plus(delete.kept())))
            .happened(new Happened(What.SERVICE_DELETED, now, cause, changes));
    return ServiceChange.withOperation(
        changed(deleted, writes), new ServiceOperation.ServiceDeleted(), now);
  }

  private static Decision undelete(Service service, Cause cause, Instant now) {
    if (!service.isDeleted()) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Service '" + service.name() + "' is not deleted."));
    }
    if (service.isGone(now)) {
      return refused(NotFound.service(service.name().value()));
    }
    Service back = service.withKeptUntil(Optional.empty());
    Decision restored =
        service
            .lastGood()
            .map(good -> decide(back, restoring(good, cause), now))
            .orElseGet(
                () ->
                    changed(
                        back.happened(new Happened(What.SERVICE_UNDELETED, now, cause, List.of())),
                        List.of(KEPT)));
    return restored instanceof Decision.Changed changed
        ? ServiceChange.withOperation(
            changed(changed.next().tellingOf(What.SERVICE_UNDELETED), changed.writes())
                .with(new Write.ServiceListed(true)),
            new ServiceOperation.ServiceUndeleted(),
            now)
        : restored;
  }

  /** Whatever plan there is: what ran before goes on at once. */
  private static Event.Create restoring(Shares good, Cause cause) {
    return Event.Create.of(
        Optional.empty(), good.percentages(), Optional.of(Strategy.ALL_AT_ONCE), cause);
  }

  // ---- moving on

  private static Decision due(Service service, Live live, Instant now) {
    Turn turn = new Turn(service, live, Optional.empty());
    boolean isDue = service.dueAt().filter(at -> !at.isAfter(now)).isPresent();
    return switch (live.state()) {
      case State.Waiting w when isDue -> stepped(turn, nextBatch(turn, now), Cause.DRIVER, now);
      case State.Baking b when isDue ->
          stepped(turn, turn.end(SUCCEEDED, Optional.empty(), now), Cause.DRIVER, now);
      case State.Waiting w -> UNCHANGED;
      case State.Baking b -> UNCHANGED;
      case State.Applying a -> UNCHANGED;
      case State.RollingBack r -> UNCHANGED;
      case State.Pending p -> UNCHANGED;
      case State.Held h -> UNCHANGED;
      case State.Paused p -> UNCHANGED;
      case State.Ended e -> UNCHANGED;
    };
  }

  private static Turn nextBatch(Turn turn, Instant now) {
    Move move = turn.move();
    if (nothingThere(turn)
        && !move.first()
        && !(turn.live().strategy() instanceof Strategy.AllAtOnce)) {
      return settle(turn, now);
    }
    if (move.moved() >= move.distance() && !move.first()) {
      return reachedTarget(turn, now);
    }
    long goal = move.goal(turn.live().strategy());
    return goal == move.moved() && !move.first() ? settle(turn, now) : moveTo(turn, goal, now);
  }

  private static Turn moveTo(Turn turn, long goal, Instant now) {
    Allocation to = turn.move().at(goal);
    if (turn.service().identity().targeted()) {
      return turn.in(new State.Applying(new State.Intent(to, goal, now)));
    }
    return settle(turn.at(to, goal, turn.live().batch() + 1), now);
  }

  /** At a total of 0 replicas nothing advances. */
  private static boolean nothingThere(Turn turn) {
    return turn.service().kind() == Kind.REPLICA && turn.service().total() == 0;
  }

  /** Where a rollout stands once its move is done. */
  private static Turn settle(Turn turn, Instant now) {
    Move move = turn.move();
    if (move.first() || (move.moved() >= move.distance() && !nothingThere(turn))) {
      return reachedTarget(turn, now);
    }
    return switch (turn.live().strategy()) {
      case Strategy.AllAtOnce all -> reachedTarget(turn, now);
      case Strategy.Batch batch ->
          turn.in(new State.Waiting(now, now.plus(batch.interval().duration())));
      case Strategy.Partition partition -> turn.in(new State.Held(now));
    };
  }

  private static Turn reachedTarget(Turn turn, Instant now) {
    Duration bake = turn.live().bake();
    return bake.isZero()
        ? turn.end(SUCCEEDED, Optional.empty(), now)
        : turn.in(new State.Baking(now.plus(bake)));
  }

  // ---- the target

  private static Decision confirmed(Service service, State.Intent intent, Instant now) {
    Optional<Live> waiting =
        service.live().filter(live -> intentOf(live.state()).filter(intent::equals).isPresent());
    if (waiting.isEmpty()) {
      return UNCHANGED;
    }
    Live live = waiting.get();
    Turn turn = new Turn(service, live, Optional.empty());
    if (live.state() instanceof State.RollingBack back) {
      Turn over = turn.end(ROLLED_BACK, Optional.of(back.why()), now);
      return stepped(
          turn,
          new Turn(over.service().withAllocation(intent.to()), over.live(), over.ended()),
          Cause.DRIVER,
          now);
    }
    Turn done = settle(turn.at(intent.to(), intent.moved(), live.batch() + 1), now);
    Turn next = live.state() instanceof State.Paused ? frozen(done, now) : done;
    return stepped(turn, next, Cause.DRIVER, now);
  }

  private static Decision applyFailed(Service service, Event.ApplyFailed failed, Instant now) {
    Optional<Live> waiting =
        service
            .live()
            .filter(live -> intentOf(live.state()).filter(failed.intent()::equals).isPresent());
    if (waiting.isEmpty()) {
      return UNCHANGED;
    }
    Live live = waiting.get();
    Turn turn = new Turn(service, live, Optional.empty());
    Turn next =
        live.state() instanceof State.RollingBack back
            ? turn.end(
                FAILED, Optional.of(back.why() + "; going back failed: " + failed.reason()), now)
            : live.restores()
                .map(restores -> goBack(turn, restores, failed.reason(), now))
                .orElseGet(() -> turn.end(FAILED, Optional.of(failed.reason()), now));
    return stepped(turn, next, Cause.DRIVER, now);
  }

  private static Optional<State.Intent> intentOf(State state) {
    return switch (state) {
      case State.Applying applying -> Optional.of(applying.intent());
      case State.RollingBack back -> Optional.of(back.intent());
      case State.Paused paused -> paused.intent();
      case State.Waiting w -> Optional.empty();
      case State.Held h -> Optional.empty();
      case State.Baking b -> Optional.empty();
      case State.Pending p -> Optional.empty();
      case State.Ended e -> Optional.empty();
    };
  }

  private static Turn goBack(Turn turn, Shares restores, String why, Instant now) {
    Allocation to =
        switch (turn.service().kind()) {
          case TRAFFIC -> restores;
          case REPLICA -> Replicas.all(restores.units().lastKey(), turn.service().total());
        };
    if (turn.service().identity().targeted()) {
      return turn.in(new State.RollingBack(new State.Intent(to, 0, now), why));
    }
    Turn over = turn.end(ROLLED_BACK, Optional.of(why), now);
    return new Turn(over.service().withAllocation(to), over.live(), over.ended());
  }

  // ---- people

  private static Decision steer(Service service, Event.Steer steer, Instant now) {
    Optional<Live> found =
        service.active().filter(active -> active.rolloutId().equals(steer.rolloutId()));
    if (found.isEmpty()) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Rollout '"
                  + steer.rolloutId()
                  + "' has ended: "
                  + verb(steer)
                  + " takes one that has not."));
    }
    Turn turn = new Turn(service, found.get(), Optional.empty());
    Optional<Turn> next =
        switch (found.get().state()) {
          case State.Pending pending -> steerPending(turn, pending, steer, now);
          case State.Waiting waiting -> steerRunning(turn, steer, now);
          case State.Held held -> steerRunning(turn, steer, now);
          case State.Baking baking -> steerBaking(turn, steer, now);
          case State.Applying applying -> steerApplying(turn, applying, steer, now);
          case State.Paused paused -> steerPaused(turn, paused, steer, now);
          case State.RollingBack back -> Optional.empty();
          case State.Ended ended -> Optional.empty();
        };
    return next.map(n -> n.equals(turn) ? UNCHANGED : steered(turn, n, steer, now))
        .orElseGet(() -> refusedIn(turn, steer));
  }

  private static Optional<Turn> steerPending(
      Turn turn, State.Pending pending, Event.Steer steer, Instant now) {
    boolean approval = pending.waitsFor() == State.WaitsFor.APPROVAL;
    return switch (steer.verb()) {
      case PAUSE ->
          Optional.of(
              approval || pending.held()
                  ? turn
                  : turn.in(new State.Pending(pending.waitsFor(), true)));
      case RESUME ->
          approval
              ? Optional.of(start(turn, now))
              : Optional.of(
                  pending.held() ? turn.in(new State.Pending(pending.waitsFor(), false)) : turn);
      case ADVANCE ->
          switch (pending.waitsFor()) {
            case APPROVAL, TURN, TIME -> Optional.of(start(turn, now));
            case WINDOW, ALARM -> Optional.empty();
          };
      case PROMOTE -> approval ? Optional.of(promoted(begun(turn), now)) : Optional.empty();
      case ROLLBACK ->
          Optional.of(turn.end(CANCELLED, Optional.of("rolled back before its start"), now));
    };
  }

  private static Turn start(Turn pending, Instant now) {
    return nextBatch(begun(pending), now);
  }

  private static Turn begun(Turn pending) {
    Service service = pending.service();
    return new Turn(
        service,
        pending.live().startedFrom(service.allocation(), service.lastGood()),
        Optional.empty());
  }

  private static Optional<Turn> steerRunning(Turn turn, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(frozen(turn, now));
      case RESUME -> Optional.of(turn);
      case ADVANCE -> Optional.of(advanced(turn, now));
      case PROMOTE -> Optional.of(promoted(turn, now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> steerBaking(Turn turn, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(frozen(turn, now));
      case RESUME -> Optional.of(turn);
      case ADVANCE, PROMOTE -> Optional.of(turn.end(SUCCEEDED, Optional.empty(), now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> steerApplying(
      Turn turn, State.Applying applying, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE ->
          Optional.of(
              turn.in(
                  new State.Paused(
                      new State.Rest.Wait(now, Duration.ZERO), Optional.of(applying.intent()))));
      case RESUME -> Optional.of(turn);
      case ADVANCE -> Optional.empty();
      case PROMOTE -> Optional.of(promoted(turn, now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> steerPaused(
      Turn turn, State.Paused paused, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(turn);
      case RESUME -> Optional.of(resumed(turn, paused, now));
      case ADVANCE ->
          paused.intent().isPresent()
              ? Optional.empty()
              : Optional.of(
                  paused.rest() instanceof State.Rest.Bake
                      ? turn.end(SUCCEEDED, Optional.empty(), now)
                      : frozen(advanced(turn, now), now));
      case PROMOTE -> Optional.of(promoted(turn, now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  /** One batch now; held, the next step, which for a Partition is the rest. */
  private static Turn advanced(Turn turn, Instant now) {
    if (nothingThere(turn)) {
      return turn;
    }
    boolean pastItsHold =
        turn.live().strategy() instanceof Strategy.Partition partition
            && turn.move().moved() == turn.move().holdsAt(partition.keep());
    return pastItsHold ? promoted(turn, now) : nextBatch(turn, now);
  }

  private static Turn promoted(Turn turn, Instant now) {
    Move move = turn.move();
    boolean firstStepToDo = move.first() && turn.live().batch() == 0;
    return move.moved() >= move.distance() && !firstStepToDo
        ? reachedTarget(turn, now)
        : moveTo(turn, move.distance(), now);
  }

  private static Optional<Turn> rolledBack(Turn turn, Event.Steer steer, Instant now) {
    String why =
        "rolled back by " + steer.cause().who() + steer.cause().why().map(w -> ": " + w).orElse("");
    return turn.live().restores().map(restores -> goBack(turn, restores, why, now));
  }

  /** The same, standing still: what is left of its wait or bake stays. */
  private static Turn frozen(Turn turn, Instant now) {
    return switch (turn.live().state()) {
      case State.Waiting w ->
          turn.in(
              new State.Paused(
                  new State.Rest.Wait(w.doneAt(), left(w.next(), now)), Optional.empty()));
      case State.Held h ->
          turn.in(new State.Paused(new State.Rest.Hold(h.doneAt()), Optional.empty()));
      case State.Baking b ->
          turn.in(new State.Paused(new State.Rest.Bake(left(b.until(), now)), Optional.empty()));
      case State.Applying a ->
          turn.in(
              new State.Paused(new State.Rest.Wait(now, Duration.ZERO), Optional.of(a.intent())));
      case State.Pending p -> turn;
      case State.Paused p -> turn;
      case State.RollingBack r -> turn;
      case State.Ended e -> turn;
    };
  }

  private static Duration left(Instant until, Instant now) {
    return now.isBefore(until) ? Duration.between(now, until) : Duration.ZERO;
  }

  private static Turn resumed(Turn turn, State.Paused paused, Instant now) {
    if (paused.intent().isPresent()) {
      return turn.in(new State.Applying(paused.intent().get()));
    }
    return switch (paused.rest()) {
      case State.Rest.Hold hold when turn.live().strategy() instanceof Strategy.Partition p ->
          toPartition(turn.in(new State.Held(hold.doneAt())), p, now);
      case State.Rest.Hold hold -> turn.in(new State.Held(hold.doneAt()));
      case State.Rest.Bake bake when bake.left().isZero() ->
          turn.end(SUCCEEDED, Optional.empty(), now);
      case State.Rest.Bake bake -> turn.in(new State.Baking(now.plus(bake.left())));
      case State.Rest.Wait wait -> {
        Turn waiting = turn.in(new State.Waiting(wait.doneAt(), now.plus(wait.left())));
        yield wait.left().isZero() ? nextBatch(waiting, now) : waiting;
      }
    };
  }

  private static Decision refusedIn(Turn turn, Event.Steer steer) {
    Live live = turn.live();
    boolean nowhere =
        steer.verb() == Event.Verb.ROLLBACK && !live.ended() && live.restores().isEmpty();
    String why =
        nowhere && live.status() != Status.ROLLING_BACK
            ? " is "
                + describe(live.state())
                + " and has nothing to go back to: no rollout of this service has succeeded before"
                + " it."
            : " is " + describe(live.state()) + ": " + verb(steer) + " is refused in this state.";
    return refused(
        Problem.of(Problem.Kind.FAILED_PRECONDITION, "Rollout '" + live.rolloutId() + "'" + why));
  }

  private static String describe(State state) {
    return switch (state) {
      case State.Pending pending ->
          "PENDING (waits for " + pending.waitsFor().name().toLowerCase(Locale.ROOT) + ")";
      case State.Applying applying -> "RUNNING (a batch is being applied)";
      case State.Paused paused when paused.intent().isPresent() ->
          "PAUSED (a batch is being applied)";
      case State.Waiting w -> w.status().name();
      case State.Held h -> h.status().name();
      case State.Baking b -> b.status().name();
      case State.Paused p -> p.status().name();
      case State.RollingBack r -> r.status().name();
      case State.Ended e -> e.status().name();
    };
  }

  private static String verb(Event.Steer steer) {
    return ":" + steer.verb().name().toLowerCase(Locale.ROOT);
  }

  private static Problem notOfReplicas(Service service, String so) {
    return Problem.of(
        Problem.Kind.WRONG_SERVICE_TYPE,
        "Service '" + service.name() + "' is divided by traffic: it " + so + ".");
  }

  // ---- scaling

  private static Decision scale(Service service, Event.Scale scale, Instant now) {
    if (service.kind() == Kind.TRAFFIC) {
      return refused(notOfReplicas(service, "has no replicas to scale"));
    }
    Replicas.requireTotal("totalReplicas", scale.total());
    if (scale.total() == service.total()) {
      return UNCHANGED;
    }
    if (service.live().isEmpty() || service.allocation().isEmpty()) {
      Service resized = service.withTotal(scale.total());
      return changed(
          service
              .allocation()
              .map(found -> resized.withAllocation(scaledAtRest(service, found, scale.total())))
              .orElse(resized)
              .happened(new Happened(What.SERVICE_SCALED, now, scale.cause(), List.of())),
          List.of());
    }
    Live live = service.live().get();
    Move.OfReplicas move = (Move.OfReplicas) Move.of(service, live);
    boolean atTarget =
        live.state() instanceof State.Baking
            || (live.state() instanceof State.Paused paused
                && paused.rest() instanceof State.Rest.Bake);
    String addedAt = atTarget ? move.update() : service.currentRevision().orElse(move.update());
    Turn scaled =
        new Turn(service.withTotal(scale.total()), live, Optional.empty())
            .at(
                move.scaledTo(scale.total(), addedAt),
                move.movedAfter(scale.total()),
                live.batch());
    Turn after =
        switch (live.state()) {
          case State.Held held when live.strategy() instanceof Strategy.Partition partition ->
              evaluatedAnew(scaled, partition, now);
          case State.Waiting waiting
              when scale.total() > 0 && scaled.move().moved() >= scaled.move().distance() ->
              reachedTarget(scaled, now);
          default -> scaled;
        };
    List<Happened.Change> changes =
        after.live().status() == live.status()
            ? List.of()
            : List.of(new Happened.Change(live.rolloutId(), after.live().status()));
    return changed(
        after,
        new Happened(What.SERVICE_SCALED, now, scale.cause(), changes),
        writesOf(live, after, now));
  }

  /** With no rollout on its way the last one, if any, tells what is updated and keeps its share. */
  private static Replicas scaledAtRest(Service service, Allocation found, long total) {
    Move.OfReplicas move =
        service
            .active()
            .map(ended -> (Move.OfReplicas) Move.of(service, ended))
            .orElseGet(
                () ->
                    new Move.OfReplicas(
                        false,
                        (Replicas) found,
                        service.total(),
                        service.currentRevision().orElseThrow(),
                        Optional.empty(),
                        0));
    return move.scaledTo(total, service.currentRevision().orElse(move.update()));
  }

  /** From a hold to where the Partition says, on or back; only what goes on is a batch. */
  private static Turn toPartition(Turn turn, Strategy.Partition partition, Instant now) {
    long goal = turn.move().holdsAt(partition.keep());
    return goal > turn.move().moved()
        ? moveTo(turn, goal, now)
        : evaluatedAnew(turn, partition, now);
  }

  private static Turn evaluatedAnew(Turn held, Strategy.Partition partition, Instant now) {
    Move move = held.move();
    long goal = move.holdsAt(partition.keep());
    boolean staysThere = goal == move.moved() && (goal < move.distance() || nothingThere(held));
    return staysThere ? held : settle(held.at(move.at(goal), goal, held.live().batch()), now);
  }

  // ---- writing it down

  private static Decision stepped(Turn before, Turn after, Cause cause, Instant now) {
    return rolloutChanged(before, after, whatHappened(after.live().state()), cause, now);
  }

  private static Decision steered(Turn before, Turn after, Event.Steer steer, Instant now) {
    boolean started =
        before.live().status() == Status.PENDING && after.live().status() == Status.RUNNING;
    What what =
        switch (steer.verb()) {
          case PAUSE -> What.ROLLOUT_PAUSED;
          case RESUME ->
              started
                  ? What.ROLLOUT_STARTED
                  : after.live().ended()
                      ? whatHappened(after.live().state())
                      : What.ROLLOUT_RESUMED;
          case ADVANCE, PROMOTE, ROLLBACK ->
              started ? What.ROLLOUT_STARTED : whatHappened(after.live().state());
        };
    Decision.Changed changed = rolloutChanged(before, after, what, steer.cause(), now);
    return changed.writes().contains(KEPT) ? changed : changed.with(KEPT);
  }

  private static Decision.Changed rolloutChanged(
      Turn before, Turn after, What what, Cause cause, Instant now) {
    Happened.Change change = new Happened.Change(after.live().rolloutId(), after.live().status());
    return changed(
        after,
        new Happened(what, now, cause, List.of(change)),
        writesOf(before.live(), after, now));
  }

  private static What whatHappened(State state) {
    return switch (state) {
      case State.Applying a -> What.MOVE_INTENDED;
      case State.RollingBack r -> What.MOVE_INTENDED;
      case State.Baking b -> What.BAKE_STARTED;
      case State.Waiting w -> What.BATCH_COMPLETED;
      case State.Held h -> What.BATCH_COMPLETED;
      case State.Paused p -> p.intent().isEmpty() ? What.BATCH_COMPLETED : What.MOVE_INTENDED;
      case State.Pending p -> What.ROLLOUT_PAUSED;
      case State.Ended e ->
          switch (e.status()) {
            case SUCCEEDED -> What.ROLLOUT_SUCCEEDED;
            case CANCELLED -> What.ROLLOUT_CANCELLED;
            case ROLLED_BACK -> What.ROLLOUT_ROLLED_BACK;
            case FAILED -> What.ROLLOUT_FAILED;
            case PENDING, RUNNING, PAUSED, ROLLING_BACK ->
                throw new IllegalStateException("ended: " + e);
          };
    };
  }

  /**
   * The rollout's own item is written when it starts and when it ends, and a history row at each
   * change of its state.
   */
  private static List<Write> writesOf(Live before, Turn after, Instant now) {
    Status was = before.status();
    Status is = after.live().status();
    if (was == is) {
      return List.of();
    }
    return was == Status.PENDING || is.ended()
        ? List.of(new Write.RolloutChanged(after.live(), after.progress(), now), KEPT)
        : List.of(KEPT);
  }

  private static final Write KEPT = new Write.HistoryKept();

  private static Decision.Changed changed(Turn turn, Happened what, List<Write> writes) {
    Live live = turn.live();
    Service service =
        live.status() == SUCCEEDED
            ? turn.service().withSuccess(live)
            : turn.service().withActive(live);
    return changed(service.happened(what), writes);
  }

  private static Decision.Changed changed(Service next, List<Write> writes) {
    return new Decision.Changed(next, writes);
  }

  private static Decision refused(Problem problem) {
    return new Decision.Refused(problem);
  }
}
