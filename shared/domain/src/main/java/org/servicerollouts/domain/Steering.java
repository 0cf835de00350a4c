package org.servicerollouts.domain;

import static org.servicerollouts.domain.Event.Verb.RESUME;
import static org.servicerollouts.domain.Refusals.refused;
import static org.servicerollouts.domain.Status.CANCELLED;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.servicerollouts.domain.Happened.What;

/** What a person's word does to the rollout that the service is in, or was in last. */
final class Steering {
  private Steering() {}

  static Decision steer(Service service, Event.Steer steer, Alarms alarms, Instant now) {
    Optional<Live> active = service.active().filter(is -> is.rolloutId().equals(steer.rolloutId()));
    Optional<Queued> queued = service.queued(steer.rolloutId());
    long version =
        active
            .map(Live::version)
            .or(() -> queued.map(Queued::version))
            .or(() -> steer.kept().map(Rollout::version))
            .orElse(0L);
    Optional<Problem> stale =
        Refusals.staleEtag("Rollout '" + steer.rolloutId() + "'", steer.etag(), version);
    if (stale.isPresent()) {
      return refused(stale.get());
    }
    Optional<State> unstarted =
        queued
            .<State>map(Queued::state)
            .or(() -> active.map(Live::state).filter(state -> state.status() == Status.PENDING));
    if (unstarted.isPresent() && steer.to().isPresent()) {
      return refused(Refusals.movesNothing(unstarted.get(), steer));
    }
    if (queued.isPresent()) {
      return Queueing.steer(service, queued.get(), steer, alarms, now);
    }
    Service knowing = service.knowing(steer.versions());
    Optional<Problem> unfit =
        steer.to().flatMap(to -> Starting.cannotHold(knowing, "to", to.target()));
    if (unfit.isPresent()) {
      return refused(unfit.get());
    }
    return active.filter(live -> !live.ended()).isPresent()
        ? steerLive(knowing, active.get(), steer, alarms, now)
        : steerEnded(knowing, active, steer, now);
  }

  /** Those that what this starts goes to, or goes back to, and that it does not name itself. */
  static Set<String> configs(Service service, Event.Steer steer, Instant now) {
    Optional<Rollout> kept = steer.kept();
    if (service.queued(steer.rolloutId()).isPresent()) {
      return kept.filter(waiting -> steer.verb().movesOn())
          .map(waiting -> Restoring.configs(service, waiting.spec(), now))
          .orElse(Set.of());
    }
    return kept.filter(ended -> steer.verb() == Event.Verb.ROLLBACK && ended.status() == SUCCEEDED)
        .flatMap(ended -> steer.to().map(Rollout::target).or(ended::restores))
        .map(
            to -> {
              Set<String> configs = new TreeSet<>(to.units().keySet());
              configs.addAll(
                  Restoring.configs(
                      leaving(service, to), Spec.takingBack(steer.rolloutId(), to), now));
              return configs;
            })
        .orElse(new TreeSet<>());
  }

  private static Service leaving(Service service, Shares to) {
    return service.withSuccesses(service.successes().backAt(to));
  }

  // ---- one that is on its way

  private static Decision steerLive(
      Service service, Live live, Event.Steer steer, Alarms alarms, Instant now) {
    Turn turn = Turn.of(service, live);
    Turn heeding = Moving.heeding(turn.with(guard(live, steer, alarms)), alarms);
    if (waitsOn(live.state()) && steer.verb() == RESUME && steer.emergency().isPresent()) {
      return refused(Refusals.passesNothing(live.rolloutId(), live.state(), steer));
    }
    boolean startsBatch = startsBatch(heeding, steer, now);
    if (startsBatch || endsBake(live.state(), steer.verb())) {
      Guard guard = heeding.live().guard();
      String id = live.rolloutId();
      boolean bakesAnew =
          steer.verb() == Event.Verb.PROMOTE
              && live.status() == Status.PAUSED
              && !live.bake().isZero();
      Optional<Problem> barred =
          startsBatch
              ? barred(id, live.state(), guard, steer, alarms, now)
              : unreadable(id, live.state(), guard, steer, alarms).filter(problem -> !bakesAnew);
      if (barred.isPresent()) {
        return refused(barred.get());
      }
      Optional<String> firing = guard.firing(alarms);
      if (firing.isPresent()) {
        return live.status() == Status.PENDING
            ? refused(Refusals.whileInAlarm(live.rolloutId(), live.state(), steer, firing.get()))
            : steered(turn, Moving.takenBack(heeding, firing.get(), now), steer, now);
      }
    }
    return steered(heeding, steer, alarms, now)
        .map(
            next -> next.equals(heeding) ? StateMachine.UNCHANGED : steered(turn, next, steer, now))
        .orElseGet(() -> refusedIn(live, steer));
  }

  /** Ignoring what is in ALARM, if the person who moves it on says so. */
  private static Guard guard(Live live, Event.Steer steer, Alarms alarms) {
    return steer
        .overrideAlarms()
        .filter(why -> steer.verb().movesOn())
        .map(why -> live.guard().overriding(why, alarms))
        .orElse(live.guard());
  }

  /** Whether a person's word starts a batch, which windows and alarms may bar. */
  private static boolean startsBatch(Turn turn, Event.Steer steer, Instant now) {
    State state = turn.live().state();
    Event.Verb verb = steer.verb();
    boolean hasBatches =
        switch (state) {
          case State.Pending p -> true;
          case State.Waiting w -> true;
          case State.Held h -> true;
          case State.Applying a -> verb == Event.Verb.PROMOTE;
          case State.Paused p -> !(p.rest() instanceof State.Rest.Bake);
          case State.Baking b -> false;
          case State.RollingBack r -> false;
          case State.Ended e -> false;
        };
    // What a resume of one that has started brings, is due, and barred as that is
    boolean isDue = verb == RESUME && state.status() != Status.PENDING && !forces(turn, steer, now);
    return hasBatches && verb.movesOn() && !isDue;
  }

  /** Whether a resume starts its batch now, though windows or alarms may be against it. */
  private static boolean forces(Turn turn, Event.Steer steer, Instant now) {
    boolean isPassed =
        steer.emergency().isPresent()
            || (steer.overrideAlarms().isPresent() && turn.live().guard().isOpen(now));
    return isPassed
        && turn.live().state() instanceof State.Paused paused
        && paused.intent().isEmpty()
        && switch (paused.rest()) {
          case State.Rest.Wait wait -> wait.left().isZero();
          case State.Rest.Hold hold ->
              turn.live().strategy() instanceof Strategy.Partition partition
                  && turn.move().holdsAt(partition.keep()) > turn.move().moved();
          case State.Rest.Bake bake -> false;
        };
  }

  /** Whether the rest of a wait is before it, which nothing but an advance cuts short. */
  private static boolean waitsOn(State state) {
    return state instanceof State.Paused paused
        && paused.intent().isEmpty()
        && paused.rest() instanceof State.Rest.Wait wait
        && !wait.left().isZero();
  }

  /** Whether a person's word makes a success of what its alarms may be against. */
  private static boolean endsBake(State state, Event.Verb verb) {
    boolean bakes =
        state instanceof State.Baking
            || (state instanceof State.Paused paused && paused.rest() instanceof State.Rest.Bake);
    return bakes && (verb == Event.Verb.ADVANCE || verb == Event.Verb.PROMOTE);
  }

  /** A closed window without an emergency, or alarms that nobody can read. */
  static Optional<Problem> barred(
      String rolloutId, State state, Guard guard, Event.Steer steer, Alarms alarms, Instant now) {
    if (!guard.isOpen(now) && steer.emergency().isEmpty()) {
      return Optional.of(Refusals.outsideWindows(rolloutId, state, steer, guard.opens(now)));
    }
    return unreadable(rolloutId, state, guard, steer, alarms);
  }

  private static Optional<Problem> unreadable(
      String rolloutId, State state, Guard guard, Event.Steer steer, Alarms alarms) {
    return guard
        .unreadable(alarms)
        .filter(why -> steer.overrideAlarms().isEmpty())
        .map(why -> Refusals.whileAlarmsAreUnreadable(rolloutId, state, steer, why));
  }

  /** Empty: refused in this state. */
  private static Optional<Turn> steered(Turn turn, Event.Steer steer, Alarms alarms, Instant now) {
    return switch (turn.live().state()) {
      case State.Pending pending -> Optional.of(pending(turn, steer, now));
      case State.Waiting waiting -> running(turn, steer, now);
      case State.Held held -> running(turn, steer, now);
      case State.Baking baking -> baking(turn, steer, now);
      case State.Applying applying -> applying(turn, applying, steer, now);
      case State.Paused paused -> paused(turn, paused, steer, alarms, now);
      case State.RollingBack back -> Optional.empty();
      case State.Ended ended -> Optional.empty();
    };
  }

  /** One that PAI-EAS's update made, which stands in its place until it is approved. */
  private static Turn pending(Turn turn, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> turn;
      case RESUME -> {
        Turn approved = approved(turn, now);
        yield Pacing.startsAt(approved.service(), approved.live())
            .filter(now::isBefore)
            .map(at -> approved.in(new State.Waiting(now, at)))
            .orElseGet(() -> Moving.batchNow(approved, now));
      }
      case ADVANCE -> Moving.batchNow(approved(turn, now), now);
      case PROMOTE -> Moving.promoted(approved(turn, now), false, now);
      case ROLLBACK ->
          turn.end(CANCELLED, Optional.of("rolled back before its start" + steer.byWhom()), now);
    };
  }

  /** The same as it starts now. */
  static Turn approved(Turn pending, Instant now) {
    Service service = pending.service();
    Live live = pending.live();
    return Turn.of(
        service,
        live.startedFrom(service.allocation(), live.restores())
            .startingAt(now)
            .in(new State.Waiting(now, now)));
  }

  private static Optional<Turn> running(Turn turn, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(Moving.frozen(turn, now));
      case RESUME -> Optional.of(turn);
      case ADVANCE -> Optional.of(advanced(turn, now));
      case PROMOTE -> Optional.of(Moving.promoted(turn, false, now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> baking(Turn turn, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(Moving.frozen(turn, now));
      case RESUME -> Optional.of(turn);
      case ADVANCE, PROMOTE -> Optional.of(turn.end(SUCCEEDED, Optional.empty(), now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> applying(
      Turn turn, State.Applying applying, Event.Steer steer, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(Moving.frozen(turn, now));
      case RESUME -> Optional.of(turn);
      case ADVANCE -> Optional.empty();
      case PROMOTE -> Optional.of(Moving.promoted(turn, applying.intent().overwrites(), now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  private static Optional<Turn> paused(
      Turn turn, State.Paused paused, Event.Steer steer, Alarms alarms, Instant now) {
    return switch (steer.verb()) {
      case PAUSE -> Optional.of(turn);
      case RESUME ->
          Optional.of(
              forces(turn, steer, now)
                  ? Moving.batchNow(turn, now)
                  : Moving.resumed(turn, paused, alarms, now));
      case ADVANCE -> advancedPaused(turn, paused, now);
      case PROMOTE -> Optional.of(Moving.promoted(turn, paused.overwrites(), now));
      case ROLLBACK -> rolledBack(turn, steer, now);
    };
  }

  /** One batch, and it stands still again; refused while one is being applied. */
  private static Optional<Turn> advancedPaused(Turn turn, State.Paused paused, Instant now) {
    if (paused.intent().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        paused.rest() instanceof State.Rest.Bake
            ? turn.end(SUCCEEDED, Optional.empty(), now)
            : Moving.still(advanced(turn, now), now));
  }

  /** One batch now; held, the next step, which for a Partition is the rest. */
  private static Turn advanced(Turn turn, Instant now) {
    if (Moving.nothingThere(turn)) {
      return turn;
    }
    boolean isPastItsHold =
        turn.live().strategy() instanceof Strategy.Partition partition
            && turn.move().moved() == turn.move().holdsAt(partition.keep());
    return isPastItsHold ? Moving.promoted(turn, false, now) : Moving.batchNow(turn, now);
  }

  /** Empty: there is nothing to go back to. */
  private static Optional<Turn> rolledBack(Turn turn, Event.Steer steer, Instant now) {
    return steer
        .to()
        .map(Rollout::target)
        .or(() -> turn.live().restores())
        .map(to -> Moving.goBack(turn, to, wentBack(steer), true, now));
  }

  private static String wentBack(Event.Steer steer) {
    String to = steer.to().map(rollout -> " to where '" + rollout.id() + "' ended").orElse("");
    return "rolled back" + to + steer.byWhom();
  }

  private static Decision refusedIn(Live live, Event.Steer steer) {
    boolean isNowhere =
        steer.verb() == Event.Verb.ROLLBACK
            && live.status() != Status.ROLLING_BACK
            && live.restores().isEmpty();
    return isNowhere
        ? refused(Refusals.nothingToGoBackTo(live.rolloutId(), live.state()))
        : Refusals.inThisState(live.rolloutId(), live.state(), steer);
  }

  private static Decision steered(Turn before, Turn after, Event.Steer steer, Instant now) {
    Writing writing = new Writing(before.service());
    writing.moved(before.live(), after, now);
    writing.keep();
    return writing.changed(
        after.live().status() == CANCELLED
            ? new Turn(writing.stopped(after.service(), now), after.live(), after.ended())
            : after,
        whatSteered(before.live().status(), after.live().state(), steer.verb()),
        steer.cause(),
        Optional.of(steer.verb()),
        now);
  }

  private static What whatSteered(Status was, State is, Event.Verb verb) {
    if (is.status() == Status.RUNNING && was != Status.RUNNING) {
      return was == Status.PENDING ? What.ROLLOUT_STARTED : What.ROLLOUT_RESUMED;
    }
    return switch (verb) {
      case PAUSE -> What.ROLLOUT_PAUSED;
      case RESUME, ADVANCE, PROMOTE, ROLLBACK -> StateMachine.whatHappened(is);
    };
  }

  // ---- one that has ended

  private static Decision steerEnded(
      Service service, Optional<Live> active, Event.Steer steer, Instant now) {
    Rollout kept = steer.keptOne();
    Status status = active.map(Live::status).orElse(kept.status());
    if (steer.verb() != Event.Verb.ROLLBACK || status != SUCCEEDED || kept.isDeletion()) {
      return refused(Refusals.hasEnded(steer, status));
    }
    boolean isLast = active.isPresent();
    boolean isLastToMove =
        isLast
            || (service.successes().isNewestButForRedeploys(kept.id())
                && service.active().filter(Live::redeploys).isPresent());
    if (!isLastToMove) {
      String later = service.active().map(Live::rolloutId).orElse("another rollout");
      return refused(Refusals.laterOneHasStarted(kept.id(), later));
    }
    Instant ended = active.map(live -> ((State.Ended) live.state()).at()).orElse(kept.updateTime());
    Instant until = ended.plus(kept.spec().rollbackWindow());
    if (now.isAfter(until)) {
      return refused(Refusals.rollbackWindowEnded(kept.id(), until));
    }
    return steer
        .to()
        .map(Rollout::target)
        .or(() -> isLast ? active.flatMap(Live::restores) : kept.restores())
        .map(
            to ->
                movesNothing(service, kept.id(), to, steer)
                    .or(() -> Starting.cannotHold(service, "restores", to))
                    .map(Refusals::refused)
                    .orElseGet(() -> takenBack(service, kept.id(), to, steer, now)))
        .orElseGet(
            () ->
                refused(
                    Refusals.nothingToGoBackTo(
                        kept.id(), new State.Ended(SUCCEEDED, Optional.empty(), ended))));
  }

  private static Optional<Problem> movesNothing(
      Service service, String rolloutId, Shares to, Event.Steer steer) {
    boolean isThere = service.allocation().filter(found -> found.isAt(to)).isPresent();
    return isThere && service.intended().isEmpty()
        ? Optional.of(
            Refusals.movesNothing(
                rolloutId, steer, service.successes().leadingAwayFrom(to).map(Success::rolloutId)))
        : Optional.empty();
  }

  /** One that has succeeded is taken back by a new rollout, at once. */
  private static Decision takenBack(
      Service service, String succeeded, Shares to, Event.Steer steer, Instant now) {
    Spec spec = Spec.takingBack(succeeded, to);
    String id = service.counters().rollouts().id(now);
    Writing writing = new Writing(service);
    writing.stop(service.live(), "superseded by " + id, now);
    Service back = leaving(service, to);
    Service counted =
        writing.stopped(
            back.withCounters(service.counters().nextRollout(now).usedRolloutId(now)), now);
    Live live = Starting.live(counted, id, service.v() + 1, now, spec, spec.guard(), now);
    // A person's word, whatever somebody else has made of the target
    Turn started = Moving.promoted(Turn.of(counted, live), true, now);
    writing.created(started, spec, steer.cause(), now);
    return writing.changed(
        started, What.ROLLOUT_CREATED, steer.cause(), Optional.of(steer.verb()), now);
  }
}
