package org.servicerollouts.domain;

import static org.servicerollouts.domain.Refusals.threeVersions;
import static org.servicerollouts.domain.Refusals.tooManyConfigs;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a rollout starts with, and what it waits for before. Base, configs, alarms and where it goes
 * back are those of the moment of its start.
 */
final class Starting {
  private Starting() {}

  // ---- what it starts with

  /** The names of its own alarms and its service's. */
  static Set<String> alarmsOf(Service service, Spec spec) {
    Set<String> all = new TreeSet<>(service.settings().alarms());
    all.addAll(spec.guard().alarms());
    return all;
  }

  /**
   * What stands between it and its batches. What goes back to where the service was well, without
   * alarms of its own, in one step or by PAI-EAS's UpdateServiceVersion, starts whatever alarms
   * say: those that would keep it from that are ignored until they have been OK.
   *
   * @param byPaiEas whether PAI-EAS's API asks for it, which has no word that passes alarms
   */
  static Guard guard(Service service, Spec spec, Alarms alarms, boolean byPaiEas) {
    Guard watching = spec.guard().watching(service.settings().alarms());
    boolean isOneStep =
        spec.strategy().filter(strategy -> !(strategy instanceof Strategy.AllAtOnce)).isEmpty();
    boolean isFree =
        (isOneStep || byPaiEas)
            && spec.guard().alarms().isEmpty()
            && service.isKnownGood(spec.target());
    return isFree ? watching.ignoringWhatBars(alarms) : watching;
  }

  /** The same, ignoring what a person said is to be passed. */
  static Guard overriding(Guard guard, Alarms alarms) {
    return guard.overridden().map(why -> guard.overriding(why, alarms)).orElse(guard);
  }

  /** A rollout of {@code spec} as it starts now. */
  static Live live(
      Service service,
      String id,
      long since,
      Instant createTime,
      Spec spec,
      Guard guard,
      Instant now) {
    return new Live(
        id,
        since,
        createTime,
        now,
        new State.Waiting(now, now),
        spec.strategy().orElse(Strategy.ALL_AT_ONCE),
        spec.target(),
        service.allocation(),
        Restoring.restores(service, spec, now),
        0,
        0,
        Restoring.redeploys(service, spec.target()),
        Optional.empty(),
        spec.rollbackWindow(),
        spec.bake(),
        guard,
        Optional.empty(),
        since,
        now);
  }

  // ---- whether it can

  /** Why what {@code spec} names cannot be rolled out, as the service has come to be. */
  static Optional<Problem> misfit(Service service, Spec spec) {
    Set<String> alarms = alarmsOf(service, spec);
    if (alarms.size() > Guard.MAX_ALARMS) {
      return Optional.of(Guard.tooManyAlarms(alarms.size()));
    }
    return service.targeted()
        ? LambdaVersions.refusal("percentages", spec.percentages().keySet(), service.versions())
            .or(
                () ->
                    spec.rollbackTo().flatMap(to -> cannotHold(service, "rollbackTo", to.target())))
        : Optional.empty();
  }

  /** Why the service's target cannot hold {@code allocation}. */
  static Optional<Problem> cannotHold(Service service, String field, Allocation allocation) {
    return service.targeted()
        ? LambdaVersions.refusal(field, allocation.units().keySet(), service.versions())
        : Optional.empty();
  }

  /** Why a rollback of it cannot go where {@code rollbackTo} says. */
  static Optional<Problem> cannotRestore(Service service, Spec spec) {
    return spec.rollbackTo()
        .filter(to -> !Restoring.mayRestore(service, to.target(), spec.target()))
        .map(to -> Refusals.restoresNothingGood(to.rolloutId()));
  }

  /** The most configs that one move may go between: all of them stand in each batch's write. */
  private static final int MAX_CONFIGS = 50;

  /**
   * A rollout with the base that it can start from, or why it cannot.
   *
   * @param live as it was where there is a problem
   */
  record Begun(Live live, Optional<Problem> problem) {
    private static Begun with(Live live) {
      return new Begun(live, Optional.empty());
    }
  }

  static Begun begun(Service service, Live live) {
    if (Move.of(service, live).batchesLeft(live.strategy(), 0) <= 1) {
      return Begun.with(live);
    }
    Optional<Allocation> found = Superseding.left(service, live.target());
    int configs = configs(found, live.target()).size();
    if (configs > MAX_CONFIGS) {
      return new Begun(live, Optional.of(tooManyConfigs(service, configs, MAX_CONFIGS)));
    }
    return service.targeted()
        ? betweenTwo(service, live, found)
        : Begun.with(live.startedFrom(found, live.restores()));
  }

  /**
   * An alias holds two versions: where what is left of a superseded rollout and the target are
   * more, all of it is given back with the first batch.
   */
  private static Begun betweenTwo(Service service, Live live, Optional<Allocation> found) {
    Optional<Allocation> given = service.live().flatMap(Live::restores).map(Allocation.class::cast);
    return Stream.of(found, given)
        .flatMap(Optional::stream)
        .filter(from -> fitsAlias(service, configs(Optional.of(from), live.target())))
        .findFirst()
        .map(from -> Begun.with(live.startedFrom(Optional.of(from), live.restores())))
        .orElseGet(() -> new Begun(live, Optional.of(threeVersions(service))));
  }

  private static boolean fitsAlias(Service service, Set<String> configs) {
    return LambdaVersions.of(configs, service.versions()).size() <= LambdaVersions.MOST;
  }

  private static Set<String> configs(Optional<Allocation> from, Shares target) {
    Set<String> all = new TreeSet<>(target.units().keySet());
    from.ifPresent(allocation -> all.addAll(allocation.units().keySet()));
    return all;
  }

  // ---- how it starts

  /**
   * The rollout with its first batch, or as it stands before that.
   *
   * @param service as it was found: with the rollout that this one supersedes, if there is one
   * @param created the rollout in the service as it is to be
   */
  static Turn begin(Service service, Turn created, Instant now) {
    return Pacing.before(service, created.live(), now)
        .map(state -> standing(service, created, state, now))
        .orElseGet(() -> Moving.batchNow(created, now));
  }

  /** Before its first batch; what the superseded one had raised is given up all the same. */
  static Turn standing(Service service, Turn created, State state, Instant now) {
    boolean isTakenOver = !(state instanceof State.Waiting);
    Turn stands =
        created.standingFor(service.live().filter(other -> isTakenOver).map(Live::rolloutId));
    boolean isThere =
        service.allocation().equals(stands.live().base()) && service.intended().isEmpty();
    if (isThere || state instanceof State.Pending) {
      return stands.in(state);
    }
    Allocation from = stands.live().base().orElseThrow();
    Turn raising = stands.raising(from, now);
    if (!service.targeted()) {
      return raising.at(from, 0, 0).in(state);
    }
    State.Intent intent =
        new State.Intent(from, 0, now, false, Optional.of(Moving.restOf(state, now)));
    return raising.intending(
        intent,
        state instanceof State.Paused paused
            ? new State.Paused(paused.rest(), Optional.of(intent), Optional.empty())
            : new State.Applying(intent));
  }

  // ---- what it waits for

  /**
   * A way back that its target has not confirmed is not superseded, but by what goes to the same
   * allocation.
   */
  static Optional<State.Pending> wayBackWait(Service service, Spec spec) {
    return service
        .live()
        .filter(live -> isWayBackElsewhere(live, spec))
        .map(
            live ->
                State.Pending.because(
                    State.WaitsFor.TURN,
                    "rollout '"
                        + live.rolloutId()
                        + "' is ROLLING_BACK, which nothing supersedes"));
  }

  static boolean isWayBackElsewhere(Live live, Spec spec) {
    return live.state() instanceof State.RollingBack back
        && !back.intent().to().equals(spec.target());
  }

  static Optional<State.Pending> timeWait(Spec spec, Guard guard, Instant now) {
    Optional<Instant> start = spec.startTime().filter(now::isBefore);
    if (start.isPresent()) {
      return start.map(time -> State.Pending.until(State.WaitsFor.TIME, guard.opens(time)));
    }
    return guard.isOpen(now)
        ? Optional.empty()
        : Optional.of(State.Pending.until(State.WaitsFor.WINDOW, guard.opens(now)));
  }

  /**
   * What of its alarms keeps it from its start.
   *
   * @param since from when on the time without data counts
   */
  static Optional<State.Pending> alarmWait(Guard guard, Alarms alarms, Instant since, Instant now) {
    if (guard.alarms().isEmpty()) {
      return Optional.empty();
    }
    Guard asked = overriding(guard, alarms);
    return asked
        .unreadable(alarms)
        .filter(why -> guard.overridden().isEmpty())
        .or(() -> asked.firing(alarms))
        .or(() -> asked.holdsForData(alarms, since, now))
        .map(why -> State.Pending.because(State.WaitsFor.ALARM, why));
  }
}
