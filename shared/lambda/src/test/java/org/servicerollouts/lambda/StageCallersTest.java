package org.servicerollouts.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.IAM;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Nonces;
import org.servicerollouts.wire.Json;

/** Who is let in by what the stage says and what the gateway has checked. */
class StageCallersTest {
  private static final String ARN = "arn:aws:iam::123456789012:user/alice";
  private static final Authorizer SIGNED = signedBy(ARN);
  private static final String GOOGLE = "/v1/services/a";
  private static final String EAS = "/api/v2/services/cn-shanghai/a";
  private static final Map<String, String> IAM_MODE = Map.of("AUTH_MODE", "IAM");
  private static final Map<String, String> NONE_MODE = Map.of("AUTH_MODE", "NONE");
  private static final Map<String, String> JWT_MODE =
      Map.of("AUTH_MODE", "JWT", "JWT_ISSUER", "https://issuer", "JWT_AUDIENCE", "rollouts,other");

  /** Of "secret" and of "other". */
  private static final Map<String, String> KEYS =
      Map.of(
          "/keys",
          "{\"keys\": {\"ci\": {\"sha256\":"
              + " \"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\"}}}",
          "/others",
          "{\"keys\": {\"other\": {\"sha256\":"
              + " \"d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\"}}}");

  private final List<String> read = new ArrayList<>();
  private final StageCallers callers =
      new StageCallers(
          name ->
              () -> {
                read.add(name);
                return KEYS.get(name);
              },
          new Nonces(LocalTable.create()),
          () -> Instant.EPOCH);

  private APIGatewayV2HTTPResponse answer(
      Map<String, String> stage, String method, String path, String query, Authorizer authorizer) {
    APIGatewayV2HTTPEvent event = Requests.event(method, path, query, null, false, authorizer);
    event.setStageVariables(stage);
    return new HttpFunction(callers)
        .answer(
            event,
            new Requests.Invocation(),
            http -> Json.object().put("name", http.caller().name()));
  }

  private APIGatewayV2HTTPResponse answer(
      Map<String, String> stage, String path, Authorizer authorizer) {
    return answer(stage, "GET", path, "", authorizer);
  }

  private static ObjectNode body(APIGatewayV2HTTPResponse response) {
    return Json.read(response.getBody().getBytes(StandardCharsets.UTF_8));
  }

  private static String letIn(APIGatewayV2HTTPResponse response) {
    assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    return body(response).path("name").asText();
  }

  private static Authorizer token(String... claims) {
    Map<String, String> all =
        new HashMap<>(Map.of("sub", "bob", "iss", "https://issuer", "aud", "rollouts"));
    for (int i = 0; i < claims.length; i += 2) {
      all.put(claims[i], claims[i + 1]);
    }
    return Authorizer.builder().withJwt(Authorizer.JWT.builder().withClaims(all).build()).build();
  }

  // ---- a stage that says nothing

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", ",", "GATEWAY", "iam", "UNKNOWN"})
  void aStageThatNamesNoModeIsClosed(String mode) {
    Map<String, String> stage = new HashMap<>();
    stage.put("KEYS_PARAMETER", "/keys");
    stage.put("AUTH_MODE", mode);
    for (Authorizer authorizer : new Authorizer[] {null, SIGNED, token()}) {
      for (Map<String, String> said : Arrays.asList(stage, null)) {
        APIGatewayV2HTTPResponse google = answer(said, "GET", GOOGLE, "key=secret", authorizer);
        assertThat(google.getStatusCode()).isEqualTo(403);
        assertThat(body(google).at("/error/status").asText()).isEqualTo("PERMISSION_DENIED");
        assertThat(body(google).at("/error/message").asText())
            .contains("(expected: AuthMode with the parameters that it needs)");
        APIGatewayV2HTTPResponse eas = answer(said, EAS, authorizer);
        assertThat(eas.getStatusCode()).isEqualTo(403);
        assertThat(body(eas).path("Code").asText()).isEqualTo("Forbidden");
      }
    }
    assertThat(read).isEmpty();
  }

  @Test
  void healthAsksForNothing() {
    assertThat(answer(null, "/healthz", null).getStatusCode()).isEqualTo(200);
  }

  // ---- IAM

  @Test
  void iamIsBelievedOnlyWhereTheGatewayHasCheckedASignature() {
    assertThat(letIn(answer(IAM_MODE, GOOGLE, SIGNED))).isEqualTo(ARN);
    assertThat(answer(IAM_MODE, GOOGLE, null).getStatusCode()).isEqualTo(401);
    assertThat(answer(IAM_MODE, GOOGLE, token()).getStatusCode()).isEqualTo(401);
  }

  @Test
  void whatIamPoliciesHideIsNotKnownHere() {
    assertThat(GatewayCallers.IAM.callerOf(request(IAM_MODE, SIGNED)))
        .isEqualTo(new Caller(ARN, false));
    assertThat(callers.callerOf(request(JWT_MODE, token()))).isEqualTo(new Caller("bob", true));
  }

  /** A pipeline that runs again has another session of its role. */
  @ParameterizedTest
  @CsvSource({
    "arn:aws:sts::123456789012:assumed-role/ci/build-1, arn:aws:sts::123456789012:assumed-role/ci",
    "arn:aws-cn:sts::123456789012:assumed-role/ci/a@b.c,"
        + " arn:aws-cn:sts::123456789012:assumed-role/ci",
    "arn:aws:sts::123456789012:federated-user/ann, arn:aws:sts::123456789012:federated-user/ann",
    "arn:aws:iam::123456789012:user/a/ann, arn:aws:iam::123456789012:user/a/ann",
    "arn:aws:iam::123456789012:root, arn:aws:iam::123456789012:root",
  })
  void aRequestIdBelongsToTheRoleAndTheAuditNamesTheSession(String arn, String principal) {
    Caller iam = callers.callerOf(request(IAM_MODE, signedBy(arn)));
    Caller anybody = callers.callerOf(request(NONE_MODE, signedBy(arn)));

    assertThat(iam).isEqualTo(new Caller(arn, principal, false));
    assertThat(anybody).isEqualTo(new Caller(arn, principal, true));
  }

  private static Authorizer signedBy(String arn) {
    return Authorizer.builder().withIam(IAM.builder().withUserArn(arn).build()).build();
  }

  private static HttpRequest request(Map<String, String> stage, Authorizer authorizer) {
    APIGatewayV2HTTPEvent event = Requests.event("GET", GOOGLE, "", null, false, authorizer);
    event.setStageVariables(stage);
    return new HttpRequest(event);
  }

  // ---- JWT

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aud|rollouts",
        "aud|other",
        "aud|[rollouts else]",
        "aud|[else other]",
      })
  void aTokenOfTheIssuerForAnAudienceIsLetIn(String claim, String value) {
    assertThat(letIn(answer(JWT_MODE, "POST", GOOGLE + "/rollouts", "", token(claim, value))))
        .isEqualTo("bob");
  }

  @Test
  void clientIdCountsWhereThereIsNoAudience() {
    Authorizer noAudience = token("client_id", "rollouts");
    noAudience.getJwt().getClaims().remove("aud");
    assertThat(letIn(answer(JWT_MODE, GOOGLE, noAudience))).isEqualTo("bob");
    Authorizer another = token("client_id", "rollouts", "aud", "else");
    assertThat(answer(JWT_MODE, GOOGLE, another).getStatusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"sub,", "sub,' '", "iss,", "iss,https://else", "aud,", "aud,else", "aud,rollout"})
  void anyOtherTokenIsRefusedAndToldWhichClaim(String claim, String value) {
    Authorizer authorizer = token(claim, value == null ? "" : value);
    APIGatewayV2HTTPResponse refused = answer(JWT_MODE, GOOGLE, authorizer);
    assertThat(refused.getStatusCode()).isEqualTo(401);
    assertThat(body(refused).at("/error/status").asText()).isEqualTo("UNAUTHENTICATED");
    assertThat(body(refused).at("/error/message").asText())
        .startsWith("Request had invalid authentication credentials. " + claim + ": \"")
        .contains("(expected: ");
    authorizer.getJwt().getClaims().remove(claim);
    assertThat(answer(JWT_MODE, GOOGLE, authorizer).getStatusCode()).isEqualTo(401);
  }

  @Test
  void anAudienceThatIsNamedTwiceCountsOnce() {
    Map<String, String> stage = new HashMap<>(JWT_MODE);
    stage.put("JWT_AUDIENCE", "rollouts,rollouts");
    assertThat(letIn(answer(stage, GOOGLE, token()))).isEqualTo("bob");
  }

  @Test
  void aSignatureIsNoToken() {
    assertThat(answer(JWT_MODE, GOOGLE, SIGNED).getStatusCode()).isEqualTo(401);
    assertThat(answer(JWT_MODE, GOOGLE, null).getStatusCode()).isEqualTo(401);
  }

  @Test
  void jwtWithoutIssuerOrAudienceIsClosed() {
    for (String missing : List.of("JWT_ISSUER", "JWT_AUDIENCE")) {
      Map<String, String> stage = new HashMap<>(JWT_MODE);
      stage.remove(missing);
      assertThat(answer(stage, GOOGLE, token()).getStatusCode()).isEqualTo(403);
      stage.put(missing, ",");
      assertThat(answer(stage, GOOGLE, token("iss", ",", "aud", ",")).getStatusCode())
          .isEqualTo(403);
    }
  }

  /**
   * The scopes that the deployment asks for and that the token has, and whether it may read and
   * change.
   */
  @ParameterizedTest
  @CsvSource({
    "'', '', true, true",
    "r, '', false, false",
    "r, r, true, true",
    "r:w, '', false, false",
    "r:w, r, true, false",
    "r:w, w, true, true",
    "r:w, 'x r', true, false",
    "r:w, '[x w]', true, true",
    "r:w, rw, false, false",
    "r:w, 'x,w', false, false",
    "r:w, '[w', false, false",
    "r:w, 'w]', false, false",
    "r:w, '[x,w]', false, false",
    ":w, '', true, false",
    ":w, r, true, false",
    ":w, w, true, true"
  })
  void scopesTellReadersFromReleasers(String asked, String has, boolean reads, boolean changes) {
    Map<String, String> stage = new HashMap<>(JWT_MODE);
    String[] scopes = asked.split(":", -1);
    stage.put("JWT_READ_SCOPE", scopes[0]);
    stage.put("JWT_WRITE_SCOPE", scopes.length > 1 ? scopes[1] : ",");
    for (String claim : List.of("scope", "scp")) {
      Authorizer token = token(claim, has);
      String rollouts = GOOGLE + "/rollouts";
      assertThat(answer(stage, "GET", rollouts, "", token).getStatusCode())
          .isEqualTo(reads ? 200 : 403);
      assertThat(answer(stage, "POST", rollouts + ":preview", "", token).getStatusCode())
          .isEqualTo(reads ? 200 : 403);
      assertThat(answer(stage, "POST", rollouts, "", token).getStatusCode())
          .isEqualTo(changes ? 200 : 403);
      assertThat(answer(stage, "POST", rollouts + "/r:rollback", "", token).getStatusCode())
          .isEqualTo(changes ? 200 : 403);
    }
  }

  // ---- KEYS and NONE

  @Test
  void withKeysTheParameterThatTheStageNamesCounts() {
    Map<String, String> one = Map.of("AUTH_MODE", "KEYS", "KEYS_PARAMETER", "/keys");
    Map<String, String> other = Map.of("AUTH_MODE", "KEYS", "KEYS_PARAMETER", "/others");
    assertThat(letIn(answer(one, "GET", GOOGLE, "key=secret", null))).isEqualTo("ci");
    assertThat(answer(one, "GET", GOOGLE, "key=other", null).getStatusCode()).isEqualTo(400);
    assertThat(read).containsExactly("/keys");
    assertThat(letIn(answer(other, "GET", GOOGLE, "key=other", null))).isEqualTo("other");
    assertThat(answer(other, "GET", GOOGLE, "key=secret", null).getStatusCode()).isEqualTo(400);
    assertThat(answer(one, GOOGLE, SIGNED).getStatusCode()).isEqualTo(401);
    assertThat(read).containsExactly("/keys", "/others");
  }

  /** Else keys that were taken out of a parameter would be good again when it is named again. */
  @Test
  void keysOfAParameterThatIsNamedAgainAreReadAgain() {
    for (String parameter : List.of("/keys", "/others", "/keys")) {
      Map<String, String> stage = Map.of("AUTH_MODE", "KEYS", "KEYS_PARAMETER", parameter);
      var _ = answer(stage, "GET", GOOGLE, "key=secret", null);
    }
    assertThat(read).containsExactly("/keys", "/others", "/keys");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ","})
  void keysWithoutAParameterAreClosed(String parameter) {
    Map<String, String> stage = Map.of("AUTH_MODE", "KEYS", "KEYS_PARAMETER", parameter);
    assertThat(answer(stage, "GET", GOOGLE, "key=secret", null).getStatusCode()).isEqualTo(403);
    assertThat(read).isEmpty();
  }

  @Test
  void noneLetsEverybodyIn() {
    Map<String, String> stage = Map.of("AUTH_MODE", "NONE");
    assertThat(letIn(answer(stage, GOOGLE, null))).isEqualTo("anonymous");
    assertThat(letIn(answer(stage, GOOGLE, SIGNED))).isEqualTo(ARN);
    assertThat(letIn(answer(stage, EAS, null))).isEqualTo("anonymous");
  }

  @ParameterizedTest
  @ValueSource(strings = {"IAM", "JWT", "KEYS"})
  void paiEasIsClosedWithoutAccessKeys(String mode) {
    Map<String, String> stage = new HashMap<>(JWT_MODE);
    stage.put("AUTH_MODE", mode);
    for (Authorizer authorizer : new Authorizer[] {null, SIGNED, token()}) {
      APIGatewayV2HTTPResponse refused = answer(stage, EAS, authorizer);
      assertThat(refused.getStatusCode()).isEqualTo(403);
      assertThat(body(refused).path("Message").asText()).contains("KeysParameter");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IAM", "JWT", "KEYS", "NONE"})
  void paiEasMustBeSignedWhereThereAreAccessKeys(String mode) {
    Map<String, String> stage = new HashMap<>(JWT_MODE);
    stage.put("AUTH_MODE", mode);
    stage.put("KEYS_PARAMETER", "/keys");
    for (Authorizer authorizer : new Authorizer[] {null, SIGNED, token()}) {
      APIGatewayV2HTTPResponse refused = answer(stage, EAS, authorizer);
      assertThat(refused.getStatusCode()).isEqualTo(400);
      assertThat(body(refused).path("Code").asText()).isEqualTo("IncompleteSignature");
    }
  }
}
