package org.servicerollouts.store;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;

/**
 * Tries a change again when somebody else was first, {@value #MOST} times in all, and within each
 * try with the next made-up id when one is in use.
 */
final class Tries {
  private static final int MOST = 10;

  private final Backoff backoff;

  Tries(Pause pause) {
    this.backoff = new Backoff(pause);
  }

  /** What became of a try that was not refused. */
  sealed interface Tried<T> {
    /** It is written; this is the answer. */
    record Done<T>(T answer) implements Tried<T> {}

    /** A rollout and its service say what cannot be at one moment: they are to be read again. */
    record Torn<T>(String rolloutId) implements Tried<T> {}

    /**
     * Somebody else was first.
     *
     * @param told the service as they left it, where that is known
     */
    record Lost<T>(Optional<Service> told) implements Tried<T> {}
  }

  /** One try. */
  @FunctionalInterface
  interface Attempt<T> {
    /**
     * Makes it.
     *
     * @param told the service as the last lost race told it
     * @throws ProblemException if it is refused
     */
    Tried<T> make(Optional<Service> told);
  }

  /**
   * The answer of the first try that is not lost.
   *
   * @throws ProblemException ABORTED if all are lost
   */
  <T> T until(ServiceName name, Attempt<T> attempt) {
    Optional<Service> told = Optional.empty();
    for (int tried = 1; ; tried++) {
      Problem last;
      switch (attempt.make(told)) {
        case Tried.Done<T> done -> {
          return done.answer();
        }
        case Tried.Lost<T> lost -> {
          told = lost.told();
          last = aborted(name);
        }
        case Tried.Torn<T> torn -> last = torn(name, torn.rolloutId());
      }
      if (tried == MOST) {
        throw last.exception();
      }
      backoff.rest(tried);
    }
  }

  /**
   * What {@code saved} means to whoever tried it.
   *
   * @param answer made of the service as it was written
   * @throws ProblemException if no other try can help
   */
  static <T> Tried<T> tried(ServiceName name, Saved saved, Function<Service, T> answer) {
    return switch (saved) {
      case Saved.Written written -> new Tried.Done<>(answer.apply(written.service()));
      case Saved.Lost lost -> new Tried.Lost<>(lost.current());
      case Saved.ServiceTaken taken -> throw nameTaken(taken.current()).exception();
      case Saved.RolloutTaken taken ->
          throw Problem.of(
                  Problem.Kind.ROLLOUT_EXISTS,
                  "Rollout '" + taken.id() + "' of service '" + name + "' already exists.")
              .exception();
      case Saved.ConfigTaken taken ->
          throw Problem.of(
                  Problem.Kind.CONFIG_EXISTS,
                  "Config '" + taken.id() + "' of service '" + name + "' already exists.")
              .exception();
      case Saved.ConfigUnknown unknown -> throw configUnknown(name, unknown.id()).exception();
      case Saved.AliasTaken taken ->
          throw new IllegalStateException("taken, but no alias was asked for: " + taken);
      case Saved.Repeated repeated ->
          throw new IllegalStateException("repeated, but it had no name: " + repeated);
    };
  }

  /** What was decided, and what became of it. */
  record Outcome(Decision decision, Saved saved) {}

  /** Takes the next made-up ids instead of those in use. */
  @FunctionalInterface
  interface Skip {
    /** The caller gave every id. */
    Skip NOTHING = (taken, counters) -> counters;

    /**
     * The counters with the next id.
     *
     * @param taken what was in use
     */
    Service.Counters next(Saved taken, Service.Counters counters);
  }

  /**
   * Decides and saves; again with other counters where an id that was made up is in use. It ends
   * too where {@code skip} does not help: when the same id is taken twice.
   */
  static Outcome skipping(
      Service service,
      Skip skip,
      Function<Service, Decision> decide,
      BiFunction<Service, Decision, Saved> save) {
    Service counted = service;
    Optional<Saved> before = Optional.empty();
    // Doubled each time: an id is found soon, however many a client has taken in advance.
    for (int step = 1; ; step *= 2) {
      Decision decision = decide.apply(counted);
      Saved saved = save.apply(service, decision);
      boolean isTaken = saved instanceof Saved.RolloutTaken || saved instanceof Saved.ConfigTaken;
      if (!isTaken || before.filter(saved::equals).isPresent()) {
        return new Outcome(decision, saved);
      }
      Service.Counters skipped = counted.counters();
      for (int i = 0; i < step; i++) {
        skipped = skip.next(saved, skipped);
      }
      if (skipped.equals(counted.counters())) {
        return new Outcome(decision, saved);
      }
      counted = counted.withCounters(skipped);
      before = Optional.of(saved);
    }
  }

  /** A rollout to a config that the service does not have. */
  static Problem configUnknown(ServiceName name, String id) {
    return Problem.of(
        Problem.Kind.FAILED_PRECONDITION,
        "percentages[\""
            + id
            + "\"]: service '"
            + name
            + "' has no such config (expected: the id of one that was created)");
  }

  /**
   * Refuses an alias, because it belongs to another service.
   *
   * @param callerReadsAll whether the caller may read every service, so that the owner may be named
   */
  static Problem aliasTaken(Saved.AliasTaken taken, boolean callerReadsAll) {
    return aliasTaken(taken, callerReadsAll, "");
  }

  /** Refuses to undelete {@code name}, because its alias belongs to another service. */
  static Problem undeletedWithoutAlias(
      ServiceName name, Saved.AliasTaken taken, boolean callerReadsAll) {
    return aliasTaken(
        taken,
        callerReadsAll,
        ". Service '"
            + name
            + "' cannot be undeleted before that service has another target or is deleted.");
  }

  private static Problem aliasTaken(Saved.AliasTaken taken, boolean callerReadsAll, String so) {
    String owner = callerReadsAll ? "service '" + taken.owner() + "'" : "another service";
    return new Problem(
        Problem.Kind.FAILED_PRECONDITION,
        "target.lambdaAlias: alias '"
            + taken.alias().aliasName()
            + "' of function '"
            + taken.alias().functionName()
            + "' belongs to "
            + owner
            + " (expected: an alias that no other service has)"
            + so,
        Optional.of("target.lambdaAlias"));
  }

  private static Problem aborted(ServiceName name) {
    return Problem.of(
        Problem.Kind.ABORTED,
        "Service '"
            + name
            + "' could not be changed in "
            + MOST
            + " tries, since others were changing it or the table was busy. Try again.");
  }

  private static Problem torn(ServiceName name, String rolloutId) {
    return Problem.of(
        Problem.Kind.ABORTED,
        "Rollout '"
            + rolloutId
            + "' and service '"
            + name
            + "' were read "
            + MOST
            + " times, and each time one says that the rollout has ended and the other that it has"
            + " not. If that stays so, the table was changed by hand or restored in part: restore"
            + " the service's items together, or create another rollout.");
  }

  private static Problem nameTaken(Service current) {
    return current.isDeleted()
        ? Problem.of(
            Problem.Kind.FAILED_PRECONDITION,
            "Service '"
                + current.name()
                + "' has been deleted and will be purged "
                + Service.KEPT_DELETED.toDays()
                + " days after that. To reuse it, undelete it.")
        : Problem.of(
            Problem.Kind.SERVICE_EXISTS, "Service '" + current.name() + "' already exists.");
  }
}
