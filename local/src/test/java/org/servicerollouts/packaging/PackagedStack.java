package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.LambdaDouble;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A stack as it is deployed with given parameters: each function from its zip, started when it is
 * first invoked, with the rights of its role and no more, on a DynamoDB Local and the doubles.
 */
final class PackagedStack {
  static final String TABLE = "packaged";
  static final String BUS = "packaged-bus";
  static final String ACCOUNT = "123456789012";
  static final String REGION = "eu-west-1";

  private final Template template;
  private final Map<String, Template.Function> functions;
  private final Map<String, String> ssm;
  private final Path folder;
  private final DynamoDBProxyServer dynamoDb;
  private final URI dynamoDbAddress;
  private final DynamoDbClient table;
  private final LambdaDouble lambda;
  private final CloudWatchDouble cloudWatch;
  private final Map<String, PackagedFunction> started = new HashMap<>();
  private final Map<String, AwsEndpoint> endpoints = new HashMap<>();

  /**
   * @param folder where the zips are unpacked
   * @param parameters the stack's
   * @param ssm what parameters of SSM hold, by their names
   */
  PackagedStack(Path folder, Map<String, String> parameters, Map<String, String> ssm)
      throws Exception {
    this.template = Template.with(parameters);
    this.functions = template.functions();
    this.ssm = ssm;
    this.folder = folder;
    int port = freePort();
    dynamoDb =
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {
              "-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)
            });
    dynamoDb.start();
    dynamoDbAddress = URI.create("http://127.0.0.1:" + port);
    AwsAccount account = new AwsAccount(REGION, ACCOUNT);
    lambda = LambdaDouble.start(0, account, InstantSource.system());
    cloudWatch = CloudWatchDouble.start(0, account, InstantSource.system(), change -> {});
    table = client(dynamoDbAddress);
    table.createTable(Schema.createTable(TABLE));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static DynamoDbClient client(URI address) {
    return DynamoDbClient.builder()
        .endpointOverride(address)
        .region(Region.of(REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("packaged", "packaged")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  Template template() {
    return template;
  }

  DynamoDbClient table() {
    return table;
  }

  LambdaDouble lambda() {
    return lambda;
  }

  CloudWatchDouble cloudWatch() {
    return cloudWatch;
  }

  /** The entries that the function put on the bus. */
  List<JsonNode> events(String name) {
    return endpoints.get(name).events();
  }

  Template.Function function(String name) {
    assertThat(functions).containsKey(name);
    return functions.get(name);
  }

  /** The function's answer to its sample event. */
  JsonNode invoke(String name) throws Exception {
    return invoke(name, function(name).sampleEvent());
  }

  /** The function's answer; the rights of its role must do. */
  JsonNode invoke(String name, JsonNode event) throws Exception {
    if (!started.containsKey(name)) {
      started.put(name, start(function(name)));
    }
    JsonNode answer = started.get(name).invoke(event);
    assertThat(endpoints.get(name).denied()).as("what the role of " + name + " lacks").isEmpty();
    return answer;
  }

  private PackagedFunction start(Template.Function function) throws IOException {
    AwsEndpoint endpoint =
        new AwsEndpoint(dynamoDbAddress, lambda, cloudWatch, function.rights(), ssm);
    endpoints.put(function.name(), endpoint);
    Map<String, String> values = Map.of("Table", TABLE, "EventBus", BUS);
    Map<String, String> environment = new HashMap<>();
    function
        .environment()
        .forEach((name, value) -> environment.put(name, values.getOrDefault(value, value)));
    environment.put("AWS_ENDPOINT_URL", endpoint.address().toString());
    Path ownFolder = Files.createDirectory(folder.resolve(function.name()));
    return PackagedFunction.start(function, ownFolder, environment);
  }

  JsonNode ok(String name, JsonNode event) throws Exception {
    return okBody(invoke(name, event));
  }

  static JsonNode okBody(JsonNode answer) {
    assertThat(answer.at("/statusCode").asInt()).as(answer.toString()).isEqualTo(200);
    return Template.json(answer.at("/body").asText());
  }

  /** The sample event of manage-services, asking for something else. */
  ObjectNode request(String method, String path, String body) {
    return request(method, path, "", body);
  }

  ObjectNode request(String method, String path, String query, String body) {
    ObjectNode event = (ObjectNode) function("manage-services").sampleEvent();
    event.put("rawPath", path);
    event.put("rawQueryString", query);
    ((ObjectNode) event.at("/requestContext/http")).put("method", method).put("path", path);
    event.put("body", body);
    return event;
  }

  /** A traffic service with these configs and a first rollout to the first of them. */
  void createService(String name, String... configs) throws Exception {
    String service = "/v1/services/" + name;
    ok(
        "manage-services",
        request("POST", "/v1/services", "{\"serviceName\": \"%s\"}".formatted(name)));
    for (String config : configs) {
      ok("manage-services", request("POST", service + "/configs", "{\"id\": \"" + config + "\"}"));
    }
    if (configs.length > 0) {
      rollOut(name, "first", configs[0]);
    }
  }

  void rollOut(String service, String rolloutId, String config) throws Exception {
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

  void stop() throws Exception {
    started.values().forEach(PackagedFunction::close);
    endpoints.values().forEach(AwsEndpoint::close);
    lambda.close();
    cloudWatch.close();
    table.close();
    dynamoDb.stop();
  }
}
