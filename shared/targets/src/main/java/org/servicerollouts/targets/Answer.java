package org.servicerollouts.targets;

import java.util.Objects;

/** What came of reading or setting an alias. The texts are for release engineers. */
public sealed interface Answer {

  /** The alias as it now is. */
  record Is(Held held) implements Answer {
    public Is {
      Objects.requireNonNull(held, "held is null");
    }
  }

  /** Nothing was set: the alias is no longer as it was found (HTTP 412). */
  record Stale() implements Answer {}

  /** Nothing was done: AWS takes fewer calls than it was sent. */
  record Throttled(String why) implements Answer {}

  /**
   * It failed. Where AWS gave no answer in time, an alias may have been set all the same; reading
   * it tells.
   */
  record Failed(String why) implements Answer {}
}
