package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0         | percentages["new"]: 0 (expected: more than 0)
          -0.0      | percentages["new"]: 0 (expected: more than 0)
          -5.5      | percentages["new"]: -5.5 (expected: more than 0)
          NaN       | percentages["new"]: NaN (expected: more than 0)
          -Infinity | percentages["new"]: -Infinity (expected: more than 0)
          Infinity  | percentages["new"]: Infinity (expected: at most 100)
          100.1     | percentages["new"]: 100.1 (expected: at most 100)
          99.9      | sum of percentages: 99.9 (expected: exactly 100)
          1e-9      | sum of percentages: 0.000000001 (expected: exactly 100)
          99.999999999 | sum of percentages: 99.999999999 (expected: exactly 100)
          """)
  void aShareThatCannotBeIsNamedWithWhatWasExpected(double percent, String message) {
    refused(Map.of("new", percent), message);
  }

  @Test
  void oneToFiveConfigsAreTaken() {
    refused(Map.of(), "percentages: \"0 configs\" (expected: 1 to 5)");
    refused(even(6), "percentages: \"6 configs\" (expected: 1 to 5)");
    assertThat(Story.print(shares(even(5)))).isEqualTo("c0 20, c1 20, c2 20, c3 20, c4 20");
  }

  @Test
  void aConfigIdThatCannotBeIsNamed() {
    refused(
        Map.of("New!", 100.0),
        "percentages key: \"New!\" (expected: 1 to 63 characters of a-z, 0-9, '.', '_' and '-')");
  }

  @Test
  void aSumOfMoreThan100IsRefused() {
    refused(
        Map.of("a", 60.0, "b", 40.000000001),
        "sum of percentages: 100.000000001 (expected: exactly 100)");
  }

  private static void refused(Map<String, Double> percentages, String message) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> shares(percentages))
        .withMessage(message)
        .extracting(e -> e.problem().kind())
        .isEqualTo(Problem.Kind.INVALID_VALUE);
  }

  private static Map<String, Double> even(int configs) {
    return IntStream.range(0, configs)
        .boxed()
        .collect(Collectors.toMap(i -> "c" + i, i -> 100.0 / configs));
  }

  @Test
  void theSumIsRoundedToNinePlacesAndTheFirstOfTheLargestTakesTheResidue() {
    assertThat(
            Story.print(
                shares(
                    Map.of(
                        "a",
                        33.333333333333336,
                        "b",
                        33.333333333333336,
                        "c",
                        33.333333333333336))))
        .isEqualTo("a 33.333333334, b 33.333333333, c 33.333333333");
  }

  @Test
  void theLargestShareTakesTheResidue() {
    assertThat(
            Story.print(
                shares(
                    Map.of(
                        "a", 16.666666666666668, "b", 16.666666666666668, "c", 66.66666666666667))))
        .isEqualTo("a 16.666666666, b 16.666666666, c 66.666666668");
  }

  @Test
  void aShareBelowABillionthOfAPercentIsCutAway() {
    assertThat(Story.print(shares(Map.of("a", 4e-10, "b", 99.9999999996)))).isEqualTo("b 100");
  }

  @Test
  void aNewRolloutHasNoShareThatIsCutAway() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> Shares.ofNewPercentages("percentages", Map.of("a", 4e-10, "b", 99.9999999996)))
        .withMessage("percentages[\"a\"]: 0.0000000004 (expected: at least 0.000000001)");
    Map<String, Double> least = Map.of("a", 1e-9, "b", 99.999999999);
    assertThat(Shares.ofNewPercentages("percentages", least)).isEqualTo(shares(least));
  }

  @Property
  void everyDivisionByWeightsIsTakenAndOffByNoMoreThanItsCut(
      @ForAll @IntRange(min = 1, max = 1000) int a,
      @ForAll @IntRange(min = 1, max = 1000) int b,
      @ForAll @IntRange(min = 1, max = 1000) int c) {
    double whole = a + b + c;
    Map<String, Double> given =
        Map.of("a", 100 * a / whole, "b", 100 * b / whole, "c", 100 * c / whole);
    Shares shares = shares(given);
    assertThat(shares.total()).isEqualTo(Shares.WHOLE);
    given.forEach(
        (id, percent) -> assertThat(shares.of(id) / 1e9).isCloseTo(percent, within(3e-9)));
  }

  @Test
  void sharesThatDoNotSumTo100CannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shares.of(Map.of("a", Shares.WHOLE - 1)))
        .withMessage("sum: 99.999999999 (expected: exactly 100)");
  }

  @Test
  void anAllocationHasNoNegativePartsAndShowsNoEmptyOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Replicas.of(Map.of("a", -1L)))
        .withMessage("a: -1 (expected: 0 or more)");
    assertThat(Replicas.of(Map.of("a", 0L, "b", 3L)).units()).containsOnlyKeys("b");
  }

  @ParameterizedTest
  @CsvSource({"33300000000, 33.3", "100000000000, 100", "1, 0.000000001", "0, 0"})
  void billionthsOfAPercentArePrintedWithoutNeedlessZeros(long units, String text) {
    assertThat(Shares.print(units)).isEqualTo(text);
  }
}
