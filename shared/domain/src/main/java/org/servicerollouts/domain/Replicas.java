package org.servicerollouts.domain;

import java.util.Map;
import java.util.SortedMap;

/** How the replicas of a service are divided among its revisions. Empty at a total of 0. */
public record Replicas(SortedMap<String, Long> units) implements Allocation {

  /** The most replicas a service can have. */
  public static final long MAX_TOTAL = 1_000_000;

  /** How many a service may have, in words for people. */
  public static final String TOTALS = "0 to " + MAX_TOTAL + " replicas";

  public Replicas {
    units = Allocation.copyOf(units);
  }

  public static Replicas of(Map<String, Long> counts) {
    return new Replicas(Allocation.copyOf(counts));
  }

  /** All {@code total} replicas at revision {@code id}. */
  public static Replicas all(String id, long total) {
    return of(Map.of(id, total));
  }

  public static long requireTotal(String name, long total) {
    if (total < 0 || total > MAX_TOTAL) {
      throw Problem.invalid(name, total, TOTALS).exception();
    }
    return total;
  }
}
