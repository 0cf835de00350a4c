package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Target;

/**
 * What a request does to a service: read it, decide, write it; when somebody else was first, decide
 * again on what they left, 10 tries in all with a growing random pause between them.
 *
 * <p>Whatever is refused comes out as a {@link ProblemException}.
 */
public final class Changes {
  private static final int ALARMS_SECONDS = 6;

  private final ServiceStore store;
  private final Function<Set<String>, Alarms> alarms;
  private final Tries tries;
  private final RolloutRequests rollouts;

  /**
   * @param alarms reads alarms by their names; never asked for none
   */
  public Changes(ServiceStore store, Function<Set<String>, Alarms> alarms) {
    this(store, alarms, Thread::sleep);
  }

  /**
   * For one request.
   *
   * @param store on a table that keeps to {@code deadline}, as {@link Table#by} has it
   * @param alarms takes {@value #ALARMS_SECONDS} seconds at most
   */
  public Changes(ServiceStore store, Function<Set<String>, Alarms> alarms, Deadline deadline) {
    this(
        store,
        names -> {
          deadline.require(Duration.ofSeconds(ALARMS_SECONDS));
          return alarms.apply(names);
        });
  }

  public Changes(ServiceStore store, Function<Set<String>, Alarms> alarms, Pause pause) {
    this.store = store;
    this.alarms = names -> names.isEmpty() ? Alarms.NONE : alarms.apply(names);
    this.tries = new Tries(pause);
    this.rollouts = new RolloutRequests(store, this.alarms, tries);
  }

  // ---- services

  /**
   * Makes a new service with what belongs to it.
   *
   * @param make makes it, of the service that had its name and is gone, if there was one
   */
  public Service createService(
      ServiceName name,
      BiFunction<Optional<Service>, Instant, NewService> make,
      InstantSource clock) {
    return tries.until(
        name,
        told -> {
          Instant now = now(clock);
          NewService made = make.apply(Optional.empty(), now);
          Saved saved = store.create(made.service(), made.writes());
          boolean isFree = saved instanceof Saved.ServiceTaken taken && taken.current().isGone(now);
          return Tries.tried(
              name,
              isFree ? createOver(((Saved.ServiceTaken) saved).current(), make, now) : saved,
              Function.identity());
        });
  }

  private Saved createOver(
      Service gone, BiFunction<Optional<Service>, Instant, NewService> make, Instant now) {
    Saved purged = store.purge(gone);
    if (!(purged instanceof Saved.Written)) {
      return purged;
    }
    NewService made = make.apply(Optional.of(gone), now);
    return store.createOver(gone, made.service(), made.writes());
  }

  /** The service after it was deleted. */
  public Service deleteService(ServiceName name, Event.DeleteService delete, InstantSource clock) {
    return act(name, service -> delete, clock);
  }

  /**
   * The service after it was undeleted.
   *
   * @param callerReadsAll whether the caller may read every service, so that the one that has the
   *     alias may be named
   */
  public Service undelete(
      ServiceName name,
      Event.UndeleteService undelete,
      boolean callerReadsAll,
      InstantSource clock) {
    return tries.until(
        name,
        told ->
            taking(
                told.or(() -> store.find(name))
                    .orElseThrow(() -> NotFound.service(name.value()).exception()),
                nextRolloutId(clock),
                service ->
                    StateMachine.decide(
                        service.knowing(store.unknown(service, undelete, now(clock))),
                        undelete,
                        now(clock)),
                taken -> Tries.undeletedWithoutAlias(name, taken, callerReadsAll)));
  }

  /**
   * The service with another target, or other alarms.
   *
   * @param target empty: as it is
   * @param names of its alarms; empty: as they are
   * @param etag the service's {@code v} that the caller knows; with another it is refused
   * @param callerReadsAll whether the caller may read every service, so that the one that has the
   *     alias may be named
   */
  public Service configure(
      ServiceName name,
      Optional<Target> target,
      Optional<List<String>> names,
      Optional<String> etag,
      boolean callerReadsAll,
      Cause cause,
      InstantSource clock) {
    Alarms found = alarms.apply(names.map(Set::copyOf).orElse(Set.of()));
    return tries.until(
        name,
        told ->
            taking(
                present(name, told),
                Tries.Skip.NOTHING,
                service ->
                    ServiceChange.configured(
                        service, target, names, etag, found, cause, now(clock)),
                taken -> Tries.aliasTaken(taken, callerReadsAll)));
  }

  // ---- rollouts

  /**
   * Makes a rollout. An id that the server makes up skips those in use.
   *
   * @param rollbackTo the rollout that succeeded where a rollback of it is to go
   * @param request by which it is known again when it is repeated
   */
  public Acted createRollout(
      ServiceName name,
      Event.Create create,
      Optional<String> rollbackTo,
      Optional<Request> request,
      InstantSource clock) {
    return rollouts.create(name, create, rollbackTo, request, clock);
  }

  /**
   * Steers a rollout.
   *
   * @param steer without what is kept of the rollouts that it names
   * @param to of a rollback, the rollout that succeeded whose allocation it goes to
   * @param request by which it is known again when it is repeated
   */
  public Acted steer(
      ServiceName name,
      Event.Steer steer,
      Optional<String> to,
      Optional<Request> request,
      InstantSource clock) {
    return rollouts.steer(name, steer, to, request, clock);
  }

  /**
   * What a create would do; nothing is written.
   *
   * @param rollbackTo the rollout that succeeded where a rollback of it is to go
   * @param place where the page starts; empty: at its start
   * @param size the most steps of the page
   */
  public Preview preview(
      ServiceName name,
      Event.Create create,
      Optional<String> rollbackTo,
      Optional<Preview.Place> place,
      int size,
      InstantSource clock) {
    return rollouts.preview(name, create, rollbackTo, place, size, clock);
  }

  // ---- any change

  /**
   * The service after {@code event}, for which the alarms that it needs are read. An id that it
   * makes up skips those in use.
   */
  public Service act(ServiceName name, Function<Service, Event> event, InstantSource clock) {
    return tries.until(
        name,
        told -> {
          Service service = present(name, told);
          Event happens = event.apply(service);
          Alarms found = alarms.apply(StateMachine.alarmsFor(service, happens, now(clock)));
          return written(
              service,
              nextRolloutId(clock),
              counted -> StateMachine.decide(counted, happens, found, now(clock)));
        });
  }

  /** The service after {@code decide} changed it, or as it is where there was nothing to change. */
  public Service change(ServiceName name, Function<Service, Decision> decide) {
    return tries.until(name, told -> written(present(name, told), Tries.Skip.NOTHING, decide));
  }

  /**
   * The same for a change that may make up an id.
   *
   * @param skip takes the next made-up id instead of one that is in use; the identity where the
   *     caller gave the id
   */
  public Service change(
      ServiceName name, Function<Service, Decision> decide, UnaryOperator<Service.Counters> skip) {
    return tries.until(
        name,
        told -> written(present(name, told), (taken, counters) -> skip.apply(counters), decide));
  }

  /** What becomes of a service that alarms watch. */
  @FunctionalInterface
  public interface Watching {
    /**
     * Decides it.
     *
     * @param alarms what was just read of the service's
     */
    Decision decide(Service service, Alarms alarms, Instant now);
  }

  /** The same for a change that its alarms may refuse, and that may make up a rollout's id. */
  public Service change(ServiceName name, Watching watching, InstantSource clock) {
    return tries.until(
        name,
        told -> {
          Service service = present(name, told);
          Alarms found = alarmsOf(service);
          return written(
              service,
              nextRolloutId(clock),
              counted -> watching.decide(counted, found, now(clock)));
        });
  }

  /** What becomes of a service with its PAI-EAS document. */
  @FunctionalInterface
  public interface Revising {
    /**
     * Decides it.
     *
     * @param alarms what was just read of the service's
     */
    Decision decide(Document document, Alarms alarms, Instant now);
  }

  /**
   * The same for a change that needs the service's PAI-EAS document, and may make up a revision.
   */
  public Service changeDocument(ServiceName name, Revising revising, InstantSource clock) {
    return tries.until(
        name,
        told -> {
          Document read = store.document(name);
          Alarms found = alarmsOf(read.service());
          return written(
              read.service(),
              (taken, counters) ->
                  taken instanceof Saved.ConfigTaken
                      ? counters.nextRevision()
                      : counters.usedRolloutId(now(clock)),
              counted -> revising.decide(new Document(counted, read.json()), found, now(clock)));
        });
  }

  private Service present(ServiceName name, Optional<Service> told) {
    return told.filter(service -> !service.isDeleted()).orElseGet(() -> store.require(name));
  }

  private Alarms alarmsOf(Service service) {
    return alarms.apply(Set.copyOf(service.settings().alarms()));
  }

  private static Tries.Skip nextRolloutId(InstantSource clock) {
    return (taken, counters) -> counters.usedRolloutId(now(clock));
  }

  private Tries.Tried<Service> written(
      Service service, Tries.Skip skip, Function<Service, Decision> decide) {
    Saved saved = Tries.skipping(service, skip, decide, this::save).saved();
    return Tries.tried(service.name(), saved, Function.identity());
  }

  /**
   * Writes a change by which the service may take an alias.
   *
   * @param refusal what the caller is told where the alias is another service's
   */
  private Tries.Tried<Service> taking(
      Service service,
      Tries.Skip skip,
      Function<Service, Decision> decide,
      Function<Saved.AliasTaken, Problem> refusal) {
    Saved saved = Tries.skipping(service, skip, decide, this::save).saved();
    if (saved instanceof Saved.AliasTaken taken) {
      throw refusal.apply(taken).exception();
    }
    return Tries.tried(service.name(), saved, Function.identity());
  }

  private Saved save(Service service, Decision decision) {
    return switch (decision) {
      case Decision.Changed changed -> store.save(service, changed);
      case Decision.Unchanged unchanged -> new Saved.Written(service);
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }

  /** Read for each try: what a try writes happens when it is written, not when the request came. */
  static Instant now(InstantSource clock) {
    return Instant.ofEpochMilli(clock.millis());
  }
}
