package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.servicemanagement.v1.ManagedService;
import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** This product's own fields beside Google's: Google's own clients read on as ever. */
class OwnFieldsTest {
  private static final String SERVICE = "own.example.com";
  private static final String ROLLOUTS = "/v1/services/" + SERVICE + "/rollouts";

  /** All that a create can ask for at once. */
  private static final String ALL =
      """
      {"rolloutId": "all", "trafficPercentStrategy": {"percentages": {"new": 100}},
       "steps": [{"percent": 10, "wait": "10m"}, {"percent": 50}, {"percent": 100}],
       "bakeTime": "1h", "startTime": "2026-01-01T00:00:00Z",
       "allowedWindows": [{"days": ["MONDAY"], "start": "09:00", "end": "17:00",
                           "timeZone": "Europe/Berlin"}],
       "emergency": {"reason": "a test"}, "conflictPolicy": "REJECT", "alarms": ["errors"],
       "overrideAlarms": "a test", "insufficientData": {"action": "HOLD", "minimumTime": "5m"},
       "progressDeadline": "20m", "rollbackTo": "first", "rollbackWindow": "48h"}\
      """;

  private static Product product;
  private static Http http;
  private static ServiceManagerClient cloud;
  private static ServiceManagement discovery;
  private static String operation;

  @BeforeAll
  static void rollOutWithAllOfThem() throws Exception {
    int alarms = freePort();
    product = Product.start("--cloudwatch-port", Integer.toString(alarms));
    http = new Http(product.url());
    cloud = GoogleClients.cloud(product.url());
    discovery = GoogleClients.discovery(product.url());
    makeAlarm(alarms);
    new DiscoveryUser(discovery).makeServiceWithConfigs(SERVICE, "old", "new");
    http.json("PATCH", "/v1/services/" + SERVICE, "{\"alarms\": [\"errors\"]}");
    new DiscoveryUser(discovery).roll(SERVICE, "first", Map.of("old", 100.0));
    operation = http.json("POST", ROLLOUTS, ALL).at("/name").asText();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** As the aws command sends it. */
  private static void makeAlarm(int port) throws Exception {
    try (Http cloudWatch = new Http(URI.create("http://127.0.0.1:" + port))) {
      String alarm =
          "Action=PutMetricAlarm&Version=2010-08-01&AlarmName=errors&Namespace=n&MetricName=m"
              + "&Period=60&EvaluationPeriods=1&Threshold=1&Statistic=Sum"
              + "&ComparisonOperator=GreaterThanThreshold";
      String state =
          "Action=SetAlarmState&Version=2010-08-01&AlarmName=errors&StateValue=OK"
              + "&StateReason=well";
      for (String form : List.of(alarm, state)) {
        assertThat(
                cloudWatch
                    .send("POST", "/", form, "Content-Type", "application/x-www-form-urlencoded")
                    .statusCode())
            .isEqualTo(200);
      }
    }
  }

  @AfterAll
  static void stop() {
    http.close();
    cloud.close();
    product.close();
  }

  @Test
  void allOfThemAreThere() throws Exception {
    JsonNode rollout = http.json("GET", ROLLOUTS + "/all", "");
    for (String field :
        List.of(
            "state",
            "steps",
            "bakeTime",
            "startTime",
            "conflictPolicy",
            "allowedWindows",
            "emergency",
            "alarms",
            "overrideAlarms",
            "insufficientData",
            "progressDeadline",
            "rollbackTo",
            "rollbackWindow",
            "base",
            "restores",
            "progress",
            "nextBatchStartTime",
            "updateTime",
            "etag")) {
      assertThat(rollout.has(field)).as(field).isTrue();
    }
  }

  @Test
  void googlesCloudClientIgnoresThem() throws Exception {
    Rollout rollout = cloud.getServiceRollout(SERVICE, "all");
    assertThat(rollout.getStatus()).isEqualTo(Rollout.RolloutStatus.IN_PROGRESS);
    assertThat(rollout.getTrafficPercentStrategy().getPercentagesMap())
        .isEqualTo(Map.of("new", 100.0));
    assertThat(cloud.listServiceRollouts(SERVICE, "").iterateAll())
        .extracting(Rollout::getRolloutId)
        .containsExactly("all", "first");
    ManagedService service = cloud.getService(SERVICE);
    assertThat(service.getServiceName()).isEqualTo(SERVICE);
    com.google.longrunning.Operation running =
        cloud.getHttpJsonOperationsClient().getOperation(operation);
    assertThat(running.getDone()).isFalse();
    assertThat(running.getMetadata().unpack(OperationMetadata.class).getStepsCount()).isEqualTo(3);
    assertThat(running.getResponse().unpack(Rollout.class).getRolloutId()).isEqualTo("all");
  }

  @Test
  void googlesDiscoveryClientIgnoresThem() throws Exception {
    assertThat(discovery.services().rollouts().get(SERVICE, "all").execute().getStatus())
        .isEqualTo("IN_PROGRESS");
    assertThat(discovery.services().rollouts().list(SERVICE).execute().getRollouts())
        .extracting(com.google.api.services.servicemanagement.model.Rollout::getRolloutId)
        .containsExactly("all", "first");
    assertThat(discovery.services().get(SERVICE).execute().getServiceName()).isEqualTo(SERVICE);
    Operation running = discovery.operations().get(operation).execute();
    assertThat(running.getDone()).isNull();
    assertThat(running.getResponse()).containsEntry("rolloutId", "all");
  }

  @Test
  void theyAreAbsentFromProtobuf() throws Exception {
    byte[] proto = http.send("GET", ROLLOUTS + "/all?alt=proto", "").body();
    Rollout rollout = Rollout.parseFrom(proto);
    assertThat(rollout.getRolloutId()).isEqualTo("all");
    assertThat(rollout.getUnknownFields().asMap()).isEmpty();
  }
}
