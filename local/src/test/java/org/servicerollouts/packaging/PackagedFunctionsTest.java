package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.LambdaDouble;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Every function as it is deployed: its zip, the handler that template.yaml gives it, AWS's own
 * runtime interface client, and no more rights than its role has.
 */
@EnabledOnOs(
    value = OS.LINUX,
    disabledReason = "AWS's runtime interface client is native code for Linux")
class PackagedFunctionsTest {
  private static final String TABLE = "packaged";
  private static final String BUS = "packaged-bus";
  private static final String SERVICE = "endpointsapis.appspot.com";
  private static final String ACCOUNT = "123456789012";
  private static final String KEYS_PARAMETER = "/packaged/keys";
  private static final String KEY = "a-key";

  /** With the SHA-256 of {@link #KEY}. */
  private static final String KEYS =
      """
      {"keys": {"ci": {"sha256":
       "2a8a1240f50636655520ac8ed22aa29473b8517b4abfdbc3bc03bcad73fc8849"}}}\
      """;

  private static final Map<String, Template.Function> FUNCTIONS = byName(Template.read());
  private static final Map<String, Template.Function> FUNCTIONS_WITH_KEYS =
      byName(Template.readWithKeys(KEYS_PARAMETER));
  private static final Map<String, PackagedFunction> STARTED = new HashMap<>();
  private static final Map<String, AwsEndpoint> ENDPOINTS = new HashMap<>();

  @TempDir private static Path folder;
  private static DynamoDBProxyServer dynamoDb;
  private static DynamoDbClient table;
  private static URI dynamoDbAddress;
  private static LambdaDouble lambda;
  private static CloudWatchDouble cloudWatch;
  private static JsonNode serviceCreated;
  private static JsonNode rolloutCreated;
  private static JsonNode rolledBack;

  @BeforeAll
  static void createServiceAndRollout() throws Exception {
    int port = freePort();
    dynamoDb =
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {
              "-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)
            });
    dynamoDb.start();
    dynamoDbAddress = URI.create("http://127.0.0.1:" + port);
    AwsAccount account = new AwsAccount("eu-west-1", ACCOUNT);
    lambda = LambdaDouble.start(0, account, InstantSource.system());
    cloudWatch = CloudWatchDouble.start(0, account, InstantSource.system(), change -> {});
    table = client();
    table.createTable(Schema.createTable(TABLE));

    serviceCreated = invoke("manage-services");
    for (String config : new String[] {"old", "new"}) {
      ok(
          "manage-services",
          request(
              "POST",
              "/v1/services/" + SERVICE + "/configs",
              "{\"id\": \"%s\"}".formatted(config)));
    }
    rollOut(SERVICE, "first", "old");
    rolloutCreated = invoke("create-rollout");
    rolledBack = invoke("steer-rollout");
  }

  private static Map<String, Template.Function> byName(Template template) {
    return template.functions().stream()
        .collect(Collectors.toMap(Template.Function::name, Function.identity()));
  }

  @AfterAll
  static void stop() throws Exception {
    STARTED.values().forEach(PackagedFunction::close);
    ENDPOINTS.values().forEach(AwsEndpoint::close);
    if (cloudWatch != null) {
      lambda.close();
      cloudWatch.close();
    }
    if (table != null) {
      table.close();
    }
    if (dynamoDb != null) {
      dynamoDb.stop();
    }
  }

  @Test
  void manageServicesCreatesTheService() {
    JsonNode operation = okBody(serviceCreated);
    assertThat(operation.at("/done").asBoolean()).isTrue();
    assertThat(operation.at("/response/serviceName").asText()).isEqualTo(SERVICE);
  }

  @Test
  void createRolloutAnswersTheOperation() {
    JsonNode operation = okBody(rolloutCreated);
    assertThat(operation.at("/name").asText())
        .isEqualTo("operations/rollouts." + SERVICE + ":canary-rollout");
    assertThat(operation.has("done")).isFalse();
    assertThat(operation.at("/response/trafficPercentStrategy/percentages").toString())
        .isEqualTo("{\"old\":90,\"new\":10}");
  }

  @Test
  void steerRolloutAnswersTheOperationThatGoesBack() {
    assertThat(okBody(rolledBack).at("/response/trafficPercentStrategy/percentages").toString())
        .isEqualTo("{\"old\":100}");
  }

  /** Reads alarms and aliases, and shifts one, with the rights that the roles have. */
  @Test
  void aRolloutThatAlarmsWatchAndAnAliasFollows() throws Exception {
    String service = "/v1/services/shifted.example.com";
    cloudWatch.set("errors", "OK", "all is well");
    lambda.add("checkout", "1", "2");
    lambda.put("checkout", "live", "1", Map.of());
    createService("shifted.example.com");
    for (String version : List.of("1", "2")) {
      ok("manage-services", request("POST", service + "/configs", "{\"id\": \"" + version + "\"}"));
    }
    ok(
        "manage-services",
        request(
            "PATCH",
            service,
            """
            {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}},
             "alarms": ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors"]}\
            """));
    rollOut("shifted.example.com", "first", "1");
    assertThat(invoke("advance-batches").isNull()).isTrue();
    ok(
        "create-rollout",
        request(
            "POST",
            service + "/rollouts",
            """
            {"rolloutId": "second", "partition": "75%",
             "trafficPercentStrategy": {"percentages": {"2": 100}}}\
            """));
    assertThat(invoke("advance-batches").isNull()).isTrue();
    assertThat(lambda.alias("checkout", "live").additionalVersionWeights())
        .isEqualTo(Map.of("2", 0.25));

    JsonNode operation =
        ok("steer-rollout", request("POST", service + "/rollouts/second:advance", "{}"));
    assertThat(operation.has("done")).isFalse();
    assertThat(invoke("advance-batches").isNull()).isTrue();

    assertThat(lambda.alias("checkout", "live").functionVersion()).isEqualTo("2");
    assertThat(lambda.alias("checkout", "live").additionalVersionWeights()).isEmpty();
    JsonNode rollout = ok("get-rollout", request("GET", service + "/rollouts/second", ""));
    assertThat(rollout.at("/state").asText()).isEqualTo("SUCCEEDED");
    assertThat(ok("manage-services", request("GET", service, "")).at("/alarms/0").asText())
        .isEqualTo("errors");
  }

  @Test
  void getRolloutAnswersTheRollout() throws Exception {
    JsonNode rollout = okBody(invoke("get-rollout"));
    assertThat(rollout.at("/rolloutId").asText()).isEqualTo("canary-rollout");
    assertThat(rollout.at("/status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void listRolloutsAnswersTheHistory() throws Exception {
    JsonNode rollouts = okBody(invoke("list-rollouts")).at("/rollouts");
    assertThat(rollouts).hasSize(3);
    assertThat(rollouts.at("/1/rolloutId").asText()).isEqualTo("canary-rollout");
  }

  @Test
  void listRolloutsAnswersWhatHappened() throws Exception {
    String service = "/v1/services/" + SERVICE;
    for (String path : List.of("/events", "/rollouts/canary-rollout/events")) {
      JsonNode events = ok("list-rollouts", request("GET", service + path, "")).at("/events");
      assertThat(events.findValuesAsText("rolloutId")).contains("canary-rollout");
    }
  }

  @Test
  void getOperationAnswersTheOperationThatIsDone() throws Exception {
    JsonNode operation = okBody(invoke("get-operation"));
    assertThat(operation.at("/done").asBoolean()).isTrue();
    assertThat(operation.at("/metadata/progressPercentage").asInt()).isEqualTo(100);
  }

  @Test
  void getOperationListsOperations() throws Exception {
    String filter = "filter=serviceName=" + SERVICE + "%20AND%20done=true";
    JsonNode page = ok("get-operation", request("GET", "/v1/operations", filter, ""));
    assertThat(page.at("/operations").findValuesAsText("name"))
        .contains("operations/rollouts." + SERVICE + ":canary-rollout");
  }

  @Test
  void manageServicesMakesAConfigOfYamlAndAnswersProtobuf() throws Exception {
    createService("yaml.example.com");
    ok(
        "manage-services",
        request(
            "POST",
            "/v1/services/yaml.example.com/configs:submit",
            """
            {"configSource": {"id": "c1", "files": [{"filePath": "service.yaml",
             "fileContents": "dGl0bGU6IFNob3A=", "fileType": "SERVICE_CONFIG_YAML"}]}}\
            """));

    JsonNode config =
        invoke(
            "manage-services",
            request("GET", "/v1/services/yaml.example.com/configs/c1", "alt=proto&view=FULL", ""));

    assertThat(config.at("/statusCode").asInt()).isEqualTo(200);
    assertThat(config.at("/headers/content-type").asText()).isEqualTo("application/x-protobuf");
    byte[] proto = Base64.getDecoder().decode(config.at("/body").asText());
    assertThat(new String(proto, StandardCharsets.UTF_8)).contains("Shop", "service.yaml");
  }

  @Test
  void manageServicesReportsWhatAConfigChanges() throws Exception {
    JsonNode report =
        ok(
            "manage-services",
            request(
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
    createServiceWithRollout("back.example.com");

    ok("manage-services", request("DELETE", "/v1/services/back.example.com", ""));
    assertThat(services()).contains(SERVICE).doesNotContain("back.example.com");

    ok("manage-services", request("POST", "/v1/services/back.example.com:undelete", "{}"));
    assertThat(services()).contains(SERVICE, "back.example.com");
    assertThat(rollouts("back.example.com")).hasSize(3).endsWith("first");
  }

  @Test
  void manageServicesMakesAServiceAnewThatIsGone() throws Exception {
    createServiceWithRollout("gone.example.com");
    ok("manage-services", request("DELETE", "/v1/services/gone.example.com", ""));
    keepUntil("gone.example.com", Instant.now());

    createService("gone.example.com");

    assertThat(services()).contains("gone.example.com");
    assertThat(rollouts("gone.example.com")).isEmpty();
  }

  private static List<String> services() throws Exception {
    return ok("manage-services", request("GET", "/v1/services", ""))
        .at("/services")
        .findValuesAsText("serviceName");
  }

  private static List<String> rollouts(String service) throws Exception {
    String path = "/v1/services/" + service + "/rollouts";
    return ok("list-rollouts", request("GET", path, "pageSize=100", ""))
        .at("/rollouts")
        .findValuesAsText("rolloutId");
  }

  private static void createService(String name) throws Exception {
    ok(
        "manage-services",
        request("POST", "/v1/services", "{\"serviceName\": \"%s\"}".formatted(name)));
  }

  private static void createServiceWithRollout(String name) throws Exception {
    createService(name);
    ok("manage-services", request("POST", "/v1/services/" + name + "/configs", "{\"id\": \"c1\"}"));
    rollOut(name, "first", "c1");
  }

  private static void rollOut(String service, String rolloutId, String config) throws Exception {
    ok(
        "create-rollout",
        request(
            "POST",
            "/v1/services/" + service + "/rollouts",
            """
            {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"%s": 100}}}\
            """
                .formatted(rolloutId, config)));
  }

  /** As if it had been deleted thirty days before {@code time}. */
  private static void keepUntil(String service, Instant time) {
    table.updateItem(
        r ->
            r.tableName(TABLE)
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
    Template.Function function = FUNCTIONS_WITH_KEYS.get(name);
    ObjectNode event = (ObjectNode) function.sampleEvent();

    JsonNode refused = invoke(name + " with keys", function, event);
    event.withObject("/headers").put("x-goog-api-key", KEY);
    JsonNode letIn = invoke(name + " with keys", function, event);

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
    assertThat(invoke("advance-batches").isNull()).isTrue();
  }

  @Test
  void advanceBatchesDrivesWhatIsDueToItsEnd() throws Exception {
    String service = "/v1/services/driven.example.com";
    String rollouts = service + "/rollouts";
    ok(
        "manage-services",
        request("POST", "/v1/services", "{\"serviceName\": \"driven.example.com\"}"));
    for (String config : List.of("old", "new")) {
      ok("manage-services", request("POST", service + "/configs", "{\"id\": \"" + config + "\"}"));
    }
    ok(
        "create-rollout",
        request(
            "POST",
            rollouts,
            """
            {"trafficPercentStrategy": {"percentages": {"old": 100}}}\
            """));
    ok(
        "create-rollout",
        request(
            "POST",
            rollouts,
            """
            {"rolloutId": "driven", "trafficPercentStrategy": {"percentages": {"new": 100}},
             "batch": {"batchSize": "50%", "interval": "1s"}}\
            """));
    assertThat(status(rollouts)).isEqualTo("IN_PROGRESS");

    assertThat(invoke("advance-batches").isNull()).isTrue();

    assertThat(status(rollouts)).isEqualTo("SUCCESS");
  }

  private static String status(String rollouts) throws Exception {
    return ok("get-rollout", request("GET", rollouts + "/driven", "")).at("/status").asText();
  }

  @Test
  void withoutKeysNobodyIsLetInOnPaiEas() throws Exception {
    JsonNode answer =
        invoke("get-rollout", request("GET", "/api/v2/services/cn-shanghai/foo/rollout", ""));
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(404);
    assertThat(answer.at("/body").asText()).contains("InvalidAccessKeyId.NotFound");
  }

  @Test
  void publishEventsPutsTheChangeOnTheBus() throws Exception {
    JsonNode answer = invoke("publish-events");
    assertThat(answer).isEqualTo(Template.json("{\"batchItemFailures\": []}"));
    assertThat(ENDPOINTS.get("publish-events").events())
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.at("/EventBusName").asText()).isEqualTo(BUS))
        .anySatisfy(e -> assertThat(e.at("/Detail").asText()).contains(SERVICE));
  }

  @Test
  void publishEventsCutsTheHistory() throws Exception {
    createServiceWithRollout("long.example.com");
    for (int i = 2; i <= 120; i++) {
      rollOut("long.example.com", "r" + i, "c1");
    }
    assertThat(statusOfRollout("long.example.com", "r20")).isEqualTo(200);

    invoke("publish-events", lastChange("long.example.com"));

    assertThat(statusOfRollout("long.example.com", "r20")).isEqualTo(404);
    assertThat(statusOfRollout("long.example.com", "r21")).isEqualTo(200);
  }

  private static int statusOfRollout(String service, String rolloutId) throws Exception {
    String path = "/v1/services/" + service + "/rollouts/" + rolloutId;
    return invoke("get-rollout", request("GET", path, "")).at("/statusCode").asInt();
  }

  /** The sample event of publish-events, with what the service is now. */
  private static JsonNode lastChange(String service) {
    ObjectNode event = (ObjectNode) function("publish-events").sampleEvent();
    ObjectNode record = (ObjectNode) event.at("/Records/0");
    ObjectNode images = (ObjectNode) record.get("dynamodb");
    images.set("Keys", json(headOf(service)));
    images.set(
        "NewImage", json(table.getItem(r -> r.tableName(TABLE).key(headOf(service))).item()));
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
    assertThat(invoke("publish-events", Template.json(input)))
        .isEqualTo(Template.json("{\"batchItemFailures\": []}"));
  }

  @ParameterizedTest
  @MethodSource("functionsBehindTheApi")
  void answersTheDailyHealthCheck(String name) throws Exception {
    JsonNode answer = invoke(name, Template.read().healthCheck());
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(200);
  }

  static Set<String> functionsBehindTheApi() {
    return Set.copyOf(Template.read().routes().values());
  }

  private static JsonNode okBody(JsonNode answer) {
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(200);
    return Template.json(answer.at("/body").asText());
  }

  private static JsonNode invoke(String name) throws Exception {
    return invoke(name, function(name).sampleEvent());
  }

  private static JsonNode invoke(String name, JsonNode event) throws Exception {
    return invoke(name, function(name), event);
  }

  /**
   * Invokes {@code function}, started if it is not yet.
   *
   * @param as how it is known here
   */
  private static JsonNode invoke(String as, Template.Function function, JsonNode event)
      throws Exception {
    if (!STARTED.containsKey(as)) {
      STARTED.put(as, start(as, function));
    }
    JsonNode answer = STARTED.get(as).invoke(event);
    assertThat(ENDPOINTS.get(as).denied()).as("what the role of " + as + " lacks").isEmpty();
    return answer;
  }

  private static Template.Function function(String name) {
    assertThat(FUNCTIONS).containsKey(name);
    return FUNCTIONS.get(name);
  }

  private static PackagedFunction start(String as, Template.Function function) throws IOException {
    AwsEndpoint endpoint =
        new AwsEndpoint(dynamoDbAddress, lambda, cloudWatch, function.rights(), KEYS);
    ENDPOINTS.put(as, endpoint);
    Map<String, String> values =
        Map.of(
            "Table", TABLE,
            "EventBus", BUS,
            "DefaultCluster", "cn-shanghai",
            "KeysParameter", KEYS_PARAMETER,
            "AWS::AccountId", ACCOUNT);
    Map<String, String> environment = new HashMap<>();
    function
        .environment()
        .forEach((name, value) -> environment.put(name, values.getOrDefault(value, value)));
    environment.put("AWS_ENDPOINT_URL", endpoint.address().toString());
    Path ownFolder = Files.createDirectory(folder.resolve(as));
    return PackagedFunction.start(function, ownFolder, environment);
  }

  private static JsonNode ok(String name, JsonNode event) throws Exception {
    return okBody(invoke(name, event));
  }

  /** The sample event of manage-services, asking for something else. */
  private static JsonNode request(String method, String path, String body) {
    return request(method, path, "", body);
  }

  private static JsonNode request(String method, String path, String query, String body) {
    ObjectNode event = (ObjectNode) function("manage-services").sampleEvent();
    event.put("rawPath", path);
    event.put("rawQueryString", query);
    ((ObjectNode) event.at("/requestContext/http")).put("method", method).put("path", path);
    event.put("body", body);
    return event;
  }

  private static DynamoDbClient client() {
    return DynamoDbClient.builder()
        .endpointOverride(dynamoDbAddress)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("packaged", "packaged")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
