package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  @Test
  void hasDefaults() {
    assertThat(Arguments.parse())
        .isEqualTo(
            new Arguments(
                8080, Optional.empty(), Optional.empty(), Arguments.AwsPorts.FREE, List.of()));
  }

  @Test
  void readsThemInAnyOrder() {
    Arguments expected =
        new Arguments(
            0,
            Optional.of(Path.of("a b")),
            Optional.of(Path.of("c")),
            Arguments.AwsPorts.FREE,
            List.of());

    assertThat(Arguments.parse("--port", "0", "--data", "a b", "--keys", "c")).isEqualTo(expected);
    assertThat(Arguments.parse("--keys", "c", "--data", "a b", "--port", "0")).isEqualTo(expected);
  }

  @Test
  void readsWhatIsPlayedOfAws() {
    Arguments arguments =
        Arguments.parse(
            "--lambda-port",
            "1",
            "--function",
            "checkout:5",
            "--cloudwatch-port",
            "2",
            "--function",
            "cart:1");

    assertThat(arguments.aws()).isEqualTo(new Arguments.AwsPorts(1, 2));
    assertThat(arguments.functions())
        .containsExactly(
            new Arguments.LambdaFunction("checkout", 5), new Arguments.LambdaFunction("cart", 1));
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
        "--lambda-port x",
        "--cloudwatch-port 70000",
        "--function checkout",
        "--function checkout:0",
        "--function checkout:1001",
        "--port 1 x"
      })
  void refusesAllElseInOneLineWithItsUsage(String line) {
    assertThatThrownBy(() -> Arguments.parse(line.split(" ")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(Arguments.USAGE)
        .hasMessageNotContaining("\n");
  }
}
