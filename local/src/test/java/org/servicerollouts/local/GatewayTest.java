package org.servicerollouts.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-05-08T16:10:56.789Z"));
  private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0, 'x'};

  private final List<APIGatewayV2HTTPEvent> events = new ArrayList<>();
  private APIGatewayV2HTTPResponse answer =
      APIGatewayV2HTTPResponse.builder().withStatusCode(204).build();
  private final Gateway gateway =
      new Gateway(
          Map.of(
              Routes.DEFAULT_FUNCTION,
              (event, context) -> {
                events.add(event);
                return answer;
              },
              "get-operation",
              (event, context) -> {
                throw new IllegalStateException("as a test wants it");
              }),
          Map.of("AUTH_MODE", "NONE"),
          CLOCK);

  @Test
  void buildsAnEventOfPayloadFormat2() throws IOException {
    APIGatewayV2HTTPEvent event =
        send(
            "PUT",
            "/a%20b",
            "x=1&y&x=a%2Bb+c&z=%zz",
            List.of(
                Map.entry("Host", "localhost:8080"),
                Map.entry("User-Agent", "curl"),
                Map.entry("X-Many", "1"),
                Map.entry("x-many", "2"),
                Map.entry("Cookie", "a=1; b=2"),
                Map.entry("Connection", "keep-alive"),
                Map.entry("X-Forwarded-For", "10.0.0.1")),
            new byte[0]);

    assertThat(event.getVersion()).isEqualTo("2.0");
    assertThat(event.getStageVariables()).isEqualTo(Map.of("AUTH_MODE", "NONE"));
    assertThat(event.getRouteKey()).isEqualTo("$default");
    assertThat(event.getRawPath()).isEqualTo("/a b");
    assertThat(event.getRawQueryString()).isEqualTo("x=1&y&x=a%2Bb+c&z=%zz");
    assertThat(event.getQueryStringParameters())
        .isEqualTo(Map.of("x", "1,a+b c", "y", "", "z", "%zz"));
    assertThat(event.getHeaders())
        .isEqualTo(
            Map.of(
                "host", "localhost:8080",
                "user-agent", "curl",
                "x-many", "1,2",
                "x-forwarded-for", "10.0.0.1, 127.0.0.1",
                "x-forwarded-proto", "http"));
    assertThat(event.getCookies()).containsExactly("a=1", "b=2");
    assertThat(event.getBody()).isNull();
    assertThat(event.getIsBase64Encoded()).isFalse();

    APIGatewayV2HTTPEvent.RequestContext context = event.getRequestContext();
    assertThat(context.getStage()).isEqualTo("$default");
    assertThat(context.getDomainName()).isEqualTo("localhost");
    assertThat(context.getTime()).isEqualTo("08/May/2026:16:10:56 +0000");
    assertThat(context.getTimeEpoch()).isEqualTo(CLOCK.millis());
    assertThat(context.getRequestId()).isNotEmpty();
    assertThat(context.getHttp().getMethod()).isEqualTo("PUT");
    assertThat(context.getHttp().getPath()).isEqualTo("/a b");
    assertThat(context.getHttp().getProtocol()).isEqualTo("HTTP/1.1");
    assertThat(context.getHttp().getSourceIp()).isEqualTo("127.0.0.1");
    assertThat(context.getHttp().getUserAgent()).isEqualTo("curl");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, localhost",
    "localhost, localhost",
    "127.0.0.1:8080, 127.0.0.1",
    "[::1]:8080, [::1]"
  })
  void takesTheDomainFromHostWithoutItsPort(String host, String domain) throws IOException {
    APIGatewayV2HTTPEvent event =
        send("GET", "/", "", List.of(Map.entry("Host", host)), new byte[0]);

    assertThat(event.getRequestContext().getDomainName()).isEqualTo(domain);
  }

  @Test
  void saysAnyMessageInJson() {
    assertThat(text(GatewayResponse.of(403, "Host: \"a\\b\"")))
        .isEqualTo("{\"message\":\"Host: \\\"a\\\\b\\\"\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON; charset=UTF-8",
        "text/plain",
        "application/xml"
      })
  void givesTextAsText(String type) throws IOException {
    APIGatewayV2HTTPEvent event = sendBody(type, "{\"é\": 1,}".getBytes(UTF_8));

    assertThat(event.getBody()).isEqualTo("{\"é\": 1,}");
    assertThat(event.getIsBase64Encoded()).isFalse();
    assertThat(event.getHeaders()).containsEntry("content-length", "10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-www-form-urlencoded", "application/octet-stream", ""})
  void givesAllElseAsBase64(String type) throws IOException {
    assertIsBase64(sendBody(type, "{}".getBytes(UTF_8)), "{}".getBytes(UTF_8));
  }

  @Test
  void givesGzipAsBase64WhateverItsType() throws IOException {
    assertIsBase64(sendBody("application/json", GZIP), GZIP);
  }

  @Test
  void givesWhatIsNoTextAsBase64() throws IOException {
    byte[] noUtf8 = {'"', (byte) 0xff, '"'};

    assertIsBase64(sendBody("application/json", noUtf8), noUtf8);
  }

  @Test
  void takesBodiesUpToItsBound() throws IOException {
    assertThat(post("application/json", new byte[Gateway.MAX_BODY]).status()).isEqualTo(204);

    GatewayResponse refused = post("application/json", new byte[Gateway.MAX_BODY + 1]);
    assertThat(refused.status()).isEqualTo(413);
    assertThat(text(refused)).isEqualTo("{\"message\":\"Request Entity Too Large\"}");
    assertThat(events).hasSize(1);
  }

  @Test
  void refusesAMalformedPathByItself() throws IOException {
    GatewayResponse refused = gateway.answer(request("GET", "/v1/%", "", List.of(), new byte[0]));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(text(refused)).isEqualTo("{\"message\":\"Bad Request\"}");
    assertThat(refused.headers()).containsEntry("content-type", List.of("application/json"));
    assertThat(events).isEmpty();
  }

  @Test
  void hidesWhyAFunctionFailed() throws IOException {
    try (LogLines log = LogLines.of(Gateway.class)) {
      GatewayResponse failed =
          gateway.answer(request("GET", "/v1/operations/x", "", List.of(), new byte[0]));

      assertThat(failed.status()).isEqualTo(500);
      assertThat(text(failed)).isEqualTo("{\"message\":\"Internal Server Error\"}");
      assertThat(log.lines())
          .containsExactly("get-operation failed on GET /v1/operations/{operation}");
    }
  }

  @Test
  void answersWhatTheFunctionSays() throws IOException {
    answer =
        APIGatewayV2HTTPResponse.builder()
            .withStatusCode(409)
            .withHeaders(Map.of("Content-Type", "text/x", "X-One", "1"))
            .withMultiValueHeaders(Map.of("x-one", List.of("2")))
            .withCookies(List.of("a=1", "b=2"))
            .withBody(Base64.getEncoder().encodeToString("é".getBytes(UTF_8)))
            .withIsBase64Encoded(true)
            .build();

    GatewayResponse response = post("text/plain", new byte[0]);
    assertThat(response.status()).isEqualTo(409);
    assertThat(response.headers())
        .isEqualTo(
            Map.of(
                "content-type", List.of("text/x"),
                "x-one", List.of("1", "2"),
                "set-cookie", List.of("a=1", "b=2")));
    assertThat(text(response)).isEqualTo("é");
  }

  private static void assertIsBase64(APIGatewayV2HTTPEvent event, byte[] body) {
    assertThat(event.getIsBase64Encoded()).isTrue();
    assertThat(Base64.getDecoder().decode(event.getBody())).isEqualTo(body);
  }

  private APIGatewayV2HTTPEvent sendBody(String type, byte[] body) throws IOException {
    assertThat(post(type, body).status()).isEqualTo(204);
    return events.getLast();
  }

  private GatewayResponse post(String type, byte[] body) throws IOException {
    return gateway.answer(request("POST", "/", "", List.of(Map.entry("Content-Type", type)), body));
  }

  private APIGatewayV2HTTPEvent send(
      String method,
      String path,
      String query,
      List<Map.Entry<String, String>> headers,
      byte[] body)
      throws IOException {
    assertThat(gateway.answer(request(method, path, query, headers, body)).status()).isEqualTo(204);
    return events.getLast();
  }

  private static GatewayRequest request(
      String method,
      String path,
      String query,
      List<Map.Entry<String, String>> headers,
      byte[] body) {
    return new GatewayRequest(
        method, path, query, "HTTP/1.1", "127.0.0.1", headers, new ByteArrayInputStream(body));
  }

  private static String text(GatewayResponse response) {
    return UTF_8.decode(response.body().duplicate()).toString();
  }
}
