package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Write;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;

/**
 * The table, its drivers, and the people who change services meanwhile, in simulated time. The test
 * itself is one who takes part: time passes when it says so.
 */
final class Stage {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Cause ALICE = Cause.request("alice");

  /** The rollout that {@link #rollingOut} makes. */
  private static final String FIRST = "first";

  final SimulatedTime time = new SimulatedTime(START);
  final Ledger ledger;

  /** What drivers reach the table through; people have a client of their own. */
  final WatchedClient drivers;

  final Leases leases;
  final List<String> log = new CopyOnWriteArrayList<>();

  private final Table real = LocalTable.createWithoutStream();
  private final ServiceStore store;
  private final Changes changes;
  private final List<Invocation> invocations = new CopyOnWriteArrayList<>();
  private long mostAtOnce;

  Stage() {
    ledger = new Ledger(real.client(), time);
    drivers = new WatchedClient(ledger);
    store = new ServiceStore(new Table(ledger, real.name()));
    changes = new Changes(store, time::pass);
    leases = new Leases(real);
    time.beforeEachJump(() -> mostAtOnce = Math.max(mostAtOnce, running().count()));
  }

  // ---- people

  /** A replica service in the middle of a rollout whose first batch is done now. */
  Service rollingOut(String name, long replicas, String batchSize, String interval) {
    return put(
        atOld(name, Kind.REPLICA, replicas, Optional.of(Replicas.all("old", replicas)), false),
        rollout(FIRST, "new", batchSize, interval));
  }

  /** A service whose target has not confirmed its first batch. */
  Service waitingForItsTarget(String name) {
    return put(
        atOld(name, Kind.TRAFFIC, 0, Optional.of(Shares.only("old")), true),
        rollout(FIRST, "new", "10%", "30s"));
  }

  /** A service all of which is at its target, and bakes there from now on. */
  Service baking(String name, Duration bake) {
    return put(
        atOld(name, Kind.TRAFFIC, 0, Optional.of(Shares.only("old")), false),
        new Event.Create(
            Optional.of(FIRST),
            Map.of("new", 100.0),
            Optional.of(Strategy.ALL_AT_ONCE),
            bake,
            false,
            ALICE));
  }

  private Service atOld(
      String name, Kind kind, long total, Optional<Allocation> allocation, boolean targeted) {
    return new Service(
        new Service.Identity(new ServiceName(name), kind, "", true, targeted, time.now()),
        total,
        allocation,
        Optional.of(Shares.only("old")),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Service.Counters.NEW,
        1,
        new Happened(Happened.What.SERVICE_CREATED, time.now(), ALICE, List.of()));
  }

  private Service put(Service made, Event.Create create) {
    Decision.Changed started = (Decision.Changed) StateMachine.decide(made, create, time.now());
    List<Write> writes = new ArrayList<>(started.writes());
    writes.add(new Write.ConfigCreated(new Config("new", 1, time.now(), ALICE.who(), "", "{}")));
    assertThat(store.create(started.next(), writes)).isInstanceOf(Saved.Written.class);
    return started.next();
  }

  /** Makes another rollout, to another config, which supersedes the one that runs. */
  void supersedes(String name, String rolloutId, String batchSize, String interval) {
    Map<String, AttributeValue> config =
        Map.of(
            Schema.PK, AttributeValue.fromS("S#" + name),
            Schema.SK, AttributeValue.fromS("C#newer"));
    real.client().putItem(r -> r.tableName(real.name()).item(config));
    changes.createRollout(
        new ServiceName(name), rollout(rolloutId, "newer", batchSize, interval), time::now);
  }

  private static Event.Create rollout(String id, String config, String size, String interval) {
    return Event.Create.of(
        Optional.of(id),
        Map.of(config, 100.0),
        Optional.of(new Strategy.Batch(new Amount(size), new Interval(interval))),
        ALICE);
  }

  void scales(String name, long total) {
    changes(name, service -> new Event.Scale(total, ALICE));
  }

  void steers(String name, Event.Verb verb) {
    changes(
        name, service -> new Event.Steer(service.active().orElseThrow().rolloutId(), verb, ALICE));
  }

  private void changes(String name, Function<Service, Event> event) {
    changes.change(
        new ServiceName(name),
        service -> StateMachine.decide(service, event.apply(service), time.now()));
  }

  /** The service's item becomes such as no version of this product can read; the index has it. */
  void corrupts(String name) {
    setKind(name, "NONSENSE");
  }

  /** And is as it was. */
  void repairs(String name) {
    setKind(name, Kind.REPLICA.name());
  }

  private void setKind(String name, String kind) {
    real.client()
        .updateItem(
            r ->
                r.tableName(real.name())
                    .key(head(name))
                    .attributeUpdates(
                        Map.of(
                            "kind",
                            AttributeValueUpdate.builder()
                                .value(AttributeValue.fromS(kind))
                                .build())));
  }

  void deletes(String name) {
    real.client().deleteItem(r -> r.tableName(real.name()).key(head(name)));
  }

  private static Map<String, AttributeValue> head(String name) {
    return Map.of(
        Schema.PK, AttributeValue.fromS("S#" + name), Schema.SK, AttributeValue.fromS(Schema.HEAD));
  }

  // ---- what is there

  Service service(String name) {
    return store.require(new ServiceName(name));
  }

  Live rollout(String name) {
    return service(name).active().orElseThrow();
  }

  int batches(String name) {
    return rollout(name).batch();
  }

  Status status(String name) {
    return rollout(name).status();
  }

  /** Whose the lease is, if there is one. */
  Optional<String> leaseOwner() {
    return Optional.ofNullable(
            real.client()
                .getItem(
                    r ->
                        r.tableName(real.name())
                            .key(
                                Map.of(
                                    Schema.PK, AttributeValue.fromS("L"),
                                    Schema.SK, AttributeValue.fromS("driver"))))
                .item()
                .get("owner"))
        .map(AttributeValue::s);
  }

  // ---- drivers

  /** One invocation of the function. */
  final class Invocation {
    final String requestId;
    private final Instant started = time.now();
    private volatile Optional<Instant> ended = Optional.empty();
    private volatile Optional<Throwable> failure = Optional.empty();
    private volatile boolean interruptedAtEnd;
    private Thread thread;

    private Invocation(String requestId) {
      this.requestId = requestId;
    }

    private void run(ScheduledEvent event, DynamoDbClient client) {
      try {
        new AdvanceBatchesHandler(new Table(client, real.name()), time)
            .handleRequest(event, new InvocationContext(requestId, log::add));
      } catch (Throwable e) {
        failure = Optional.of(e);
      }
      interruptedAtEnd = Thread.currentThread().isInterrupted();
      ended = Optional.of(time.now());
    }

    boolean isOver() {
      return ended.isPresent();
    }

    Duration took() {
      return Duration.between(started, ended.orElseThrow());
    }

    Optional<Throwable> failure() {
      return failure;
    }

    boolean holdsTheLease() {
      return leaseOwner().filter(owner -> owner.startsWith(requestId)).isPresent();
    }

    /** While it waits: DynamoDB Local swallows the interruption of a request. */
    void interrupts() throws InterruptedException {
      thread.interrupt();
      thread.join();
      assertThat(interruptedAtEnd).isTrue();
    }
  }

  static ScheduledEvent tickEvent() {
    return new ScheduledEvent().withDetailType("Scheduled Event").withDetail(Map.of());
  }

  static ScheduledEvent wakeEvent(String... services) {
    return new ScheduledEvent()
        .withDetailType(Due.SOON)
        .withDetail(Map.of(Due.SERVICES, List.of(services)));
  }

  Invocation tick() {
    return invoke(tickEvent());
  }

  Invocation wake(String... services) {
    return invoke(wakeEvent(services));
  }

  Invocation invoke(ScheduledEvent event) {
    return invoke(event, UUID.randomUUID().toString(), drivers);
  }

  /** With a request id and a client of its own. */
  Invocation invoke(ScheduledEvent event, String requestId, DynamoDbClient client) {
    Invocation invocation = new Invocation(requestId);
    invocations.add(invocation);
    invocation.thread = time.start(() -> invocation.run(event, client));
    return invocation;
  }

  /** The index answers as of {@code lag} ago, for each service and question anew. */
  DynamoDbClient behind(Supplier<Duration> lag) {
    return new LaggingIndex(drivers, ledger, time, lag);
  }

  Stream<Invocation> running() {
    return invocations.stream().filter(invocation -> !invocation.isOver());
  }

  /** The most that ever drove at once. */
  long mostAtOnce() {
    return mostAtOnce;
  }

  // ---- time

  void pass(Duration duration) {
    time.pass(duration);
  }

  /** Lets all work be done that needs no time. */
  void settle() {
    time.pass(Duration.ofMillis(1));
  }

  /** Ticks each minute, the first now. */
  void ticksFor(Duration duration) {
    Instant end = time.now().plus(duration);
    while (time.now().isBefore(end)) {
      tick();
      pass(Duration.ofMinutes(1));
    }
  }

  /** Until every driver has ended by itself, none with an error. */
  void untilAllEnded() {
    while (running().findAny().isPresent()) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(invocations).allSatisfy(i -> assertThat(i.failure()).isEmpty());
  }

  Duration elapsed() {
    return Duration.between(START, time.now());
  }

  /** How long after the start. */
  static Instant at(Duration duration) {
    return START.plus(duration);
  }
}
