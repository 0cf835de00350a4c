package org.servicerollouts.domain;

import static org.servicerollouts.domain.Refusals.refused;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Happened.What;

/** The rollouts that wait: whether the first can start, and how a person steers one. */
final class Queueing {
  private Queueing() {}

  // ---- the first, as time passes

  /** Starts it if it can; else it waits, for something else perhaps. */
  static Decision start(Service service, Event.Start start, Alarms alarms, Instant now) {
    Rollout rollout = start.rollout();
    Optional<Queued> first =
        service
            .next()
            .filter(next -> next.rolloutId().equals(rollout.id()))
            .filter(next -> service.startDueAt().filter(due -> !due.isAfter(now)).isPresent());
    if (first.isEmpty()) {
      return StateMachine.UNCHANGED;
    }
    Service knowing = service.knowing(start.versions());
    Optional<Problem> misfit = Starting.misfit(knowing, rollout.spec());
    if (misfit.isPresent()) {
      return dropped(service, first.get(), misfit.get(), now);
    }
    Optional<State.Pending> waits = waitsFor(knowing, first.get(), rollout, alarms, now);
    if (waits.isPresent()) {
      return delayed(service, first.get(), waits.get(), now);
    }
    Starting.Begun begun = begun(knowing, rollout, alarms, now);
    if (begun.problem().isPresent()) {
      return dropped(service, first.get(), begun.problem().get(), now);
    }
    Turn created = Turn.of(Restoring.leftFor(knowing, begun.live().target(), now), begun.live());
    return started(
        service, Starting.begin(knowing, created, now), Cause.DRIVER, Optional.empty(), now);
  }

  /** What {@code queued} waits for, but for a hold and approval; empty: it can start. */
  private static Optional<State.Pending> waitsFor(
      Service service, Queued queued, Rollout rollout, Alarms alarms, Instant now) {
    boolean isFirst = isFirst(service, queued);
    boolean standsBack = service.live().isPresent() && queued.policy() == Spec.ConflictPolicy.QUEUE;
    if (!isFirst || standsBack) {
      return Optional.of(State.Pending.waiting(State.WaitsFor.TURN));
    }
    Spec spec = rollout.spec();
    Guard guard = Starting.guard(service, spec, alarms, false);
    Instant since =
        spec.startTime().filter(rollout.createTime()::isBefore).orElse(rollout.createTime());
    return Starting.timeWait(spec, guard, now)
        .or(() -> Starting.wayBackWait(service, spec))
        .or(() -> Starting.alarmWait(guard, alarms, since, now));
  }

  private static boolean isFirst(Service service, Queued queued) {
    return service.queue().getFirst().rolloutId().equals(queued.rolloutId());
  }

  /** The rollout as it starts now, or why it cannot become the one that the service is in. */
  private static Starting.Begun begun(
      Service service, Rollout rollout, Alarms alarms, Instant now) {
    Spec spec = rollout.spec();
    Guard guard = Starting.overriding(Starting.guard(service, spec, alarms, false), alarms);
    Live live =
        Starting.live(
            service, rollout.id(), rollout.since(), rollout.createTime(), spec, guard, now);
    Optional<Problem> inTheWay =
        service
            .live()
            .filter(other -> spec.conflictPolicy() == Spec.ConflictPolicy.REJECT)
            .map(other -> Refusals.inTheWay(service, other.rolloutId()));
    return inTheWay.isPresent()
        ? new Starting.Begun(live, inTheWay)
        : Starting.begun(service, live);
  }

  // ---- by a person's word

  static Decision steer(
      Service service, Queued queued, Event.Steer steer, Alarms alarms, Instant now) {
    boolean isApproval = queued.state().waitsFor() == State.WaitsFor.APPROVAL;
    boolean isHeld = queued.state().held();
    return switch (steer.verb()) {
      case PAUSE ->
          isApproval || isHeld
              ? StateMachine.UNCHANGED
              : moved(service, queued, queued.state().held(true), steer, now);
      case RESUME ->
          isApproval || isHeld
              ? resumed(service, queued, steer, alarms, now)
              : StateMachine.UNCHANGED;
      case ADVANCE ->
          isApproval
              ? resumed(service, queued, steer, alarms, now)
              : advanced(service, queued, steer, alarms, now);
      case PROMOTE ->
          isApproval
              ? advanced(service, queued, steer, alarms, now)
              : Refusals.inThisState(queued.rolloutId(), queued.state(), steer);
      case ROLLBACK -> calledOff(service, queued, steer, now);
    };
  }

  /** Approved, or no longer held: it starts, or waits for what else there is. */
  private static Decision resumed(
      Service service, Queued queued, Event.Steer steer, Alarms alarms, Instant now) {
    if (queued.state().isStopped()) {
      return released(service, queued, queued.state().held(false), steer, now);
    }
    Service knowing = service.knowing(steer.versions());
    Rollout rollout = passingAlarms(steer);
    Optional<Problem> misfit = Starting.misfit(knowing, rollout.spec());
    if (misfit.isPresent()) {
      return refused(misfit.get());
    }
    return waitsFor(knowing, queued, passingWindows(rollout, steer), alarms, now)
        .map(state -> released(service, queued, state, steer, now))
        .orElseGet(() -> begin(service, knowing, rollout, steer, alarms, now));
  }

  /** No longer held, but it waits for what else there is. */
  private static Decision released(
      Service service, Queued queued, State.Pending state, Event.Steer steer, Instant now) {
    boolean passes = steer.emergency().isPresent() || steer.overrideAlarms().isPresent();
    return passes
        ? refused(Refusals.startsLater(queued, steer, state))
        : moved(service, queued, state, steer, now);
  }

  /** Started at once, whatever it waits for, if none runs; a window and alarms want a reason. */
  private static Decision advanced(
      Service service, Queued queued, Event.Steer steer, Alarms alarms, Instant now) {
    boolean supersedes =
        queued.state().waitsFor() == State.WaitsFor.APPROVAL
            && queued.policy() == Spec.ConflictPolicy.REPLACE
            && service
                .live()
                .filter(live -> Starting.isWayBackElsewhere(live, steer.keptOne().spec()))
                .isEmpty();
    if (service.live().isPresent() && !supersedes) {
      return refused(Refusals.whileAnotherIsOnItsWay(queued, steer, service.live().get()));
    }
    Service knowing = service.knowing(steer.versions());
    Rollout rollout = passingAlarms(steer);
    Optional<Problem> barred =
        Starting.misfit(knowing, rollout.spec())
            .or(() -> barred(knowing, queued, rollout, steer, alarms, now));
    return barred
        .map(Refusals::refused)
        .orElseGet(() -> begin(service, knowing, rollout, steer, alarms, now));
  }

  private static Optional<Problem> barred(
      Service service,
      Queued queued,
      Rollout rollout,
      Event.Steer steer,
      Alarms alarms,
      Instant now) {
    Guard guard =
        Starting.overriding(Starting.guard(service, rollout.spec(), alarms, false), alarms);
    String id = queued.rolloutId();
    State state = queued.state();
    return Steering.barred(id, state, guard, steer, alarms, now)
        .or(
            () ->
                guard
                    .firing(alarms)
                    .map(firing -> Refusals.whileInAlarm(id, state, steer, firing)));
  }

  /** Passing its alarms, if the person who steers says so. */
  private static Rollout passingAlarms(Event.Steer steer) {
    Rollout rollout = steer.keptOne();
    return steer
        .overrideAlarms()
        .map(why -> rollout.with(rollout.spec().overridingAlarms(why)))
        .orElse(rollout);
  }

  /** Passing its windows, if the person who steers says so: for this once only. */
  private static Rollout passingWindows(Rollout rollout, Event.Steer steer) {
    return steer
        .emergency()
        .map(why -> rollout.with(rollout.spec().inEmergency(why)))
        .orElse(rollout);
  }

  private static Decision begin(
      Service service,
      Service knowing,
      Rollout rollout,
      Event.Steer steer,
      Alarms alarms,
      Instant now) {
    Starting.Begun begun = begun(knowing, rollout, alarms, now);
    if (begun.problem().isPresent()) {
      return refused(begun.problem().get());
    }
    boolean releases =
        steer.verb() == Event.Verb.ADVANCE
            && service.queue().getFirst().rolloutId().equals(rollout.id());
    Service released = releases ? new Writing(service).released(knowing, now) : knowing;
    Turn begins = Turn.of(Restoring.leftFor(released, begun.live().target(), now), begun.live());
    Turn moved =
        switch (steer.verb()) {
          case PROMOTE -> Moving.promoted(begins, false, now);
          case ADVANCE -> Moving.batchNow(begins, now);
          case RESUME -> Starting.begin(knowing, begins, now);
          case PAUSE, ROLLBACK -> throw new IllegalArgumentException("starts nothing: " + steer);
        };
    return started(service, moved, steer.cause(), Optional.of(steer.verb()), now);
  }

  // ---- what becomes of one

  /** The one that waited is now the one that the service is in. */
  private static Decision started(
      Service service, Turn turn, Cause cause, Optional<Event.Verb> verb, Instant now) {
    String id = turn.live().rolloutId();
    Writing writing = new Writing(service);
    writing.stop(service.live(), "superseded by " + id, now);
    writing.standing(turn, now);
    return writing.changed(
        turn.of(turn.service().withQueue(without(turn.service(), id))),
        What.ROLLOUT_STARTED,
        cause,
        verb,
        now);
  }

  private static Decision delayed(
      Service service, Queued queued, State.Pending state, Instant now) {
    // What an alarm says in other words is no news
    boolean isSame =
        state.equals(queued.state())
            || (state.waitsFor() == State.WaitsFor.ALARM
                && queued.state().waitsFor() == State.WaitsFor.ALARM);
    return isSame
        ? StateMachine.UNCHANGED
        : waiting(
            service, queued, state, What.ROLLOUT_DELAYED, Cause.DRIVER, Optional.empty(), now);
  }

  private static Decision moved(
      Service service, Queued queued, State.Pending state, Event.Steer steer, Instant now) {
    What what = state.held() ? What.ROLLOUT_PAUSED : What.ROLLOUT_RESUMED;
    return state.equals(queued.state())
        ? StateMachine.UNCHANGED
        : waiting(service, queued, state, what, steer.cause(), Optional.of(steer.verb()), now);
  }

  private static Decision waiting(
      Service service,
      Queued queued,
      State.Pending state,
      What what,
      Cause cause,
      Optional<Event.Verb> verb,
      Instant now) {
    Writing writing = new Writing(service);
    writing.keep();
    Service next =
        service.withQueue(
            service.queue().stream()
                .map(each -> each.equals(queued) ? each.in(state, service.v() + 1, now) : each)
                .toList());
    Happened.Change change = new Happened.Change(queued.rolloutId(), Status.PENDING);
    return writing.telling(next, change, what, cause, verb, now);
  }

  private static Decision calledOff(
      Service service, Queued queued, Event.Steer steer, Instant now) {
    return dropped(
        service,
        queued,
        "rolled back before its start" + steer.byWhom(),
        steer.cause(),
        Optional.of(steer.verb()),
        now);
  }

  private static Decision dropped(Service service, Queued queued, Problem why, Instant now) {
    return dropped(service, queued, why.message(), Cause.DRIVER, Optional.empty(), now);
  }

  private static Decision dropped(
      Service service,
      Queued queued,
      String why,
      Cause cause,
      Optional<Event.Verb> verb,
      Instant now) {
    Writing writing = new Writing(service);
    writing.drop(List.of(queued), why, now);
    Service next = service.withQueue(without(service, queued.rolloutId()));
    return writing.changed(next, What.ROLLOUT_CANCELLED, cause, verb, now);
  }

  private static List<Queued> without(Service service, String rolloutId) {
    return service.queue().stream().filter(each -> !each.rolloutId().equals(rolloutId)).toList();
  }
}
