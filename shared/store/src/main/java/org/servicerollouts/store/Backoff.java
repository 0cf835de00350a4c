package org.servicerollouts.store;

import java.security.SecureRandom;
import java.time.Duration;

/**
 * The pauses between tries: random, so that those who met do not meet again, and growing. Its
 * source of chance is made anew for each pause, because one in a snapshot would give every
 * environment that is restored from it the same pauses.
 */
record Backoff(Pause pause) {
  private static final long FIRST_MILLIS = 20;
  private static final long LONGEST_MILLIS = 500;

  /** From here on no pause is longer than the one before. */
  private static final int GROWN = 5;

  /**
   * Waits for the next try.
   *
   * @param tried how often it was tried before, at least once
   */
  void rest(int tried) {
    long longest = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(tried, GROWN));
    try {
      pause.sleep(Duration.ofMillis(new SecureRandom().nextLong(longest)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting to try again", e);
    }
  }
}
