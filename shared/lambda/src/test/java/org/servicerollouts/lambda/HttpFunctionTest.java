package org.servicerollouts.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.store.Deadline;
import org.servicerollouts.store.Request;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.RequestHash;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

class HttpFunctionTest {
  private final Requests.Invocation invocation = new Requests.Invocation();

  private APIGatewayV2HTTPResponse answer(
      APIGatewayV2HTTPEvent event, Function<HttpCall, ObjectNode> serve) {
    return new HttpFunction(Callers.ANYBODY).answer(event, invocation, serve);
  }

  private static ObjectNode body(APIGatewayV2HTTPResponse response) {
    return Json.read(response.getBody().getBytes(StandardCharsets.UTF_8));
  }

  private static APIGatewayV2HTTPEvent get(String path, String query) {
    return Requests.event("GET", path, query, null);
  }

  @Test
  void answersGoogleIndented() {
    APIGatewayV2HTTPResponse response =
        answer(get("/v1/services/a", ""), http -> Json.object().put("serviceName", "a"));
    assertThat(response.getStatusCode()).isEqualTo(200);
    assertThat(response.getHeaders())
        .containsEntry("content-type", "application/json; charset=UTF-8");
    assertThat(response.getBody()).isEqualTo("{\n  \"serviceName\": \"a\"\n}\n");
    assertThat(response.getIsBase64Encoded()).isFalse();
  }

  @Test
  void answersGoogleCompactlyIfAsked() {
    APIGatewayV2HTTPResponse response =
        answer(
            get("/v1/services/a", "prettyPrint=false"),
            http -> Json.object().put("serviceName", "a"));
    assertThat(response.getBody()).isEqualTo("{\"serviceName\":\"a\"}");
  }

  @Test
  void answersEasCompactly() {
    APIGatewayV2HTTPResponse response =
        answer(
            get("/api/v2/services/cn-shanghai/foo", "Whatever=1"),
            http -> Json.object().put("RequestId", http.requestId()));
    assertThat(response.getHeaders())
        .containsEntry("content-type", "application/json;charset=utf-8");
    assertThat(response.getBody())
        .isEqualTo("{\"RequestId\":\"40325405-579C-4D82-AAAA-000000000000\"}");
  }

  @Test
  void handsTheHandlerWhatItNeeds() {
    answer(
        Requests.event("POST", "/v1/services/a/rollouts", "force=true", "{\"rolloutId\": \"b\",}"),
        http -> {
          assertThat(http.call()).isInstanceOf(Call.CreateRollout.class);
          assertThat(http.query().find("force")).contains("true");
          assertThat(http.cause().who()).isEqualTo("anonymous");
          assertThat(http.cause().driver()).isFalse();
          assertThat(http.json().get("rolloutId").textValue()).isEqualTo("b");
          return Json.object();
        });
    assertThat(invocation.logged).isEmpty();
  }

  @Test
  void answersForHealthAlone() {
    APIGatewayV2HTTPResponse response =
        answer(
            get("/healthz", ""),
            http -> {
              throw new AssertionError("asked for health");
            });
    assertThat(response.getStatusCode()).isEqualTo(200);
    assertThat(response.getBody()).isEqualTo("{}\n");
  }

  @Test
  void whatNobodyServesIsNotFoundInTheWordsOfItsPrefix() {
    APIGatewayV2HTTPResponse google = answer(get("/v1/nothing", ""), http -> Json.object());
    assertThat(google.getStatusCode()).isEqualTo(404);
    assertThat(body(google).at("/error/message").textValue())
        .isEqualTo("Method not found: GET /v1/nothing");
    APIGatewayV2HTTPResponse eas = answer(get("/api/v2/nothing", ""), http -> Json.object());
    assertThat(eas.getStatusCode()).isEqualTo(404);
    assertThat(eas.getBody())
        .isEqualTo(
            "{\"RequestId\":\"40325405-579C-4D82-AAAA-000000000000\",\"HostId\":\"api.example.com\",\"Code\":\"InvalidAction.NotFound\",\"Message\":\"Method"
                + " not found: GET /api/v2/nothing\",\"Recommend\":\"Check the method, the path and"
                + " the names in it.\"}");
  }

  @Test
  void whatAnotherFunctionServesIsNotFound() {
    APIGatewayV2HTTPResponse response =
        answer(
            get("/v1/services/a", ""),
            http -> {
              throw http.notServed();
            });
    assertThat(response.getStatusCode()).isEqualTo(404);
    assertThat(body(response).at("/error/details/0/reason").textValue())
        .isEqualTo("METHOD_NOT_FOUND");
  }

  @Test
  void problemsReadAsTheTableSays() {
    Problem problem = Problem.of(Problem.Kind.PLAN_EXISTS, "There is one.");
    APIGatewayV2HTTPResponse response =
        answer(
            Requests.event("POST", "/api/v2/services/cn-shanghai/foo/rollout", "", "{}"),
            http -> {
              throw problem.exception();
            });
    assertThat(response.getStatusCode()).isEqualTo(409);
    assertThat(body(response).get("Code").textValue()).isEqualTo("RolloutAlreadyExists");
    assertThat(invocation.logged).isEmpty();
  }

  @Test
  void checksGooglesQueryBeforeTheHandlerIsAsked() {
    APIGatewayV2HTTPResponse response = answer(get("/v1/services/a", "x=1"), http -> Json.object());
    assertThat(response.getStatusCode()).isEqualTo(400);
    assertThat(body(response).at("/error/message").textValue())
        .contains("Cannot bind query parameter");
  }

  @Test
  void knowsARequestAgainByItsIdAndItsHash() {
    String path = "/v1/services/a/rollouts/r:pause";
    String id = "6F4B0F0E-8a3c-4c53-9a54-0c1d2e3f4a5b";
    answer(
        Requests.event("POST", path, "requestId=" + id, "{\"reason\": \"lunch\"}"),
        http -> {
          assertThat(http.repeatable())
              .contains(
                  new Request(
                      http.caller().name(),
                      id.toLowerCase(Locale.ROOT),
                      RequestHash.of("POST", path, Json.object().put("reason", "lunch"))));
          return Json.object();
        });
    answer(
        Requests.event("POST", path, "", "{}"),
        http -> {
          assertThat(http.repeatable()).isEmpty();
          return Json.object();
        });
    assertThat(
            answer(
                    Requests.event("POST", path, "requestId=1", "{}"),
                    http -> Json.object().put("id", http.repeatable().orElseThrow().id()))
                .getBody())
        .contains("requestId: \\\"1\\\" (expected: a UUID)");
  }

  /** The gateway gives up after 30 seconds, Lambda when the invocation's time is over. */
  @ParameterizedTest
  @CsvSource({"29000, 25000", "26001, 25000", "26000, 25000", "25999, 24999", "5000, 4000"})
  void aRequestIsToBeAnsweredIn25SecondsOrASecondBeforeLambdaEndsIt(int left, int deadline) {
    Instant now = Instant.parse("2026-11-22T08:24:25Z");
    Deadline[] given = new Deadline[1];
    new HttpFunction(Callers.ANYBODY, InstantSource.fixed(now))
        .answer(
            get("/v1/services/a", ""),
            new Requests.Invocation(left),
            http -> {
              given[0] = http.deadline();
              return Json.object();
            });
    assertThat(given[0].at()).isEqualTo(now.plusMillis(deadline));
  }

  @Test
  void aRequestIdBelongsToTheRoleThatWasAssumed() {
    String id = "6f4b0f0e-8a3c-4c53-9a54-0c1d2e3f4a5b";
    String role = "arn:aws:sts::123456789012:assumed-role/ci";
    HttpRequest request =
        new HttpRequest(
            Requests.event("POST", "/v1/services/a/rollouts/r:pause", "requestId=" + id, "{}"));
    HttpCall call =
        new HttpCall(
            Call.of(request.method(), request.path()),
            Query.parse(request.rawQuery()),
            request,
            Caller.ofArn(role + "/build-1", false),
            "INVOCATION",
            Deadline.NONE);

    assertThat(call.repeatable())
        .contains(new Request(role, Optional.of(role + "/build-1"), id, call.hash()));
    assertThat(call.cause()).isEqualTo(Cause.request(role + "/build-1"));
  }

  @Test
  void refusesALargeBody() {
    APIGatewayV2HTTPResponse response =
        answer(
            Requests.event("POST", "/v1/services/a/rollouts", "", "x".repeat(1 << 20)),
            HttpCall::json);
    assertThat(response.getStatusCode()).isEqualTo(400);
    assertThat(body(response).at("/error/status").textValue()).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void aFailureOfOursTellsTheClientNothingAndTheLogAllInOneLine() {
    APIGatewayV2HTTPResponse response =
        answer(
            Requests.event("POST", "/v1/services/a/rollouts", "", "{\"secret\": 1}"),
            http -> {
              throw new IllegalStateException("attribute v is missing\nin HEAD");
            });
    assertThat(response.getStatusCode()).isEqualTo(500);
    assertThat(response.getBody())
        .contains("\"Internal error encountered.\"")
        .doesNotContain("attribute")
        .doesNotContain("IllegalState");
    assertThat(invocation.logged).hasSize(1);
    String line = invocation.logged.getFirst();
    assertThat(line).doesNotContain("\n").doesNotContain("secret");
    ObjectNode logged = Json.read(line.getBytes(StandardCharsets.UTF_8));
    assertThat(logged.get("level").textValue()).isEqualTo("ERROR");
    assertThat(logged.get("message").textValue()).isEqualTo("POST /v1/services/a/rollouts failed");
    assertThat(logged.get("requestId").textValue())
        .isEqualTo("40325405-579c-4d82-aaaa-000000000000");
    assertThat(logged.get("exception").textValue()).isEqualTo("java.lang.IllegalStateException");
    assertThat(logged.get("stackTrace").textValue()).contains("attribute v is missing\nin HEAD");
  }

  @Property(tries = 200)
  void noRequestGivesAServersError(
      @ForAll String method, @ForAll String path, @ForAll String query, @ForAll byte[] body) {
    String encoded = Base64.getEncoder().encodeToString(body);
    for (String prefix :
        new String[] {"/v1/services/", "/api/v2/services/cn-shanghai/", "/v1/operations/", ""}) {
      for (String verb : new String[] {"GET", "POST", "PUT", method}) {
        APIGatewayV2HTTPEvent event =
            Requests.event(verb, prefix + path, query, encoded, true, null);
        APIGatewayV2HTTPResponse response = answer(event, HttpCall::json);
        assertThat(response.getStatusCode()).isLessThan(500);
        assertThat(body(response)).isNotNull();
      }
    }
  }

  private static final ObjectNode ROLLOUTS =
      Json.read(
          """
          {"rollouts": [{"rolloutId": "r", "status": "SUCCESS", "state": "SUCCEEDED",
            "trafficPercentStrategy": {"percentages": {"a": 100}}}]}
          """
              .getBytes(StandardCharsets.UTF_8));

  private APIGatewayV2HTTPResponse rollouts(String query, String... headers) {
    APIGatewayV2HTTPEvent event = get("/v1/services/a/rollouts", query);
    for (int i = 0; i < headers.length; i += 2) {
      Requests.with(event, headers[i], headers[i + 1]);
    }
    return answer(event, http -> ROLLOUTS.deepCopy());
  }

  @Test
  void aReaderThatHasItStillIsToldSo() {
    APIGatewayV2HTTPResponse first = rollouts("");
    String etag = first.getHeaders().get("etag");
    assertThat(etag).matches("\"[A-Za-z0-9_-]{22}\"");
    assertThat(first.getHeaders())
        .containsEntry("cache-control", "private, no-cache")
        .containsEntry("vary", "Accept, Content-Type");

    for (String known : new String[] {etag, "W/" + etag, "\"x\", " + etag, "*"}) {
      APIGatewayV2HTTPResponse again = rollouts("", "if-none-match", known);
      assertThat(again.getStatusCode()).as(known).isEqualTo(304);
      assertThat(again.getBody()).as(known).isNull();
      assertThat(again.getHeaders()).as(known).containsEntry("etag", etag);
    }
    assertThat(rollouts("", "if-none-match", "\"x\"").getStatusCode()).isEqualTo(200);
    assertThat(rollouts("prettyPrint=false", "if-none-match", etag).getStatusCode()).isEqualTo(200);
  }

  @Test
  void whatChangesSomethingHasNoTag() {
    APIGatewayV2HTTPResponse created =
        answer(
            Requests.event("POST", "/v1/services", "", "{}"),
            http -> Json.object().put("name", "operations/services.a-1"));
    assertThat(created.getHeaders()).doesNotContainKeys("etag", "cache-control");
  }

  @Test
  void answersProtobufToWhoAsksForIt() {
    byte[] expected = {
      10, 21, 10, 1, 'r', 32, 2, 42, 14, 10, 12, 10, 1, 'a', 17, 0, 0, 0, 0, 0, 0, 89, 64
    };
    for (APIGatewayV2HTTPResponse response :
        new APIGatewayV2HTTPResponse[] {
          rollouts("alt=proto"),
          rollouts("$alt=proto"),
          rollouts("", "accept", "application/x-protobuf"),
          rollouts("", "content-type", "application/x-protobuf"),
        }) {
      assertThat(response.getHeaders()).containsEntry("content-type", "application/x-protobuf");
      assertThat(response.getIsBase64Encoded()).isTrue();
      assertThat(Base64.getDecoder().decode(response.getBody())).isEqualTo(expected);
    }
    assertThat(rollouts("alt=json", "accept", "application/x-protobuf").getIsBase64Encoded())
        .isFalse();
  }

  @Test
  void answersTheFieldsAndEnumsThatAreAskedFor() {
    assertThat(body(rollouts("fields=rollouts(rolloutId,state)")).toString())
        .isEqualTo("{\"rollouts\":[{\"rolloutId\":\"r\",\"state\":\"SUCCEEDED\"}]}");
    assertThat(body(rollouts("$alt=json;enum-encoding%3Dint")).at("/rollouts/0/status").asInt())
        .isEqualTo(2);
  }

  @Test
  void aTableThatIsTooBusyMeansTryAgainLater() {
    APIGatewayV2HTTPResponse response =
        answer(
            get("/v1/services/a", ""),
            http -> {
              throw ProvisionedThroughputExceededException.builder()
                  .awsErrorDetails(
                      AwsErrorDetails.builder()
                          .errorCode("ProvisionedThroughputExceededException")
                          .build())
                  .statusCode(400)
                  .build();
            });
    assertThat(response.getStatusCode()).isEqualTo(429);
    assertThat(response.getHeaders()).containsEntry("retry-after", "1");
    assertThat(body(response).at("/error/status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(response.getBody()).doesNotContain("Throughput");
  }

  @Test
  void whoIsNotLetInLearnsNothing() {
    Callers nobody =
        request -> {
          throw Problem.of(Problem.Kind.CREDENTIALS_MISSING, "Who are you?").exception();
        };
    HttpFunction function = new HttpFunction(nobody);
    for (String path : new String[] {"/v1/services/a", "/v1/nothing"}) {
      APIGatewayV2HTTPResponse response =
          function.answer(
              get(path, ""),
              invocation,
              http -> {
                throw new AssertionError("asked");
              });
      assertThat(response.getStatusCode()).isEqualTo(401);
      assertThat(response.getHeaders()).containsKey("www-authenticate");
      assertThat(body(response).at("/error/status").asText()).isEqualTo("UNAUTHENTICATED");
    }
    assertThat(
            function.answer(get("/healthz", ""), invocation, http -> Json.object()).getStatusCode())
        .isEqualTo(200);
  }

  @Test
  void anOverriddenMethodIsRefused() {
    APIGatewayV2HTTPResponse response =
        answer(
            Requests.with(
                Requests.event("POST", "/v1/services/a/rollouts", "", "filter=x"),
                "x-http-method-override",
                "GET"),
            http -> Json.object());
    assertThat(response.getStatusCode()).isEqualTo(400);
    assertThat(body(response).at("/error/message").asText())
        .isEqualTo("x-http-method-override: \"GET\" (expected: none: send the method itself)");
  }
}
