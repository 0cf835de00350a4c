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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One thing wrong in a request of PAI-EAS's that changes a plan, a version or a service, or lists
 * them, through the gateway and the real handlers: the answer names value and expectation in
 * PAI-EAS's form, and nothing is written.
 */
class EasBadInputTest {
  private static final String SERVICES = "/api/v2/services";
  private static final String PLANNED = SERVICES + "/cn-shanghai/planned";
  private static final String BARE = SERVICES + "/cn-shanghai/bare";
  private static final String TRAFFIC = SERVICES + "/com/svc.example";
  private static final String NONE = SERVICES + "/cn-shanghai/none";
  private static final Table TABLE = LocalTable.create();
  private static final Surface SURFACE = new Surface(TABLE);

  @BeforeAll
  static void makeServices() {
    SURFACE.ok("POST", "/v1/services", "{\"serviceName\": \"svc.example.com\"}");
    for (String name : List.of("planned", "bare")) {
      SURFACE.ok(
          "POST",
          SERVICES,
          "{\"metadata\": {\"name\": \""
              + name
              + "\", \"instance\": 10}, \"features\": {\"eas.aliyun.com/enable-rollout\":"
              + " \"true\"}}");
      SURFACE.ok("PUT", SERVICES + "/cn-shanghai/" + name, "{\"image\": \"2\"}");
    }
    SURFACE.ok("POST", PLANNED + "/rollout", "{\"Batch\": {}, \"Paused\": true}");
  }

  static Stream<Arguments> rolloutUpdates() {
    return Stream.of(
        arguments("{\"Batch\"", 400, "InvalidParameter", "Invalid JSON"),
        arguments("[]", 400, "InvalidParameter", "not an object"),
        arguments("", 400, "MissingParameter", "Batch, Partition, Paused: none given"),
        arguments("{\"Paused\": null}", 400, "MissingParameter", "none given"),
        arguments(
            "{\"Batch\": {}, \"Partition\": {\"Partition\": \"1\"}}",
            400,
            "InvalidParameter",
            "Batch, Partition: both given (expected: one of the two)"),
        arguments(
            "{\"Paused\": \"true\"}",
            400,
            "InvalidParameter",
            "Paused: \"true\" (expected: true or false)"),
        arguments(
            "{\"Batch\": {\"BatchSize\": \"-1\"}}",
            400,
            "InvalidParameter",
            "Batch.BatchSize: \"-1\" (expected: 1 or more"),
        arguments(
            "{\"Batch\": {\"Interval\": \"1d\"}}",
            400,
            "InvalidParameter",
            "Batch.Interval: \"1d\" (expected: <n>s"),
        arguments("{\"Partition\": {}}", 400, "MissingParameter", "Partition.Partition: missing"),
        arguments(
            "{\"Partition\": {\"Partition\": \"100.5%\"}}",
            400,
            "InvalidParameter",
            "Partition.Partition: \"100.5%\" (expected: 0 or more, in up to 18 digits, or 0% to"
                + " 100%, with up to 9 decimal places)"),
        arguments(
            "{\"Partition\": {\"Partition\": true}}",
            400,
            "InvalidParameter",
            "Partition.Partition: true (expected: a string)"),
        arguments(
            "{\"Strategy\": {}}",
            400,
            "InvalidParameter",
            "Strategy: unknown (expected: one of Batch, Partition, Paused)"));
  }

  @ParameterizedTest
  @MethodSource("rolloutUpdates")
  void an_update_of_a_rollout(String body, int status, String code, String message) {
    assertRefused("PUT", PLANNED + "/rollout", body, status, code, message);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        arguments(
            "POST",
            PLANNED + "/rollout",
            "{\"Batch\": {}}",
            409,
            "RolloutAlreadyExists",
            "has a rollout plan already"),
        arguments(
            "PUT", BARE + "/rollout", "{\"Paused\": true}", 404, "RolloutNotFound", "no rollout"),
        arguments("DELETE", BARE + "/rollout", "", 404, "RolloutNotFound", "[bare]"),
        arguments("PUT", NONE + "/rollout", "{\"Paused\": true}", 404, "ServiceNotFound", "'none."),
        arguments("DELETE", NONE + "/rollout", "", 404, "ServiceNotFound", "'none.cn-shanghai'"),
        arguments("DELETE", NONE, "", 404, "ServiceNotFound", "'none.cn-shanghai'"),
        arguments("GET", NONE + "/versions", "", 404, "ServiceNotFound", "'none.cn-shanghai'"),
        arguments("PUT", NONE + "/version", "{\"Version\": 1}", 404, "ServiceNotFound", "'none.cn"),
        arguments(
            "PUT",
            TRAFFIC + "/rollout",
            "{\"Paused\": true}",
            400,
            "IncorrectServiceType",
            "divided by traffic"),
        arguments("DELETE", TRAFFIC + "/rollout", "", 400, "IncorrectServiceType", "traffic"),
        arguments("DELETE", TRAFFIC, "", 400, "IncorrectServiceType", "divided by traffic"),
        arguments("GET", TRAFFIC + "/versions", "", 400, "IncorrectServiceType", "traffic"),
        arguments(
            "PUT",
            TRAFFIC + "/version",
            "{\"Version\": 1}",
            400,
            "IncorrectServiceType",
            "traffic"),
        arguments(
            "PUT", BARE + "/version", "{}", 400, "MissingParameter", "Version: missing (expected"),
        arguments(
            "PUT",
            BARE + "/version",
            "{\"Version\": 2}",
            400,
            "InvalidParameter",
            "Version: 2 (expected: 1 or more, and less than the latest version, 2)"),
        arguments(
            "PUT",
            BARE + "/version",
            "{\"Version\": 99999999999999999999}",
            400,
            "InvalidParameter",
            "Version: 99999999999999999999 (expected: the number of an earlier version)"),
        arguments(
            "POST",
            SERVICES,
            "{\"metadata\": {\"name\": \"on\"}, \"features\": {\"eas.aliyun.com/enable-rollout\":"
                + " \"on\"}}",
            400,
            "InvalidParameter",
            "features[\"eas.aliyun.com/enable-rollout\"]: \"on\" (expected: true or false)"),
        arguments(
            "POST",
            SERVICES,
            "{\"name\": \"one\", \"metadata\": {\"name\": \"two\"}}",
            400,
            "InvalidParameter",
            "name: \"one\" (expected: \"two\", as metadata.name is)"),
        arguments(
            "GET",
            SERVICES + "?PageNumber=0",
            "",
            400,
            "InvalidParameter",
            "PageNumber: \"0\" (expected: a whole number from 1 to 2147483647)"),
        arguments(
            "GET",
            BARE + "/versions?PageSize=all",
            "",
            400,
            "InvalidParameter",
            "PageSize: \"all\" (expected: a whole number from 1 to 2147483647)"),
        arguments(
            "GET",
            SERVICES + "?Label=x",
            "",
            400,
            "InvalidParameter",
            "Label: \"x\" (expected: none"),
        arguments(
            "PATCH",
            BARE,
            "{}",
            405,
            "UnsupportedHTTPMethod",
            "Method not allowed: PATCH /api/v2/services/cn-shanghai/bare (expected: GET, PUT,"
                + " DELETE)"),
        arguments("GET", BARE + "/scale", "", 405, "UnsupportedHTTPMethod", "(expected: PUT)"),
        arguments("DELETE", SERVICES, "", 405, "UnsupportedHTTPMethod", "(expected: GET, POST)"),
        arguments("GET", "/api/v2/none", "", 404, "InvalidAction.NotFound", "Method not found"),
        arguments(
            "PUT", BARE + "/release", "{}", 404, "InvalidAction.NotFound", "Method not found"),
        arguments("GET", "/api/", "", 404, "InvalidAction.NotFound", "Method not found"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void any_other_call(
      String method, String target, String body, int status, String code, String message) {
    assertRefused(method, target, body, status, code, message);
  }

  private static void assertRefused(
      String method, String target, String body, int status, String code, String message) {
    Set<Map<String, AttributeValue>> before = everything();
    GatewayResponse answer = SURFACE.send(method, target, body);
    JsonNode error = Surface.json(answer);
    assertThat(answer.status()).as(error.toString()).isEqualTo(status);
    assertThat(error.path("Code").asText()).isEqualTo(code);
    assertThat(error.path("Message").asText()).contains(message);
    assertThat(error.path("RequestId").asText()).matches("[0-9A-F-]{36}");
    assertThat(error.path("HostId").asText()).isNotEmpty();
    assertThat(error.path("Recommend").asText()).isNotEmpty();
    assertThat(everything()).isEqualTo(before);
  }

  private static Set<Map<String, AttributeValue>> everything() {
    return new HashSet<>(TABLE.client().scan(r -> r.tableName(TABLE.name())).items());
  }
}
