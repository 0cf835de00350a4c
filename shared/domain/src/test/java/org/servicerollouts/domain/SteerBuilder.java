package org.servicerollouts.domain;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A person's word, as a request brings it. */
record SteerBuilder(
    String rolloutId,
    Event.Verb verb,
    Optional<Rollout> kept,
    Optional<Rollout> to,
    Optional<String> emergency,
    Optional<String> overrideAlarms,
    Optional<String> etag,
    Cause cause) {

  /** Of the rollout that is kept as {@code rollout}. */
  static SteerBuilder of(Rollout rollout, Event.Verb verb, Cause cause) {
    return new SteerBuilder(
        rollout.id(),
        verb,
        Optional.of(rollout),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        cause);
  }

  SteerBuilder to(Rollout success) {
    return new SteerBuilder(
        rolloutId, verb, kept, Optional.of(success), emergency, overrideAlarms, etag, cause);
  }

  SteerBuilder inEmergency(String why) {
    return new SteerBuilder(
        rolloutId, verb, kept, to, Optional.of(why), overrideAlarms, etag, cause);
  }

  SteerBuilder overridingAlarms(String why) {
    return new SteerBuilder(rolloutId, verb, kept, to, emergency, Optional.of(why), etag, cause);
  }

  SteerBuilder knowing(long version) {
    return new SteerBuilder(
        rolloutId,
        verb,
        kept,
        to,
        emergency,
        overrideAlarms,
        Optional.of(Long.toString(version)),
        cause);
  }

  Event.Steer event() {
    Set<String> configs = new HashSet<>();
    kept.filter(rollout -> rollout.status() == Status.PENDING)
        .ifPresent(rollout -> configs.addAll(Specs.configs(rollout.spec())));
    to.ifPresent(rollout -> configs.addAll(rollout.percentages().keySet()));
    return new Event.Steer(
        rolloutId,
        verb,
        kept,
        to,
        ServiceBuilder.versions(configs),
        emergency,
        overrideAlarms,
        etag,
        cause);
  }
}
