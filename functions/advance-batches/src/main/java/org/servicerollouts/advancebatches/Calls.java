package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.servicerollouts.store.Leases;
import org.servicerollouts.targets.Answer;
import org.servicerollouts.targets.Pace;

/**
 * The calls of Lambda's control plane that one driver may make. Of all drivers only the one with
 * the lease for it makes any, so that {@link Pace} counts those of the whole deployment.
 *
 * <p>Other than the lease to drive, this one is strict: a driver that cannot be sure of it calls
 * nobody.
 */
final class Calls {
  private static final Duration LEASED_FOR = Duration.ofSeconds(10);
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(5);
  private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(1);

  /** How long a call goes on being counted after it has ended. */
  private static final Duration COUNTED_FOR = Duration.ofSeconds(1);

  /** A call takes 3 seconds at most, so that none is counted any more when the lease ends. */
  private static final Duration LAST_CALL_BEFORE_END = COUNTED_FOR.plusSeconds(3);

  private final Leases leases;
  private final Timeline time;
  private final String owner;
  private final Consumer<String> log;
  private final Pace pace = new Pace();

  /** Places that were taken and not used. */
  private int spare;

  private Instant until = Instant.MIN;
  private Instant renews = Instant.MIN;
  private Instant lastEnded = Instant.MIN;

  Calls(Leases leases, Timeline time, String owner, Consumer<String> log) {
    this.leases = leases;
    this.time = time;
    this.owner = owner;
    this.log = log;
  }

  /**
   * Takes the places for {@code count} calls.
   *
   * @return empty if they are taken; else there will not be as many before this time
   */
  synchronized Optional<Instant> take(int count, Instant now) {
    if (!now.isBefore(renews)) {
      renew(now);
    }
    if (!mayCall(now)) {
      return Optional.of(renews);
    }
    while (spare < count) {
      Optional<Instant> later = pace.take(now);
      if (later.isPresent()) {
        return later;
      }
      spare++;
    }
    spare -= count;
    return Optional.empty();
  }

  private void renew(Instant now) {
    try {
      boolean isOwn = leases.takeIfNoneAhead(owner, now.plus(LEASED_FOR), now);
      until = isOwn ? now.plus(LEASED_FOR) : Instant.MIN;
      renews = now.plus(isOwn ? RENEWED_EVERY : ASKED_AGAIN_AFTER);
    } catch (RuntimeException e) {
      log.accept("The lease to shift aliases could not be asked for, and is tried again: " + e);
      renews = now.plus(ASKED_AGAIN_AFTER);
    }
  }

  /** Whether a call that starts now is over, and counted no more, before the lease ends. */
  private boolean mayCall(Instant now) {
    return now.plus(LAST_CALL_BEFORE_END).isBefore(until);
  }

  /** Whether places that were taken may still be used. */
  synchronized boolean mayStill() {
    return mayCall(time.now());
  }

  /** Makes a call for which a place was taken; that is used then. */
  Answer make(Supplier<Answer> call) {
    try {
      return call.get();
    } finally {
      ended();
    }
  }

  private synchronized void ended() {
    lastEnded = time.now();
    pace.ended(lastEnded);
  }

  /** For places that were taken and are not needed. */
  synchronized void giveBack(int count) {
    spare += count;
  }

  /** Until when its calls are counted; none is under way. */
  synchronized Instant countedUntil() {
    return lastEnded.equals(Instant.MIN) ? Instant.MIN : lastEnded.plus(COUNTED_FOR);
  }

  /** Lets others call, once none of its calls is counted any more. */
  synchronized void letGo() {
    if (until.equals(Instant.MIN)) {
      return;
    }
    until = Instant.MIN;
    renews = Instant.MIN;
    try {
      leases.release(owner);
    } catch (RuntimeException e) {
      log.accept("The lease to shift aliases could not be removed, and is left to end: " + e);
    }
  }
}
