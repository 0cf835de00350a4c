package org.servicerollouts.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.LambdaDouble;

/**
 * AWS as one function reaches it: DynamoDB, passed on to a DynamoDB Local, Lambda and CloudWatch,
 * passed on to their doubles, a bus that takes everything, and SSM, which has the same in every
 * parameter; all as far as the function's role allows.
 */
final class AwsEndpoint implements AutoCloseable {
  private static final String TARGET = "X-Amz-Target";
  private static final String DYNAMO_DB = "DynamoDB_20120810.";
  private static final String PUT_EVENTS = "AWSEvents.PutEvents";
  private static final String GET_PARAMETER = "AmazonSSM.GetParameter";
  private static final String PARAMETERS = "arn:aws:ssm:eu-west-1:123456789012:parameter";
  private static final Pattern ALIAS =
      Pattern.compile("/2015-03-31/functions/(?<function>[^/]+)/aliases/.*");
  private static final Pattern TAGS = Pattern.compile("/2017-03-31/tags/(?<function>.*)");
  private static final Pattern CLOUD_WATCH =
      Pattern.compile("/service/GraniteServiceVersion20100801/operation/(?<operation>\\w+)");
  private static final Pattern KEY_IS = Pattern.compile("(#?\\w+)\\s*=\\s*(:\\w+)");
  private static final String FUNCTIONS = "arn:aws:lambda:eu-west-1:123456789012:function:";

  /** What a client of the JDK sets itself, and what it and the server say of one connection. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "content-length", "date", "expect", "host", "transfer-encoding");

  private static final Map<String, String> TRANSACTION_ACTIONS =
      Map.of(
          "ConditionCheck", "ConditionCheckItem",
          "Delete", "DeleteItem",
          "Put", "PutItem",
          "Update", "UpdateItem");

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI dynamoDb;
  private final LambdaDouble lambda;
  private final CloudWatchDouble cloudWatch;
  private final Rights rights;
  private final Map<String, String> parameters;
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final List<Rights.Use> denied = new CopyOnWriteArrayList<>();

  /**
   * @param parameters what parameters of SSM hold, by their names
   */
  AwsEndpoint(
      URI dynamoDb,
      LambdaDouble lambda,
      CloudWatchDouble cloudWatch,
      Rights rights,
      Map<String, String> parameters)
      throws IOException {
    this.dynamoDb = dynamoDb;
    this.lambda = lambda;
    this.cloudWatch = cloudWatch;
    this.rights = rights;
    this.parameters = parameters;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  URI address() {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  /** What was put on the bus. */
  List<JsonNode> events() {
    return List.copyOf(events);
  }

  /** What the function tried though its role does not allow it. */
  List<Rights.Use> denied() {
    return List.copyOf(denied);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Matcher alias = ALIAS.matcher(path);
    Matcher tags = TAGS.matcher(path);
    Matcher alarms = CLOUD_WATCH.matcher(path);
    if (alias.matches()) {
      String action = exchange.getRequestMethod().equals("GET") ? "GetAlias" : "UpdateAlias";
      passOn(
          exchange,
          lambda.endpoint(),
          onFunction("lambda:" + action, FUNCTIONS + alias.group("function")));
    } else if (tags.matches()) {
      passOn(exchange, lambda.endpoint(), onFunction("lambda:ListTags", tags.group("function")));
    } else if (alarms.matches()) {
      String action = "cloudwatch:" + alarms.group("operation");
      passOn(exchange, cloudWatch.endpoint(), new Rights.Use(action, "*", Set.of()));
    } else {
      answer(exchange);
    }
  }

  private Rights.Use onFunction(String action, String arn) {
    String name = arn.substring(FUNCTIONS.length());
    return new Rights.Use(action, arn, Set.of(), lambda.tags(name).keySet());
  }

  /** To a double, whatever it is, if the role allows {@code use}. */
  private void passOn(HttpExchange exchange, URI to, Rights.Use use) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!rights.allow(use)) {
      denied.add(use);
      respond(exchange, 403, "{\"Message\": \"not allowed: %s\"}".formatted(use));
      return;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try (exchange) {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!NOT_PASSED_ON.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(response.statusCode(), response.body().length);
      exchange.getResponseBody().write(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestHeaders().getFirst(TARGET);
    byte[] body = exchange.getRequestBody().readAllBytes();
    JsonNode request = Template.json(new String(body, StandardCharsets.UTF_8));
    List<Rights.Use> refused = uses(target, request).filter(use -> !rights.allow(use)).toList();
    denied.addAll(refused);
    if (!refused.isEmpty()) {
      respond(
          exchange,
          400,
          "{\"__type\": \"AccessDeniedException\", \"message\": \"not allowed: %s\"}"
              .formatted(refused));
    } else if (target.equals(PUT_EVENTS)) {
      request.at("/Entries").forEach(events::add);
      String id = "{\"EventId\": \"17793124-05d4-b198-2fde-7ededc63b103\"}";
      String ids = String.join(", ", Collections.nCopies(request.at("/Entries").size(), id));
      respond(exchange, 200, "{\"FailedEntryCount\": 0, \"Entries\": [%s]}".formatted(ids));
    } else if (target.equals(GET_PARAMETER)) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer
          .putObject("Parameter")
          .put("Type", "SecureString")
          .put("Value", parameters.get(request.at("/Name").asText()));
      respond(exchange, 200, answer.toString());
    } else {
      passOn(exchange, target, body);
    }
  }

  private void passOn(HttpExchange exchange, String target, byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(dynamoDb)
            .header(TARGET, target)
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      respond(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** All that a call does, under the names that IAM and template.yaml have for it. */
  private static Stream<Rights.Use> uses(String target, JsonNode request) {
    if (target.equals(PUT_EVENTS)) {
      return Stream.of(new Rights.Use("events:PutEvents", "EventBus.Arn", Set.of()));
    }
    if (target.equals(GET_PARAMETER)) {
      String name = request.at("/Name").asText();
      return Stream.of(
          new Rights.Use(
              "ssm:GetParameter",
              name.startsWith("/") ? PARAMETERS + name : PARAMETERS + "/${" + name + "}",
              Set.of()));
    }
    if (!target.startsWith(DYNAMO_DB)) {
      return Stream.of(new Rights.Use(target, "*", Set.of()));
    }
    String operation = target.substring(DYNAMO_DB.length());
    return switch (operation) {
      case "BatchGetItem" ->
          Stream.of(
              onTable(
                  operation,
                  elements(request.at("/RequestItems"))
                      .flatMap(table -> elements(table.at("/Keys")))));
      case "TransactWriteItems" -> transaction(request);
      case "Query" -> Stream.of(query(request));
      default -> Stream.of(onTable(operation, Stream.of(key(request))));
    };
  }

  /**
   * Each of its actions on the keys of all of them: IAM does not document whether it tests the keys
   * of a transaction for each item, for each action or together, and what it allows together it
   * allows for each.
   */
  private static Stream<Rights.Use> transaction(JsonNode request) {
    List<Map.Entry<String, JsonNode>> items =
        elements(request.at("/TransactItems")).flatMap(item -> item.properties().stream()).toList();
    List<JsonNode> keys = items.stream().map(item -> key(item.getValue())).toList();
    return items.stream()
        .map(Map.Entry::getKey)
        .distinct()
        .map(action -> onTable(TRANSACTION_ACTIONS.get(action), keys.stream()));
  }

  private static Rights.Use query(JsonNode request) {
    String resource =
        request.has("IndexName")
            ? "${Table.Arn}/index/" + request.get("IndexName").asText()
            : "Table.Arn";
    Matcher condition = KEY_IS.matcher(request.at("/KeyConditionExpression").asText());
    String leadingKey = "";
    while (condition.find()) {
      String name = condition.group(1);
      if (request.at("/ExpressionAttributeNames").path(name).asText(name).equals("pk")) {
        leadingKey =
            request.at("/ExpressionAttributeValues").path(condition.group(2)).at("/S").asText();
      }
    }
    return new Rights.Use("dynamodb:Query", resource, Set.of(leadingKey));
  }

  private static Rights.Use onTable(String operation, Stream<JsonNode> keys) {
    return new Rights.Use(
        "dynamodb:" + operation,
        "Table.Arn",
        keys.map(key -> key.at("/pk/S").asText()).collect(Collectors.toSet()));
  }

  private static JsonNode key(JsonNode action) {
    return action.has("Item") ? action.get("Item") : action.path("Key");
  }

  private static Stream<JsonNode> elements(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}
