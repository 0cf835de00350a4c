package org.servicerollouts.domain;

/**
 * PAI-EAS's rollout plan: it stands on the service, outlives rollouts, and each service update
 * makes a rollout under it.
 *
 * @param since the service's {@code v} that wrote it
 */
public record Plan(Strategy strategy, long since) {}
