package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Problem;

class CreateServiceRequestTest {

  @Test
  void readsAManagedService() {
    assertThat(
            CreateServiceRequest.of(
                json(
                    "{\"service_name\": \"endpointsapis.appspot.com\", \"producerProjectId\":"
                        + " \"p\",}")))
        .isEqualTo(new CreateServiceRequest(ENDPOINTS, "p", OptionalLong.empty()))
        .returns(Kind.TRAFFIC, CreateServiceRequest::kind);
  }

  @Test
  void totalReplicasMakeItAReplicaService() {
    assertThat(
            CreateServiceRequest.of(
                json("{\"serviceName\": \"endpointsapis.appspot.com\", \"totalReplicas\": 0}")))
        .isEqualTo(new CreateServiceRequest(ENDPOINTS, "", OptionalLong.of(0)))
        .returns(Kind.REPLICA, CreateServiceRequest::kind);
  }

  @Test
  void aProjectIdIsCountedInCharacters() {
    String fire = "🔥";
    String body = "{\"serviceName\": \"a\", \"producerProjectId\": \"%s\"}";
    assertThat(CreateServiceRequest.of(json(body.formatted(fire.repeat(100)))).producerProjectId())
        .isEqualTo(fire.repeat(100));
    assertThat(
            problem(() -> CreateServiceRequest.of(json(body.formatted(fire.repeat(101)))))
                .message())
        .endsWith("(expected: at most 100 characters, none of them a control character)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|serviceName: missing",
        "{\"serviceName\": \"\"}|MISSING_VALUE|serviceName: missing",
        "{\"serviceName\": \"a/b\"}|INVALID_VALUE|serviceName: \"a/b\" (expected: labels of",
        "{\"serviceName\": \"a\\u0000\"}|INVALID_VALUE|serviceName: \"a\\u0000\" (expected: labels"
            + " of",
        "{\"serviceName\": {}}|INVALID_VALUE|serviceName: an object (expected: a string)",
        "{\"serviceName\": \"a\", \"totalReplicas\": -1}|INVALID_VALUE|totalReplicas: -1 (expected:"
            + " 0 to 1000000",
        "{\"serviceName\": \"a\", \"totalReplicas\": 1000001}|INVALID_VALUE|totalReplicas: 1000001"
            + " (expected: 0 to",
        "{\"serviceName\": \"a\", \"totalReplicas\": 1e30}|INVALID_VALUE|totalReplicas: 1E+30"
            + " (expected: 0 to 1000000 replicas)",
        "{\"serviceName\": \"a\", \"totalReplicas\": 1.5}|INVALID_VALUE|totalReplicas: 1.5"
            + " (expected: a whole",
        "{\"serviceName\": \"a\", \"totalReplicas\": NaN}|INVALID_VALUE|totalReplicas: NaN"
            + " (expected: a whole",
        "{\"serviceName\": \"a\", \"producerProjectId\":"
            + " \"\\u0007\"}|INVALID_VALUE|producerProjectId: \"\\u0007\"",
        "{\"serviceName\": \"a\", \"target\": {}}|UNKNOWN_FIELD|Invalid JSON payload received."
            + " Unknown name \"target\"",
      })
  void refuses(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> CreateServiceRequest.of(json(body)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }
}
