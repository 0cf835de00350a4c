package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps, and steps that grow: what they take, and where each of them goes. */
class StrategyTest {

  /** {@code 1% 10m, 50%, 100%}: percent and wait. */
  static Strategy.Steps steps(String text) {
    List<Strategy.Step> steps = new ArrayList<>();
    for (String step : text.split(", ", -1)) {
      List<String> parts = List.of(step.split(" ", -1));
      long percent =
          new BigDecimal(parts.getFirst().replace("%", "")).movePointRight(9).longValueExact();
      steps.add(new Strategy.Step(percent, parts.stream().skip(1).findFirst().map(Interval::new)));
    }
    return new Strategy.Steps(steps);
  }

  static Strategy.Growth growth(String initial, String factor, String interval) {
    return new Strategy.Growth(
        new BigDecimal(initial), new BigDecimal(factor), new Interval(interval));
  }

  @Nested
  class Steps {

    @Test
    void areWhatTheySay() {
      Strategy.Steps steps = steps("1% 10m, 50%, 100%");
      assertThat(steps.count()).isEqualTo(3);
      assertThat(IntStream.range(0, 3).mapToLong(steps::percent))
          .containsExactly(Shares.PERCENT, 50 * Shares.PERCENT, Shares.WHOLE);
      assertThat(steps.waitAfter(0)).contains(new Interval("10m"));
      assertThat(steps.waitAfter(1)).isEmpty();
      assertThat(steps.waitAfter(2)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            50%, 50%, 100%    | steps[1].percent: 50 (expected: more than 50, since steps ascend)
            50%, 49.9%, 100%  | steps[1].percent: 49.9 (expected: more than 50, since steps ascend)
            1%, 99.999999999% | steps[1].percent: 99.999999999 (expected: 100, since it is the last)
            1% 1m, 100% 5m    | steps[1].wait: "5m" (expected: none, since it is the last)
            0%, 100%          | percent: 0 (expected: more than 0, at most 100)
            -1%, 100%         | percent: -1 (expected: more than 0, at most 100)
            100.000000001%    | percent: 100.000000001 (expected: more than 0, at most 100)
            """)
    void areRefusedInWords(String text, String message) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> steps(text))
          .withMessage(message);
    }

    @Test
    void areOneToAThousand() {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> new Strategy.Steps(List.of()))
          .withMessage("steps: \"0 steps\" (expected: 1 to 1000)");
      assertThat(steps(1000).count()).isEqualTo(1000);
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> steps(1001))
          .withMessage("steps: \"1001 steps\" (expected: 1 to 1000)");
    }

    private static Strategy.Steps steps(int count) {
      return new Strategy.Steps(
          IntStream.rangeClosed(1, count)
              .mapToObj(i -> new Strategy.Step(i == count ? Shares.WHOLE : i, Optional.empty()))
              .toList());
    }

    private static Strategy.Steps steps(String text) {
      return StrategyTest.steps(text);
    }
  }

  @Nested
  class Growth {

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            1    | 10   | 1 10 100
            1    | 2    | 1 2 4 8 16 32 64 100
            5    | 3    | 5 15 45 100
            100  | 1.5  | 100
            30   | 3.5  | 30 100
            0.1  | 31.6 | 0.1 3.16 99.856 100
            33   | 1.7  | 33 56.1 95.37 100
            """)
    void multipliesFromTheInitialToAHundred(String initial, String factor, String percents) {
      Strategy.Growth growth = growth(initial, factor, "5m");
      assertThat(
              IntStream.range(0, growth.count())
                  .mapToObj(i -> Shares.print(growth.percent(i)))
                  .toList())
          .containsExactly(percents.split(" ", -1));
      assertThat(growth.waitAfter(0)).contains(new Interval("5m"));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            0            | 2    | growth.initial: 0 (expected: more than 0, at most 100, with up to 9 decimal places)
            100.1        | 2    | growth.initial: 100.1 (expected: more than 0, at most 100, with up to 9 decimal places)
            0.0000000001 | 2    | growth.initial: 1E-10 (expected: more than 0, at most 100, with up to 9 decimal places)
            1            | 1    | growth.factor: 1 (expected: more than 1, at most 100000000000, with at most 18 digits)
            1            | 0.5  | growth.factor: 0.5 (expected: more than 1, at most 100000000000, with at most 18 digits)
            1            | 1E+999999999 | growth.factor: 1E+999999999 (expected: more than 1, at most 100000000000, with at most 18 digits)
            1            | 1.000000000000000001 | growth.factor: 1.000000000000000001 (expected: more than 1, at most 100000000000, with at most 18 digits)
            1            | 1.004 | growth.factor: 1.004 (expected: one that takes 1% to 100% in at most 1000 steps)
            """)
    void isRefusedInWords(String initial, String factor, String message) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> growth(initial, factor, "5m"))
          .withMessage(message);
    }

    @Test
    void takesAThousandStepsAtMost() {
      // The 1000th step is 1.004621^999 = 100.06, the one before it 99.6
      assertThat(growth("1", "1.004621", "5m").count()).isEqualTo(1000);
      assertThat(growth("1", "1.004621", "5m").percent(999)).isEqualTo(Shares.WHOLE);
      assertThat(growth("1", "1.004621", "5m").percent(998)).isLessThan(Shares.WHOLE);
    }

    @Test
    void takesTheLeastAndTheLargestThereIs() {
      Strategy.Growth growth = growth("0.000000001", "100000000000", "5m");
      assertThat(growth.count()).isEqualTo(2);
      assertThat(growth.percent(0)).isEqualTo(1);
    }
  }

  @Property
  void growthAscendsToExactlyAHundredByItsFactor(
      @ForAll("percents") BigDecimal initial, @ForAll("factors") BigDecimal factor) {
    Strategy.Growth growth = growthIfFew(initial, factor);
    long[] percents = IntStream.range(0, growth.count()).mapToLong(growth::percent).toArray();
    assertThat(percents).isSorted().endsWith(Shares.WHOLE);
    BigDecimal expected = initial;
    for (int i = 0; i < percents.length - 1; i++) {
      assertThat(percents[i]).isLessThan(Shares.WHOLE);
      assertThat(Math.abs(percents[i] - cut(expected))).isLessThanOrEqualTo(1);
      expected = expected.multiply(factor, MathContext.DECIMAL128);
    }
  }

  private static Strategy.Growth growthIfFew(BigDecimal initial, BigDecimal factor) {
    try {
      return new Strategy.Growth(initial, factor, Interval.DEFAULT);
    } catch (ProblemException e) {
      Assume.that(false);
      throw e;
    }
  }

  private static long cut(BigDecimal percent) {
    return percent.movePointRight(9).setScale(0, RoundingMode.DOWN).longValueExact();
  }

  @Provide
  Arbitrary<BigDecimal> percents() {
    return Arbitraries.bigDecimals()
        .between(new BigDecimal("0.000000001"), new BigDecimal("100"))
        .ofScale(9);
  }

  @Provide
  Arbitrary<BigDecimal> factors() {
    return Arbitraries.bigDecimals()
        .between(new BigDecimal("1.05"), new BigDecimal("20"))
        .ofScale(3);
  }
}
