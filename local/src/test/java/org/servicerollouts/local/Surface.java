package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.store.Table;

/** Gateway and handlers over a table, as a client reaches them. */
final class Surface {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Map.Entry<String, String>> AS_JSON =
      List.of(Map.entry("Content-Type", "application/json"));

  private final AwsDoubles aws;
  private final Gateway gateway;

  Surface(Table table) {
    this(table, InstantSource.system());
  }

  Surface(Table table, InstantSource clock) {
    aws = AwsDoubles.start(Arguments.AwsPorts.FREE, clock);
    gateway =
        new Gateway(
            Functions.on(table, Callers.ANYBODY, aws, "no-bus", clock).http(),
            Map.of("DEFAULT_CLUSTER", "cn-shanghai"),
            clock);
  }

  /** What rollouts meet on AWS. */
  AwsDoubles aws() {
    return aws;
  }

  /**
   * What is answered.
   *
   * @param target path and query, nothing decoded
   */
  GatewayResponse send(
      String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {
    int query = target.indexOf('?');
    try {
      return gateway.answer(
          new GatewayRequest(
              method,
              query < 0 ? target : target.substring(0, query),
              query < 0 ? "" : target.substring(query + 1),
              "HTTP/1.1",
              "127.0.0.1",
              headers,
              new ByteArrayInputStream(body)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  GatewayResponse send(String method, String target, String body) {
    return send(method, target, AS_JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  /** What is answered to a request that there is nothing wrong with. */
  JsonNode ok(String method, String target, String body) {
    GatewayResponse answer = send(method, target, body);
    assertThat(answer.status()).as(method + " " + target + ": " + text(answer)).isEqualTo(200);
    return json(answer);
  }

  static String text(GatewayResponse answer) {
    return StandardCharsets.UTF_8.decode(answer.body().duplicate()).toString();
  }

  static JsonNode json(GatewayResponse answer) {
    return json(text(answer));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
