package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Successes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class RetentionTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final int ALL = 10_000;

  private final Table table = LocalTable.createWithoutStream();
  private final Contents contents = new Contents(table);
  private final ServiceStore store = new ServiceStore(table);
  private final Retention retention = new Retention(table);
  private final Operator operator = new Operator(table);

  /** Made by a request with an id less than a day ago. */
  private final Set<String> repeatable = new HashSet<>();

  // ---- histories

  /** A service with {@code count} rollouts or more; of the first {@code lucky} most end well. */
  private void history(long seed, int count, int lucky) {
    Random random = new Random(seed);
    operator.traffic(NAME, "a", "b", "c");
    for (int i = 0; i < count; i++) {
      if (i < lucky && random.nextDouble() < 0.8) {
        operator.rollout(NAME, "r" + i, Strategy.ALL_AT_ONCE, Map.of("a", 100.0));
      } else {
        doesNotSucceed("r" + i, i % 2 == 0 ? "b" : "c", random);
      }
    }
  }

  /** A little way to {@code config}, and then something else happens. */
  private void doesNotSucceed(String id, String config, Random random) {
    Event.Create create = Asking.to(config, Operator.IN_TENTHS).as(id).event();
    Optional<Request> named =
        Optional.of(new Request("alice", id, "hash")).filter(request -> random.nextBoolean());
    Service service = operator.create(NAME, create, named).standing().service();
    named.ifPresent(request -> repeatable.add(id));
    if (service.live().isEmpty()) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> operator.steer(NAME, id, Event.Verb.PAUSE);
      case 1 -> {
        if (service.live().flatMap(Live::restores).isPresent()) {
          operator.steer(NAME, id, Event.Verb.ROLLBACK);
        }
      }
      case 2 -> operator.submit(NAME, "config-of-" + id);
      case 3 -> {
        if (random.nextInt(4) == 0) {
          operator.delete(NAME);
          operator.undelete(NAME);
        }
      }
      default -> assertThat(service.live()).isPresent();
    }
  }

  /** A service with {@code count} rollouts that ended well. */
  private void successes(int count) {
    operator.traffic(NAME, "a", "b", "c");
    for (int i = 0; i < count; i++) {
      operator.rollout(NAME, "r" + i, Strategy.ALL_AT_ONCE, Map.of("a", 100.0));
    }
  }

  private static List<String> successesOf(Service service) {
    return service.successes().kept().stream().map(Success::rolloutId).toList();
  }

  // ---- what is to be kept, from what there is

  private List<Rollout> rollouts() {
    return store.rollouts(NAME, ALL, Optional.empty()).items();
  }

  private static List<String> ids(List<Rollout> rollouts) {
    return rollouts.stream().map(Rollout::id).toList();
  }

  private Set<String> keptIds(List<Rollout> newestFirst) {
    Stream<Rollout> newest = newestFirst.stream().limit(100);
    Stream<Rollout> successes =
        newestFirst.stream()
            .filter(rollout -> rollout.status() == Status.SUCCEEDED && !rollout.isDeletion())
            .limit(10);
    Stream<Rollout> lives = newestFirst.stream().filter(rollout -> !rollout.status().ended());
    Stream<Rollout> askedFor =
        newestFirst.stream().filter(rollout -> repeatable.contains(rollout.id()));
    return Stream.of(newest, successes, lives, askedFor)
        .flatMap(rollouts -> rollouts)
        .map(Rollout::id)
        .collect(Collectors.toSet());
  }

  /** The items that are to be left, by sort key, in the order of the table. */
  private List<String> expected() {
    List<Rollout> rollouts = rollouts();
    Set<String> kept = keptIds(rollouts);
    Set<String> old = new HashSet<>(ids(rollouts.subList(100, rollouts.size())));
    old.retainAll(kept);
    List<Map<String, AttributeValue>> items = contents.partition(Schema.partition(NAME));
    String oldest = rollouts.get(99).id();
    long since =
        items.stream()
            .filter(item -> key(item).equals("R#" + oldest))
            .mapToLong(item -> Long.parseLong(item.get(Schema.SINCE).n()))
            .findFirst()
            .orElseThrow();
    Set<String> operations =
        items.reversed().stream()
            .map(RetentionTest::key)
            .filter(key -> key.startsWith(Schema.OPERATION_PREFIX))
            .limit(100)
            .collect(Collectors.toSet());
    return items.stream()
        .filter(
            item ->
                switch (prefix(item)) {
                  case Schema.ROLLOUT_PREFIX -> kept.contains(key(item).substring(2));
                  case Schema.HISTORY_PREFIX ->
                      Long.parseLong(key(item).substring(2)) >= since || tellsOf(item, old);
                  case Schema.OPERATION_PREFIX -> operations.contains(key(item));
                  default -> true;
                })
        .map(RetentionTest::key)
        .toList();
  }

  private static boolean tellsOf(Map<String, AttributeValue> row, Set<String> rollouts) {
    return row.get(Schema.ROLLOUTS).l().stream()
        .anyMatch(change -> rollouts.contains(change.m().get(Schema.ID).s()));
  }

  private static String prefix(Map<String, AttributeValue> item) {
    return key(item).substring(0, key(item).indexOf('#') + 1);
  }

  private static String key(Map<String, AttributeValue> item) {
    return item.get(Schema.SK).s();
  }

  // ---- the rule

  @ParameterizedTest
  @CsvSource({"1, 130, 130", "2, 150, 40", "3, 160, 20", "4, 101, 5", "5, 140, 0", "6, 250, 120"})
  void theNewestTheLastSuccessesAndTheLiveOneStayWithWhatTellsOfThem(
      long seed, int count, int lucky) {
    history(seed, count, lucky);
    Service service = store.require(NAME);
    List<String> expected = expected();
    int items = contents.sortKeys(NAME).size();
    int repeatedBeyond =
        (int) rollouts().stream().skip(100).filter(r -> repeatable.contains(r.id())).count();
    assertThat(keptIds(rollouts())).containsAll(successesOf(service));

    int deleted = retention.apply(NAME, operator.now());

    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
    assertThat(deleted).isEqualTo(items - expected.size()).isPositive();
    assertThat(store.find(NAME)).contains(service);
    assertThat(rollouts())
        .hasSizeBetween(
            Retention.NEWEST_KEPT, Retention.NEWEST_KEPT + Successes.MOST + repeatedBeyond);
    assertThat(retention.apply(NAME, operator.now())).as("once more").isZero();
    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
  }

  @Test
  void successesThatAreNotAmongTheNewestAreKeptWithTheirHistory() {
    successes(30);
    List<String> successes = successesOf(store.require(NAME));
    assertThat(successes).hasSize(10);
    for (int i = 0; i < 110; i++) {
      operator.rollout(
          NAME, "later" + i, Operator.IN_TENTHS, Map.of(i % 2 == 0 ? "b" : "c", 100.0));
    }

    retention.apply(NAME, operator.now());

    assertThat(ids(rollouts())).hasSize(110).containsAll(successes).doesNotContain("r0");
    assertThat(contents.partition(Schema.partition(NAME)))
        .filteredOn(item -> key(item).startsWith(Schema.HISTORY_PREFIX))
        .filteredOn(row -> tellsOf(row, Set.copyOf(successes)))
        .hasSizeGreaterThanOrEqualTo(10);
    successes.forEach(
        id -> assertThat(store.standing(NAME, id).status()).isEqualTo(Status.SUCCEEDED));
  }

  @Test
  void whatARepeatIsAnsweredWithStaysAsLongAsTheRequestIsKnown() {
    operator.traffic(NAME, "a", "b");
    Event.Create create = Asking.to("b", Operator.IN_TENTHS).as("asked").event();
    Optional<Request> request = Optional.of(new Request("alice", "an-id", "hash"));
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("a", 100.0));
    operator.create(NAME, create, request);
    operator.rollout(NAME, "steered", Operator.IN_TENTHS, Map.of("b", 100.0));
    Event.Steer back = new Event.Steer("steered", Event.Verb.ROLLBACK, Operator.SOMEBODY);
    operator.steer(NAME, back, Optional.of(new Request("alice", "another-id", "hash")));
    for (int i = 0; i < 110; i++) {
      operator.rollout(NAME, "later" + i, Strategy.ALL_AT_ONCE, Map.of("a", 100.0));
    }

    retention.apply(NAME, operator.now());

    assertThat(ids(rollouts())).hasSize(102).endsWith("steered", "asked");
    Acted again = operator.create(NAME, create, request);
    assertThat(again.repeated()).isTrue();
    assertThat(again.standing().status()).isEqualTo(Status.CANCELLED);

    operator.wait(Request.KNOWN.plusSeconds(1));
    retention.apply(NAME, operator.now());
    assertThat(ids(rollouts())).hasSize(100);
  }

  @Test
  void whatTellsOfOneThatWaitsStaysHoweverManyStartBeforeIt() {
    operator.traffic(NAME, "a", "b", "c");
    operator.create(NAME, Asking.to("c", Operator.IN_TENTHS).as("waits").paused().event());
    for (int i = 0; i < 105; i++) {
      String id = "later-" + i;
      Asking asking = Asking.to(i % 2 == 0 ? "a" : "b", Strategy.ALL_AT_ONCE);
      operator.create(NAME, asking.as(id).queueing().event());
      operator.steer(NAME, id, Event.Verb.ADVANCE);
    }
    List<String> expected = expected();

    assertThat(retention.apply(NAME, operator.now())).isPositive();

    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
    assertThat(contents.partition(Schema.partition(NAME)))
        .filteredOn(item -> key(item).startsWith(Schema.HISTORY_PREFIX))
        .anyMatch(row -> tellsOf(row, Set.of("waits")));
  }

  @Test
  void whatHasNotEndedStaysHoweverManyCameAfterIt() {
    operator.traffic(NAME, "a", "b");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("a", 100.0));
    operator.rollout(NAME, "live", Operator.IN_TENTHS, Map.of("b", 100.0));
    Service service = store.require(NAME);
    Rollout like = store.standing(NAME, "first").rollout();
    for (int i = 1; i <= 120; i++) {
      Item item = Items.rollout(service, again(like, "later-" + i, service.counters().ord() + i));
      table.client().putItem(r -> r.tableName(table.name()).item(item.values()));
    }

    assertThat(retention.apply(NAME, operator.now())).isEqualTo(20);

    assertThat(ids(rollouts())).hasSize(102).endsWith("live", "first");
    operator.steer(NAME, "live", Event.Verb.PROMOTE);
    assertThat(store.standing(NAME, "live").status()).isEqualTo(Status.SUCCEEDED);
  }

  static Rollout again(Rollout like, String id, long ord) {
    return new Rollout(
        id,
        ord,
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

  @Test
  void operationsOfTheServiceAreKeptAsManyAsRollouts() {
    successes(101);
    IntStream.range(0, 120).forEach(i -> operator.validate(NAME, "{}"));
    List<String> newest =
        contents.sortKeys(NAME).reversed().stream()
            .filter(key -> key.startsWith(Schema.OPERATION_PREFIX))
            .limit(100)
            .toList();

    retention.apply(NAME, operator.now());

    assertThat(contents.sortKeys(NAME).reversed())
        .filteredOn(key -> key.startsWith(Schema.OPERATION_PREFIX))
        .isEqualTo(newest);
    assertThat(contents.sortKeys(NAME))
        .as("the configs that were validated go by themselves")
        .filteredOn(key -> key.startsWith(Schema.OPERATION_BODY_PREFIX))
        .hasSize(120);
  }

  @Test
  void theHistoryOfADeletedServiceIsBoundedToo() {
    successes(120);
    operator.delete(NAME);
    List<String> expected = expected();

    retention.apply(NAME, operator.now());

    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
    assertThat(rollouts().getFirst().isDeletion()).isTrue();
    assertThat(operator.undelete(NAME).isDeleted()).isFalse();
  }

  // ---- what it asks for

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 100})
  void whereThereIsNothingToDoItReadsHeadRolloutsAndOperations(int count) {
    successes(count);
    List<String> before = contents.sortKeys(NAME);
    CountingClient client = new CountingClient(table.client());

    assertThat(on(client).apply(NAME, operator.now())).isZero();

    assertThat(client.bill().requests()).isEqualTo("GetItem, 2 × Query");
    assertThat(contents.sortKeys(NAME)).isEqualTo(before);
  }

  @Test
  void ofAServiceThatIsUnknownThereIsNothingToDelete() {
    CountingClient client = new CountingClient(table.client());

    assertThat(on(client).apply(NAME, operator.now())).isZero();
    assertThat(client.bill().requests()).isEqualTo("GetItem");
  }

  @Test
  void answersThatAreCutAreReadToTheirEnd() {
    history(11, 130, 30);
    List<String> expected = expected();

    on(new Awkward.ShortPages(table.client(), 7)).apply(NAME, operator.now());

    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whatATableThatIsBusyLeavesIsDeletedTheNextTimes(int every) {
    history(12, 130, 60);
    List<String> expected = expected();
    int beyond = contents.sortKeys(NAME).size() - expected.size();
    Retention busy = on(new Awkward.RefusedTransactions(table.client(), every, "ThrottlingError"));

    int deleted = busy.apply(NAME, operator.now());
    assertThat(deleted).isPositive().isLessThan(beyond);
    assertThat(contents.sortKeys(NAME)).hasSize(expected.size() + beyond - deleted);
    for (int run = 0; run < 10 && deleted < beyond; run++) {
      deleted += busy.apply(NAME, operator.now());
      assertThat(contents.sortKeys(NAME)).containsAll(expected);
    }
    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
  }

  @Test
  void anyOtherRefusalIsNotTakenForABusyTable() {
    history(14, 130, 60);
    Retention refused = on(new Awkward.RefusedTransactions(table.client(), 1, "ValidationError"));
    assertThatThrownBy(() -> refused.apply(NAME, operator.now()))
        .isInstanceOf(TransactionCanceledException.class);
  }

  @Test
  void twoAtOnceDeleteTheSame() {
    history(13, 130, 60);
    List<String> expected = expected();
    Callable<Integer> run = () -> retention.apply(NAME, operator.now());

    var _ = Threads.together(List.of(run, run));

    assertThat(contents.sortKeys(NAME)).isEqualTo(expected);
  }

  private Retention on(InterposedClient client) {
    return new Retention(new Table(client, table.name()));
  }

  @Test
  void operationsGoThoughThereAreFewRollouts() {
    successes(1);
    for (int i = 0; i < Retention.NEWEST_KEPT + 7; i++) {
      operator.validate(NAME, "{}");
    }

    retention.apply(NAME, operator.now());

    assertThat(contents.sortKeys(NAME).stream().filter(key -> key.startsWith("O#")))
        .hasSize(Retention.NEWEST_KEPT);
  }
}
