package org.servicerollouts.domain;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A service as tests need it: all at config {@code old}, which is last good, at {@code v} 7, and in
 * no rollout.
 */
final class ServiceBuilder {
  static final Strategy TENTHS = batch("10%", "5m");
  static final Duration BAKE = Duration.ofMinutes(10);

  private final Kind kind;
  private final long total;
  private Optional<Allocation> allocation;
  private Optional<Shares> lastGood = Optional.of(Shares.only("old"));
  private Optional<Live> active = Optional.empty();
  private Optional<Plan> plan = Optional.empty();
  private boolean targeted;

  private ServiceBuilder(Kind kind, long total, Allocation allocation) {
    this.kind = kind;
    this.total = total;
    this.allocation = Optional.of(allocation);
  }

  static ServiceBuilder traffic() {
    return new ServiceBuilder(Kind.TRAFFIC, 0, Shares.only("old"));
  }

  static ServiceBuilder replicas(long total) {
    return new ServiceBuilder(Kind.REPLICA, total, Replicas.all("old", total));
  }

  static Strategy batch(String size, String interval) {
    return new Strategy.Batch(new Amount(size), new Interval(interval));
  }

  static Strategy partition(String keep) {
    return new Strategy.Partition(new Amount(keep));
  }

  ServiceBuilder neverRolledOut() {
    allocation = Optional.empty();
    lastGood = Optional.empty();
    return this;
  }

  ServiceBuilder divided(Allocation found) {
    allocation = Optional.of(found);
    return this;
  }

  ServiceBuilder targeted(boolean byTarget) {
    targeted = byTarget;
    return this;
  }

  ServiceBuilder plan(Strategy strategy) {
    plan = Optional.of(new Plan(strategy, false, 1));
    return this;
  }

  /** In a rollout {@code r} to {@code new}, in tenths and with a bake, that has not started. */
  ServiceBuilder pending(State.WaitsFor waitsFor, boolean held) {
    active =
        Optional.of(
            new Live(
                "r",
                7,
                Story.START,
                new State.Pending(waitsFor, held),
                TENTHS,
                Shares.only("new"),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                BAKE));
    return this;
  }

  Service build() {
    return new Service(
        new Service.Identity(
            new ServiceName("shop.example.com"), kind, "", true, targeted, Story.START),
        total,
        allocation,
        lastGood,
        active,
        List.of(),
        plan,
        Optional.empty(),
        Service.Counters.NEW,
        7,
        new Happened(Happened.What.SERVICE_CREATED, Story.START, Story.ALICE, List.of()));
  }

  Story story() {
    return new Story(build());
  }

  static Shares shares(Map<String, Double> percentages) {
    return Shares.ofPercentages("percentages", percentages);
  }
}
