package org.servicerollouts.doubles;

import java.util.Map;

/**
 * An alias of a function.
 *
 * @param additionalVersionWeights by version the share of the calls that goes there instead of to
 *     {@code functionVersion}: one at most, 0.0 to 1.0
 * @param revisionId another one after each change
 */
public record Alias(
    String name,
    String functionVersion,
    String description,
    Map<String, Double> additionalVersionWeights,
    String revisionId) {
  public Alias {
    additionalVersionWeights = Map.copyOf(additionalVersionWeights);
  }
}
