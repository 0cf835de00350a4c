package org.servicerollouts.domain;

import static org.servicerollouts.domain.Refusals.refused;
import static org.servicerollouts.domain.Status.SUCCEEDED;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.servicerollouts.domain.Happened.What;

/** A service that is deleted, and one that is brought back. */
final class Deleting {
  private Deleting() {}

  static Decision delete(Service service, Event.DeleteService delete, Instant now) {
    Optional<Problem> onTheWay =
        service
            .live()
            .filter(live -> service.targeted())
            .map(live -> Refusals.deletes(service, live));
    if (onTheWay.isPresent()) {
      return refused(onTheWay.get());
    }
    Cause cause = delete.cause();
    String why = "the service was deleted";
    String id = service.counters().rollouts().id(now);
    Service.Counters counters = service.counters().usedRolloutId(now).nextRollout(now);
    Writing writing = new Writing(service);
    Optional<Turn> stopped = writing.stop(service.live(), why, now);
    writing.drop(service.queue(), why, now);
    Rollout deletion =
        new Rollout(
            id,
            counters.ord(),
            service.v() + 1,
            now,
            cause.who(),
            Spec.of(Map.of(), Optional.of(Strategy.ALL_AT_ONCE)),
            SUCCEEDED,
            Optional.empty(),
            Strategy.ALL_AT_ONCE,
            service.allocation(),
            Optional.empty(),
            new Progress(0, 0, 1, 1),
            now,
            service.v() + 1);
    writing.add(new Write.RolloutCreated(deletion), new Happened.Change(id, SUCCEEDED));
    Service deleted =
        service
            .withCounters(counters)
            .withQueue(List.of())
            .withKeptUntil(Optional.of(now.plus(delete.kept())));
    Optional<Event.Verb> noVerb = Optional.empty();
    Decision.Changed changed =
        stopped
            .map(ended -> new Turn(deleted, ended.live(), ended.ended()))
            .map(ended -> writing.changed(ended, What.SERVICE_DELETED, cause, noVerb, now))
            .orElseGet(() -> writing.changed(deleted, What.SERVICE_DELETED, cause, noVerb, now));
    return ServiceChange.withOperation(
        changed
            .with(new Write.ServiceListed(false))
            .with(ServiceChange.released(service.settings().target())),
        new ServiceOperation.ServiceDeleted(),
        now);
  }

  static Decision undelete(Service service, Cause cause, Instant now) {
    if (!service.isDeleted()) {
      return refused(
          Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Service '" + service.name() + "' is not deleted."));
    }
    if (service.isGone(now)) {
      return refused(NotFound.service(service.name().value()));
    }
    Service back = unsureOfTarget(service.withKeptUntil(Optional.empty()));
    Decision restored =
        lastKnownGood(service)
            .map(good -> Creating.create(back, restoring(good, cause), Alarms.NONE, now))
            .orElseGet(
                () ->
                    new Decision.Changed(
                        back.happened(new Happened(What.SERVICE_UNDELETED, now, cause, List.of())),
                        List.of(new Write.HistoryKept())));
    return restored instanceof Decision.Changed changed
        ? ServiceChange.withOperation(
            new Decision.Changed(changed.next().tellingOf(What.SERVICE_UNDELETED), changed.writes())
                .with(new Write.ServiceListed(true))
                .with(ServiceChange.taken(service.settings().target())),
            new ServiceOperation.ServiceUndeleted(),
            now)
        : restored;
  }

  /** Those that the rollout of an undeletion goes to, and goes back to. */
  static Set<String> configs(Service service, Instant now) {
    Set<String> configs = new TreeSet<>();
    lastKnownGood(service)
        .ifPresent(
            good -> {
              configs.addAll(good.units().keySet());
              configs.addAll(Restoring.configs(service, restoring(good, Cause.DRIVER).spec(), now));
            });
    return service.kind() == Kind.REPLICA ? Set.of() : configs;
  }

  /** Last good, or where the service was well before, if last good was taken back. */
  private static Optional<Shares> lastKnownGood(Service service) {
    Successes successes = service.successes();
    return service
        .lastGood()
        .filter(service::isKnownGood)
        .or(() -> successes.newestGood().map(Success::target))
        .or(() -> successes.newest().flatMap(Success::restores))
        .or(service::lastGood);
  }

  /**
   * Has the target asked before the next rollout counts as done, because another service may have
   * moved the alias while this one was deleted.
   */
  private static Service unsureOfTarget(Service service) {
    return service
        .allocation()
        .filter(allocation -> service.targeted())
        .map(service::intending)
        .orElse(service);
  }

  /** Whatever plan and whatever alarms there are: what ran before goes on at once. */
  private static Event.Create restoring(Shares good, Cause cause) {
    return Event.Create.of(
        Optional.empty(), good.percentages(), Optional.of(Strategy.ALL_AT_ONCE), cause);
  }
}
