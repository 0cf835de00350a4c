package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One thing wrong in a request, through the gateway and the real handlers: the answer names value
 * and expectation in its surface's own form, and nothing is written.
 */
class BadInputTest {
  private static final String SERVICE = "/v1/services/svc.example.com";
  private static final String ROLLOUTS = SERVICE + "/rollouts";
  private static final String EAS = "/api/v2/services/cn-shanghai/foo";
  private static final Table TABLE = LocalTable.create();
  private static final Surface SURFACE = new Surface(TABLE);

  @BeforeAll
  static void makeServices() {
    SURFACE.ok("POST", "/v1/services", "{\"serviceName\": \"svc.example.com\"}");
    for (String id : List.of("old", "new", "c3", "c4", "c5", "c6")) {
      SURFACE.ok("POST", SERVICE + "/configs", "{\"id\": \"" + id + "\"}");
    }
    SURFACE.ok("POST", ROLLOUTS, percentages("\"old\": 100", "\"rolloutId\": \"used\","));
    SURFACE.ok(
        "POST",
        "/api/v2/services",
        "{\"metadata\": {\"name\": \"foo\", \"instance\": 10}, \"features\":"
            + " {\"eas.aliyun.com/enable-rollout\": \"true\"}}");
    SURFACE.ok("POST", "/api/v2/services", "{\"metadata\": {\"name\": \"plain\"}}");
  }

  static Stream<Arguments> googleRollouts() {
    return Stream.of(
        arguments("{\"trafficPercentStrategy\"", 400, "Invalid JSON payload received."),
        arguments("[]", 400, "Invalid JSON payload received."),
        arguments("\u0000", 400, "Invalid JSON payload received."),
        arguments("{}", 400, "trafficPercentStrategy: missing (expected: "),
        arguments("{\"trafficPercentStrategy\": 7}", 400, "trafficPercentStrategy: 7 (expected: "),
        arguments(
            "{\"trafficPercentStrategy\": {\"percentages\": [1]}}",
            400,
            "trafficPercentStrategy.percentages: "),
        arguments(percentages("\"new\": true"), 400, "(expected: a number"),
        arguments(percentages("\"new\": NaN"), 400, "percentages[\"new\"]: NaN (expected: "),
        arguments(
            percentages("\"new\": 0"), 400, "percentages[\"new\"]: 0 (expected: more than 0)"),
        arguments(percentages("\"new\": -5, \"old\": 105"), 400, "(expected: more than 0)"),
        arguments(percentages("\"new\": 9.9, \"old\": 90"), 400, "99.9 (expected: exactly 100)"),
        arguments(
            percentages("\"old\":10,\"new\":10,\"c3\":10,\"c4\":10,\"c5\":10,\"c6\":50"),
            400,
            "(expected: 1 to 5)"),
        arguments(percentages("\"gone\": 100"), 400, "percentages[\"gone\"]: service "),
        arguments(percentages("\"Up\": 100"), 400, "(expected: 1 to 63 characters of a-z"),
        arguments(percentages("\"new\": 100", "\"rolloutId\": \"used\","), 409, "'used'"),
        arguments(
            percentages("\"new\": 100", "\"rolloutId\": \"a/b\","), 400, "rolloutId: \"a/b\""),
        arguments(
            percentages("\"new\": 100", "\"rolloutId\": \"a\\u0000b\","),
            400,
            "rolloutId: \"a\\u0000b\" (expected: 1 to 63 characters"),
        arguments(percentages("\"new\": 100", "\"serviceName\": \"other\","), 400, "\"other\""),
        arguments(percentages("\"new\": 100", "\"bogus\": 1,"), 400, "Unknown name \"bogus\""),
        arguments(
            percentages("\"new\": 100", "\"bakeTime\": \"5\","),
            400,
            "bakeTime: \"5\" (expected: <n>s"),
        arguments(
            percentages("\"new\": 100", "\"batch\": {\"batchSize\": \"0\"},"),
            400,
            "batch.batchSize: \"0\" (expected: 1 or more, in up to 18 digits, or a percentage above"
                + " 0% and up to 100%, with up to 9 decimal places)"),
        arguments(
            percentages("\"new\": 100", "\"batch\": {\"batchSize\": 100e2147483647},"),
            400,
            "batch.batchSize: \"1.00E+2147483649\" (expected: 1 or more, in up to 18 digits"),
        arguments(
            percentages("\"new\": 4e-10, \"old\": 99.9999999996"),
            400,
            "percentages[\"new\"]: 0.0000000004 (expected: at least 0.000000001)"),
        arguments(
            percentages("\"new\": 100", "\"batch\": {\"interval\": \"5\"},"),
            400,
            "batch.interval: \"5\" (expected: "),
        arguments(
            percentages("\"new\": 100", "\"partition\": \"101%\","), 400, "partition: \"101%\""),
        arguments(
            percentages("\"new\": 100", "\"partition\": \"1\", \"batch\": {},"), 400, "both given"),
        arguments(
            "{\"x\": \"" + "y".repeat(1024 * 1024) + "\"}", 400, "exceeds the limit: 262144"));
  }

  @ParameterizedTest
  @MethodSource("googleRollouts")
  void a_google_rollout(String body, int status, String message) {
    assertGoogleRefuses("POST", ROLLOUTS, body, status, message);
  }

  static Stream<Arguments> googleOthers() {
    return Stream.of(
        arguments("POST", "/v1/services", "{}", 400, "serviceName: missing"),
        arguments(
            "POST", "/v1/services", "{\"serviceName\": \"a/b\"}", 400, "serviceName: \"a/b\""),
        arguments(
            "POST",
            "/v1/services",
            "{\"serviceName\": \"a\\u0000\"}",
            400,
            "serviceName: \"a\\u0000\""),
        arguments(
            "POST",
            "/v1/services",
            "{\"serviceName\": \"svc.example.com\"}",
            409,
            "already exists"),
        arguments(
            "POST",
            "/v1/services",
            "{\"serviceName\": \"r\", \"totalReplicas\": 1000001}",
            400,
            "totalReplicas: 1000001 (expected: "),
        arguments("POST", SERVICE + "/configs", "{\"id\": \"old\"}", 409, "'old'"),
        arguments("POST", SERVICE + "/configs", "{\"id\": \"A\"}", 400, "id: \"A\""),
        arguments(
            "POST",
            "/v1/services/none/configs",
            "{\"id\": \"a\"}",
            404,
            "Service 'none' not found"),
        arguments("POST", "/v1/services/none/rollouts", percentages("\"old\": 100"), 404, "'none'"),
        arguments(
            "GET", "/v1/services/none", "", 404, "Service 'none' not found or permission denied."),
        arguments("GET", SERVICE + "/configs/none", "", 404, "Config 'none'"),
        arguments("GET", ROLLOUTS + "/none", "", 404, "Rollout 'none'"),
        arguments("GET", "/v1/services/none/rollouts", "", 404, "Service 'none'"),
        arguments("GET", "/v1/operations/none", "", 404, "Operation 'operations/none' not found."),
        arguments("GET", "/v1/operations/rollouts.svc.example.com:none", "", 404, "'none'"),
        arguments("GET", ROLLOUTS + "?pageSize=-1", "", 400, "pageSize: \"-1\""),
        arguments("GET", ROLLOUTS + "?pageToken=abc", "", 400, "pageToken: \"abc\""),
        arguments("GET", ROLLOUTS + "?bogus=1", "", 400, "Unknown name \"bogus\""),
        arguments("DELETE", ROLLOUTS + "/used", "", 404, "Method not found: DELETE"),
        arguments("POST", ROLLOUTS + "/used:stop", "{}", 404, "Method not found: POST"),
        arguments("POST", ROLLOUTS + "/used:pause", "{}", 400, "has ended (SUCCEEDED)"),
        arguments("POST", ROLLOUTS + "/none:pause", "{}", 404, "Rollout 'none'"),
        arguments("GET", "/nowhere", "", 404, "Method not found: GET /nowhere"),
        arguments("GET", ROLLOUTS + "/a%2Fb", "", 404, "Method not found"),
        arguments("GET", "/v1/services/UP", "", 404, "Service 'UP' not found"));
  }

  @ParameterizedTest
  @MethodSource("googleOthers")
  void any_google_call(String method, String path, String body, int status, String message) {
    assertGoogleRefuses(method, path, body, status, message);
  }

  static Stream<Arguments> easCalls() {
    return Stream.of(
        arguments("POST", EAS + "/rollout", "{\"Batch\"", 400, "InvalidParameter", "Invalid JSON"),
        arguments("POST", EAS + "/rollout", "{}", 400, "MissingParameter", "neither given"),
        arguments(
            "POST",
            EAS + "/rollout",
            "{\"Batch\": {}, \"Partition\": {}}",
            400,
            "InvalidParameter",
            "both given"),
        arguments(
            "POST",
            EAS + "/rollout",
            "{\"Batch\": {}, \"Partition\": {\"Partition\": \"1\"}}",
            400,
            "InvalidParameter",
            "both given"),
        arguments(
            "POST",
            EAS + "/rollout",
            "{\"Batch\": {\"BatchSize\": \"0%\"}}",
            400,
            "InvalidParameter",
            "Batch.BatchSize: \"0%\" (expected: "),
        arguments(
            "POST",
            EAS + "/rollout",
            "{\"Batch\": {\"Interval\": \"0s\"}}",
            400,
            "InvalidParameter",
            "Batch.Interval: \"0s\" (expected: "),
        arguments(
            "POST",
            EAS + "/rollout",
            "{\"Partition\": {\"Partition\": \"x\"}}",
            400,
            "InvalidParameter",
            "Partition.Partition: \"x\""),
        arguments("POST", EAS + "/rollout", "{\"Bogus\": 1}", 400, "InvalidParameter", "Bogus"),
        arguments(
            "POST",
            "/api/v2/services/cn-shanghai/plain/rollout",
            "{\"Batch\": {}}",
            400,
            "RolloutNotEnabled",
            "enable-rollout"),
        arguments(
            "POST",
            "/api/v2/services/com/svc.example/rollout",
            "{\"Batch\": {}}",
            400,
            "IncorrectServiceType",
            "divided by traffic"),
        arguments("GET", EAS + "/rollout", "", 404, "RolloutNotFound", "has no rollout"),
        arguments(
            "GET", "/api/v2/services/cn-shanghai/none/rollout", "", 404, "ServiceNotFound", "none"),
        arguments("PUT", "/api/v2/services/cn-shanghai/none", "{}", 404, "ServiceNotFound", "none"),
        arguments(
            "POST", "/api/v2/services", "{}", 400, "MissingParameter", "metadata.name: missing"),
        arguments(
            "POST",
            "/api/v2/services",
            "{\"metadata\": {\"name\": \"a/b\"}}",
            400,
            "InvalidParameter",
            "metadata.name: \"a/b\""),
        arguments(
            "POST",
            "/api/v2/services",
            "{\"metadata\": {\"name\": \"foo\"}}",
            409,
            "ServiceAlreadyExists",
            "already exists"),
        arguments(
            "PUT",
            EAS,
            "{\"metadata\": {\"instance\": \"many\"}}",
            400,
            "InvalidParameter",
            "many"),
        arguments(
            "PUT", EAS + "/scale", "{\"Instance\": -1}", 400, "InvalidParameter", "Instance: -1"),
        arguments("PUT", EAS + "/scale", "{}", 400, "MissingParameter", "Instance: missing"),
        arguments("DELETE", EAS + "/rollout", "", 404, "RolloutNotFound", "has no rollout"),
        arguments("GET", EAS + "/%2F", "", 404, "InvalidAction.NotFound", "Method not found"),
        arguments(
            "PUT",
            EAS,
            "{\"x\": \"" + "y".repeat(300 * 1024) + "\"}",
            400,
            "InvalidParameter",
            "exceeds the limit: 262144"));
  }

  @ParameterizedTest
  @MethodSource("easCalls")
  void any_eas_call(
      String method, String path, String body, int status, String code, String message) {
    Set<Map<String, AttributeValue>> before = everything();
    GatewayResponse answer = SURFACE.send(method, path, body);
    JsonNode error = Surface.json(answer);
    assertThat(answer.status()).as(error.toString()).isEqualTo(status);
    assertThat(error.path("Code").asText()).isEqualTo(code);
    assertThat(error.path("Message").asText()).contains(message);
    assertThat(error.path("RequestId").asText()).matches("[0-9A-F-]{36}");
    assertThat(everything()).isEqualTo(before);
  }

  static Stream<Arguments> pathsTheGatewayRefuses() {
    return Stream.of(
        arguments("/v1/services/%00"),
        arguments("/v1/services/a%"),
        arguments("/v1/services/a%zz"),
        arguments("/v1/services/percent%25done"),
        arguments("/v1/services/%ff"));
  }

  @ParameterizedTest
  @MethodSource("pathsTheGatewayRefuses")
  void a_path_that_is_no_path(String path) {
    GatewayResponse answer = SURFACE.send("GET", path, "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(Surface.json(answer).toString()).isEqualTo("{\"message\":\"Bad Request\"}");
  }

  @Test
  void a_body_that_is_no_text_at_all() {
    GatewayResponse answer =
        SURFACE.send(
            "POST",
            ROLLOUTS,
            List.of(Map.entry("Content-Type", "application/json")),
            new byte[] {(byte) 0xff, 0, (byte) 0xfe});
    assertThat(answer.status()).isEqualTo(400);
    assertThat(Surface.json(answer).at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
  }

  private static void assertGoogleRefuses(
      String method, String path, String body, int status, String message) {
    Set<Map<String, AttributeValue>> before = everything();
    GatewayResponse answer = SURFACE.send(method, path, body);
    JsonNode error = Surface.json(answer).path("error");
    assertThat(answer.status()).as(error.toString()).isEqualTo(status);
    assertThat(error.path("code").asInt()).isEqualTo(status);
    assertThat(error.path("message").asText()).contains(message);
    assertThat(error.path("status").asText()).matches("[A-Z_]+");
    assertThat(error.at("/details/0/@type").asText()).endsWith("google.rpc.ErrorInfo");
    assertThat(everything()).isEqualTo(before);
  }

  private static String percentages(String percentages) {
    return percentages(percentages, "");
  }

  private static String percentages(String percentages, String more) {
    return "{" + more + "\"trafficPercentStrategy\": {\"percentages\": {" + percentages + "}}}";
  }

  private static Set<Map<String, AttributeValue>> everything() {
    return new HashSet<>(TABLE.client().scan(r -> r.tableName(TABLE.name())).items());
  }
}
