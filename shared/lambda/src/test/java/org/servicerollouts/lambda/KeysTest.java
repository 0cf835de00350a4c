package org.servicerollouts.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

class KeysTest {
  /** SHA-256 of "secret" and of "other". */
  private static final String KEYS =
      """
      {"keys": {
        "ci": {"sha256": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"},
        "proxies": {"sha256": "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
          "readOnly": true}}}
      """;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<String> source = new AtomicReference<>(KEYS);
  private final AtomicInteger reads = new AtomicInteger();
  private final Callers callers =
      new KeyCallers(
          new HeldKeys(
              () -> {
                reads.incrementAndGet();
                return source.get();
              },
              now::get));

  private static HttpRequest request(String method, String path, String query, String... headers) {
    APIGatewayV2HTTPEvent event = Requests.event(method, path, query, null);
    for (int i = 0; i < headers.length; i += 2) {
      Requests.with(event, headers[i], headers[i + 1]);
    }
    return new HttpRequest(event);
  }

  private Problem refusal(HttpRequest request) {
    try {
      Caller caller = callers.callerOf(request);
      throw new AssertionError(caller + " was let in");
    } catch (ProblemException e) {
      return e.problem();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "authorization, Bearer secret, ci",
    "authorization, bearer  secret, ci",
    "x-goog-api-key, secret, ci",
    "x-goog-api-key, other, proxies"
  })
  void letsInByHeader(String header, String value, String name) {
    assertThat(callers.callerOf(request("GET", "/v1/services/a", "", header, value)))
        .isEqualTo(new Caller(name, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key=secret",
        "$key=secret",
        "$access_token=secret",
        "access_token=secret",
        "oauth_token=secret&alt=json"
      })
  void letsInByQuery(String query) {
    assertThat(callers.callerOf(request("POST", "/v1/services", query)).name()).isEqualTo("ci");
  }

  @Test
  void refusesWhoShowsNothing() {
    assertThat(refusal(request("GET", "/v1/services/a", "")).kind())
        .isEqualTo(Problem.Kind.CREDENTIALS_MISSING);
    assertThat(
            refusal(request("GET", "/v1/services/a", "", "authorization", "Basic c2VjcmV0")).kind())
        .isEqualTo(Problem.Kind.CREDENTIALS_MISSING);
  }

  @Test
  void refusesWhatIsNoKey() {
    assertThat(refusal(request("GET", "/v1/x", "", "authorization", "Bearer Secret")).kind())
        .isEqualTo(Problem.Kind.ACCESS_TOKEN_INVALID);
    assertThat(refusal(request("GET", "/v1/x", "key=nope")).kind())
        .isEqualTo(Problem.Kind.API_KEY_INVALID);
    assertThat(refusal(request("GET", "/v1/x", "key=secret", "authorization", "Bearer x")).kind())
        .isEqualTo(Problem.Kind.ACCESS_TOKEN_INVALID);
  }

  @Test
  void aReadOnlyKeyReads() {
    assertThat(callers.callerOf(request("GET", "/v1/services/a/rollouts", "key=other")).name())
        .isEqualTo("proxies");
    assertThat(
            callers
                .callerOf(request("POST", "/v1/services:generateConfigReport", "key=other"))
                .name())
        .isEqualTo("proxies");
    assertThat(
            callers
                .callerOf(request("POST", "/v1/services/a/rollouts:preview", "$key=other"))
                .name())
        .isEqualTo("proxies");
    assertThat(callers.callerOf(request("POST", "/v1/services/a:report", "key=other")).name())
        .isEqualTo("proxies");
    for (String path :
        List.of(
            "/v1/services/a/rollouts",
            "/v1/services/a/rollouts/r:pause",
            "/v1/projects/p/services/a:enable")) {
      assertThat(refusal(request("POST", path, "key=other")).kind())
          .isEqualTo(Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT);
    }
    assertThat(refusal(request("DELETE", "/v1/services/a", "key=other")).kind())
        .isEqualTo(Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT);
  }

  @Test
  void keysAreHeldForFiveMinutes() {
    HttpRequest request = request("GET", "/v1/services/a", "key=secret");
    assertThat(reads).hasValue(0);
    callers.callerOf(request);
    source.set("{}");
    now.set(Instant.EPOCH.plus(Duration.ofMinutes(5)).minusMillis(1));
    assertThat(callers.callerOf(request).name()).isEqualTo("ci");
    assertThat(reads).hasValue(1);

    now.set(Instant.EPOCH.plus(Duration.ofMinutes(5)));
    assertThat(refusal(request).kind()).isEqualTo(Problem.Kind.API_KEY_INVALID);
    assertThat(reads).hasValue(2);
  }

  @Test
  void keysThatCannotBeReadAgainGoOn() {
    HttpRequest request = request("GET", "/v1/services/a", "key=secret");
    callers.callerOf(request);
    source.set("nonsense");
    now.set(Instant.EPOCH.plus(Duration.ofHours(1)));
    assertThat(callers.callerOf(request).name()).isEqualTo("ci");
  }

  @Test
  void keysThatWereNeverReadLetNobodyIn() {
    source.set("nonsense");
    HttpRequest request = request("GET", "/v1/services/a", "key=secret");
    assertThatThrownBy(() -> callers.callerOf(request)).isInstanceOf(IllegalStateException.class);
    source.set(KEYS);
    assertThat(callers.callerOf(request).name()).isEqualTo("ci");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"keys\": {\"ci\": {\"sha256\": \"abc\"}}}"
            + "|keys.ci.sha256: wrong (expected: 64 hex digits in lower case)",
        "{\"keys\": {\"ci\": {}}}|keys.ci.sha256: wrong (expected: 64 hex digits in lower case)",
        "{\"keys\": {\"ci\": 1}}|keys.ci: wrong (expected: an object)",
        "{\"keys\": {\"ci\": null}}|keys.ci: wrong (expected: an object with the key's sha256)",
        "{\"kees\": {}}|kees: wrong (expected: one of accessKeys, keys)",
        "{\"accessKeys\": {\"LTAI\": \"TOPSECRET\"}}|accessKeys.LTAI: wrong (expected: an object)",
        "{\"accessKeys\": {\"LTAI\": {\"name\": \"ci\", \"secret\": \"\"}}}"
            + "|accessKeys.LTAI.secret: wrong (expected: the access key's secret)",
        "{\"accessKeys\": {\"LTAI\": {\"name\": \"\", \"secret\": \"s\"}}}"
            + "|accessKeys.LTAI.name: wrong (expected: whose it is)",
      })
  void saysWhatIsWrong(String json, String message) {
    assertThatThrownBy(() -> Keys.parse(json)).hasMessage(message);
  }

  @Test
  void noSecretIsEverPrinted() {
    Keys parsed =
        Keys.parse("{\"accessKeys\": {\"LTAI\": {\"name\": \"ci\", \"secret\": \"TOPSECRET\"}}}");
    assertThat(parsed.toString()).doesNotContain("TOPSECRET");
  }
}
