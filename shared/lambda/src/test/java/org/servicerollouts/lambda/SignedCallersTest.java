package org.servicerollouts.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Nonces;
import org.servicerollouts.store.Table;

/** The request that Alibaba Cloud's SDK was seen to sign, and each single change to it. */
class SignedCallersTest {
  private static final String PATH = "/api/v2/services/cn-shanghai/foo/rollout";
  private static final String BODY =
      "{\"Batch\":{\"BatchSize\":\"25%\",\"Interval\":\"5m\"},\"Paused\":false}";
  private static final Instant SIGNED_AT = Instant.parse("2026-11-22T08:24:25Z");
  private static final String SIGNED_HEADERS =
      "content-type;host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
          + "x-acs-signature-nonce;x-acs-version";

  private static Table table;

  private final AtomicReference<String> keys =
      new AtomicReference<>(
          "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\"}}}");
  private final AtomicReference<Instant> now = new AtomicReference<>(SIGNED_AT);

  @BeforeAll
  static void createTable() {
    table = LocalTable.create();
  }

  private Callers callers() {
    return new SignedCallers(
        new HeldKeys(keys::get, now::get), new Nonces(LocalTable.create()), now::get);
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("host", "127.0.0.1:18099");
    headers.put("content-type", "application/json; charset=utf-8");
    headers.put("x-acs-action", "CreateServiceRollout");
    headers.put("x-acs-version", "2021-07-01");
    headers.put("x-acs-date", "2026-11-22T08:24:25Z");
    headers.put(
        "x-acs-signature-nonce",
        "faf9511ccb9f483e244431a1708eaeba431d34f1057b8b2a72e14f378e08739f");
    headers.put("x-acs-credentials-provider", "static_ak");
    headers.put(
        "x-acs-content-sha256", "e06b84824d1640fc9a0ab891a1579d45a607c4d99d4ec7aa9a8bf47c90f3b80a");
    headers.put("user-agent", "AlibabaCloud");
    headers.put(
        "authorization",
        "ACS3-HMAC-SHA256 Credential=LTAItest,SignedHeaders="
            + SIGNED_HEADERS
            + ",Signature=95d6b90988c36f3359324c9fa0bcf1db2d80f33eaa0288d0701e02568bcb241c");
    return headers;
  }

  private static HttpRequest request(
      String method, String path, String query, String body, Map<String, String> headers) {
    APIGatewayV2HTTPEvent event = Requests.event(method, path, query, body);
    event.setHeaders(headers);
    return new HttpRequest(event);
  }

  private static HttpRequest signed(Map<String, String> headers) {
    return request("POST", PATH, "", BODY, headers);
  }

  private Problem.Kind refusal(HttpRequest request) {
    try {
      Caller caller = callers().callerOf(request);
      throw new AssertionError(caller + " was let in");
    } catch (ProblemException e) {
      return e.problem().kind();
    }
  }

  @Test
  void letsInWhoSignedWithAKnownKey() {
    assertThat(callers().callerOf(signed(headers())).name()).isEqualTo("ci");
  }

  @ParameterizedTest
  @CsvSource({
    "x-acs-action, DeleteServiceRollout",
    "x-acs-version, 2020-01-01",
    "x-acs-date, 2026-11-22T08:24:26Z",
    "x-acs-signature-nonce, faf9511c",
    "x-acs-credentials-provider, other",
    "x-acs-content-sha256, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "content-type, application/json",
    "host, 127.0.0.1:18098"
  })
  void refusesAChangedHeader(String name, String value) {
    Map<String, String> headers = headers();
    headers.put(name, value);
    assertThat(refusal(signed(headers))).isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesAChangedRequest() {
    assertThat(refusal(request("PUT", PATH, "", BODY, headers())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(refusal(request("POST", PATH + "s", "", BODY, headers())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(refusal(request("POST", PATH, "a=b", BODY, headers())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(refusal(request("POST", PATH, "", BODY.replace("25", "50"), headers())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesAnotherSecretOrKey() {
    keys.set("{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"Secret\"}}}");
    assertThat(refusal(signed(headers()))).isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    keys.set("{\"accessKeys\": {\"LTAIother\": {\"name\": \"ci\", \"secret\": \"secret\"}}}");
    assertThat(refusal(signed(headers()))).isEqualTo(Problem.Kind.ACCESS_KEY_NOT_FOUND);
    Map<String, String> headers = headers();
    headers.computeIfPresent("authorization", (name, value) -> value.replace("241c", "241d"));
    keys.set("{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\"}}}");
    assertThat(refusal(signed(headers))).isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesADateThatIsTooFarAway() {
    for (Duration off : new Duration[] {Duration.ofMinutes(15), Duration.ofMinutes(-15)}) {
      now.set(SIGNED_AT.plus(off));
      assertThat(callers().callerOf(signed(headers())).name()).isEqualTo("ci");
      now.set(now.get().plusSeconds(off.isNegative() ? -1 : 1));
      assertThat(refusal(signed(headers()))).isEqualTo(Problem.Kind.TIMESTAMP_EXPIRED);
    }
  }

  @Test
  void refusesWhatIsNotSignedWhole() {
    Map<String, String> more = headers();
    more.put("x-acs-force", "true");
    assertThat(refusal(signed(more))).isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);

    for (String signedHeader : SIGNED_HEADERS.split(";", -1)) {
      Map<String, String> less = headers();
      less.computeIfPresent(
          "authorization",
          (name, value) ->
              value.replaceFirst("(=|;)" + signedHeader + "(;|,)", "$1$2").replace(";;", ";"));
      assertThat(refusal(signed(less)))
          .as(signedHeader)
          .isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    }
    for (String authorization :
        new String[] {"", "Bearer x", "acs LTAItest:abc", "ACS3-HMAC-SM3 Credential=LTAItest"}) {
      Map<String, String> other = headers();
      other.put("authorization", authorization);
      assertThat(refusal(signed(other))).isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    }
  }

  @Test
  void refusesTemporaryCredentials() {
    Map<String, String> headers = headers();
    headers.put("x-acs-security-token", "token");
    assertThat(refusal(signed(headers))).isEqualTo(Problem.Kind.SECURITY_TOKEN_UNSUPPORTED);
  }

  @Test
  void aChangeIsTakenOnceWithinHalfAnHour() {
    Nonces nonces = new Nonces(table);
    Callers callers = new SignedCallers(new HeldKeys(keys::get, now::get), nonces, now::get);
    assertThat(callers.callerOf(signed(headers())).name()).isEqualTo("ci");
    try {
      callers.callerOf(signed(headers()));
      throw new AssertionError("taken twice");
    } catch (ProblemException e) {
      assertThat(e.problem().kind()).isEqualTo(Problem.Kind.NONCE_USED);
    }
    assertThat(nonces.isFirst("LTAItest", "another", SIGNED_AT)).isTrue();
    assertThat(nonces.isFirst("LTAItest", "another", SIGNED_AT.plusSeconds(1800))).isFalse();
    assertThat(nonces.isFirst("LTAIother", "another", SIGNED_AT)).isTrue();
    // However long the broom takes
    assertThat(nonces.isFirst("LTAItest", "another", SIGNED_AT.plusSeconds(1801))).isTrue();
  }

  @Test
  void aKeyThatOnlyReadsChangesNothing() {
    keys.set(
        "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\", \"readOnly\":"
            + " true}}}");
    assertThat(refusal(signed(headers()))).isEqualTo(Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT);
  }
}
