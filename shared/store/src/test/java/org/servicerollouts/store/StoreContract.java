package org.servicerollouts.store;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.servicerollouts.store.Refusals.problemOf;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What the store promises, on whatever DynamoDB {@link #open} gives: every test has a service of
 * its own in one table.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  private static final Map<String, Double> ALL_NEW = Map.of("new", 100.0);
  private static final Map<String, Double> ALL_OLD = Map.of("old", 100.0);
  private static final Duration INDEX_IS_THERE_WITHIN = Duration.ofSeconds(20);

  private final AtomicInteger names = new AtomicInteger();
  private Table table;
  private Contents contents;
  private ServiceStore store;
  private Operator operator;

  /** A new, empty table. */
  protected abstract Table open();

  /** The table is not needed any more. */
  protected void close(Table used) {}

  @BeforeAll
  void openTable() {
    table = open();
    contents = new Contents(table);
    store = new ServiceStore(table);
    operator = new Operator(table);
  }

  @AfterAll
  void closeTable() {
    if (table != null) {
      close(table);
    }
  }

  private ServiceName fresh() {
    return new ServiceName("svc-" + names.incrementAndGet() + ".example.com");
  }

  private ServiceName traffic(String... configs) {
    return operator.traffic(fresh(), configs).name();
  }

  /** A service whose last rollout has ended and left all at {@code old}. */
  private ServiceName settled() {
    ServiceName name = traffic("old", "new");
    operator.rollout(name, "first", Strategy.ALL_AT_ONCE, ALL_OLD);
    return name;
  }

  /** A service in the middle of a rollout to {@code new}. */
  private ServiceName moving() {
    ServiceName name = settled();
    operator.rollout(name, "second", Operator.IN_TENTHS, ALL_NEW);
    return name;
  }

  // ---- what is there

  /** What {@code write} answers, which must have written nothing. */
  private <T> T writingNothing(ServiceName name, Supplier<T> write) {
    List<Map<String, AttributeValue>> before = contents.everything(name);
    T answer = write.get();
    assertThat(contents.everything(name)).isEqualTo(before);
    return answer;
  }

  // ---- what is written is read

  @ParameterizedTest
  @EnumSource
  void everyShapeOfAServiceIsReadAsItWasWrittenWhateverItWasBefore(Kind kind) {
    ServiceName name = fresh();
    Service.Identity identity = Shapes.some(Shapes.identities(name, kind), 1, 7).getFirst();
    List<Service> shapes = Shapes.some(Shapes.services(identity), 150, 8);

    Service before = shapes.getFirst();
    assertThat(store.create(before, List.of())).isEqualTo(new Saved.Written(before));
    assertThat(store.find(name)).contains(before);
    for (Service shape : shapes.subList(1, shapes.size())) {
      assertThat(store.save(before, new Decision.Changed(shape, List.of())))
          .isEqualTo(new Saved.Written(shape));
      assertThat(store.find(name)).contains(shape);
      before = shape;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyShapeOfARolloutIsReadAsItWasWritten(Kind kind) {
    List<String> configs = List.of("a", "b", "c", "d", "e");
    for (Rollout rollout : Shapes.some(Shapes.rollouts(kind, configs), 60, 9)) {
      Service service = created(kind, configs, new Write.RolloutCreated(rollout));

      assertThat(store.rollouts(service.name(), 10, Optional.empty()).items())
          .containsExactly(rollout);
      assertThat(store.standing(service.name(), rollout.id()))
          .isEqualTo(new Standing(service, rollout));
    }
  }

  private Service created(Kind kind, List<String> configs, Write more) {
    NewService made =
        NewService.empty(fresh(), kind, 0, "", Optional.empty(), Operator.SOMEBODY, Operator.START);
    List<Write> writes = new ArrayList<>();
    configs.forEach(
        id -> writes.add(new Write.ConfigCreated(Operator.config(id, 1, Operator.START))));
    writes.add(more);
    assertThat(store.create(made.service(), writes)).isEqualTo(new Saved.Written(made.service()));
    return made.service();
  }

  @Test
  void everyShapeOfAConfigIsReadAsItWasWritten() {
    ServiceName name = traffic();
    List<String> texts = Shapes.some(Shapes.texts(), 40, 10);
    List<Config> configs =
        IntStream.range(0, texts.size())
            .mapToObj(
                i ->
                    new Config(
                        "c" + i,
                        1_000 + i,
                        Operator.START.plusMillis(i),
                        "by " + texts.get(i),
                        texts.get(i),
                        "{\"body\": \"" + texts.get(i) + "\"}"))
            .toList();
    configs.forEach(config -> save(name, new Write.ConfigCreated(config)));

    assertThat(store.configs(name, 100, Optional.empty()).items())
        .containsExactlyElementsOf(
            configs.reversed().stream()
                .map(
                    c ->
                        new ConfigHeader(c.id(), c.ord(), c.createTime(), c.createdBy(), c.title()))
                .toList());
    configs.forEach(
        config -> assertThat(store.configBody(name, config.id())).isEqualTo(config.body()));
  }

  @Test
  void theLongestConfigBodyIsReadAsItWasWritten() {
    ServiceName name = traffic();
    String body = "漢".repeat(Config.MAX_BODY_BYTES / 3);
    save(name, new Write.ConfigCreated(new Config("big", 1, Operator.START, "a", "", body)));

    assertThat(store.configBody(name, "big")).isEqualTo(body);
  }

  /** Writes it with some change of the service. */
  private Service save(ServiceName name, Write... writes) {
    Service before = store.require(name);
    Service next = before.happened(before.last());
    Saved saved = store.save(before, new Decision.Changed(next, List.of(writes)));
    assertThat(saved).isEqualTo(new Saved.Written(next));
    return next;
  }

  @Test
  void anOperationIsReadAsItWasWrittenAndAnUnknownOneIsNotThere() {
    ServiceName name = fresh();
    NewService made = Operator.newTraffic(name, Operator.START);
    store.create(made.service(), made.writes());

    ServiceOperation operation =
        new ServiceOperation(
            name,
            made.service().counters().ord(),
            new ServiceOperation.ServiceCreated(),
            "project",
            Operator.START);
    assertThat(store.findOperation(name, operation.ord())).contains(operation);
    assertThat(store.findOperation(name, operation.ord() + 1)).isEmpty();
    assertThat(store.findOperation(fresh(), operation.ord())).isEmpty();
  }

  // ---- all or nothing

  @Test
  void aServiceIsMadeOnceAndTheSecondTimeNothingIsWritten() {
    ServiceName name = traffic("old");
    NewService again = Operator.newReplicas(name, 3, Optional.empty(), Operator.START);

    assertThat(writingNothing(name, () -> store.create(again.service(), again.writes())))
        .isEqualTo(new Saved.ServiceTaken(store.require(name)));
    assertThat(writingNothing(name, () -> problemOf(() -> operator.replicas(name, 3))).kind())
        .isEqualTo(Problem.Kind.SERVICE_EXISTS);
  }

  @Test
  void aTransactionOnAServiceThatHasChangedIsLostAndTellsTheServiceAsItIs() {
    ServiceName name = moving();
    Service stale = store.require(name);
    Service current = operator.advance(name);

    Saved saved =
        writingNothing(
            name, () -> store.save(stale, operator.decided(stale, create("third", ALL_OLD))));

    assertThat(saved).isEqualTo(new Saved.Lost(Optional.of(current)));
  }

  @Test
  void aBatchOfAServiceThatHasChangedIsLostAndTellsTheServiceAsItIs() {
    ServiceName name = moving();
    Service stale = store.require(name);
    Service current = operator.config(name, "another");
    operator.wait(Operator.INTERVAL);

    Saved saved =
        writingNothing(name, () -> store.save(stale, operator.decided(stale, new Event.Due())));

    assertThat(saved).isEqualTo(new Saved.Lost(Optional.of(current)));
  }

  @Test
  void aChangeOfAServiceThatIsNotThereIsLost() {
    ServiceName name = fresh();
    Service service = Operator.newTraffic(name, Operator.START).service();

    assertThat(
            writingNothing(
                name, () -> store.save(service, operator.decided(service, create("r", ALL_OLD)))))
        .isEqualTo(new Saved.Lost(Optional.empty()));
    assertThat(
            writingNothing(
                name,
                () ->
                    store.save(
                        service,
                        new Decision.Changed(service.happened(service.last()), List.of()))))
        .isEqualTo(new Saved.Lost(Optional.empty()));
  }

  @Test
  void theIdOfARolloutThatHasEndedIsTaken() {
    ServiceName name = moving();
    Service service = store.require(name);

    assertThat(
            writingNothing(
                name,
                () -> store.save(service, operator.decided(service, create("first", ALL_NEW)))))
        .isEqualTo(new Saved.RolloutTaken("first"));
    assertThat(
            problemOf(() -> operator.rollout(name, "first", Strategy.ALL_AT_ONCE, ALL_NEW)).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_EXISTS);
  }

  @Test
  void theIdOfTheRolloutThatWouldBeSupersededIsTaken() {
    ServiceName name = moving();
    Service service = store.require(name);

    assertThat(
            writingNothing(
                name,
                () -> store.save(service, operator.decided(service, create("second", ALL_NEW)))))
        .isEqualTo(new Saved.RolloutTaken("second"));
    assertThat(
            problemOf(() -> operator.rollout(name, "second", Strategy.ALL_AT_ONCE, ALL_NEW)).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_EXISTS);
  }

  @Test
  void aConfigIdIsTakenOnce() {
    ServiceName name = traffic("old");

    Problem problem = writingNothing(name, () -> problemOf(() -> operator.config(name, "old")));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFIG_EXISTS);
    assertThat(problem.message()).contains("'old'");
  }

  @Test
  void aRolloutToAnUnknownConfigIsRefusedAndTellsWhich() {
    ServiceName name = moving();
    Map<String, Double> to = Map.of("old", 50.0, "nowhere", 25.0, "new", 25.0);

    Problem problem =
        writingNothing(
            name, () -> problemOf(() -> operator.rollout(name, "third", Strategy.ALL_AT_ONCE, to)));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
    assertThat(problem.message()).contains("percentages[\"nowhere\"]");
  }

  @Test
  void aConfigOfAnotherServiceIsUnknown() {
    ServiceName name = moving();
    operator.config(traffic(), "theirs");

    Service service = store.require(name);
    assertThat(
            store.save(
                service, operator.decided(service, create("third", Map.of("theirs", 100.0)))))
        .isEqualTo(new Saved.ConfigUnknown("theirs"));
  }

  @Test
  void aRolloutCreatedOverAnotherEndsItInTheSameTransaction() {
    ServiceName name = moving();
    operator.advance(name);

    Service after = operator.rollout(name, "third", Operator.IN_TENTHS, ALL_OLD);

    assertThat(store.standing(name, "second").rollout().status()).isEqualTo(Status.CANCELLED);
    assertThat(store.standing(name, "second").rollout().reason()).contains("superseded by third");
    assertThat(store.standing(name, "third").status()).isEqualTo(Status.RUNNING);
    assertThat(store.find(name)).contains(after);
  }

  // ---- what DynamoDB refuses of every transaction

  /** One decision releases the alarm, and the next one, in the same change, watches it again. */
  @Test
  void anUpdateThatScalesAndSoEndsTheRolloutBeforeItIsWrittenAndItsAlarmsWatchOn() {
    ServiceName name = fresh();
    String alarm = "alarm of " + name;
    operator.replicas(name, 10);
    operator.configure(name, Optional.empty(), Optional.of(List.of(alarm)));
    operator.plan(name, new Strategy.Batch(new Amount("81%"), new Interval("5m")));
    String first = operator.revise(name).live().orElseThrow().rolloutId();
    assertThat(store.watchedBy(alarm)).containsExactly(name);

    Service after = operator.revise(name, 9);

    assertThat(after.total()).isEqualTo(9);
    assertThat(store.find(name)).contains(after);
    assertThat(store.standing(name, first).rollout().status()).isEqualTo(Status.SUCCEEDED);
    String second = after.live().orElseThrow().rolloutId();
    assertThat(store.standing(name, second).status()).isEqualTo(Status.RUNNING);
    assertThat(store.watchedBy(alarm)).containsExactly(name);
  }

  @Test
  void aTransactionThatNamesAnItemTwiceIsNotSentAndTheErrorNamesIt() {
    ServiceName name = traffic();

    assertNotSent(
        name,
        List.of(new Write.AlarmsReleased(List.of("x")), new Write.AlarmsWatched(List.of("x"))),
        "A transaction names item A#x / S#" + name + " twice.");
  }

  @Test
  void aTransactionOfTooManyActionsIsNotSent() {
    List<String> alarms = IntStream.range(0, 100).mapToObj(i -> "alarm " + i).toList();

    assertNotSent(
        traffic(),
        List.of(new Write.AlarmsWatched(alarms)),
        "A transaction has 101 actions, and DynamoDB takes 100.");
  }

  @Test
  void aTransactionThatIsTooLongIsNotSent() {
    String body = "x".repeat(Config.MAX_BODY_BYTES);
    int bodies = Transaction.MOST_BYTES / Config.MAX_BODY_BYTES + 1;

    assertNotSent(
        traffic(),
        IntStream.range(0, bodies)
            .<Write>mapToObj(
                i ->
                    new Write.ConfigCreated(
                        new Config("c" + i, i, Operator.START, "alice", "", body)))
            .toList(),
        "bytes, and DynamoDB takes 4194304.");
  }

  private void assertNotSent(ServiceName name, List<Write> writes, String why) {
    Transactions transactions = new Transactions(table.client());
    ServiceStore watched = new ServiceStore(new Table(transactions, table.name()));
    Service before = store.require(name);
    Decision.Changed change = new Decision.Changed(before.happened(before.last()), writes);

    assertThatThrownBy(() -> watched.save(before, change))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining(why);

    assertThat(transactions.isNoneSent()).isTrue();
    assertThat(store.find(name)).contains(before);
  }

  /** The check must refuse no more than DynamoDB does. */
  @Test
  void aTransactionOfAsManyActionsAsDynamoDbTakesIsWritten() {
    List<String> alarms = IntStream.range(0, 99).mapToObj(i -> "alarm of many " + i).toList();
    ServiceName name = traffic();

    save(name, new Write.AlarmsWatched(alarms));

    assertThat(store.watchedBy("alarm of many 98")).containsExactly(name);
  }

  // ---- races

  @RepeatedTest(5)
  void ofTwoCreatesOnTheSameServiceExactlyOneWins() {
    ServiceName name = settled();
    Service service = store.require(name);

    List<Saved> answers =
        race(
            () -> store.save(service, operator.decided(service, create("left", ALL_NEW))),
            () -> store.save(service, operator.decided(service, create("right", ALL_NEW))));

    Saved.Written winner = onlyWinner(answers);
    assertThat(store.find(name)).contains(winner.service());
    assertThat(contents.sortKeys(name))
        .filteredOn(key -> key.equals("R#left") || key.equals("R#right"))
        .containsExactly("R#" + winner.service().active().orElseThrow().rolloutId());
  }

  /**
   * Somebody's script calls twice in one millisecond: two calls, and one answer for each rollout.
   */
  @RepeatedTest(5)
  void ofTwoCreatesThatAreTheSameToTheLetterExactlyOneWins() {
    ServiceName name = settled();
    Service service = store.require(name);
    Decision.Changed create = operator.decided(service, create("twin", ALL_NEW));

    onlyWinner(race(() -> store.save(service, create), () -> store.save(service, create)));
  }

  @RepeatedTest(5)
  void aBatchThatTwoDriversAdvanceAtOnceIsAdvancedOnce() {
    ServiceName name = moving();
    Service service = store.require(name);
    operator.wait(Operator.INTERVAL);
    Decision.Changed batch = operator.decided(service, new Event.Due());

    race(() -> store.save(service, batch), () -> store.save(service, batch));

    assertThat(store.find(name)).contains(batch.next());
  }

  @RepeatedTest(5)
  void ofABatchAndACreateAtOnceExactlyOneWins() {
    ServiceName name = moving();
    Service service = store.require(name);
    operator.wait(Operator.INTERVAL);

    onlyWinner(
        race(
            () -> store.save(service, operator.decided(service, new Event.Due())),
            () -> store.save(service, operator.decided(service, create("third", ALL_OLD)))));
  }

  @Test
  void ofManyCreatesOfOneServiceExactlyOneWins() {
    ServiceName name = fresh();
    List<Callable<Saved>> creates =
        IntStream.range(0, 8)
            .<Callable<Saved>>mapToObj(
                i -> {
                  NewService made = Operator.newTraffic(name, Operator.START);
                  return () -> store.create(made.service(), made.writes());
                })
            .toList();

    assertThat(Threads.together(creates)).filteredOn(Saved.Written.class::isInstance).hasSize(1);
  }

  private static List<Saved> race(Callable<Saved> left, Callable<Saved> right) {
    return Threads.together(List.of(left, right));
  }

  private static Saved.Written onlyWinner(List<Saved> answers) {
    assertThat(answers).filteredOn(Saved.Lost.class::isInstance).hasSize(answers.size() - 1);
    return (Saved.Written)
        answers.stream().filter(Saved.Written.class::isInstance).findFirst().orElseThrow();
  }

  // ---- aliases, each of which belongs to one service

  /** An alias that no other test has. */
  private Target.LambdaAlias freshAlias() {
    return new Target.LambdaAlias("function-" + names.incrementAndGet(), "live");
  }

  private ServiceName targeted(Target.LambdaAlias alias) {
    ServiceName name = traffic();
    operator.target(name, alias);
    return name;
  }

  private void assertOwner(Target.LambdaAlias alias, Optional<ServiceName> owner) {
    assertThat(contents.partition(Schema.ownedPartition(alias)))
        .isEqualTo(owner.map(name -> Items.owned(name, alias).values()).stream().toList());
  }

  @Test
  void anAliasBelongsToTheServiceThatTookItUntilItHasAnotherOrNone() {
    Target.LambdaAlias first = freshAlias();
    Target.LambdaAlias second = freshAlias();

    ServiceName name = targeted(first);
    assertOwner(first, Optional.of(name));

    operator.target(name, second);
    assertOwner(first, Optional.empty());
    assertOwner(second, Optional.of(name));

    operator.target(name, Target.NONE);
    assertOwner(second, Optional.empty());
    assertOwner(second, Optional.of(targeted(second)));
  }

  @Test
  void theTargetThatAServiceHasChangesNothing() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName name = targeted(alias);
    Service before = store.require(name);

    assertThat(writingNothing(name, () -> operator.target(name, alias))).isEqualTo(before);
    assertOwner(alias, Optional.of(name));
  }

  @Test
  void anAliasOfAnotherServiceIsRefusedAndItsOwnerIsNamedOnlyToACallerWhoReadsAll() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName owner = targeted(alias);
    Target.LambdaAlias before = freshAlias();
    ServiceName name = targeted(before);
    String text = "target.lambdaAlias: alias 'live' of function '%s' belongs to %s";
    String expected = " (expected: an alias that no other service has)";

    assertThat(writingNothing(name, () -> problemOf(() -> operator.target(name, alias))))
        .isEqualTo(
            new Problem(
                Problem.Kind.FAILED_PRECONDITION,
                text.formatted(alias.functionName(), "service '" + owner + "'") + expected,
                Optional.of("target.lambdaAlias")));
    assertThat(problemOf(() -> configure(store, name, alias, false)))
        .isEqualTo(
            new Problem(
                Problem.Kind.FAILED_PRECONDITION,
                text.formatted(alias.functionName(), "another service") + expected,
                Optional.of("target.lambdaAlias")));
    assertOwner(alias, Optional.of(owner));
    assertOwner(before, Optional.of(name));
  }

  private Service configure(
      ServiceStore any, ServiceName name, Target target, boolean callerReadsAll) {
    return changes(any)
        .configure(
            name,
            Optional.of(target),
            Optional.empty(),
            Optional.empty(),
            callerReadsAll,
            Operator.SOMEBODY,
            InstantSource.fixed(operator.now()));
  }

  private static Changes changes(ServiceStore any) {
    return new Changes(any, read -> Alarms.NONE, pause -> {});
  }

  @Test
  void ofAServiceThatHasChangedThatIsToldAndNotWhoseTheAliasIs() {
    Target.LambdaAlias alias = freshAlias();
    targeted(alias);
    ServiceName name = traffic();
    Service stale = store.require(name);
    Service current = operator.config(name, "1");

    assertThat(store.save(stale, taking(stale, alias)))
        .isEqualTo(new Saved.Lost(Optional.of(current)));
  }

  private static Decision.Changed taking(Service service, Target.LambdaAlias alias) {
    return (Decision.Changed)
        ServiceChange.configured(
            service,
            Optional.of(alias),
            Optional.empty(),
            Optional.empty(),
            Alarms.NONE,
            Operator.SOMEBODY,
            Operator.START);
  }

  @Test
  void aDeletedServiceReleasesItsAliasAndTakesItAgainWhenItIsUndeleted() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName name = targeted(alias);

    operator.delete(name);
    assertOwner(alias, Optional.empty());

    operator.undelete(name);
    assertOwner(alias, Optional.of(name));
    assertThat(store.require(name).settings().target()).isEqualTo(alias);
  }

  @Test
  void aServiceIsNotUndeletedWhileItsAliasIsAnothers() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName name = targeted(alias);
    operator.delete(name);
    ServiceName owner = targeted(alias);
    String text =
        "target.lambdaAlias: alias 'live' of function '%s' belongs to %s (expected: an alias that"
            + " no other service has). Service '%s' cannot be undeleted before that service has"
            + " another target or is deleted.";

    assertThat(writingNothing(name, () -> problemOf(() -> operator.undelete(name))))
        .isEqualTo(
            new Problem(
                Problem.Kind.FAILED_PRECONDITION,
                text.formatted(alias.functionName(), "service '" + owner + "'", name),
                Optional.of("target.lambdaAlias")));
    assertThat(problemOf(() -> undelete(store, name, false)).message())
        .isEqualTo(text.formatted(alias.functionName(), "another service", name));
    assertOwner(alias, Optional.of(owner));

    operator.target(owner, Target.NONE);
    operator.undelete(name);
    assertOwner(alias, Optional.of(name));
  }

  private Service undelete(ServiceStore any, ServiceName name, boolean callerReadsAll) {
    return changes(any)
        .undelete(
            name,
            new Event.UndeleteService(Operator.SOMEBODY),
            callerReadsAll,
            InstantSource.fixed(operator.now()));
  }

  /** As an earlier build left it: the service has the alias, and no item says so. */
  @Test
  void aTargetWithoutAnItemOfItsOwnerIsReleasedAllTheSame() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName name = targeted(alias);
    table.client().deleteItem(r -> r.tableName(table.name()).key(Schema.owned(alias)));
    operator.delete(name);
    operator.undelete(name);
    assertOwner(alias, Optional.of(name));

    table.client().deleteItem(r -> r.tableName(table.name()).key(Schema.owned(alias)));
    assertThat(operator.target(name, Target.NONE).targeted()).isFalse();
    assertOwner(alias, Optional.empty());
  }

  /** The service that a call left behind, or why it was refused. */
  private record Answer(Optional<Service> service, Optional<Problem> problem) {
    static Callable<Answer> of(Callable<Service> call) {
      return () -> {
        try {
          return new Answer(Optional.of(call.call()), Optional.empty());
        } catch (ProblemException e) {
          return new Answer(Optional.empty(), Optional.of(e.problem()));
        }
      };
    }
  }

  /** Of these services at most one has the alias, and the item says which. */
  private Optional<ServiceName> onlyOwner(Target.LambdaAlias alias, ServiceName... among) {
    List<ServiceName> owners =
        Stream.of(among)
            .flatMap(name -> store.find(name).stream())
            .filter(service -> !service.isDeleted())
            .filter(service -> service.settings().target().equals(alias))
            .map(Service::name)
            .toList();
    assertThat(owners).hasSizeLessThan(2);
    Optional<ServiceName> owner = owners.stream().findFirst();
    assertOwner(alias, owner);
    return owner;
  }

  @RepeatedTest(5)
  void ofTwoServicesThatTakeAnAliasAtOnceExactlyOneHasIt() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName left = traffic();
    ServiceName right = traffic();

    List<Answer> answers =
        Threads.together(
            List.of(
                Answer.of(() -> configure(store, left, alias, true)),
                Answer.of(() -> configure(store, right, alias, true))));

    ServiceName owner = onlyOwner(alias, left, right).orElseThrow();
    assertThat(answers.stream().flatMap(answer -> answer.service().stream()))
        .containsExactly(store.require(owner));
    assertThat(answers.stream().flatMap(answer -> answer.problem().stream()))
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .contains("belongs to service '" + owner + "'");
  }

  @RepeatedTest(5)
  void aServiceThatIsDeletedWhileAnotherTakesItsAliasHasItOrTheOtherHas() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName deleted = targeted(alias);
    ServiceName other = traffic();
    Event.DeleteService delete = new Event.DeleteService(Service.KEPT_DELETED, Operator.SOMEBODY);

    List<Answer> answers =
        Threads.together(
            List.of(
                Answer.of(
                    () ->
                        changes(store)
                            .deleteService(deleted, delete, InstantSource.fixed(operator.now()))),
                Answer.of(() -> configure(store, other, alias, true))));

    assertThat(answers.getFirst().service()).isPresent();
    assertThat(onlyOwner(alias, deleted, other))
        .isEqualTo(answers.getLast().service().map(Service::name));
  }

  @RepeatedTest(5)
  void ofAnUndeleteAndAnotherServiceThatTakesTheAliasExactlyOneWins() {
    Target.LambdaAlias alias = freshAlias();
    ServiceName deleted = targeted(alias);
    operator.delete(deleted);
    ServiceName other = traffic();

    List<Answer> answers =
        Threads.together(
            List.of(
                Answer.of(() -> undelete(store, deleted, true)),
                Answer.of(() -> configure(store, other, alias, true))));

    ServiceName owner = onlyOwner(alias, deleted, other).orElseThrow();
    assertThat(answers.stream().flatMap(answer -> answer.service().stream()))
        .extracting(Service::name)
        .containsExactly(owner);
    assertThat(answers.stream().flatMap(answer -> answer.problem().stream()))
        .extracting(Problem::kind)
        .containsExactly(Problem.Kind.FAILED_PRECONDITION);
  }

  // ---- numbers and history

  @Test
  void eachChangeRaisesTheNumberByOneAndOnlyStateChangesAndVerbsAreHistory() {
    ServiceName name = fresh();
    List<Service> versions = new ArrayList<>();
    versions.add(operator.traffic(name));
    versions.add(operator.config(name, "old"));
    versions.add(operator.config(name, "new"));
    versions.add(operator.rollout(name, "first", Strategy.ALL_AT_ONCE, ALL_OLD));
    versions.add(operator.rollout(name, "second", Operator.IN_TENTHS, ALL_NEW));
    versions.add(operator.advance(name));
    versions.add(operator.steer(name, "second", Event.Verb.PAUSE));
    versions.add(operator.steer(name, "second", Event.Verb.RESUME));
    versions.add(operator.steer(name, "second", Event.Verb.ADVANCE));
    versions.add(operator.rollout(name, "third", Operator.IN_HALVES, ALL_NEW));
    versions.add(operator.advance(name));
    versions.add(operator.advance(name));

    assertThat(versions)
        .extracting(Service::v)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(contents.partition(Schema.partition(name)))
        .filteredOn(item -> item.get(Schema.SK).s().startsWith(Schema.HISTORY_PREFIX))
        .extracting(item -> item.get(Schema.SK).s(), item -> item.get(Schema.WHAT).s())
        .containsExactly(
            tuple("E#000000000000004", "ROLLOUT_CREATED"),
            tuple("E#000000000000005", "ROLLOUT_CREATED"),
            tuple("E#000000000000007", "ROLLOUT_PAUSED"),
            tuple("E#000000000000008", "ROLLOUT_RESUMED"),
            tuple("E#000000000000009", "BATCH_COMPLETED"),
            tuple("E#000000000000010", "ROLLOUT_CREATED"),
            tuple("E#000000000000012", "ROLLOUT_SUCCEEDED"));
  }

  // ---- made-up ids

  @Test
  void aMadeUpRolloutIdSkipsThoseInUseAlsoThatOfTheLiveRollout() {
    ServiceName name = settled();
    String day = Operator.START.toString().substring(0, 10);
    operator.rollout(name, day + "r0", Strategy.ALL_AT_ONCE, ALL_NEW);
    operator.rollout(name, day + "r1", Operator.IN_TENTHS, ALL_OLD);

    assertThat(madeUp(name)).isEqualTo(day + "r2");
    assertThat(madeUp(name)).isEqualTo(day + "r3");
  }

  private String madeUp(ServiceName name) {
    return operator
        .rollout(name, Optional.empty(), Strategy.ALL_AT_ONCE, ALL_OLD)
        .active()
        .orElseThrow()
        .rolloutId();
  }

  @Test
  void aMadeUpConfigIdSkipsThoseInUse() {
    String day = Operator.START.toString().substring(0, 10);
    ServiceName name = traffic(day + "r0", day + "r1");

    operator.config(name, Optional.empty());
    operator.config(name, Optional.empty());

    assertThat(store.configs(name, 10, Optional.empty()).items())
        .extracting(ConfigHeader::id)
        .containsExactly(day + "r3", day + "r2", day + "r1", day + "r0");
  }

  @Test
  void aMadeUpRevisionSkipsThoseInUse() {
    ServiceName name = fresh();
    Service service = operator.replicas(name, 3);
    operator.config(name, service.revision(2));

    Service revised = operator.revise(name);

    assertThat(revised.live().or(revised::active).orElseThrow().updateRevision())
        .isEqualTo(service.revision(3));
    assertThat(store.document(name)).isEqualTo(new Document(revised, Optional.of("{\"n\":1} ")));
  }

  // ---- one rollout

  @Test
  void aLiveRolloutStandsWhereTheServiceSays() {
    ServiceName name = moving();
    Service service = operator.advance(name);

    Standing standing = store.standing(name, "second");

    assertThat(standing.service()).isEqualTo(service);
    assertThat(standing.status()).isEqualTo(Status.RUNNING);
    assertThat(standing.progressPercentage()).isEqualTo(20);
    assertThat(standing.nextBatchStartTime()).isPresent();
  }

  @Test
  void aRolloutThatHasEndedStandsAsItEnded() {
    ServiceName name = moving();

    Standing standing = store.standing(name, "first");

    assertThat(standing.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(standing.progressPercentage()).isEqualTo(100);
    assertThat(standing.nextBatchStartTime()).isEmpty();
  }

  @Test
  void aRolloutThatEndsWhileItIsReadStandsAsItEnded() {
    for (boolean headFirst : new boolean[] {true, false}) {
      ServiceName name = moving();
      Awkward.TornRead torn = new Awkward.TornRead(table.client());
      torn.tear(
          key -> key.equals(Schema.HEAD) == headFirst,
          () -> operator.rollout(name, "third", Operator.IN_TENTHS, ALL_OLD));

      Standing standing = on(torn).standing(name, "second");

      assertThat(torn.isTorn()).isTrue();
      assertThat(standing.status()).isEqualTo(Status.CANCELLED);
      assertThat(standing.reason()).contains("superseded by third");
      assertThat(standing.nextBatchStartTime()).isEmpty();
    }
  }

  @Test
  void aRolloutThatIsMadeWhileItIsReadStandsAsItWasMade() {
    ServiceName name = settled();
    Awkward.TornRead torn = new Awkward.TornRead(table.client());
    torn.tear(
        key -> key.equals(Schema.HEAD),
        () -> operator.rollout(name, "second", Operator.IN_TENTHS, ALL_NEW));

    Standing standing = on(torn).standing(name, "second");

    assertThat(torn.isTorn()).isTrue();
    assertThat(standing).isEqualTo(store.standing(name, "second"));
    assertThat(standing.nextBatchStartTime()).isPresent();
  }

  private ServiceStore on(InterposedClient client) {
    return new ServiceStore(new Table(client, table.name()), pause -> {});
  }

  @Test
  void anUnknownRolloutAndAnUnknownServiceAreToldApart() {
    ServiceName name = settled();
    ServiceName nobody = fresh();

    assertThat(problemOf(() -> store.standing(name, "none")))
        .isEqualTo(
            Problem.of(
                Problem.Kind.ROLLOUT_NOT_FOUND,
                "Rollout 'none' of service '" + name + "' not found."));
    assertThat(problemOf(() -> store.configBody(name, "none")).kind())
        .isEqualTo(Problem.Kind.CONFIG_NOT_FOUND);
    Stream.<ThrowingCallable>of(
            () -> store.require(nobody),
            () -> store.standing(nobody, "first"),
            () -> store.configBody(nobody, "old"),
            () -> store.document(nobody),
            () -> store.rollouts(nobody, 5, Optional.empty()),
            () -> store.rollouts(nobody, 5, Optional.of("1")),
            () -> store.configs(nobody, 5, Optional.empty()),
            () -> store.operations(nobody, Optional.empty(), 5, Optional.empty()))
        .forEach(call -> assertThat(problemOf(call)).isEqualTo(NotFound.service(nobody.value())));
    assertThat(store.find(nobody)).isEmpty();
  }

  // ---- documents

  @Test
  void aServiceComesWithTheDocumentOfItsRevision() {
    ServiceName name = fresh();
    Service service = operator.replicas(name, 3);
    assertThat(store.document(name)).isEqualTo(new Document(service, Optional.of("{\"n\":1}")));

    Service revised = operator.revise(name);

    assertThat(store.document(name)).isEqualTo(new Document(revised, Optional.of("{\"n\":1} ")));
  }

  @Test
  void aServiceMadeOnTheGoogleSurfaceHasNoDocument() {
    ServiceName name = traffic();

    assertThat(store.document(name)).isEqualTo(new Document(store.require(name), Optional.empty()));
  }

  @Test
  void aDocumentThatIsRevisedWhileItIsReadIsReadAgain() {
    for (boolean headFirst : new boolean[] {true, false}) {
      ServiceName name = fresh();
      operator.replicas(name, 3);
      Awkward.TornRead torn = new Awkward.TornRead(table.client());
      torn.tear(key -> key.equals(Schema.HEAD) == headFirst, () -> operator.revise(name));

      Document document = on(torn).document(name);

      assertThat(torn.isTorn()).isTrue();
      assertThat(document).isEqualTo(new Document(store.require(name), Optional.of("{\"n\":1} ")));
    }
  }

  @Test
  void aServiceOfGooglesUnderTheNameOfOneThatIsGoneHasNoDocument() {
    ServiceName name = fresh();
    operator.replicas(name, 3);
    operator.revise(name);
    operator.delete(name, Duration.ZERO);
    Service made = operator.traffic(name);

    assertThat(store.document(name)).isEqualTo(new Document(made, Optional.empty()));
    assertThat(made.counters().revisions()).as("go on").isEqualTo(2);
  }

  @Test
  void aDocumentThatNeverFitsIsAnErrorAndNotAskedForEver() {
    ServiceName name = fresh();
    operator.replicas(name, 3);
    save(name, new Write.DocumentSaved("{}", 99));

    assertThatThrownBy(() -> store.document(name))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(name.value())
        .hasMessageContaining("99");
  }

  // ---- lists

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 22, 23, 24})
  void pagesGoFromTheNewestToTheOldestWithoutGapsOrDoubles(int size) {
    ServiceName name = settled();
    for (int i = 2; i <= 23; i++) {
      operator.rollout(name, "r" + i, Strategy.ALL_AT_ONCE, i % 2 == 0 ? ALL_NEW : ALL_OLD);
    }

    List<Page<Rollout>> pages = pages(from -> store.rollouts(name, size, from));

    assertThat(pages.stream().flatMap(page -> page.items().stream()))
        .extracting(Rollout::id)
        .containsExactlyElementsOf(
            Stream.concat(
                    IntStream.rangeClosed(2, 23).mapToObj(i -> "r" + (25 - i)), Stream.of("first"))
                .toList());
    assertThat(pages.subList(0, pages.size() - 1)).allMatch(page -> page.items().size() == size);
    assertThat(pages).hasSize((23 + size - 1) / size);
  }

  @Test
  void whatIsMadeBetweenTwoPagesMovesNothing() {
    ServiceName name = traffic("c1", "c2", "c3", "c4");
    Page<ConfigHeader> first = store.configs(name, 2, Optional.empty());
    operator.config(name, "c5");
    Page<ConfigHeader> second = store.configs(name, 2, first.next());

    assertThat(first.items()).extracting(ConfigHeader::id).containsExactly("c4", "c3");
    assertThat(second.items()).extracting(ConfigHeader::id).containsExactly("c2", "c1");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void aPageThatIsCutShortGoesOnWhereItWasCut() {
    ServiceName name = traffic("c1", "c2", "c3", "c4", "c5", "c6", "c7");
    ServiceStore cut = on(new Awkward.ShortPages(table.client(), 3));

    List<Page<ConfigHeader>> pages = pages(from -> cut.configs(name, 5, from));

    assertThat(pages)
        .extracting(page -> page.items().stream().map(ConfigHeader::id).toList())
        .containsExactly(List.of("c7", "c6", "c5", "c4", "c3"), List.of("c2", "c1"));
  }

  @Test
  void aListOfNothingIsOnePageOfNothing() {
    assertThat(store.rollouts(traffic("old"), 5, Optional.empty()))
        .isEqualTo(new Page<>(List.of(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X", "1/first", "1.", "1234567890123456/", "\u0661"})
  void aPlaceThatNoPageGaveIsRefused(String place) {
    ServiceName name = settled();
    Optional<String> from = Optional.of(place);

    Stream.<ThrowingCallable>of(
            () -> store.rollouts(name, 5, from),
            () -> store.configs(name, 5, from),
            () -> store.operations(name, Optional.empty(), 5, from),
            () -> store.services(Optional.empty(), 5, from))
        .forEach(list -> assertThat(problemOf(list).field()).contains("pageToken"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1234567890123456"})
  void aNameIsNoPlaceInAListThatIsSortedByTime(String place) {
    ServiceName name = settled();
    Optional<String> from = Optional.of(place);

    Stream.<ThrowingCallable>of(
            () -> store.rollouts(name, 5, from),
            () -> store.configs(name, 5, from),
            () -> store.operations(name, Optional.empty(), 5, from))
        .forEach(list -> assertThat(problemOf(list).field()).contains("pageToken"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "999999999999999"})
  void aPlaceBeyondEitherEndIsTaken(String place) {
    ServiceName name = settled();

    List<Rollout> all = store.rollouts(name, 5, Optional.empty()).items();
    assertThat(store.rollouts(name, 5, Optional.of(place)).items())
        .isEqualTo(place.length() > 1 ? all : List.of());
  }

  private static <T> List<Page<T>> pages(Function<Optional<String>, Page<T>> list) {
    List<Page<T>> pages = new ArrayList<>();
    do {
      pages.add(list.apply(pages.isEmpty() ? Optional.empty() : pages.getLast().next()));
    } while (pages.getLast().next().isPresent());
    return pages;
  }

  @Test
  void manyServicesAreReadTogetherAndThoseThatAreNotThereAreLeftOut() {
    List<ServiceName> names = IntStream.range(0, 101).mapToObj(i -> fresh()).toList();
    names.forEach(
        name -> store.create(Operator.newTraffic(name, Operator.START).service(), List.of()));
    Collection<ServiceName> asked = new ArrayList<>(names);
    asked.add(fresh());
    asked.add(names.getFirst());

    for (ServiceStore any : List.of(store, on(new Awkward.PartialBatches(table.client(), 7)))) {
      assertThat(any.findAll(asked))
          .extracting(Service::name)
          .containsExactlyInAnyOrderElementsOf(names);
    }
    assertThat(store.findAll(List.of())).isEmpty();
  }

  // ---- what is due

  @Test
  void theIndexHoldsWhatIsScheduledAndNothingElse() {
    Map<ServiceName, Instant> scheduled = new HashMap<>();
    List<ServiceName> others = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ServiceName name = moving();
      scheduled.put(name, store.require(name).dueAt().orElseThrow());
    }
    others.add(traffic("old"));
    others.add(settled());
    others.add(ended());
    others.add(held());
    others.add(paused());
    assertThat(scheduled.keySet().stream().map(Schema::shard).distinct()).hasSize(Schema.SHARDS);
    Instant last = Collections.max(scheduled.values());

    assertDue(last, scheduled, others);
    Map<ServiceName, Instant> allButTheLast = new HashMap<>(scheduled);
    allButTheLast.values().removeIf(last::equals);
    assertDue(last.minusMillis(1), allButTheLast, others);
  }

  private ServiceName ended() {
    ServiceName name = moving();
    operator.rollout(name, "third", Strategy.ALL_AT_ONCE, ALL_OLD);
    return name;
  }

  private ServiceName held() {
    ServiceName name = settled();
    operator.rollout(name, "second", new Strategy.Partition(new Amount("50%")), ALL_NEW);
    return name;
  }

  private ServiceName paused() {
    ServiceName name = moving();
    operator.steer(name, "second", Event.Verb.PAUSE);
    return name;
  }

  @Test
  void theIndexIsReadToItsEndEarliestFirstInEachShard() {
    Map<ServiceName, Instant> scheduled = new HashMap<>();
    for (int i = 0; i < 15; i++) {
      ServiceName name = moving();
      scheduled.put(name, store.require(name).dueAt().orElseThrow());
    }
    Instant last = Collections.max(scheduled.values());
    assertDue(last, scheduled, List.of());

    List<Due> due = on(new Awkward.ShortPages(table.client(), 1)).dueBefore(last);

    assertThat(due).containsExactlyElementsOf(store.dueBefore(last));
    assertThat(due.stream().collect(Collectors.groupingBy(d -> Schema.shard(d.service()))).values())
        .allSatisfy(shard -> assertThat(shard).isSortedAccordingTo(comparing(Due::at)));
  }

  /** The index may lag, so it is asked until it says so. */
  private void assertDue(
      Instant time, Map<ServiceName, Instant> expected, List<ServiceName> others) {
    Set<ServiceName> ours = new HashSet<>(others);
    ours.addAll(expected.keySet());
    Map<ServiceName, Instant> found = new HashMap<>();
    Instant deadline = Instant.now().plus(INDEX_IS_THERE_WITHIN);
    do {
      found.clear();
      store.dueBefore(time).stream()
          .filter(due -> ours.contains(due.service()))
          .forEach(due -> found.put(due.service(), due.at()));
    } while (!found.equals(expected) && Instant.now().isBefore(deadline));
    assertThat(found).isEqualTo(expected);
  }

  // ---- the lease

  @Test
  void aLeaseIsHeldUntilItIsOverOrReleasedOrTaken() {
    Leases leases = Leases.ofDrivers(table);
    Instant now = Operator.START;
    Instant until = now.plusSeconds(75);

    leases.take("tick", until);
    assertThat(leases.takeIfNoneAhead("wake", until.plusSeconds(75), now)).isFalse();
    assertThat(leases.renew("wake", until)).isFalse();
    assertThat(leases.release("wake")).isFalse();
    assertThat(leases.renew("tick", until.plusSeconds(5))).isTrue();
    assertThat(leases.takeIfNoneAhead("wake", until.plusSeconds(75), until)).isFalse();

    assertThat(leases.takeIfNoneAhead("wake", until.plusSeconds(75), until.plusSeconds(6)))
        .isTrue();
    assertThat(leases.renew("tick", until.plusSeconds(80))).isFalse();
    assertThat(leases.release("tick")).isFalse();

    leases.take("next tick", until.plusSeconds(200));
    assertThat(leases.renew("wake", until.plusSeconds(80))).isFalse();
    assertThat(leases.release("next tick")).isTrue();
    assertThat(leases.release("next tick")).as("sent again").isTrue();
    assertThat(leases.renew("next tick", until)).isFalse();
    assertThat(leases.takeIfNoneAhead("wake", until, now)).isTrue();
    assertThat(leases.release("wake")).isTrue();
  }

  @Test
  void ofManyWakesAtOnceOneTakesTheLease() {
    Leases leases = Leases.ofDrivers(table);
    List<Callable<Boolean>> wakes =
        IntStream.range(0, 8)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () ->
                        leases.takeIfNoneAhead(
                            "wake " + i, Operator.START.plusSeconds(75), Operator.START))
            .toList();

    assertThat(Threads.together(wakes)).containsOnlyOnce(true);
    IntStream.range(0, 8).forEach(i -> leases.release("wake " + i));
  }

  private static Event.Create create(String id, Map<String, Double> to) {
    return Operator.create(Optional.of(id), Operator.IN_TENTHS, to);
  }
}
