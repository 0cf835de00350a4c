package org.servicerollouts.targets;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Lets no second see more than {@value #CALLS} calls of Lambda's control plane, not only on
 * average. Lambda gives an account 15 a second across all these APIs, a quota that cannot be raised
 * (Lambda Developer Guide, "Lambda quotas"), and others deploy too.
 *
 * <p>It reads no clock and does not wait. A call holds its place from {@link #take} until a second
 * after its {@link #ended}: Lambda counts it when it arrives, which is somewhere between the two.
 */
public final class Pace {
  /** The most calls in any second. */
  public static final int CALLS = 8;

  private static final Duration WINDOW = Duration.ofSeconds(1);

  private final PriorityQueue<Instant> ended = new PriorityQueue<>();
  private int underWay;

  /**
   * Takes a place for one call that starts now; the caller tells when it {@link #ended}, however it
   * did.
   *
   * @return empty if the place is taken; else no place was free, and none will be before this time
   */
  public synchronized Optional<Instant> take(Instant now) {
    while (!ended.isEmpty() && !ended.peek().plus(WINDOW).isAfter(now)) {
      ended.remove();
    }
    if (underWay + ended.size() < CALLS) {
      underWay++;
      return Optional.empty();
    }
    Instant first = ended.isEmpty() ? now : ended.peek();
    return Optional.of(first.plus(WINDOW));
  }

  /** A call that had taken its place is over. */
  public synchronized void ended(Instant now) {
    if (underWay == 0) {
      throw new IllegalStateException("no call is under way");
    }
    underWay--;
    ended.add(now);
  }
}
