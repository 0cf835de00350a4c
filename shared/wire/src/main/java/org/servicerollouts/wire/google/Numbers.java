package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Function;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.wire.Json;

/**
 * Numbers by config id, as they read on the wire: highest first, ties by id, whole ones without
 * {@code .0}.
 */
final class Numbers {
  private Numbers() {}

  static ObjectNode percentages(Map<String, Double> percentages) {
    return byConfig(percentages, percent -> new BigDecimal(Double.toString(percent)));
  }

  /** Percentages of traffic, or numbers of replicas. */
  static ObjectNode allocation(Allocation allocation) {
    return switch (allocation) {
      case Shares shares -> byConfig(shares.units(), Numbers::percent);
      case Replicas replicas -> byConfig(replicas.units(), BigDecimal::valueOf);
    };
  }

  /** Billionths of a percent as a percent. */
  static BigDecimal percent(long units) {
    return BigDecimal.valueOf(units, 9);
  }

  /** Units moved: percentage points, or replicas. */
  static JsonNode moved(long units, Kind kind) {
    return number(
        switch (kind) {
          case TRAFFIC -> percent(units);
          case REPLICA -> BigDecimal.valueOf(units);
        });
  }

  static JsonNode number(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    ObjectNode parent = Json.object();
    return shortest.scale() <= 0
        ? parent.numberNode(shortest.longValueExact())
        : parent.numberNode(shortest);
  }

  private static <N extends Comparable<N>> ObjectNode byConfig(
      Map<String, N> numbers, Function<N, BigDecimal> toDecimal) {
    ObjectNode node = Json.object();
    numbers.entrySet().stream()
        .sorted(
            Map.Entry.<String, N>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> node.set(entry.getKey(), number(toDecimal.apply(entry.getValue()))));
    return node;
  }
}
