package org.servicerollouts.domain;

import static org.servicerollouts.domain.Refusals.refused;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Happened.What;

/** More replicas, or fewer, at once: what is updated and what is not keep their share. */
final class Scaling {
  private Scaling() {}

  static Decision scale(Service service, Event.Scale scale, Instant now) {
    if (service.kind() == Kind.TRAFFIC) {
      return refused(Refusals.notOfReplicas(service, "has no replicas to scale"));
    }
    Replicas.requireTotal("totalReplicas", scale.total());
    if (scale.total() == service.total()) {
      return StateMachine.UNCHANGED;
    }
    return service.live().isPresent() && service.allocation().isPresent()
        ? onTheWay(service, service.live().get(), scale, now)
        : atRest(service, scale, now);
  }

  private static Decision onTheWay(Service service, Live live, Event.Scale scale, Instant now) {
    Turn after = settled(scaled(service, live, scale.total()), scale.total(), now);
    Writing writing = new Writing(service);
    if (after.live().status() != live.status()) {
      writing.moved(live, after, now);
    }
    return writing.changed(after, What.SERVICE_SCALED, scale.cause(), Optional.empty(), now);
  }

  private static Turn scaled(Service service, Live live, long total) {
    Move.OfReplicas move = (Move.OfReplicas) Move.of(service, live);
    boolean atTarget =
        live.state() instanceof State.Baking
            || (live.state() instanceof State.Paused paused
                && paused.rest() instanceof State.Rest.Bake);
    String addedAt = atTarget ? move.update() : service.currentRevision().orElse(move.update());
    return Turn.of(service.withTotal(total), live)
        .at(move.scaledTo(total, addedAt), move.movedAfter(total), live.batch());
  }

  private static Turn settled(Turn scaled, long total, Instant now) {
    return switch (scaled.live().state()) {
      case State.Held held
          when scaled.live().strategy() instanceof Strategy.Partition partition
              && scaled.live().standsFor().isEmpty() ->
          Moving.evaluatedAnew(scaled, partition, now);
      case State.Waiting waiting
          when total > 0 && scaled.move().moved() >= scaled.move().distance() ->
          Moving.reachedTarget(scaled, now);
      default -> scaled;
    };
  }

  private static Decision atRest(Service service, Event.Scale scale, Instant now) {
    Service resized = service.withTotal(scale.total());
    Service divided =
        service
            .allocation()
            .map(found -> resized.withAllocation(scaledAtRest(service, found, scale.total())))
            .orElse(resized);
    return new Decision.Changed(
        divided.happened(new Happened(What.SERVICE_SCALED, now, scale.cause(), List.of())),
        List.of());
  }

  /** With no rollout on its way the last one, if any, tells what is updated and keeps its share. */
  private static Replicas scaledAtRest(Service service, Allocation found, long total) {
    Move.OfReplicas move =
        service
            .active()
            .map(ended -> (Move.OfReplicas) Move.of(service, ended))
            .orElseGet(
                () ->
                    new Move.OfReplicas(
                        false,
                        (Replicas) found,
                        service.total(),
                        service.currentRevision().orElseThrow(),
                        Optional.empty(),
                        0));
    return move.scaledTo(total, service.currentRevision().orElse(move.update()));
  }
}
