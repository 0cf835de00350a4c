package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a rollout will do if nobody steers it, no alarm fires and nothing is late: the state machine
 * itself, told that time passes.
 *
 * <p>One that has to wait is taken to start from where the service is now; one that waits for its
 * turn, from where the rollout that is on its way goes.
 *
 * @param first the service as creating the rollout makes it
 * @param begun the rollout once it has begun: its base, where it goes back, its strategy
 * @param steps its batches, from where the page starts
 * @param bakes until when it bakes, if it comes to that within the page
 * @param ends when it has succeeded, if it comes to that within the page, and by itself
 * @param next where the next page starts, if there is one
 */
public record Preview(
    Service first,
    Live begun,
    List<Step> steps,
    Optional<Instant> bakes,
    Optional<Instant> ends,
    Optional<Place> next) {

  /** The most steps of one page. */
  public static final int PAGE = 1000;

  /**
   * One batch.
   *
   * @param batch its number, from 1
   * @param start when it starts; empty where that depends on somebody, or is after the year 9999
   * @param allocation how the service is divided after it
   * @param moved how much of the move is done after it, in its units
   * @param holds whether it stands then until somebody advances it
   */
  public record Step(
      int batch, Optional<Instant> start, Allocation allocation, long moved, boolean holds) {}

  /**
   * Where a page starts.
   *
   * @param v the service's when the first page was made: what has changed since starts anew
   * @param from the time of the first page
   * @param batch the batches before it
   * @param moved the units moved before it; below 0 where a Partition has moved replicas back
   * @param doneAt when the batch before it was complete
   * @param start when its first batch starts; empty where that depends on somebody
   */
  public record Place(
      long v, Instant from, int batch, long moved, Instant doneAt, Optional<Instant> start) {}

  public Preview {
    steps = List.copyOf(steps);
  }

  /** What it waits for before it starts; empty: it starts at once. */
  public Optional<State.WaitsFor> waitsFor() {
    return pending(first).map(State.Pending::waitsFor);
  }

  /** Which alarms would not watch it, and why. */
  public Optional<String> notWatched() {
    return begun.notWatched(first.settings());
  }

  /** What a rollback of it would leave, in words for people. */
  public List<String> warnings() {
    return begun.restores().stream()
        .flatMap(
            to ->
                begun.raises().stream()
                    .filter(id -> to.of(id) > 0)
                    .map(
                        id ->
                            "a rollback leaves "
                                + Shares.print(to.of(id))
                                + "% at '"
                                + id
                                + "', which this rollout raises"))
        .toList();
  }

  /**
   * A page of what {@code create} would do.
   *
   * @param alarms what was just read of its alarms
   * @param place where it starts; empty: at its start
   * @param size the most steps of it
   * @throws ProblemException if the create would be refused, the service has changed since the
   *     first page, or no page ends at {@code place}
   */
  public static Preview of(
      Service service,
      Event.Create create,
      Alarms alarms,
      Optional<Place> place,
      int size,
      Instant now) {
    place.ifPresent(at -> requireTimes(service, at, now));
    Instant from = place.map(Place::from).orElse(now);
    Alarms quiet = quiet(StateMachine.alarmsFor(service, create, from));
    Service first = created(service, create, place.isEmpty() ? alarms : quiet, from);
    Optional<State.Pending> waits = pending(first);
    Optional<Instant> start = waits.isEmpty() ? Optional.of(from) : waits.get().until();
    Service begun =
        waits
            .map(
                pending ->
                    created(
                        whenItStarts(service, pending),
                        create.with(withoutWaiting(service, create.spec(), start.isPresent())),
                        quiet,
                        start.orElse(earliest(create.spec(), from))))
            .orElse(first);
    Run run = new Run(begun, service.v(), from, start);
    Live beginning = run.live();
    run.confirm();
    place.ifPresent(run::goOnFrom);
    return run.page(first, beginning, place.isEmpty(), size);
  }

  /** Page tokens come from clients. */
  private static void requireTimes(Service service, Place place, Instant now) {
    if (place.v() != service.v()) {
      throw Problem.of(
              Problem.Kind.ABORTED,
              "Service '"
                  + service.name()
                  + "' has changed since the first page was made. Start again without pageToken.")
          .exception();
    }
    Duration skew = Duration.ofDays(1);
    require(place, !place.from().isBefore(service.last().at().minus(skew)));
    require(place, !place.from().isAfter(now.plus(skew)));
    for (Instant time : List.of(place.doneAt(), place.start().orElse(place.doneAt()))) {
      require(place, !time.isBefore(place.from()) && !time.isAfter(Standing.LAST_TIMESTAMP));
    }
  }

  private static void require(Place place, boolean holds) {
    if (!holds) {
      throw Problem.invalid(
              "pageToken",
              "batch " + place.batch() + ", moved " + place.moved() + ", from " + place.from(),
              "a nextPageToken of this preview")
          .exception();
    }
  }

  private static Service created(Service service, Event.Create create, Alarms alarms, Instant now) {
    return switch (StateMachine.decide(service, create, alarms, now)) {
      case Decision.Changed changed -> changed.next();
      case Decision.Unchanged unchanged -> service;
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }

  /** All of them in OK. */
  private static Alarms quiet(Collection<String> names) {
    Alarms.Reading ok = new Alarms.Reading(Alarms.State.OK, Instant.EPOCH, "");
    return Alarms.read(names.stream().collect(Collectors.toMap(Function.identity(), name -> ok)));
  }

  /** What the rollout that was just made waits for, in the queue or in its place. */
  private static Optional<State.Pending> pending(Service first) {
    return first.queue().stream()
        .filter(queued -> queued.since() == first.v())
        .findFirst()
        .map(Queued::state)
        .or(
            () ->
                first
                    .live()
                    .filter(live -> live.since() == first.v())
                    .flatMap(
                        live ->
                            live.state() instanceof State.Pending pending
                                ? Optional.of(pending)
                                : Optional.empty()));
  }

  private static Service whenItStarts(Service service, State.Pending pending) {
    return service
        .live()
        .filter(ahead -> pending.waitsFor() == State.WaitsFor.TURN)
        .map(
            ahead -> {
              Move move = Move.of(service, ahead);
              State succeeded =
                  new State.Ended(Status.SUCCEEDED, Optional.empty(), service.last().at());
              return service
                  .confirmed(move.at(move.distance()))
                  .withSuccess(ahead.in(succeeded), service.last().at());
            })
        .orElse(service);
  }

  /**
   * When it could start if nothing else were in its way: so long at least it waits for its turn.
   */
  private static Instant earliest(Spec spec, Instant from) {
    Instant asked = spec.startTime().filter(from::isBefore).orElse(from);
    return spec.guard().opens(asked);
  }

  private static Spec withoutWaiting(Service service, Spec spec, boolean startIsKnown) {
    Spec atOnce = spec.under(Creating.strategy(service, spec)).atOnce();
    return startIsKnown ? atOnce : atOnce.inEmergency("preview");
  }

  /** The state machine on a clock that jumps from batch to batch. */
  private static final class Run {
    private final long v;
    private final Instant from;
    private Service service;
    private Optional<Instant> time;

    /**
     * @param v the service's, before all this
     * @param from when the first page was made
     * @param time when it begins; empty where that depends on somebody
     */
    Run(Service begun, long v, Instant from, Optional<Instant> time) {
      this.service = begun;
      this.v = v;
      this.from = from;
      this.time = time;
    }

    void goOnFrom(Place place) {
      Move move = Move.of(service, live());
      require(place, place.batch() >= 0 && place.batch() < Integer.MAX_VALUE - PAGE);
      require(place, place.moved() >= move.least() && place.moved() <= move.distance());
      State state =
          place
              .start()
              .<State>map(start -> new State.Waiting(place.doneAt(), start))
              .orElseGet(() -> new State.Held(place.doneAt()));
      time = place.start();
      service =
          service
              .withAllocation(move.at(place.moved()))
              .withActive(live().movedTo(place.moved(), place.batch()).in(state));
    }

    Preview page(Service first, Live begun, boolean isFirst, int size) {
      List<Step> steps = new ArrayList<>();
      if (isFirst && live().batch() > 0) {
        steps.add(step());
      }
      while (goesOn() && steps.size() < size) {
        int done = live().batch();
        move();
        confirm();
        if (live().batch() > done) {
          steps.add(step());
        }
      }
      Optional<Instant> bakes =
          live().state() instanceof State.Baking baking
              ? known(time.map(at -> baking.until()))
              : Optional.empty();
      Optional<Instant> ends = live().ended() ? time : bakes;
      Optional<Place> next = goesOn() ? Optional.of(place()) : Optional.empty();
      return new Preview(first, begun, steps, bakes, ends, next);
    }

    Live live() {
      return service.active().orElseThrow();
    }

    private boolean goesOn() {
      return switch (live().state()) {
        case State.Waiting waiting -> service.moveDueAt().isPresent();
        case State.Held held -> service.kind() == Kind.TRAFFIC || service.total() > 0;
        default -> false;
      };
    }

    private Place place() {
      Optional<Instant> start = next();
      Instant doneAt =
          live().state() instanceof State.Waiting waiting && start.isPresent()
              ? waiting.doneAt()
              : from;
      return new Place(v, from, live().batch(), live().moved(), doneAt, start);
    }

    /** When the next batch starts by itself. */
    private Optional<Instant> next() {
      return live().state() instanceof State.Waiting
          ? known(time.flatMap(at -> service.nextBatchStartTime()))
          : Optional.empty();
    }

    /** What no timestamp can say depends, as it were, on somebody. */
    private static Optional<Instant> known(Optional<Instant> at) {
      return at.filter(Standing.LAST_TIMESTAMP::isAfter);
    }

    /** One batch on: by itself where it waits, by somebody's word where it holds. */
    private void move() {
      Alarms quiet = quiet(live().guard().alarms());
      time = next();
      service =
          changed(
              live().state() instanceof State.Waiting
                  ? StateMachine.decide(
                      service, new Event.Due(), quiet, service.nextBatchStartTime().orElseThrow())
                  : StateMachine.decide(service, advance(), quiet, service.last().at()));
    }

    private Event advance() {
      return new Event.Steer(
          live().rolloutId(),
          Event.Verb.ADVANCE,
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.of("preview"),
          Optional.empty(),
          Optional.empty(),
          Cause.DRIVER);
    }

    /** A target confirms at once. */
    void confirm() {
      Optional<State.Intent> intent = StateMachine.intentOf(live().state());
      if (intent.isPresent()) {
        Event confirmed = new Event.Confirmed(intent.get());
        service = changed(StateMachine.decide(service, confirmed, intent.get().since()));
      }
    }

    private Service changed(Decision decision) {
      return decision instanceof Decision.Changed changed ? changed.next() : service;
    }

    private Step step() {
      return new Step(
          live().batch(),
          time,
          service.allocation().orElseThrow(),
          live().moved(),
          live().state() instanceof State.Held);
    }
  }
}
