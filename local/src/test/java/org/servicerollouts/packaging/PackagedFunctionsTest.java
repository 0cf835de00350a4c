package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Every function as it is deployed: its zip, the handler that template.yaml gives it, AWS's own
 * runtime interface client, and no more rights than its role has.
 */
@EnabledOnOs(
    value = OS.LINUX,
    disabledReason = "AWS's runtime interface client is native code for Linux")
class PackagedFunctionsTest {
  private static final String SERVICE = "endpointsapis.appspot.com";
  private static final String KEYS_PARAMETER = "/packaged/keys";
  private static final String KEY = "a-key";

  /** With the SHA-256 of {@link #KEY}. */
  private static final String KEYS =
      """
      {"keys": {"ci": {"sha256":
       "2a8a1240f50636655520ac8ed22aa29473b8517b4abfdbc3bc03bcad73fc8849"}}}\
      """;

  private static final String SERVICES = "shifted.example.com=checkout,second.example.com=checkout";

  private static final Map<String, String> PARAMETERS =
      Map.of(
          "KeysParameter",
          KEYS_PARAMETER,
          "TargetFunctionArns",
          "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
          "TargetServices",
          SERVICES,
          "TargetsByTag",
          "true");

  @TempDir private static Path folder;
  private static PackagedStack stack;
  private static JsonNode serviceCreated;
  private static JsonNode rolloutCreated;
  private static JsonNode rolledBack;

  @BeforeAll
  static void createServiceAndRollout() throws Exception {
    stack =
        new PackagedStack(
            folder, PARAMETERS, Map.of(KEYS_PARAMETER, KEYS, "TargetServicesList", SERVICES));
    serviceCreated = stack.invoke("manage-services");
    for (String config : new String[] {"old", "new"}) {
      stack.ok(
          "manage-services",
          stack.request(
              "POST",
              "/v1/services/" + SERVICE + "/configs",
              "{\"id\": \"%s\"}".formatted(config)));
    }
    stack.rollOut(SERVICE, "first", "old");
    rolloutCreated = stack.invoke("create-rollout");
    rolledBack = stack.invoke("steer-rollout");
  }

  @AfterAll
  static void stop() throws Exception {
    if (stack != null) {
      stack.stop();
    }
  }

  @Test
  void manageServicesCreatesTheService() {
    JsonNode operation = PackagedStack.okBody(serviceCreated);
    assertThat(operation.at("/done").asBoolean()).isTrue();
    assertThat(operation.at("/response/serviceName").asText()).isEqualTo(SERVICE);
  }

  @Test
  void createRolloutAnswersTheOperation() {
    JsonNode operation = PackagedStack.okBody(rolloutCreated);
    assertThat(operation.at("/name").asText())
        .isEqualTo("operations/rollouts." + SERVICE + ":canary-rollout");
    assertThat(operation.has("done")).isFalse();
    assertThat(operation.at("/response/trafficPercentStrategy/percentages").toString())
        .isEqualTo("{\"old\":90,\"new\":10}");
  }

  @Test
  void steerRolloutAnswersTheOperationThatGoesBack() {
    assertThat(
            PackagedStack.okBody(rolledBack)
                .at("/response/trafficPercentStrategy/percentages")
                .toString())
        .isEqualTo("{\"old\":100}");
  }

  /** Reads alarms and aliases, and shifts one, with the rights that the roles have. */
  @Test
  void aRolloutThatAlarmsWatchAndAnAliasFollows() throws Exception {
    String service = "/v1/services/shifted.example.com";
    stack.cloudWatch().set("errors", "OK", "all is well");
    stack.lambda().add("checkout", "1", "2");
    stack.lambda().put("checkout", "live", "1", Map.of());
    stack.lambda().tag("checkout", "service-rollouts", "shifted.example.com second.example.com");
    stack.createService("shifted.example.com");
    for (String version : List.of("1", "2")) {
      stack.ok(
          "manage-services",
          stack.request("POST", service + "/configs", "{\"id\": \"" + version + "\"}"));
    }
    stack.ok(
        "manage-services",
        stack.request(
            "PATCH",
            service,
            """
            {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}},
             "alarms": ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors"]}\
            """));
    assertRefused("other.example.com", "gives to service 'other.example.com'");
    // Whose policies let the caller read what, no handler sees
    assertRefused("second.example.com", "belongs to another service");
    stack.rollOut("shifted.example.com", "first", "1");
    assertThat(stack.invoke("advance-batches").isNull()).isTrue();
    stack.ok(
        "create-rollout",
        stack.request(
            "POST",
            service + "/rollouts",
            """
            {"rolloutId": "second", "partition": "75%",
             "trafficPercentStrategy": {"percentages": {"2": 100}}}\
            """));
    assertThat(stack.invoke("advance-batches").isNull()).isTrue();
    assertThat(stack.lambda().alias("checkout", "live").additionalVersionWeights())
        .isEqualTo(Map.of("2", 0.25));

    JsonNode operation =
        stack.ok(
            "steer-rollout", stack.request("POST", service + "/rollouts/second:advance", "{}"));
    assertThat(operation.has("done")).isFalse();
    assertThat(stack.invoke("advance-batches").isNull()).isTrue();

    assertThat(stack.lambda().alias("checkout", "live").functionVersion()).isEqualTo("2");
    assertThat(stack.lambda().alias("checkout", "live").additionalVersionWeights()).isEmpty();
    JsonNode rollout =
        stack.ok("get-rollout", stack.request("GET", service + "/rollouts/second", ""));
    assertThat(rollout.at("/state").asText()).isEqualTo("SUCCEEDED");
    assertThat(
            stack.ok("manage-services", stack.request("GET", service, "")).at("/alarms/0").asText())
        .isEqualTo("errors");
    stack.ok("manage-services", stack.request("PATCH", service, "{\"target\": {\"none\": {}}}"));
  }

  /** No parameter names the function: the roles reach it by its tag. */
  @Test
  void anAliasOfAFunctionThatIsNamedByItsTag() throws Exception {
    String service = "/v1/services/tagged.example.com";
    stack.lambda().add("basket", "1", "2");
    stack.lambda().put("basket", "live", "1", Map.of());
    stack.lambda().tag("basket", "service-rollouts", "tagged.example.com");
    stack.createService("tagged.example.com");
    stack.ok("manage-services", stack.request("POST", service + "/configs", "{\"id\": \"2\"}"));
    stack.ok(
        "manage-services",
        stack.request(
            "PATCH",
            service,
            """
            {"target": {"lambdaAlias": {"functionName": "basket", "aliasName": "live"}}}\
            """));
    stack.rollOut("tagged.example.com", "first", "2");
    assertThat(stack.invoke("advance-batches").isNull()).isTrue();
    assertThat(stack.lambda().alias("basket", "live").functionVersion()).isEqualTo("2");
  }

  private static void assertRefused(String service, String why) throws Exception {
    stack.createService(service);
    JsonNode refused =
        stack.invoke(
            "manage-services",
            stack.request(
                "PATCH",
                "/v1/services/" + service,
                """
                {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}}}\
                """));
    assertThat(refused.at("/statusCode").asInt()).as(refused.toString()).isEqualTo(400);
    assertThat(refused.at("/body").asText()).contains(why).doesNotContain("shifted");
  }

  @Test
  void getRolloutAnswersTheRollout() throws Exception {
    JsonNode rollout = PackagedStack.okBody(stack.invoke("get-rollout"));
    assertThat(rollout.at("/rolloutId").asText()).isEqualTo("canary-rollout");
    assertThat(rollout.at("/status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void listRolloutsAnswersTheHistory() throws Exception {
    JsonNode rollouts = PackagedStack.okBody(stack.invoke("list-rollouts")).at("/rollouts");
    assertThat(rollouts).hasSize(3);
    assertThat(rollouts.at("/1/rolloutId").asText()).isEqualTo("canary-rollout");
  }

  @Test
  void listRolloutsAnswersWhatHappened() throws Exception {
    String service = "/v1/services/" + SERVICE;
    for (String path : List.of("/events", "/rollouts/canary-rollout/events")) {
      JsonNode events =
          stack.ok("list-rollouts", stack.request("GET", service + path, "")).at("/events");
      assertThat(events.findValuesAsText("rolloutId")).contains("canary-rollout");
    }
  }

  @Test
  void getOperationAnswersTheOperationThatIsDone() throws Exception {
    JsonNode operation = PackagedStack.okBody(stack.invoke("get-operation"));
    assertThat(operation.at("/done").asBoolean()).isTrue();
    assertThat(operation.at("/metadata/progressPercentage").asInt()).isEqualTo(100);
  }

  @Test
  void getOperationListsOperations() throws Exception {
    String filter = "filter=serviceName=" + SERVICE + "%20AND%20done=true";
    JsonNode page = stack.ok("get-operation", stack.request("GET", "/v1/operations", filter, ""));
    assertThat(page.at("/operations").findValuesAsText("name"))
        .contains("operations/rollouts." + SERVICE + ":canary-rollout");
  }

  @Test
  void manageServicesMakesAConfigOfYamlAndAnswersProtobuf() throws Exception {
    stack.createService("yaml.example.com");
    stack.ok(
        "manage-services",
        stack.request(
            "POST",
            "/v1/services/yaml.example.com/configs:submit",
            """
            {"configSource": {"id": "c1", "files": [{"filePath": "service.yaml",
             "fileContents": "dGl0bGU6IFNob3A=", "fileType": "SERVICE_CONFIG_YAML"}]}}\
            """));

    JsonNode config =
        stack.invoke(
            "manage-services",
            stack.request(
                "GET", "/v1/services/yaml.example.com/configs/c1", "alt=proto&view=FULL", ""));

    assertThat(config.at("/statusCode").asInt()).isEqualTo(200);
    assertThat(config.at("/headers/content-type").asText()).isEqualTo("application/x-protobuf");
    byte[] proto = Base64.getDecoder().decode(config.at("/body").asText());
    assertThat(new String(proto, StandardCharsets.UTF_8)).contains("Shop", "service.yaml");
  }

  @Test
  void manageServicesReportsWhatAConfigChanges() throws Exception {
    JsonNode report =
        stack.ok(
            "manage-services",
            stack.request(
                "POST",
                "/v1/services:generateConfigReport",
                """
                {"newConfig": {"@type": "type.googleapis.com/google.api.Service",
                 "name": "%s", "title": "Shop"}}\
                """
                    .formatted(SERVICE)));
    assertThat(report.at("/changeReports/0/configChanges").findValuesAsText("element"))
        .contains("title");
  }

  @Test
  void manageServicesDeletesAndUndeletes() throws Exception {
    stack.createService("back.example.com", "c1");

    stack.ok("manage-services", stack.request("DELETE", "/v1/services/back.example.com", ""));
    assertThat(services()).contains(SERVICE).doesNotContain("back.example.com");

    stack.ok(
        "manage-services", stack.request("POST", "/v1/services/back.example.com:undelete", "{}"));
    assertThat(services()).contains(SERVICE, "back.example.com");
    assertThat(rollouts("back.example.com")).hasSize(3).endsWith("first");
  }

  @Test
  void manageServicesMakesAServiceAnewThatIsGone() throws Exception {
    stack.createService("gone.example.com", "c1");
    stack.ok("manage-services", stack.request("DELETE", "/v1/services/gone.example.com", ""));
    keepUntil("gone.example.com", Instant.now());

    stack.createService("gone.example.com");

    assertThat(services()).contains("gone.example.com");
    assertThat(rollouts("gone.example.com")).isEmpty();
  }

  private static List<String> services() throws Exception {
    return stack
        .ok("manage-services", stack.request("GET", "/v1/services", ""))
        .at("/services")
        .findValuesAsText("serviceName");
  }

  private static List<String> rollouts(String service) throws Exception {
    String path = "/v1/services/" + service + "/rollouts";
    return stack
        .ok("list-rollouts", stack.request("GET", path, "pageSize=100", ""))
        .at("/rollouts")
        .findValuesAsText("rolloutId");
  }

  /** As if it had been deleted thirty days before {@code time}. */
  private static void keepUntil(String service, Instant time) {
    stack
        .table()
        .updateItem(
            r ->
                r.tableName(PackagedStack.TABLE)
                    .key(headOf(service))
                    .updateExpression("SET keptUntil = :time")
                    .expressionAttributeValues(
                        Map.of(":time", AttributeValue.fromN(Long.toString(time.toEpochMilli())))));
  }

  private static Map<String, AttributeValue> headOf(String service) {
    return Map.of(
        Schema.PK, AttributeValue.fromS("S#" + service),
        Schema.SK, AttributeValue.fromS(Schema.HEAD));
  }

  @ParameterizedTest
  @MethodSource("functionsBehindTheApi")
  void letsInWhoShowsAKeyWhereKeysAreAskedFor(String name) throws Exception {
    ObjectNode event = (ObjectNode) stack.function(name).sampleEvent();
    event
        .putObject("stageVariables")
        .put("AUTH_MODE", "KEYS")
        .put("KEYS_PARAMETER", KEYS_PARAMETER)
        .put("DEFAULT_CLUSTER", "cn-shanghai");

    JsonNode refused = stack.invoke(name, event);
    event.withObject("/headers").put("x-goog-api-key", KEY);
    JsonNode letIn = stack.invoke(name, event);

    assertThat(refused.at("/statusCode").asInt()).as(refused.toString()).isEqualTo(401);
    // What these samples make or take back has been made and taken back
    int status =
        switch (name) {
          case "create-rollout", "manage-services" -> 409;
          case "steer-rollout" -> 400;
          default -> 200;
        };
    assertThat(letIn.at("/statusCode").asInt()).as(letIn.toString()).isEqualTo(status);
  }

  @Test
  void advanceBatchesFindsNothingDue() throws Exception {
    assertThat(stack.invoke("advance-batches").isNull()).isTrue();
  }

  @Test
  void advanceBatchesDrivesWhatIsDueToItsEnd() throws Exception {
    String service = "/v1/services/driven.example.com";
    String rollouts = service + "/rollouts";
    stack.ok(
        "manage-services",
        stack.request("POST", "/v1/services", "{\"serviceName\": \"driven.example.com\"}"));
    for (String config : List.of("old", "new")) {
      stack.ok(
          "manage-services",
          stack.request("POST", service + "/configs", "{\"id\": \"" + config + "\"}"));
    }
    stack.ok(
        "create-rollout",
        stack.request(
            "POST",
            rollouts,
            """
            {"trafficPercentStrategy": {"percentages": {"old": 100}}}\
            """));
    stack.ok(
        "create-rollout",
        stack.request(
            "POST",
            rollouts,
            """
            {"rolloutId": "driven", "trafficPercentStrategy": {"percentages": {"new": 100}},
             "batch": {"batchSize": "50%", "interval": "1s"}}\
            """));
    assertThat(status(rollouts)).isEqualTo("IN_PROGRESS");

    assertThat(stack.invoke("advance-batches").isNull()).isTrue();

    assertThat(status(rollouts)).isEqualTo("SUCCESS");
  }

  private static String status(String rollouts) throws Exception {
    return stack
        .ok("get-rollout", stack.request("GET", rollouts + "/driven", ""))
        .at("/status")
        .asText();
  }

  @Test
  void withoutKeysNobodyIsLetInOnPaiEas() throws Exception {
    JsonNode answer =
        stack.invoke(
            "get-rollout", stack.request("GET", "/api/v2/services/cn-shanghai/foo/rollout", ""));
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(403);
    assertThat(Template.json(answer.at("/body").asText()).at("/Code").asText())
        .isEqualTo("Forbidden");
  }

  @Test
  void publishEventsPutsTheChangeOnTheBus() throws Exception {
    JsonNode answer = stack.invoke("publish-events");
    assertThat(answer).isEqualTo(Template.json("{\"batchItemFailures\": []}"));
    assertThat(stack.events("publish-events"))
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.at("/EventBusName").asText()).isEqualTo(PackagedStack.BUS))
        .anySatisfy(e -> assertThat(e.at("/Detail").asText()).contains(SERVICE));
  }

  @Test
  void publishEventsCutsTheHistory() throws Exception {
    stack.createService("long.example.com", "c1");
    for (int i = 2; i <= 120; i++) {
      stack.rollOut("long.example.com", "r" + i, "c1");
    }
    assertThat(statusOfRollout("long.example.com", "r20")).isEqualTo(200);

    stack.invoke("publish-events", lastChange("long.example.com"));

    assertThat(statusOfRollout("long.example.com", "r20")).isEqualTo(404);
    assertThat(statusOfRollout("long.example.com", "r21")).isEqualTo(200);
  }

  private static int statusOfRollout(String service, String rolloutId) throws Exception {
    String path = "/v1/services/" + service + "/rollouts/" + rolloutId;
    return stack.invoke("get-rollout", stack.request("GET", path, "")).at("/statusCode").asInt();
  }

  /** The sample event of publish-events, with what the service is now. */
  private static JsonNode lastChange(String service) {
    ObjectNode event = (ObjectNode) stack.function("publish-events").sampleEvent();
    ObjectNode record = (ObjectNode) event.at("/Records/0");
    ObjectNode images = (ObjectNode) record.get("dynamodb");
    images.set("Keys", json(headOf(service)));
    images.set(
        "NewImage",
        json(
            stack
                .table()
                .getItem(r -> r.tableName(PackagedStack.TABLE).key(headOf(service)))
                .item()));
    images.remove("OldImage");
    event.putArray("Records").add(record);
    return event;
  }

  /** As the stream writes it. */
  private static ObjectNode json(Map<String, AttributeValue> item) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    item.forEach((name, value) -> node.set(name, json(value)));
    return node;
  }

  private static ObjectNode json(AttributeValue value) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (value.type()) {
      case S -> node.put("S", value.s());
      case N -> node.put("N", value.n());
      case BOOL -> node.put("BOOL", value.bool());
      case M -> node.set("M", json(value.m()));
      case L -> {
        ArrayNode elements = node.putArray("L");
        value.l().forEach(element -> elements.add(json(element)));
      }
      default -> throw new IllegalArgumentException(value + " (expected: what the store writes)");
    }
    return node;
  }

  @Test
  void publishEventsStaysWarmWithoutRecords() throws Exception {
    String input =
        Template.read()
            .resource("PublishEventsFunction")
            .at("/Events/StayWarm/Properties/Input")
            .asText();
    assertThat(stack.invoke("publish-events", Template.json(input)))
        .isEqualTo(Template.json("{\"batchItemFailures\": []}"));
  }

  @ParameterizedTest
  @MethodSource("functionsBehindTheApi")
  void answersTheDailyHealthCheck(String name) throws Exception {
    JsonNode answer = stack.invoke(name, Template.healthCheck());
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(200);
  }

  static Set<String> functionsBehindTheApi() {
    return Set.copyOf(Template.read().functionsOfRoutes().values());
  }
}
