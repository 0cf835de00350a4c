package org.servicerollouts.domain;

import static org.servicerollouts.domain.Refusals.refused;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.servicerollouts.domain.Happened.What;

/** A new rollout: refused, started at once, or put where it waits. */
final class Creating {
  private Creating() {}

  static Decision create(Service service, Event.Create asked, Alarms alarms, Instant now) {
    Event.Create create = asked.with(asked.spec().under(strategy(service, asked.spec())));
    Service knowing = service.knowing(create.versions());
    Optional<Problem> misfit = misfit(knowing, create, alarms);
    if (misfit.isPresent()) {
      return refused(misfit.get());
    }
    Spec spec = create.spec();
    Guard guard = Starting.guard(service, spec, alarms, create.inPlace());
    boolean isUnderPausedPlan = isUnderPausedPlan(service, asked);
    Optional<State> stands = standsBefore(service, create, isUnderPausedPlan, now);
    Optional<State.Pending> waits =
        stands.isPresent()
            ? Optional.empty()
            : waitsFor(service, spec, guard, isUnderPausedPlan, now);
    if (stands.isEmpty() && waits.isEmpty()) {
      Optional<String> firing = guard.firing(alarms).filter(f -> guard.overridden().isEmpty());
      if (firing.isPresent()) {
        return refused(Refusals.inAlarm(service, firing.get()));
      }
      waits = create.inPlace() ? Optional.empty() : Starting.alarmWait(guard, alarms, now, now);
    }
    New made = made(knowing, create, Starting.overriding(guard, alarms), now);
    return waits
        .map(pending -> queued(service, made, pending, create.cause(), now))
        .orElseGet(() -> atOnce(service, made, stands, alarms, create, now));
  }

  /** That of its plan, if it names none. */
  static Strategy strategy(Service service, Spec spec) {
    return spec.strategy()
        .or(() -> service.plan().map(Plan::strategy))
        .orElse(Strategy.ALL_AT_ONCE);
  }

  /** What is wrong with it, whatever it finds on its way. */
  private static Optional<Problem> misfit(Service service, Event.Create create, Alarms alarms) {
    Spec spec = create.spec();
    int configs = spec.percentages().size();
    if (service.kind() == Kind.REPLICA && configs > 1) {
      return Optional.of(Refusals.manyConfigsForReplicas(service, configs));
    }
    return Refusals.staleEtag("Service '" + service.name() + "'", create.etag(), service.v())
        .or(() -> Starting.misfit(service, spec))
        .or(() -> Starting.cannotRestore(service, spec))
        .or(() -> unknownAlarm(service, create, alarms))
        .or(() -> inTheWay(service, spec));
  }

  private static Optional<Problem> unknownAlarm(
      Service service, Event.Create create, Alarms alarms) {
    Guard guard = Starting.guard(service, create.spec(), alarms, create.inPlace());
    return guard.alarms().stream()
        .filter(name -> !guard.ignored().contains(name))
        .filter(name -> alarms.unreadable().isEmpty() && !alarms.found().containsKey(name))
        .findFirst()
        .map(name -> Refusals.unknownAlarm(service, name));
  }

  private static Optional<Problem> inTheWay(Service service, Spec spec) {
    return service
        .live()
        .map(Live::rolloutId)
        .or(() -> service.queue().stream().findFirst().map(Queued::rolloutId))
        .filter(other -> spec.conflictPolicy() == Spec.ConflictPolicy.REJECT)
        .map(other -> Refusals.inTheWay(service, other));
  }

  private static boolean isUnderPausedPlan(Service service, Event.Create asked) {
    return asked.spec().strategy().isEmpty() && service.plan().filter(Plan::paused).isPresent();
  }

  /** Where one under PAI-EAS's plan stands, superseding at once all the same. */
  private static Optional<State> standsBefore(
      Service service, Event.Create create, boolean isUnderPausedPlan, Instant now) {
    State approval = State.Pending.waiting(State.WaitsFor.APPROVAL);
    if (isUnderPausedPlan && create.spec().startTime().filter(now::isBefore).isEmpty()) {
      return Optional.of(approval);
    }
    return service
        .live()
        .filter(superseded -> create.inPlace())
        .flatMap(
            superseded ->
                switch (superseded.state()) {
                  case State.Paused paused ->
                      Optional.of(State.Paused.at(new State.Rest.Wait(now, Duration.ZERO)));
                  case State.Pending pending -> Optional.of(approval);
                  default -> Optional.empty();
                });
  }

  /** What it waits for before it is asked what its alarms say. */
  private static Optional<State.Pending> waitsFor(
      Service service, Spec spec, Guard guard, boolean isUnderPausedPlan, Instant now) {
    if (spec.paused() || isUnderPausedPlan) {
      return Optional.of(State.Pending.waiting(State.WaitsFor.APPROVAL));
    }
    boolean queues =
        spec.conflictPolicy() == Spec.ConflictPolicy.QUEUE
            && (service.live().isPresent() || !service.queue().isEmpty());
    return queues
        ? Optional.of(State.Pending.waiting(State.WaitsFor.TURN))
        : Starting.timeWait(spec, guard, now).or(() -> Starting.wayBackWait(service, spec));
  }

  /**
   * A rollout that is being made.
   *
   * @param counted the service with its numbers taken
   */
  private record New(Service counted, Live live, Spec spec) {}

  private static New made(Service service, Event.Create create, Guard guard, Instant now) {
    String id = create.rolloutId().orElseGet(() -> service.counters().rollouts().id(now));
    Service.Counters counters = service.counters().nextRollout(now);
    Service counted =
        service.withCounters(
            create.rolloutId().isPresent()
                ? counters.givenRolloutId(id, now)
                : counters.usedRolloutId(now));
    Spec spec = create.spec();
    return new New(
        counted, Starting.live(counted, id, service.v() + 1, now, spec, guard, now), spec);
  }

  /** It waits beside the one that the service is in. */
  private static Decision queued(
      Service service, New made, State.Pending pending, Cause cause, Instant now) {
    Live live = made.live();
    Spec.ConflictPolicy policy = made.spec().conflictPolicy();
    Writing writing = new Writing(service);
    List<Queued> ahead = service.queue();
    if (policy == Spec.ConflictPolicy.REPLACE) {
      writing.drop(ahead, superseded(live), now);
      ahead = List.of();
    }
    if (ahead.size() >= Queued.MOST) {
      return refused(Refusals.queueFull(service, ahead.size()));
    }
    writing.queued(Turn.of(made.counted(), live), made.spec(), pending, cause, now);
    Queued last =
        new Queued(live.rolloutId(), live.since(), now, pending, policy, live.since(), now);
    Service next =
        made.counted().withQueue(Stream.concat(ahead.stream(), Stream.of(last)).toList());
    return writing.changed(next, What.ROLLOUT_CREATED, cause, Optional.empty(), now);
  }

  private static Decision atOnce(
      Service service,
      New made,
      Optional<State> stands,
      Alarms alarms,
      Event.Create create,
      Instant now) {
    Starting.Begun begun = Starting.begun(made.counted(), made.live());
    if (begun.problem().isPresent()) {
      return refused(begun.problem().get());
    }
    Writing writing = new Writing(service);
    writing.stop(service.live(), superseded(made.live()), now);
    writing.drop(service.queue(), superseded(made.live()), now);
    Service left = Restoring.leftFor(made.counted(), begun.live().target(), now);
    Turn created = Turn.of(left.withQueue(List.of()), begun.live());
    Turn started =
        stands
            .or(() -> Pacing.before(service, begun.live(), now))
            .map(state -> Starting.standing(service, created, state, now))
            .orElseGet(
                () ->
                    create.inPlace()
                        ? Moving.nextBatch(created, alarms, now)
                        : Moving.batchNow(created, now));
    writing.created(started, made.spec(), create.cause(), now);
    return writing.changed(started, What.ROLLOUT_CREATED, create.cause(), Optional.empty(), now);
  }

  private static String superseded(Live by) {
    return "superseded by " + by.rolloutId();
  }
}
