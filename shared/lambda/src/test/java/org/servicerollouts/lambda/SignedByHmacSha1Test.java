package org.servicerollouts.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Nonces;

/**
 * Requests of signature version 1.0. The signatures were made with {@code openssl dgst -sha1 -hmac
 * secret} over the text that Alibaba Cloud's documentation says is signed.
 */
class SignedByHmacSha1Test {
  private static final String ROLLOUT = "/api/v2/services/cn-shanghai/foo/rollout";
  private static final String BODY =
      "{\"Batch\":{\"BatchSize\":\"25%\",\"Interval\":\"5m\"},\"Paused\":false}";
  private static final String BODY_MD5 = "Rb+NnPMmaYH3cly83qqw7g==";
  private static final Instant SIGNED_AT = Instant.parse("2026-11-22T08:24:25Z");
  private static final String ALLOWED =
      "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\", \"allowSha1\":"
          + " true}}}";

  private final AtomicReference<String> keys = new AtomicReference<>(ALLOWED);
  private final AtomicReference<Instant> now = new AtomicReference<>(SIGNED_AT);
  private final Nonces nonces = new Nonces(LocalTable.createWithoutStream());

  // ---- requests

  private static Map<String, String> headers(String signature) {
    Map<String, String> headers = new HashMap<>();
    headers.put("host", "127.0.0.1:18099");
    headers.put("accept", "application/json");
    headers.put("date", "Sun, 22 Nov 2026 08:24:25 GMT");
    headers.put("x-acs-version", "2021-07-01");
    headers.put("x-acs-signature-method", "HMAC-SHA1");
    headers.put("x-acs-signature-version", "1.0");
    headers.put("authorization", "acs LTAItest:" + signature);
    return headers;
  }

  /** As alibaba-cloud-sdk-go, and so the aliyun command line, sends a change: without a nonce. */
  private static Map<String, String> withoutNonce() {
    Map<String, String> headers = headers("Xifzn7DJyWA7n4NroJ7CWTNESI0=");
    headers.put("content-md5", BODY_MD5);
    headers.put("content-type", "application/json");
    headers.put("x-acs-action", "CreateServiceRollout");
    headers.put("x-acs-credentials-provider", "static_ak");
    return headers;
  }

  /** As aliyun-java-sdk-core sends it. */
  private static Map<String, String> withNonce() {
    Map<String, String> headers = headers("dcd9sbBFaZfvxAUMHTTcATII+Po=");
    headers.put("content-md5", BODY_MD5);
    headers.put("content-type", "application/json;charset=utf-8");
    headers.put("x-acs-signature-nonce", "faf9511c-cb9f");
    return headers;
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    headers.put(name, value);
    return headers;
  }

  private static HttpRequest request(
      String method, String path, String query, String body, Map<String, String> headers) {
    APIGatewayV2HTTPEvent event = Requests.event(method, path, query, body);
    event.setHeaders(headers);
    return new HttpRequest(event);
  }

  private static HttpRequest change(Map<String, String> headers) {
    return request("POST", ROLLOUT, "", BODY, headers);
  }

  private String caller(HttpRequest request) {
    return new SignedCallers(new HeldKeys(keys::get, now::get), nonces, now::get)
        .callerOf(request)
        .name();
  }

  private Problem refusal(HttpRequest request) {
    try {
      throw new AssertionError(caller(request) + " was let in");
    } catch (ProblemException e) {
      return e.problem();
    }
  }

  private Problem.Kind kind(HttpRequest request) {
    return refusal(request).kind();
  }

  // ---- let in

  @Test
  void letsInWhoSignedWithAKeyThatAllowsIt() {
    assertThat(caller(change(withoutNonce()))).isEqualTo("ci");
    assertThat(caller(change(withNonce()))).isEqualTo("ci");
  }

  /** Names and values are signed decoded; a name without a value has no {@code =}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PageSize=1&Order=&Filter=a%20b%2A~%2F%C3%A9%3F",
        "Filter=a+b*%7E/%c3%a9?&PageSize=1&Order"
      })
  void aReadIsSignedWithItsQueryInTheOrderOfTheNames(String query) {
    Map<String, String> headers = headers("bIrsiHxyQ1WAnulvZp5iCEQImHQ=");
    assertThat(caller(request("GET", "/api/v2/services", query, null, headers))).isEqualTo("ci");
  }

  @Test
  void aChangeWithoutABodyNeedsNoHashOfIt() {
    Map<String, String> headers = headers("X5bfWGc3C0VDpDHfFnLQj7GiSmI=");
    assertThat(caller(request("DELETE", "/api/v2/services/cn-shanghai/foo", "", null, headers)))
        .isEqualTo("ci");
  }

  // ---- refused

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\"}}}",
        "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\","
            + " \"allowSha1\": false}}}"
      })
  void aKeyThatDoesNotAllowItIsToldHow(String others) {
    keys.set(others);
    Problem problem = refusal(change(withoutNonce()));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    assertThat(problem.message())
        .isEqualTo(
            "Access key LTAItest does not allow HMAC-SHA1, signature version 1.0 (expected:"
                + " ACS3-HMAC-SHA256, or \"allowSha1\": true at this key in the deployment's"
                + " keys).");
  }

  @ParameterizedTest
  @CsvSource({
    "accept, application/xml",
    "content-md5, 1B2M2Y8AsgTpgAmY7PhCfg==",
    "content-type, application/xml",
    "date, 'Sun, 22 Nov 2026 08:24:26 GMT'",
    "x-acs-action, DeleteServiceRollout",
    "x-acs-version, 2020-01-01",
    "x-acs-credentials-provider, other",
    "x-acs-force, true",
  })
  void refusesAChangedHeader(String name, String value) {
    assertThat(kind(change(with(withoutNonce(), name, value))))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesAChangedRequest() {
    assertThat(kind(request("PUT", ROLLOUT, "", BODY, withoutNonce())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(kind(request("POST", ROLLOUT + "s", "", BODY, withoutNonce())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(kind(request("POST", ROLLOUT, "a=b", BODY, withoutNonce())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    assertThat(kind(request("POST", ROLLOUT, "", BODY.replace("25", "50"), withoutNonce())))
        .isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesAnotherSecretOrKey() {
    keys.set(ALLOWED.replace("\"secret\": \"secret\"", "\"secret\": \"Secret\""));
    assertThat(kind(change(withoutNonce()))).isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
    keys.set(ALLOWED.replace("LTAItest", "LTAIother"));
    assertThat(kind(change(withoutNonce()))).isEqualTo(Problem.Kind.ACCESS_KEY_NOT_FOUND);
  }

  @Test
  void aBodyWhoseHashIsNotSignedIsRefused() {
    Map<String, String> headers = headers("C0L0vrR++bLksqwEV7msEFQTOQU=");
    headers.put("content-type", "application/json");

    Problem problem = refusal(request("POST", ROLLOUT, "", BODY, headers));

    assertThat(problem.kind()).isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    assertThat(problem.message()).startsWith("Content-MD5: missing (expected: ");
    assertThat(caller(request("POST", ROLLOUT, "", "", headers))).isEqualTo("ci");
  }

  @Test
  void theHashIsOfTheBodyAsItWasSent() {
    APIGatewayV2HTTPEvent event = Requests.event("POST", ROLLOUT, "", null);
    event.setHeaders(withoutNonce());
    event.setIsBase64Encoded(true);
    event.setBody(Base64.getEncoder().encodeToString(BODY.getBytes(UTF_8)));
    assertThat(caller(new HttpRequest(event))).isEqualTo("ci");
    event.setBody("");
    assertThat(kind(new HttpRequest(event))).isEqualTo(Problem.Kind.SIGNATURE_MISMATCH);
  }

  @Test
  void refusesADateThatIsTooFarAway() {
    for (Duration off : new Duration[] {Duration.ofMinutes(15), Duration.ofMinutes(-15)}) {
      now.set(SIGNED_AT.plus(off));
      assertThat(caller(read())).isEqualTo("ci");
      now.set(now.get().plusSeconds(off.isNegative() ? -1 : 1));
      Problem problem = refusal(read());
      assertThat(problem.kind()).isEqualTo(Problem.Kind.TIMESTAMP_EXPIRED);
      assertThat(problem.message())
          .isEqualTo(
              "date: \"Sun, 22 Nov 2026 08:24:25 GMT\" (expected: a time as Sun, 22 Nov 2026"
                  + " 08:24:25 GMT, within 15 minutes)");
    }
  }

  private static HttpRequest read() {
    return request(
        "GET",
        "/api/v2/services",
        "Filter=a+b*~/%C3%A9?&Order&PageSize=1",
        null,
        headers("bIrsiHxyQ1WAnulvZp5iCEQImHQ="));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-acs-signature-method", "x-acs-signature-version"})
  void refusesWhatDoesNotSayHowItIsSigned(String header) {
    Map<String, String> headers = withoutNonce();
    headers.remove(header);
    Problem problem = refusal(change(headers));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    assertThat(problem.message()).contains("x-acs-signature-version 1.0");
    assertThat(kind(change(with(withoutNonce(), header, "HMAC-SHA256"))))
        .isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
  }

  /** What is signed would be the text of two requests. */
  @Test
  void refusesWhatCouldBeReadInTwoWays() {
    String signature = "FVZdWI2Z8YuJPxI8rdwslMwkjWU=";
    assertThat(
            caller(
                request(
                    "GET", "/api/v2/services", "Filter=a&PageSize=1", null, headers(signature))))
        .isEqualTo("ci");
    for (String query :
        new String[] {
          "Filter=a%26PageSize=1", "Filter%3Da&PageSize=1", "Filter=a%26PageSize%3D1"
        }) {
      assertThat(kind(request("GET", "/api/v2/services", query, null, headers(signature))))
          .isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
    }
    assertThat(
            kind(
                request(
                    "GET", "/api/v2/services?Filter=a&PageSize=1", "", null, headers(signature))))
        .isEqualTo(Problem.Kind.SIGNATURE_INCOMPLETE);
  }

  @Test
  void refusesTemporaryCredentials() {
    assertThat(kind(change(with(withoutNonce(), "x-acs-security-token", "token"))))
        .isEqualTo(Problem.Kind.SECURITY_TOKEN_UNSUPPORTED);
  }

  @Test
  void aKeyThatOnlyReadsChangesNothing() {
    keys.set(ALLOWED.replace("\"allowSha1\"", "\"readOnly\": true, \"allowSha1\""));
    assertThat(kind(change(withoutNonce())))
        .isEqualTo(Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT);
    assertThat(caller(read())).isEqualTo("ci");
  }

  // ---- once

  @Test
  void aChangeIsTakenOnceByItsNonceOrElseByItsSignature() {
    caller(change(withoutNonce()));
    Problem again = refusal(change(withoutNonce()));
    assertThat(again.kind()).isEqualTo(Problem.Kind.NONCE_USED);
    assertThat(again.message()).contains("without a nonce the same change is taken once a second");
    caller(change(withNonce()));
    assertThat(kind(change(withNonce()))).isEqualTo(Problem.Kind.NONCE_USED);
    assertThat(nonces.isFirst("LTAItest", "faf9511c-cb9f", SIGNED_AT)).isFalse();
    assertThat(nonces.isFirst("LTAItest", "Xifzn7DJyWA7n4NroJ7CWTNESI0=", SIGNED_AT)).isFalse();
  }

  @Test
  void aReadMayComeTwice() {
    assertThat(caller(read())).isEqualTo("ci");
    assertThat(caller(read())).isEqualTo("ci");
  }
}
