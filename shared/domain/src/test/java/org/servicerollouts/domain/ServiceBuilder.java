package org.servicerollouts.domain;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

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
  private Target target = Target.NONE;
  private List<String> alarms = List.of();
  private Map<String, Version> versions = Map.of();

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
    target = byTarget ? ALIAS : Target.NONE;
    return knowing(versions("old", "new"));
  }

  ServiceBuilder knowing(Map<String, Version> known) {
    versions = known;
    return this;
  }

  ServiceBuilder alarms(String... names) {
    alarms = List.of(names);
    return this;
  }

  ServiceBuilder plan(Strategy strategy) {
    plan = Optional.of(new Plan(strategy, false, 1));
    return this;
  }

  /**
   * In a rollout {@code r} to {@code new}, in tenths and with a bake, that PAI-EAS's update made
   * and that waits for approval.
   */
  ServiceBuilder waitingForApproval() {
    active =
        Optional.of(
            new Live(
                "r",
                7,
                Story.START,
                Story.START,
                State.Pending.waiting(State.WaitsFor.APPROVAL),
                TENTHS,
                Shares.only("new"),
                allocation,
                lastGood,
                0,
                0,
                false,
                Optional.empty(),
                Spec.DEFAULT_ROLLBACK_WINDOW,
                BAKE,
                Guard.NONE,
                Optional.empty(),
                7,
                Story.START));
    return this;
  }

  Service build() {
    return new Service(
        new Service.Identity(new ServiceName("shop.example.com"), kind, "", true, Story.START),
        total,
        allocation,
        lastGood,
        active,
        List.of(),
        new Settings(target, alarms),
        versions,
        List.of(),
        Map.of(),
        Successes.NONE,
        plan,
        Optional.empty(),
        Service.Counters.NEW,
        7,
        new Happened(Happened.What.SERVICE_CREATED, Story.START, Story.ALICE, List.of()));
  }

  Story story() {
    return new Story(build());
  }

  static final Target.LambdaAlias ALIAS = new Target.LambdaAlias("shop", "live");

  private static final List<String> IN_ORDER =
      List.of("old", "new", "newer", "odd", "v1", "v2", "v3", "v4", "v5", "v6");

  /** Config {@code id} as it is known: each one another version of a function. */
  static Version version(String id) {
    int known = IN_ORDER.indexOf(id);
    int place = known < 0 ? IN_ORDER.size() + 1 : known + 1;
    return new Version(place, Optional.of(Integer.toString(place)));
  }

  static Map<String, Version> versions(String... ids) {
    return versions(Arrays.asList(ids));
  }

  static Map<String, Version> versions(Collection<String> ids) {
    return ids.stream().collect(Collectors.toMap(Function.identity(), ServiceBuilder::version));
  }

  static Shares shares(Map<String, Double> percentages) {
    return Shares.ofPercentages("percentages", percentages);
  }
}
