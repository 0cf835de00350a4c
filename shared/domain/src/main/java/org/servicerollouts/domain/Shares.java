package org.servicerollouts.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Percentages that sum to exactly 100, counted in billionths of a percent so that no rounding is
 * ever carried along.
 *
 * <p>As an {@link Allocation}, how the traffic of a service is divided; as the target of a rollout,
 * where it goes.
 */
public record Shares(SortedMap<String, Long> units) implements Allocation {

  /** 100 percent, in billionths of a percent. */
  public static final long WHOLE = 100_000_000_000L;

  /** 1 percent, in billionths of a percent. */
  public static final long PERCENT = 1_000_000_000L;

  /**
   * The most configs that a rollout may divide traffic among (Google: "At most 5 service
   * configurations").
   */
  public static final int MAX_TARGETS = 5;

  public Shares {
    units = Allocation.copyOf(units);
    long sum = units.values().stream().mapToLong(Long::longValue).sum();
    if (sum != WHOLE) {
      throw new IllegalArgumentException("sum: " + print(sum) + " (expected: exactly 100)");
    }
  }

  public static Shares of(Map<String, Long> units) {
    return new Shares(Allocation.copyOf(units));
  }

  /** 100 percent at config {@code id}. */
  public static Shares only(String id) {
    return of(Map.of(id, WHOLE));
  }

  /**
   * The target that the percentages of a trafficPercentStrategy mean: each cut to 9 places, the
   * largest (ties by id) takes what cutting left.
   *
   * @throws ProblemException unless there are 1 to {@value #MAX_TARGETS}, each finite and above 0,
   *     and their sum, rounded to 9 places, is exactly 100
   *     (google.api.servicemanagement.v1.Rollout.TrafficPercentStrategy)
   */
  public static Shares ofPercentages(String name, Map<String, Double> percentages) {
    if (percentages.isEmpty() || percentages.size() > MAX_TARGETS) {
      throw Problem.invalid(name, percentages.size() + " configs", "1 to " + MAX_TARGETS)
          .exception();
    }
    BigDecimal sum = BigDecimal.ZERO;
    SortedMap<String, Long> units = new TreeMap<>();
    for (Map.Entry<String, Double> entry : percentages.entrySet()) {
      String field = field(name, entry.getKey());
      Ids.require(name + " key", entry.getKey());
      double percent = entry.getValue();
      if (!(percent > 0)) {
        throw Problem.invalid(field, printDouble(percent), "more than 0").exception();
      }
      if (percent > 100) {
        throw Problem.invalid(field, printDouble(percent), "at most 100").exception();
      }
      BigDecimal exact = new BigDecimal(Double.toString(percent));
      sum = sum.add(exact);
      units.put(
          entry.getKey(), exact.movePointRight(9).setScale(0, RoundingMode.DOWN).longValueExact());
    }
    if (sum.setScale(9, RoundingMode.HALF_EVEN).compareTo(BigDecimal.valueOf(100)) != 0) {
      String message =
          Problem.invalid("sum of " + name, new PlainNumber(sum), "exactly 100").message();
      throw new Problem(Problem.Kind.INVALID_VALUE, message, Optional.of(name)).exception();
    }
    String largest =
        units.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
            .orElseThrow()
            .getKey();
    long cut = WHOLE - units.values().stream().mapToLong(Long::longValue).sum();
    units.merge(largest, cut, Long::sum);
    return of(units);
  }

  /**
   * The target that the percentages of a rollout mean that is to be made. A share that is cut to
   * nothing is refused, because its config would be left out without a word. A rollout that was
   * made before such shares were refused keeps them, and is read by {@link #ofPercentages}.
   *
   * @throws ProblemException as {@link #ofPercentages} does, and for a share below a billionth of a
   *     percent
   */
  public static Shares ofNewPercentages(String name, Map<String, Double> percentages) {
    Shares shares = ofPercentages(name, percentages);
    percentages.forEach(
        (id, percent) -> {
          if (shares.of(id) == 0) {
            throw Problem.invalid(field(name, id), printDouble(percent), "at least " + print(1))
                .exception();
          }
        });
    return shares;
  }

  private static String field(String name, String id) {
    return name + "[\"" + id + "\"]";
  }

  /** The configs that have more here than {@code found} gives them. */
  Set<String> raisedFrom(Optional<Allocation> found) {
    return units.keySet().stream()
        .filter(id -> found.filter(from -> from.isAtLeast(id, this)).isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The same as {@link #ofPercentages} takes it. */
  Map<String, Double> percentages() {
    Map<String, Double> percentages = new TreeMap<>();
    units.forEach((id, share) -> percentages.put(id, BigDecimal.valueOf(share, 9).doubleValue()));
    return percentages;
  }

  /** Billionths of a percent as a percent without needless zeros: {@code 33.3}. */
  public static String print(long units) {
    return BigDecimal.valueOf(units, 9).stripTrailingZeros().toPlainString();
  }

  private static Object printDouble(double value) {
    return Double.isFinite(value)
        ? new PlainNumber(new BigDecimal(Double.toString(value)))
        : Double.valueOf(value);
  }

  /** Prints as a person writes it: {@code 0}, {@code 99.9}. */
  private record PlainNumber(BigDecimal value) {
    @Override
    public String toString() {
      return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
  }
}
