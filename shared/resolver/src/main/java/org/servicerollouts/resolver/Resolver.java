package org.servicerollouts.resolver;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Which version of a service a user or device gets, while the service is divided among several:
 * always the same one, whoever asks, until the division changes. It can be used by many threads and
 * allocates nothing once it is made.
 *
 * <p>The hash of a key is a point on a ring. The versions lie on the ring one after another in the
 * order of their creation, each as wide as its share. So while one version grows and no other does,
 * no key leaves it, whichever it is. {@code docs/allocation.md} has the algorithm for other
 * languages, and test vectors.
 */
public final class Resolver {
  private final SipHash hash;
  private final String[] configIds;
  private final long[] ends;

  /**
   * A version and its share.
   *
   * @param units its share, 0 or more, in any unit that is the same for all: billionths of a
   *     percent, replicas
   */
  public record Version(String configId, long units) {
    public Version {
      requireNonNull(configId, "configId is null");
      if (units < 0) {
        throw new IllegalArgumentException(
            "units of " + configId + ": " + units + " (expected: 0 or more)");
      }
    }
  }

  /**
   * A division as it stands now.
   *
   * @param serviceName salts the hash, so that it is not the same users who come first in all
   *     services
   * @param versions in the order in which they were created, which must not change while the shares
   *     do
   * @throws IllegalArgumentException for a config that is there twice, and unless the units sum to
   *     1 to {@link Long#MAX_VALUE}
   */
  public Resolver(String serviceName, List<Version> versions) {
    if (versions.stream().map(Version::configId).distinct().count() < versions.size()) {
      throw new IllegalArgumentException(
          "versions: " + versions + " (expected: each config at most once)");
    }
    List<Version> present = versions.stream().filter(version -> version.units() > 0).toList();
    hash = new SipHash(new SipHash(0, 0).hash(serviceName), 0);
    configIds = present.stream().map(Version::configId).toArray(String[]::new);
    ends = new long[configIds.length];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += present.get(i).units();
      ends[i] = end;
      if (end <= 0) {
        throw new IllegalArgumentException(
            "sum of units: " + versions + " (expected: at most " + Long.MAX_VALUE + ")");
      }
    }
    if (end == 0) {
      throw new IllegalArgumentException("sum of units: 0 (expected: 1 or more)");
    }
  }

  /**
   * The id of the config that {@code key} gets.
   *
   * @param key whatever is to stay with one version, such as a user's id; the empty one is a key
   *     like others
   */
  public String resolve(String key) {
    long point = point(key);
    int i = 0;
    while (point >= ends[i]) {
      i++;
    }
    return configIds[i];
  }

  /** Where {@code key} is on the ring: 0 or more, less than the sum of all units. */
  public long point(String key) {
    return Math.unsignedMultiplyHigh(hash.hash(key), ends[ends.length - 1]);
  }
}
