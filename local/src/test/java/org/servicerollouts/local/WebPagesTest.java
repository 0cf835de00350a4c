package org.servicerollouts.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.local.demo.Api;

/** Attacks of a page that a developer has open on the whole system. */
class WebPagesTest {
  private static final String OWN = "Host: 127.0.0.1:PORT\r\n";

  private static Stack stack;

  @BeforeAll
  static void start(@TempDir Path folder) {
    stack = Stack.start(folder, 0);
    stack.aws().add(new Arguments.LambdaFunction("checkout", 2));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OWN + "Origin: http://evil.example\r\n",
        OWN + "Origin: null\r\n",
        OWN + "Sec-Fetch-Site: cross-site\r\n",
        "Host: evil.example:PORT\r\nOrigin: http://evil.example:PORT\r\n",
        "Host: evil.example:PORT\r\nSec-Fetch-Site: same-origin\r\n",
      })
  void makeNoService(String headers) throws Exception {
    String service = "{\"serviceName\": \"page.example.com\"}";

    assertThat(send(stack.url(), "POST /v1/services", headers, service))
        .startsWith("HTTP/1.1 403 ");

    try (Api api = new Api(stack.url())) {
      assertThat(api.get("/v1/services").path("services")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/services", "/v1/operations?filter=serviceName%3Dx"})
  void readNothingByANameThatPointsHere(String path) throws IOException {
    assertThat(send(stack.url(), "GET " + path, "Host: evil.example:PORT\r\n", ""))
        .startsWith("HTTP/1.1 403 ")
        .contains("Host: \\\"evil.example:");
  }

  @Test
  void setNoAlarm() throws IOException {
    stack.aws().cloudWatch().set("errors", "OK", "fine");
    String endpoint = stack.aws().cloudWatch().endpoint().toString();
    String set = "Action=SetAlarmState&AlarmName=errors&StateValue=ALARM&StateReason=page";
    String read = "Action=DescribeAlarms&AlarmNames.member.1=errors";
    String origin = OWN + "Origin: http://evil.example\r\n";

    assertThat(send(endpoint, "POST /", origin, set)).startsWith("HTTP/1.1 403 ");

    assertThat(send(endpoint, "POST /", OWN, read))
        .startsWith("HTTP/1.1 200 ")
        .contains("<StateValue>OK</StateValue>");
  }

  @Test
  void publishNoVersion() throws IOException {
    String endpoint = stack.aws().lambda().endpoint().toString();
    String publish = "POST /2015-03-31/functions/checkout/versions";

    assertThat(send(endpoint, publish, OWN + "Sec-Fetch-Site: cross-site\r\n", ""))
        .startsWith("HTTP/1.1 403 ");

    assertThat(send(endpoint, publish, OWN, ""))
        .startsWith("HTTP/1.1 201 ")
        .contains("\"Version\":\"3\"");
  }

  /** As a page's form is sent, without a preflight. */
  private static String send(String url, String methodAndTarget, String headers, String body)
      throws IOException {
    URI server = URI.create(url);
    String request =
        methodAndTarget
            + " HTTP/1.1\r\n"
            + headers.replace("PORT", Integer.toString(server.getPort()))
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body;
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
