package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.traffic;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;

class ServicesAndConfigsTest {

  @Test
  void aTrafficService() {
    assertThat(Json.compact(ServicePrinter.service(traffic())))
        .isEqualTo(
            "{\"serviceName\":\"endpointsapis.appspot.com\",\"producerProjectId\":\"producer\"}");
  }

  @Test
  void aReplicaServiceTellsHowManyItHas() {
    assertThat(Json.compact(ServicePrinter.service(replicas(0))))
        .isEqualTo("{\"serviceName\":\"foo.cn-shanghai\",\"totalReplicas\":0}");
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
