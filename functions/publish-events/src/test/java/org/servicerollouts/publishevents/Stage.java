package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Successes;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Write;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;

/** A table whose services change, its stream, and the function between stream and bus. */
final class Stage {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Cause ALICE = Cause.request("alice");

  private final Table table = LocalTable.create();
  private final ServiceStore store = new ServiceStore(table);
  private final Changes changes = new Changes(store, names -> Alarms.unreadable("nobody knows"));
  private Instant now = START;
  private final Publisher publisher = new Publisher(table, () -> now);

  final FakeBus bus = publisher.bus;
  final List<String> log = publisher.log;
  final List<Duration> pauses = publisher.pauses;

  // ---- what happens to services

  void pass(Duration duration) {
    now = now.plus(duration);
  }

  /** A new service of 10 replicas, all at config {@code old}: its {@code v} is 1. */
  void creates(String name) {
    creates(name, Kind.REPLICA, 10, Optional.of(Replicas.all("old", 10)));
  }

  /** A new service divided by traffic, all of it at config {@code old}. */
  void createsTraffic(String name) {
    creates(name, Kind.TRAFFIC, 0, Optional.of(Shares.only("old")));
  }

  private void creates(String name, Kind kind, long total, Optional<Allocation> allocation) {
    Service service =
        new Service(
            new Service.Identity(new ServiceName(name), kind, "", true, now),
            total,
            allocation,
            Optional.of(Shares.only("old")),
            Optional.empty(),
            List.of(),
            Settings.NONE,
            Map.of("old", new Version(1, Optional.empty())),
            List.of(),
            Map.of(),
            Successes.NONE,
            Optional.empty(),
            Optional.empty(),
            Service.Counters.NEW,
            1,
            new Happened(Happened.What.SERVICE_CREATED, now, ALICE, List.of()));
    List<Write> configs = new ArrayList<>();
    for (String id : List.of("old", "new", "newer")) {
      configs.add(new Write.ConfigCreated(new Config(id, 1, now, ALICE.who(), "", "{}")));
    }
    NewService made = new NewService(service, configs);
    changes.createService(service.name(), (gone, at) -> made, InstantSource.fixed(now));
  }

  /** A request makes a rollout in batches of a tenth, and so its first batch. */
  void rollsOut(String name, String rolloutId, String config, String interval) {
    changes.createRollout(
        new ServiceName(name),
        Event.Create.of(
            Optional.of(rolloutId),
            Map.of(config, 100.0),
            Optional.of(new Strategy.Batch(new Amount("10%"), new Interval(interval))),
            ALICE),
        Optional.empty(),
        Optional.empty(),
        InstantSource.fixed(now));
  }

  /** A request makes a rollout that waits for its alarms beside the one that runs. */
  void waitsForAlarms(String name, String rolloutId, String config) {
    Spec plain = Spec.of(Map.of(config, 100.0), Optional.empty());
    Guard none = Guard.NONE;
    Guard watched =
        new Guard(
            none.windows(),
            none.emergency(),
            List.of("errors"),
            none.overridden(),
            none.ignored(),
            none.insufficientData(),
            none.progressDeadline(),
            none.whenUnreadable());
    Spec spec =
        new Spec(
            plain.percentages(),
            plain.strategy(),
            plain.bake(),
            watched,
            plain.conflictPolicy(),
            plain.startTime(),
            plain.paused(),
            plain.rollbackTo(),
            plain.rollbackWindow(),
            plain.rollbackOf());
    changes.createRollout(
        new ServiceName(name),
        Event.Create.of(Optional.of(rolloutId), spec, ALICE),
        Optional.empty(),
        Optional.empty(),
        InstantSource.fixed(now));
  }

  boolean hasRollout(String name) {
    return store.require(new ServiceName(name)).active().isPresent();
  }

  boolean isDue(String name) {
    return store.require(new ServiceName(name)).dueAt().isPresent();
  }

  void scales(String name, long total) {
    decides(name, service -> new Event.Scale(total, ALICE));
  }

  /** A person steers the rollout that the service was in last; what is refused tells nobody. */
  void steers(String name, Event.Verb verb) {
    ServiceName service = new ServiceName(name);
    String rolloutId = store.require(service).active().orElseThrow().rolloutId();
    try {
      var _ =
          changes.steer(
              service,
              new Event.Steer(rolloutId, verb, ALICE),
              Optional.empty(),
              Optional.empty(),
              InstantSource.fixed(now));
    } catch (ProblemException _) {
      // Nothing is written
    }
  }

  private void decides(String name, Function<Service, Event> event) {
    changes.change(
        new ServiceName(name), service -> StateMachine.decide(service, event.apply(service), now));
  }

  /** Time passes until the next batch is due, and a driver makes it. */
  void advances(String name) {
    Service service = store.require(new ServiceName(name));
    now = service.dueAt().orElseThrow();
    Decision.Changed changed =
        (Decision.Changed) StateMachine.decide(service, new Event.Due(), now);
    assertThat(store.save(service, changed)).isInstanceOf(Saved.Written.class);
  }

  // ---- the stream

  /** All that happened, as Lambda brings it. */
  List<DynamodbStreamRecord> records() {
    return HeadStream.filtered(HeadStream.all(table));
  }

  /** The same before Lambda's filter. */
  List<DynamodbStreamRecord> unfiltered() {
    return HeadStream.all(table);
  }

  // ---- the function

  /** Publishes all that happened; tells the sequence numbers that failed. */
  List<String> publishes() {
    return publishes(records());
  }

  List<String> publishes(List<DynamodbStreamRecord> records) {
    return publisher.publishes(records);
  }
}
