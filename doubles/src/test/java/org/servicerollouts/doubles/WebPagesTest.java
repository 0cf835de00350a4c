package org.servicerollouts.doubles;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a page in a browser could send to the doubles, byte by byte. */
class WebPagesTest {
  private static final String FORM =
      "Action=SetAlarmState&AlarmName=errors&StateValue=ALARM&StateReason=by+a+page";
  private static final String ALIAS = "/2015-03-31/functions/checkout/aliases/live";

  private final AwsAccount account = new AwsAccount("us-east-1", "123456789012");
  private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
  private final List<AlarmStateChange> told = new CopyOnWriteArrayList<>();

  private CloudWatchDouble cloudWatch;
  private LambdaDouble lambda;

  @BeforeEach
  void start() throws IOException {
    cloudWatch = CloudWatchDouble.start(0, account, clock, told::add);
    cloudWatch.set("errors", "OK", "fine");
    told.clear();
    lambda = LambdaDouble.start(0, account, clock);
    lambda.add("checkout", "1", "2");
    lambda.put("checkout", "live", "1", Map.of());
  }

  @AfterEach
  void stop() {
    lambda.close();
    cloudWatch.close();
  }

  static Stream<Arguments> foreign() {
    String own = "Host: 127.0.0.1:PORT\r\n";
    String hosts = "127.0.0.1:PORT, localhost:PORT or [::1]:PORT";
    String origins = "http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT";
    return Stream.of(
        argumentSet(
            "a name that was made to point here",
            "/",
            "Host: evil.example:PORT\r\n",
            "Host: \"evil.example:PORT\" (expected: " + hosts + ")"),
        argumentSet("no Host", "/", "", "Host: none given (expected: " + hosts + ")"),
        argumentSet("two Hosts", "/", own + own, "Host: 2 given (expected: " + hosts + ")"),
        argumentSet(
            "a target of another server",
            "http://evil.example/",
            own,
            "Authority: \"evil.example\" (expected: " + hosts + ")"),
        argumentSet(
            "a page's request",
            "/",
            own + "Origin: http://evil.example\r\n",
            "Origin: \"http://evil.example\" (expected: " + origins + ")"),
        argumentSet(
            "a request of a page in a sandbox",
            "/",
            own + "Origin: null\r\n",
            "Origin: \"null\" (expected: " + origins + ")"),
        argumentSet(
            "two Origins",
            "/",
            own + "Origin: http://127.0.0.1:PORT\r\norigin: http://evil.example\r\n",
            "Origin: 2 given (expected: " + origins + ")"),
        argumentSet(
            "a fetch from elsewhere",
            "/",
            own + "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: \"cross-site\" (expected: same-origin or none)"),
        argumentSet(
            "a fetch from another port",
            "/",
            own + "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: \"same-site\" (expected: same-origin or none)"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void doNotSetAnAlarm(String target, String headers, String refusal) throws IOException {
    cloudWatch.faults().next(1, Fault.BROKEN);

    assertRefused(
        exchange(cloudWatch.endpoint(), post(target, headers, FORM)),
        cloudWatch.endpoint(),
        refusal);

    assertThat(told).isEmpty();
    assertThat(cloudWatch.calls()).isEmpty();
    assertThat(exchange(cloudWatch.endpoint(), post("/", "Host: 127.0.0.1:PORT\r\n", FORM)))
        .as("the fault is still there for the next call")
        .startsWith("HTTP/1.1 500 ");
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void doNotChangeAnAlias(String target, String headers, String refusal) throws IOException {
    String change = "{\"FunctionVersion\": \"2\"}";
    String aliasTarget = target.substring(0, target.length() - 1) + ALIAS;

    String response =
        exchange(lambda.endpoint(), request("PUT", aliasTarget, headers, "text/plain", change));

    assertRefused(response, lambda.endpoint(), refusal);
    assertThat(lambda.alias("checkout", "live").functionVersion()).isEqualTo("1");
    assertThat(lambda.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT"})
  void areAnsweredOnTheirOwnAddress(String host) throws IOException {
    String headers =
        "Host: " + host + "\r\nOrigin: http://" + host + "\r\nSec-Fetch-Site: same-origin\r\n";

    assertThat(exchange(cloudWatch.endpoint(), post("/", headers, FORM)))
        .startsWith("HTTP/1.1 200 ");
    assertThat(told).hasSize(1);
    assertThat(exchange(lambda.endpoint(), request("GET", ALIAS, headers, "text/plain", "")))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void areRefusedBeforeTheirBodyComes() throws IOException {
    URI endpoint = cloudWatch.endpoint();
    String head =
        "POST / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 9\r\n\r\n";
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
          .isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void theWholeTargetMayBeGivenToItsOwnServer() throws IOException {
    String response =
        exchange(
            lambda.endpoint(),
            request(
                "GET",
                "http://localhost:PORT" + ALIAS,
                "Host: localhost:PORT\r\n",
                "text/plain",
                ""));

    assertThat(response).startsWith("HTTP/1.1 200 ").contains("\"Name\":\"live\"");
  }

  private static void assertRefused(String response, URI endpoint, String refusal) {
    assertThat(response)
        .startsWith("HTTP/1.1 403 ")
        .containsIgnoringCase("\r\nContent-Type: text/plain\r\n")
        .endsWith("\r\n\r\n" + withPort(refusal, endpoint));
  }

  private static String post(String target, String headers, String form) {
    return request("POST", target, headers, "application/x-www-form-urlencoded", form);
  }

  private static String request(
      String method, String target, String headers, String type, String body) {
    return method
        + " "
        + target
        + " HTTP/1.1\r\n"
        + headers
        + "Content-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  private static String exchange(URI endpoint, String request) throws IOException {
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(withPort(request, endpoint).getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String withPort(String text, URI endpoint) {
    return text.replace("PORT", Integer.toString(endpoint.getPort()));
  }
}
