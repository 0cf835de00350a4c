package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * How a move is cut into batches. The batches themselves are never stored: {@link Move} derives
 * them.
 */
public sealed interface Strategy {

  /** One step to the target. */
  record AllAtOnce() implements Strategy {}

  /**
   * Batches of {@code size}, one after another.
   *
   * @param size of the total; for traffic, n and n% are n percentage points
   * @param interval from the end of one batch to the start of the next
   */
  record Batch(Amount size, Interval interval) implements Strategy {
    /** PAI-EAS's documented default. */
    public static final Amount DEFAULT_SIZE = new Amount("25%");

    public Batch {
      requireNonNull(size, "size is null");
      requireNonNull(interval, "interval is null");
      if (size.units() == 0) {
        throw Problem.invalid("batchSize", size.text(), "above 0").exception();
      }
    }
  }

  /**
   * One step that leaves {@code keep} where they are, and holds there. {@code 0} goes to the
   * target.
   *
   * @param keep how many replicas, or how much of them, stay old; for traffic, n and n% hold back
   *     n% of the move
   */
  record Partition(Amount keep) implements Strategy {
    public Partition {
      requireNonNull(keep, "keep is null");
    }
  }

  /** Steps that are each so many percent of the move. */
  sealed interface Staged extends Strategy {
    /** How many steps there are. */
    int count();

    /** How much of the move is done with step {@code index}, in billionths of a percent. */
    long percent(int index);

    /** The wait after step {@code index}; empty: it holds until somebody advances it. */
    Optional<Interval> waitAfter(int index);
  }

  /** The most steps of one rollout. */
  int MAX_STEPS = 1000;

  /** Steps one by one, ascending to 100. */
  record Steps(List<Step> steps) implements Staged {
    public Steps {
      steps = List.copyOf(steps);
      if (steps.isEmpty() || steps.size() > MAX_STEPS) {
        throw Problem.invalid("steps", steps.size() + " steps", "1 to " + MAX_STEPS).exception();
      }
      for (int i = 0; i < steps.size(); i++) {
        long before = i == 0 ? 0 : steps.get(i - 1).percent();
        if (steps.get(i).percent() <= before) {
          throw Problem.invalid(
                  "steps[" + i + "].percent",
                  new BigDecimal(Shares.print(steps.get(i).percent())),
                  "more than " + Shares.print(before) + ", since steps ascend")
              .exception();
        }
      }
      int last = steps.size() - 1;
      if (steps.get(last).percent() != Shares.WHOLE) {
        throw Problem.invalid(
                "steps[" + last + "].percent",
                new BigDecimal(Shares.print(steps.get(last).percent())),
                "100, since it is the last")
            .exception();
      }
      steps
          .get(last)
          .waitAfter()
          .ifPresent(
              wait -> {
                throw Problem.invalid(
                        "steps[" + last + "].wait", wait.text(), "none, since it is the last")
                    .exception();
              });
    }

    @Override
    public int count() {
      return steps.size();
    }

    @Override
    public long percent(int index) {
      return steps.get(index).percent();
    }

    @Override
    public Optional<Interval> waitAfter(int index) {
      return steps.get(index).waitAfter();
    }
  }

  /**
   * One of {@link Steps}.
   *
   * @param percent of the move, in billionths of a percent, above 0 and at most 100%
   * @param waitAfter empty: it holds until somebody advances it
   */
  record Step(long percent, Optional<Interval> waitAfter) {
    public Step {
      if (percent <= 0 || percent > Shares.WHOLE) {
        throw Problem.invalid(
                "percent", new BigDecimal(Shares.print(percent)), "more than 0, at most 100")
            .exception();
      }
    }
  }

  /**
   * Steps that grow: step k is {@code initial × factor^k} percent of the move, the last 100.
   *
   * @param initial percent of the first, above 0 and at most 100
   * @param factor above 1
   * @param interval from the end of one step to the start of the next
   */
  record Growth(BigDecimal initial, BigDecimal factor, Interval interval) implements Staged {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int MOST_DIGITS = 18;

    /** From the least initial to 100 at once. */
    private static final BigDecimal LARGEST_FACTOR = BigDecimal.valueOf(100_000_000_000L);

    /** Which percentages the first step may have, in words for people. */
    public static final String INITIALS = "more than 0, at most 100, with up to 9 decimal places";

    /** Which factors there may be, in words for people. */
    public static final String FACTORS =
        "more than 1, at most "
            + LARGEST_FACTOR.toPlainString()
            + ", with at most "
            + MOST_DIGITS
            + " digits";

    public Growth {
      requireNonNull(interval, "interval is null");
      if (initial.signum() <= 0
          || initial.compareTo(HUNDRED) > 0
          || initial.stripTrailingZeros().scale() > 9) {
        throw Problem.invalid("growth.initial", initial, INITIALS).exception();
      }
      if (factor.compareTo(BigDecimal.ONE) <= 0
          || factor.compareTo(LARGEST_FACTOR) > 0
          || factor.precision() > MOST_DIGITS) {
        throw Problem.invalid("growth.factor", factor, FACTORS).exception();
      }
      if (count(initial, factor) > MAX_STEPS) {
        throw Problem.invalid(
                "growth.factor",
                factor,
                "one that takes "
                    + initial.stripTrailingZeros().toPlainString()
                    + "% to 100% in at most "
                    + MAX_STEPS
                    + " steps")
            .exception();
      }
    }

    /** The first step that is 100, and those before it. */
    private static int count(BigDecimal initial, BigDecimal factor) {
      int least = 1;
      int most = MAX_STEPS + 1;
      while (least < most) {
        int middle = (least + most) / 2;
        if (at(initial, factor, middle - 1).compareTo(HUNDRED) < 0) {
          least = middle + 1;
        } else {
          most = middle;
        }
      }
      return least;
    }

    private static BigDecimal at(BigDecimal initial, BigDecimal factor, int index) {
      MathContext digits = MathContext.DECIMAL128;
      return initial.multiply(factor.pow(index, digits), digits);
    }

    @Override
    public int count() {
      return count(initial, factor);
    }

    @Override
    public long percent(int index) {
      return at(initial, factor, index)
          .min(HUNDRED)
          .movePointRight(9)
          .setScale(0, RoundingMode.DOWN)
          .longValueExact();
    }

    @Override
    public Optional<Interval> waitAfter(int index) {
      return Optional.of(interval);
    }
  }

  Strategy ALL_AT_ONCE = new AllAtOnce();
}
