package org.servicerollouts.domain;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The versions of a Lambda function that configs are. */
public final class LambdaVersions {
  /** The most versions that an alias divides its calls between. */
  public static final int MOST = 2;

  private LambdaVersions() {}

  /**
   * What an alias must hold for {@code allocation}: versions to units, {@link Shares#WHOLE} in all.
   */
  public static SortedMap<String, Long> weights(
      Allocation allocation, Map<String, Version> versions) {
    SortedMap<String, Long> weights = new TreeMap<>();
    allocation
        .units()
        .forEach((id, units) -> weights.merge(version(id, versions), units, Long::sum));
    return weights;
  }

  private static String version(String id, Map<String, Version> versions) {
    return Optional.ofNullable(versions.get(id))
        .flatMap(Version::lambdaVersion)
        .orElseThrow(() -> new IllegalStateException("config " + id + " is no Lambda version"));
  }

  /** The versions that these configs are; those that are none are left out. */
  static NavigableSet<String> of(Collection<String> configs, Map<String, Version> versions) {
    NavigableSet<String> all = new TreeSet<>();
    configs.forEach(
        id ->
            Optional.ofNullable(versions.get(id))
                .flatMap(Version::lambdaVersion)
                .ifPresent(all::add));
    return all;
  }

  /** Why these configs cannot be what an alias divides its calls between, if they cannot. */
  static Optional<Problem> refusal(
      String field, Collection<String> configs, Map<String, Version> versions) {
    for (String id : configs) {
      boolean isVersion =
          Optional.ofNullable(versions.get(id)).flatMap(Version::lambdaVersion).isPresent();
      if (!isVersion) {
        return Optional.of(
            new Problem(
                Problem.Kind.INVALID_VALUE,
                field
                    + "[\""
                    + id
                    + "\"]: a config that is no version of the function (expected: a config with"
                    + " the field lambdaVersion, or whose id is the version's number)",
                Optional.of(field)));
      }
    }
    NavigableSet<String> all = of(configs, versions);
    return all.size() <= MOST
        ? Optional.empty()
        : Optional.of(
            new Problem(
                Problem.Kind.INVALID_VALUE,
                field
                    + ": versions "
                    + String.join(", ", all)
                    + " (expected: at most "
                    + MOST
                    + ", which is what a Lambda alias divides its calls between)",
                Optional.of(field)));
  }
}
