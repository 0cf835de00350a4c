package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.changed;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.traffic;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.Target;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;

class ServicesAndConfigsTest {

  @Test
  void aTrafficService() {
    assertThat(Json.compact(ServicePrinter.service(traffic())))
        .isEqualTo(
            "{\"serviceName\":\"endpointsapis.appspot.com\",\"producerProjectId\":\"producer\","
                + "\"etag\":\"1\"}");
  }

  @Test
  void aReplicaServiceTellsHowManyItHas() {
    assertThat(Json.compact(ServicePrinter.service(replicas(0))))
        .isEqualTo("{\"serviceName\":\"foo.cn-shanghai\",\"totalReplicas\":0,\"etag\":\"1\"}");
  }

  @Test
  void aServiceTellsWhatItsRolloutsApply() {
    Service configured =
        changed(
                ServiceChange.configured(
                    traffic(),
                    Optional.of(new Target.LambdaAlias("checkout", "live")),
                    Optional.of(List.of("latency", "errors")),
                    Optional.empty(),
                    Alarms.unreadable("nobody asked"),
                    ALICE,
                    NOW))
            .next();
    assertThat(Json.compact(ServicePrinter.service(configured)))
        .isEqualTo(
            "{\"serviceName\":\"endpointsapis.appspot.com\",\"producerProjectId\":\"producer\","
                + "\"target\":{\"lambdaAlias\":{\"functionName\":\"checkout\","
                + "\"aliasName\":\"live\"}},\"alarms\":[\"errors\",\"latency\"],\"etag\":\"2\"}");
  }

  @Test
  void aConfigInBothViews() {
    String body = "{\"name\":\"a\",\"id\":\"b\",\"sourceInfo\":{\"sourceFiles\":[]}}";
    assertThat(Json.compact(ConfigPrinter.config(body, ConfigView.FULL))).isEqualTo(body);
    assertThat(Json.compact(ConfigPrinter.config(body, ConfigView.BASIC)))
        .isEqualTo("{\"name\":\"a\",\"id\":\"b\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "'',BASIC",
    "view=,BASIC",
    "view=BASIC,BASIC",
    "view=0,BASIC",
    "view=FULL,FULL",
    "view=1,FULL"
  })
  void readsTheView(String raw, ConfigView view) {
    assertThat(ConfigView.of(Query.parse(raw))).isEqualTo(view);
  }

  @Test
  void refusesAnotherView() {
    assertThat(problem(() -> ConfigView.of(Query.parse("view=full"))).message())
        .isEqualTo("view: \"full\" (expected: BASIC or FULL)");
  }

  @Test
  void aPageOfConfigs() {
    assertThat(
            Json.compact(
                ConfigPrinter.page(
                    List.of(
                        ConfigPrinter.header(ENDPOINTS, "Endpoints", "new"),
                        ConfigPrinter.header(ENDPOINTS, "", "old")),
                    Optional.of("token"))))
        .isEqualTo(
            "{\"serviceConfigs\":["
                + "{\"name\":\"endpointsapis.appspot.com\",\"title\":\"Endpoints\",\"id\":\"new\"},"
                + "{\"name\":\"endpointsapis.appspot.com\",\"id\":\"old\"}],\"nextPageToken\":\"token\"}");
    assertThat(ConfigPrinter.page(List.of(), Optional.empty())).isEmpty();
  }
}
