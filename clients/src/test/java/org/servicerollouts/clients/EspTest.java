package org.servicerollouts.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.Service;
import com.google.api.client.json.GenericJson;
import com.google.api.client.json.jackson2.JacksonFactory;
import com.google.api.servicemanagement.v1.ListServiceRolloutsResponse;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.servicemanagement.v1.Rollout.RolloutStatus;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the Extensible Service Proxy asks for when it starts and while it runs: ESPv2 in protobuf,
 * ESP v1 in JSON. Both take the newest successful rollout, then its configs.
 */
@ExtendWith(OneProduct.class)
class EspTest {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String SUCCESSFUL = "/rollouts?filter=status=SUCCESS";

  private final CloudUser user;
  private final DiscoveryUser starter;
  private final Http esp;

  EspTest(Product product, ServiceManagerClient client, ServiceManagement discovery) {
    user = new CloudUser(client);
    starter = new DiscoveryUser(discovery);
    esp = new Http(product.url());
  }

  @AfterEach
  void close() {
    esp.close();
  }

  @Test
  void espV2ReadsTheNewestSuccessfulRollout() throws Exception {
    String service = "/v1/services/" + make("rollouts.esp.example.com");

    HttpResponse<byte[]> answer = espV2(service + SUCCESSFUL);

    assertProtobuf(answer);
    ListServiceRolloutsResponse rollouts = ListServiceRolloutsResponse.parseFrom(answer.body());
    assertThat(rollouts.getRolloutsList())
        .extracting(Rollout::getRolloutId)
        .containsExactly("split", "all-old");
    Rollout newest = rollouts.getRollouts(0);
    assertThat(newest.getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(newest.getServiceName()).isEqualTo("rollouts.esp.example.com");
    assertThat(newest.getTrafficPercentStrategy().getPercentagesMap())
        .isEqualTo(Map.of("old", 30.0, "new", 70.0));
    assertThat(newest.getUnknownFields().asMap()).as("fields of ours").isEmpty();
  }

  @Test
  void espV2ReadsTheConfigInFull() throws Exception {
    String service = "config.esp.example.com";
    make(service);

    HttpResponse<byte[]> answer = espV2("/v1/services/" + service + "/configs/new?view=FULL");

    assertProtobuf(answer);
    assertThat(Service.parseFrom(answer.body()))
        .isEqualTo(Service.newBuilder().setName(service).setId("new").build());
  }

  @Test
  void espV2SeesNoRolloutThatIsOnItsWay() throws Exception {
    String service = make("on-its-way.esp.example.com");
    starter.rollInQuarters(service, "all-new", "new", "1h");

    ListServiceRolloutsResponse rollouts =
        ListServiceRolloutsResponse.parseFrom(espV2("/v1/services/" + service + SUCCESSFUL).body());

    assertThat(rollouts.getRollouts(0).getRolloutId()).isEqualTo("split");
  }

  @Test
  void espV2IsToldOfAnUnknownServiceByTheStatus() throws Exception {
    assertThat(espV2("/v1/services/nobodys.esp.example.com" + SUCCESSFUL).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aPollingFleetIsToldThatNothingHasChanged() throws Exception {
    String service = make("polled.esp.example.com");
    String rollouts = "/v1/services/" + service + SUCCESSFUL;
    String etag = etag(espV2(rollouts));

    HttpResponse<byte[]> unchanged = espV2(rollouts, "If-None-Match", etag);
    user.roll(service, "all-new", Map.of("new", 100.0));
    HttpResponse<byte[]> changed = espV2(rollouts, "If-None-Match", etag);

    assertThat(unchanged.statusCode()).isEqualTo(304);
    assertThat(unchanged.body()).isEmpty();
    assertThat(etag(unchanged)).isEqualTo(etag);
    assertProtobuf(changed);
    assertThat(etag(changed)).isNotEqualTo(etag);
    assertThat(ListServiceRolloutsResponse.parseFrom(changed.body()).getRollouts(0).getRolloutId())
        .isEqualTo("all-new");
  }

  @Test
  void aConfigNeverChanges() throws Exception {
    String config = "/v1/services/" + make("constant.esp.example.com") + "/configs/new?view=FULL";

    HttpResponse<byte[]> again = espV2(config, "If-None-Match", etag(espV2(config)));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void espV1ReadsJson() throws Exception {
    String service = "/v1/services/" + make("json.esp.example.com");

    HttpResponse<byte[]> rollouts = esp.get(service + SUCCESSFUL);
    HttpResponse<byte[]> config = esp.get(service + "/configs/new");

    Map<?, ?> newest = (Map<?, ?>) ((List<?>) json(rollouts).get("rollouts")).getFirst();
    assertThat(newest.get("rolloutId")).isEqualTo("split");
    Map<?, ?> percentages =
        (Map<?, ?>) ((Map<?, ?>) newest.get("trafficPercentStrategy")).get("percentages");
    assertThat(percentages.keySet().stream().map(String::valueOf))
        .containsExactlyInAnyOrder("old", "new");
    assertThat(json(config)).containsEntry("id", "new");
  }

  /** Two configs, all traffic on the old one, then 70 % on the new one. */
  private String make(String service) throws Exception {
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));
    user.roll(service, "split", Map.of("old", 30.0, "new", 70.0));
    return service;
  }

  private HttpResponse<byte[]> espV2(String path) throws IOException, InterruptedException {
    return esp.get(path, "Content-Type", PROTOBUF);
  }

  private HttpResponse<byte[]> espV2(String path, String header, String value)
      throws IOException, InterruptedException {
    return esp.get(path, "Content-Type", PROTOBUF, header, value);
  }

  private static void assertProtobuf(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF);
  }

  private static String etag(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("ETag").orElseThrow(() -> new AssertionError("no ETag"));
  }

  private static GenericJson json(HttpResponse<byte[]> answer) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/json; charset=UTF-8");
    return JacksonFactory.getDefaultInstance()
        .fromString(new String(answer.body(), UTF_8), GenericJson.class);
  }
}
