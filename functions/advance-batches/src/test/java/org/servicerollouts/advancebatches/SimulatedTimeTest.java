package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SimulatedTimeTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final SimulatedTime time = new SimulatedTime(START);
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private void see(String who) {
    seen.add(who + " at " + Duration.between(START, time.now()).toSeconds());
  }

  @Test
  void those_who_wait_go_on_each_at_their_time() {
    time.start(
        () -> {
          time.pass(Duration.ofSeconds(2));
          see("a");
          time.pass(Duration.ofSeconds(60));
          see("a");
        });
    time.pass(Duration.ofSeconds(1));
    see("test");
    time.pass(Duration.ofHours(1));
    see("test");
    assertThat(seen).containsExactly("test at 1", "a at 2", "a at 62", "test at 3601");
  }

  @Test
  void time_stands_still_while_anybody_works() throws InterruptedException {
    CountDownLatch works = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Thread worker =
        time.start(
            () -> {
              works.countDown();
              try {
                mayEnd.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              see("worker");
            });
    works.await();
    time.start(
        () -> {
          time.pass(Duration.ofSeconds(1));
          see("waiter");
        });
    assertThat(time.now()).isEqualTo(START);
    mayEnd.countDown();
    time.pass(Duration.ofSeconds(5));
    worker.join();
    assertThat(seen).containsExactly("worker at 0", "waiter at 1");
  }

  @Test
  void who_is_interrupted_stops_waiting_now() throws InterruptedException {
    Thread waiter =
        time.start(
            () -> {
              assertThatExceptionOfType(InterruptedException.class)
                  .isThrownBy(() -> time.waitUntil(START.plusSeconds(100)));
              see("waiter");
            });
    time.pass(Duration.ofSeconds(10));
    waiter.interrupt();
    waiter.join();
    time.pass(Duration.ofSeconds(200));
    assertThat(seen).containsExactly("waiter at 10");
  }
}
