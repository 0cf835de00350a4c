package org.servicerollouts.alarms;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.CloudWatchDouble;
import org.servicerollouts.doubles.Fault;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;

class CloudWatchAlarmsTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00.250Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  private CloudWatchDouble cloudWatch;
  private CloudWatchAlarms alarms;

  @BeforeEach
  void start() throws IOException {
    cloudWatch =
        CloudWatchDouble.start(
            0, new AwsAccount("us-east-1", "123456789012"), now::get, change -> {});
    cloudWatch.limit(1_000);
    alarms = new CloudWatchAlarms(client(cloudWatch.endpoint()));
  }

  @AfterEach
  void stop() {
    cloudWatch.close();
  }

  private static CloudWatchClient client(URI endpoint) {
    return Clients.client(
        CloudWatchClient.builder()
            .endpointOverride(endpoint)
            .credentialsProvider(AnonymousCredentialsProvider.create()),
        "us-east-1",
        2);
  }

  @Test
  void eachAlarmThatIsThereIsFoundInItsState() {
    cloudWatch.set("fine", "OK", "0 errors");
    cloudWatch.set("broken", "ALARM", "5 errors");
    now.set(START.plusSeconds(9));
    cloudWatch.set("broken", "ALARM", "6 errors");
    cloudWatch.set("silent", "INSUFFICIENT_DATA", "nothing came");
    cloudWatch.set("not asked for", "ALARM", "5 errors");

    assertThat(alarms.read(Set.of("fine", "broken", "silent", "none")))
        .isEqualTo(
            Alarms.read(
                Map.of(
                    "fine", new Alarms.Reading(Alarms.State.OK, START, "0 errors"),
                    "broken", new Alarms.Reading(Alarms.State.ALARM, START, "6 errors"),
                    "silent",
                        new Alarms.Reading(
                            Alarms.State.INSUFFICIENT_DATA,
                            START.plusSeconds(9),
                            "nothing came"))));
  }

  @Test
  void compositeAlarmsAreFoundToo() {
    try (CloudWatchClient client = client(cloudWatch.endpoint())) {
      client.putCompositeAlarm(r -> r.alarmName("either").alarmRule("ALARM(a) OR ALARM(b)"));
    }
    cloudWatch.set("either", "ALARM", "a is in ALARM");

    assertThat(alarms.read(Set.of("either")).found())
        .containsExactly(
            Map.entry("either", new Alarms.Reading(Alarms.State.ALARM, START, "a is in ALARM")));
  }

  @Test
  void aHundredNamesAreAskedForInOneCall() {
    Set<String> names =
        IntStream.range(0, 250).mapToObj(i -> "alarm-" + i).collect(Collectors.toSet());
    names.forEach(name -> cloudWatch.set(name, "OK", "fine"));

    assertThat(alarms.read(names).found()).containsOnlyKeys(names);
    assertThat(cloudWatch.calls()).hasSize(3);
  }

  @Test
  void noNamesMakeNoCall() {
    assertThat(alarms.read(Set.of())).isEqualTo(Alarms.read(Map.of()));
    assertThat(cloudWatch.calls()).isEmpty();
  }

  @Test
  void aPassingFaultIsTriedAgain() {
    cloudWatch.set("fine", "OK", "0 errors");
    cloudWatch.faults().next(1, Fault.BROKEN);

    assertThat(alarms.read(Set.of("fine")).found()).containsOnlyKeys("fine");
    assertThat(cloudWatch.calls()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BROKEN    | DescribeAlarms: InternalServiceError: The request processing has failed (HTTP 500)
          THROTTLED | DescribeAlarms: Throttling: Rate exceeded (HTTP 400)
          DROPPED   | DescribeAlarms: Unable to execute HTTP request: Unexpected end of file from server
          """)
  void whatLastsIsToldAndNothingIsFound(Fault fault, String why) {
    cloudWatch.set("fine", "OK", "0 errors");
    cloudWatch.faults().when(call -> true, fault);

    assertThat(alarms.read(Set.of("fine"))).isEqualTo(Alarms.unreadable(why));
  }

  @Test
  void ifOneCallOfSeveralFailsNothingIsFound() {
    Set<String> names =
        IntStream.range(0, 101).mapToObj(i -> "alarm-" + i).collect(Collectors.toSet());
    names.forEach(name -> cloudWatch.set(name, "OK", "fine"));
    cloudWatch.faults().when(call -> cloudWatch.calls().size() > 1, Fault.BROKEN);

    assertThat(alarms.read(names))
        .isEqualTo(
            Alarms.unreadable(
                "DescribeAlarms: InternalServiceError: The request processing has failed (HTTP"
                    + " 500)"));
  }

  @Test
  void whereNobodyListensItIsTold() {
    URI endpoint = cloudWatch.endpoint();
    cloudWatch.close();

    assertThat(new CloudWatchAlarms(client(endpoint)).read(Set.of("fine")))
        .isEqualTo(
            Alarms.unreadable(
                "DescribeAlarms: Unable to execute HTTP request: Connection refused"));
  }

  @Test
  void anAnswerThatCannotBeReadIsTold() throws IOException {
    assertThat(readOf("<html>").unreadable())
        .hasValueSatisfying(why -> assertThat(why).startsWith("DescribeAlarms: Unable to "));
  }

  /** What comes of an answer that the double never gives. */
  private static Alarms readOf(String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      return new CloudWatchAlarms(
              client(URI.create("http://127.0.0.1:" + server.getAddress().getPort())))
          .read(Set.of("fine"));
    } finally {
      server.stop(0);
    }
  }

  /** Each page names another; a request that waits for them has to be answered. */
  @Test
  void pagesWithoutEndAreGivenUp() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    CloudWatchClient endless =
        new CloudWatchClient() {
          @Override
          public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
            now.updateAndGet(instant -> instant.plusMillis(1500));
            return DescribeAlarmsResponse.builder().nextToken(now.get().toString()).build();
          }

          @Override
          public String serviceName() {
            return "endless";
          }

          @Override
          public void close() {
            // Nothing is open
          }
        };

    Alarms read = new CloudWatchAlarms(endless, now::get).read(Set.of("fine"));

    assertThat(read.unreadable().orElseThrow())
        .isEqualTo("DescribeAlarms: the answer has more pages than could be read in time");
    assertThat(now.get()).isBeforeOrEqualTo(Instant.EPOCH.plusSeconds(6));
  }
}
