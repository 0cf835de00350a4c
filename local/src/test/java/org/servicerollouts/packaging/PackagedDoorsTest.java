package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.doubles.Fault;

/** Events that must change nothing, sent to the functions as they are deployed. */
@EnabledOnOs(
    value = OS.LINUX,
    disabledReason = "AWS's runtime interface client is native code for Linux")
class PackagedDoorsTest {
  private static final String KEYS = "/packaged/keys";
  private static final AccessKey ACCESS_KEY = new AccessKey("LTAIci", "secret");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);

  @TempDir private static Path folder;
  private static PackagedStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack =
        new PackagedStack(
            folder,
            Map.of("KeysParameter", KEYS),
            Map.of(
                KEYS,
                "{\"accessKeys\": {\"LTAIci\": {\"name\": \"ci\", \"secret\": \"secret\"}}}"));
    stack.cloudWatch().set("errors", "OK", "0 errors");
    stack.createService("endpointsapis.appspot.com", "old", "new");
  }

  @AfterAll
  static void stop() throws Exception {
    if (stack != null) {
      stack.stop();
    }
  }

  /** Every item there is. */
  private static Set<String> everything() {
    return stack.table().scanPaginator(r -> r.tableName(PackagedStack.TABLE)).items().stream()
        .map(item -> new TreeMap<>(item).toString())
        .collect(Collectors.toSet());
  }

  // ---- requests

  static Stream<String> functionsBehindTheApi() {
    return Template.read().functionsOfRoutes().values().stream().distinct().sorted();
  }

  private static Arguments forged(String what, Consumer<ObjectNode> change) {
    return Arguments.of(what, change);
  }

  private static void stage(ObjectNode event, String... variables) {
    ObjectNode stage = event.putObject("stageVariables");
    for (int i = 0; i < variables.length; i += 2) {
      stage.put(variables[i], variables[i + 1]);
    }
  }

  private static ObjectNode authorizer(ObjectNode event) {
    return event.withObject("/requestContext").putObject("authorizer");
  }

  /** Each says something of its sender that the gateway has not checked, or nothing. */
  static Stream<Arguments> forgeries() {
    return Stream.of(
        forged("anonymous", e -> e.withObject("/requestContext").remove("authorizer")),
        forged("an empty authorizer", PackagedDoorsTest::authorizer),
        forged(
            "IAM without an ARN",
            e -> authorizer(e).putObject("iam").put("accountId", "123456789012")),
        forged(
            "headers that look like a signature",
            e -> {
              e.withObject("/requestContext").remove("authorizer");
              e.withObject("/headers")
                  .put("authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x")
                  .put("x-amzn-iam-user-arn", "arn:aws:iam::123456789012:root");
            }),
        forged(
            "a token where signatures are asked for",
            e -> authorizer(e).putObject("jwt").putObject("claims").put("sub", "alice")),
        forged(
            "a signature where tokens are asked for",
            e -> stage(e, "AUTH_MODE", "JWT", "JWT_ISSUER", "https://one", "JWT_AUDIENCE", "shop")),
        forged(
            "a token without subject",
            e -> {
              stage(e, "AUTH_MODE", "JWT", "JWT_ISSUER", "https://one", "JWT_AUDIENCE", "shop");
              authorizer(e)
                  .putObject("jwt")
                  .putObject("claims")
                  .put("iss", "https://one")
                  .put("aud", "shop");
            }),
        forged(
            "a signature where keys are asked for",
            e -> stage(e, "AUTH_MODE", "KEYS", "KEYS_PARAMETER", KEYS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void aForgedRequestIsRefusedByEachFunctionAndChangesNothing(
      String what, Consumer<ObjectNode> change) throws Exception {
    Set<String> before = everything();
    for (String name : functionsBehindTheApi().toList()) {
      ObjectNode event = (ObjectNode) stack.function(name).sampleEvent();
      change.accept(event);
      JsonNode answer = stack.invoke(name, event);
      assertThat(answer.at("/statusCode").asInt()).as(name + answer).isIn(401, 403);
      assertThat(Template.json(answer.at("/body").asText()).at("/error/status").asText())
          .isIn("UNAUTHENTICATED", "PERMISSION_DENIED");
    }
    assertThat(everything()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("functionsBehindTheApi")
  void withoutStageVariablesEachSurfaceIsClosedInItsOwnShape(String name) throws Exception {
    Set<String> before = everything();
    ObjectNode google = (ObjectNode) stack.function(name).sampleEvent();
    google.remove("stageVariables");
    JsonNode refused = stack.invoke(name, google);
    assertThat(refused.at("/statusCode").asInt()).isEqualTo(403);
    assertThat(Template.json(refused.at("/body").asText()).at("/error/details/0/reason").asText())
        .isEqualTo("ACCESS_CLOSED");

    ObjectNode eas = stack.request("PUT", "/api/v2/services/cn-shanghai/foo/rollout", "{}");
    eas.remove("stageVariables");
    refused = stack.invoke(name, eas);
    assertThat(refused.at("/statusCode").asInt()).isEqualTo(403);
    assertThat(Template.json(refused.at("/body").asText()).at("/Code").asText())
        .isEqualTo("Forbidden");
    assertThat(everything()).isEqualTo(before);
  }

  /** The process that runs stays; what the stage says next counts next. */
  @Test
  void aFunctionFollowsItsStage() throws Exception {
    String path = "/v1/services/endpointsapis.appspot.com";
    ObjectNode event = stack.request("GET", path, "");
    event.withObject("/requestContext").remove("authorizer");
    stage(event, "AUTH_MODE", "NONE");
    assertThat(stack.invoke("manage-services", event).at("/statusCode").asInt()).isEqualTo(200);
    stage(event, "AUTH_MODE", "IAM");
    assertThat(stack.invoke("manage-services", event).at("/statusCode").asInt()).isEqualTo(401);
    stage(event, "AUTH_MODE", "KEYS", "KEYS_PARAMETER", KEYS);
    assertThat(stack.invoke("manage-services", event).at("/statusCode").asInt()).isEqualTo(401);
    stage(event);
    assertThat(stack.invoke("manage-services", event).at("/statusCode").asInt()).isEqualTo(403);
  }

  @Test
  void theStageNamesTheClusterOfAServiceThatNamesNone() throws Exception {
    for (String cluster : List.of("cn-beijing", "eu-central-1")) {
      ObjectNode event =
          signed("POST", "/api/v2/services", "{\"metadata\": {\"name\": \"c\"}}", cluster);
      event.withObject("/stageVariables").put("DEFAULT_CLUSTER", cluster);
      stack.ok("manage-services", event);
      stack.ok("manage-services", stack.request("GET", "/v1/services/c." + cluster, ""));
    }
  }

  @Test
  void aSignedRequestThatIsSentAgainChangesNothing() throws Exception {
    String body = "{\"metadata\": {\"name\": \"once\", \"instance\": 3}}";
    ObjectNode event = signed("POST", "/api/v2/services", body, "n1");
    stack.ok("manage-services", event);
    ObjectNode scale =
        signed("PUT", "/api/v2/services/cn-shanghai/once/scale", "{\"Replicas\": 3}", "n2");
    JsonNode first = stack.invoke("manage-services", scale);
    Set<String> before = everything();

    for (ObjectNode again : List.of(event, scale)) {
      JsonNode refused = stack.invoke("manage-services", again);
      assertThat(refused.at("/statusCode").asInt()).as(first.toString()).isEqualTo(400);
      assertThat(Template.json(refused.at("/body").asText()).at("/Code").asText())
          .isEqualTo("SignatureNonceUsed");
    }
    assertThat(everything()).isEqualTo(before);
  }

  private static ObjectNode signed(String method, String path, String body, String nonce) {
    ObjectNode event = stack.request(method, path, body);
    event.withObject("/requestContext").remove("authorizer");
    event.withObject("/stageVariables").put("KEYS_PARAMETER", KEYS);
    ObjectNode headers = event.putObject("headers");
    ACCESS_KEY
        .headers(method, path, body, Instant.now(), Map.of("x-acs-signature-nonce", nonce))
        .forEach(headers::put);
    return event;
  }

  // ---- alarms

  private static String watched(String service) throws Exception {
    stack.createService(service, "old", "new");
    stack.ok(
        "manage-services",
        stack.request("PATCH", "/v1/services/" + service, "{\"alarms\": [\"errors\"]}"));
    stack.ok(
        "create-rollout",
        stack.request(
            "POST",
            "/v1/services/" + service + "/rollouts",
            """
            {"rolloutId": "r", "trafficPercentStrategy": {"percentages": {"new": 100}},
             "batch": {"batchSize": "50%", "interval": "1h"}}\
            """));
    return service;
  }

  private static String status(String service) throws Exception {
    String path = "/v1/services/" + service + "/rollouts/r";
    return stack.ok("get-rollout", stack.request("GET", path, "")).at("/status").asText();
  }

  private static ObjectNode firing(Instant since) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .put("version", "0")
        .put("id", "2dde0eb1-528b-d2d5-9ca6-6d590caf2329")
        .put("detail-type", "CloudWatch Alarm State Change")
        .put("source", "aws.cloudwatch")
        .put("account", PackagedStack.ACCOUNT)
        .put("time", Instant.now().toString())
        .put("region", PackagedStack.REGION);
    event.putArray("resources").add("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors");
    event
        .putObject("detail")
        .put("alarmName", "errors")
        .putObject("state")
        .put("value", "ALARM")
        .put("reason", "of somebody")
        .put("timestamp", TIME.format(since));
    return event;
  }

  private static ObjectNode changed(ObjectNode event, Consumer<ObjectNode> change) {
    change.accept(event);
    return event;
  }

  @Test
  void theAlarmOfAnotherAccountOrRegionIsNotHeardAndTheOwnIsThoughAlarmsCannotBeRead()
      throws Exception {
    String service = watched("watched.example.com");
    Set<String> before = everything();
    Instant now = Instant.now();
    List<ObjectNode> foreign =
        List.of(
            changed(firing(now), e -> e.put("account", "999999999999")),
            changed(firing(now), e -> e.put("region", "us-west-2")),
            changed(firing(now), e -> e.put("source", "shop.alarms")),
            changed(
                firing(now),
                e ->
                    e.putArray("resources")
                        .add("arn:aws:cloudwatch:us-west-2:999999999999:alarm:errors")),
            changed(firing(now), e -> e.remove("resources")),
            firing(now.minus(Duration.ofMinutes(6))));
    for (ObjectNode event : foreign) {
      assertThat(stack.invoke("advance-batches", event).isNull()).isTrue();
      assertThat(status(service)).as(event.toString()).isEqualTo("IN_PROGRESS");
    }
    assertThat(everything()).isEqualTo(before);

    stack.cloudWatch().faults().when(call -> true, Fault.BROKEN);
    try {
      assertThat(stack.invoke("advance-batches", firing(Instant.now())).isNull()).isTrue();
    } finally {
      stack.cloudWatch().faults().clear();
    }
    assertThat(status(service)).isEqualTo("FAILED_ROLLED_BACK");
  }
}
