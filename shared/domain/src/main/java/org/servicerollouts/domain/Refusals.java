package org.servicerollouts.domain;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Why something cannot be done to a rollout, in words for whoever asked. */
final class Refusals {
  private Refusals() {}

  static Decision refused(Problem problem) {
    return new Decision.Refused(problem);
  }

  private static Problem precondition(String message) {
    return Problem.of(Problem.Kind.FAILED_PRECONDITION, message);
  }

  // ---- of a service

  /** If somebody changed it whom the caller does not know of. */
  static Optional<Problem> staleEtag(String of, Optional<String> known, long version) {
    String current = Long.toString(version);
    return known
        .filter(etag -> !etag.equals(current))
        .map(
            etag ->
                Problem.of(
                    Problem.Kind.ABORTED,
                    of
                        + " has changed: etag: \""
                        + Printable.of(etag)
                        + "\" (expected: \""
                        + current
                        + "\")"));
  }

  static Problem notOfReplicas(Service service, String so) {
    return Problem.of(
        Problem.Kind.WRONG_SERVICE_TYPE,
        "Service '" + service.name() + "' is divided by traffic: it " + so + ".");
  }

  static Problem manyConfigsForReplicas(Service service, int configs) {
    return Problem.invalid(
        "percentages",
        configs + " configs",
        "one config at 100, since " + service.name() + " is divided by replicas");
  }

  static Problem unknownAlarm(Service service, String name) {
    boolean isServices = service.settings().alarms().contains(name);
    return Problem.invalid(
        isServices ? "alarms of service '" + service.name() + "'" : "alarms",
        name,
        "an alarm of this account and Region");
  }

  static Problem inAlarm(Service service, String firing) {
    return precondition(
        "No rollout of service '"
            + service.name()
            + "' starts while "
            + firing
            + ". A rollout created with overrideAlarms, a reason, passes it.");
  }

  static Problem inTheWay(Service service, String rolloutId) {
    return Problem.of(
        Problem.Kind.ROLLOUT_IN_THE_WAY,
        "Rollout '"
            + rolloutId
            + "' of service '"
            + service.name()
            + "' is in the way, and conflictPolicy is REJECT.");
  }

  static Problem queueFull(Service service, int waiting) {
    return Problem.of(
        Problem.Kind.QUEUE_FULL,
        "Service '"
            + service.name()
            + "' has "
            + waiting
            + " rollouts waiting (expected: at most "
            + Queued.MOST
            + "). Try again when one has started, or cancel one by :rollback.");
  }

  static Problem tooManyConfigs(Service service, int configs, int most) {
    return precondition(
        "Service '"
            + service.name()
            + "' is divided among so many configs that with these there would be "
            + configs
            + " (expected: at most "
            + most
            + "). First roll out in one step to the configs that are to stay.");
  }

  static Problem threeVersions(Service service) {
    return precondition(
        "Service '"
            + service.name()
            + "' is divided between two versions already, and a Lambda alias cannot hold a third"
            + " on the way. First roll out in one step to one of them, or roll back.");
  }

  static Problem deletes(Service service, Live live) {
    String restoring =
        live.restores().map(to -> ", or by a rollout in one step to its restores").orElse("");
    String first =
        live.state() instanceof State.RollingBack
            ? "It ends when the alias is back, or FAILED after its progressDeadline."
            : "First end it by :rollback or :promote" + restoring + ".";
    return precondition(
        "Service '"
            + service.name()
            + "' cannot be deleted while its rollout '"
            + live.rolloutId()
            + "' is "
            + describe(live.state())
            + ", because its alias would stay where it is then. "
            + first);
  }

  // ---- of a rollout

  static Decision inThisState(String rolloutId, State state, Event.Steer steer) {
    return refused(precondition(saying(rolloutId, state, steer, "in this state.")));
  }

  static Problem whileAnotherIsOnItsWay(Queued queued, Event.Steer steer, Live live) {
    return precondition(
        saying(
            queued.rolloutId(),
            queued.state(),
            steer,
            "while rollout '" + live.rolloutId() + "' is on its way."));
  }

  static Problem whileInAlarm(String rolloutId, State state, Event.Steer steer, String firing) {
    return precondition(
        saying(
            rolloutId,
            state,
            steer,
            "while " + firing + ". overrideAlarms, with a reason, passes it."));
  }

  static Problem outsideWindows(String rolloutId, State state, Event.Steer steer, Instant opens) {
    return precondition(
        saying(
            rolloutId,
            state,
            steer,
            "outside allowedWindows, the next of which opens at "
                + opens
                + ". emergency, with a reason, passes them."));
  }

  static Problem whileAlarmsAreUnreadable(
      String rolloutId, State state, Event.Steer steer, String why) {
    return precondition(
        saying(
            rolloutId,
            state,
            steer,
            "while its alarms cannot be read: "
                + why
                + ". overrideAlarms, with a reason, passes them."));
  }

  static Problem movesNothing(State state, Event.Steer steer) {
    return precondition(
        saying(
            steer.rolloutId(),
            state,
            steer,
            "with to: it calls off what has not started, and nothing moves."));
  }

  static Problem passesNothing(String rolloutId, State state, Event.Steer steer) {
    return precondition(
        saying(
            rolloutId,
            state,
            steer,
            "with emergency: it passes what would keep a batch from starting now, and none starts"
                + " before the rest of the wait is over. :advance starts it."));
  }

  static Problem startsLater(Queued queued, Event.Steer steer, State.Pending waits) {
    return precondition(
        saying(
            queued.rolloutId(),
            queued.state(),
            steer,
            "with emergency or overrideAlarms: they pass what would keep it from starting now, and"
                + " it still waits for "
                + describe(waits.waitsFor())
                + "."));
  }

  private static String describe(State.WaitsFor waitsFor) {
    return waitsFor.name().toLowerCase(Locale.ROOT);
  }

  static Problem hasEnded(Event.Steer steer, Status status) {
    return precondition(
        "Rollout '"
            + steer.rolloutId()
            + "' has ended ("
            + status
            + "): "
            + name(steer)
            + " takes one that has not.");
  }

  static Problem laterOneHasStarted(String rolloutId, String later) {
    return precondition(
        "Rollout '"
            + rolloutId
            + "' is SUCCEEDED and can no longer be rolled back: '"
            + later
            + "' came after it. A rollout with its percentages goes back to any allocation.");
  }

  static Problem rollbackWindowEnded(String rolloutId, Instant until) {
    return precondition(
        "Rollout '"
            + rolloutId
            + "' is SUCCEEDED and can no longer be rolled back: its rollbackWindow ended at "
            + until
            + ".");
  }

  static Problem movesNothing(String rolloutId, Event.Steer steer, Optional<String> elsewhere) {
    return precondition(
        "Rollout '"
            + rolloutId
            + "' is SUCCEEDED, and "
            + name(steer)
            + steer.to().map(to -> " to '" + to.id() + "'").orElse("")
            + " would move nothing, because the service is there already. "
            + elsewhere
                .map(id -> "With to: \"" + id + "\" it would go to where that rollout ended.")
                .orElse("No kept rollout that may be restored ended elsewhere."));
  }

  static Problem restoresNothingGood(String rolloutId) {
    return new Problem(
        Problem.Kind.FAILED_PRECONDITION,
        "rollbackTo: \""
            + Printable.of(rolloutId)
            + "\" (expected: a rollout that was not taken back, and that ended elsewhere than this"
            + " one goes)",
        Optional.of("rollbackTo"));
  }

  static Problem nothingToGoBackTo(String rolloutId, State state) {
    return precondition(
        "Rollout '"
            + rolloutId
            + "' is "
            + describe(state)
            + " and has nothing to go back to: no rollout of this service has succeeded before"
            + " it.");
  }

  private static String saying(String rolloutId, State state, Event.Steer steer, String when) {
    return "Rollout '"
        + rolloutId
        + "' is "
        + describe(state)
        + ": "
        + name(steer)
        + " is refused "
        + when;
  }

  private static String describe(State state) {
    return switch (state) {
      case State.Pending pending -> "PENDING (waits for " + describe(pending.waitsFor()) + ")";
      case State.Applying applying -> "RUNNING (a batch is being applied)";
      case State.Paused paused when paused.changed().isPresent() ->
          "PAUSED (somebody else changed its target; :resume or :rollback overwrites that)";
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

  private static String name(Event.Steer steer) {
    return ":" + steer.verb().name().toLowerCase(Locale.ROOT);
  }
}
