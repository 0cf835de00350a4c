package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;
import static org.servicerollouts.store.UnkindClient.Unkindness.CONFLICT;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/** Requests that have 25 seconds, on a table that takes its time. */
class DeadlineTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Instant START = Instant.parse("2026-11-22T08:24:25Z");
  private static final Duration TIME = Duration.ofSeconds(25);

  private final Table local = LocalTable.createWithoutStream();
  private final Contents contents = new Contents(local);
  private final Operator operator = new Operator(local);
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final Deadline deadline = Deadline.in(TIME, now::get);
  private final List<Duration> pauses = new ArrayList<>();

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  /** Each call takes a while, and may be answered in another way than by the table. */
  private final class Slow extends InterposedClient {
    private final Duration each;
    private final boolean leavesKeys;
    private final List<Duration> starts = new ArrayList<>();

    private Slow(DynamoDbClient real, Duration each, boolean leavesKeys) {
      super(real);
      this.each = each;
      this.leavesKeys = leavesKeys;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      starts.add(Duration.between(START, now.get()));
      pass(each);
      return send.apply(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      BatchGetItemResponse answer = super.batchGetItem(request);
      return leavesKeys
          ? BatchGetItemResponse.builder()
              .responses(Map.of())
              .unprocessedKeys(request.requestItems())
              .build()
          : answer;
    }

    private Table table() {
      return new Table(this, local.name());
    }
  }

  private ServiceStore store(Slow slow) {
    return new ServiceStore(slow.table().by(deadline), this::rest);
  }

  private void rest(Duration pause) {
    pauses.add(pause);
    pass(pause);
  }

  private Problem lateWithoutAWrite(Supplier<?> request) {
    List<Map<String, ?>> before = List.copyOf(contents.everything(NAME));
    Problem problem = problemOf(request::get);
    assertThat(problem.kind()).isEqualTo(Problem.Kind.THROTTLED);
    assertThat(problem.message()).contains("Try again");
    assertThat(now.get()).isBeforeOrEqualTo(START.plus(TIME));
    assertThat(List.<Map<String, ?>>copyOf(contents.everything(NAME))).isEqualTo(before);
    return problem;
  }

  @BeforeEach
  void aService() {
    operator.traffic(NAME, "old", "new");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1500, 1900, 3000, 4999})
  void aChangeThatOthersOvertakeIsGivenUpInTime(int millis) {
    Slow slow =
        new Slow(
            new UnkindClient(local.client(), 1).often(CONFLICT, 1),
            Duration.ofMillis(millis),
            false);
    Changes changes = new Changes(store(slow), names -> Alarms.NONE, this::rest);

    lateWithoutAWrite(
        () ->
            changes.createRollout(
                NAME,
                Asking.to("new", Operator.IN_TENTHS).event(),
                Optional.empty(),
                Optional.empty(),
                now::get));

    assertThat(slow.starts).allMatch(start -> start.compareTo(TIME.minusSeconds(5)) <= 0);
  }

  @Test
  void aReadWhoseKeysAreLeftUnansweredIsGivenUpInTime() {
    Slow slow = new Slow(local.client(), Duration.ofSeconds(3), true);
    lateWithoutAWrite(() -> store(slow).standing(NAME, "first"));
    assertThat(slow.starts).hasSizeBetween(6, 7);
  }

  @Test
  void aReadWithoutDeadlineIsGivenUpWhereNothingIsAnsweredTenTimes() {
    Slow slow = new Slow(local.client(), Duration.ZERO, true);
    ServiceStore driver = new ServiceStore(slow.table(), pauses::add);

    Problem problem = problemOf(() -> driver.findAll(List.of(NAME)));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.THROTTLED);
    assertThat(slow.starts).hasSize(10);
    assertThat(pauses).hasSize(9);
  }

  @Test
  void aListThatIsReadToItsEndIsGivenUpInTime() {
    IntStream.range(0, 30)
        .forEach(
            i ->
                operator.rollout(
                    NAME,
                    "r" + i,
                    Strategy.ALL_AT_ONCE,
                    Map.of(i % 2 == 0 ? "new" : "old", 100.0)));
    Slow slow = new Slow(new Awkward.ShortPages(local.client(), 1), Duration.ofSeconds(2), false);
    lateWithoutAWrite(
        () -> store(slow).rollouts(NAME, Optional.of(rollout -> false), 10, Optional.empty()));
    assertThat(slow.starts).hasSize(11);
  }

  @Test
  void alarmsAreNotReadWhereThatMayTakeTooLong() {
    pass(Duration.ofSeconds(20));
    List<Set<String>> read = new ArrayList<>();
    Slow slow = new Slow(local.client(), Duration.ofMillis(1), false);
    Changes changes =
        new Changes(
            store(slow),
            names -> {
              read.add(names);
              return Alarms.NONE;
            },
            deadline);

    lateWithoutAWrite(
        () ->
            changes.createRollout(
                NAME,
                Asking.to("new", Operator.IN_TENTHS).watchedBy(List.of("p99")).event(),
                Optional.empty(),
                Optional.empty(),
                now::get));

    assertThat(read).isEmpty();
  }

  @Test
  void whatIsDoneInTimeIsAnswered() {
    Slow slow = new Slow(local.client(), Duration.ofSeconds(5), false);
    Changes changes = new Changes(store(slow), names -> Alarms.NONE, deadline);

    Acted acted =
        changes.createRollout(
            NAME,
            Asking.to("new", Operator.IN_TENTHS).as("second").event(),
            Optional.empty(),
            Optional.empty(),
            now::get);

    assertThat(acted.standing().rollout().id()).isEqualTo("second");
  }
}
