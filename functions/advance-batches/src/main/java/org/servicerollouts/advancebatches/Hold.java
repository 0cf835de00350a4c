package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;

/**
 * One driver's hold on the lease. A driver goes on where its lease cannot be renewed: the lease
 * only saves work.
 */
final class Hold {
  private static final Duration LASTS = Due.HORIZON;
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(5);
  private static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(1);

  /** How often it is asked for before the next tick has to do without this driver. */
  private static final int TRIES = 3;

  private final Leases leases;
  private final Timeline time;
  private final String owner;
  private final Consumer<String> log;

  private boolean taken;
  private Instant next = Instant.MIN;

  Hold(Leases leases, Timeline time, String owner, Consumer<String> log) {
    this.leases = leases;
    this.time = time;
    this.owner = owner;
    this.log = log;
  }

  /** Takes it unless somebody's is ahead; tells whether it did. */
  boolean takeIfNoneAhead() throws InterruptedException {
    for (int tries = 1; ; tries++) {
      Instant now = time.now();
      try {
        taken = leases.takeIfNoneAhead(owner, now.plus(LASTS), now);
        next = now.plus(RENEWED_EVERY);
        return taken;
      } catch (RuntimeException e) {
        if (tries == TRIES) {
          throw e;
        }
        log.accept("The driver's lease could not be asked for, and is tried again: " + e);
        time.waitUntil(now.plus(TRIED_AGAIN_AFTER));
      }
    }
  }

  /**
   * Renews it when that is due; takes it, from whoever has it, if it was never taken. False: a
   * newer driver has it.
   */
  boolean keep() {
    Instant now = time.now();
    if (now.isBefore(next)) {
      return true;
    }
    boolean own = true;
    next = now.plus(RENEWED_EVERY);
    try {
      if (taken) {
        own = leases.renew(owner, now.plus(LASTS));
      } else {
        leases.take(owner, now.plus(LASTS));
        taken = true;
      }
    } catch (RuntimeException e) {
      log.accept("The driver's lease could not be renewed, and is tried again: " + e);
      next = now.plus(TRIED_AGAIN_AFTER);
    }
    return own;
  }

  /** Lets it go; false: a newer driver has it. */
  boolean release() {
    try {
      return leases.release(owner);
    } catch (RuntimeException e) {
      log.accept("The driver's lease could not be removed, and is left to end: " + e);
      return true;
    }
  }
}
