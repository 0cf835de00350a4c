package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.Caller;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.lambda.HttpRequest;
import org.servicerollouts.store.Deadline;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.google.CreateConfigRequest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Reports that need nothing of the store, which would refuse to be read. */
class ConfigReportsTest {
  private static final String MANAGEMENT = "type.googleapis.com/google.api.servicemanagement.v1.";

  private static ObjectNode report(ObjectNode body) {
    APIGatewayV2HTTPEvent event = new APIGatewayV2HTTPEvent();
    event.setBody(Json.compact(body));
    HttpCall http =
        new HttpCall(
            new Call.GenerateConfigReport(),
            Query.parse(""),
            new HttpRequest(event),
            new Caller("me", true),
            "ID",
            Deadline.NONE);
    return new ConfigReports(new ServiceStore(new Table(new NoDynamoDb(), "t"))).generate(http);
  }

  private static final class NoDynamoDb implements DynamoDbClient {
    @Override
    public String serviceName() {
      return "none";
    }

    @Override
    public void close() {}
  }

  private static ObjectNode source(String... yaml) {
    ObjectNode source = Json.object().put("@type", MANAGEMENT + "ConfigSource");
    for (String file : yaml) {
      source
          .withArray("files")
          .addObject()
          .put("filePath", "a.yaml")
          .put("fileType", "SERVICE_CONFIG_YAML")
          .put(
              "fileContents",
              Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8)));
    }
    return source;
  }

  private static ObjectNode request(ObjectNode oldConfig, ObjectNode newConfig) {
    ObjectNode request = Json.object();
    request.set("oldConfig", oldConfig);
    request.set("newConfig", newConfig);
    return request;
  }

  private static String refusal(ObjectNode newConfig) {
    return catchThrowableOfType(
            ProblemException.class, () -> report(request(source("name: a.b"), newConfig)))
        .problem()
        .message();
  }

  @Test
  void aSourceChangesNothingOfItsOwnStoredConfig() {
    ObjectNode source =
        source(
            """
            name: a.b
            title: ''
            config_version: 3.0
            apis: [{name: a, version: '', syntax: 1}, {name: b, syntax: SYNTAX_PROTO2}]
            backend: {rules: [{deadline: 5.50, disable_auth: true}, {deadline: 0.0}]}
            """,
            "serviceConfig: {a: 1.50, b: [null]}\nmetrics: [{metric_kind: 1}]");
    String stored =
        CreateConfigRequest.of(
                new ServiceName("a.b"),
                ConfigSources.service(source.deepCopy().without("@type")).service())
            .config("r1", 0, Instant.EPOCH, "me")
            .body();
    ObjectNode old = Json.readOwn(stored).put("@type", "type.googleapis.com/google.api.Service");

    ObjectNode same = report(request(old, source));
    assertThat(Json.compact(same.get("changeReports"))).isEqualTo("[{\"configChanges\":[]}]");
    assertThat(same.get("diagnostics"))
        .as("names of APIs alone, which Google completes from descriptor sets")
        .hasSize(2);
    assertThat(Json.compact(report(request(source("name: a.b\ntitle: t"), source("name: a.b")))))
        .contains("{\"element\":\"title\",\"oldValue\":\"\\\"t\\\"\",\"changeType\":\"REMOVED\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title: t|newConfig.name: missing (expected: the name of the service, as a Service or a"
            + " file of a ConfigSource gives it)",
        "name: B!|newConfig.name: \"B!\" (expected: the name of the service, as a Service or a file"
            + " of a ConfigSource gives it)",
        "name: {a: b}|Cannot convert to service config. 'location: \"a.yaml\" kind: ERROR message:"
            + " \"name: an object (expected: a string)\"'",
      })
  void namesWhatIsWrongWithASource(String yaml, String message) {
    assertThat(refusal(source(yaml))).isEqualTo(message);
  }

  @Test
  void aSourceNeedsFiles() {
    assertThat(refusal(source()))
        .isEqualTo("newConfig.files: missing (expected: at least one file)");
  }

  @ParameterizedTest
  @CsvSource({"services/B!/configs/x", "services//configs/x", "services/a.b", "x"})
  void namesWhatIsNoConfigRef(String name) {
    assertThat(refusal(Json.object().put("@type", MANAGEMENT + "ConfigRef").put("name", name)))
        .isEqualTo(
            "newConfig.name: \"" + name + "\" (expected: services/<service>/configs/<config>)");
  }

  @Test
  void namesWhatIsNoService() {
    String type = "type.googleapis.com/google.api.Service";
    assertThat(refusal(Json.object().put("@type", type)))
        .startsWith("newConfig.name: missing (expected: the name of the service");
    assertThat(refusal(Json.object().put("@type", type).put("name", "B!")))
        .startsWith("newConfig.name: \"B!\" (expected: the name of the service");
  }
}
