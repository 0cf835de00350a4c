package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Event.Verb;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.StrategyChange;
import org.servicerollouts.domain.Successes;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Write;
import org.servicerollouts.store.CountingClient.Bill;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** What each call asks of the table and costs; docs/costs.md says the same, line by line. */
class CostTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "costs.md");
  private static final ServiceName TRAFFIC = new ServiceName("bookstore.endpoints.example.com");
  private static final ServiceName REPLICAS = new ServiceName("recommender.cn-shanghai");
  private static final Map<String, Double> CANARY =
      Map.of("2026-06-30r1", 90.0, "2026-07-01r0", 10.0);
  private static final Map<String, Double> ALL_OLD = Map.of("2026-06-30r1", 100.0);
  private static final Map<String, Double> ALL_NEW = Map.of("2026-07-01r0", 100.0);
  private static final Map<String, Double> EVEN =
      Map.of("2026-06-30r1", 50.0, "2026-07-01r0", 50.0);
  private static final StrategyChange INTERVAL_OF_AN_HOUR =
      new StrategyChange.ToBatch(Optional.empty(), Optional.of(new Interval("1h")));
  private static final StrategyChange KEEP_HALF = new StrategyChange.ToPartition(new Amount("50%"));
  private static final StrategyChange KEEP_NONE = new StrategyChange.ToPartition(new Amount("0"));
  private static final int ITEMS_A_TRANSACTION = 100;

  private final Table local = LocalTable.createWithoutStream();
  private final CountingClient client = new CountingClient(local.client());
  private final Table table = new Table(client, local.name());
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);

  @Test
  void eachCallCostsWhatTheDocumentTells() throws IOException {
    tenRollouts();
    Map<String, Bill> bills = bills();
    bills.forEach((call, bill) -> System.out.println("Cost of " + line(call, bill)));

    assertThat(Files.readString(DOCUMENT).lines())
        .as("docs/costs.md, where each line may go on with what the units are made of")
        .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| call "))
        .extracting(line -> line.split("(?<=\\|)", 6))
        .extracting(cells -> String.join("", List.of(cells).subList(0, 5)))
        .containsExactlyElementsOf(
            bills.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList());
  }

  private static String row(String call, Bill bill) {
    return "| %s | %s | %s | %s |"
        .formatted(
            call, bill.requests(), number(bill.units().reads()), number(bill.units().writes()));
  }

  private static String line(String call, Bill bill) {
    return "%s: %s (%d bytes): %s".formatted(call, bill.requests(), bill.bytes(), bill.units());
  }

  private static String number(double units) {
    return new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(units);
  }

  @Test
  void eachCallCostsTheSameAfterTenThousandRollouts() {
    tenRollouts();
    Map<String, Bill> afterTen = bills();
    CostTest other = new CostTest();
    other.tenRollouts();
    other.hadRollouts(TRAFFIC, 10_000);
    other.hadRollouts(REPLICAS, 10_000);

    Map<String, Bill> afterTenThousand = other.bills();

    assertThat(afterTenThousand.keySet()).isEqualTo(afterTen.keySet());
    afterTen.forEach(
        (call, bill) ->
            assertThat(line(call, afterTenThousand.get(call))).isEqualTo(line(call, bill)));
  }

  /** What is written at each batch, checked or ended stays in the smallest size that is billed. */
  @Test
  void theItemsThatAreWrittenAgainStayUnderOneKilobyte() {
    tenRollouts();
    operator.rollout(TRAFFIC, Optional.empty(), Operator.IN_TENTHS, CANARY);
    operator.plan(REPLICAS, Operator.IN_TENTHS);
    operator.revise(REPLICAS);

    for (ServiceName name : List.of(TRAFFIC, REPLICAS)) {
      String live = store.require(name).live().orElseThrow().rolloutId();
      assertThat(bytes(Schema.head(name))).isBetween(500L, 1024L);
      assertThat(bytes(Schema.rollout(name, live))).isBetween(200L, 1024L);
    }
    assertThat(bytes(Schema.config(TRAFFIC, "2026-06-30r1"))).isLessThan(256);
  }

  @Test
  void aBatchOfAThousandLikeStepsCostsWhatAnyBatchCosts() {
    tenRollouts();
    List<Strategy.Step> steps =
        LongStream.rangeClosed(1, Strategy.MAX_STEPS)
            .mapToObj(i -> new Strategy.Step(i * Shares.WHOLE / Strategy.MAX_STEPS, FIVE_MINUTES))
            .collect(Collectors.toCollection(ArrayList::new));
    steps.set(steps.size() - 1, new Strategy.Step(Shares.WHOLE, Optional.empty()));
    operator.rollout(TRAFFIC, "steps", new Strategy.Steps(steps), CANARY);
    client.bill();

    operator.advance(TRAFFIC);

    assertThat(client.bill().requests()).isEqualTo("GetItem, UpdateItem");
    assertThat(bytes(Schema.head(TRAFFIC))).isLessThan(1024);
    assertThat(store.require(TRAFFIC).live().orElseThrow().batch()).isEqualTo(2);
  }

  private static final Optional<Interval> FIVE_MINUTES = Optional.of(new Interval("5m"));

  private long bytes(Map<String, AttributeValue> key) {
    return Units.bytes(local.client().getItem(r -> r.tableName(local.name()).key(key)).item());
  }

  @Test
  void aLongConfigIsBilledWhenItIsMadeAndReadAndNotWhenItIsRolledOut() {
    tenRollouts();
    Config config = new Config("big", 1, Operator.START, "alice", "Big", "x".repeat(100 * 1024));
    Service before = store.require(TRAFFIC);
    Service next = before.happened(before.last());
    client.bill();
    store.save(before, new Decision.Changed(next, List.of(new Write.ConfigCreated(config))));
    assertThat(client.bill().units()).isEqualTo(new Units(0, 2 + 2 + 1 + 2 * 101));

    operator.rollout(TRAFFIC, Optional.empty(), Strategy.ALL_AT_ONCE, Map.of("big", 100.0));
    assertThat(client.bill().units()).isEqualTo(new Units(2, 9));

    store.configs(TRAFFIC, 50, Optional.empty());
    assertThat(client.bill().units()).isEqualTo(new Units(1, 0));

    store.configBody(TRAFFIC, "big");
    assertThat(client.bill().units()).isEqualTo(new Units(26, 0));
  }

  @Test
  void whatIsRefusedIsBilledToo() {
    tenRollouts();
    Service stale = store.require(TRAFFIC);
    operator.config(TRAFFIC, "another");
    client.bill();

    store.save(
        stale,
        operator.decided(
            stale, Operator.create(Optional.of("late"), Strategy.ALL_AT_ONCE, ALL_NEW)));
    assertThat(client.bill().requests()).isEqualTo("TransactWriteItems 4 refused");

    store.save(stale, new Decision.Changed(stale.happened(stale.last()), List.of()));
    Bill refused = client.bill();
    assertThat(refused.requests()).isEqualTo("UpdateItem refused");
    assertThat(refused.units()).isEqualTo(new Units(0, 1));
  }

  // ---- the calls

  /** The bills of calls by their names. */
  private record Bills(CountingClient client, Map<String, Bill> all) {
    Bills(CountingClient client) {
      this(client, new LinkedHashMap<>());
    }

    void call(String name, Runnable call) {
      call(name, call, 0);
    }

    /** Without the first requests, which only find out what the call is to be made with. */
    void call(String name, Runnable call, int first) {
      client.bill();
      call.run();
      List<CountingClient.Line> lines = client.bill().lines();
      all.put(name, new Bill(lines.subList(first, lines.size())));
    }
  }

  private void tenRollouts() {
    operator.traffic(TRAFFIC, "2026-06-30r1", "2026-07-01r0");
    operator.replicas(REPLICAS, 10);
    for (int i = 0; i < Successes.MOST; i++) {
      operator.rollout(
          TRAFFIC, Optional.empty(), Strategy.ALL_AT_ONCE, i % 2 == 0 ? ALL_OLD : ALL_NEW);
      operator.revise(REPLICAS);
    }
  }

  /** As if it had had so many rollouts before its first. */
  private void hadRollouts(ServiceName name, int count) {
    Service service = store.require(name);
    Rollout like = store.rollouts(name, 1, Optional.empty()).items().getFirst();
    List<Item> items = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      items.add(Items.rollout(service, old(like, i)));
    }
    for (int from = 0; from < items.size(); from += ITEMS_A_TRANSACTION) {
      List<TransactWriteItem> puts =
          items.subList(from, Math.min(from + ITEMS_A_TRANSACTION, items.size())).stream()
              .map(
                  item ->
                      TransactWriteItem.builder()
                          .put(p -> p.tableName(local.name()).item(item.values()))
                          .build())
              .toList();
      local.client().transactWriteItems(r -> r.transactItems(puts));
    }
  }

  private static Rollout old(Rollout like, int i) {
    return new Rollout(
        "old-" + i,
        i,
        like.since(),
        like.createTime(),
        like.createdBy(),
        like.spec(),
        like.status(),
        like.reason(),
        like.lastStrategy(),
        like.base(),
        like.restores(),
        like.progress(),
        like.updateTime(),
        like.version());
  }

  private Map<String, Bill> bills() {
    Bills of = new Bills(client);
    of.call("create a service", () -> operator.traffic(new ServiceName("new.example.com")));
    of.call("create a config", () -> operator.config(TRAFFIC, "2026-07-01r1"));
    of.call(
        "create a rollout: one step, 1 config",
        () -> operator.rollout(TRAFFIC, Optional.empty(), Strategy.ALL_AT_ONCE, ALL_OLD));
    of.call(
        "create a rollout: one step, 2 configs",
        () -> operator.rollout(TRAFFIC, Optional.empty(), Strategy.ALL_AT_ONCE, CANARY));
    of.call(
        "create a rollout: batches",
        () -> operator.rollout(TRAFFIC, Optional.of("batches"), Operator.IN_TENTHS, ALL_NEW));
    of.call("a batch", () -> operator.advance(TRAFFIC), 1);
    of.call(
        "create a rollout: batches, superseding one",
        () -> operator.rollout(TRAFFIC, Optional.of("halves"), Operator.IN_HALVES, ALL_NEW));
    of.call("get a rollout or its operation, live", () -> store.standing(TRAFFIC, "halves"));
    operator.advance(TRAFFIC);
    of.call("the last batch, which ends a rollout", () -> end(TRAFFIC), 1);
    of.call("get a rollout or its operation, ended", () -> store.standing(TRAFFIC, "batches"));
    of.call(
        "get a service, or PAI-EAS's rollout; a proxy's `:report`; `:enable`",
        () -> store.require(TRAFFIC));
    of.call("get a config", () -> store.configBody(TRAFFIC, "2026-06-30r1"));
    of.call("list rollouts, a page of 10", () -> store.rollouts(TRAFFIC, 10, Optional.empty()));
    of.call("list configs, a page of 3", () -> store.configs(TRAFFIC, 50, Optional.empty()));
    of.call(
        "list what happened to a service, a page of 10",
        () -> store.history(TRAFFIC, 0, 10, Optional.empty()));
    long now = store.require(TRAFFIC).v();
    of.call(
        "list what happened to a service, of which nothing is new",
        () -> store.history(TRAFFIC, now, 10, Optional.empty()));
    of.call(
        "list what happened to a rollout",
        () -> store.history(TRAFFIC, "halves", 50, Optional.empty()));

    of.call("submit a config", () -> operator.submit(TRAFFIC, "2026-07-01r2"));
    of.call("validate a config", () -> operator.validate(TRAFFIC, "{}"));
    of.call("get the current config", this::currentConfig);
    operator.rollout(TRAFFIC, Optional.empty(), Strategy.ALL_AT_ONCE, EVEN);
    of.call("get the current config, where two have the highest share", this::newestOfTheLeading);
    of.call(
        "list operations, a page of 10",
        () -> store.operations(TRAFFIC, Optional.empty(), 10, Optional.empty()));
    deletions(of);
    retention(of);
    requests(of);
    targets(of);
    waiting(of);
    watched(of);

    plans(of);

    of.call(
        "a tick with nothing due", () -> store.dueBefore(Operator.START.minus(Duration.ofDays(1))));
    List<ServiceName> names = services(101);
    of.call(
        "list services, a page of 100",
        () -> store.services(Optional.empty(), 100, Optional.empty()));
    of.call("a driver reads 100 services", () -> store.findAll(names.subList(0, 100)));
    of.call("a driver reads 101 services", () -> store.findAll(names));
    Leases leases = Leases.ofDrivers(table);
    of.call("a lease, taken or renewed", () -> leases.take("driver", Operator.START));
    return of.all;
  }

  private void plans(Bills of) {
    ServiceName name = new ServiceName("new.cn-shanghai");
    of.call("create an EAS service", () -> operator.replicas(name, 10));
    of.call("create an EAS rollout plan", () -> operator.plan(REPLICAS, Operator.IN_TENTHS));
    of.call("update an EAS service under its plan", () -> operator.revise(REPLICAS));
    of.call("update an EAS service, superseding a rollout", () -> operator.revise(REPLICAS));
    of.call(
        "change an EAS rollout plan: Interval",
        () -> operator.replan(REPLICAS, Optional.of(INTERVAL_OF_AN_HOUR), Optional.empty()));
    of.call(
        "change an EAS rollout plan: Partition up or down",
        () -> operator.replan(REPLICAS, Optional.of(KEEP_HALF), Optional.empty()));
    of.call(
        "change an EAS rollout plan: Paused",
        () -> operator.replan(REPLICAS, Optional.empty(), Optional.of(true)));
    operator.replan(REPLICAS, Optional.of(KEEP_NONE), Optional.of(false));
    of.call(
        "change an EAS rollout plan: Partition that reopens a move",
        () -> operator.replan(REPLICAS, Optional.of(KEEP_HALF), Optional.empty()));
    of.call("delete an EAS rollout plan with what runs", () -> operator.unplan(REPLICAS));
    operator.plan(REPLICAS, Operator.IN_TENTHS);
    of.call("delete an EAS rollout plan with nothing running", () -> operator.unplan(REPLICAS));
    of.call("revert an EAS service to an earlier version", () -> operator.revert(REPLICAS, 1));
    of.call("delete an EAS service", () -> operator.delete(name, Duration.ZERO));
  }

  private void requests(Bills of) {
    ServiceName name = settled("requests.example.com");
    Event.Create create = Asking.to("new", Operator.IN_TENTHS).as("batches").event();
    Optional<Request> named = request(1);
    of.call("preview a rollout", () -> preview(name, create));
    of.call("create a rollout by a requestId: batches", () -> operator.create(name, create, named));
    of.call("the same, repeated", () -> operator.create(name, create, named));
    of.call(
        "the same, repeated by an assumed role",
        () -> operator.create(name, create, named.map(CostTest::ofRole)));
    of.call("pause a rollout", () -> operator.steer(name, "batches", Verb.PAUSE));
    of.call("a verb with nothing to change", () -> operator.steer(name, "batches", Verb.PAUSE));
    of.call(
        "a verb with nothing to change, by a requestId",
        () -> operator.steer(name, steer("batches", Verb.PAUSE), request(2)));
    of.call("resume a rollout", () -> operator.steer(name, "batches", Verb.RESUME));
    of.call("advance a rollout", () -> operator.steer(name, "batches", Verb.ADVANCE));
    of.call(
        "roll a rollout back, by a requestId",
        () -> operator.steer(name, steer("batches", Verb.ROLLBACK), request(3)));
    of.call(
        "change a service's alarms",
        () -> operator.configure(name, Optional.empty(), Optional.of(List.of("p99 of checkout"))));
  }

  private void targets(Bills of) {
    ServiceName name = new ServiceName("targets.example.com");
    operator.traffic(name);
    of.call("give a service a target", () -> operator.target(name, alias("live")));
    of.call("give a service another target", () -> operator.target(name, alias("canary")));
    of.call("take a service's target away", () -> operator.target(name, Target.NONE));
    operator.target(name, alias("live"));
    of.call("delete a service that has a target", () -> operator.delete(name));
    of.call("undelete it, which was never rolled out", () -> operator.undelete(name));
  }

  private static Target alias(String name) {
    return new Target.LambdaAlias("checkout", name);
  }

  private static Event.Steer steer(String rolloutId, Verb verb) {
    return new Event.Steer(rolloutId, verb, Operator.SOMEBODY);
  }

  private static Optional<Request> request(int id) {
    String uuid = "00000000-0000-4000-8000-%012d".formatted(id);
    return Optional.of(new Request("alice", uuid, "0123456789abcdef".repeat(4)));
  }

  private static Request ofRole(Request request) {
    return new Request("role", Optional.of("alice"), request.id(), request.hash());
  }

  private void preview(ServiceName name, Event.Create create) {
    assertThat(
            operator
                .changes()
                .preview(name, create, Optional.empty(), Optional.empty(), 1000, operator::now)
                .steps())
        .hasSize(10);
  }

  private ServiceName settled(String text) {
    ServiceName name = new ServiceName(text);
    operator.traffic(name, "old", "new", "newer");
    operator.rollout(name, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
    return name;
  }

  private void waiting(Bills of) {
    ServiceName name = settled("queue.example.com");
    operator.create(name, Asking.to("new", Operator.IN_TENTHS).as("live").event());
    of.call("create a rollout that waits", () -> queue(name, "second"));
    queue(name, "third");
    of.call("cancel one that waits", () -> operator.steer(name, "third", Verb.ROLLBACK));
    operator.steer(name, "live", Verb.PROMOTE);
    of.call("start one that waits", () -> operator.start(name), 1);
    queue(name, "fourth");
    operator.steer(name, "fourth", Verb.PAUSE);
    operator.steer(name, "second", Verb.PROMOTE);
    of.call("start one that waits, by a verb", () -> operator.steer(name, "fourth", Verb.RESUME));
    for (int i = 0; i < Queued.MOST; i++) {
      queue(name, "waits-" + i);
    }
    of.call("a batch while 60 wait", () -> operator.advance(name), 1);
    of.call(
        "create a rollout: batches, superseding one and 60 that wait",
        () -> operator.create(name, Asking.to("new", Operator.IN_TENTHS).as("last").event()));
  }

  private void queue(ServiceName name, String id) {
    String to = id.equals("second") ? "newer" : "old";
    operator.create(name, Asking.to(to, Operator.IN_TENTHS).as(id).queueing().event());
  }

  private void watched(Bills of) {
    ServiceName name = settled("alarms.example.com");
    Asking asking =
        Asking.to("new", Operator.IN_HALVES).as("watched").watchedBy(List.of("p99", "5xx"));
    of.call("create a rollout: batches, 2 alarms", () -> operator.create(name, asking.event()));
    of.call("the services that an alarm watches", () -> store.watchedBy("p99"));
    of.call("the last batch, which ends a rollout with 2 alarms", () -> end(name), 1);
  }

  private void currentConfig() {
    store.configBody(TRAFFIC, store.require(TRAFFIC).leadingConfigs().getFirst());
  }

  private void newestOfTheLeading() {
    List<String> leading = store.require(TRAFFIC).leadingConfigs();
    assertThat(leading).hasSize(2);
    store.configBody(TRAFFIC, store.newestConfig(TRAFFIC, leading).orElseThrow());
  }

  private void deletions(Bills of) {
    ServiceName name = new ServiceName("shop.example.com");
    operator.traffic(name, "old", "new");
    operator.rollout(name, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
    of.call("delete a service", () -> operator.delete(name));
    of.call("undelete a service, last good being 1 config", () -> operator.undelete(name));
    operator.rollout(name, "second", Operator.IN_TENTHS, Map.of("new", 100.0));
    of.call("delete a service, cancelling a rollout", () -> operator.delete(name));
  }

  /** A service with as long a history as any has. */
  private void retention(Bills of) {
    ServiceName name = new ServiceName("full.example.com");
    operator.traffic(name, "2026-06-30r1");
    for (int i = 0; i < Retention.NEWEST_KEPT + 10; i++) {
      operator.rollout(name, Optional.empty(), Strategy.ALL_AT_ONCE, ALL_OLD);
    }
    Retention retention = new Retention(table);
    of.call("retention, 10 rollouts beyond", () -> retention.apply(name, operator.now()));
    of.call("retention, nothing beyond", () -> retention.apply(name, operator.now()));
    of.call(
        "list rollouts of one status, a page of 10 of 100",
        () -> store.rollouts(name, Optional.of(CostTest::succeeded), 10, Optional.empty()));
    String oldest = store.rollouts(name, 100, Optional.empty()).items().getLast().id();
    of.call(
        "list what happened to the oldest of 100 rollouts",
        () -> store.history(name, oldest, 50, Optional.empty()));
    of.call(
        "list operations of one status, a page of 10 of 101",
        () ->
            store.operations(
                name,
                Optional.of(
                    operation ->
                        operation instanceof Operation.OfRollout rollout
                            && succeeded(rollout.standing().rollout())),
                10,
                Optional.empty()));
  }

  private static boolean succeeded(Rollout rollout) {
    return rollout.status() == Status.SUCCEEDED;
  }

  /** Advances it, so that it is over. */
  private void end(ServiceName name) {
    assertThat(operator.advance(name).live()).isEmpty();
  }

  private List<ServiceName> services(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              ServiceName name = new ServiceName("service-" + i + ".example.com");
              NewService made = Operator.newTraffic(name, Operator.START);
              store.create(made.service(), made.writes());
              return name;
            })
        .toList();
  }
}
