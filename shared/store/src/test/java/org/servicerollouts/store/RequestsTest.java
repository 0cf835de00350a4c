package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.servicerollouts.store.Refusals.problemOf;
import static org.servicerollouts.store.UnkindClient.Unkindness.CONFLICT;
import static org.servicerollouts.store.UnkindClient.Unkindness.DONE_BUT_TIMED_OUT;
import static org.servicerollouts.store.UnkindClient.Unkindness.SENT_TWICE;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED_IN_TRANSACTION;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Event.Verb;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** Requests that named themselves, and are done once however often they are sent. */
class RequestsTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Map<String, Double> ALL_OLD = Map.of("old", 100.0);
  private static final Request CREATE = request("alice", 1, "create");
  private static final Request STEER = request("alice", 2, "steer");

  private final Table local = LocalTable.createWithoutStream();
  private final Contents contents = new Contents(local);
  private final UnkindClient client = new UnkindClient(local.client(), 20261122);
  private final Table table = new Table(client, local.name());
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);
  private final Awkward.Interrupted interrupted = new Awkward.Interrupted(local.client());
  private final Operator slow = new Operator(new Table(interrupted, local.name()));

  private static Request request(String caller, int id, String hash) {
    return new Request(caller, "00000000-0000-4000-8000-%012d".formatted(id), hash);
  }

  /** All at {@code old}. */
  @BeforeEach
  void aServiceThatHasSettled() {
    operator.traffic(NAME, "old", "new");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, ALL_OLD);
    slow.wait(Duration.ofMinutes(1));
  }

  private static Asking inTenths() {
    return Asking.to("new", Operator.IN_TENTHS);
  }

  private Acted create(Request request) {
    return create(operator, request);
  }

  private static Acted create(Operator by, Request request) {
    return by.create(NAME, inTenths().event(), Optional.of(request));
  }

  private Acted steer(String rolloutId, Verb verb, Request request) {
    return steer(operator, rolloutId, verb, request);
  }

  private static Acted steer(Operator by, String rolloutId, Verb verb, Request request) {
    return by.steer(
        NAME, new Event.Steer(rolloutId, verb, Operator.SOMEBODY), Optional.of(request));
  }

  /** The id of a rollout on its way. */
  private String moving() {
    return operator.create(NAME, inTenths().as("second").event()).standing().rollout().id();
  }

  private <T> T writingNothing(Supplier<T> call) {
    List<Map<String, AttributeValue>> before = contents.everything(NAME);
    T answer = call.get();
    assertThat(contents.everything(NAME)).isEqualTo(before);
    return answer;
  }

  private List<String> rollouts() {
    return store.rollouts(NAME, 1000, Optional.empty()).items().stream().map(Rollout::id).toList();
  }

  private void isRepeated(Acted again, Acted first) {
    assertThat(first.repeated()).isFalse();
    assertThat(again.repeated()).isTrue();
    assertThat(again.standing().rollout().id()).isEqualTo(first.standing().rollout().id());
    assertThat(again.standing()).isEqualTo(store.standing(NAME, first.standing().rollout().id()));
  }

  // ---- done once

  @Test
  void aRepeatedCreateMakesNothingAndAnswersTheRolloutAsItIsNow() {
    Acted first = create(CREATE);
    operator.advance(NAME);

    Acted again = writingNothing(() -> create(CREATE));

    isRepeated(again, first);
    assertThat(first.standing().progressPercentage()).isEqualTo(10);
    assertThat(again.standing().progressPercentage()).isEqualTo(20);
    assertThat(rollouts()).hasSize(2);
  }

  /** Each changes something of a rollout that waits for its next batch, but for RESUME. */
  @ParameterizedTest
  @EnumSource
  void aRepeatedVerbDoesNothingAndAnswersTheRolloutAsItIsNow(Verb verb) {
    String id = moving();
    Acted first = steer(id, verb, STEER);
    if (first.standing().live().isPresent()) {
      operator.steer(NAME, id, verb == Verb.PAUSE ? Verb.RESUME : Verb.PAUSE);
    }

    Acted again = writingNothing(() -> steer(id, verb, STEER));

    isRepeated(again, first);
  }

  @Test
  void aVerbThatHadNothingToChangeIsNotDoneLaterWhenItWould() {
    String id = moving();
    operator.steer(NAME, id, Verb.PAUSE);
    Service before = store.require(NAME);
    Acted first = steer(id, Verb.PAUSE, STEER);
    assertThat(store.find(NAME)).contains(before);
    operator.steer(NAME, id, Verb.RESUME);

    Acted again = writingNothing(() -> steer(id, Verb.PAUSE, STEER));

    isRepeated(again, first);
    assertThat(first.standing().status()).isEqualTo(Status.PAUSED);
    assertThat(again.standing().status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void aRollbackOfWhatHasSucceededMakesOneRolloutHoweverOftenItIsSent() {
    String id = moving();
    operator.steer(NAME, id, Verb.PROMOTE);

    Acted first = steer(id, Verb.ROLLBACK, STEER);
    Acted again = writingNothing(() -> steer(id, Verb.ROLLBACK, STEER));

    isRepeated(again, first);
    assertThat(first.standing().rollout().spec().rollbackOf()).contains(id);
    assertThat(first.standing().rollout().percentages()).isEqualTo(ALL_OLD);
    assertThat(rollouts()).hasSize(3);
  }

  @Test
  void aRequestThatLostRacesIsDoneOnceAndKnownAgain() {
    client.next(CONFLICT, THROTTLED_IN_TRANSACTION, CONFLICT);
    Acted created = create(CREATE);
    client.next(CONFLICT);
    Acted steered = steer(created.standing().rollout().id(), Verb.PAUSE, STEER);
    client.next(CONFLICT);
    Acted same = steer(created.standing().rollout().id(), Verb.PAUSE, request("bob", 3, "steer"));

    isRepeated(writingNothing(() -> create(CREATE)), created);
    isRepeated(
        writingNothing(() -> steer(created.standing().rollout().id(), Verb.PAUSE, STEER)), steered);
    assertThat(same.repeated()).isFalse();
    assertThat(rollouts()).hasSize(2);
  }

  @Test
  void aRequestWhoseAnswerNeverCameIsAnsweredWhenItIsRepeated() {
    client.next(DONE_BUT_TIMED_OUT);
    assertThatThrownBy(() -> create(CREATE)).isInstanceOf(SdkClientException.class);
    Acted created = writingNothing(() -> create(CREATE));
    assertThat(created.repeated()).isTrue();
    assertThat(rollouts()).hasSize(2);
    String id = created.standing().rollout().id();

    for (Request named : List.of(STEER, request("alice", 3, "nothing to change"))) {
      client.next(DONE_BUT_TIMED_OUT);
      assertThatThrownBy(() -> steer(id, Verb.PAUSE, named)).isInstanceOf(SdkClientException.class);
      operator.steer(NAME, id, Verb.PAUSE);

      Acted steered = writingNothing(() -> steer(id, Verb.PAUSE, named));

      assertThat(steered.repeated()).isTrue();
      assertThat(steered.standing().status()).isEqualTo(Status.PAUSED);
    }
  }

  @Test
  void whatTheSdkSentTwiceIsDoneOnceAndToldAsDone() {
    client.next(SENT_TWICE);
    Acted created = create(CREATE);
    client.next(SENT_TWICE);
    Acted steered = steer(created.standing().rollout().id(), Verb.PAUSE, STEER);
    client.next(SENT_TWICE);
    Acted same = steer(created.standing().rollout().id(), Verb.PAUSE, request("alice", 3, "same"));

    assertThat(List.of(created, steered, same)).noneMatch(Acted::repeated);
    assertThat(rollouts()).hasSize(2);
  }

  /** Somebody's client gives up waiting and sends it again while the first is still on its way. */
  @RepeatedTest(5)
  void ofTheSameRequestManyTimesAtOnceOneIsDone() {
    List<Callable<Acted>> all =
        IntStream.range(0, 8).<Callable<Acted>>mapToObj(i -> () -> atOnce(CREATE)).toList();

    List<Acted> answers = Threads.together(all);

    assertThat(answers).filteredOn(answer -> !answer.repeated()).hasSize(1);
    assertThat(answers)
        .extracting(answer -> answer.standing().rollout().id())
        .containsOnly(rollouts().getFirst());
    assertThat(rollouts()).hasSize(2);
  }

  private Acted atOnce(Request request) {
    return new Operator(local, operator.now().plusMillis(1))
        .create(NAME, inTenths().event(), Optional.of(request));
  }

  // ---- overtaken by itself between read and write

  @Test
  void oneThatIsOvertakenByItselfAnswersWhatTheOtherDid() {
    interrupted.before(TransactWriteItemsRequest.class::isInstance, () -> create(CREATE));
    Acted created = create(slow, CREATE);
    assertThat(interrupted.isOver()).isTrue();
    assertThat(created.repeated()).isTrue();
    assertThat(rollouts()).hasSize(2);
    String id = created.standing().rollout().id();

    for (Request named : List.of(STEER, request("alice", 3, "nothing to change"))) {
      interrupted.before(
          TransactWriteItemsRequest.class::isInstance, () -> steer(id, Verb.PAUSE, named));
      assertThat(steer(slow, id, Verb.PAUSE, named).repeated()).isTrue();
      assertThat(interrupted.isOver()).isTrue();
    }
  }

  @Test
  void oneThatIsOvertakenByAnotherOfItsNameIsRefused() {
    Request other = request("alice", 1, "something else");
    interrupted.before(TransactWriteItemsRequest.class::isInstance, () -> create(other));

    isUsedForAnother(problemOf(() -> create(slow, CREATE)));

    assertThat(interrupted.isOver()).isTrue();
    assertThat(rollouts()).hasSize(2);
  }

  // ---- which request it is

  @Test
  void theNameOfOneRequestIsRefusedForAnother() {
    create(CREATE);
    Request other = request("alice", 1, "something else");

    isUsedForAnother(writingNothing(() -> problemOf(() -> create(other))));
    isUsedForAnother(
        writingNothing(() -> problemOf(() -> steer(rollouts().getFirst(), Verb.PAUSE, other))));
  }

  private static void isUsedForAnother(Problem problem) {
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message())
        .isEqualTo(
            "requestId: \"00000000-0000-4000-8000-000000000001\" (expected: another one, since"
                + " this was used for another request)");
  }

  @Test
  void anotherCallersRequestOfTheSameNameIsAnotherRequest() {
    Acted alices = create(CREATE);
    Acted bobs = create(request("bob", 1, "create"));

    assertThat(bobs.repeated()).isFalse();
    assertThat(rollouts())
        .containsExactly(bobs.standing().rollout().id(), alices.standing().rollout().id(), "first");
  }

  @Test
  void anotherServicesRequestOfTheSameNameIsAnotherRequest() {
    create(CREATE);
    ServiceName other = new ServiceName("other.example.com");
    operator.traffic(other, "new");

    assertThat(operator.create(other, inTenths().event(), Optional.of(CREATE)).repeated())
        .isFalse();
  }

  @Test
  void aRequestThatAnEarlierVersionKeptUnderTheSessionIsKnownAgain() {
    Acted first = create(CREATE);

    Acted again = writingNothing(() -> create(ofRole("alice")));

    isRepeated(again, first);
    operator.wait(Request.KNOWN.plusSeconds(1));
    assertThat(create(ofRole("alice")).repeated()).isFalse();
  }

  @Test
  void aRequestBelongsToTheRoleWhateverItsSession() {
    Acted first = create(ofRole("build-1"));

    isRepeated(writingNothing(() -> create(ofRole("build-2"))), first);
    assertThat(done()).hasSize(1);
    assertThat(done().getFirst().get(Schema.SK).s()).isEqualTo("Q#role#" + CREATE.id());
  }

  private static Request ofRole(String session) {
    return new Request("role", Optional.of(session), CREATE.id(), CREATE.hash());
  }

  /** A caller's name comes out of a token that others make; a key has 1024 bytes at most. */
  @Test
  void aCallerMayHaveALongName() {
    Request longest = request("漢".repeat(2000), 1, "create");
    Request other = request("漢".repeat(1999) + "字", 1, "create");

    Acted first = create(longest);
    isRepeated(writingNothing(() -> create(longest)), first);
    assertThat(create(other).repeated()).isFalse();
  }

  // ---- for how long

  @Test
  void itIsKnownForADayThoughItsRowMayLieAboutForLonger() {
    Acted first = create(CREATE);
    operator.wait(Request.KNOWN.minusMillis(2));
    isRepeated(writingNothing(() -> create(CREATE)), first);

    operator.wait(Duration.ofSeconds(2));
    Acted later = create(CREATE);

    assertThat(later.repeated()).isFalse();
    assertThat(rollouts()).hasSize(3);
    isRepeated(writingNothing(() -> create(CREATE)), later);
  }

  @Test
  void itsRowTellsDynamoDbWhenToDeleteIt() {
    create(CREATE);

    Map<String, AttributeValue> row = done().getFirst();

    assertThat(row.get(Schema.TTL).n())
        .isEqualTo(Long.toString(operator.now().plus(Duration.ofHours(24)).getEpochSecond()));
    assertThat(row.get(Schema.SK).s()).isEqualTo("Q#alice#00000000-0000-4000-8000-000000000001");
  }

  private List<Map<String, AttributeValue>> done() {
    return contents.partition(Schema.partition(NAME)).stream()
        .filter(item -> item.get(Schema.SK).s().startsWith(Schema.REQUEST_PREFIX))
        .toList();
  }

  @Test
  void aRefusalIsNotKept() {
    String id = moving();
    Event.Create rejecting = inTenths().rejecting().event();
    Problem refused =
        writingNothing(
            () -> problemOf(() -> operator.create(NAME, rejecting, Optional.of(CREATE))));
    assertThat(refused.kind()).isEqualTo(Problem.Kind.ROLLOUT_IN_THE_WAY);
    operator.steer(NAME, id, Verb.ROLLBACK);
    Problem tooLate = writingNothing(() -> problemOf(() -> steer(id, Verb.PAUSE, STEER)));
    assertThat(tooLate.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);

    assertThat(operator.create(NAME, rejecting, Optional.of(CREATE)).repeated()).isFalse();
    assertThat(steer(rollouts().getFirst(), Verb.PAUSE, STEER).repeated()).isFalse();
  }

  @Test
  void oneThatWasAbortedHasLeftNothingAndIsDoneWhenItIsRepeated() {
    client.often(CONFLICT, 1);
    assertThat(writingNothing(() -> problemOf(() -> create(CREATE))).kind())
        .isEqualTo(Problem.Kind.ABORTED);
    client.often(CONFLICT, 0);

    assertThat(create(CREATE).repeated()).isFalse();
    assertThat(rollouts()).hasSize(2);
  }

  // ---- services that go

  @Test
  void itIsKnownThoughTheServiceWasDeleted() {
    Acted first = create(CREATE);
    operator.delete(NAME);

    Acted again = writingNothing(() -> create(CREATE));

    isRepeated(again, first);
    assertThat(again.standing().status()).isEqualTo(Status.CANCELLED);
    assertThat(problemOf(() -> create(STEER)).kind()).isEqualTo(Problem.Kind.SERVICE_NOT_FOUND);
  }

  @Test
  void nothingOfItIsLeftWhereTheNameIsUsedAgain() {
    create(CREATE);
    operator.delete(NAME, Duration.ZERO);
    assertThat(done()).hasSize(1);

    operator.traffic(NAME, "new");

    assertThat(done()).isEmpty();
    assertThat(create(CREATE).repeated()).isFalse();
  }

  // ---- etags

  @Test
  void aCreateThatKnowsAnotherVersionOfTheServiceIsRefusedAndToldThisOne() {
    String known = Long.toString(store.require(NAME).v());
    operator.config(NAME, "another");
    String now = Long.toString(store.require(NAME).v());

    Problem problem =
        writingNothing(
            () -> problemOf(() -> operator.create(NAME, inTenths().knowing(known).event())));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.ABORTED);
    assertThat(problem.message()).contains("\"" + known + "\"", "\"" + now + "\"");
    assertThat(operator.create(NAME, inTenths().knowing(now).event()).repeated()).isFalse();
  }

  /** With the race in between it must not be decided again as if nothing had been. */
  @Test
  void aCreateThatIsOvertakenAfterItsEtagWasRightIsRefused() {
    String now = Long.toString(store.require(NAME).v());
    interrupted.before(
        TransactWriteItemsRequest.class::isInstance, () -> operator.config(NAME, "another"));

    assertThat(problemOf(() -> slow.create(NAME, inTenths().knowing(now).event())).kind())
        .isEqualTo(Problem.Kind.ABORTED);
    assertThat(rollouts()).containsExactly("first");
  }

  @ParameterizedTest
  @EnumSource
  void aVerbThatKnowsAnotherVersionOfTheRolloutIsRefusedAndToldThisOne(Verb verb) {
    String id = moving();
    long known = store.standing(NAME, id).version();
    operator.advance(NAME);
    long now = store.standing(NAME, id).version();

    Problem problem =
        writingNothing(
            () ->
                problemOf(() -> operator.steer(NAME, knowing(id, verb, known), Optional.empty())));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.ABORTED);
    assertThat(problem.message()).contains("\"" + known + "\"", "\"" + now + "\"");
    assertThat(operator.steer(NAME, knowing(id, verb, now), Optional.empty()).repeated()).isFalse();
  }

  private static Event.Steer knowing(String id, Verb verb, long version) {
    return new Event.Steer(
        id,
        verb,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Long.toString(version)),
        Operator.SOMEBODY);
  }

  /** What a read tells is what a verb takes, wherever the rollout is. */
  @Test
  void theVersionThatWasReadIsTheOneThatAVerbKnows() {
    operator.create(NAME, inTenths().as("live").event());
    operator.create(NAME, inTenths().as("waits").queueing().event());
    for (String id : List.of("live", "waits")) {
      long version = store.standing(NAME, id).version();
      assertThat(
              operator.steer(NAME, knowing(id, Verb.PAUSE, version), Optional.empty()).repeated())
          .isFalse();
    }
    long ended = store.standing(NAME, "first").version();
    assertThat(
            problemOf(
                    () ->
                        operator.steer(NAME, knowing("first", Verb.PAUSE, ended), Optional.empty()))
                .kind())
        .as("refused since it has ended, and not for its etag")
        .isEqualTo(Problem.Kind.FAILED_PRECONDITION);
  }

  /** As after a restore of some items, or a hand in the table. */
  @Test
  void aRolloutThatItsServiceTellsOtherwiseForGoodIsNamed() {
    String id = moving();
    local
        .client()
        .updateItem(
            r ->
                r.tableName(local.name())
                    .key(Schema.rollout(NAME, id))
                    .updateExpression("SET #status = :ended")
                    .expressionAttributeNames(Map.of("#status", Schema.STATUS))
                    .expressionAttributeValues(
                        Map.of(":ended", AttributeValue.fromS(Status.CANCELLED.name()))));

    Problem problem = writingNothing(() -> problemOf(() -> steer(id, Verb.PAUSE, STEER)));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.ABORTED);
    assertThat(problem.message())
        .contains("Rollout 'second'", "restored in part")
        .doesNotContain("others were changing it");
    assertThat(create(CREATE).repeated()).isFalse();
  }

  /** Nothing of the rollout is left but what HEAD says. */
  @Test
  void aRolloutWhoseItemIsLostHoldsUpNoOther() {
    String id = moving();
    operator.create(NAME, inTenths().as("waits").queueing().event());
    for (String lost : List.of(id, "waits")) {
      local.client().deleteItem(r -> r.tableName(local.name()).key(Schema.rollout(NAME, lost)));
    }

    Acted replaced = create(CREATE);

    assertThat(replaced.standing().service().queue()).isEmpty();
    assertThat(store.require(NAME).live().orElseThrow().rolloutId())
        .isEqualTo(replaced.standing().rollout().id());
    assertThat(rollouts()).doesNotContain(id, "waits");
  }

  // ---- read together, but not at one moment

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRolloutThatEndsWhileAVerbReadsItIsReadAgain(boolean headFirst) {
    String id = moving();
    Awkward.TornRead torn = new Awkward.TornRead(local.client());
    torn.tear(
        key -> key.equals(Schema.HEAD) == headFirst, () -> operator.steer(NAME, id, Verb.PROMOTE));

    Acted rolledBack =
        new Operator(new Table(torn, local.name()), operator.now())
            .steer(NAME, new Event.Steer(id, Verb.ROLLBACK, Operator.SOMEBODY), Optional.of(STEER));

    assertThat(torn.isTorn()).isTrue();
    assertThat(rolledBack.standing().rollout().spec().rollbackOf()).contains(id);
    assertThat(store.require(NAME).allocation().orElseThrow().units()).containsOnlyKeys("old");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRolloutThatStartsWhileAVerbReadsItIsReadAgain(boolean headFirst) {
    String id = moving();
    Asking back = Asking.to("old", Operator.IN_TENTHS).as("waits").queueing();
    operator.create(NAME, back.event());
    operator.steer(NAME, id, Verb.PROMOTE);
    Awkward.TornRead torn = new Awkward.TornRead(local.client());
    torn.tear(key -> key.equals(Schema.HEAD) == headFirst, () -> operator.start(NAME));

    Acted paused =
        new Operator(new Table(torn, local.name()), operator.now())
            .steer(
                NAME, new Event.Steer("waits", Verb.PAUSE, Operator.SOMEBODY), Optional.of(STEER));

    assertThat(torn.isTorn()).isTrue();
    assertThat(paused.standing()).isEqualTo(store.standing(NAME, "waits"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRolloutThatIsSupersededWhileAVerbReadsItIsToldAsItEnded(boolean headFirst) {
    String id = moving();
    Awkward.TornRead torn = new Awkward.TornRead(local.client());
    torn.tear(
        key -> key.equals(Schema.HEAD) == headFirst,
        () -> operator.create(NAME, inTenths().as("third").event()));

    Operator late = new Operator(new Table(torn, local.name()), operator.now());
    Problem problem = problemOf(() -> late.steer(NAME, id, Verb.PAUSE));

    assertThat(torn.isTorn()).isTrue();
    assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
    assertThat(problem.message()).contains("has ended (CANCELLED)");
  }

  // ---- previews

  @Test
  void aPreviewWritesNothingAndStartsWithWhatTheCreateDoes() {
    Event.Create create = inTenths().event();
    Preview preview =
        writingNothing(
            () ->
                operator
                    .changes()
                    .preview(
                        NAME, create, Optional.empty(), Optional.empty(), 1000, operator::now));

    Service created = operator.create(NAME, create).standing().service();
    assertThat(preview.steps()).hasSize(10);
    assertThat(Optional.of(preview.steps().getFirst().allocation()))
        .isEqualTo(created.allocation());
  }

  @Test
  void aPreviewIsRefusedWhereItsCreateIs() {
    Event.Create nowhere = Asking.to("nowhere", Operator.IN_TENTHS).event();
    Problem preview =
        problemOf(
            () ->
                operator
                    .changes()
                    .preview(NAME, nowhere, Optional.empty(), Optional.empty(), 10, operator::now));

    assertThat(preview).isEqualTo(problemOf(() -> operator.create(NAME, nowhere)));
  }

  // ---- what a request names

  @Test
  void aConfigThatIsNotThereIsNamedAndNothingIsWritten() {
    Stream.of("nowhere", "NO ID", "x".repeat(5000))
        .forEach(
            id -> {
              Problem problem =
                  writingNothing(
                      () ->
                          problemOf(
                              () ->
                                  operator.create(
                                      NAME, Asking.to(id, Operator.IN_TENTHS).event())));
              assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
              assertThat(problem.message()).startsWith("percentages[\"" + id);
            });
  }

  @Test
  void aRolloutThatIsNotThereIsNotFound() {
    assertThat(problemOf(() -> operator.steer(NAME, "nobody", Verb.PAUSE)).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
    assertThat(
            problemOf(
                    () ->
                        operator.steer(new ServiceName("nobody.example.com"), "first", Verb.PAUSE))
                .kind())
        .isEqualTo(Problem.Kind.SERVICE_NOT_FOUND);
  }
}
