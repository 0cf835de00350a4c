package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  @ParameterizedTest(name = "{0} of {1} moved, {2} batches done, {3}: {4} %")
  @CsvSource({
    "0,  10, 0, RUNNING,     0",
    "1,   3, 1, RUNNING,     33",
    "2,   3, 2, RUNNING,     66",
    "3,   3, 3, RUNNING,     99",
    "3,   3, 3, PAUSED,      99",
    "3,   3, 3, SUCCEEDED,   100",
    "0,   0, 0, SUCCEEDED,   100",
    "0,   0, 0, RUNNING,     0",
    "2,   3, 2, CANCELLED,   66",
    "2,   3, 2, ROLLED_BACK, 66",
    "3,   3, 3, FAILED,      99",
    "99999999999, 100000000000, 9, RUNNING, 99",
    "999999999,   100000000000, 9, RUNNING, 0",
  })
  void thePercentageIsRoundedDownAndReaches100OnlyWithSuccess(
      long moved, long distance, int batch, Status status, int percentage) {
    assertThat(new Progress(moved, distance, batch, 9).percentage(status)).isEqualTo(percentage);
  }
}
