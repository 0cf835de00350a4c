package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {

  @ParameterizedTest
  @CsvSource({
    "1s, PT1S",
    "60s, PT1M",
    "5m, PT5M",
    "1h30m, PT1H30M",
    "1h1m1s, PT1H1M1S",
    "2h5s, PT2H5S",
    "90m30s, PT1H30M30S",
    "168h, PT168H",
    "604800s, PT168H",
    "167h60m, PT168H",
    "0h1s, PT1S"
  })
  void hoursMinutesAndSecondsAreRead(String text, Duration duration) {
    Interval interval = Interval.of("interval", text);
    assertThat(interval.duration()).isEqualTo(duration);
    assertThat(interval).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0s",
        "0h0m0s",
        "168h1s",
        "604801s",
        "169h",
        "999999h",
        "1000000s",
        "5",
        "m",
        "5 m",
        "-5m",
        "1.5m",
        "5M",
        "30m1h",
        "1m1m",
        "5ms",
        "1d",
        "PT5M",
        "٥m",
        "5m\n"
      })
  void anythingElseAndWhatIsTooShortOrTooLongIsRefused(String text) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Interval.of("batch.interval", text))
        .withMessageStartingWith("batch.interval: \"" + text.replace("\n", "\\u000a") + "\"")
        .withMessageEndingWith(
            " (expected: <n>s, <n>m or <n>h, also compound as in 1h30m, from 1s to 168h)");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> new Interval(text))
        .withMessageStartingWith("interval: ");
  }

  @Test
  void withoutOneItIsFiveMinutes() {
    assertThat(Interval.DEFAULT.duration()).isEqualTo(Duration.ofMinutes(5));
  }
}
