package org.servicerollouts.domain;

/** A rollout that succeeded, and where it ended. */
public record Success(String rolloutId, Shares target) {}
