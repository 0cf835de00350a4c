package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.UnkindClient.Unkindness.CONFLICT;
import static org.servicerollouts.store.UnkindClient.Unkindness.DONE_BUT_TIMED_OUT;
import static org.servicerollouts.store.UnkindClient.Unkindness.SENT_TWICE;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED_IN_TRANSACTION;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Spec.ConflictPolicy;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** Fifty creates of rollouts in batches, at once on one service, under each conflictPolicy. */
class CrowdTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final int CROWD = 50;

  /** So that no rollout is over with its first batch, however many have moved on before it. */
  private static final Strategy LITTLE_BY_LITTLE =
      new Strategy.Batch(new Amount("1%"), new Interval("5m"));

  /** How often a caller sends a request again that was not answered. */
  private static final int SENT = 6;

  private final Table local = LocalTable.create();
  private final ServiceStore store = new ServiceStore(local);
  private final UnkindClient client = new UnkindClient(local.client(), 20261122);
  private final AtomicLong millis = new AtomicLong();

  /** All at {@code old}. */
  @BeforeEach
  void aServiceThatHasSettled() {
    Operator operator = new Operator(local);
    operator.traffic(NAME, "old", "left", "right");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
    millis.set(operator.now().toEpochMilli());
  }

  private Instant now() {
    return Instant.ofEpochMilli(millis.incrementAndGet());
  }

  // ---- callers

  /** What a caller was told in the end. */
  private sealed interface Answer {
    /** It has an operation. */
    record Made(String rolloutId) implements Answer {}

    record Refused(Problem.Kind kind) implements Answer {}

    /** It never got an answer, or once did not get one before it was refused. */
    record Unknown() implements Answer {}
  }

  private record Told(String who, Answer answer) {}

  private List<Told> crowd(ConflictPolicy policy, Strategy strategy, int drivers) {
    List<Callable<List<Told>>> all = new ArrayList<>();
    IntStream.range(0, CROWD)
        .forEach(i -> all.add(() -> List.of(call("caller-" + i, asking(i, policy, strategy)))));
    IntStream.range(0, drivers).forEach(i -> all.add(this::drive));
    return Threads.together(all).stream().flatMap(List::stream).toList();
  }

  private static Asking asking(int i, ConflictPolicy policy, Strategy strategy) {
    return Asking.to(i % 2 == 0 ? "left" : "right", strategy).with(policy);
  }

  /** Sends its request until it is answered. */
  private Told call(String who, Asking asking) {
    Changes changes =
        new Changes(
            new ServiceStore(new Table(client, local.name())), names -> Alarms.NONE, pause -> {});
    Event.Create create = asking.by(who).event();
    Request request = new Request(who, UUID.randomUUID().toString(), "hash of " + who);
    boolean mayBeDone = false;
    for (int sent = 0; sent < SENT; sent++) {
      try {
        Acted acted =
            changes.createRollout(NAME, create, Optional.empty(), Optional.of(request), this::now);
        return new Told(who, new Answer.Made(acted.standing().rollout().id()));
      } catch (ProblemException e) {
        return new Told(
            who, mayBeDone ? new Answer.Unknown() : new Answer.Refused(e.problem().kind()));
      } catch (SdkException e) {
        mayBeDone = true;
      }
    }
    return new Told(who, new Answer.Unknown());
  }

  /** Moves on whatever is due, and starts what waits; an interval passes each time. */
  private List<Told> drive() {
    ServiceStore own = new ServiceStore(new Table(client, local.name()));
    for (int i = 0; i < 60; i++) {
      Instant now = Instant.ofEpochMilli(millis.addAndGet(Operator.INTERVAL.toMillis()));
      try {
        Service service = own.require(NAME);
        Event event =
            service.startDueAt().isPresent()
                ? own.findStart(service, service.next().orElseThrow().rolloutId(), now)
                    .orElseThrow()
                : new Event.Due();
        if (StateMachine.decide(service, event, now) instanceof Decision.Changed changed) {
          assertThat(own.save(service, changed))
              .isInstanceOfAny(Saved.Written.class, Saved.Lost.class);
        }
      } catch (SdkException e) {
        // the next round sees to it
      }
    }
    return List.of();
  }

  // ---- what is left

  /** Without the one that was there before. */
  private List<Rollout> oldestFirst() {
    return store.rollouts(NAME, 1000, Optional.empty()).items().stream()
        .filter(rollout -> !rollout.id().equals("first"))
        .sorted(Comparator.comparingLong(Rollout::ord))
        .toList();
  }

  private void everyAnswerHolds(List<Told> told) {
    Map<String, List<String>> made = new HashMap<>();
    oldestFirst()
        .forEach(r -> made.computeIfAbsent(r.createdBy(), who -> new ArrayList<>()).add(r.id()));
    assertThat(told).hasSize(CROWD);
    for (Told each : told) {
      List<String> theirs = made.getOrDefault(each.who(), List.of());
      switch (each.answer()) {
        case Answer.Made answer -> assertThat(theirs).containsExactly(answer.rolloutId());
        case Answer.Refused refused -> assertThat(theirs).as("of " + each).isEmpty();
        case Answer.Unknown unknown -> assertThat(theirs).hasSizeLessThan(2);
      }
    }
  }

  /** HEAD comes first in each transaction, so what came before is whole when the next one comes. */
  private void neverMoreThanOneRuns() {
    Map<String, String> statuses = new HashMap<>();
    for (Record record : HeadRecords.all(local)) {
      Map<String, AttributeValue> item = record.dynamodb().newImage();
      String key = record.dynamodb().keys().get(Schema.SK).s();
      if (key.equals(Schema.HEAD)) {
        assertThat(running(statuses)).as("before " + item.get(Schema.LAST)).isLessThan(2);
      } else if (key.startsWith(Schema.ROLLOUT_PREFIX)) {
        statuses.put(key, item.get(Schema.STATUS).s());
      }
    }
    assertThat(running(statuses)).isLessThan(2);
  }

  private static long running(Map<String, String> statuses) {
    return statuses.values().stream().filter(Status.RUNNING.name()::equals).count();
  }

  private void theServiceKnowsOfAllThatHaveNotEndedAndNoNumberIsMissing() {
    Service service = store.require(NAME);
    List<String> known = new ArrayList<>();
    service.live().ifPresent(live -> known.add(live.rolloutId()));
    service.queue().forEach(queued -> known.add(queued.rolloutId()));
    assertThat(oldestFirst())
        .filteredOn(rollout -> !rollout.status().ended())
        .extracting(Rollout::id)
        .containsExactlyElementsOf(known);
    assertThat(HeadRecords.of(local, NAME))
        .extracting(Service::v)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, service.v()).boxed().toList());
  }

  private void isAsThePolicySays(ConflictPolicy policy, List<Told> told) {
    List<Rollout> made = oldestFirst();
    List<Answer> answers = told.stream().map(Told::answer).toList();
    switch (policy) {
      case REPLACE -> {
        for (int i = 0; i + 1 < made.size(); i++) {
          assertThat(made.get(i).status()).isEqualTo(Status.CANCELLED);
          assertThat(made.get(i).reason()).contains("superseded by " + made.get(i + 1).id());
        }
        assertThat(made.getLast().status()).isEqualTo(Status.RUNNING);
      }
      case REJECT -> {
        assertThat(made).hasSize(1);
        assertThat(made.getLast().status()).isEqualTo(Status.RUNNING);
        assertThat(answers).contains(new Answer.Refused(Problem.Kind.ROLLOUT_IN_THE_WAY));
      }
      case QUEUE -> {
        assertThat(made.getFirst().status()).isEqualTo(Status.RUNNING);
        assertThat(store.require(NAME).queue())
            .extracting(Queued::rolloutId)
            .containsExactlyElementsOf(made.stream().skip(1).map(Rollout::id).toList());
      }
    }
    assertThat(answers)
        .filteredOn(Answer.Refused.class::isInstance)
        .isSubsetOf(
            new Answer.Refused(Problem.Kind.ABORTED),
            new Answer.Refused(
                policy == ConflictPolicy.REJECT
                    ? Problem.Kind.ROLLOUT_IN_THE_WAY
                    : Problem.Kind.ABORTED));
  }

  // ---- the crowds

  @ParameterizedTest
  @EnumSource
  void whoeverIsAnsweredHasWhatTheAnswerSays(ConflictPolicy policy) {
    List<Told> told = crowd(policy, LITTLE_BY_LITTLE, 0);

    everyAnswerHolds(told);
    isAsThePolicySays(policy, told);
    neverMoreThanOneRuns();
    theServiceKnowsOfAllThatHaveNotEndedAndNoNumberIsMissing();
    // Who loses ten races has seen ten others win
    assertThat(oldestFirst()).hasSizeGreaterThanOrEqualTo(policy == ConflictPolicy.REJECT ? 1 : 10);
  }

  @ParameterizedTest
  @EnumSource
  void soItIsWhereDynamoDbIsUnkindAndCallersSendAgainWhatWasNotAnswered(ConflictPolicy policy) {
    isUnkind();

    List<Told> told = crowd(policy, LITTLE_BY_LITTLE, 0);

    everyAnswerHolds(told);
    isAsThePolicySays(policy, told);
    neverMoreThanOneRuns();
    theServiceKnowsOfAllThatHaveNotEndedAndNoNumberIsMissing();
    // Where the first that is made bars all others there is little to be unkind to
    assertThat(client.befell(DONE_BUT_TIMED_OUT))
        .isGreaterThanOrEqualTo(policy == ConflictPolicy.REJECT ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void soItIsWhileDriversMoveThemOn(ConflictPolicy policy) {
    isUnkind();

    List<Told> told = crowd(policy, Operator.IN_HALVES, 2);

    everyAnswerHolds(told);
    neverMoreThanOneRuns();
    theServiceKnowsOfAllThatHaveNotEndedAndNoNumberIsMissing();
    assertThat(oldestFirst()).filteredOn(r -> r.status() == Status.SUCCEEDED).isNotEmpty();
  }

  private void isUnkind() {
    client
        .often(CONFLICT, 0.2)
        .often(THROTTLED, 0.05)
        .often(THROTTLED_IN_TRANSACTION, 0.05)
        .often(DONE_BUT_TIMED_OUT, 0.2)
        .often(SENT_TWICE, 0.1);
  }
}
