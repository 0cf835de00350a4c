package org.servicerollouts.targets;

import java.util.SortedMap;
import org.servicerollouts.domain.Shares;

/** Shares of a function's calls, in billionths of a percent, and as AWS has them: 0.0 to 1.0. */
final class Weights {
  private Weights() {}

  static long units(double weight) {
    return Math.round(weight * Shares.WHOLE);
  }

  /** The nearest double: 33.3 percent is 0.333. */
  static double weight(long units) {
    return units / (double) Shares.WHOLE;
  }

  /**
   * Requires a division of all calls.
   *
   * @throws IllegalArgumentException unless each share is more than 0 and their sum is {@link
   *     Shares#WHOLE}
   */
  static void require(SortedMap<String, Long> weights) {
    weights.forEach(
        (version, units) -> {
          if (units <= 0) {
            throw new IllegalArgumentException(
                "weights[\""
                    + version
                    + "\"]: "
                    + Shares.print(units)
                    + " (expected: more than 0)");
          }
        });
    long sum = weights.values().stream().mapToLong(Long::longValue).sum();
    if (sum != Shares.WHOLE) {
      throw new IllegalArgumentException(
          "sum of weights: " + Shares.print(sum) + " (expected: exactly 100)");
    }
  }
}
