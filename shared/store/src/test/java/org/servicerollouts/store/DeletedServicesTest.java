package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** Services that are deleted, that come back, and names that are used again. */
class DeletedServicesTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Map<String, Double> ALL_NEW = Map.of("new", 100.0);
  private static final Map<String, Double> ALL_OLD = Map.of("old", 100.0);

  private final Table local = LocalTable.createWithoutStream();
  private final Table table = new Table(new UnkindClient(local.client(), 0), local.name());
  private final Contents contents = new Contents(local);
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);
  private final Awkward.Interrupted interrupted = new Awkward.Interrupted(table.client());
  private final Table slow = new Table(interrupted, table.name());

  /** In the middle of a rollout. */
  private void moving() {
    operator.traffic(NAME, "old", "new");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, ALL_OLD);
    operator.rollout(NAME, "second", Operator.IN_TENTHS, ALL_NEW);
  }

  private Service deleted() {
    moving();
    return operator.delete(NAME);
  }

  /** Deleted so long ago that its name is free. */
  private Service gone() {
    Service deleted = deleted();
    operator.wait(Service.KEPT_DELETED);
    return deleted;
  }

  // ---- what is found

  @Test
  void aDeletedServiceIsNotThereForWhoeverWantsToChangeIt() {
    Service deleted = deleted();

    Stream.<ThrowingCallable>of(
            () -> store.require(NAME),
            () -> store.document(NAME),
            () -> operator.config(NAME, "newer"),
            () -> operator.rollout(NAME, "third", Strategy.ALL_AT_ONCE, ALL_NEW),
            () -> operator.steer(NAME, "second", Event.Verb.RESUME),
            () -> operator.revise(NAME),
            () -> operator.delete(NAME))
        .forEach(call -> assertThat(problemOf(call)).isEqualTo(NotFound.service(NAME.value())));
    assertThat(store.find(NAME)).contains(deleted);
  }

  @Test
  void aChangeThatLostAgainstADeletionFindsNothing() {
    moving();
    AtomicInteger decided = new AtomicInteger();

    Problem problem =
        problemOf(
            () ->
                new Changes(store, names -> Alarms.NONE, pause -> {})
                    .change(
                        NAME,
                        service -> {
                          if (decided.getAndIncrement() == 0) {
                            operator.delete(NAME);
                          }
                          return new Decision.Changed(service.happened(service.last()), List.of());
                        }));

    assertThat(problem).isEqualTo(NotFound.service(NAME.value()));
    assertThat(decided).hasValue(1);
  }

  @Test
  void whatADeletedServiceHadIsStillRead() {
    Service deleted = deleted();
    String deletion = "2026-07-01r0";

    assertThat(store.standing(NAME, "second").status()).isEqualTo(Status.CANCELLED);
    assertThat(store.standing(NAME, "second").reason()).contains("the service was deleted");
    assertThat(store.standing(NAME, deletion).rollout().isDeletion()).isTrue();
    assertThat(store.standing(NAME, deletion).service()).isEqualTo(deleted);
    assertThat(store.rollouts(NAME, 10, Optional.empty()).items())
        .extracting(Rollout::id)
        .containsExactly(deletion, "second", "first");
    assertThat(store.configs(NAME, 10, Optional.empty()).items())
        .extracting(ConfigHeader::id)
        .containsExactly("new", "old");
    assertThat(store.configBody(NAME, "old")).isEqualTo("{\"id\":\"old\"}");
    assertThat(store.operations(NAME, Optional.empty(), 10, Optional.empty()).items()).hasSize(5);
    assertThat(store.findOperation(NAME, deleted.counters().ord()).map(ServiceOperation::done))
        .contains(new ServiceOperation.ServiceDeleted());
  }

  @Test
  void whereADeletedServiceHadNothingThatIsAskedForItIsTheThingThatIsNotThere() {
    operator.traffic(NAME);
    operator.delete(NAME);

    assertThat(store.configs(NAME, 10, Optional.empty()).items()).isEmpty();
    assertThat(
            store
                .rollouts(NAME, Optional.of(r -> r.status() == Status.FAILED), 10, Optional.empty())
                .items())
        .isEmpty();
    assertThat(problemOf(() -> store.configBody(NAME, "old")).kind())
        .isEqualTo(Problem.Kind.CONFIG_NOT_FOUND);
    assertThat(problemOf(() -> store.standing(NAME, "first")).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
  }

  @Test
  void nothingOfADeletedServiceIsDue() {
    moving();
    Instant due = store.require(NAME).dueAt().orElseThrow();
    assertThat(store.dueBefore(due)).extracting(Due::service).containsExactly(NAME);

    operator.delete(NAME);

    assertThat(store.dueBefore(due)).isEmpty();
  }

  // ---- names that are used again

  @Test
  void theNameOfADeletedServiceIsRefusedFor30DaysAndNothingIsWritten() {
    deleted();
    List<Map<String, AttributeValue>> before = contents.everything(NAME);
    // Each try is a millisecond after the one before.
    operator.wait(Service.KEPT_DELETED.minusMillis(3));

    for (ThrowingCallable create :
        List.<ThrowingCallable>of(() -> operator.traffic(NAME), () -> operator.replicas(NAME, 3))) {
      Problem problem = problemOf(create);
      assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
      assertThat(problem.message()).contains("'web.example.com'", "30 days", "undelete");
    }
    assertThat(contents.everything(NAME)).isEqualTo(before);

    assertThat(operator.traffic(NAME).isDeleted()).isFalse();
  }

  @Test
  void aPurgeLeavesHeadAlone() {
    Service gone = gone();

    assertThat(store.purge(gone)).isEqualTo(new Saved.Written(gone));

    assertThat(contents.everything(NAME)).hasSize(1);
    assertThat(store.find(NAME)).contains(gone);
    assertThat(store.purge(gone)).as("once more").isEqualTo(new Saved.Written(gone));
  }

  /** DynamoDB takes 4 MB in one transaction; 40 of the longest bodies are 5 MB. */
  @Test
  void aPurgeTakesAsManyTransactionsAsItNeeds() {
    moving();
    String body = "x".repeat(Config.MAX_BODY_BYTES);
    for (int i = 0; i < 40; i++) {
      Service before = store.require(NAME);
      Config config = new Config("c" + i, i, Operator.START, "alice", "", body);
      store.save(
          before,
          new Decision.Changed(
              before.happened(before.last()), List.of(new Write.ConfigCreated(config))));
    }
    Service gone = operator.delete(NAME);
    List<Long> sizes = new ArrayList<>();
    interrupted.before(
        request -> {
          sizes.add(bytes(request));
          return false;
        },
        () -> {});

    assertThat(new ServiceStore(slow).purge(gone)).isEqualTo(new Saved.Written(gone));

    assertThat(contents.sortKeys(NAME)).containsExactly(Schema.HEAD);
    assertThat(sizes).allMatch(size -> size < 4 * 1024 * 1024);
    assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isGreaterThan(5 * 1024 * 1024);
  }

  /** Of all that a request writes or checks, as it is before. */
  private long bytes(DynamoDbRequest request) {
    return Units.bytes(
        ItemWrite.of(request).stream().map(write -> write.read(local.client())).toList());
  }

  @Test
  void aServiceUnderANameThatIsFreeAgainHasItsNumbersAndNothingElseOfTheOldOne() {
    Service gone = gone();

    Service again = operator.traffic(NAME);

    assertThat(again.v()).isEqualTo(gone.v() + 1);
    assertThat(again.counters().made()).isEqualTo(gone.counters().made());
    assertThat(again.counters().rollouts()).isEqualTo(gone.counters().rollouts());
    assertThat(again.allocation()).isEmpty();
    assertThat(again.successes().kept()).isEmpty();
    assertThat(store.find(NAME)).contains(again);
    assertThat(contents.sortKeys(NAME))
        .containsExactly(Schema.HEAD, Schema.ord(Schema.OPERATION_PREFIX, again.counters().ord()));
    assertThat(store.services(Optional.empty(), 10, Optional.empty()).items())
        .containsExactly(NAME);
    assertThat(operator.config(NAME, "old").v()).isEqualTo(gone.v() + 2);
    assertThat(operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, ALL_OLD).counters().made())
        .isEqualTo(gone.counters().made() + 1);
  }

  @Test
  void aPaiEasServiceUnderANameThatIsFreeAgainGoesOnWithTheRevisions() {
    Service gone = operator.replicas(NAME, 3);
    operator.revise(NAME);
    operator.delete(NAME);
    operator.wait(Service.KEPT_DELETED);

    Service again = operator.replicas(NAME, 5);

    assertThat(again.currentRevision()).contains(gone.revision(3));
    assertThat(store.document(NAME)).isEqualTo(new Document(again, Optional.of("{\"n\":1}")));
    assertThat(store.configs(NAME, 10, Optional.empty()).items())
        .extracting(ConfigHeader::id)
        .containsExactly(gone.revision(3));
  }

  @Test
  void aServiceUnderANameThatIsFreeAgainHasNoAlias() {
    Target.LambdaAlias alias = new Target.LambdaAlias("shop", "live");
    operator.traffic(NAME);
    operator.target(NAME, alias);
    operator.delete(NAME);
    operator.wait(Service.KEPT_DELETED);

    assertThat(operator.traffic(NAME).targeted()).isFalse();

    assertThat(contents.partition(Schema.ownedPartition(alias))).isEmpty();
    ServiceName other = new ServiceName("other.example.com");
    operator.traffic(other);
    assertThat(operator.target(other, alias).targeted()).isTrue();
  }

  // ---- races

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aPurgeThatIsOvertakenByANewServiceDeletesNothingOfIt(int transaction) {
    moving();
    IntStream.range(0, Writes.DELETES_A_TRANSACTION).forEach(i -> operator.config(NAME, "c" + i));
    Service gone = operator.delete(NAME);
    operator.wait(Service.KEPT_DELETED);
    AtomicInteger transactions = new AtomicInteger();
    interrupted.before(
        request ->
            request instanceof TransactWriteItemsRequest
                && transactions.incrementAndGet() == transaction,
        () -> {
          operator.traffic(NAME, "old", "c3", "c20");
          operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, ALL_OLD);
        });

    Saved saved = new ServiceStore(slow).purge(gone);

    assertThat(interrupted.isOver()).isTrue();
    Service again = store.require(NAME);
    assertThat(saved).isEqualTo(new Saved.Lost(Optional.of(again)));
    assertThat(contents.sortKeys(NAME))
        .hasSize(1 + 3 * 2 + 1 + 1 + 1)
        .contains("C#c3", "CB#c3", "C#c20", "CB#c20", "C#old", "CB#old", "R#first");
  }

  @Test
  void whoIsOvertakenWhileUsingTheNameAgainIsToldThatItExists() {
    gone();
    for (int transaction = 1; transaction <= 3; transaction++) {
      int overtaken = transaction;
      AtomicInteger transactions = new AtomicInteger();
      interrupted.before(
          request ->
              request instanceof TransactWriteItemsRequest
                  && transactions.incrementAndGet() == overtaken,
          () -> operator.traffic(NAME));

      Problem problem = problemOf(() -> new Operator(slow, operator.now()).traffic(NAME));

      assertThat(interrupted.isOver()).as("overtaken before transaction %d", overtaken).isTrue();
      assertThat(problem.kind()).isEqualTo(Problem.Kind.SERVICE_EXISTS);
      Service winner = store.require(NAME);
      assertThat(contents.everything(NAME)).hasSize(3);
      assertThat(store.findOperation(NAME, winner.counters().ord())).isPresent();
      operator.delete(NAME);
      operator.wait(Service.KEPT_DELETED);
    }
  }

  /** What each of two at once gets: the service, or why not. */
  private record Told(Optional<Service> service, Optional<Problem> problem) {
    static Callable<Told> of(Callable<Service> call) {
      return () -> {
        try {
          return new Told(Optional.of(call.call()), Optional.empty());
        } catch (ProblemException e) {
          return new Told(Optional.empty(), Optional.of(e.problem()));
        }
      };
    }
  }

  private void onlyOneWins(List<Told> told, Problem.Kind other) {
    assertThat(told).filteredOn(t -> t.service().isPresent()).hasSize(1);
    assertThat(told.stream().flatMap(t -> t.problem().stream()))
        .extracting(Problem::kind)
        .containsExactly(other);
    assertThat(store.find(NAME))
        .isEqualTo(told.stream().flatMap(t -> t.service().stream()).findFirst());
  }

  @RepeatedTest(5)
  void ofTwoThatUseTheNameAgainAtOnceOneWins() {
    gone();
    InstantSource clock = InstantSource.fixed(operator.now().plusMillis(1));
    Callable<Told> create =
        Told.of(
            () ->
                new Changes(store, names -> Alarms.NONE)
                    .createService(
                        NAME, (gone, now) -> Operator.newTraffic(NAME, gone, now), clock));

    onlyOneWins(Threads.together(List.of(create, create)), Problem.Kind.SERVICE_EXISTS);
    assertThat(contents.everything(NAME)).hasSize(3);
  }

  @RepeatedTest(5)
  void ofTwoThatUndeleteAtOnceOneWinsAndThereIsOneRollout() {
    Service deleted = deleted();
    InstantSource clock = InstantSource.fixed(operator.now().plusMillis(1));
    Callable<Told> undelete =
        Told.of(
            () ->
                new Changes(store, names -> Alarms.NONE)
                    .undelete(NAME, new Event.UndeleteService(Operator.SOMEBODY), true, clock));

    onlyOneWins(Threads.together(List.of(undelete, undelete)), Problem.Kind.FAILED_PRECONDITION);
    assertThat(store.require(NAME).v()).isEqualTo(deleted.v() + 1);
    assertThat(store.rollouts(NAME, 10, Optional.empty()).items()).hasSize(4);
  }

  @Test
  void whoDeletesWhatSomebodyJustDeletedFindsNothing() {
    moving();
    Operator late = new Operator(slow, operator.now());
    interrupted.before(TransactWriteItemsRequest.class::isInstance, () -> operator.delete(NAME));

    assertThat(problemOf(() -> late.delete(NAME))).isEqualTo(NotFound.service(NAME.value()));
    assertThat(store.rollouts(NAME, 10, Optional.empty()).items())
        .filteredOn(Rollout::isDeletion)
        .hasSize(1);
  }

  // ---- undeleting

  @Test
  void anUndeletedServiceIsThereAgainAtLastGood() {
    Service deleted = deleted();
    operator.wait(Duration.ofDays(29));

    Service back = operator.undelete(NAME);

    assertThat(store.require(NAME)).isEqualTo(back);
    assertThat(back.v()).isEqualTo(deleted.v() + 1);
    assertThat(store.rollouts(NAME, 10, Optional.empty()).items().getFirst().percentages())
        .isEqualTo(ALL_OLD);
    assertThat(store.findOperation(NAME, back.counters().ord()).map(ServiceOperation::done))
        .contains(new ServiceOperation.ServiceUndeleted());
    assertThat(operator.config(NAME, "newer").v()).isEqualTo(back.v() + 1);
  }

  @Test
  void onlyWhatIsDeletedAndNotGoneIsUndeleted() {
    assertThat(problemOf(() -> operator.undelete(NAME))).isEqualTo(NotFound.service(NAME.value()));
    moving();
    assertThat(problemOf(() -> operator.undelete(NAME)).kind())
        .isEqualTo(Problem.Kind.FAILED_PRECONDITION);
    operator.delete(NAME);
    operator.wait(Service.KEPT_DELETED);
    assertThat(problemOf(() -> operator.undelete(NAME))).isEqualTo(NotFound.service(NAME.value()));
  }

  // ---- made-up ids

  /** Given the day before, so that the counter of the day does not know of them. */
  @Test
  void theRolloutsOfDeletionAndUndeletionSkipIdsInUse() {
    moving();
    for (int i : new int[] {0, 1, 2, 4, 5}) {
      operator.rollout(NAME, "2026-07-02r" + i, Operator.IN_TENTHS, i % 2 == 0 ? ALL_NEW : ALL_OLD);
    }
    operator.wait(Duration.ofDays(1));

    operator.delete(NAME);
    Rollout deletion = newest();
    operator.undelete(NAME);
    Rollout undeletion = newest();

    assertThat(deletion.id()).isEqualTo("2026-07-02r3");
    assertThat(deletion.isDeletion()).isTrue();
    assertThat(store.standing(NAME, "2026-07-02r5").status()).isEqualTo(Status.CANCELLED);
    assertThat(undeletion.id()).isGreaterThan("2026-07-02r5");
    assertThat(undeletion.percentages()).isEqualTo(ALL_OLD);
  }

  @Test
  void theRolloutOfADeletionSkipsTheIdOfTheOneThatItCancels() {
    moving();
    operator.rollout(NAME, "2026-07-02r0", Operator.IN_TENTHS, ALL_NEW);
    operator.wait(Duration.ofDays(1));

    operator.delete(NAME);

    assertThat(newest().id()).isEqualTo("2026-07-02r1");
    assertThat(store.standing(NAME, "2026-07-02r0").status()).isEqualTo(Status.CANCELLED);
  }

  private Rollout newest() {
    return store.rollouts(NAME, 1, Optional.empty()).items().getFirst();
  }
}
