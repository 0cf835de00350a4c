package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Strategy;

/** What a rollout is asked to be, put together word by word. */
record Asking(Spec spec, Optional<String> id, Optional<String> etag, Cause cause) {

  static Asking to(String config, Strategy strategy) {
    return to(Map.of(config, 100.0), strategy);
  }

  static Asking to(Map<String, Double> percentages, Strategy strategy) {
    return new Asking(
        Spec.of(percentages, Optional.of(strategy)),
        Optional.empty(),
        Optional.empty(),
        Operator.SOMEBODY);
  }

  Event.Create event() {
    return new Event.Create(id, spec, Map.of(), false, etag, cause);
  }

  Asking as(String rolloutId) {
    return new Asking(spec, Optional.of(rolloutId), etag, cause);
  }

  Asking by(String who) {
    return new Asking(spec, id, etag, Cause.request(who));
  }

  Asking knowing(String version) {
    return new Asking(spec, id, Optional.of(version), cause);
  }

  Asking with(Spec.ConflictPolicy policy) {
    return with(policy, spec.guard(), spec.startTime(), spec.paused());
  }

  Asking rejecting() {
    return with(Spec.ConflictPolicy.REJECT);
  }

  Asking queueing() {
    return with(Spec.ConflictPolicy.QUEUE);
  }

  Asking paused() {
    return with(spec.conflictPolicy(), spec.guard(), spec.startTime(), true);
  }

  Asking startingAt(Instant time) {
    return with(spec.conflictPolicy(), spec.guard(), Optional.of(time), spec.paused());
  }

  Asking watchedBy(List<String> alarms) {
    Guard none = Guard.NONE;
    Guard guard =
        new Guard(
            none.windows(),
            none.emergency(),
            alarms,
            none.overridden(),
            none.ignored(),
            none.insufficientData(),
            none.progressDeadline(),
            none.whenUnreadable());
    return with(spec.conflictPolicy(), guard, spec.startTime(), spec.paused());
  }

  Asking baking(Duration bake) {
    return new Asking(
        new Spec(
            spec.percentages(),
            spec.strategy(),
            bake,
            spec.guard(),
            spec.conflictPolicy(),
            spec.startTime(),
            spec.paused(),
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()),
        id,
        etag,
        cause);
  }

  private Asking with(
      Spec.ConflictPolicy policy, Guard guard, Optional<Instant> startTime, boolean paused) {
    return new Asking(
        new Spec(
            spec.percentages(),
            spec.strategy(),
            spec.bake(),
            guard,
            policy,
            startTime,
            paused,
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()),
        id,
        etag,
        cause);
  }
}
