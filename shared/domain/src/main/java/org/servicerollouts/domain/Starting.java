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

  /** What stands between it and its batches; alarms never bar the way to what was good before. */
  static Guard guard(Service service, Spec spec) {
    return service.isKnownGood(target(spec))
        ? spec.guard().withoutAlarms()
        : spec.guard().watching(service.settings().alarms());
  }

  private static Shares target(Spec spec) {
    return Shares.ofPercentages("percentages", spec.percentages());
  }

  /** The same, ignoring those that are in ALARM, if a person said so. */
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
        target(spec),
        service.allocation(),
        spec.rollbackTo().map(Success::target).or(service::lastGood),
        0,
        0,
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
    int batches = Move.of(service, live).batchesLeft(live.strategy(), 0);
    if (batches <= 1) {
      return Begun.with(live);
    }
    int configs = configs(service.allocation(), live.target()).size();
    if (configs > MAX_CONFIGS) {
      return new Begun(live, Optional.of(tooManyConfigs(service, configs, MAX_CONFIGS)));
    }
    return service.targeted() ? betweenTwo(service, live) : Begun.with(live);
  }

  /**
   * An alias holds two versions: what is superseded gives its share back with the first batch,
   * where that is needed.
   */
  private static Begun betweenTwo(Service service, Live live) {
    Optional<Allocation> given = service.live().flatMap(Live::restores).map(Allocation.class::cast);
    return Stream.of(live.base(), given)
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

  // ---- what it waits for

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
    return alarms
        .unreadable()
        .filter(why -> guard.overridden().isEmpty())
        .or(() -> asked.firing(alarms))
        .or(() -> asked.holdsForData(alarms, since, now))
        .map(why -> State.Pending.because(State.WaitsFor.ALARM, why));
  }
}
