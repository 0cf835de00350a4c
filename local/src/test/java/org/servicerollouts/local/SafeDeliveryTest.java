package org.servicerollouts.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.doubles.Fault;
import org.servicerollouts.wire.Json;

/**
 * The whole system, real time and HTTP: a service whose traffic an alias of Lambda divides, and the
 * alarm that takes it back.
 */
class SafeDeliveryTest {
  private static final Duration PROMISED = Duration.ofSeconds(2);
  private static final String SERVICE = "/v1/services/checkout.example.com";
  private static final String ALARM = "checkout-errors";

  private final HttpClient http = HttpClient.newHttpClient();
  private Stack stack;

  @BeforeEach
  void hasVersionOneLive(@TempDir Path folder) throws IOException, InterruptedException {
    stack = Stack.start(folder, 0);
    stack.aws().add(new Arguments.LambdaFunction("checkout", 3));
    stack.aws().cloudWatch().set(ALARM, "OK", "Nothing yet");
    ok("POST", "/v1/services", "{\"serviceName\": \"checkout.example.com\"}");
    for (int version = 1; version <= 3; version++) {
      ok("POST", SERVICE + "/configs", "{\"id\": \"%d\"}".formatted(version));
    }
    ok("PATCH", SERVICE, target());
    rollOut("first", "1", "");
    await("first", "SUCCEEDED");
  }

  private static String target() {
    return """
    {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}},
     "alarms": ["%s"]}\
    """
        .formatted(ALARM);
  }

  @AfterEach
  void close() {
    stack.close();
    http.close();
  }

  @Test
  void anAlarmBetweenTwoBatchesTakesTableAndAliasBackInTime()
      throws IOException, InterruptedException {
    rollOut("second", "2", ", \"batch\": {\"batchSize\": \"10\", \"interval\": \"1h\"}");
    awaitBatch("second", 1);

    Instant fired = Instant.now();
    stack.aws().cloudWatch().set(ALARM, "ALARM", "5 errors in a minute");
    await("second", "ROLLED_BACK");
    Duration took = Duration.between(fired, Instant.now());

    System.out.println("From the alarm to table and alias: " + took.toMillis() + " ms");
    assertThat(took).isLessThan(PROMISED);
    assertThatAllIsAtOne();
    assertThat(operation("second").path("error").path("message").asText())
        .contains("alarm '" + ALARM + "' is in ALARM since ", "5 errors in a minute");
    assertThat(operation("second").path("error").path("code").asInt()).isEqualTo(10);
  }

  @Test
  void anAlarmWhileABatchIsBeingAppliedTakesItBackInTime()
      throws IOException, InterruptedException {
    rollOut("second", "2", ", \"batch\": {\"batchSize\": \"10\", \"interval\": \"1h\"}");
    awaitBatch("second", 1);
    // The next batch reaches the alias, and nobody learns of it
    stack
        .aws()
        .lambda()
        .faults()
        .when(call -> call.operation().equals("UpdateAlias"), Fault.DONE_BUT_SILENT);
    ok("POST", SERVICE + "/rollouts/second:advance", "{}");
    awaitWeights(Map.of("2", 0.2));

    stack.aws().lambda().faults().clear();
    Instant fired = Instant.now();
    stack.aws().cloudWatch().set(ALARM, "ALARM", "5 errors in a minute");
    await("second", "ROLLED_BACK");
    Duration took = Duration.between(fired, Instant.now());

    System.out.println(
        "From the alarm to table and alias, amid a batch: " + took.toMillis() + " ms");
    assertThat(took).isLessThan(PROMISED);
    assertThatAllIsAtOne();
  }

  @Test
  void whatSomebodyElseMadeOfTheAliasIsReportedAndOverwrittenByAPersonOnly()
      throws IOException, InterruptedException {
    rollOut("second", "2", ", \"batch\": {\"batchSize\": \"10\", \"interval\": \"1h\"}");
    awaitBatch("second", 1);
    stack.aws().lambda().put("checkout", "live", "3", Map.of());
    ok("POST", SERVICE + "/rollouts/second:advance", "{}");
    JsonNode paused = await("second", "PAUSED");

    assertThat(paused.path("reason").asText()).startsWith("TARGET_CHANGED").contains("version 3");
    assertThat(stack.aws().lambda().alias("checkout", "live").functionVersion()).isEqualTo("3");

    ok("POST", SERVICE + "/rollouts/second:resume", "{\"reason\": \"ours\"}");
    awaitWeights(Map.of("2", 0.2));
  }

  private void assertThatAllIsAtOne() throws IOException, InterruptedException {
    assertThat(ok("GET", SERVICE + "/allocation", "").path("allocation").toString())
        .isEqualTo("{\"1\":100}");
    assertThat(stack.aws().lambda().alias("checkout", "live").functionVersion()).isEqualTo("1");
    assertThat(weights()).isEmpty();
  }

  private Map<String, Double> weights() {
    return stack.aws().lambda().alias("checkout", "live").additionalVersionWeights();
  }

  private void awaitWeights(Map<String, Double> wanted) {
    Await.until("weights " + wanted, () -> weights().equals(wanted));
  }

  private void rollOut(String id, String config, String more)
      throws IOException, InterruptedException {
    ok(
        "POST",
        SERVICE + "/rollouts",
        """
        {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"%s": 100}}%s}\
        """
            .formatted(id, config, more));
  }

  private void awaitBatch(String rolloutId, int batch) {
    Await.until(
        rolloutId + " after batch " + batch,
        () -> rollout(rolloutId).path("progress").path("batch").asInt() == batch);
  }

  private JsonNode await(String rolloutId, String state) {
    Await.until(
        rolloutId + " " + state, () -> rollout(rolloutId).path("state").asText().equals(state));
    return rollout(rolloutId);
  }

  private JsonNode rollout(String id) {
    try {
      return ok("GET", SERVICE + "/rollouts/" + id, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode operation(String id) throws IOException, InterruptedException {
    return ok("GET", "/v1/operations/rollouts.checkout.example.com:" + id, "");
  }

  private JsonNode ok(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stack.url() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return Json.read(answer.body());
  }
}
