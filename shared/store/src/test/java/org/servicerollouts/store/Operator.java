package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.servicerollouts.domain.Alarms;
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
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.StrategyChange;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Version;

/** Does to a store what requests and drivers do, a millisecond after one another. */
final class Operator {
  static final Instant START = Instant.parse("2026-07-01T10:00:00Z");
  static final Cause SOMEBODY = Cause.request("alice");
  static final Duration INTERVAL = Duration.ofMinutes(5);

  /** Ten batches for traffic from nothing to all. */
  static final Strategy IN_TENTHS = new Strategy.Batch(new Amount("10%"), new Interval("5m"));

  static final Strategy IN_HALVES = new Strategy.Batch(new Amount("50%"), new Interval("5m"));

  private final ServiceStore store;
  private final SaidAlarms alarms = new SaidAlarms();
  private final Changes changes;
  private Instant now;

  Operator(Table table) {
    this(table, START);
  }

  Operator(Table table, Instant now) {
    this(new ServiceStore(table), pause -> {}, now);
  }

  Operator(ServiceStore store, Pause pause) {
    this(store, pause, START);
  }

  private Operator(ServiceStore store, Pause pause, Instant now) {
    this.store = store;
    this.changes = new Changes(store, alarms, pause);
    this.now = now;
  }

  ServiceStore store() {
    return store;
  }

  SaidAlarms alarms() {
    return alarms;
  }

  Changes changes() {
    return changes;
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
    return changes.undelete(
        name, new Event.UndeleteService(SOMEBODY), true, InstantSource.fixed(tick()));
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
    return revise(name, OptionalLong.empty());
  }

  /** The same with another {@code metadata.instance}. */
  Service revise(ServiceName name, long total) {
    return revise(name, OptionalLong.of(total));
  }

  private Service revise(ServiceName name, OptionalLong total) {
    Instant at = tick();
    return changes.changeDocument(
        name,
        (read, alarms, now) ->
            ServiceChange.revised(
                read.service(),
                total.orElse(read.service().total()),
                (id, ord) -> config(id, ord, now),
                read.json().orElse("") + " ",
                alarms,
                SOMEBODY,
                now),
        InstantSource.fixed(at));
  }

  /** PAI-EAS's update to an earlier version. */
  Service revert(ServiceName name, int version) {
    return changes.change(
        name,
        (service, alarms, now) -> {
          String revision = service.revision(version);
          String document = store.configBody(name, revision);
          Optional<Version> known =
              Optional.ofNullable(store.versions(name, Set.of(revision)).get(revision));
          return ServiceChange.reverted(service, revision, known, document, alarms, SOMEBODY, now);
        },
        InstantSource.fixed(tick()));
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
    return changes.act(name, service -> event, InstantSource.fixed(tick()));
  }

  Service configure(ServiceName name, Optional<Target> target, Optional<List<String>> alarms) {
    return changes.configure(
        name, target, alarms, Optional.empty(), true, SOMEBODY, InstantSource.fixed(tick()));
  }

  Service target(ServiceName name, Target target) {
    return configure(name, Optional.of(target), Optional.empty());
  }

  // ---- rollouts

  Service rollout(ServiceName name, String id, Strategy strategy, Map<String, Double> to) {
    return rollout(name, Optional.of(id), strategy, to);
  }

  Service rollout(
      ServiceName name, Optional<String> id, Strategy strategy, Map<String, Double> to) {
    return create(name, create(id, strategy, to)).standing().service();
  }

  static Event.Create create(Optional<String> id, Strategy strategy, Map<String, Double> to) {
    return Event.Create.of(id, to, Optional.of(strategy), SOMEBODY);
  }

  Acted create(ServiceName name, Event.Create create) {
    return create(name, create, Optional.empty());
  }

  Acted create(ServiceName name, Event.Create create, Optional<Request> request) {
    return changes.createRollout(
        name, create, Optional.empty(), request, InstantSource.fixed(tick()));
  }

  /** What a driver does once the next interval is over. */
  Service advance(ServiceName name) {
    wait(INTERVAL);
    return save(store.require(name), new Event.Due());
  }

  /** What a driver does once the target is where it is to be. */
  Service confirm(ServiceName name) {
    Service service = store.require(name);
    State state = service.live().orElseThrow().state();
    return save(service, new Event.Confirmed(StateMachine.intentOf(state).orElseThrow()));
  }

  /** What a driver does with the first that waits, once it may start. */
  Service start(ServiceName name) {
    Service service = store.require(name);
    return save(
        service,
        store
            .findStart(service, service.queue().getFirst().rolloutId(), service.last().at())
            .orElseThrow());
  }

  private Service save(Service service, Event event) {
    return ((Saved.Written) store.save(service, decided(service, event))).service();
  }

  Service steer(ServiceName name, String rolloutId, Event.Verb verb) {
    return steer(name, new Event.Steer(rolloutId, verb, SOMEBODY), Optional.empty())
        .standing()
        .service();
  }

  Acted steer(ServiceName name, Event.Steer steer, Optional<Request> request) {
    return changes.steer(name, steer, Optional.empty(), request, InstantSource.fixed(tick()));
  }

  /** What {@code event} makes of the service now, if anything may be made of it. */
  Decision.Changed decided(Service service, Event event) {
    Instant at = tick();
    Alarms read = alarms.apply(StateMachine.alarmsFor(service, event, at));
    return (Decision.Changed) StateMachine.decide(service, event, read, at);
  }
}
