package org.servicerollouts.store;

import java.util.Optional;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Status;

/**
 * A change of a service that is kept: one that changed the state of a rollout, or a verb.
 *
 * @param v the service's {@code v} that the change made
 */
public record HistoryRow(long v, Happened happened) {

  /** The state that it left a rollout in, if it tells of that rollout. */
  Optional<Status> statusOf(String rolloutId) {
    return happened.rollouts().stream()
        .filter(change -> change.rolloutId().equals(rolloutId))
        .map(Happened.Change::status)
        .findFirst();
  }
}
