package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Query;

class GoogleQueryTest {
  private static final Call.Google CREATE = new Call.CreateRollout(ENDPOINTS);
  private static final Call.Google LIST = new Call.ListRollouts(ENDPOINTS);

  private static void check(Call.Google call, String raw) {
    GoogleQuery.check(call, Query.parse(raw));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$.xgafv=2&key=k&prettyPrint=false&quotaUser=q&access_token=t&oauth_token=t",
        "alt=json",
        "$alt=json",
        "$alt=json;enum-encoding%3Dint",
        "uploadType=&upload_protocol=&callback=&fields=",
        "force=true",
      })
  void takesWhatClientsSend(String raw) {
    assertThatCode(() -> check(CREATE, raw)).doesNotThrowAnyException();
  }

  @Test
  void takesEachMethodsOwn() {
    assertThatCode(() -> check(LIST, "pageSize=0&pageToken&filter=")).doesNotThrowAnyException();
    assertThatCode(() -> check(new Call.GetConfig(ENDPOINTS, "a"), "view=FULL"))
        .doesNotThrowAnyException();
    assertThat(problem(() -> check(LIST, "view=FULL")).kind())
        .isEqualTo(Problem.Kind.UNKNOWN_FIELD);
    assertThat(problem(() -> check(LIST, "force=true")).kind())
        .isEqualTo(Problem.Kind.UNKNOWN_FIELD);
  }

  @Test
  void refusesUnknownOnesInGooglesWords() {
    Problem problem = problem(() -> check(CREATE, "x=1"));
    assertThat(problem.message())
        .isEqualTo(
            "Invalid JSON payload received. Unknown name \"x\": Cannot bind query parameter."
                + " Field 'x' could not be found in request message.");
    assertThat(problem.field()).contains("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alt=proto|alt: \"proto\" (expected: json)",
        "alt=media|alt: \"media\" (expected: json)",
        "$alt=proto|$alt: \"proto\" (expected: json or json;enum-encoding=int)",
        "fields=name|fields: \"name\" (expected: none: resources are answered whole)",
        "callback=f|callback: \"f\" (expected: none: answers are plain JSON)",
        "prettyPrint=no|prettyPrint: \"no\" (expected: true or false)",
        "force=maybe|force: \"maybe\" (expected: true or false)",
      })
  void refusesValuesThatWouldChangeTheAnswer(String raw, String message) {
    assertThat(problem(() -> check(CREATE, raw)).message()).isEqualTo(message);
  }

  @Test
  void answersAreIndentedUnlessToldNotTo() {
    assertThat(GoogleQuery.isPretty("")).isTrue();
    assertThat(GoogleQuery.isPretty("prettyPrint=true")).isTrue();
    assertThat(GoogleQuery.isPretty("a=%&prettyPrint=false")).isFalse();
    assertThat(GoogleQuery.isPretty("prettyPrint=0&x")).isFalse();
  }
}
