package org.servicerollouts.clients;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what the product does by itself. */
final class Await {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(50);

  private Await() {}

  /** A call to the product. */
  interface Read<T> {
    T get() throws IOException;
  }

  /** What {@code read} gives once it is {@code wanted}. */
  static <T> T until(String what, Read<T> read, Predicate<T> wanted) throws IOException {
    Instant deadline = Instant.now().plus(LONGEST);
    T last = read.get();
    while (!wanted.test(last)) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(what + ": not within " + LONGEST + " but " + last);
      }
      LockSupport.parkNanos(LOOKS_EVERY.toNanos());
      last = read.get();
    }
    return last;
  }
}
