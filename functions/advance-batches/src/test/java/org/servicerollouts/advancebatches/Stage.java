package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Successes;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Write;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.targets.LambdaAliases;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * The table, its drivers, and the people who change services meanwhile, in simulated time. The test
 * itself is one who takes part: time passes when it says so.
 */
final class Stage implements AutoCloseable {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final Cause ALICE = Cause.request("alice");

  /** The rollout that {@link #rollingOut} makes. */
  private static final String FIRST = "first";

  final SimulatedTime time = new SimulatedTime(START);
  final Ledger ledger;

  /** What drivers reach the table through; people have a client of their own. */
  final WatchedClient drivers;

  final Leases leases;
  final List<String> log = new CopyOnWriteArrayList<>();

  private final Table real;
  private final ServiceStore store;
  private final Changes changes;
  private final List<Invocation> invocations = new CopyOnWriteArrayList<>();
  private Optional<Cloud> cloud = Optional.empty();
  private Optional<LambdaAliases> aliases = Optional.empty();
  private static final AlarmNames ALARM_NAMES =
      new AlarmNames(Cloud.ACCOUNT.region(), Cloud.ACCOUNT.id());

  private Optional<CloudWatchAlarms> alarms = Optional.empty();
  private final OnTheWay.Relay toLambda = new OnTheWay.Relay();
  private final OnTheWay.Relay toCloudWatch = new OnTheWay.Relay();
  private long mostAtOnce;

  Stage() {
    this(LocalTable.createWithoutStream());
  }

  /** On a table that may have a stream. */
  Stage(Table real) {
    this.real = real;
    ledger = new Ledger(real.client(), time);
    drivers = new WatchedClient(ledger);
    store = new ServiceStore(new Table(ledger, real.name()));
    changes = new Changes(store, this::alarms, time::pass);
    leases = Leases.ofDrivers(real);
    time.beforeEachJump(() -> mostAtOnce = Math.max(mostAtOnce, running().count()));
  }

  /** Lambda and CloudWatch, which are there from now on. */
  Cloud cloud() {
    if (cloud.isEmpty()) {
      cloud = Optional.of(new Cloud(time));
      aliases = Optional.of(cloud.get().aliases(toLambda));
      alarms = Optional.of(cloud.get().alarms(toCloudWatch));
    }
    return cloud.get();
  }

  /** All calls of Lambda are seen by {@code interceptor} from now on. */
  void onTheWayToLambda(ExecutionInterceptor interceptor) {
    toLambda.to(interceptor);
  }

  /** All calls of CloudWatch are seen by {@code interceptor} from now on. */
  void onTheWayToCloudWatch(ExecutionInterceptor interceptor) {
    toCloudWatch.to(interceptor);
  }

  private LambdaAliases aliases() {
    return aliases.orElseGet(() -> new LambdaAliases(new NoLambda()));
  }

  private Alarms alarms(Set<String> names) {
    return alarms
        .map(there -> there.read(names))
        .orElseGet(() -> Alarms.unreadable("there is no CloudWatch here"));
  }

  /** What a function or a request runs on: all that it reaches, it reaches through this. */
  record Machine(
      DynamoDbClient client, LambdaAliases aliases, Function<Set<String>, Alarms> alarms) {}

  /** One all of whose calls pass through {@code table} and {@code aws}. */
  Machine machine(UnaryOperator<DynamoDbClient> table, ExecutionInterceptor aws) {
    return new Machine(table.apply(drivers), cloud().aliases(aws), cloud().alarms(aws)::read);
  }

  /** What people do through a machine. */
  Changes requests(Machine machine) {
    Table reached = new Table(machine.client(), real.name());
    return new Changes(new ServiceStore(reached), machine.alarms(), time::pass);
  }

  @Override
  public void close() {
    cloud.ifPresent(Cloud::close);
  }

  /** Where no target is. */
  private static final class NoLambda implements LambdaClient {
    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  // ---- people

  /** A replica service in the middle of a rollout whose first batch is done now. */
  Service rollingOut(String name, long replicas, String batchSize, String interval) {
    Service made =
        atOld(name, Kind.REPLICA, replicas, Replicas.all("old", replicas), Settings.NONE, "old");
    return put(made, Specs.to("new").inBatches(batchSize, interval), "new");
  }

  /** A service all of which is at its target, and bakes there from now on. */
  Service baking(String name, Duration bake) {
    Service made = atOld(name, Kind.TRAFFIC, 0, Shares.only("old"), Settings.NONE, "old");
    return put(made, Specs.to("new").baking(bake), "new");
  }

  /**
   * A traffic service at config 1, with configs 1 to 9, which are the versions of the function of
   * its name; its target is the alias of that.
   */
  Service targeted(String name, String... alarms) {
    cloud().function(name);
    return targetedAt(name, name, alarms);
  }

  /** The same with the alias of another function, which may not be there. */
  Service targetedAt(String name, String function, String... alarms) {
    Target alias = new Target.LambdaAlias(function, Cloud.LIVE);
    return put(
        atOld(name, Kind.TRAFFIC, 0, Shares.only("1"), new Settings(alias, List.of(alarms)), "1"));
  }

  /** A service with that target and those configs that was never rolled out. */
  Service targetedAndNew(String name) {
    cloud().function(name);
    Settings settings = new Settings(new Target.LambdaAlias(name, Cloud.LIVE), List.of());
    return put(
        service(name, Kind.TRAFFIC, 0, Optional.empty(), Optional.empty(), settings, Map.of()));
  }

  /** A traffic service at config 1 without a target, but with alarms. */
  Service watched(String name, String... alarms) {
    cloud();
    Settings settings = new Settings(Target.NONE, List.of(alarms));
    return put(atOld(name, Kind.TRAFFIC, 0, Shares.only("1"), settings, "1"));
  }

  private Service atOld(
      String name, Kind kind, long total, Allocation allocation, Settings settings, String config) {
    return service(
        name,
        kind,
        total,
        Optional.of(allocation),
        Optional.of(Shares.only(config)),
        settings,
        versions(config));
  }

  private Service service(
      String name,
      Kind kind,
      long total,
      Optional<Allocation> allocation,
      Optional<Shares> lastGood,
      Settings settings,
      Map<String, Version> versions) {
    return new Service(
        new Service.Identity(new ServiceName(name), kind, "", true, time.now()),
        total,
        allocation,
        lastGood,
        Optional.empty(),
        List.of(),
        settings,
        versions,
        List.of(),
        Map.of(),
        Successes.NONE,
        Optional.empty(),
        Optional.empty(),
        Service.Counters.NEW,
        1,
        new Happened(Happened.What.SERVICE_CREATED, time.now(), ALICE, List.of()));
  }

  private Map<String, Version> versions(String config) {
    Config made = config(config);
    return Map.of(config, new Version(made.ord(), made.lambdaVersion()));
  }

  private Config config(String id) {
    return new Config(id, 1, time.now(), ALICE.who(), "", "{}");
  }

  private Service put(Service made) {
    List<Write> configs =
        IntStream.rangeClosed(1, 9)
            .<Write>mapToObj(i -> new Write.ConfigCreated(config(Integer.toString(i))))
            .toList();
    assertThat(store.create(made, configs)).isInstanceOf(Saved.Written.class);
    return made;
  }

  private Service put(Service made, Specs specs, String config) {
    Event.Create create =
        Event.Create.of(Optional.of(FIRST), specs.spec(), ALICE).with(versions(config));
    Decision.Changed started = (Decision.Changed) StateMachine.decide(made, create, time.now());
    List<Write> writes = new ArrayList<>(started.writes());
    writes.add(new Write.ConfigCreated(config(config)));
    assertThat(store.create(started.next(), writes)).isInstanceOf(Saved.Written.class);
    return started.next();
  }

  /** Makes another rollout, to another config, which supersedes the one that runs. */
  void supersedes(String name, String rolloutId, String batchSize, String interval) {
    changes.change(
        new ServiceName(name),
        service ->
            ServiceChange.configCreated(
                service,
                Optional.of("newer"),
                (id, ord) -> new Config(id, ord, time.now(), ALICE.who(), "", "{}"),
                ALICE,
                time.now()));
    creates(name, rolloutId, Specs.to("newer").inBatches(batchSize, interval));
  }

  /** Makes a rollout. */
  Standing creates(String name, String rolloutId, Specs specs) {
    Event.Create create = Event.Create.of(Optional.of(rolloutId), specs.spec(), ALICE);
    return changes
        .createRollout(new ServiceName(name), create, Optional.empty(), Optional.empty(), time::now)
        .standing();
  }

  void scales(String name, long total) {
    changes(name, service -> new Event.Scale(total, ALICE));
  }

  void steers(String name, Event.Verb verb) {
    steers(name, rollout(name).rolloutId(), verb);
  }

  void steers(String name, String rolloutId, Event.Verb verb) {
    changes.steer(
        new ServiceName(name),
        new Event.Steer(rolloutId, verb, ALICE),
        Optional.empty(),
        Optional.empty(),
        time::now);
  }

  void deletesService(String name) {
    changes.deleteService(
        new ServiceName(name), new Event.DeleteService(Service.KEPT_DELETED, ALICE), time::now);
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

  /** The rollout's own item, as by hand or by a restore. */
  void loses(String name, String rolloutId) {
    Map<String, AttributeValue> key = new HashMap<>(head(name));
    key.put("sk", AttributeValue.fromS("R#" + rolloutId));
    real.client().deleteItem(r -> r.tableName(real.name()).key(key));
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

  /** A rollout as it is kept and as it stands. */
  Standing standing(String name, String rolloutId) {
    return store.standing(new ServiceName(name), rolloutId);
  }

  Status status(String name, String rolloutId) {
    return standing(name, rolloutId).status();
  }

  /** How it is divided, as the table has it: config to percent. */
  Map<String, Double> divided(String name) {
    Map<String, Double> percent = new TreeMap<>();
    service(name)
        .allocation()
        .orElseThrow()
        .units()
        .forEach((id, units) -> percent.put(id, units / (double) Shares.PERCENT));
    return percent;
  }

  int batches(String name) {
    return rollout(name).batch();
  }

  Status status(String name) {
    return rollout(name).status();
  }

  /** Table and alias agree on how it is divided. */
  void requireDivided(String name, Map<String, Double> percent) {
    assertThat(divided(name)).isEqualTo(percent);
    assertThat(cloud().divided(name)).isEqualTo(percent);
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

    private void run(ScheduledEvent event, Machine machine) {
      try {
        Table reached = new Table(machine.client(), real.name());
        new AdvanceBatchesHandler(reached, machine.aliases(), machine.alarms(), ALARM_NAMES, time)
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

  /** The alarm goes into ALARM, and EventBridge tells of it. */
  Invocation fires(String alarm) {
    cloud().cloudWatch.set(alarm, "ALARM", "5 errors");
    return invoke(lastChange());
  }

  /** What EventBridge tells of the last change of an alarm's state. */
  ScheduledEvent lastChange() {
    org.servicerollouts.doubles.AlarmStateChange change = cloud().lastChange();
    return new ScheduledEvent()
        .withSource("aws.cloudwatch")
        .withAccount(Cloud.ACCOUNT.id())
        .withRegion(Cloud.ACCOUNT.region())
        .withDetailType(AlarmStateChange.DETAIL_TYPE)
        .withResources(List.of(change.alarmArn()))
        .withDetail(change.detail());
  }

  Invocation invoke(ScheduledEvent event) {
    return invoke(event, UUID.randomUUID().toString(), drivers);
  }

  /** With a request id and a client of its own. */
  Invocation invoke(ScheduledEvent event, String requestId, DynamoDbClient client) {
    return invoke(event, requestId, new Machine(client, aliases(), this::alarms));
  }

  /** On a machine of its own. */
  Invocation invoke(ScheduledEvent event, Machine machine) {
    return invoke(event, UUID.randomUUID().toString(), machine);
  }

  private Invocation invoke(ScheduledEvent event, String requestId, Machine machine) {
    Invocation invocation = new Invocation(requestId);
    invocations.add(invocation);
    invocation.thread = time.start(() -> invocation.run(event, machine));
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
