package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/services/a.b/rollouts, create-rollout",
    "GET, /v1/services/a.b/rollouts, list-rollouts",
    "GET, /v1/services/a.b/rollouts/r, get-rollout",
    "GET, /v1/services/a.b/rollouts/r/events, list-rollouts",
    "GET, /v1/services/a.b/events, list-rollouts",
    "GET, /v1/services/events, manage-services",
    "POST, /v1/services/a.b/events, manage-services",
    "GET, /v1/operations/rollouts.a.b:r, get-operation",
    "GET, /v1/operations, get-operation",
    "POST, /v1/operations, manage-services",
    "POST, /api/v2/services/c/s/rollout, create-rollout",
    "GET, /api/v2/services/c/s/rollout, get-rollout",
    "PUT, /api/v2/services/c/s/rollout, manage-services",
    "DELETE, /v1/services/a.b/rollouts, manage-services",
    "POST, /v1/services/a.b/rollouts/r:pause, steer-rollout",
    "POST, /v1/services/a.b/rollouts:preview, manage-services",
    "PATCH, /v1/services/a.b, manage-services",
    "GET, /v1/services/a.b/rollouts/, manage-services",
    "GET, /v1/services//rollouts, manage-services",
    "GET, /v1/operations/a/b, manage-services",
    "get, /v1/operations/a, manage-services",
    "GET, /, manage-services",
    "OPTIONS, *, manage-services",
  })
  void finds(String method, String path, String function) {
    assertThat(Routes.match(method, path).function()).isEqualTo(function);
  }

  @Test
  void namesWhatStandsForVariables() {
    assertThat(Routes.match("GET", "/v1/services/a.b/rollouts/r"))
        .isEqualTo(
            new Routes.Match(
                "GET /v1/services/{service}/rollouts/{rollout}",
                "get-rollout",
                Map.of("service", "a.b", "rollout", "r")));
  }
}
