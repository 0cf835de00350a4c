package org.servicerollouts.domain;

import java.util.Optional;

/**
 * PAI-EAS's rollout plan: it stands on the service, outlives rollouts, and each service update
 * makes a rollout under it.
 *
 * @param paused whether the next rollout under it waits for approval
 * @param since the service's {@code v} that wrote it
 */
public record Plan(Strategy strategy, boolean paused, long since) {

  Plan with(Optional<Strategy> nextStrategy, boolean nextPaused) {
    return new Plan(nextStrategy.orElse(strategy), nextPaused, since);
  }
}
