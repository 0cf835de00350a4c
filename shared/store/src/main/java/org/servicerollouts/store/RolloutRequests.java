package org.servicerollouts.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Write;

/**
 * Requests that make or steer a rollout: all that is to be known is read at once, and one that was
 * done before is not done again.
 */
final class RolloutRequests {
  private final ServiceStore store;
  private final Function<Set<String>, Alarms> alarms;
  private final Tries tries;

  RolloutRequests(ServiceStore store, Function<Set<String>, Alarms> alarms, Tries tries) {
    this.store = store;
    this.alarms = alarms;
    this.tries = tries;
  }

  /**
   * What is asked for.
   *
   * @param rollouts those that must be read for it
   * @param configs those of which the versions must be read
   * @param event what it is once they are read
   * @param skip takes the next made-up rollout id
   */
  private record Asked(
      ServiceName name,
      List<String> rollouts,
      Set<String> configs,
      Optional<Request> request,
      Completion event,
      Tries.Skip skip,
      InstantSource clock) {

    Instant now() {
      return Changes.now(clock);
    }
  }

  /** Makes an event of what was read for it. */
  private interface Completion {
    Event of(Service service, Known known);
  }

  Acted create(
      ServiceName name,
      Event.Create create,
      Optional<String> rollbackTo,
      Optional<Request> request,
      InstantSource clock) {
    return act(
        new Asked(
            name,
            rollbackTo.stream().toList(),
            create.spec().percentages().keySet(),
            request,
            (service, known) -> completed(service, create, rollbackTo, known),
            create.rolloutId().isPresent() ? Tries.Skip.NOTHING : nextId(clock),
            clock));
  }

  Acted steer(
      ServiceName name,
      Event.Steer steer,
      Optional<String> to,
      Optional<Request> request,
      InstantSource clock) {
    return act(
        new Asked(
            name,
            Stream.concat(Stream.of(steer.rolloutId()), to.stream()).toList(),
            Set.of(),
            request,
            (service, known) -> completed(service, steer, to, known),
            nextId(clock),
            clock));
  }

  Preview preview(
      ServiceName name,
      Event.Create create,
      Optional<String> rollbackTo,
      Optional<Preview.Place> place,
      int size,
      InstantSource clock) {
    Known known =
        store.known(
            name,
            rollbackTo.stream().toList(),
            create.spec().percentages().keySet(),
            Optional.empty(),
            Changes.now(clock));
    Service service = known.present(name);
    Event.Create complete = completed(service, create, rollbackTo, known);
    Alarms found = alarms.apply(StateMachine.alarmsFor(service, complete, Changes.now(clock)));
    return Preview.of(service, complete, found, place, size, Changes.now(clock));
  }

  private static Tries.Skip nextId(InstantSource clock) {
    return (taken, counters) -> counters.usedRolloutId(Changes.now(clock));
  }

  // ---- one request, in all its tries

  private Acted act(Asked asked) {
    return tries.until(asked.name(), told -> attempt(asked));
  }

  private Tries.Tried<Acted> attempt(Asked asked) {
    Known known =
        store.known(asked.name(), asked.rollouts(), asked.configs(), asked.request(), asked.now());
    if (known.done().isPresent()) {
      return repeated(asked, known.done().get());
    }
    Service service = known.present(asked.name());
    Optional<String> torn = known.torn();
    if (torn.isPresent()) {
      return new Tries.Tried.Torn<>(torn.get());
    }
    Event event = asked.event().of(service, known);
    Map<String, Version> more = store.unknown(service, event, asked.now());
    Alarms found = alarms.apply(StateMachine.alarmsFor(service, event, asked.now()));
    Tries.Outcome outcome =
        Tries.skipping(
            service,
            asked.skip(),
            counted -> StateMachine.decide(counted.knowing(more), event, found, asked.now()),
            (before, decision) -> save(asked, before, event, decision));
    return outcome.saved() instanceof Saved.Repeated repeated
        ? repeated(asked, repeated.done())
        : Tries.tried(
            asked.name(),
            outcome.saved(),
            after -> new Acted(new Standing(after, subject(event, outcome.decision())), false));
  }

  private Saved save(Asked asked, Service service, Event event, Decision decision) {
    return switch (decision) {
      case Decision.Changed changed ->
          asked
              .request()
              .map(r -> store.save(service, changed, r, subject(event, changed).id(), asked.now()))
              .orElseGet(() -> store.save(service, changed));
      case Decision.Unchanged same ->
          asked
              .request()
              .map(r -> store.keep(service, r, subject(event, same).id(), asked.now()))
              .orElseGet(() -> new Saved.Written(service));
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }

  /** The rollout that the request made, or else the one that it steered, as it is after it. */
  private static Rollout subject(Event event, Decision decision) {
    List<Write> writes =
        decision instanceof Decision.Changed changed ? changed.writes() : List.of();
    return writes.stream()
        .flatMap(
            write ->
                write instanceof Write.RolloutCreated created
                    ? Stream.of(created.rollout())
                    : Stream.of())
        .findFirst()
        .or(() -> steered(event).map(rollout -> rollout.after(writes)))
        .orElseThrow();
  }

  private static Optional<Rollout> steered(Event event) {
    return event instanceof Event.Steer steer ? steer.kept() : Optional.empty();
  }

  private Tries.Tried<Acted> repeated(Asked asked, Known.Done done) {
    Request request = asked.request().orElseThrow();
    if (!done.hash().equals(request.hash())) {
      throw Problem.invalid(
              "requestId", request.id(), "another one, since this was used for another request")
          .exception();
    }
    return new Tries.Tried.Done<>(new Acted(store.standing(asked.name(), done.rolloutId()), true));
  }

  // ---- what was asked for, with what was read for it

  private Event.Create completed(
      Service service, Event.Create create, Optional<String> rollbackTo, Known known) {
    create.spec().percentages().keySet().stream()
        .filter(id -> !known.versions().containsKey(id))
        .sorted()
        .findFirst()
        .ifPresent(
            id -> {
              throw Tries.configUnknown(service.name(), id).exception();
            });
    Optional<Success> back =
        rollbackTo
            .map(id -> succeeded(service.name(), "rollbackTo", id, known))
            .map(rollout -> new Success(rollout.id(), rollout.target()));
    Map<String, Version> versions = new HashMap<>(known.versions());
    back.ifPresent(to -> versions.putAll(unknown(service, to.target().units().keySet())));
    return create.with(versions).goingBackTo(back);
  }

  private Event.Steer completed(
      Service service, Event.Steer steer, Optional<String> to, Known known) {
    Rollout kept =
        Optional.ofNullable(known.rollouts().get(steer.rolloutId()))
            .orElseThrow(() -> NotFound.rollout(service.name(), steer.rolloutId()).exception());
    Optional<Rollout> back = to.map(id -> succeeded(service.name(), "to", id, known));
    Set<String> configs = new HashSet<>();
    if (mayStart(service, steer)) {
      configs.addAll(ServiceStore.configsOf(kept));
    }
    back.ifPresent(rollout -> configs.addAll(rollout.percentages().keySet()));
    return new Event.Steer(
        steer.rolloutId(),
        steer.verb(),
        Optional.of(kept),
        back,
        unknown(service, configs),
        steer.emergency(),
        steer.overrideAlarms(),
        steer.etag(),
        steer.cause());
  }

  private static boolean mayStart(Service service, Event.Steer steer) {
    return service.queued(steer.rolloutId()).isPresent()
        && switch (steer.verb()) {
          case RESUME, ADVANCE, PROMOTE -> true;
          case PAUSE, ROLLBACK -> false;
        };
  }

  /** What the service does not know yet of these configs. */
  private Map<String, Version> unknown(Service service, Collection<String> configs) {
    List<String> asked =
        configs.stream().filter(id -> !service.versions().containsKey(id)).toList();
    return asked.isEmpty() ? Map.of() : store.versions(service.name(), asked);
  }

  private static Rollout succeeded(ServiceName name, String field, String id, Known known) {
    return Optional.ofNullable(known.rollouts().get(id))
        .filter(rollout -> rollout.status() == Status.SUCCEEDED && !rollout.isDeletion())
        .orElseThrow(
            () ->
                new Problem(
                        Problem.Kind.FAILED_PRECONDITION,
                        field
                            + ": \""
                            + Printable.of(id)
                            + "\" (expected: a rollout of service '"
                            + name
                            + "' that is kept and has succeeded)",
                        Optional.of(field))
                    .exception());
  }
}
