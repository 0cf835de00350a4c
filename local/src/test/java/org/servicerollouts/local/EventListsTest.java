package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.store.HeadRecords;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** Whoever missed events is told the same by the lists as the bus told the others. */
class EventListsTest {
  private static final String SERVICE = "/v1/services/svc.example.com";
  private static final String EAS = "/api/v2/services/cn-shanghai/foo";

  private final Table table = LocalTable.create();
  private final Surface surface = new Surface(table);

  @Test
  void ofAServiceOfTraffic() {
    Documented.prepare(surface);
    rollOut("r1", "{\"new\": 100}");
    rollOut("r2", "{\"old\": 33.3, \"newer\": 66.7}");
    assertToldAlike("svc.example.com", "used", "r1", "r2");
    surface.ok("DELETE", SERVICE, "");
    assertToldAlike("svc.example.com", "used", "r1", "r2");
    surface.ok("POST", SERVICE + ":undelete", "{}");
    assertToldAlike("svc.example.com", "used", "r1", "r2");
  }

  private void rollOut(String id, String percentages) {
    surface.ok(
        "POST",
        SERVICE + "/rollouts",
        """
        {"rolloutId": "%s", "batch": {"batchSize": "10%%"},
         "trafficPercentStrategy": {"percentages": %s}}\
        """
            .formatted(id, percentages));
  }

  @Test
  void ofAServiceOfReplicas() {
    surface.ok(
        "POST",
        "/api/v2/services",
        """
        {"metadata": {"name": "foo", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
    surface.ok("POST", EAS + "/rollout", "{\"Batch\": {\"BatchSize\": \"2\"}}");
    surface.ok("PUT", EAS, "{\"image\": \"2\"}");
    surface.ok("PUT", EAS + "/rollout", "{\"Paused\": true}");
    surface.ok("PUT", EAS + "/scale", "{\"Instance\": 12}");
    assertToldAlike("foo.cn-shanghai");
    surface.ok("PUT", EAS + "/rollout", "{\"Paused\": false}");
    surface.ok("PUT", EAS, "{\"image\": \"3\"}");
    String live =
        surface
            .ok("GET", "/v1/services/foo.cn-shanghai/rollouts", "")
            .findPath("rolloutId")
            .asText();
    surface.ok("DELETE", EAS + "/rollout", "");
    assertToldAlike("foo.cn-shanghai", live);
  }

  private void assertToldAlike(String service, String... rolloutIds) {
    Map<String, JsonNode> told = toldByTheBus(service);
    JsonNode last = new ArrayList<>(told.values()).getLast();

    JsonNode list = surface.ok("GET", "/v1/services/" + service + "/events?pageSize=100", "");

    assertThat(list.path("serviceName").asText()).isEqualTo(service);
    assertThat(list.path("sequence")).isEqualTo(last.path("sequence"));
    assertThat(list.path("events")).isNotEmpty().allSatisfy(event -> assertTold(event, told));
    for (String name : List.of("allocation", "active")) {
      assertThat(list.at("/service/" + name)).isEqualTo(last.path(name));
    }
    for (String id : rolloutIds) {
      assertThat(
              surface
                  .ok("GET", "/v1/services/" + service + "/rollouts/" + id + "/events", "")
                  .path("events"))
          .isNotEmpty()
          .containsExactlyElementsOf(
              StreamSupport.stream(list.path("events").spliterator(), false)
                  .filter(event -> event.findValuesAsText("rolloutId").contains(id))
                  .toList());
    }
  }

  private static void assertTold(JsonNode event, Map<String, JsonNode> told) {
    ObjectNode detail = told.get(event.path("id").asText()).deepCopy();
    assertThat(event).isEqualTo(detail.without(List.of("allocation", "active")));
  }

  /** The details of all events of a service so far, by their ids, in their order. */
  private Map<String, JsonNode> toldByTheBus(String service) {
    RecordingBus bus = new RecordingBus();
    List<Record> records = HeadRecords.all(table).stream().filter(StreamRecords::isWanted).toList();
    var answer =
        new PublishEventsHandler(bus, "a-bus", table, InstantSource.system())
            .handleRequest(
                StreamRecords.event(records, "arn"),
                Invocation.of("publish-events", Duration.ofMinutes(1), InstantSource.system()));
    assertThat(answer.getBatchItemFailures()).isEmpty();
    Map<String, JsonNode> details = new LinkedHashMap<>();
    bus.entries().stream()
        .map(entry -> Surface.json(entry.detail()))
        .filter(detail -> detail.path("service").asText().equals(service))
        .forEach(detail -> details.put(detail.path("id").asText(), detail));
    return details;
  }
}
