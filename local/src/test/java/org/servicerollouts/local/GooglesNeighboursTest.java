package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerollouts.store.LocalTable;

/** What Google's proxy and gcloud call of Service Control and Service Usage. */
class GooglesNeighboursTest {
  private static final String SERVICE = "/v1/services/esp.example.com";

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @BeforeEach
  void aServiceAtItsSecondRollout() {
    surface.ok("POST", "/v1/services", "{\"serviceName\": \"esp.example.com\"}");
    for (String config : List.of("a", "b")) {
      surface.ok("POST", SERVICE + "/configs", "{\"id\": \"%s\"}".formatted(config));
      surface.ok(
          "POST",
          SERVICE + "/rollouts",
          """
          {"rolloutId": "to-%1$s", "trafficPercentStrategy": {"percentages": {"%1$s": 100}}}\
          """
              .formatted(config));
    }
    surface.ok(
        "POST",
        SERVICE + "/rollouts",
        """
        {"rolloutId": "on-its-way", "partition": "50%",
         "trafficPercentStrategy": {"percentages": {"a": 100}}}\
        """);
  }

  @Test
  void aProxyLearnsOfTheNewestRolloutThatSucceeded() {
    assertThat(surface.ok("POST", SERVICE + ":report", "{}").toString())
        .isEqualTo("{\"serviceConfigId\":\"b\",\"serviceRolloutId\":\"to-b\"}");
    assertThat(
            surface
                .ok("POST", SERVICE + ":report", "{\"operations\": [{\"operationId\": \"o\"}]}")
                .path("serviceRolloutId")
                .asText())
        .isEqualTo("to-b");
  }

  /** As ESPv2 asks each minute: without a body, for protobuf. */
  @Test
  void inProtobufToo() {
    for (byte[] body : List.of(new byte[0], new byte[] {10, 1, 120, -1, 0})) {
      GatewayResponse answer =
          surface.send(
              "POST",
              SERVICE + ":report",
              List.of(Map.entry("Content-Type", "application/x-protobuf")),
              body);
      assertThat(answer.status()).as(Surface.text(answer)).isEqualTo(200);
      byte[] bytes = new byte[answer.body().remaining()];
      answer.body().duplicate().get(bytes);
      assertThat(bytes).containsExactly(0x12, 1, 'b', 0x22, 4, 't', 'o', '-', 'b');
    }
  }

  @Test
  void ofAnUnknownServiceThereIsNothingToReport() {
    assertThat(surface.send("POST", "/v1/services/nobody.example.com:report", "").status())
        .isEqualTo(404);
  }

  @Test
  void gcloudEndsWithAnEnableThatIsDone() {
    for (String body : List.of("{}", "", "\"\"")) {
      JsonNode operation =
          surface.ok("POST", "/v1/projects/demo/services/esp.example.com:enable", body);
      assertThat(operation.path("done").asBoolean()).isTrue();
      assertThat(operation.at("/response/@type").asText())
          .isEqualTo("type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse");
    }
    GatewayResponse unknown =
        surface.send("POST", "/v1/projects/demo/services/nobody.example.com:enable", "{}");
    assertThat(unknown.status()).as("as Service Usage answers").isEqualTo(403);
    assertThat(Surface.text(unknown)).contains("Not found or permission denied for service(s)");
  }

  @Test
  void whatASubmitDoesNotConvertIsAWarningInItsAnswer() {
    String document =
        """
        swagger: "2.0"
        info: {title: E, version: 1.0.0}
        host: esp.example.com
        paths:
          /a: {get: {operationId: a, responses: {200: {description: ok}}, security: [{jwt: []}]}}
        securityDefinitions: {jwt: {type: oauth2, flow: implicit, authorizationUrl: ""}}
        """;
    String contents = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
    String files =
        """
        {"files": [{"filePath": "o.yaml", "fileType": "OPEN_API_YAML", "fileContents": "%s"}]}\
        """
            .formatted(contents);
    JsonNode submitted =
        surface.ok("POST", SERVICE + "/configs:submit", "{\"configSource\": " + files + "}");
    JsonNode first = submitted.at("/response/diagnostics/0");
    assertThat(first.path("kind").asText()).isEqualTo("WARNING");
    assertThat(first.path("location").asText()).startsWith("o.yaml: ").contains("security");

    String name = submitted.path("name").asText();
    assertThat(surface.ok("GET", "/v1/" + name, "").at("/response/diagnostics/0"))
        .as("the operation tells it as long as it is kept")
        .isEqualTo(first);

    String management = "type.googleapis.com/google.api.servicemanagement.v1.";
    String stored = submitted.at("/metadata/resourceNames/0").asText();
    for (String config :
        List.of(
            "{\"@type\": \"" + management + "ConfigSource\", " + files.strip().substring(1),
            "{\"@type\": \"" + management + "ConfigRef\", \"name\": \"" + stored + "\"}")) {
      assertThat(
              surface
                  .ok(
                      "POST",
                      "/v1/services:generateConfigReport",
                      "{\"newConfig\": " + config + "}")
                  .at("/diagnostics/0"))
          .as(config)
          .isEqualTo(first);
    }
  }
}
