package org.servicerollouts.targets;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.servicerollouts.domain.Shares;

/**
 * What an alias holds.
 *
 * @param revisionId changes with every change of the alias, whoever makes it
 * @param primary the alias's FunctionVersion; it gets what the others leave, which may be nothing
 * @param weights by version its share of the calls in billionths of a percent, each more than 0;
 *     the sum is {@link Shares#WHOLE}
 */
public record Held(String revisionId, String primary, SortedMap<String, Long> weights) {

  /**
   * How far a weight may be from what was asked for and still count as that: 0.01 percentage
   * points. AWS takes and gives weights as doubles and does not say to how many places it keeps
   * them.
   */
  public static final long TOLERANCE = Shares.PERCENT / 100;

  public Held {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    Weights.require(weights);
  }

  /**
   * What AWS says of an alias.
   *
   * @param additional AdditionalVersionWeights: by version its share, 0.0 to 1.0
   * @throws IllegalArgumentException if that divides no calls: they sum to more than 1.0
   */
  static Held of(String revisionId, String primary, Map<String, Double> additional) {
    SortedMap<String, Long> weights = new TreeMap<>();
    additional.forEach((version, weight) -> weights.put(version, Weights.units(weight)));
    long rest = Shares.WHOLE - weights.values().stream().mapToLong(Long::longValue).sum();
    weights.put(primary, rest);
    weights.values().removeIf(units -> units == 0);
    return new Held(revisionId, primary, weights);
  }

  /**
   * Whether the alias divides its calls as it was told to, when it was told {@code wanted}: among
   * exactly these versions, and each weight within {@link #TOLERANCE}. A version with however small
   * a share is one that calls reach, so none may be missing and none may be left over.
   */
  public boolean holds(SortedMap<String, Long> wanted) {
    return weights.keySet().equals(wanted.keySet())
        && wanted.entrySet().stream()
            .allMatch(
                share -> Math.abs(share.getValue() - weights.get(share.getKey())) <= TOLERANCE);
  }

  /**
   * Whether {@code wanted} would change nothing. The tolerance is for what AWS makes of a weight:
   * with it, steps that are closer together than that would pass for done.
   */
  public boolean isExactly(SortedMap<String, Long> wanted) {
    return weights.equals(wanted);
  }
}
