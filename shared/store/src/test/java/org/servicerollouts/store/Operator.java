package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.StrategyChange;

/** Does to a store what requests and drivers do, a millisecond after one another. */
final class Operator {
  static final Instant START = Instant.parse("2026-07-01T10:00:00Z");
  static final Cause SOMEBODY = Cause.request("alice");
  static final Duration INTERVAL = Duration.ofMinutes(5);

  /** Ten batches for traffic from nothing to all. */
  static final Strategy IN_TENTHS = new Strategy.Batch(new Amount("10%"), new Interval("5m"));

  static final Strategy IN_HALVES = new Strategy.Batch(new Amount("50%"), new Interval("5m"));

  private final ServiceStore store;
  private final Changes changes;
  private Instant now;

  Operator(Table table) {
    this(table, START);
  }

  Operator(Table table, Instant now) {
    this(new ServiceStore(table), pause -> {}, now);
  }

  Operator(ServiceStore store, Changes.Pause pause) {
    this(store, pause, START);
  }

  private Operator(ServiceStore store, Changes.Pause pause, Instant now) {
    this.store = store;
    this.changes = new Changes(store, pause);
    this.now = now;
  }

  ServiceStore store() {
    return store;
  }

  Instant now() {
    return now;
  }

  void wait(Duration time) {
    now = now.plus(time);
  }

  private Instant tick() {
    now = now.plusMillis(1);
    return now;
  }

  // ---- services and configs

  static NewService newTraffic(ServiceName name, Instant now) {
    return newTraffic(name, Optional.empty(), now);
  }

  static NewService newTraffic(ServiceName name, Optional<Service> gone, Instant now) {
    return NewService.empty(name, Kind.TRAFFIC, 0, "project", gone, SOMEBODY, now);
  }

  Service traffic(ServiceName name, String... configs) {
    Service service =
        changes.createService(
            name, (gone, at) -> newTraffic(name, gone, at), InstantSource.fixed(tick()));
    for (String config : configs) {
      service = config(name, config);
    }
    return service;
  }

  /** A service of {@code total} replicas at its first revision, as PAI-EAS makes it. */
  Service replicas(ServiceName name, long total) {
    return changes.createService(
        name, (gone, at) -> newReplicas(name, total, gone, at), InstantSource.fixed(tick()));
  }

  static NewService newReplicas(ServiceName name, long total, Optional<Service> gone, Instant now) {
    return NewService.atFirstRevision(
        name, total, true, (id, ord) -> config(id, ord, now), "{\"n\":1}", gone, SOMEBODY, now);
  }

  /** A config with an operation that tells of it. */
  Service submit(ServiceName name, String id) {
    Instant at = tick();
    return changes.change(
        name,
        service ->
            ServiceChange.configSubmitted(
                service, Optional.of(id), (made, ord) -> config(made, ord, at), SOMEBODY, at));
  }

  Service validate(ServiceName name, String body) {
    Instant at = tick();
    return changes.change(
        name,
        service ->
            ServiceChange.configValidated(
                service,
                Optional.empty(),
                (id, ord) -> new Config(id, ord, at, "somebody", "", body),
                SOMEBODY,
                at));
  }

  Service delete(ServiceName name) {
    return delete(name, Service.KEPT_DELETED);
  }

  /** So that it can be undeleted for {@code kept}; PAI-EAS's are gone at once. */
  Service delete(ServiceName name, Duration kept) {
    return changes.deleteService(
        name, new Event.DeleteService(kept, SOMEBODY), InstantSource.fixed(tick()));
  }

  Service undelete(ServiceName name) {
    return changes.undelete(name, new Event.UndeleteService(SOMEBODY), InstantSource.fixed(tick()));
  }

  Service config(ServiceName name, String id) {
    return config(name, Optional.of(id));
  }

  Service config(ServiceName name, Optional<String> id) {
    Instant at = tick();
    return changes.change(
        name,
        service ->
            ServiceChange.configCreated(
                service, id, (made, ord) -> config(made, ord, at), SOMEBODY, at),
        counters -> id.isPresent() ? counters : counters.usedConfigId(at));
  }

  static Config config(String id, long ord, Instant at) {
    return new Config(id, ord, at, SOMEBODY.who(), "title of " + id, "{\"id\":\"" + id + "\"}");
  }

  /** PAI-EAS's update: a new revision, the document, and a rollout to it. */
  Service revise(ServiceName name) {
    Instant at = tick();
    return changes.changeDocument(
        name,
        (read, now) ->
            ServiceChange.revised(
                read.service(),
                read.service().total(),
                (id, ord) -> config(id, ord, now),
                read.json().orElse("") + " ",
                SOMEBODY,
                now),
        InstantSource.fixed(at));
  }

  /** PAI-EAS's update to an earlier version. */
  Service revert(ServiceName name, int version) {
    Instant at = tick();
    return changes.change(
        name,
        service -> {
          String revision = service.revision(version);
          String document = store.configBody(name, revision);
          return ServiceChange.reverted(service, revision, document, SOMEBODY, at);
        },
        counters -> counters.usedRolloutId(at));
  }

  Service plan(ServiceName name, Strategy strategy) {
    Instant at = tick();
    return changes.change(
        name, service -> ServiceChange.planCreated(service, strategy, false, SOMEBODY, at));
  }

  Service replan(ServiceName name, Optional<StrategyChange> strategy, Optional<Boolean> paused) {
    return decide(name, new Event.Replan(strategy, paused, SOMEBODY));
  }

  Service unplan(ServiceName name) {
    return decide(name, new Event.Unplan(SOMEBODY));
  }

  private Service decide(ServiceName name, Event event) {
    Instant at = tick();
    return changes.change(
        name,
        service -> StateMachine.decide(service, event, at),
        counters -> counters.usedRolloutId(at));
  }

  // ---- rollouts

  Service rollout(ServiceName name, String id, Strategy strategy, Map<String, Double> to) {
    return rollout(name, Optional.of(id), strategy, to);
  }

  Service rollout(
      ServiceName name, Optional<String> id, Strategy strategy, Map<String, Double> to) {
    return changes.createRollout(name, create(id, strategy, to), InstantSource.fixed(tick()));
  }

  static Event.Create create(Optional<String> id, Strategy strategy, Map<String, Double> to) {
    return Event.Create.of(id, to, Optional.of(strategy), SOMEBODY);
  }

  /** What a driver does once the next interval is over. */
  Service advance(ServiceName name) {
    wait(INTERVAL);
    Service service = store.require(name);
    return ((Saved.Written) store.save(service, decided(service, new Event.Due()))).service();
  }

  Service steer(ServiceName name, String rolloutId, Event.Verb verb) {
    return decide(name, new Event.Steer(rolloutId, verb, SOMEBODY));
  }

  /** What {@code event} makes of the service now, if anything may be made of it. */
  Decision.Changed decided(Service service, Event event) {
    return (Decision.Changed) StateMachine.decide(service, event, tick());
  }
}
