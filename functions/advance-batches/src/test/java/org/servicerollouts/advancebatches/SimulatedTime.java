package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A time that stands still while anybody works, and jumps to where the first wants to go on once
 * all wait: minutes take milliseconds, and nothing depends on how fast the machine is.
 *
 * <p>The thread that makes it takes part, and so do those that it starts.
 */
final class SimulatedTime implements Timeline {
  private final List<Waiter> waiting = new ArrayList<>();
  private final List<Runnable> beforeJumps = new ArrayList<>();
  private Instant now;
  private int working = 1;

  private static final class Waiter {
    private final Instant until;
    private boolean over;

    private Waiter(Instant until) {
      this.until = until;
    }
  }

  SimulatedTime(Instant start) {
    this.now = start;
  }

  /** Calls {@code look} whenever all wait, before time goes on. */
  synchronized void beforeEachJump(Runnable look) {
    beforeJumps.add(look);
  }

  /** Starts a thread that takes part. */
  synchronized Thread start(Runnable task) {
    working++;
    return Thread.startVirtualThread(
        () -> {
          try {
            task.run();
          } finally {
            stopsWorking();
          }
        });
  }

  @Override
  public void beside(Runnable task) {
    var _ = start(task);
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized void waitUntil(Instant time) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!time.isAfter(now)) {
      return;
    }
    Waiter waiter = new Waiter(time);
    waiting.add(waiter);
    stopsWorking();
    try {
      while (!waiter.over) {
        wait();
      }
    } catch (InterruptedException e) {
      if (waiting.remove(waiter)) {
        working++;
      }
      throw e;
    }
  }

  /** Waits as one who takes part. */
  void pass(Duration duration) {
    try {
      waitUntil(now().plus(duration));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void stopsWorking() {
    working--;
    if (working > 0 || waiting.isEmpty()) {
      return;
    }
    beforeJumps.forEach(Runnable::run);
    now = waiting.stream().map(waiter -> waiter.until).min(Instant::compareTo).orElseThrow();
    for (Waiter waiter : List.copyOf(waiting)) {
      if (!waiter.until.isAfter(now)) {
        waiter.over = true;
        waiting.remove(waiter);
        working++;
      }
    }
    notifyAll();
  }
}
