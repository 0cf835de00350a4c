package org.servicerollouts.lambda;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keys read when they are first asked for, so that they are in no snapshot, and again when they are
 * {@value #HELD_MINUTES} minutes old. Should that fail, those held go on.
 */
public final class HeldKeys {
  private static final int HELD_MINUTES = 5;
  private static final Duration HELD = Duration.ofMinutes(HELD_MINUTES);

  private final Supplier<String> source;
  private final InstantSource clock;
  private Optional<Keys> held = Optional.empty();
  private Instant until = Instant.MIN;

  /**
   * @param source reads the keys as {@link Keys#parse} takes them
   */
  public HeldKeys(Supplier<String> source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  synchronized Keys get() {
    Instant now = clock.instant();
    if (!now.isBefore(until)) {
      try {
        held = Optional.of(Keys.parse(source.get()));
      } catch (RuntimeException e) {
        if (held.isEmpty()) {
          throw new IllegalStateException("keys: " + e.getMessage(), e);
        }
      }
      until = now.plus(HELD);
    }
    return held.orElseThrow();
  }
}
