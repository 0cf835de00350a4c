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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.wire.Json;

/** The whole system over HTTP: two services that want one alias of Lambda. */
class OneAliasTest {
  private static final String FIRST = "/v1/services/first.example.com";
  private static final String SECOND = "/v1/services/second.example.com";
  private static final String ALIAS =
      """
      {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}}}\
      """;
  private static final String TAKEN =
      "target.lambdaAlias: alias 'live' of function 'checkout' belongs to service '%s' (expected:"
          + " an alias that no other service has)";

  private final HttpClient http = HttpClient.newHttpClient();
  private Stack stack;

  @BeforeEach
  void twoServicesOfWhichTheFirstHasTheAlias(@TempDir Path folder) throws IOException {
    stack = Stack.start(folder, 0);
    stack.aws().add(new Arguments.LambdaFunction("checkout", 3));
    for (String service : new String[] {FIRST, SECOND}) {
      String name = service.substring("/v1/services/".length());
      ok("POST", "/v1/services", "{\"serviceName\": \"%s\"}".formatted(name));
      for (int version = 1; version <= 3; version++) {
        ok("POST", service + "/configs", "{\"id\": \"%d\"}".formatted(version));
      }
    }
    ok("PATCH", FIRST, ALIAS);
    rollOut(FIRST, "to-1", "1");
  }

  @AfterEach
  void close() {
    stack.close();
    http.close();
  }

  @Test
  void theSecondServiceIsRefusedAndMovesNothing() {
    assertRefused("PATCH", SECOND, ALIAS, TAKEN.formatted("first.example.com"));

    int before = updates();
    rollOut(SECOND, "to-3", "3");

    assertThat(updates()).isEqualTo(before);
    assertThat(liveVersion()).isEqualTo("1");
    ok("PATCH", FIRST, ALIAS);
    rollOut(FIRST, "to-2", "2");
    assertThat(liveVersion()).isEqualTo("2");
  }

  @Test
  void theAliasOfADeletedServiceIsTheOthersUntilThatGivesItBack() {
    ok("DELETE", FIRST, "");
    ok("PATCH", SECOND, ALIAS);
    rollOut(SECOND, "to-3", "3");
    assertThat(liveVersion()).isEqualTo("3");

    assertRefused(
        "POST",
        FIRST + ":undelete",
        "{}",
        TAKEN.formatted("second.example.com")
            + ". Service 'first.example.com' cannot be undeleted before that service has another"
            + " target or is deleted.");

    ok("PATCH", SECOND, "{\"target\": {\"none\": {}}}");
    ok("POST", FIRST + ":undelete", "{}");
    assertThat(ok("GET", FIRST, "").at("/target/lambdaAlias/aliasName").asText()).isEqualTo("live");
    assertRefused("PATCH", SECOND, ALIAS, TAKEN.formatted("first.example.com"));
    String undeletion = ok("GET", FIRST + "/rollouts", "").at("/rollouts/0/rolloutId").asText();
    String reason = await(FIRST, undeletion, "PAUSED").path("reason").asText();
    assertThat(reason).startsWith("TARGET_CHANGED").contains("version 3");
    ok("POST", FIRST + "/rollouts/" + undeletion + ":resume", "{}");
    await(FIRST, undeletion, "SUCCEEDED");
    assertThat(liveVersion()).isEqualTo("1");
  }

  private String liveVersion() {
    return stack.aws().lambda().alias("checkout", "live").functionVersion();
  }

  private int updates() {
    return (int)
        stack.aws().lambda().calls().stream()
            .filter(call -> call.operation().equals("UpdateAlias"))
            .count();
  }

  private void rollOut(String service, String id, String config) {
    create(service, id, config);
    await(service, id, "SUCCEEDED");
  }

  private void create(String service, String id, String config) {
    ok(
        "POST",
        service + "/rollouts",
        """
        {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"%s": 100}}}\
        """
            .formatted(id, config));
  }

  private JsonNode await(String service, String id, String state) {
    String rollout = service + "/rollouts/" + id;
    Await.until(
        id + " " + state, () -> ok("GET", rollout, "").path("state").asText().equals(state));
    return ok("GET", rollout, "");
  }

  private void assertRefused(String method, String path, String body, String message) {
    HttpResponse<byte[]> answer = send(method, path, body);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(400);
    JsonNode error = Json.read(answer.body()).path("error");
    assertThat(error.path("status").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(error.path("message").asText()).isEqualTo(message);
  }

  private JsonNode ok(String method, String path, String body) {
    HttpResponse<byte[]> answer = send(method, path, body);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
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
