package org.servicerollouts.local;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.servicerollouts.wire.Call;

/**
 * A request of each method of Google's surface, with nothing wrong.
 *
 * @param path with a name in braces where one stands
 * @param parameters the query parameters of its own
 * @param body empty for a method that has none
 */
record Documented(String method, String path, List<String> parameters, String body) {
  static final String SERVICE = "svc.example.com";

  /** In the paths: the service has the config and the rollout, and the operation is its. */
  static final Map<String, String> NAMES =
      Map.of(
          "serviceName",
          SERVICE,
          "configId",
          "old",
          "rolloutId",
          "used",
          "name",
          "rollouts." + SERVICE + ":used");

  private static final String OPENAPI =
      """
      swagger: "2.0"
      host: svc.example.com
      info: {title: Shop, version: 1.0.0}
      paths: {/carts: {get: {operationId: ListCarts, responses: {"200": {description: Carts}}}}}
      """;

  private static final String CREATE_SERVICE =
      """
      {"serviceName": "fresh.example.com", "producerProjectId": "p", "totalReplicas": 10}\
      """;

  private static final String CREATE_CONFIG =
      """
      {"name": "svc.example.com", "id": "fresh", "title": "Shop", "producerProjectId": "p",
       "configVersion": 3, "apis": [{"name": "v1.Shop", "methods": [{"name": "ListCarts"}]}],
       "http": {"rules": [{"selector": "v1.Shop.ListCarts", "get": "/carts"}]}}\
      """;

  private static final String SUBMIT =
      """
      {"serviceName": "svc.example.com", "validateOnly": false,
       "configSource": {"id": "submitted", "files": [
         {"filePath": "shop.yaml", "fileContents": "%s", "fileType": "OPEN_API_YAML"}]}}\
      """
          .formatted(base64(OPENAPI));

  private static final String REPORT =
      """
      {"newConfig": {"@type":
         "type.googleapis.com/google.api.servicemanagement.v1.ConfigRef",
         "name": "services/svc.example.com/configs/new"},
       "oldConfig": {"@type": "type.googleapis.com/google.api.Service",
         "name": "svc.example.com", "title": "Before"}}\
      """;

  private static final String CREATE_ROLLOUT =
      """
      {"rolloutId": "fresh", "serviceName": "svc.example.com",
       "trafficPercentStrategy": {"percentages": {"old": 90, "new": 10}},
       "batch": {"batchSize": "10%", "interval": "60s"}}\
      """;

  private static final String UPDATE_SERVICE =
      """
      {"serviceName": "svc.example.com", "target": {"none": {}}, "alarms": []}\
      """;

  private static final String PREVIEW =
      """
      {"serviceName": "svc.example.com",
       "trafficPercentStrategy": {"percentages": {"old": 90, "new": 10}},
       "growth": {"type": "EXPONENTIAL", "initial": 1, "factor": 2, "interval": "60s"},
       "bakeTime": "1h", "paused": false, "startTime": "2026-05-08T16:00:00Z",
       "allowedWindows": [{"days": ["MONDAY", "SUN"], "start": "09:00", "end": "24:00",
                           "timeZone": "Europe/Berlin"}],
       "emergency": {"reason": "outage"}, "conflictPolicy": "QUEUE", "alarms": [],
       "overrideAlarms": "known", "insufficientData": {"action": "HOLD", "minimumTime": "5m"},
       "progressDeadline": "20m", "rollbackWindow": "48h"}\
      """;

  private static final String STEER =
      """
      {"reason": "errors at checkout", "emergency": {"reason": "outage"},
       "overrideAlarms": "known"}\
      """;

  private static final String ROLL_BACK =
      """
      {"reason": "errors at checkout", "to": "used"}\
      """;

  private static final String VERBS = "/v1/services/{serviceName}/rollouts/{rolloutId}:";

  static final List<Documented> ALL =
      List.of(
          of("POST", "/v1/services", CREATE_SERVICE),
          of("GET", "/v1/services", "", "producerProjectId", "consumerId", "pageSize", "pageToken"),
          of("GET", "/v1/services/{serviceName}", ""),
          of("PATCH", "/v1/services/{serviceName}", UPDATE_SERVICE, "updateMask"),
          of("DELETE", "/v1/services/{serviceName}", ""),
          of("POST", "/v1/services/{serviceName}:undelete", "{}"),
          of("POST", "/v1/services:generateConfigReport", REPORT),
          of("POST", "/v1/services/{serviceName}:report", ""),
          of("POST", "/v1/projects/{projectId}/services/{serviceName}:enable", ""),
          of("POST", "/v1/services/{serviceName}/configs", CREATE_CONFIG),
          of("POST", "/v1/services/{serviceName}/configs:submit", SUBMIT),
          of("GET", "/v1/services/{serviceName}/config", "", "configId", "view"),
          of("GET", "/v1/services/{serviceName}/configs/{configId}", "", "view"),
          of("GET", "/v1/services/{serviceName}/configs", "", "pageSize", "pageToken"),
          of("POST", "/v1/services/{serviceName}/rollouts", CREATE_ROLLOUT, "force", "requestId"),
          of(
              "POST",
              "/v1/services/{serviceName}/rollouts:preview",
              PREVIEW,
              "force",
              "pageSize",
              "pageToken"),
          of("POST", VERBS + "pause", STEER, "requestId"),
          of("POST", VERBS + "resume", STEER, "requestId"),
          of("POST", VERBS + "advance", STEER, "requestId"),
          of("POST", VERBS + "promote", STEER, "requestId"),
          of("POST", VERBS + "rollback", ROLL_BACK, "requestId"),
          of("GET", "/v1/services/{serviceName}/rollouts/{rolloutId}", ""),
          of("GET", "/v1/services/{serviceName}/rollouts", "", "filter", "pageSize", "pageToken"),
          of("GET", "/v1/services/{serviceName}/allocation", "", "key", "replica"),
          of("GET", "/v1/services/{serviceName}/events", "", "after", "pageSize", "pageToken"),
          of(
              "GET",
              "/v1/services/{serviceName}/rollouts/{rolloutId}/events",
              "",
              "pageSize",
              "pageToken"),
          of("GET", "/v1/operations/{name}", ""),
          of(
              "GET",
              "/v1/operations",
              "",
              "filter",
              "name",
              "pageSize",
              "pageToken",
              "returnPartialSuccess"));

  Documented {
    parameters = List.copyOf(parameters);
  }

  private static Documented of(String method, String path, String body, String... parameters) {
    return new Documented(method, path, Arrays.asList(parameters), body);
  }

  /** Its path with {@link #NAMES} in it, and the query parameter that it cannot do without. */
  String target() {
    String query = path.equals("/v1/operations") ? "?filter=serviceName=" + SERVICE : "";
    return named(path) + query;
  }

  /** A path with {@link #NAMES} in it. */
  static String named(String path) {
    String named = path;
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      named = named.replace("{" + name.getKey() + "}", name.getValue());
    }
    return named;
  }

  /** What it is to the handlers. */
  Call call() {
    return Call.of(method, named(path));
  }

  /** Makes the service, three configs and the rollout that the requests speak of. */
  static void prepare(Surface surface) {
    surface.ok("POST", "/v1/services", "{\"serviceName\": \"svc.example.com\"}");
    for (String id : List.of("old", "new", "newer")) {
      surface.ok("POST", "/v1/services/svc.example.com/configs", "{\"id\": \"" + id + "\"}");
    }
    surface.ok(
        "POST",
        "/v1/services/svc.example.com/rollouts",
        """
        {"rolloutId": "used", "trafficPercentStrategy": {"percentages": {"old": 100}}}\
        """);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
