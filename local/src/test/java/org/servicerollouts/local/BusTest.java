package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

class BusTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-05-08T16:10:56.789Z"));

  private final BlockingQueue<ScheduledEvent> woken = new LinkedBlockingQueue<>();
  private final BlockingQueue<ScheduledEvent> all = new LinkedBlockingQueue<>();
  private final Invocations invocations = new Invocations(CLOCK);
  private final Bus bus =
      bus(
          Bus.Rule.onDetailType("Rollout Due Soon", "advance-batches", BusTest.into(woken)),
          new Bus.Rule("subscriber", event -> true, BusTest.into(all)));

  @AfterEach
  void stop() {
    invocations.close();
  }

  @Test
  void deliversToEveryRuleThatMatches() throws InterruptedException {
    PutEventsResponse response =
        put(
            entry().detailType("Rollout Due Soon").detail("{\"services\":[\"a\"],\"n\":1}").build(),
            entry().detailType("Rollout Started").build());

    assertThat(response.failedEntryCount()).isZero();
    assertThat(response.entries()).allMatch(result -> !result.eventId().isEmpty());
    assertThat(List.of(next(all).getDetailType(), next(all).getDetailType()))
        .containsExactlyInAnyOrder("Rollout Due Soon", "Rollout Started");
    ScheduledEvent event = next(woken);
    assertThat(event.getId()).isEqualTo(response.entries().getFirst().eventId());
    assertThat(event.getSource()).isEqualTo("a test");
    assertThat(event.getDetail()).isEqualTo(Map.of("services", List.of("a"), "n", 1));
    assertThat(event.getTime().toString()).isEqualTo("2026-05-08T16:10:56.000Z");
    assertThat(event.getResources()).isEmpty();
    assertThat(event.getAccount()).isEqualTo(Aws.ACCOUNT);
    assertThat(event.getRegion()).isEqualTo(Aws.REGION);
    invocations.close();
    assertThat(woken).isEmpty();
  }

  @Test
  void refusesEntriesOneByOne() throws InterruptedException {
    PutEventsResponse response =
        put(
            entry().source(null).build(),
            entry().detailType("").build(),
            entry().detail("{").build(),
            entry().detail("[1]").build(),
            entry().build());

    assertThat(response.failedEntryCount()).isEqualTo(4);
    assertThat(response.entries())
        .extracting(result -> result.errorCode())
        .containsExactly(
            "InvalidArgument", "InvalidArgument", "MalformedDetail", "MalformedDetail", null);
    assertThat(next(all)).isNotNull();
  }

  @Test
  void refusesTooManyOrTooLarge() {
    assertThatThrownBy(() -> bus.putEvents(PutEventsRequest.builder().build()))
        .isInstanceOf(EventBridgeException.class);
    assertThatThrownBy(() -> put(Collections.nCopies(11, entry().build())))
        .hasMessageContaining("entries: 11 (expected: 1 to 10)");
    String large = "{\"x\":\"" + "x".repeat(Bus.MAX_BYTES) + "\"}";
    assertThatThrownBy(() -> put(entry().detail(large).build()))
        .hasMessageContaining("(expected: at most 262144)");
    assertThatThrownBy(() -> put(entry().eventBusName("other").build()))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void doesNotWaitForTheTarget() throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    BlockingQueue<ScheduledEvent> done = new LinkedBlockingQueue<>();
    Bus patient =
        bus(
            new Bus.Rule(
                "slow",
                event -> true,
                (event, context) -> {
                  await(answered);
                  done.add(event);
                  return null;
                }));

    patient.putEvents(PutEventsRequest.builder().entries(entry().build()).build());
    answered.countDown();

    assertThat(next(done)).isNotNull();
  }

  @Test
  void tellsAFailureInOneLineAndTriesNoMore() {
    BlockingQueue<ScheduledEvent> tried = new LinkedBlockingQueue<>();
    Bus failing =
        bus(
            new Bus.Rule(
                "advance-batches",
                event -> true,
                (event, context) -> {
                  tried.add(event);
                  throw new IllegalStateException("as a test wants it");
                }));

    try (LogLines log = LogLines.of(Invocations.class)) {
      failing.putEvents(PutEventsRequest.builder().entries(entry().build()).build());

      Await.until("a log line", () -> !log.lines().isEmpty());
      assertThat(log.lines())
          .containsExactly(
              "advance-batches failed: java.lang.IllegalStateException: as a test wants it");
    }
    assertThat(tried).hasSize(1);
  }

  @Test
  void aScheduleFiresAtOnceAndThenAtItsRate() throws InterruptedException {
    BlockingQueue<ScheduledEvent> fired = new LinkedBlockingQueue<>();
    try (Schedule schedule =
        Schedule.start(
            "tick",
            Duration.ofMillis(10),
            "advance-batches",
            BusTest.into(fired),
            invocations,
            CLOCK)) {
      assertThat(schedule).isNotNull();
      for (int i = 0; i < 3; i++) {
        ScheduledEvent event = next(fired);
        assertThat(event.getDetailType()).isEqualTo("Scheduled Event");
        assertThat(event.getSource()).isEqualTo("aws.events");
        assertThat(event.getResources())
            .containsExactly("arn:aws:events:ddblocal:000000000000:rule/tick");
      }
    }
  }

  @Test
  void aScheduleOfAMinuteFiresAtOnce() throws InterruptedException {
    BlockingQueue<ScheduledEvent> fired = new LinkedBlockingQueue<>();
    try (Schedule schedule =
        Schedule.start(
            "tick",
            Duration.ofMinutes(1),
            "advance-batches",
            BusTest.into(fired),
            invocations,
            CLOCK)) {
      assertThat(schedule).isNotNull();
      assertThat(next(fired)).isNotNull();
    }
  }

  private Bus bus(Bus.Rule... rules) {
    return new Bus("rollouts", List.of(rules), invocations, CLOCK);
  }

  private static RequestHandler<ScheduledEvent, Void> into(BlockingQueue<ScheduledEvent> queue) {
    return (event, context) -> {
      queue.add(event);
      return null;
    };
  }

  private static PutEventsRequestEntry.Builder entry() {
    return PutEventsRequestEntry.builder()
        .eventBusName("rollouts")
        .source("a test")
        .detailType("A Test")
        .detail("{}");
  }

  private PutEventsResponse put(PutEventsRequestEntry... entries) {
    return put(List.of(entries));
  }

  private PutEventsResponse put(List<PutEventsRequestEntry> entries) {
    return bus.putEvents(PutEventsRequest.builder().entries(entries).build());
  }

  private static ScheduledEvent next(BlockingQueue<ScheduledEvent> queue)
      throws InterruptedException {
    return queue.poll(20, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
