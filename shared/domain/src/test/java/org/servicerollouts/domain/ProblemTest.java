package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProblemTest {

  @Test
  void saysNameValueAndWhatWasExpected() {
    assertThat(Problem.invalid("batchSize", "0", "1 or more"))
        .isEqualTo(
            new Problem(
                Problem.Kind.INVALID_VALUE,
                "batchSize: \"0\" (expected: 1 or more)",
                Optional.of("batchSize")));
    assertThat(Problem.invalid("totalReplicas", -1, "0 or more").message())
        .isEqualTo("totalReplicas: -1 (expected: 0 or more)");
  }

  @Test
  void saysWhatIsMissing() {
    Problem problem = Problem.missing("serviceName", "a name");
    assertThat(problem.kind()).isEqualTo(Problem.Kind.MISSING_VALUE);
    assertThat(problem.message()).isEqualTo("serviceName: missing (expected: a name)");
    assertThat(problem.field()).contains("serviceName");
  }

  @Test
  void saysOfAServiceWhatGoogleSays() {
    assertThat(NotFound.service("x").message())
        .isEqualTo("Service 'x' not found or permission denied.");
  }

  @Test
  void escapesWhatCannotBePrinted() {
    assertThat(messageOf("a\u0000b\n\u007f\u0085ä😀\ud83d"))
        .isEqualTo("x: \"a\\u0000b\\u000a\\u007f\\u0085ä😀\\ud83d\" (expected: y)");
  }

  @Test
  void cutsLongValues() {
    assertThat(messageOf("a".repeat(300)))
        .isEqualTo("x: \"" + "a".repeat(300) + "\" (expected: y)");
    assertThat(messageOf("a".repeat(301)))
        .isEqualTo("x: \"" + "a".repeat(300) + "…\" (expected: y)");
    assertThat(messageOf("😀".repeat(300)))
        .isEqualTo("x: \"" + "😀".repeat(300) + "\" (expected: y)");
    assertThat(messageOf("😀".repeat(1_000_000)))
        .isEqualTo("x: \"" + "😀".repeat(300) + "…\" (expected: y)");
  }

  private static String messageOf(String value) {
    return Problem.invalid("x", value, "y").message();
  }

  @Test
  void isCarriedByItsException() {
    Problem problem = Problem.of(Problem.Kind.ABORTED, "others were first");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () -> {
              throw problem.exception();
            })
        .withMessage("others were first")
        .extracting(ProblemException::problem)
        .isEqualTo(problem);
  }

  @Test
  void ofAConfigThatIsTooLargeSaysHowLargeItMayBe() {
    assertThat(config("x".repeat(Config.MAX_BODY_BYTES)).body()).hasSize(Config.MAX_BODY_BYTES);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> config("ä".repeat(Config.MAX_BODY_BYTES / 2) + "x"))
        .withMessage("config: \"131073 bytes\" (expected: at most 131072 bytes)");
  }

  private static Config config(String body) {
    return new Config("v1", 1, Instant.EPOCH, "alice", "", body);
  }
}
