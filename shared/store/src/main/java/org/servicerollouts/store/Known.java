package org.servicerollouts.store;

import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Version;

/**
 * What is read before a request is decided. It is read together, but not at one moment.
 *
 * @param service also a deleted one
 * @param rollouts by id, those of the asked for that there are
 * @param versions by config id, of those asked for that there are
 * @param done what the request did before, if it is known
 */
record Known(
    Optional<Service> service,
    Map<String, Rollout> rollouts,
    Map<String, Version> versions,
    Optional<Done> done) {

  Known {
    rollouts = Map.copyOf(rollouts);
    versions = Map.copyOf(versions);
  }

  /**
   * The service.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is none, or it is deleted
   */
  Service present(ServiceName name) {
    return service
        .filter(found -> !found.isDeleted())
        .orElseThrow(() -> NotFound.service(name.value()).exception());
  }

  /**
   * A rollout that was read before or after something happened to it that the service tells
   * otherwise, if there is one: then no decision on both holds.
   */
  Optional<String> torn() {
    return service.flatMap(
        found ->
            rollouts.values().stream()
                .filter(kept -> misfits(found, kept))
                .map(Rollout::id)
                .findFirst());
  }

  private static boolean misfits(Service service, Rollout kept) {
    boolean isPending = kept.status() == Status.PENDING;
    if (service.queued(kept.id()).isPresent()) {
      return !isPending;
    }
    return service
        .live()
        .filter(live -> live.rolloutId().equals(kept.id()))
        .map(live -> kept.status().ended() || isPending != (live.status() == Status.PENDING))
        .orElse(!kept.status().ended());
  }

  /**
   * What a request did.
   *
   * @param hash of all that it asked for
   * @param rolloutId the rollout that it made or steered
   */
  record Done(String hash, String rolloutId) {}
}
