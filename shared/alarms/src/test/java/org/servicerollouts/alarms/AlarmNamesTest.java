package org.servicerollouts.alarms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.ProblemException;

class AlarmNamesTest {
  private static final String ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:";

  private final AlarmNames names = new AlarmNames("us-east-1", "123456789012");

  @ParameterizedTest
  @CsvSource({
    "checkout errors, checkout errors",
    "größer als 5 %, größer als 5 %",
    "alarm:errors, alarm:errors",
    ARN + "errors, errors",
    ARN + "errors:of:checkout, errors:of:checkout",
    "arn:aws-cn:cloudwatch:us-east-1:123456789012:alarm:errors, errors"
  })
  void aNameStaysAndAnArnBecomesItsName(String given, String name) {
    assertThat(names.name("alarms[0]", given)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:",
        "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors",
        "arn:aws:cloudwatch:us-east-1:210987654321:alarm:errors",
        "arn:aws:cloudwatch:us-east-1::alarm:errors",
        "arn:aws:cloudwatch:us-east-1:123456789012:dashboard:errors",
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:",
        "arn:aws:sns:us-east-1:123456789012:alarm:errors",
        "arn:azure:cloudwatch:us-east-1:123456789012:alarm:errors"
      })
  void theArnOfAnythingElseIsRefused(String arn) {
    assertRefused(
        arn,
        "alarms[0]: \""
            + arn
            + "\" (expected: the name or ARN of an alarm of this account and Region)");
  }

  @Test
  void anArnIsThatOfAnAlarmWhereAccountRegionAndNameFit() {
    assertThat(names.isArnOf(ARN + "errors", "errors")).isTrue();
    assertThat(names.isArnOf(ARN + "errors", "error")).isFalse();
    assertThat(names.isArnOf("errors", "errors")).isFalse();
    assertThat(names.isArnOf("arn:aws:cloudwatch:us-east-1:210987654321:alarm:errors", "errors"))
        .isFalse();
    assertThat(names.isArnOf("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors", "errors"))
        .isFalse();
  }

  @Test
  void aNameHas1To255Characters() {
    String longest = "a".repeat(255);

    assertThat(names.name("alarms[0]", longest)).isEqualTo(longest);
    assertThat(names.name("alarms[0]", ARN + longest)).isEqualTo(longest);
    assertRefused("", "alarms[0]: \"\" (expected: 1 to 255 characters, no control characters)");
    assertRefused(
        longest + "a",
        "alarms[0]: \"" + longest + "a\" (expected: 1 to 255 characters, no control characters)");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> names.name("alarms[0]", ARN + longest + "a"));
  }

  @ParameterizedTest
  @CsvSource({"'a\nb', a\\u000ab", "'\u0000', \\u0000", "'\u007f', \\u007f", "'\ud800', \\ud800"})
  void aNameHasNoControlCharactersAndNoHalves(String given, String printed) {
    assertRefused(
        given,
        "alarms[0]: \"" + printed + "\" (expected: 1 to 255 characters, no control characters)");
  }

  private void assertRefused(String given, String message) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> names.name("alarms[0]", given))
        .satisfies(e -> assertThat(e.problem().field()).contains("alarms[0]"))
        .withMessage(message);
  }
}
