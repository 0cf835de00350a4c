package org.servicerollouts.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrontTest {
  private static final RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> ECHO =
      (event, context) ->
          APIGatewayV2HTTPResponse.builder()
              .withStatusCode(200)
              .withHeaders(Map.of("content-type", "text/plain; charset=utf-8"))
              .withBody(
                  event.getRequestContext().getHttp().getMethod()
                      + " "
                      + event.getRawPath()
                      + " "
                      + event.getRawQueryString()
                      + " "
                      + event.getBody())
              .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a%20b?x=%2F&y  | HTTP/1.1 200 OK          | GET /a b x=%2F&y null",
        "/a%2Fb%3Fc      | HTTP/1.1 200 OK          | GET /a/b  null",
        "/a/../b//c;d=1/.| HTTP/1.1 200 OK          | GET /a/../b//c;d=1/.  null",
        "/a\\b           | HTTP/1.1 200 OK          | GET /a\\b  null",
        "/stray%         | HTTP/1.1 400 Bad Request | {\"message\":\"Bad Request\"}",
        "/stray%zz?x     | HTTP/1.1 400 Bad Request | {\"message\":\"Bad Request\"}",
        "/nul%00         | HTTP/1.1 400 Bad Request | {\"message\":\"Bad Request\"}",
        "/utf8%FF        | HTTP/1.1 400 Bad Request | {\"message\":\"Bad Request\"}",
      })
  void handsOverTheTargetAsSent(String target, String status, String body) throws IOException {
    try (Front front = start(ECHO)) {
      String response =
          exchange(
              front,
              "GET " + target + " HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n");

      assertThat(response).startsWith(status + "\r\n").endsWith("\r\n\r\n" + body);
    }
  }

  @Test
  void answersWhatIsNoHttpInTheGatewaysWords() throws IOException {
    try (Front front = start(ECHO)) {
      assertThat(exchange(front, "GARBAGE\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ")
          .endsWith("{\"message\":\"Bad Request\"}");
    }
  }

  /** RFC 9112, 3.2, wants 400 here. */
  @Test
  void takesARequestWithoutHostForNoHttp() throws IOException {
    try (Front front = start(ECHO)) {
      assertThat(exchange(front, "GET /x HTTP/1.1\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 400 ")
          .endsWith("{\"message\":\"Bad Request\"}");
    }
  }

  static Stream<Arguments> foreign() {
    String own = "Host: 127.0.0.1:PORT\r\n";
    String hosts = "127.0.0.1:PORT, localhost:PORT or [::1]:PORT";
    String origins = "http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT";
    return Stream.of(
        argumentSet(
            "a name that was made to point here",
            "GET /x HTTP/1.1",
            "Host: evil.example:PORT\r\n",
            "Host: \\\"evil.example:PORT\\\" (expected: " + hosts + ")"),
        argumentSet(
            "another port",
            "GET /x HTTP/1.1",
            "Host: 127.0.0.1:80\r\n",
            "Host: \\\"127.0.0.1:80\\\" (expected: " + hosts + ")"),
        argumentSet("no Host", "GET /x HTTP/1.0", "", "Host: none given (expected: " + hosts + ")"),
        argumentSet(
            "two Hosts", "GET /x HTTP/1.1", own + own, "Host: 2 given (expected: " + hosts + ")"),
        argumentSet(
            "a path that the gateway refuses",
            "GET /utf8%FF HTTP/1.1",
            "Host: evil.example\r\n",
            "Host: \\\"evil.example\\\" (expected: " + hosts + ")"),
        argumentSet(
            "a target of another server",
            "GET http://evil.example/ HTTP/1.1",
            own,
            "Authority: \\\"evil.example\\\" (expected: " + hosts + ")"),
        argumentSet(
            "a page's request",
            "POST /x HTTP/1.1",
            own + "Origin: http://evil.example\r\n",
            "Origin: \\\"http://evil.example\\\" (expected: " + origins + ")"),
        argumentSet(
            "a page that asks whether it may",
            "OPTIONS /x HTTP/1.1",
            own + "Origin: http://127.0.0.1:3000\r\nAccess-Control-Request-Method: PUT\r\n",
            "Origin: \\\"http://127.0.0.1:3000\\\" (expected: " + origins + ")"),
        argumentSet(
            "a page in a sandbox",
            "POST /x HTTP/1.1",
            own + "Origin: null\r\n",
            "Origin: \\\"null\\\" (expected: " + origins + ")"),
        argumentSet(
            "two Origins",
            "POST /x HTTP/1.1",
            own + "Origin: http://127.0.0.1:PORT\r\norigin: http://evil.example\r\n",
            "Origin: 2 given (expected: " + origins + ")"),
        argumentSet(
            "an Origin without value",
            "POST /x HTTP/1.1",
            own + "Origin:\r\n",
            "Origin: \\\"\\\" (expected: " + origins + ")"),
        argumentSet(
            "a fetch from elsewhere",
            "GET /x HTTP/1.1",
            own + "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: \\\"cross-site\\\" (expected: same-origin or none)"),
        argumentSet(
            "a fetch from another port",
            "GET /x HTTP/1.1",
            own + "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: \\\"same-site\\\" (expected: same-origin or none)"));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void refusesRequestsOfWebPages(String requestLine, String headers, String refusal)
      throws IOException {
    AtomicBoolean ran = new AtomicBoolean();
    RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> noting =
        (event, context) -> {
          ran.set(true);
          return APIGatewayV2HTTPResponse.builder().withStatusCode(200).build();
        };
    try (Front front = start(noting)) {
      String response =
          exchange(front, requestLine + "\r\n" + headers + "Connection: close\r\n\r\n");

      assertThat(response)
          .startsWith("HTTP/1.1 403 Forbidden\r\n")
          .containsIgnoringCase("\r\ncontent-type: application/json\r\n")
          .doesNotContainIgnoringCase("access-control")
          .endsWith("\r\n\r\n{\"message\":\"" + withPort(refusal, front) + "\"}");
      assertThat(ran).isFalse();
    }
  }

  @Test
  void refusesAWebPageBeforeItsBodyComes() throws IOException {
    try (Front front = start(ECHO)) {
      String headers = "Host: evil.example\r\nContent-Length: 9\r\nExpect: 100-continue\r\n";

      assertThat(exchange(front, "POST /x HTTP/1.1\r\n" + headers + "\r\n"))
          .startsWith("HTTP/1.1 403 ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/x                      | 127.0.0.1:PORT",
        "/x                      | localhost:PORT",
        "/x                      | LocalHost:PORT",
        "/x                      | [::1]:PORT",
        "http://127.0.0.1:PORT/x | 127.0.0.1:PORT",
        "http://localhost:PORT/x | 127.0.0.1:PORT",
        "http://[::1]:PORT/x     | [::1]:PORT",
      })
  void answersUnderItsOwnNames(String target, String host) throws IOException {
    try (Front front = start(ECHO)) {
      String response =
          exchange(
              front,
              "GET "
                  + target
                  + " HTTP/1.1\r\nHost: "
                  + host
                  + "\r\nOrigin: http://"
                  + host
                  + "\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n");

      assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("GET /x  null");
    }
  }

  @ParameterizedTest
  @CsvSource({"PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"})
  void letsEveryMethodThrough(String method) throws Exception {
    try (Front front = start(ECHO);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(front.url() + "/x"))
              .method(method, HttpRequest.BodyPublishers.ofString("{}"))
              .header("content-type", "application/json")
              .build();

      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo(method + " /x  {}");
    }
  }

  @Test
  void answersHeadWithoutBody() throws Exception {
    try (Front front = start(ECHO);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(front.url() + "/x")).HEAD().build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    try (Front front = start(ECHO);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(front.url() + "/x"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[Gateway.MAX_BODY + 1]))
              .build();

      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(413);
    }
  }

  @Test
  void servesManyRequestsAtOnce() throws Exception {
    int many = 300;
    CountDownLatch all = new CountDownLatch(many);
    RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> meeting =
        (event, context) -> {
          all.countDown();
          try {
            boolean met = all.await(20, TimeUnit.SECONDS);
            return APIGatewayV2HTTPResponse.builder().withStatusCode(met ? 200 : 504).build();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (Front front = start(meeting);
        HttpClient client = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(front.url() + "/x")).build();
      Callable<Integer> call =
          () -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      List<Callable<Integer>> calls = IntStream.range(0, many).mapToObj(i -> call).toList();

      for (Future<Integer> status : threads.invokeAll(calls)) {
        assertThat(status.get()).isEqualTo(200);
      }
    }
  }

  @Test
  void refusesABusyPortInOneLine() {
    try (Front front = start(ECHO)) {
      int port = URI.create(front.url()).getPort();

      assertThatThrownBy(() -> Front.start(port, gateway(ECHO)))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              "--port: " + port + " is in use on 127.0.0.1 (expected: a free port; 0 takes one)");
    }
  }

  private static Front start(
      RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> function) {
    return Front.start(0, gateway(function));
  }

  private static Gateway gateway(
      RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> function) {
    return new Gateway(Map.of(Routes.DEFAULT_FUNCTION, function), Map.of(), InstantSource.system());
  }

  private static String exchange(Front front, String request) throws IOException {
    URI url = URI.create(front.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(withPort(request, front).getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String withPort(String text, Front front) {
    return text.replace("PORT", Integer.toString(URI.create(front.url()).getPort()));
  }
}
