package org.servicerollouts.domain;

import java.util.Optional;

/**
 * Who brought a change about, and why.
 *
 * @param who the caller's name, or {@link #DRIVER}'s
 * @param driver whether it came from time passing rather than from a request
 */
public record Cause(String who, Optional<String> why, boolean driver) {

  /** Time passing, seen by advance-batches. */
  public static final Cause DRIVER = new Cause("advance-batches", Optional.empty(), true);

  Cause because(Optional<String> reason) {
    return new Cause(who, reason, driver);
  }

  /** The same where {@code reason} brought about something else than was asked for. */
  Cause despite(Optional<String> reason) {
    return because(reason.map(what -> why.map(asked -> what + "; asked: " + asked).orElse(what)));
  }

  public static Cause request(String who) {
    return new Cause(who, Optional.empty(), false);
  }
}
