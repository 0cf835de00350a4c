package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {

  @ParameterizedTest
  @CsvSource({
    "3, false, 3",
    "0, false, 0",
    "1000000, false, 1000000",
    "999999999999999999, false, 999999999999999999",
    "25%, true, 25000000000",
    "0%, true, 0",
    "100%, true, 100000000000",
    "100.000000000%, true, 100000000000",
    "33.333333333%, true, 33333333333",
    "0.000000001%, true, 1",
  })
  void aNumberOrAPercentageIsReadExactly(String text, boolean percent, long units) {
    Amount amount = new Amount(text);
    assertThat(amount.isPercent()).isEqualTo(percent);
    assertThat(amount.units()).isEqualTo(units);
    assertThat(amount).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "%",
        "-1",
        "-1%",
        "+1",
        "1.5",
        "1e2",
        "0x1",
        " 1",
        "1 %",
        "1%%",
        ".5%",
        "5.%",
        "abc",
        "NaN",
        "100.000000001%",
        "101%",
        "0.0000000001%",
        "33.3333333333%",
        "1.0000000000%",
        "1,5%",
        "١",
        "1000000000000000000"
      })
  void anythingElseIsRefused(String text) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Amount.orZero("partition", text))
        .withMessage(
            "partition: \""
                + text
                + "\" (expected: 0 or more, in up to 18 digits, or 0% to 100%, with up to 9 decimal"
                + " places)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "00", "0%", "0.000%", "x", "33.3333333333%", "1000000000000000000"})
  void zeroIsRefusedWhereItMustBeMore(String text) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Amount.aboveZero("batchSize", text))
        .withMessage(
            "batchSize: \""
                + text
                + "\" (expected: 1 or more, in up to 18 digits, or a percentage above 0% and up to"
                + " 100%, with up to 9 decimal places)");
  }

  @Test
  void zeroIsTakenWhereItMayBe() {
    assertThat(Amount.orZero("partition", "0%").units()).isZero();
    assertThat(Amount.aboveZero("batchSize", "0.000000001%").units()).isEqualTo(1);
  }

  @Test
  void aBatchOfNothingCannotBe() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> ServiceBuilder.batch("0%", "5m"))
        .withMessage("batchSize: \"0%\" (expected: above 0)");
  }
}
