package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Window;

/** What a rollout is asked to be, put together word by word. */
record Specs(Spec spec) {

  /** All at once. */
  static Specs to(String config) {
    return new Specs(Spec.of(Map.of(config, 100.0), Optional.of(Strategy.ALL_AT_ONCE)));
  }

  Specs inBatches(String size, String interval) {
    return with(
        new Strategy.Batch(new Amount(size), new Interval(interval)),
        spec.bake(),
        spec.conflictPolicy(),
        spec.startTime(),
        spec.guard());
  }

  Specs baking(Duration bake) {
    return with(strategy(), bake, spec.conflictPolicy(), spec.startTime(), spec.guard());
  }

  Specs queueing() {
    return with(strategy(), spec.bake(), Spec.ConflictPolicy.QUEUE, spec.startTime(), spec.guard());
  }

  Specs rejecting() {
    return with(
        strategy(), spec.bake(), Spec.ConflictPolicy.REJECT, spec.startTime(), spec.guard());
  }

  Specs startingAt(Instant time) {
    return with(strategy(), spec.bake(), spec.conflictPolicy(), Optional.of(time), spec.guard());
  }

  Specs within(Window window) {
    return guarded(
        g ->
            new Guard(
                List.of(window),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                g.insufficientData(),
                g.progressDeadline(),
                g.whenUnreadable()));
  }

  Specs watchedBy(String... alarms) {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                List.of(alarms),
                g.overridden(),
                g.ignored(),
                g.insufficientData(),
                g.progressDeadline(),
                g.whenUnreadable()));
  }

  /** Though alarms are in ALARM, for this reason. */
  Specs overridingAlarms(String why) {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                g.alarms(),
                Optional.of(why),
                g.ignored(),
                g.insufficientData(),
                g.progressDeadline(),
                g.whenUnreadable()));
  }

  /** No batch starts while an alarm has no data. */
  Specs holdingWithoutData() {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                new Guard.InsufficientData(true, Optional.empty()),
                g.progressDeadline(),
                g.whenUnreadable()));
  }

  /** Alarms that cannot be read take it back after its deadline. */
  Specs goingBackUnread() {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                g.insufficientData(),
                g.progressDeadline(),
                Guard.Unreadable.ROLLBACK));
  }

  Specs givingUpAfter(Duration progressDeadline) {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                g.insufficientData(),
                progressDeadline,
                g.whenUnreadable()));
  }

  private Specs guarded(UnaryOperator<Guard> change) {
    return with(
        strategy(),
        spec.bake(),
        spec.conflictPolicy(),
        spec.startTime(),
        change.apply(spec.guard()));
  }

  private Strategy strategy() {
    return spec.strategy().orElseThrow();
  }

  private Specs with(
      Strategy strategy,
      Duration bake,
      Spec.ConflictPolicy policy,
      Optional<Instant> startTime,
      Guard guard) {
    return new Specs(
        new Spec(
            spec.percentages(),
            Optional.of(strategy),
            bake,
            guard,
            policy,
            startTime,
            spec.paused(),
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()));
  }
}
