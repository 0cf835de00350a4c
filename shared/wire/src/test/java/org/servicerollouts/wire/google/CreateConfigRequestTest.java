package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Problem;

class CreateConfigRequestTest {

  @Test
  void keepsTheBodyWholeInGooglesOrder() {
    CreateConfigRequest request =
        CreateConfigRequest.of(
            ENDPOINTS,
            json(
                """
                {"producer_project_id": "p", "id": "new", "quota": null, "lambdaVersion": "7",
                 "control": {"method_policies": [{"selector": "a.B"}, {}], "environment": "x",},
                 "title": "Endpoints"}
                """));
    assertThat(request.id()).contains("new");
    assertThat(request.config("new", 5, NOW, "alice"))
        .isEqualTo(
            new Config(
                "new",
                5,
                NOW,
                "alice",
                "Endpoints",
                Optional.of("7"),
                "{\"name\":\"endpointsapis.appspot.com\",\"title\":\"Endpoints\","
                    + "\"control\":{\"environment\":\"x\","
                    + "\"methodPolicies\":[{\"selector\":\"a.B\"},{}]},"
                    + "\"producerProjectId\":\"p\",\"id\":\"new\",\"lambdaVersion\":\"7\"}",
                List.of()));
  }

  @Test
  void whatSaysNoMoreThanItsAbsenceIsAbsent() {
    CreateConfigRequest request =
        CreateConfigRequest.of(
            ENDPOINTS, json("{\"name\": \"\", \"id\": \"\", \"title\": \"\", \"apis\": []}"));
    assertThat(request).isEqualTo(CreateConfigRequest.of(ENDPOINTS, json("{}")));
  }

  @Test
  void theServerFillsInNameAndId() {
    CreateConfigRequest request = CreateConfigRequest.of(ENDPOINTS, json(""));
    assertThat(request.id()).isEmpty();
    assertThat(request.config("2026-05-08r0", 5, NOW, "alice").body())
        .isEqualTo("{\"name\":\"endpointsapis.appspot.com\",\"id\":\"2026-05-08r0\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"other.com\"}|INVALID_VALUE|name: \"other.com\" (expected:"
            + " \"endpointsapis.appspot.com\", the",
        "{\"id\": \"A\"}|INVALID_VALUE|id: \"A\" (expected: 1 to 63 characters of",
        "{\"id\": \".\"}|INVALID_VALUE|id: \".\" (expected: 1 to 63 characters of a-z, 0-9, '.',"
            + " '_' and '-', other than \".\" and \"..\")",
        "{\"id\": \"..\"}|INVALID_VALUE|id: \"..\" (expected: 1 to 63 characters of",
        "{\"id\": [\"a\"]}|INVALID_VALUE|id: an array (expected: a string)",
        "{\"title\": {}}|INVALID_VALUE|title: an object (expected: a string)",
        "{\"lambdaVersion\": true}|INVALID_VALUE|lambdaVersion: true (expected: a string)",
        "{\"type\": \"google.api.Service\"}|UNKNOWN_FIELD|Invalid JSON payload received. Unknown"
            + " name \"type\":",
        "{\"apis\": [{\"methods\": [{}, {\"bogus\": 1}]}]}|UNKNOWN_FIELD|Invalid JSON payload"
            + " received. Unknown name \"bogus\" at 'apis[0].methods[1]': Cannot find field.",
        "{\"http\": {\"rules\": {}}}|INVALID_VALUE|http.rules: an object (expected: an array)",
      })
  void refuses(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> CreateConfigRequest.of(ENDPOINTS, json(body)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @Test
  void boundsItsSize() {
    CreateConfigRequest request =
        CreateConfigRequest.of(
            ENDPOINTS,
            json("{\"documentation\": {\"summary\": \"" + "x".repeat(128 * 1024) + "\"}}"));
    assertThat(problem(() -> request.config("a", 1, NOW, "alice")).message())
        .startsWith("config: ");
  }
}
