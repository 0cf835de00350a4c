package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.servicerollouts.domain.ServiceName;

/**
 * Work that runs beside the driver, since Lambda or CloudWatch have a say in how long it takes:
 * services that need neither do not wait for it.
 */
final class Beside {
  private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(50);

  private final Timeline time;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Queue<Lesson> learnt = new ConcurrentLinkedQueue<>();

  Beside(Timeline time) {
    this.time = time;
  }

  /**
   * Starts it.
   *
   * @param services what it is about, should it fail
   */
  void start(Collection<ServiceName> services, Callable<List<Lesson>> work) {
    underWay.incrementAndGet();
    time.beside(
        () -> {
          try {
            learnt.addAll(work.call());
          } catch (Throwable e) {
            services.forEach(name -> learnt.add(new Lesson.Failed(name, e)));
          } finally {
            underWay.decrementAndGet();
          }
        });
  }

  /** What has come of it since this was asked last. */
  List<Lesson> learnt() {
    List<Lesson> all = new ArrayList<>();
    for (Lesson next = learnt.poll(); next != null; next = learnt.poll()) {
      all.add(next);
    }
    return all;
  }

  /** Whether nothing runs, and all that came of it was asked for. */
  boolean isIdle() {
    return underWay.get() == 0 && learnt.isEmpty();
  }

  /** When to ask for it; empty while there is nothing to ask for. */
  Optional<Instant> next(Instant now) {
    return isIdle() ? Optional.empty() : Optional.of(now.plus(LOOKED_AT_EVERY));
  }

  /** Waits until nothing runs. */
  void join() throws InterruptedException {
    while (underWay.get() > 0) {
      time.waitUntil(time.now().plus(LOOKED_AT_EVERY));
    }
  }
}
