package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
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
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

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
  private static final Map<String, Template.Function> FUNCTIONS =
      Template.read().functions().stream()
          .collect(Collectors.toMap(Template.Function::name, Function.identity()));
  private static final Map<String, PackagedFunction> STARTED = new HashMap<>();
  private static final Map<String, AwsEndpoint> ENDPOINTS = new HashMap<>();

  @TempDir private static Path folder;
  private static DynamoDBProxyServer dynamoDb;
  private static URI dynamoDbAddress;
  private static JsonNode serviceCreated;
  private static JsonNode rolloutCreated;

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
    createTable();

    serviceCreated = invoke("manage-services");
    for (String config : new String[] {"old", "new"}) {
      ok(
          "manage-services",
          request(
              "POST",
              "/v1/services/" + SERVICE + "/configs",
              "{\"id\": \"%s\"}".formatted(config)));
    }
    rolloutCreated = invoke("create-rollout");
  }

  @AfterAll
  static void stop() throws Exception {
    STARTED.values().forEach(PackagedFunction::close);
    ENDPOINTS.values().forEach(AwsEndpoint::close);
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
  void getRolloutAnswersTheRollout() throws Exception {
    JsonNode rollout = okBody(invoke("get-rollout"));
    assertThat(rollout.at("/rolloutId").asText()).isEqualTo("canary-rollout");
    assertThat(rollout.at("/status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void listRolloutsAnswersTheHistory() throws Exception {
    JsonNode rollouts = okBody(invoke("list-rollouts")).at("/rollouts");
    assertThat(rollouts).hasSize(1);
    assertThat(rollouts.at("/0/rolloutId").asText()).isEqualTo("canary-rollout");
  }

  @Test
  void getOperationAnswersTheOperationThatIsDone() throws Exception {
    JsonNode operation = okBody(invoke("get-operation"));
    assertThat(operation.at("/done").asBoolean()).isTrue();
    assertThat(operation.at("/metadata/progressPercentage").asInt()).isEqualTo(100);
  }

  @Test
  void advanceBatchesFindsNothingDue() throws Exception {
    assertThat(invoke("advance-batches").isNull()).isTrue();
  }

  @Test
  void advanceBatchesDrivesWhatIsDueToItsEnd() throws Exception {
    String service = "/api/v2/services/cn-shanghai/foo";
    ok(
        "manage-services",
        request(
            "POST",
            "/api/v2/services",
            """
            {"metadata": {"name": "foo", "instance": 4}, "image": "foo:1",
             "features": {"eas.aliyun.com/enable-rollout": "true"}}\
            """));
    ok(
        "create-rollout",
        request(
            "POST",
            service + "/rollout",
            """
            {"Batch": {"BatchSize": "2", "Interval": "1s"}}\
            """));
    ok("manage-services", request("PUT", service, "{\"image\": \"foo:2\"}"));
    assertThat(phase(service)).isEqualTo("Running");

    assertThat(invoke("advance-batches").isNull()).isTrue();

    assertThat(phase(service)).isEqualTo("Completed");
  }

  private static String phase(String service) throws Exception {
    return ok("get-rollout", request("GET", service + "/rollout", ""))
        .at("/Rollout/Status/Phase")
        .asText();
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
    if (!STARTED.containsKey(name)) {
      STARTED.put(name, start(function(name)));
    }
    JsonNode answer = STARTED.get(name).invoke(event);
    assertThat(ENDPOINTS.get(name).denied()).as("what the role of " + name + " lacks").isEmpty();
    return answer;
  }

  private static Template.Function function(String name) {
    assertThat(FUNCTIONS).containsKey(name);
    return FUNCTIONS.get(name);
  }

  private static PackagedFunction start(Template.Function function) throws IOException {
    AwsEndpoint endpoint = new AwsEndpoint(dynamoDbAddress, function.rights());
    ENDPOINTS.put(function.name(), endpoint);
    Map<String, String> values =
        Map.of("Table", TABLE, "EventBus", BUS, "DefaultCluster", "cn-shanghai");
    Map<String, String> environment = new HashMap<>();
    function.environment().forEach((name, value) -> environment.put(name, values.get(value)));
    environment.put("AWS_ENDPOINT_URL", endpoint.address().toString());
    return PackagedFunction.start(function, folder, environment);
  }

  private static JsonNode ok(String name, JsonNode event) throws Exception {
    return okBody(invoke(name, event));
  }

  /** The sample event of manage-services, asking for something else. */
  private static JsonNode request(String method, String path, String body) {
    ObjectNode event = (ObjectNode) function("manage-services").sampleEvent();
    event.put("rawPath", path);
    ((ObjectNode) event.at("/requestContext/http")).put("method", method).put("path", path);
    event.put("body", body);
    return event;
  }

  private static void createTable() {
    try (DynamoDbClient client =
        DynamoDbClient.builder()
            .endpointOverride(dynamoDbAddress)
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("packaged", "packaged")))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      client.createTable(Schema.createTable(TABLE));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
