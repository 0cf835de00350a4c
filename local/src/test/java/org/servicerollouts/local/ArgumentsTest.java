package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  @Test
  void hasDefaults() {
    assertThat(Arguments.parse())
        .isEqualTo(new Arguments(8080, Optional.empty(), Optional.empty()));
  }

  @Test
  void readsThemInAnyOrder() {
    Arguments expected = new Arguments(0, Optional.of(Path.of("a b")), Optional.of(Path.of("c")));

    assertThat(Arguments.parse("--port", "0", "--data", "a b", "--keys", "c")).isEqualTo(expected);
    assertThat(Arguments.parse("--keys", "c", "--data", "a b", "--port", "0")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "--prot 1",
        "--port",
        "--port x",
        "--port -1",
        "--port 65536",
        "--data",
        "--keys",
        "--port 1 x"
      })
  void refusesAllElseInOneLineWithItsUsage(String line) {
    assertThatThrownBy(() -> Arguments.parse(line.split(" ")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(Arguments.USAGE)
        .hasMessageNotContaining("\n");
  }
}
