package org.servicerollouts.local;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
public final class Await {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(5);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(LONGEST);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError(what + ": not within " + LONGEST);
      }
      LockSupport.parkNanos(LOOKS_EVERY.toNanos());
    }
  }
}
