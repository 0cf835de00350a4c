package org.servicerollouts.local.redrive;

import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.servicerollouts.wire.Query;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A stack with its bucket and its function, over HTTP as AWS documents it. */
final class FakeAws implements AutoCloseable {
  static final String STACK = "service-rollouts";

  private static final String BUCKET = "failures";
  private static final String FUNCTION = "service-rollouts-PublishEventsFunction-1A2B3C";
  private static final int KEYS_A_PAGE = 2;
  private static final Map<String, String> RESOURCES =
      Map.of("FailureBucket", BUCKET, "PublishEventsFunction", FUNCTION);

  /**
   * What a function answers.
   *
   * @param error how it failed, if it did
   */
  record Answer(String body, Optional<String> error) {}

  /** What is in the bucket. */
  final Map<String, String> objects = new ConcurrentSkipListMap<>();

  private final HttpServer server;
  private final Function<String, Answer> function;
  private Predicate<String> failing = request -> false;

  /**
   * @param function what publish-events makes of an event
   */
  FakeAws(Function<String, Answer> function) {
    this.function = function;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  AwsClients clients() {
    return new AwsClients(
        reaching(CloudFormationClient.builder()),
        reaching(S3Client.builder()),
        reaching(LambdaClient.builder()));
  }

  private <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C reaching(B builder) {
    return builder
        .region(Region.EU_WEST_1)
        .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(config -> config.retryStrategy(r -> r.maxAttempts(1)))
        .build();
  }

  /** From now on requests such as {@code DELETE /failures/key} fail. */
  void fails(Predicate<String> requests) {
    failing = requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String request = exchange.getRequestMethod() + " " + path;
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Query query =
        Query.parse(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
    if (failing.test(request)) {
      respond(exchange, 403, error("AccessDenied", "Access Denied"));
    } else if (request.equals("POST /")) {
      resource(exchange, Query.parse(body));
    } else if (request.equals("POST /2015-03-31/functions/" + FUNCTION + "/invocations")) {
      invoke(exchange, query, body);
    } else if (request.equals("GET /" + BUCKET)) {
      list(exchange, query);
    } else {
      object(exchange, path.substring(("/" + BUCKET + "/").length()));
    }
  }

  /** CloudFormation's DescribeStackResource. */
  private static void resource(HttpExchange exchange, Query parameters) throws IOException {
    String stack = parameters.find("StackName").orElseThrow();
    if (!stack.equals(STACK)) {
      respond(
          exchange,
          400,
          "<ErrorResponse>%s</ErrorResponse>"
              .formatted(error("ValidationError", "Stack '" + stack + "' does not exist")));
    } else {
      respond(
          exchange,
          200,
          """
          <DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail>
          <PhysicalResourceId>%s</PhysicalResourceId>
          </StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>
          """
              .formatted(RESOURCES.get(parameters.find("LogicalResourceId").orElseThrow())));
    }
  }

  private void invoke(HttpExchange exchange, Query query, String event) throws IOException {
    if (!query.find("Qualifier").equals(Optional.of("live"))) {
      respond(exchange, 404, "{\"Message\": \"Function not found\"}");
    } else {
      Answer answer = function.apply(event);
      answer
          .error()
          .ifPresent(how -> exchange.getResponseHeaders().add("X-Amz-Function-Error", how));
      respond(exchange, 200, answer.body());
    }
  }

  /** S3's ListObjectsV2. */
  private void list(HttpExchange exchange, Query query) throws IOException {
    String prefix = query.find("prefix").orElse("");
    String after = query.find("continuation-token").orElse("");
    List<String> keys =
        objects.keySet().stream()
            .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
            .limit(KEYS_A_PAGE + 1L)
            .toList();
    boolean cut = keys.size() > KEYS_A_PAGE;
    Stream<String> shown = keys.stream().limit(KEYS_A_PAGE);
    respond(
        exchange,
        200,
        "<ListBucketResult><IsTruncated>%s</IsTruncated>%s%s</ListBucketResult>"
            .formatted(
                cut,
                cut
                    ? "<NextContinuationToken>%s</NextContinuationToken>"
                        .formatted(keys.get(KEYS_A_PAGE - 1))
                    : "",
                shown.map("<Contents><Key>%s</Key></Contents>"::formatted).collect(joining())));
  }

  private void object(HttpExchange exchange, String key) throws IOException {
    if (exchange.getRequestMethod().equals("DELETE")) {
      objects.remove(key);
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    } else if (objects.containsKey(key)) {
      respond(exchange, 200, objects.get(key));
    } else {
      respond(exchange, 404, error("NoSuchKey", "The specified key does not exist."));
    }
  }

  private static String error(String code, String message) {
    return "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message);
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
