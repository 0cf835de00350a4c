package org.servicerollouts.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Where a rollback of a rollout goes: its {@code restores}, taken when it starts. That is never
 * what was taken back, and never where the rollout itself goes.
 */
final class Restoring {
  private Restoring() {}

  /** The {@code restores} of a rollout of {@code spec} that starts at {@code now}. */
  static Optional<Shares> restores(Service service, Spec spec, Instant now) {
    Shares target = spec.target();
    Optional<Shares> named = spec.rollbackTo().map(Success::target);
    if (named.filter(to -> mayRestore(service, to, target)).isPresent()) {
      return named;
    }
    return takenOver(service, target, now)
        .orElseGet(
            () ->
                goingOn(service, target, now)
                    .or(service::lastGood)
                    .filter(to -> mayRestore(service, to, target))
                    .or(() -> service.successes().goodBeside(target)));
  }

  /** Those of the {@code restores} of a rollout of {@code spec}; replicas need not be known. */
  static Set<String> configs(Service service, Spec spec, Instant now) {
    return service.kind() == Kind.REPLICA
        ? Set.of()
        : restores(service, spec, now).map(to -> to.units().keySet()).orElse(Set.of());
  }

  static boolean mayRestore(Service service, Shares to, Shares target) {
    return !to.equals(target) && !service.successes().isTakenBack(to);
  }

  /**
   * What a rollout to where the service is, or to where it was well before, takes over from the
   * success that it repeats, or none; empty where it is no such rollout. Last good would be what a
   * way back has just left.
   */
  private static Optional<Optional<Shares>> takenOver(Service service, Shares target, Instant now) {
    Successes successes = service.successes();
    boolean redeploys = service.allocation().filter(found -> found.isAt(target)).isPresent();
    boolean isSoon = successes.isRecent(now);
    Optional<Success> repeated =
        redeploys
            ? successes.newestGood().filter(last -> last.target().equals(target))
            : successes.goodAt(target).filter(kept -> isSoon);
    boolean goesBack = isSoon && !redeploys && isWayBack(service, target);
    return repeated.isPresent() || goesBack
        ? Optional.of(
            repeated.flatMap(Success::restores).filter(to -> mayRestore(service, to, target)))
        : Optional.empty();
  }

  /** Whether {@code target} is where the service was well before it was at its newest success. */
  private static boolean isWayBack(Service service, Shares target) {
    return service.isKnownGood(target)
        && service
            .successes()
            .newest()
            .filter(newest -> !newest.target().equals(target))
            .isPresent();
  }

  /** Where the newest success came from, of a rollout that raises only what that one raised. */
  private static Optional<Shares> goingOn(Service service, Shares target, Instant now) {
    Successes successes = service.successes();
    Set<String> raises = target.raisedFrom(service.allocation());
    boolean goesOn =
        successes.isRecent(now)
            && !raises.isEmpty()
            && successes.latest().filter(newest -> newest.raised().containsAll(raises)).isPresent();
    return successes
        .newest()
        .filter(newest -> goesOn && !newest.takenBack())
        .flatMap(Success::restores)
        .filter(to -> mayRestore(service, to, target));
  }

  /**
   * The service as a create to {@code target} finds it: one that leaves the newest success within
   * its rollbackWindow for where the service was well before takes that success back.
   */
  static Service leftFor(Service service, Shares target, Instant now) {
    Successes successes = service.successes();
    return successes.isRecent(now) && isWayBack(service, target)
        ? service.withSuccesses(successes.withoutNewest())
        : service;
  }

  /**
   * Whether a rollout to {@code target} starts where it goes, and the last to start did not move.
   */
  static boolean redeploys(Service service, Shares target) {
    Optional<Success> newest = service.successes().newest();
    boolean isThere = service.allocation().filter(found -> found.isAt(target)).isPresent();
    boolean followsIt =
        service
            .active()
            .filter(
                last ->
                    last.redeploys()
                        || (last.status() == Status.SUCCEEDED
                            && newest
                                .map(Success::rolloutId)
                                .filter(last.rolloutId()::equals)
                                .isPresent()))
            .isPresent();
    return isThere && followsIt && newest.filter(last -> last.target().equals(target)).isPresent();
  }
}
