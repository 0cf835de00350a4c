package org.servicerollouts.domain;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a service is divided among its versions: config id to units, none of them zero. */
public sealed interface Allocation permits Shares, Replicas {

  /** Units by config id: billionths of a percent for traffic, replicas for a replica service. */
  SortedMap<String, Long> units();

  /** What config {@code id} has, 0 where it has none. */
  default long of(String id) {
    return units().getOrDefault(id, 0L);
  }

  /** Whether config {@code id} has at least what {@code target} gives it. */
  default boolean isAtLeast(String id, Shares target) {
    return switch (this) {
      case Shares shares -> shares.of(id) >= target.of(id);
      case Replicas replicas -> replicas.of(id) == replicas.total();
    };
  }

  /** Whether a rollout to {@code target} would find nothing to move. */
  default boolean isAt(Shares target) {
    return target.units().keySet().stream().allMatch(id -> isAtLeast(id, target));
  }

  /** The sum of all units. */
  default long total() {
    return units().values().stream().mapToLong(Long::longValue).sum();
  }

  /** A sorted, unmodifiable copy without zeros. */
  static SortedMap<String, Long> copyOf(Map<String, Long> units) {
    SortedMap<String, Long> copy = new TreeMap<>(units);
    copy.values().removeIf(u -> u == 0);
    for (Map.Entry<String, Long> entry : copy.entrySet()) {
      if (entry.getValue() < 0) {
        throw new IllegalArgumentException(
            entry.getKey() + ": " + entry.getValue() + " (expected: 0 or more)");
      }
    }
    return Collections.unmodifiableSortedMap(copy);
  }
}
