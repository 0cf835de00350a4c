package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerollouts.store.LocalTable;

/** What stands between a request and its rollout, behind the gateway and the real handlers. */
class OwnFieldsTest {
  private static final String SERVICE = "/v1/services/svc.example.com";
  private static final String ROLLOUTS = SERVICE + "/rollouts";
  private static final String FOO = "/api/v2/services/cn-shanghai/foo";
  private static final String ARN = "arn:aws:cloudwatch:ddblocal:000000000000:alarm:errors";

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @BeforeEach
  void makeTheService() {
    Documented.prepare(surface);
    surface.aws().cloudWatch().set("errors", "OK", "all is well");
  }

  private static String rollout(String fields) {
    return """
    {"trafficPercentStrategy": {"percentages": {"new": 100}}%s}\
    """
        .formatted(fields.isEmpty() ? "" : ", " + fields);
  }

  private JsonNode refused(String method, String target, String body, int status) {
    GatewayResponse answer = surface.send(method, target, body);
    assertThat(answer.status()).as(Surface.text(answer)).isEqualTo(status);
    return Surface.json(answer);
  }

  @Test
  void alarmsAreNamedByTheirArnToo() {
    surface.ok(
        "POST",
        ROLLOUTS,
        rollout("\"rolloutId\": \"r\", \"partition\": \"50%\", \"alarms\": [\"" + ARN + "\"]"));
    assertThat(surface.ok("GET", ROLLOUTS + "/r", "").at("/alarms").toString())
        .isEqualTo("[\"errors\"]");
  }

  @Test
  void anAlarmInAlarmRefusesACreateUnlessItIsOverridden() {
    surface.ok("PATCH", SERVICE, "{\"alarms\": [\"errors\"]}");
    surface.aws().cloudWatch().set("errors", "ALARM", "too many");
    JsonNode error = refused("POST", ROLLOUTS, rollout(""), 400).at("/error");
    assertThat(error.at("/status").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(error.at("/message").asText()).contains("alarm 'errors' is in ALARM", "too many");
    refused("POST", ROLLOUTS + ":preview", rollout(""), 400);
    surface.ok("POST", ROLLOUTS, rollout("\"overrideAlarms\": \"it is known\""));
  }

  @Test
  void whatDoesNotWatchARolloutIsToldWithTheReason() {
    surface.ok("PATCH", SERVICE, "{\"alarms\": [\"errors\"]}");
    surface.aws().cloudWatch().set("errors", "ALARM", "too many");
    surface.ok(
        "POST",
        ROLLOUTS,
        rollout("\"rolloutId\": \"r\", \"bakeTime\": \"1h\", \"overrideAlarms\": \"known\""));
    assertThat(surface.ok("GET", ROLLOUTS + "/r", "").at("/notWatched").asText())
        .isEqualTo(
            "alarm 'errors' does not count before it has been OK once, because overrideAlarms"
                + " passed it (known)");
    String back =
        """
        {"trafficPercentStrategy": {"percentages": {"old": 100}}, "bakeTime": "1h"}\
        """;
    String why =
        "alarm 'errors' does not count before it has been OK once, because it goes back to where"
            + " the service was well";
    assertThat(surface.ok("POST", ROLLOUTS + ":preview", back).at("/notWatched").asText())
        .isEqualTo(why);
    String id = surface.ok("POST", ROLLOUTS, back).at("/response/rolloutId").asText();
    assertThat(surface.ok("GET", ROLLOUTS + "/" + id, "").at("/notWatched").asText())
        .isEqualTo(why);
    surface.aws().cloudWatch().set("errors", "OK", "");
    surface.ok("POST", ROLLOUTS + "/" + id + ":pause", "");
    surface.ok("POST", ROLLOUTS + "/" + id + ":advance", "");
    assertThat(surface.ok("GET", ROLLOUTS + "/" + id, "").has("notWatched")).isFalse();
  }

  @Test
  void aPreviewWarnsOfWhatARollbackLeaves() {
    surface.ok("POST", SERVICE + "/configs", "{\"id\": \"third\"}");
    surface.ok(
        "POST",
        ROLLOUTS,
        """
        {"trafficPercentStrategy": {"percentages": {"new": 10, "old": 90}}}\
        """);
    JsonNode preview =
        surface.ok(
            "POST",
            ROLLOUTS + ":preview",
            """
            {"trafficPercentStrategy": {"percentages": {"new": 50, "third": 50}}}\
            """);
    assertThat(preview.at("/restores").toString()).isEqualTo("{\"old\":90,\"new\":10}");
    assertThat(preview.at("/warnings").toString())
        .isEqualTo("[\"a rollback leaves 10% at 'new', which this rollout raises\"]");
  }

  @Test
  void alarmsThatCannotBeReadHoldOrTakeBackAsIsAsked() {
    surface.ok(
        "POST",
        ROLLOUTS,
        rollout(
            "\"rolloutId\": \"r\", \"partition\": \"50%\", \"alarms\": [\"errors\"],"
                + " \"alarmsUnreadable\": \"ROLLBACK\""));
    assertThat(surface.ok("GET", ROLLOUTS + "/r", "").at("/alarmsUnreadable").asText())
        .isEqualTo("ROLLBACK");
    assertThat(
            refused("POST", ROLLOUTS, rollout("\"alarmsUnreadable\": \"PROCEED\""), 400)
                .at("/error/message")
                .asText())
        .isEqualTo("alarmsUnreadable: \"PROCEED\" (expected: HOLD or ROLLBACK)");
  }

  @Test
  void anAlarmInAlarmRefusesAnUpdateOfPaiEasToo() {
    surface.ok(
        "POST",
        "/api/v2/services",
        """
        {"metadata": {"name": "foo", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
    surface.ok("POST", FOO + "/rollout", "{\"Batch\": {}}");
    surface.ok("PATCH", "/v1/services/foo.cn-shanghai", "{\"alarms\": [\"errors\"]}");
    surface.ok("PUT", FOO, "{\"image\": \"2\"}");
    assertThat(surface.ok("GET", FOO + "/rollout", "").at("/Rollout/Status/Phase").asText())
        .isEqualTo("Running");
    surface.aws().cloudWatch().set("errors", "ALARM", "too many");
    JsonNode error = refused("PUT", FOO, "{\"image\": \"3\"}", 409);
    assertThat(error.at("/Code").asText()).isEqualTo("Conflict");
    assertThat(error.at("/Message").asText()).contains("alarm 'errors' is in ALARM");
    // The way back is never refused
    surface.ok("PUT", FOO + "/version", "{\"Version\": 1}");
  }

  @Test
  void oneThatRejectsNamesTheRolloutInTheWay() {
    surface.ok("POST", ROLLOUTS, rollout("\"rolloutId\": \"first\", \"partition\": \"50%\""));
    JsonNode error =
        refused("POST", ROLLOUTS, rollout("\"conflictPolicy\": \"REJECT\""), 409).at("/error");
    assertThat(error.at("/status").asText()).isEqualTo("ABORTED");
    assertThat(error.at("/details/0/reason").asText()).isEqualTo("ROLLOUT_IN_THE_WAY");
    assertThat(error.at("/message").asText()).contains("'first'");
  }

  @Test
  void sixtyRolloutsWaitAndNoMore() {
    surface.ok("POST", ROLLOUTS, rollout("\"partition\": \"50%\""));
    for (int i = 0; i < 60; i++) {
      surface.ok("POST", ROLLOUTS, rollout("\"conflictPolicy\": \"QUEUE\""));
    }
    GatewayResponse full = surface.send("POST", ROLLOUTS, rollout("\"conflictPolicy\": \"QUEUE\""));
    assertThat(full.status()).isEqualTo(429);
    assertThat(full.headers()).containsEntry("retry-after", List.of("1"));
    assertThat(Surface.json(full).at("/error/details/0/reason").asText()).isEqualTo("QUEUE_FULL");
    surface.ok("POST", ROLLOUTS, rollout("\"rolloutId\": \"all\""));
    assertThat(surface.ok("GET", ROLLOUTS + "/all", "").at("/state").asText())
        .isEqualTo("SUCCEEDED");
    assertThat(surface.ok("GET", ROLLOUTS + "?filter=status=CANCELLED", "").at("/rollouts"))
        .hasSize(50);
  }

  @Test
  void anOldEtagOfTheServiceIsRefusedWithThePresentOne() {
    String etag = surface.ok("GET", SERVICE, "").at("/etag").asText();
    String known = "\"etag\": \"" + etag + "\"";
    surface.ok("PATCH", SERVICE, "{\"alarms\": [\"errors\"], " + known + "}");
    String present = surface.ok("GET", SERVICE, "").at("/etag").asText();
    for (JsonNode error :
        List.of(
            refused("POST", ROLLOUTS, rollout(known), 409),
            refused("PATCH", SERVICE, "{\"alarms\": [], " + known + "}", 409))) {
      assertThat(error.at("/error/status").asText()).isEqualTo("ABORTED");
      assertThat(error.at("/error/message").asText()).contains(etag, present);
    }
    surface.ok("POST", ROLLOUTS, rollout("\"etag\": \"" + present + "\""));
  }

  @Test
  void aTargetIsSetShownAndCleared() {
    surface.aws().lambda().add("checkout", "1");
    surface.aws().lambda().put("checkout", "live", "1", Map.of());
    surface.ok("POST", "/v1/services", "{\"serviceName\": \"fresh.example.com\"}");
    String fresh = "/v1/services/fresh.example.com";
    String alias = "{\"lambdaAlias\":{\"functionName\":\"checkout\",\"aliasName\":\"live\"}}";
    JsonNode updated = surface.ok("PATCH", fresh, "{\"target\": " + alias + "}");
    assertThat(updated.at("/target").toString()).isEqualTo(alias);
    assertThat(surface.ok("GET", fresh, "")).isEqualTo(updated);
    assertThat(surface.ok("PATCH", fresh + "?update_mask=target", "{}").has("target")).isFalse();
  }

  @Test
  void aTargetThatTheServiceCannotHaveIsRefused() {
    surface.aws().lambda().add("checkout", "1");
    surface.aws().lambda().put("checkout", "live", "1", Map.of());
    String body =
        """
        {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "live"}}}\
        """;
    assertThat(refused("PATCH", SERVICE, body, 400).at("/error/message").asText())
        .contains("allocation[\"old\"]: a config that is no version of the function");
    surface.ok(
        "POST", "/v1/services", "{\"serviceName\": \"r.example.com\", \"totalReplicas\": 3}");
    assertThat(
            refused("PATCH", "/v1/services/r.example.com", body, 400)
                .at("/error/details/0/reason")
                .asText())
        .isEqualTo("WRONG_SERVICE_TYPE");
    surface.ok("POST", ROLLOUTS, rollout("\"partition\": \"50%\""));
    assertThat(refused("PATCH", SERVICE, "{\"alarms\": []}", 400).at("/error/status").asText())
        .isEqualTo("FAILED_PRECONDITION");
    assertThat(refused("PATCH", "/v1/services/none", body, 404).at("/error/message").asText())
        .startsWith("Service 'none' not found");
  }

  @Test
  void aForgedPageTokenOfAPreviewIsRefused() {
    String body = rollout("\"batch\": {\"batchSize\": \"10%\"}");
    String token =
        surface.ok("POST", ROLLOUTS + ":preview?pageSize=1", body).at("/nextPageToken").asText();
    surface.ok("POST", ROLLOUTS + ":preview?pageSize=1&pageToken=" + token, body);
    assertThat(
            refused("POST", ROLLOUTS + ":preview?pageToken=" + token, rollout(""), 400)
                .at("/error/message")
                .asText())
        .startsWith("pageToken: ");
    surface.ok("POST", ROLLOUTS, body);
    assertThat(
            refused("POST", ROLLOUTS + ":preview?pageToken=" + token, body, 409)
                .at("/error/message")
                .asText())
        .contains("has changed since the first page was made");
  }

  @Test
  void onlyPartsOfAPreviewAreAnsweredIfThatIsAsked() {
    JsonNode parts =
        surface.ok("POST", ROLLOUTS + ":preview?fields=state,steps(batch)", rollout(""));
    assertThat(parts.toString()).isEqualTo("{\"state\":\"SUCCEEDED\",\"steps\":[{\"batch\":1}]}");
    refused("POST", ROLLOUTS + ":preview?alt=proto", rollout(""), 400);
  }
}
