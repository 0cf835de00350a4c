package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerollouts.doubles.Fault;
import org.servicerollouts.store.LocalTable;

/** PAI-EAS's update of a service whose alarms nobody can read. */
class EasUnreadAlarmsTest {
  private static final String SERVICE = "/api/v2/services/cn-shanghai/foo";
  private static final String ROLLOUT = SERVICE + "/rollout";

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @BeforeEach
  void hasAPlanAndAnAlarm() {
    surface.aws().cloudWatch().set("errors", "OK", "");
    surface.ok(
        "POST",
        "/api/v2/services?ClusterId=cn-shanghai",
        """
        {"metadata": {"name": "foo", "instance": 10}, "image": "foo:1",
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
    surface.ok("PATCH", "/v1/services/foo.cn-shanghai", "{\"alarms\": [\"errors\"]}");
    surface.ok("POST", ROLLOUT, "{\"Batch\": {\"BatchSize\": \"1\", \"Interval\": \"5m\"}}");
    surface.aws().cloudWatch().faults().when(call -> true, Fault.BROKEN);
  }

  @Test
  void itsRolloutIsTheOneThatIsDescribedPausedAndDeleted() {
    String id = surface.ok("PUT", SERVICE, "{\"image\": \"foo:2\"}").path("RolloutId").asText();

    JsonNode late = described();
    assertThat(late.path("RolloutId").asText()).isEqualTo(id).isNotEmpty();
    assertThat(late.at("/Status/Phase").asText()).isEqualTo("Running");
    assertThat(late.at("/Status/UpdatedReplicas").asInt()).isZero();
    assertThat(kept(id).path("reason").asText()).contains("DescribeAlarms");

    JsonNode paused = surface.ok("PUT", ROLLOUT, "{\"Paused\": true}");
    assertThat(paused.path("RolloutId").asText()).isEqualTo(id);
    assertThat(described().at("/Status/Phase").asText()).isEqualTo("Paused");

    JsonNode deleted = surface.ok("DELETE", ROLLOUT, "");
    assertThat(deleted.path("RolloutId").asText()).isEqualTo(id);
    assertThat(kept(id).path("status").asText()).isEqualTo("CANCELLED");
  }

  private JsonNode described() {
    return surface.ok("GET", ROLLOUT, "").path("Rollout");
  }

  private JsonNode kept(String id) {
    return surface.ok("GET", "/v1/services/foo.cn-shanghai/rollouts/" + id, "");
  }
}
