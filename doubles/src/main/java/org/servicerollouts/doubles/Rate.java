package org.servicerollouts.doubles;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Takes so many calls in any second, and refuses the others. */
final class Rate {
  private static final Duration WINDOW = Duration.ofSeconds(1);

  private final Deque<Instant> taken = new ArrayDeque<>();
  private int most;

  Rate(int most) {
    this.most = most;
  }

  synchronized void set(int most) {
    this.most = most;
  }

  synchronized boolean takes(Instant now) {
    while (!taken.isEmpty() && !taken.getFirst().plus(WINDOW).isAfter(now)) {
      taken.removeFirst();
    }
    if (taken.size() >= most) {
      return false;
    }
    taken.addLast(now);
    return true;
  }
}
