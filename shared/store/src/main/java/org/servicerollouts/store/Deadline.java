package org.servicerollouts.store;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * The time by which a request has to be answered. It is asked before each call that takes time: a
 * call that may not be over by then is not made, so that none is cut off half way.
 *
 * @param at {@link Instant#MAX} for those who wait as long as it takes
 * @param clock tells the present time
 */
public record Deadline(Instant at, InstantSource clock) {

  /** For those whose time is bounded otherwise: drivers, and what follows the stream. */
  public static final Deadline NONE = new Deadline(Instant.MAX, InstantSource.fixed(Instant.MIN));

  public Deadline {
    requireNonNull(at, "at is null");
    requireNonNull(clock, "clock is null");
  }

  /** The time {@code left} from now on. */
  public static Deadline in(Duration left, InstantSource clock) {
    return new Deadline(clock.instant().plus(left), clock);
  }

  /**
   * Asks whether a call that starts now is over by then.
   *
   * @param longest what the call takes at most
   * @throws ProblemException THROTTLED where it may not be
   */
  public void require(Duration longest) {
    if (!equals(NONE) && clock.instant().plus(longest).isAfter(at)) {
      throw Problem.of(
              Problem.Kind.THROTTLED,
              "The request could not be done in its time, because the table was busy or others"
                  + " were changing the service. Nothing was changed. Try again a little later.")
          .exception();
    }
  }
}
