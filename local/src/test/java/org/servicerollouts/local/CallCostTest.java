package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.store.CountingClient;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;

/**
 * What each call of both surfaces asks of the table, counted behind the gateway and the real
 * handlers.
 */
class CallCostTest {
  private static final String SERVICE = "/v1/services/svc";
  private static final String EAS = "/api/v2/services/cn-shanghai/foo";
  private static final String OLD =
      "{\"trafficPercentStrategy\": {\"percentages\": {\"old\": 100}}}";

  private final Table table = LocalTable.create();
  private final CountingClient counting = new CountingClient(table.client());
  private final Gateway gateway =
      new Gateway(
          Functions.on(
                  new Table(counting, table.name()),
                  Callers.OF_THE_GATEWAY,
                  "no-bus",
                  InstantSource.system())
              .http(),
          InstantSource.system());

  @Test
  void each_call_makes_the_requests_that_the_specification_counts() throws IOException {
    costs("POST", "/v1/services", "{\"serviceName\": \"svc\"}", "TransactWriteItems 3");
    costs("GET", SERVICE, "", "GetItem");
    costs("POST", SERVICE + "/configs", "{\"id\": \"old\"}", "GetItem, TransactWriteItems 3");
    costs("POST", SERVICE + "/configs", "{\"id\": \"new\"}", "GetItem, TransactWriteItems 3");
    costs("GET", SERVICE + "/configs/old", "", "GetItem");
    costs("GET", SERVICE + "/configs", "", "Query");
    costs("POST", SERVICE + "/rollouts", OLD, "GetItem, TransactWriteItems 4");
    costs(
        "POST",
        SERVICE + "/rollouts",
        "{\"rolloutId\": \"r\", \"batch\": {}, \"trafficPercentStrategy\": {\"percentages\":"
            + " {\"new\": 100}}}",
        "GetItem, TransactWriteItems 4");
    costs("GET", SERVICE + "/rollouts/r", "", "BatchGetItem 2");
    costs("GET", "/v1/operations/rollouts.svc:r", "", "BatchGetItem 2");
    costs("GET", SERVICE + "/rollouts", "", "Query");
    costs("POST", SERVICE + "/rollouts", OLD, "GetItem, TransactWriteItems 5");
    costs("GET", SERVICE + "/rollouts/r", "", "BatchGetItem 2");
    costs("GET", "/healthz", "", "");
  }

  @Test
  void each_call_of_pai_eas_too() throws IOException {
    costs(
        "POST",
        "/api/v2/services",
        "{\"metadata\": {\"name\": \"foo\", \"instance\": 10}, \"features\":"
            + " {\"eas.aliyun.com/enable-rollout\": \"true\"}}",
        "TransactWriteItems 5");
    costs("GET", EAS, "", "BatchGetItem 2");
    costs("POST", EAS + "/rollout", "{\"Batch\": {}}", "GetItem, UpdateItem");
    costs("PUT", EAS, "{\"image\": \"2\"}", "BatchGetItem 2, TransactWriteItems 6");
    costs("PUT", EAS, "{\"image\": \"2\"}", "BatchGetItem 2");
    costs("GET", EAS + "/rollout", "", "GetItem");
    costs("PUT", EAS + "/scale", "{\"Instance\": 12}", "GetItem, UpdateItem");
    costs("PUT", EAS, "{\"image\": \"3\"}", "BatchGetItem 2, TransactWriteItems 7");
  }

  private void costs(String method, String path, String body, String requests) throws IOException {
    GatewayResponse answer =
        gateway.answer(
            new GatewayRequest(
                method,
                path,
                "",
                "HTTP/1.1",
                "127.0.0.1",
                List.of(Map.entry("content-type", "application/json")),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    assertThat(answer.status())
        .as(StandardCharsets.UTF_8.decode(answer.body()).toString())
        .isEqualTo(200);
    assertThat(counting.bill().requests()).as(method + " " + path).isEqualTo(requests);
  }
}
