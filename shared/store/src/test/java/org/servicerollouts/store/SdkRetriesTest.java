package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What the store relies on the AWS SDK for, and {@link UnkindClient} imitates. */
class SdkRetriesTest {
  private static final Service SERVICE =
      Operator.newTraffic(new ServiceName("web.example.com"), Operator.START).service();
  private static final Decision.Changed CREATE =
      new Operator(LocalTable.createWithoutStream())
          .decided(
              SERVICE,
              Operator.create(Optional.of("first"), Strategy.ALL_AT_ONCE, Map.of("new", 100.0)));

  private final Wire wire = new Wire();
  private final ServiceStore store =
      new ServiceStore(
          new Table(
              DynamoDbClient.builder()
                  .region(Region.US_EAST_1)
                  .credentialsProvider(
                      StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                  .httpClient(wire)
                  .build(),
              "table"));

  @Test
  void aTransactionThatIsSentAgainHasTheTokenByWhichDynamoDbKnowsItAgain() {
    wire.answers(500, "{}").answers(200, "{}");

    assertThat(store.save(SERVICE, CREATE)).isEqualTo(new Saved.Written(CREATE.next()));

    assertThat(wire.bodies).hasSize(2).allMatch(body -> body.contains("\"ClientRequestToken\""));
    assertThat(wire.bodies.getFirst()).isEqualTo(wire.bodies.getLast());
  }

  @Test
  void aTransactionThatWasCancelledByThrottlingIsNotSentAgain() {
    wire.answers(
        400,
        """
        {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
         "Message": "Transaction cancelled [ThrottlingError, None, None, None]",
         "CancellationReasons": [{"Code": "ThrottlingError", "Message": "Throughput exceeds"},
                                 {"Code": "None"}, {"Code": "None"}, {"Code": "None"}]}
        """);

    assertThat(store.save(SERVICE, CREATE)).isEqualTo(new Saved.Lost(Optional.empty()));

    assertThat(wire.bodies).hasSize(1);
  }

  /** Keeps what is sent, and gives the answers it was told. */
  private static final class Wire implements SdkHttpClient {
    private record Answer(int status, String body) {}

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<String> bodies = new ArrayList<>();

    Wire answers(int status, String body) {
      answers.add(new Answer(status, body));
      return this;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          bodies.add(body(request));
          Answer answer = answers.remove();
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(answer.status()).build())
              .responseBody(
                  AbortableInputStream.create(
                      new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8))))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    private static String body(HttpExecuteRequest request) {
      try {
        return new String(
            request.contentStreamProvider().orElseThrow().newStream().readAllBytes(),
            StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }
}
