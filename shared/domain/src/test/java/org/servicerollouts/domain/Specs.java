package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a rollout is asked to be, put together word by word. */
record Specs(Spec spec) {

  static Specs of(Spec spec) {
    return new Specs(spec);
  }

  static Specs to(String target, Strategy strategy) {
    return to(Map.of(target, 100.0), strategy);
  }

  static Specs to(Map<String, Double> target, Strategy strategy) {
    return of(Spec.of(target, Optional.of(strategy)));
  }

  /** Where it goes, and where a rollback of it is to go. */
  static Set<String> configs(Spec spec) {
    Set<String> configs = new HashSet<>(spec.percentages().keySet());
    spec.rollbackTo().ifPresent(to -> configs.addAll(to.target().units().keySet()));
    return configs;
  }

  /** The same to another target. */
  Specs going(Map<String, Double> target) {
    return new Specs(
        new Spec(
            target,
            spec.strategy(),
            spec.bake(),
            spec.guard(),
            spec.conflictPolicy(),
            spec.startTime(),
            spec.paused(),
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()));
  }

  Specs baking(Duration bake) {
    return new Specs(
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
            spec.rollbackOf()));
  }

  Specs paused() {
    return waiting(spec.conflictPolicy(), spec.startTime(), true);
  }

  Specs startingAt(Instant time) {
    return waiting(spec.conflictPolicy(), Optional.of(time), spec.paused());
  }

  Specs rejecting() {
    return waiting(Spec.ConflictPolicy.REJECT, spec.startTime(), spec.paused());
  }

  Specs queueing() {
    return waiting(Spec.ConflictPolicy.QUEUE, spec.startTime(), spec.paused());
  }

  Specs with(Spec.ConflictPolicy policy) {
    return waiting(policy, spec.startTime(), spec.paused());
  }

  private Specs waiting(Spec.ConflictPolicy policy, Optional<Instant> startTime, boolean paused) {
    return new Specs(
        new Spec(
            spec.percentages(),
            spec.strategy(),
            spec.bake(),
            spec.guard(),
            policy,
            startTime,
            paused,
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()));
  }

  Specs rollingBackTo(String rolloutId, Shares target) {
    return rollingBack(Optional.of(new Success(rolloutId, target)), spec.rollbackWindow());
  }

  Specs rollingBackWithin(Duration window) {
    return rollingBack(spec.rollbackTo(), window);
  }

  private Specs rollingBack(Optional<Success> to, Duration window) {
    return new Specs(
        new Spec(
            spec.percentages(),
            spec.strategy(),
            spec.bake(),
            spec.guard(),
            spec.conflictPolicy(),
            spec.startTime(),
            spec.paused(),
            to,
            window,
            spec.rollbackOf()));
  }

  Specs within(Window... windows) {
    return guarded(
        g ->
            new Guard(
                Arrays.asList(windows),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                g.insufficientData(),
                g.progressDeadline(),
                g.whenUnreadable()));
  }

  Specs inEmergency(String why) {
    return of(spec.inEmergency(why));
  }

  Specs watchedBy(String... alarms) {
    return guarded(g -> g.watching(List.of(alarms)));
  }

  Specs overridingAlarms(String why) {
    return of(spec.overridingAlarms(why));
  }

  /** No batch starts while an alarm has no data, for {@code minimumTime}. */
  Specs holdingWithoutData(Optional<Duration> minimumTime) {
    return guarded(
        g ->
            new Guard(
                g.windows(),
                g.emergency(),
                g.alarms(),
                g.overridden(),
                g.ignored(),
                new Guard.InsufficientData(true, minimumTime),
                g.progressDeadline(),
                g.whenUnreadable()));
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

  private Specs guarded(UnaryOperator<Guard> change) {
    return new Specs(
        new Spec(
            spec.percentages(),
            spec.strategy(),
            spec.bake(),
            change.apply(spec.guard()),
            spec.conflictPolicy(),
            spec.startTime(),
            spec.paused(),
            spec.rollbackTo(),
            spec.rollbackWindow(),
            spec.rollbackOf()));
  }
}
