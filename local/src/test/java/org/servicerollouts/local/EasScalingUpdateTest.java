package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.servicerollouts.store.LocalTable;

/** PAI-EAS's update of image and {@code metadata.instance} at once, on a service with alarms. */
class EasScalingUpdateTest {
  private static final String SERVICE = "/api/v2/services/cn-shanghai/foo";
  private static final String ROLLOUT = SERVICE + "/rollout";
  private static final String ROLLOUTS = "/v1/services/foo.cn-shanghai/rollouts/";

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @Test
  void isDoneWhereTheScalingEndsTheRolloutOnItsWay() {
    surface.aws().cloudWatch().set("errors", "OK", "");
    surface.ok(
        "POST",
        "/api/v2/services?ClusterId=cn-shanghai",
        """
        {"metadata": {"name": "foo", "instance": 10}, "image": "foo:1",
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
    surface.ok("PATCH", "/v1/services/foo.cn-shanghai", "{\"alarms\": [\"errors\"]}");
    surface.ok("POST", ROLLOUT, "{\"Batch\": {\"BatchSize\": \"81%\", \"Interval\": \"5m\"}}");
    String first = update("{\"image\": \"foo:2\"}");
    assertThat(updatedReplicas()).isEqualTo(9);

    String second = update("{\"image\": \"foo:3\", \"metadata\": {\"instance\": 9}}");

    assertThat(surface.ok("GET", ROLLOUTS + first, "").path("status").asText())
        .isEqualTo("SUCCESS");
    assertThat(surface.ok("GET", ROLLOUTS + second, "").path("status").asText())
        .isEqualTo("IN_PROGRESS");
    assertThat(updatedReplicas()).isEqualTo(8);
  }

  /** The id of the rollout that an update makes. */
  private String update(String change) {
    JsonNode answer = surface.ok("PUT", SERVICE, change);
    return answer.path("RolloutId").asText();
  }

  private int updatedReplicas() {
    return surface.ok("GET", ROLLOUT, "").at("/Rollout/Status/UpdatedReplicas").asInt();
  }
}
