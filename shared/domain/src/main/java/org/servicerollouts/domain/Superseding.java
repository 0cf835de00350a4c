package org.servicerollouts.domain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a rollout finds that supersedes another: what that one had raised is given up first, so that
 * the versions before it are never shrunk for both.
 */
final class Superseding {
  private Superseding() {}

  /**
   * How the service is divided, less what the rollout that is on its way has raised above its
   * {@code restores} and {@code target} does not want. Replicas need no arithmetic of their own: a
   * batch takes first those that are at neither revision.
   */
  static Optional<Allocation> left(Service service, Shares target) {
    Optional<Allocation> found = found(service, target);
    return service
        .live()
        .filter(live -> live.status() != Status.PENDING && live.base().isPresent())
        .map(live -> found.map(division -> left(live, division, target)))
        .orElse(found);
  }

  private static Allocation left(Live superseded, Allocation found, Shares target) {
    return switch (found) {
      case Shares shares -> left(superseded, shares, target);
      case Replicas replicas -> replicas;
    };
  }

  /**
   * Where the service is, or where its target is being told to go, if that raises nothing above
   * {@code target}: a rollout that wants it need not take it away first.
   */
  static Optional<Allocation> found(Service service, Shares target) {
    return service
        .live()
        .filter(live -> !(live.state() instanceof State.RollingBack))
        .flatMap(live -> StateMachine.intentOf(live.state()))
        .map(State.Intent::to)
        .filter(
            to ->
                to instanceof Shares told
                    && told.raisedFrom(service.allocation()).stream()
                        .allMatch(id -> told.of(id) <= target.of(id)))
        .or(service::allocation);
  }

  /**
   * What was raised goes back to those that it was taken from, and then to those that {@code
   * restores} gives more; never to what the next rollout raises, because that grows by its plan.
   */
  private static Shares left(Live superseded, Shares found, Shares target) {
    Shares base = (Shares) superseded.base().orElseThrow();
    Shares floor = superseded.restores().orElse(base);
    SortedMap<String, Long> back = new TreeMap<>();
    for (Shares level : List.of(base, floor)) {
      level.units().forEach((id, share) -> back.merge(id, share - found.of(id), Math::max));
    }
    back.keySet().removeAll(target.raisedFrom(Optional.of(found)));
    back.keySet().removeAll(superseded.raises());
    SortedMap<String, Long> raised = new TreeMap<>();
    for (String id : superseded.raises()) {
      raised.put(id, found.of(id) - Math.max(floor.of(id), target.of(id)));
    }
    long given = Math.min(sum(raised), sum(back));
    SortedMap<String, Long> shares = new TreeMap<>(found.units());
    spread(raised, given).forEach((id, share) -> shares.merge(id, -share, Long::sum));
    spread(back, given).forEach((id, share) -> shares.merge(id, share, Long::sum));
    return Shares.of(shares);
  }

  private static long sum(SortedMap<String, Long> parts) {
    return parts.values().stream().mapToLong(part -> Math.max(0, part)).sum();
  }

  /** {@code units} among those with room, by id. */
  private static SortedMap<String, Long> spread(SortedMap<String, Long> room, long units) {
    SortedMap<String, Long> parts = new TreeMap<>();
    long left = units;
    for (Map.Entry<String, Long> entry : room.entrySet()) {
      long part = Math.min(left, Math.max(0, entry.getValue()));
      parts.put(entry.getKey(), part);
      left -= part;
    }
    return parts;
  }
}
