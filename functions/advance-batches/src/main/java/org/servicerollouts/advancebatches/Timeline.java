package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;

/** The time that a driver waits in. */
public interface Timeline {

  /** To the millisecond. */
  Instant now();

  /** Returns at {@code time}, at once if that is past. */
  void waitUntil(Instant time) throws InterruptedException;

  /** Starts {@code task}, which lives in this time too, and returns. */
  default void beside(Runnable task) {
    Thread.ofVirtual().start(task);
  }

  /** The machine's. */
  static Timeline system() {
    return new Timeline() {
      @Override
      public Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
      }

      @Override
      public void waitUntil(Instant time) throws InterruptedException {
        Duration left = Duration.between(now(), time);
        if (left.isPositive()) {
          Thread.sleep(left);
        }
      }
    };
  }
}
