package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The pace of a service: repeating, alternating or varying a plan exposes nobody sooner. What a
 * batch raised is not raised again by a first batch before the plan's own interval is over.
 */
final class Pacing {
  private Pacing() {}

  /**
   * Where a rollout stands before its first batch; empty: that comes at once.
   *
   * @param service as it was found: with the rollout that this one supersedes, if there is one
   */
  static Optional<State> before(Service service, Live live, Instant now) {
    if (live.strategy() instanceof Strategy.AllAtOnce || service.allocation().isEmpty()) {
      return Optional.empty();
    }
    Set<String> raises = live.target().raisedFrom(Superseding.found(service, live.target()));
    Optional<Live> superseded = service.live().filter(other -> other.base().isPresent());
    Move move = Move.of(service, live);
    boolean movesOn = move.goal(live.strategy(), 0) > move.moved();
    if (!movesOn) {
      raises.clear();
    }
    Optional<Instant> starts = startsAt(service, live, raises).filter(now::isBefore);
    return superseded
        .filter(other -> goesOnWith(other, live, raises))
        .flatMap(other -> takenOver(other.state(), starts, now))
        .filter(state -> movesOn || state instanceof State.Paused)
        .or(
            () ->
                superseded.filter(other -> meets(other, raises)).flatMap(other -> held(live, now)))
        .or(() -> starts.map(at -> new State.Waiting(now, at)));
  }

  /** When the first batch may start, of what is known of the configs that it raises. */
  static Optional<Instant> startsAt(Service service, Live live) {
    return startsAt(service, live, live.raises());
  }

  private static Optional<Instant> startsAt(Service service, Live live, Set<String> raises) {
    Stream<Instant> raised =
        interval(live.strategy()).stream()
            .flatMap(
                interval ->
                    raises.stream()
                        .flatMap(id -> Optional.ofNullable(service.raised().get(id)).stream())
                        .map(at -> at.plus(interval)));
    Stream<Instant> superseded =
        service.live().filter(other -> meets(other, raises)).stream()
            .flatMap(other -> service.nextBatchStartTime().stream());
    return Stream.concat(raised, superseded).max(Comparator.naturalOrder());
  }

  /** How long it waits between two batches; empty: somebody has to move it on. */
  static Optional<Duration> interval(Strategy strategy) {
    return switch (strategy) {
      case Strategy.AllAtOnce all -> Optional.empty();
      case Strategy.Partition partition -> Optional.empty();
      case Strategy.Batch batch -> Optional.of(batch.interval().duration());
      case Strategy.Staged staged -> staged.waitAfter(0).map(Interval::duration);
    };
  }

  /** Whether both raise one config. */
  private static boolean meets(Live superseded, Collection<String> raises) {
    Set<String> both = new TreeSet<>(superseded.raises());
    both.retainAll(raises);
    return superseded.status() != Status.PENDING && !both.isEmpty();
  }

  /** Whether it raises nothing but what the superseded one was raising. */
  private static boolean goesOnWith(Live superseded, Live live, Set<String> raises) {
    return raises.isEmpty()
        ? superseded.target().equals(live.target())
        : superseded.raises().containsAll(raises);
  }

  private static Optional<State> held(Live live, Instant now) {
    return interval(live.strategy()).isEmpty()
        ? Optional.of(new State.Held(now))
        : Optional.empty();
  }

  /** The same standing still; what is left of a wait is not less than the pace asks for. */
  private static Optional<State> takenOver(State state, Optional<Instant> starts, Instant now) {
    Duration pace = starts.map(at -> Duration.between(now, at)).orElse(Duration.ZERO);
    return switch (state) {
      case State.Held held -> Optional.of(new State.Held(now));
      case State.Paused paused ->
          Optional.of(
              State.Paused.at(
                  switch (paused.rest()) {
                    case State.Rest.Hold hold -> new State.Rest.Hold(now);
                    case State.Rest.Wait wait when wait.left().compareTo(pace) > 0 ->
                        new State.Rest.Wait(now, wait.left());
                    case State.Rest.Wait wait -> new State.Rest.Wait(now, pace);
                    case State.Rest.Bake bake -> new State.Rest.Wait(now, pace);
                  }));
      case State.Pending pending -> Optional.of(State.Pending.waiting(State.WaitsFor.APPROVAL));
      case State.Waiting w -> Optional.empty();
      case State.Applying a -> Optional.empty();
      case State.Baking b -> Optional.empty();
      case State.RollingBack r -> Optional.empty();
      case State.Ended e -> Optional.empty();
    };
  }
}
