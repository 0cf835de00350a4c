package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.store.LocalTable;

/**
 * Bodies that say nothing, through the gateway and the real handlers: Google's Node client sends
 * {@code ""} with each method that has no body, other clients {@code null}.
 */
class BodiesThatSayNothingTest {
  private static final String SERVICE = "/v1/services/svc.example.com";
  private static final String ROLLOUTS = SERVICE + "/rollouts";
  private static final String SERVICES = "/api/v2/services";
  private static final String FOO = SERVICES + "/cn-shanghai/foo";

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @BeforeEach
  void makeServices() {
    Documented.prepare(surface);
    surface.ok(
        "POST",
        SERVICES,
        """
        {"metadata": {"name": "foo", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
  }

  private void halfWay(String rolloutId) {
    surface.ok(
        "POST",
        ROLLOUTS,
        """
        {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"new": 100}},
         "partition": "50%%"}\
        """
            .formatted(rolloutId));
  }

  private String state(String rolloutId) {
    return surface.ok("GET", ROLLOUTS + "/" + rolloutId, "").at("/state").asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null"})
  void areTakenWithEveryVerb(String nothing) {
    halfWay("a");
    surface.ok("POST", ROLLOUTS + "/a:pause", nothing);
    assertThat(state("a")).isEqualTo("PAUSED");
    surface.ok("POST", ROLLOUTS + "/a:resume", nothing);
    assertThat(state("a")).isEqualTo("RUNNING");
    surface.ok("POST", ROLLOUTS + "/a:rollback", nothing);
    assertThat(state("a")).isEqualTo("ROLLED_BACK");
    halfWay("b");
    surface.ok("POST", ROLLOUTS + "/b:advance", nothing);
    assertThat(state("b")).isEqualTo("SUCCEEDED");
    surface.ok("POST", ROLLOUTS + "/b:rollback", nothing);
    halfWay("c");
    surface.ok("POST", ROLLOUTS + "/c:promote", nothing);
    assertThat(state("c")).isEqualTo("SUCCEEDED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null"})
  void areTakenWithConfigsAndServicesOfGoogle(String nothing) {
    assertThat(surface.ok("POST", SERVICE + "/configs", nothing).at("/id").asText())
        .matches("[0-9]{4}-[0-9]{2}-[0-9]{2}r0");
    surface.ok("PATCH", SERVICE, nothing);
    surface.ok("DELETE", SERVICE, nothing);
    surface.ok("POST", SERVICE + ":undelete", nothing);
    assertThat(surface.ok("GET", SERVICE, "").at("/serviceName").asText())
        .isEqualTo("svc.example.com");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null"})
  void areTakenOnPaiEassSurface(String nothing) {
    surface.ok("PUT", FOO, nothing);
    assertThat(surface.ok("GET", FOO + "/versions", "").at("/TotalCount").asInt()).isEqualTo(1);
    surface.ok("POST", FOO + "/rollout", "{\"Batch\": {}}");
    surface.ok("DELETE", FOO + "/rollout", nothing);
    surface.ok("DELETE", FOO, nothing);
    assertThat(surface.send("GET", FOO, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "null"})
  void areTheRequestThatNoBodyWas(String nothing) {
    halfWay("a");
    String pause = ROLLOUTS + "/a:pause?requestId=0b6a1c0e-9c7e-4f0e-8f0a-5d1f5b0e7a11";
    JsonNode first = surface.ok("POST", pause, "");
    assertThat(surface.ok("POST", pause, nothing)).isEqualTo(first);
  }

  static Stream<Arguments> thatNeedABody() {
    return Stream.of(
        arguments("POST", "/v1/services"),
        arguments("POST", "/v1/services:generateConfigReport"),
        arguments("POST", SERVICE + "/configs:submit"),
        arguments("POST", ROLLOUTS),
        arguments("POST", ROLLOUTS + ":preview"),
        arguments("POST", SERVICES),
        arguments("PUT", FOO + "/scale"),
        arguments("PUT", FOO + "/version"),
        arguments("POST", FOO + "/rollout"),
        arguments("PUT", FOO + "/rollout"));
  }

  @ParameterizedTest
  @MethodSource("thatNeedABody")
  void areRefusedAsNoBodyIsWhereOneIsNeeded(String method, String target) {
    GatewayResponse missing = surface.send(method, target, "");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(message(missing)).containsAnyOf("missing", "given");
    for (String nothing : List.of("\"\"", "null")) {
      GatewayResponse answer = surface.send(method, target, nothing);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(message(answer)).isEqualTo(message(missing));
    }
  }

  private static String message(GatewayResponse refusal) {
    JsonNode body = Surface.json(refusal);
    return body.at("/error/message").asText() + body.path("Message").asText();
  }
}
