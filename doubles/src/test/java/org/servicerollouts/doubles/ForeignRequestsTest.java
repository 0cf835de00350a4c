package org.servicerollouts.doubles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignRequestsTest {
  private static final int PORT = 8080;
  private static final String OWN = "127.0.0.1:8080";
  private static final String HOSTS = "127.0.0.1:8080, localhost:8080 or [::1]:8080";
  private static final String ORIGINS =
      "http://127.0.0.1:8080, http://localhost:8080 or http://[::1]:8080";

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"})
  void takesItsOwnNames(String name) {
    assertThat(refusal(Map.of("Host", List.of(name)))).isEmpty();
    assertThat(refusal(Optional.of(name), Map.of("Host", List.of(OWN)))).isEmpty();
    assertThat(refusal(with("Origin", "http://" + name))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.1:80", "localhost", "LOCALHOST:80", "[::1]"})
  void needsNoPortToBeNamedWhereItIs80(String name) {
    Map<String, List<String>> headers =
        Map.of("Host", List.of(name), "Origin", List.of("http://" + name));

    assertThat(ForeignRequests.refusal(80, Optional.of(name), of(headers))).isEmpty();
  }

  @Test
  void saysThatThePortMayBeLeftOutWhereItIs80() {
    assertThat(ForeignRequests.refusal(80, Optional.empty(), of(with("Host", "evil.example"))))
        .contains(
            "Host: \"evil.example\" (expected: 127.0.0.1:80, localhost:80, [::1]:80, 127.0.0.1,"
                + " localhost or [::1])");
  }

  @ParameterizedTest
  @ValueSource(strings = {"same-origin", "none"})
  void takesFetchesOfItsOwnPagesAndOfNone(String site) {
    assertThat(refusal(with("Sec-Fetch-Site", site))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:8080",
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8081",
        "127.0.0.1:08080",
        "127.0.0.2:8080",
        "127.0.0.1:8080.evil.example",
        "127.0.0.1:8080, evil.example:8080",
        "evil@127.0.0.1:8080",
        "localhost.:8080",
        "localhost.evil.example:8080",
        "::1:8080",
        "[::1]",
        "[::2]:8080",
        "0.0.0.0:8080",
        "null",
        "",
      })
  void refusesEveryOtherHost(String host) {
    assertThat(refusal(Map.of("Host", List.of(host))))
        .contains("Host: \"" + host + "\" (expected: " + HOSTS + ")");
    assertThat(refusal(Optional.of(host), Map.of("Host", List.of(OWN))))
        .contains("Authority: \"" + host + "\" (expected: " + HOSTS + ")");
  }

  @Test
  void refusesARequestWithoutHost() {
    assertThat(refusal(Map.of())).contains("Host: none given (expected: " + HOSTS + ")");
    assertThat(refusal(Optional.of(OWN), Map.of()))
        .contains("Host: none given (expected: " + HOSTS + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://evil.example:8080",
        "http://127.0.0.1",
        "http://127.0.0.1:3000",
        "https://127.0.0.1:8080",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080, http://evil.example",
        "http://127.0.0.1:8080.evil.example",
        "127.0.0.1:8080",
        "null",
        "",
      })
  void refusesEveryOtherOrigin(String origin) {
    assertThat(refusal(with("Origin", origin)))
        .contains("Origin: \"" + origin + "\" (expected: " + ORIGINS + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none, cross-site", "what", ""})
  void refusesFetchesFromElsewhere(String site) {
    assertThat(refusal(with("Sec-Fetch-Site", site)))
        .contains("Sec-Fetch-Site: \"" + site + "\" (expected: same-origin or none)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host           | 127.0.0.1:8080        | " + HOSTS,
        "Origin         | http://127.0.0.1:8080 | " + ORIGINS,
        "Sec-Fetch-Site | none                  | same-origin or none",
      })
  void refusesAHeaderThatIsGivenTwice(String name, String value, String expected) {
    assertThat(refusal(with(name, value, value)))
        .contains(name + ": 2 given (expected: " + expected + ")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "a\u001b[31mb", "a\u0000b", "höst", "a\u202eb"})
  void doesNotEchoWhatIsNotPlain(String value) {
    assertThat(refusal(with("Host", value)))
        .contains("Host: " + value.length() + " characters (expected: " + HOSTS + ")");
  }

  @Test
  void doesNotEchoWhatIsLong() {
    assertThat(refusal(with("Host", "a".repeat(100)))).get().asString().contains("\"aaa");
    assertThat(refusal(with("Host", "a".repeat(101))))
        .contains("Host: 101 characters (expected: " + HOSTS + ")");
  }

  /** A request that is in order but for the values of one header. */
  private static Map<String, List<String>> with(String name, String... values) {
    return name.equals("Host")
        ? Map.of(name, List.of(values))
        : Map.of("Host", List.of(OWN), name, List.of(values));
  }

  private static Optional<String> refusal(Map<String, List<String>> headers) {
    return refusal(Optional.empty(), headers);
  }

  private static Optional<String> refusal(
      Optional<String> authority, Map<String, List<String>> headers) {
    return ForeignRequests.refusal(PORT, authority, of(headers));
  }

  private static Function<String, List<String>> of(Map<String, List<String>> headers) {
    return name -> headers.getOrDefault(name, List.of());
  }
}
