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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.wire.Json;

/**
 * The whole system over HTTP: a way back goes back, and a plan that is repeated goes no faster, on
 * each kind of service.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaysBackTest {

  /** The kinds of services, with the configs that a test rolls out, the oldest first. */
  enum Of {
    PULLED(""),
    ALIAS(""),
    REPLICAS("v");

    private final String prefix;

    Of(String prefix) {
      this.prefix = prefix;
    }

    private List<String> configs() {
      return List.of(prefix + "1", prefix + "2", prefix + "3");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private Stack stack;
  private int made;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    stack = Stack.start(folder, 0);
  }

  @AfterAll
  void close() {
    stack.close();
    http.close();
  }

  /** Each test has a service of its own. */
  private String name(Of service) {
    return service == Of.REPLICAS ? eas() + ".cn-shanghai" : "s%d.example.com".formatted(made);
  }

  private String eas() {
    return "foo" + made;
  }

  private String path(Of service) {
    return "/v1/services/" + name(service);
  }

  /** A service at its oldest config. */
  private void make(Of service) {
    made++;
    stack.aws().add(new Arguments.LambdaFunction("checkout" + made, 3));
    if (service == Of.REPLICAS) {
      ok(
          "POST",
          "/api/v2/services?ClusterId=cn-shanghai",
          """
          {"metadata": {"name": "%s", "instance": 10}, "image": "foo:0",
           "features": {"eas.aliyun.com/enable-rollout": "true"}}\
          """
              .formatted(eas()));
    } else {
      ok("POST", "/v1/services", "{\"serviceName\": \"%s\"}".formatted(name(service)));
    }
    for (String config : service.configs()) {
      ok("POST", path(service) + "/configs", "{\"id\": \"%s\"}".formatted(config));
    }
    if (service == Of.ALIAS) {
      ok(
          "PATCH",
          path(service),
          """
          {"target": {"lambdaAlias": {"functionName": "checkout%d", "aliasName": "live"}}}\
          """
              .formatted(made));
    }
    rollOut(service, "first", 0);
  }

  // ---- a redeploy

  @ParameterizedTest
  @EnumSource
  void theRollbackOfARedeployGoesBackToTheVersionBefore(Of service) {
    make(service);
    rollOut(service, "next", 1);
    rollOut(service, "again", 1);
    assertThat(restores(service, "again")).isEqualTo(allAt(service, 0));

    rollBack(service, "again");
    assertThat(isAllAt(service, 0)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void theRolloutThatWasRedeployedCanStillBeRolledBack(Of service) {
    make(service);
    rollOut(service, "next", 1);
    rollOut(service, "again", 1);

    rollBack(service, "next");
    assertThat(isAllAt(service, 0)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aRollbackThatWouldMoveNothingSaysWhichToWould(Of service) {
    make(service);
    rollOut(service, "next", 1);
    assertRefused(
        "POST",
        path(service) + "/rollouts/next:rollback",
        "{\"to\": \"next\"}",
        "would move nothing, because the service is there already. With to: \"first\"");
  }

  // ---- what was fled from

  @ParameterizedTest
  @EnumSource
  void aCreateBackToAnEarlierVersionNeverLeadsToTheOneThatItLeft(Of service) {
    make(service);
    rollOut(service, "second", 1);
    rollOut(service, "suspect", 2);
    JsonNode back = rollOut(service, "back", 1);
    assertThat(back.at("/metadata/restores"))
        .as("where second came from")
        .isEqualTo(allAt(service, 0));
    assertThat(restores(service, "back")).isEqualTo(allAt(service, 0));

    rollBack(service, "back");
    assertThat(isAllAt(service, 0)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void theRetryOfWhatWasTakenBackIsWatched(Of service) {
    make(service);
    stack.aws().cloudWatch().set("errors" + made, "OK", "");
    ok("PATCH", path(service), "{\"alarms\": [\"errors" + made + "\"]}");
    rollOut(service, "bad", 1);
    rollBack(service, "bad");
    stack.aws().cloudWatch().set("errors" + made, "ALARM", "5 errors");

    assertRefused(
        "POST",
        path(service) + "/rollouts",
        plain("retry", service, 1),
        "alarm 'errors" + made + "'");
    assertThat(rollOut(service, "redeploy", 0).path("name").asText())
        .as("the version that serves is not barred")
        .endsWith("redeploy");
  }

  @ParameterizedTest
  @EnumSource(names = {"PULLED", "ALIAS"})
  void tenFiftyAndAHundredPercentGoBackToWhereTheTenCameFrom(Of service) {
    make(service);
    shift(service, "ten", 10);
    shift(service, "half", 50);
    JsonNode preview = ok("POST", path(service) + "/rollouts:preview", plain("all", service, 1));
    assertThat(preview.path("restores")).isEqualTo(allAt(service, 0));
    assertThat(preview.has("warnings")).isFalse();
    rollOut(service, "all", 1);

    rollBack(service, "all");
    assertThat(isAllAt(service, 0)).isTrue();
  }

  @Test
  void aReopenedPlanOfPaiEasGoesBackToWhatWasThereBefore() {
    make(Of.REPLICAS);
    String eas = "/api/v2/services/cn-shanghai/" + eas();
    ok("POST", eas + "/rollout", "{\"Partition\": {\"Partition\": \"0\"}}");
    ok("PUT", eas, "{\"image\": \"foo:1\"}");
    ok("PUT", eas + "/rollout", "{\"Partition\": {\"Partition\": \"5\"}}");
    JsonNode reopened = ok("GET", eas + "/rollout", "").path("Rollout");
    assertThat(reopened.at("/Status/CurrentRevision").asText()).isEqualTo("v1");
    String id = reopened.path("RolloutId").asText();
    assertThat(restores(Of.REPLICAS, id)).isEqualTo(allAt(Of.REPLICAS, 0));

    rollBack(Of.REPLICAS, id);
    assertThat(allocation(Of.REPLICAS)).isEqualTo(Json.read("{\"v1\": 10}".getBytes(UTF_8)));
  }

  // ---- pace

  @ParameterizedTest
  @EnumSource
  void twentyCreatesAtOnceOfOnePlanLeaveOneAtItsFirstBatch(Of service) throws Exception {
    make(service);
    String plan =
        """
        {"trafficPercentStrategy": {"percentages": {"%s": 100}},
         "batch": {"batchSize": "10%%", "interval": "1h"}}\
        """
            .formatted(service.configs().get(1));
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<HttpResponse<byte[]>> create = () -> send("POST", path(service) + "/rollouts", plan);
      List<Future<HttpResponse<byte[]>>> answers =
          callers.invokeAll(IntStream.range(0, 20).mapToObj(i -> create).toList());
      for (Future<HttpResponse<byte[]>> answer : answers) {
        assertThat(answer.get().statusCode()).as("taken, or a lost race").isIn(200, 409);
      }
    }
    long tenth = service == Of.REPLICAS ? 1 : 10;
    JsonNode divided =
        Json.read(
            "{\"%s\": %d, \"%s\": %d}"
                .formatted(service.configs().get(0), 9 * tenth, service.configs().get(1), tenth)
                .getBytes(UTF_8));
    Await.until("a tenth is there", () -> sorted(allocation(service)).equals(sorted(divided)));
    List<JsonNode> live =
        StreamSupport.stream(
                ok("GET", path(service) + "/rollouts?pageSize=100", "")
                    .path("rollouts")
                    .spliterator(),
                false)
            .filter(rollout -> rollout.path("status").asText().equals("IN_PROGRESS"))
            .toList();
    assertThat(live).hasSize(1);
    String id = live.getFirst().path("rolloutId").asText();
    Await.until(
        "the next batch is an hour away", () -> rollout(service, id).has("nextBatchStartTime"));
    assertThat(sorted(allocation(service))).isEqualTo(sorted(divided));
  }

  // ---- how it is asked

  private static String plain(String id, Of service, int config) {
    return """
    {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"%s": 100}}}\
    """
        .formatted(id, service.configs().get(config));
  }

  private JsonNode rollOut(Of service, String id, int config) {
    JsonNode operation = ok("POST", path(service) + "/rollouts", plain(id, service, config));
    await(service, id, "SUCCEEDED");
    return operation;
  }

  private void shift(Of service, String id, int percent) {
    ok(
        "POST",
        path(service) + "/rollouts",
        """
        {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"%s": %d, "%s": %d}}}\
        """
            .formatted(
                id, service.configs().get(0), 100 - percent, service.configs().get(1), percent));
    await(service, id, "SUCCEEDED");
  }

  /** Until its operation, or that of the rollout that takes it back, is done. */
  private void rollBack(Of service, String id) {
    String operation =
        ok("POST", path(service) + "/rollouts/" + id + ":rollback", "").path("name").asText();
    Await.until(
        operation + " is done", () -> ok("GET", "/v1/" + operation, "").path("done").asBoolean());
  }

  private void await(Of service, String id, String state) {
    Await.until(id + " " + state, () -> rollout(service, id).path("state").asText().equals(state));
  }

  private JsonNode rollout(Of service, String id) {
    return ok("GET", path(service) + "/rollouts/" + id, "");
  }

  private JsonNode restores(Of service, String id) {
    return rollout(service, id).path("restores");
  }

  private JsonNode allocation(Of service) {
    return ok("GET", path(service) + "/allocation", "").path("allocation");
  }

  /** As a rollout tells of it: in percent. */
  private static JsonNode allAt(Of service, int config) {
    return Json.read("{\"%s\": 100}".formatted(service.configs().get(config)).getBytes(UTF_8));
  }

  private boolean isAllAt(Of service, int config) {
    Map<String, Integer> divided = sorted(allocation(service));
    return divided.keySet().equals(Set.of(service.configs().get(config)));
  }

  private static Map<String, Integer> sorted(JsonNode allocation) {
    return allocation.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, share -> share.getValue().asInt()));
  }

  private void assertRefused(String method, String path, String body, String message) {
    HttpResponse<byte[]> answer = send(method, path, body);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(400);
    JsonNode error = Json.read(answer.body()).path("error");
    assertThat(error.path("status").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(error.path("message").asText()).contains(message);
  }

  private JsonNode ok(String method, String path, String body) {
    HttpResponse<byte[]> answer = send(method, path, body);
    assertThat(answer.statusCode())
        .as("%s %s: %s", method, path, new String(answer.body(), UTF_8))
        .isEqualTo(200);
    return Json.read(answer.body());
  }

  private HttpResponse<byte[]> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stack.url() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
