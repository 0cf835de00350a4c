package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Event.Verb;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rollouts that wait beside the one on its way, and the alarms that watch that one. */
class QueueTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final List<String> ALARMS = names("ours");
  private static final List<String> OTHERS = names("theirs");
  private static final List<String> SHARED = names("shared").subList(0, 5);

  /** DynamoDB's bound on one transaction. */
  private static final int MOST_ACTIONS = 100;

  private final Table local = LocalTable.createWithoutStream();
  private final Contents contents = new Contents(local);
  private final Transactions transactions = new Transactions(local.client());
  private final Table table = new Table(new UnkindClient(transactions, 0), local.name());
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);

  /** As many as a rollout can have. */
  private static List<String> names(String of) {
    return IntStream.range(0, 10).mapToObj(i -> of + " " + i).toList();
  }

  /** All at {@code old}. */
  @BeforeEach
  void aServiceThatHasSettled() {
    operator.traffic(NAME, "old", "a", "b", "c", "d", "e");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
  }

  private static Asking to(String config) {
    return Asking.to(config, Operator.IN_TENTHS);
  }

  private Service create(Asking asking) {
    return operator.create(NAME, asking.event()).standing().service();
  }

  private Map<String, AttributeValue> item(String rolloutId) {
    return local
        .client()
        .getItem(r -> r.tableName(local.name()).key(Schema.rollout(NAME, rolloutId)))
        .item();
  }

  private List<String> watchers(List<String> alarms) {
    return alarms.stream().filter(alarm -> store.watchedBy(alarm).equals(List.of(NAME))).toList();
  }

  // ---- waiting and starting

  @Test
  void thoseThatQueueAreKeptInTheirOrderAndStartOneAfterAnother() {
    create(to("a").as("second"));
    create(to("b").as("third").queueing());
    Service waiting = create(to("c").as("fourth").queueing());
    assertThat(waiting.queue()).extracting(Queued::rolloutId).containsExactly("third", "fourth");
    assertThat(store.find(NAME)).contains(waiting);
    operator.steer(NAME, "second", Verb.PROMOTE);

    Service started = operator.start(NAME);

    assertThat(store.find(NAME)).contains(started);
    assertThat(started.queue()).extracting(Queued::rolloutId).containsExactly("fourth");
    assertThat(store.standing(NAME, "third").status()).isEqualTo(Status.RUNNING);
    assertThat(store.standing(NAME, "third").rollout().base())
        .isEqualTo(Optional.of(operator.store().standing(NAME, "second").rollout().target()));
    assertThat(store.standing(NAME, "fourth").waitsFor()).contains(State.WaitsFor.TURN);
  }

  @Test
  void oneThatMeetsAnAlarmWhenItsTimeHasComeSaysSoUntilItStarts() {
    operator.alarms().say("ours 0", Alarms.State.ALARM);
    Asking deferred = to("a").as("second").watchedBy(List.of("ours 0"));
    create(deferred.startingAt(operator.now().plusSeconds(60)));
    operator.wait(Duration.ofMinutes(2));
    operator.start(NAME);
    Standing waits = store.standing(NAME, "second");
    assertThat(waits.waitsFor()).contains(State.WaitsFor.ALARM);
    assertThat(waits.reason().orElseThrow()).contains("ours 0");

    operator.alarms().say("ours 0", Alarms.State.OK);
    operator.start(NAME);

    assertThat(item("second")).containsEntry(Schema.STATUS, AttributeValue.fromS("RUNNING"));
    assertThat(item("second")).doesNotContainKey(Schema.REASON);
    assertThat(store.standing(NAME, "second").reason()).isEmpty();
  }

  @Test
  void whatItsItemSaidOfItsWaitIsGoneOnceItHasStarted() {
    operator.configure(NAME, Optional.empty(), Optional.of(List.of("ours 0")));
    Changes unreadable =
        new Changes(store, names -> Alarms.unreadable("DescribeAlarms: it is down"), pause -> {});
    unreadable.createRollout(
        NAME, to("a").as("second").event(), Optional.empty(), Optional.empty(), operator::now);
    assertThat(item("second")).containsKey(Schema.REASON);

    operator.start(NAME);

    assertThat(item("second")).containsEntry(Schema.STATUS, AttributeValue.fromS("RUNNING"));
    assertThat(item("second")).doesNotContainKey(Schema.REASON);
  }

  @Test
  void oneThatIsCancelledBeforeItsStartSaysWhyAndStaysAsItWasAsked() {
    create(to("a").as("second"));
    create(to("b").as("third").queueing());
    Rollout asked = store.standing(NAME, "third").rollout();

    operator.steer(NAME, "third", Verb.ROLLBACK);

    Rollout dropped = store.standing(NAME, "third").rollout();
    assertThat(dropped.status()).isEqualTo(Status.CANCELLED);
    assertThat(dropped.reason()).contains("rolled back before its start by alice");
    assertThat(dropped.version()).isEqualTo(store.require(NAME).v());
    assertThat(dropped.spec()).isEqualTo(asked.spec());
    assertThat(dropped.base()).isEmpty();
  }

  @Test
  void theIdOfOneThatWaitsIsTaken() {
    create(to("a").as("second"));
    create(to("b").as("third").queueing());

    Stream.of(to("c").as("third"), to("c").as("third").queueing())
        .forEach(
            again ->
                assertThat(problemOf(() -> create(again)).kind())
                    .isEqualTo(Problem.Kind.ROLLOUT_EXISTS));
    assertThat(store.standing(NAME, "third").status()).isEqualTo(Status.PENDING);
  }

  // ---- as many as can wait

  private void full() {
    create(to("a").as("live").watchedBy(OTHERS));
    for (int i = 0; i < Queued.MOST; i++) {
      create(to(i % 2 == 0 ? "b" : "c").as("waits-" + i).queueing());
    }
  }

  private List<Rollout> waited() {
    return store.rollouts(NAME, 1000, Optional.empty()).items().stream()
        .filter(rollout -> rollout.id().startsWith("waits-"))
        .toList();
  }

  @Test
  void oneMoreThanCanWaitIsRefused() {
    full();
    List<Map<String, AttributeValue>> before = contents.everything(NAME);

    assertThat(problemOf(() -> create(to("b").queueing())).kind())
        .isEqualTo(Problem.Kind.QUEUE_FULL);

    assertThat(contents.everything(NAME)).isEqualTo(before);
  }

  /** The most that one decision can write: everything that can be, is. */
  @Test
  void aCreateThatClearsAFullQueueIsOneTransaction() {
    full();
    Map<String, Double> toFive = Map.of("a", 20.0, "b", 20.0, "c", 20.0, "d", 20.0, "e", 20.0);
    Event.Create create =
        Asking.to(toFive, Operator.IN_TENTHS).as("last").watchedBy(ALARMS).event();

    Acted acted =
        operator.create(NAME, create, Optional.of(new Request("alice", "a-uuid", "hash")));

    int head = 1;
    int request = 1;
    int configs = 5;
    int created = 1;
    int superseded = 1;
    int history = 1;
    int alarms = ALARMS.size() + OTHERS.size();
    assertThat(transactions.last())
        .hasSize(head + request + configs + created + superseded + Queued.MOST + alarms + history)
        .hasSizeLessThanOrEqualTo(MOST_ACTIONS);
    assertThat(acted.standing()).isEqualTo(store.standing(NAME, "last"));
    assertThat(acted.standing().service().queue()).isEmpty();
    assertThat(waited())
        .hasSize(Queued.MOST)
        .allMatch(rollout -> rollout.status() == Status.CANCELLED)
        .allMatch(rollout -> rollout.reason().equals(Optional.of("superseded by last")));
    assertThat(watchers(ALARMS)).isEqualTo(ALARMS);
    assertThat(watchers(OTHERS)).isEmpty();
  }

  @Test
  void aServiceWithAFullQueueIsDeletedInOneTransaction() {
    full();

    operator.delete(NAME);

    assertThat(transactions.last()).hasSizeLessThanOrEqualTo(MOST_ACTIONS);
    assertThat(waited())
        .hasSize(Queued.MOST)
        .allMatch(rollout -> rollout.status() == Status.CANCELLED);
    assertThat(watchers(OTHERS)).isEmpty();
  }

  /** PAI-EAS's update brings a config and a document besides. */
  @Test
  void anUpdateOfAnEasServiceClearsAFullQueueInOneTransaction() {
    ServiceName name = new ServiceName("eas.cn-shanghai");
    String revision = operator.replicas(name, 10).revision(1);
    operator.configure(name, Optional.empty(), Optional.of(OTHERS));
    operator.config(name, "other");
    Asking batches = Asking.to("other", new Strategy.Batch(new Amount("1"), new Interval("10m")));
    operator.create(name, batches.event());
    for (int i = 0; i < Queued.MOST; i++) {
      operator.create(name, Asking.to(revision, Strategy.ALL_AT_ONCE).queueing().event());
    }

    Service revised = operator.revise(name);

    assertThat(transactions.last()).hasSizeLessThanOrEqualTo(MOST_ACTIONS);
    assertThat(revised.queue()).isEmpty();
    assertThat(store.rollouts(name, 1000, Optional.empty()).items())
        .filteredOn(rollout -> rollout.status() == Status.CANCELLED)
        .hasSize(Queued.MOST + 1);
  }

  /** Those that wait are never beyond what is kept, however many came after them. */
  @Test
  void whatWaitsIsKeptHoweverManyCameAfterIt() {
    create(to("a").as("second"));
    Service service = create(to("b").as("waits-0").queueing());
    Rollout like = store.standing(NAME, "first").rollout();
    for (int i = 1; i <= 120; i++) {
      Rollout later = RetentionTest.again(like, "later-" + i, service.counters().ord() + i);
      Item item = Items.rollout(service, later);
      local.client().putItem(r -> r.tableName(local.name()).item(item.values()));
    }

    new Retention(table).apply(NAME, operator.now());

    assertThat(store.standing(NAME, "waits-0").status()).isEqualTo(Status.PENDING);
    operator.steer(NAME, "second", Verb.PROMOTE);
    operator.start(NAME);
    assertThat(store.standing(NAME, "waits-0").status()).isEqualTo(Status.RUNNING);
  }

  // ---- alarms

  @Test
  void aRolloutIsFoundByItsAlarmsAndItsServicesFromItsStartToItsEnd() {
    operator.configure(NAME, Optional.empty(), Optional.of(SHARED));
    assertThat(watchers(SHARED)).as("nothing runs").isEmpty();

    create(to("a").as("second").watchedBy(List.of("p99 über 300 ms")));
    assertThat(watchers(SHARED)).isEqualTo(SHARED);
    assertThat(store.watchedBy("p99 über 300 ms")).containsExactly(NAME);
    assertThat(transactions.last())
        .extracting(ItemWrite::key)
        .contains(Schema.watched("p99 über 300 ms", NAME), Schema.head(NAME));

    operator.steer(NAME, "second", Verb.PROMOTE);

    assertThat(watchers(SHARED)).isEmpty();
    assertThat(store.watchedBy("p99 über 300 ms")).isEmpty();
    assertThat(transactions.last())
        .extracting(ItemWrite::key)
        .contains(Schema.watched("p99 über 300 ms", NAME), Schema.head(NAME));
  }

  @Test
  void oneThatWaitsIsWatchedOnlyFromItsStart() {
    create(to("a").as("second").watchedBy(OTHERS));
    create(to("b").as("third").watchedBy(ALARMS).queueing());
    assertThat(watchers(ALARMS)).isEmpty();

    operator.steer(NAME, "second", Verb.PROMOTE);
    assertThat(watchers(OTHERS)).isEmpty();
    operator.start(NAME);

    assertThat(watchers(ALARMS)).isEqualTo(ALARMS);
  }

  /** No transaction can name an item twice. */
  @Test
  void anAlarmThatWatchesBothStaysWhereOneSupersedesTheOther() {
    create(to("a").as("second").watchedBy(List.of("both", "second's")));

    create(to("b").as("third").watchedBy(List.of("both", "third's")));

    assertThat(watchers(List.of("both", "second's", "third's"))).containsExactly("both", "third's");
    assertThat(transactions.last())
        .extracting(ItemWrite::key)
        .contains(Schema.watched("second's", NAME), Schema.watched("third's", NAME))
        .doesNotContain(Schema.watched("both", NAME));
  }

  @Test
  void anAlarmThatIsDoneInOneStepIsNeverWatched() {
    create(Asking.to("a", Strategy.ALL_AT_ONCE).as("second").watchedBy(ALARMS));

    assertThat(store.standing(NAME, "second").status()).isEqualTo(Status.SUCCEEDED);
    assertThat(watchers(ALARMS)).isEmpty();
  }

  @Test
  void alarmsWatchWhileItBakes() {
    create(
        Asking.to("a", Strategy.ALL_AT_ONCE)
            .as("second")
            .baking(Duration.ofMinutes(5))
            .watchedBy(ALARMS));
    assertThat(watchers(ALARMS)).isEqualTo(ALARMS);

    operator.wait(Duration.ofMinutes(5));
    operator.advance(NAME);

    assertThat(store.standing(NAME, "second").status()).isEqualTo(Status.SUCCEEDED);
    assertThat(watchers(ALARMS)).isEmpty();
  }

  @Test
  void anAlarmMayWatchMoreServicesThanOnePageHolds() {
    List<ServiceName> names = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      ServiceName name = new ServiceName("svc-" + i);
      operator.traffic(name, "new");
      operator.create(
          name,
          Asking.to("new", Strategy.ALL_AT_ONCE)
              .baking(Duration.ofMinutes(5))
              .watchedBy(List.of("all of them"))
              .event());
      names.add(name);
    }

    assertThat(store.watchedBy("all of them")).isEqualTo(names);
    assertThat(
            new ServiceStore(new Table(new Awkward.ShortPages(local.client(), 3), local.name()))
                .watchedBy("all of them"))
        .isEqualTo(names);
    assertThat(store.watchedBy("nobody's")).isEmpty();
  }

  @Test
  void nothingOfAServiceThatIsGoneIsLeft() {
    create(to("a").as("second").watchedBy(ALARMS));
    create(to("b").as("third").queueing());
    operator.create(NAME, to("b").queueing().event(), Optional.of(new Request("a", "b", "c")));
    operator.delete(NAME, Duration.ZERO);

    operator.traffic(NAME);

    assertThat(contents.everything(NAME)).hasSize(3);
    assertThat(watchers(ALARMS)).isEmpty();
  }

  // ---- which alarms are asked for

  @Test
  void alarmsAreAskedForOnlyWhereTheyMatter() {
    create(to("a").as("second"));
    operator.steer(NAME, "second", Verb.ADVANCE);
    operator.steer(NAME, "second", Verb.PROMOTE);
    assertThat(operator.alarms().asked()).as("there are none").isEmpty();

    operator.configure(NAME, Optional.empty(), Optional.of(SHARED));
    create(to("b").as("third").watchedBy(List.of("ours 0")));
    operator.steer(NAME, "third", Verb.PAUSE);
    operator.steer(NAME, "third", Verb.ADVANCE);
    operator.steer(NAME, "third", Verb.ROLLBACK);

    List<String> all = Stream.concat(Stream.of("ours 0"), SHARED.stream()).toList();
    assertThat(operator.alarms().asked())
        .containsExactly(Set.copyOf(SHARED), Set.copyOf(all), Set.copyOf(all));
  }
}
