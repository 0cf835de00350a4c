package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.servicerollouts.store.UnkindClient.Unkindness.CONFLICT;
import static org.servicerollouts.store.UnkindClient.Unkindness.DONE_BUT_TIMED_OUT;
import static org.servicerollouts.store.UnkindClient.Unkindness.SENT_TWICE;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED;
import static org.servicerollouts.store.UnkindClient.Unkindness.THROTTLED_IN_TRANSACTION;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What requests and drivers do to one service while DynamoDB is unkind. */
class ChangesTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Map<String, Double> ALL_NEW = Map.of("new", 100.0);
  private static final Map<String, Double> ALL_OLD = Map.of("old", 100.0);
  private static final int TRIES = 10;

  private final Table local = LocalTable.create();
  private final ServiceStore kind = new ServiceStore(local);
  private final UnkindClient client = new UnkindClient(local.client(), 20261122);
  private final ServiceStore store = new ServiceStore(new Table(client, local.name()));
  private final List<Duration> pauses = new ArrayList<>();
  private final Changes changes = new Changes(store, names -> Alarms.NONE, pauses::add);
  private final Operator operator = new Operator(store, pauses::add);

  @BeforeEach
  void aServiceInTheMiddleOfARollout() {
    operator.traffic(NAME, "old", "new");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, ALL_OLD);
    operator.rollout(NAME, "second", Operator.IN_TENTHS, ALL_NEW);
  }

  private Service create(String id) {
    return operator.rollout(NAME, id, Operator.IN_TENTHS, ALL_OLD);
  }

  private List<String> rollouts() {
    return kind.rollouts(NAME, 1000, Optional.empty()).items().stream().map(Rollout::id).toList();
  }

  // ---- one at a time

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9})
  void aCreateIsRepeatedUntilItIsWritten(int conflicts) {
    Stream.generate(() -> CONFLICT).limit(conflicts).forEach(client::next);

    Service after = create("third");

    assertThat(kind.find(NAME)).contains(after);
    assertThat(rollouts()).containsExactly("third", "second", "first");
    assertThat(pauses).hasSize(conflicts);
  }

  @Test
  void afterTenTriesACreateIsAbortedAndHasLeftNothing() {
    Service before = kind.require(NAME);
    client.often(CONFLICT, 1);

    ProblemException aborted = catchThrowableOfType(ProblemException.class, () -> create("third"));

    assertThat(aborted.problem().kind()).isEqualTo(Problem.Kind.ABORTED);
    assertThat(client.befell(CONFLICT)).isEqualTo(TRIES);
    assertThat(kind.find(NAME)).contains(before);
    assertThat(rollouts()).containsExactly("second", "first");
  }

  @Test
  void thePausesBetweenTriesAreRandomAndGrowToHalfASecond() {
    client.often(CONFLICT, 1);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> create("third")).isInstanceOf(ProblemException.class);
    }

    assertThat(pauses).hasSize(100 * (TRIES - 1));
    long[] longest = {40, 80, 160, 320, 500, 500, 500, 500, 500};
    for (int i = 0; i < longest.length; i++) {
      int which = i;
      List<Long> those =
          IntStream.range(0, 100)
              .mapToObj(n -> pauses.get(n * (TRIES - 1) + which).toMillis())
              .toList();
      assertThat(those).allMatch(pause -> pause >= 0 && pause < longest[which]);
      assertThat(those).anyMatch(pause -> pause < longest[which] / 4);
      assertThat(those).anyMatch(pause -> pause > longest[which] * 3 / 4);
    }
  }

  @Test
  void aLostRaceIsDecidedAgainOnWhatTheOthersLeft() {
    client.next(CONFLICT);
    Changes behind =
        new Changes(
            store,
            names -> Alarms.NONE,
            pause -> new Operator(local).rollout(NAME, "other", Operator.IN_HALVES, ALL_NEW));

    Standing after =
        behind
            .createRollout(
                NAME,
                Operator.create(Optional.of("third"), Operator.IN_TENTHS, ALL_OLD),
                Optional.empty(),
                Optional.empty(),
                InstantSource.fixed(operator.now()))
            .standing();

    assertThat(rollouts()).contains("other", "third");
    assertThat(kind.standing(NAME, "other").reason()).contains("superseded by third");
    assertThat(kind.standing(NAME, "second").reason()).contains("superseded by other");
    assertThat(kind.standing(NAME, "third")).isEqualTo(after);
  }

  @Test
  void aBatchThatMeetsATransactionIsLostAndNotWritten() {
    Service before = kind.require(NAME);
    operator.wait(Operator.INTERVAL);
    client.next(CONFLICT);

    assertThat(store.save(before, operator.decided(before, new Event.Due())))
        .isEqualTo(new Saved.Lost(Optional.empty()));
    assertThat(kind.find(NAME)).contains(before);
  }

  @Test
  void aServiceThatMeetsATransactionIsMadeAfterAll() {
    NewService made = Operator.newTraffic(new ServiceName("another.example.com"), operator.now());
    client.next(CONFLICT, THROTTLED_IN_TRANSACTION);

    assertThat(created(made)).isEqualTo(made.service());
    assertThat(kind.find(made.service().name())).contains(made.service());
  }

  private Service created(NewService made) {
    return changes.createService(
        made.service().name(), (gone, now) -> made, InstantSource.fixed(operator.now()));
  }

  @Test
  void aTransactionThatWasThrottledIsRepeatedSinceTheSdkDoesNot() {
    client.next(THROTTLED_IN_TRANSACTION, THROTTLED_IN_TRANSACTION);

    create("third");

    assertThat(rollouts()).containsExactly("third", "second", "first");
    assertThat(pauses).hasSize(2);
  }

  /** Not a refusal of the request: whoever answers it must not blame the caller. */
  @Test
  void throttlingThatOutlastsTheSdkComesOutAsItIsAndHasLeftNothing() {
    Service before = kind.require(NAME);
    operator.wait(Operator.INTERVAL);
    Decision.Changed batch = operator.decided(before, new Event.Due());
    client.often(THROTTLED, 1);

    assertThatThrownBy(() -> create("third")).isInstanceOf(DynamoDbException.class);
    assertThatThrownBy(() -> store.save(before, batch)).isInstanceOf(DynamoDbException.class);
    assertThatThrownBy(() -> store.dueBefore(operator.now())).isInstanceOf(DynamoDbException.class);
    assertThat(pauses).isEmpty();
    assertThat(kind.find(NAME)).contains(before);
    assertThat(rollouts()).containsExactly("second", "first");
  }

  @Test
  void aCreateWhoseAnswerNeverCameIsWrittenAndWholeAndFoundByItsRepetition() {
    client.next(DONE_BUT_TIMED_OUT);

    assertThatThrownBy(() -> create("third"))
        .isInstanceOf(SdkClientException.class)
        .isInstanceOf(ApiCallTimeoutException.class);

    assertThat(rollouts()).containsExactly("third", "second", "first");
    assertThat(kind.standing(NAME, "second").reason()).contains("superseded by third");
    ProblemException again = catchThrowableOfType(ProblemException.class, () -> create("third"));
    assertThat(again.problem().kind()).isEqualTo(Problem.Kind.ROLLOUT_EXISTS);
  }

  @Test
  void aCreateThatTheSdkSentTwiceIsWrittenOnceAndToldSo() {
    Service before = kind.require(NAME);
    client.next(SENT_TWICE);

    Service after = create("third");

    assertThat(after.v()).isEqualTo(before.v() + 1);
    assertThat(kind.find(NAME)).contains(after);
    assertThat(rollouts()).containsExactly("third", "second", "first");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aServiceThatTheSdkSentTwiceIsMadeOnceAndToldSo() {
    NewService made = Operator.newTraffic(new ServiceName("another.example.com"), operator.now());
    client.next(SENT_TWICE);

    assertThat(created(made)).isEqualTo(made.service());
  }

  @Test
  void aBatchThatTheSdkSentTwiceIsAdvancedOnceAndToldSo() {
    Service before = kind.require(NAME);
    operator.wait(Operator.INTERVAL);
    Decision.Changed batch = operator.decided(before, new Event.Due());
    client.next(SENT_TWICE);

    assertThat(store.save(before, batch)).isEqualTo(new Saved.Written(batch.next()));
    assertThat(kind.find(NAME)).contains(batch.next());
  }

  @Test
  void aLeaseThatTheSdkAskedForTwiceIsHeld() {
    Leases leases = Leases.ofDrivers(new Table(client, local.name()));
    Instant now = Operator.START;
    client.next(SENT_TWICE, SENT_TWICE);

    assertThat(leases.takeIfNoneAhead("wake", now.plusSeconds(75), now)).isTrue();
    assertThat(leases.renew("wake", now.plusSeconds(80))).isTrue();
    assertThat(leases.takeIfNoneAhead("other", now.plusSeconds(75), now)).isFalse();
  }

  // ---- many at once

  /** What a caller was answered. */
  private enum Answer {
    WRITTEN,
    ABORTED,
    THROTTLED,
    TIMED_OUT
  }

  private record Told(String who, Answer answer) {}

  @Test
  void everyCreateThatIsAnsweredWrittenIsThereOnceEveryAbortedOneIsNotAndNoNumberIsMissing() {
    client
        .often(CONFLICT, 0.25)
        .often(THROTTLED, 0.02)
        .often(THROTTLED_IN_TRANSACTION, 0.05)
        .often(DONE_BUT_TIMED_OUT, 0.1)
        .often(SENT_TWICE, 0.1);
    AtomicLong millis = new AtomicLong(operator.now().toEpochMilli());
    List<Callable<List<Told>>> threads = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> threads.add(() -> creates("caller-" + i, 15, millis)));
    IntStream.range(0, 2).forEach(i -> threads.add(() -> drives(60, millis)));

    List<Told> told = Threads.together(threads).stream().flatMap(List::stream).toList();

    List<String> made =
        kind.rollouts(NAME, 1000, Optional.empty()).items().stream()
            .map(Rollout::createdBy)
            .toList();
    assertThat(told).hasSize(6 * 15);
    assertThat(told).extracting(Told::answer).contains(Answer.WRITTEN, Answer.TIMED_OUT);
    for (Told each : told) {
      switch (each.answer()) {
        case WRITTEN -> assertThat(made).containsOnlyOnce(each.who());
        case ABORTED, THROTTLED -> assertThat(made).doesNotContain(each.who());
        case TIMED_OUT -> assertThat(made.stream().filter(each.who()::equals)).hasSizeLessThan(2);
      }
    }
    Service last = kind.require(NAME);
    assertThat(HeadRecords.of(local, NAME))
        .extracting(Service::v)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, last.v()).boxed().toList());
    assertThat(kind.rollouts(NAME, 1000, Optional.empty()).items())
        .filteredOn(rollout -> !rollout.status().ended())
        .extracting(Rollout::id)
        .containsExactlyElementsOf(last.live().map(live -> live.rolloutId()).stream().toList());
  }

  /** Each create by a caller of its own, so that it can be found again; the server makes up ids. */
  private List<Told> creates(String thread, int count, AtomicLong millis) {
    Changes own = new Changes(store, names -> Alarms.NONE, pause -> {});
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String who = thread + "-" + i;
      Event.Create create =
          Event.Create.of(
              Optional.empty(),
              i % 2 == 0 ? ALL_NEW : ALL_OLD,
              Optional.of(Operator.IN_TENTHS),
              Cause.request(who));
      told.add(
          new Told(
              who,
              answer(
                  () ->
                      own.createRollout(
                          NAME,
                          create,
                          Optional.empty(),
                          Optional.empty(),
                          () -> Instant.ofEpochMilli(millis.addAndGet(1))))));
    }
    return told;
  }

  private static Answer answer(Runnable request) {
    try {
      request.run();
      return Answer.WRITTEN;
    } catch (ProblemException e) {
      assertThat(e.problem().kind()).isEqualTo(Problem.Kind.ABORTED);
      return Answer.ABORTED;
    } catch (DynamoDbException e) {
      return Answer.THROTTLED;
    } catch (SdkClientException e) {
      return Answer.TIMED_OUT;
    }
  }

  /** Advances whatever is there, the time passing by an interval each time. */
  private List<Told> drives(int count, AtomicLong millis) {
    for (int i = 0; i < count; i++) {
      Instant now = Instant.ofEpochMilli(millis.addAndGet(Operator.INTERVAL.toMillis()));
      answer(
          () -> {
            Service service = store.require(NAME);
            if (StateMachine.decide(service, new Event.Due(), now)
                instanceof Decision.Changed changed) {
              assertThat(store.save(service, changed))
                  .isInstanceOfAny(Saved.Written.class, Saved.Lost.class);
            }
          });
    }
    return List.of();
  }
}
