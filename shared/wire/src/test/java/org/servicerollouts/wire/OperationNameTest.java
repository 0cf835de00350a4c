package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ServiceName;

class OperationNameTest {

  @Test
  void readsWhatItPrints() {
    String rollout = "operations/rollouts.endpointsapis.appspot.com:canary-rollout";
    assertThat(OperationName.of(rollout))
        .isEqualTo(new OperationName.OfRollout(ENDPOINTS, "canary-rollout"))
        .returns(rollout, OperationName::text);
    String service = "operations/services.my-service.com-1762797600123";
    assertThat(OperationName.of(service))
        .isEqualTo(new OperationName.OfService(new ServiceName("my-service.com"), 1762797600123L))
        .returns(service, OperationName::text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "operations/",
        "operations/rollouts.a",
        "operations/rollouts.a:",
        "operations/rollouts.:b",
        "operations/rollouts.A:b",
        "operations/rollouts.a:b:c",
        "operations/rollouts.a:b/c",
        "operations/services.a",
        "operations/services.a-",
        "operations/services.a-x",
        "operations/services.a-99999999999999999999",
        "operations/serviceConfigs.a:8340c75f",
        "rollouts.a:b",
        "operations/rollouts.a:b\u0000",
      })
  void otherFormsAreNotFound(String text) {
    assertThat(problem(() -> OperationName.of(text)).kind())
        .isEqualTo(Problem.Kind.OPERATION_NOT_FOUND);
  }
}
