package org.servicerollouts.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.local.Await;
import org.servicerollouts.local.Stack;

/** Every request that the two guides print, sent as it stands there. */
class SeedsTest {
  private static final String GOOGLE = "/v1/services/endpointsapis.appspot.com";
  private static final String EAS = "/api/v2/services/cn-shanghai/foo";
  private static final Map<String, String> FOO =
      Map.of("ClusterId", "cn-shanghai", "ServiceName", "foo");

  @TempDir private Path folder;
  private Stack stack;
  private Api api;

  @BeforeEach
  void start() {
    stack = Stack.start(folder, 0);
    api = new Api(stack.url());
  }

  @AfterEach
  void stop() {
    api.close();
    stack.close();
  }

  @Test
  void googleServiceManagement() throws InterruptedException {
    api.post("/v1/services", "{\"serviceName\": \"endpointsapis.appspot.com\"}");
    api.post(GOOGLE + "/configs", "{\"id\": \"old\"}");
    api.post(GOOGLE + "/configs", "{\"id\": \"new\"}");
    api.post(
        GOOGLE + "/rollouts",
        """
        {"rolloutId": "old-rollout", "trafficPercentStrategy": {"percentages": {"old": 100}}}\
        """);

    for (String seed :
        List.of(
            "google-create-canary",
            "google-operation",
            "google-history",
            "google-create-full",
            "google-create-rollback")) {
      send(Seed.load(seed));
    }
  }

  @Test
  void easDescribeUnderPartition() throws InterruptedException {
    update("{\"Partition\": {\"Partition\": \"50%\"}}");

    send(Seed.load("eas-describe-partition", FOO));
  }

  @Test
  void easDescribeUnderBatch() throws InterruptedException {
    update("{\"Batch\": {\"BatchSize\": \"1\", \"Interval\": \"2s\"}}");

    Await.until("5 updated", () -> updated() >= 5);
    send(Seed.load("eas-describe-batch", FOO));
  }

  private void update(String plan) throws InterruptedException {
    api.post(
        "/api/v2/services",
        """
        {"metadata": {"name": "foo", "region": "cn-shanghai", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"},
         "containers": [{"image": "registry.example/foo:1"}]}\
        """);
    api.post(EAS + "/rollout", plan);
    api.put(EAS, "{\"containers\": [{\"image\": \"registry.example/foo:2\"}]}");
  }

  private int updated() {
    try {
      return api.get(EAS + "/rollout").at("/Rollout/Status/UpdatedReplicas").asInt();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(Seed seed) throws InterruptedException {
    JsonNode answer = api.send(seed);

    assertThat(seed.compare(answer)).as(answer.toPrettyString()).allMatch(Field::isRight);
  }
}
