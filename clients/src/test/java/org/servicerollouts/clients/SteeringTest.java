package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.services.servicemanagement.ServiceManagement;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Verbs and previews, by HTTP alone, on services of both kinds. */
@ExtendWith(OneProduct.class)
class SteeringTest {
  private final Http http;
  private final DiscoveryUser google;
  private final EasUser eas;

  SteeringTest(Product product, ServiceManagement client, EasUser eas) {
    http = new Http(product.url());
    google = new DiscoveryUser(client);
    this.eas = eas;
  }

  @AfterEach
  void close() {
    http.close();
  }

  /** The kinds of services, of which each is made in its own way. */
  enum Kind {
    TRAFFIC,
    REPLICAS
  }

  /**
   * @param first where it is
   * @param second where it can go
   */
  private record Service(String name, String first, String second) {
    String rollouts() {
      return "/v1/services/" + name + "/rollouts";
    }

    /** To the second config, half of it, and then no further. */
    String held(String id) {
      return """
      {"rolloutId": "%s", "partition": "50%%",
       "trafficPercentStrategy": {"percentages": {"%s": 100}}}\
      """
          .formatted(id, second);
    }
  }

  private Service service(Kind kind, String name) throws Exception {
    return switch (kind) {
      case TRAFFIC -> ofTraffic(name + ".steer.example.com");
      case REPLICAS -> ofReplicas("steer-" + name);
    };
  }

  private Service ofTraffic(String name) throws Exception {
    google.makeServiceWithConfigs(name, "first", "second");
    google.roll(name, "to-first", Map.of("first", 100.0));
    return new Service(name, "first", "second");
  }

  private Service ofReplicas(String name) throws Exception {
    eas.createService(name, 10);
    String service = name + ".cn-shanghai";
    String configs = "/v1/services/" + service + "/configs";
    String first = http.json("GET", configs, "").at("/serviceConfigs/0/id").asText();
    http.json("POST", configs, "{\"id\": \"second\"}");
    return new Service(service, first, "second");
  }

  @ParameterizedTest
  @EnumSource
  void pausesResumesAndAdvances(Kind kind) throws Exception {
    Service service = service(kind, "walk");
    http.json("POST", service.rollouts(), service.held("r"));

    JsonNode paused = verb(service, "pause", "{\"reason\": \"lunch\"}");
    assertThat(paused.at("/name").asText())
        .isEqualTo("operations/rollouts." + service.name() + ":r");
    assertThat(state(service, "r")).isEqualTo("PAUSED");
    verb(service, "resume", "{}");
    assertThat(state(service, "r")).isEqualTo("RUNNING");
    JsonNode done = verb(service, "advance", "{}");
    assertThat(done.at("/done").asBoolean()).isTrue();
    assertThat(done.at("/response/status").asText()).isEqualTo("SUCCESS");
    assertThat(state(service, "r")).isEqualTo("SUCCEEDED");
    assertThat(
            http.json("GET", service.rollouts() + "/r/events", "").at("/events").findValues("why"))
        .extracting(JsonNode::asText)
        .containsExactly("lunch");
  }

  @ParameterizedTest
  @EnumSource
  void promotesAndTakesBack(Kind kind) throws Exception {
    Service service = service(kind, "back");
    http.json("POST", service.rollouts(), service.held("r"));
    assertThat(verb(service, "promote", "{}").at("/done").asBoolean()).isTrue();

    JsonNode back = verb(service, "rollback", "{\"reason\": \"errors at checkout\"}");

    assertThat(back.at("/done").asBoolean()).isTrue();
    assertThat(back.at("/response/trafficPercentStrategy/percentages").toString())
        .isEqualTo("{\"" + service.first() + "\":100}");
    String id = back.at("/response/rolloutId").asText();
    assertThat(http.json("GET", service.rollouts() + "/" + id, "").at("/rollbackOf").asText())
        .isEqualTo("r");
  }

  @ParameterizedTest
  @EnumSource
  void rollsBackWhatIsOnItsWay(Kind kind) throws Exception {
    Service service = service(kind, "stop");
    http.json("POST", service.rollouts(), service.held("r"));

    JsonNode back = verb(service, "rollback", "{}");

    assertThat(back.at("/error/code").asInt()).isEqualTo(10);
    assertThat(state(service, "r")).isEqualTo("ROLLED_BACK");
  }

  @ParameterizedTest
  @EnumSource
  void aRepetitionDoesNothingMore(Kind kind) throws Exception {
    Service service = service(kind, "again");
    String create = service.rollouts() + "?requestId=" + UUID.randomUUID();
    JsonNode created = http.json("POST", create, service.held("r"));
    assertThat(created.at("/metadata").has("steps")).isFalse();
    JsonNode again = http.json("POST", create, service.held("r"));
    assertThat(again.at("/name")).isEqualTo(created.at("/name"));
    assertThat(again.at("/metadata/steps")).hasSize(2);

    String advance = service.rollouts() + "/r:advance?requestId=" + UUID.randomUUID();
    http.json("POST", advance, "{}");
    assertThat(http.json("POST", advance, "{ }").at("/done").asBoolean()).isTrue();

    HttpResponse<byte[]> another = http.send("POST", advance, "{\"reason\": \"other\"}");
    assertThat(another.statusCode()).isEqualTo(400);
    assertThat(text(another)).contains("requestId");
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhoeverKnowsAnOlderVersion(Kind kind) throws Exception {
    Service service = service(kind, "etag");
    http.json("POST", service.rollouts(), service.held("r"));
    String etag = http.json("GET", service.rollouts() + "/r", "").at("/etag").asText();
    verb(service, "pause", "{\"etag\": \"" + etag + "\"}");

    HttpResponse<byte[]> late =
        http.send("POST", service.rollouts() + "/r:resume", "{\"etag\": \"" + etag + "\"}");

    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(text(late)).contains("ABORTED");
  }

  @ParameterizedTest
  @EnumSource
  void doesWhatWasPreviewed(Kind kind) throws Exception {
    Service service = service(kind, "plan");
    String body =
        """
        {"rolloutId": "r", "trafficPercentStrategy": {"percentages": {"%s": 100}},
         "steps": [{"percent": 10}, {"percent": 30}, {"percent": 100}]}\
        """
            .formatted(service.second());
    List<JsonNode> steps = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          http.json("POST", service.rollouts() + ":preview?pageSize=2&pageToken=" + token, body);
      assertThat(page.at("/state").asText()).isEqualTo("RUNNING");
      page.at("/steps").forEach(steps::add);
      token = page.at("/nextPageToken").asText();
    } while (!token.isEmpty());
    assertThat(steps).hasSize(3);
    assertThat(http.send("GET", service.rollouts() + "/r", "").statusCode()).isEqualTo(404);

    http.json("POST", service.rollouts(), body);
    for (JsonNode step : steps) {
      JsonNode rollout = http.json("GET", service.rollouts() + "/r", "");
      assertThat(rollout.at("/progress/batch")).isEqualTo(step.at("/batch"));
      assertThat(rollout.at("/progress/moved")).isEqualTo(step.at("/moved"));
      if (step.at("/holds").asBoolean()) {
        verb(service, "advance", "{}");
      }
    }
    assertThat(state(service, "r")).isEqualTo("SUCCEEDED");
  }

  @Test
  void aServiceTakesAnAliasOnlyIfItCanBeRead() throws Exception {
    Service service = ofTraffic("alias.steer.example.com");
    HttpResponse<byte[]> refused =
        http.send(
            "PATCH",
            "/v1/services/" + service.name(),
            """
            {"target": {"lambdaAlias": {"functionName": "nobodys", "aliasName": "live"}}}\
            """);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(text(refused)).contains("function nobodys, alias live: GetAlias");
  }

  private JsonNode verb(Service service, String verb, String body) throws Exception {
    return http.json("POST", service.rollouts() + "/r:" + verb, body);
  }

  private String state(Service service, String id) throws Exception {
    return http.json("GET", service.rollouts() + "/" + id, "").at("/state").asText();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
