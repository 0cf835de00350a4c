package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.store.InterposedClient;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** Requests whose table takes its time are answered by us within 25 seconds, on both surfaces. */
class LateRequestsTest {
  private static final Duration TIME = Duration.ofSeconds(25);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T08:24:25Z"));
  private final AtomicBoolean isBusy = new AtomicBoolean();
  private final Table real = LocalTable.createWithoutStream();
  private final Surface surface =
      new Surface(new Table(new Busy(real.client()), real.name()), now::get);

  /** Takes 4.9 seconds for each call, and then has others in the way. */
  private final class Busy extends InterposedClient {
    private Busy(DynamoDbClient real) {
      super(real);
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      if (isBusy.get()) {
        now.updateAndGet(instant -> instant.plusMillis(4900));
      }
      return send.apply(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      BatchGetItemResponse answer = super.batchGetItem(request);
      return isBusy.get()
          ? BatchGetItemResponse.builder().unprocessedKeys(request.requestItems()).build()
          : answer;
    }

    @Override
    public QueryResponse query(QueryRequest request) {
      if (!isBusy.get()) {
        return super.query(request);
      }
      QueryResponse answer = super.query(request.toBuilder().limit(1).build());
      return answer.toBuilder()
          .items(List.of())
          .lastEvaluatedKey(
              answer.hasLastEvaluatedKey()
                  ? answer.lastEvaluatedKey()
                  : request.exclusiveStartKey())
          .build();
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
      if (isBusy.get()) {
        var _ = around(request, r -> UpdateItemResponse.builder().build());
        throw TransactionConflictException.builder().message("conflict").build();
      }
      return super.updateItem(request);
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
      if (isBusy.get()) {
        var _ = around(request, r -> TransactWriteItemsResponse.builder().build());
        throw TransactionCanceledException.builder()
            .cancellationReasons(CancellationReason.builder().code("TransactionConflict").build())
            .build();
      }
      return super.transactWriteItems(request);
    }
  }

  @BeforeEach
  void makeServices() {
    Documented.prepare(surface);
    surface.aws().cloudWatch().set("errors", "OK", "");
    surface.ok(
        "POST",
        "/api/v2/services",
        """
        {"metadata": {"name": "foo", "region": "cn-shanghai", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
    for (int i = 0; i < 8; i++) {
      surface.ok("POST", "/v1/services/svc.example.com/configs", "{\"id\": \"c" + i + "\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/v1/services/svc.example.com/rollouts|"
            + "{\"trafficPercentStrategy\": {\"percentages\": {\"new\": 100}}}",
        "GET|/v1/services/svc.example.com/rollouts/first|",
        "GET|/v1/services/svc.example.com/configs|",
        "POST|/v1/services/svc.example.com/configs|{}",
        "DELETE|/v1/services/svc.example.com|",
        "PATCH|/v1/services/svc.example.com|{\"alarms\": [\"errors\"]}",
        "PUT|/api/v2/services/cn-shanghai/foo|{\"image\": \"foo:2\"}",
        "PUT|/api/v2/services/cn-shanghai/foo/scale|{\"Instance\": 3}",
        "GET|/api/v2/services/cn-shanghai/foo|",
        "GET|/api/v2/services|",
        "POST|/api/v2/services/cn-shanghai/foo/rollout|{\"Partition\": {\"Partition\": \"50%\"}}",
        "DELETE|/api/v2/services/cn-shanghai/foo|",
      })
  void areToldToTryAgainLater(String method, String path, String body) {
    Instant start = now.get();
    isBusy.set(true);

    GatewayResponse answer = surface.send(method, path, body == null ? "" : body);

    JsonNode told = Surface.json(answer);
    assertThat(answer.status()).as(told.toString()).isEqualTo(429);
    boolean isGoogles = path.startsWith("/v1");
    assertThat(told.at(isGoogles ? "/error/status" : "/Code").asText())
        .isEqualTo(isGoogles ? "RESOURCE_EXHAUSTED" : "Throttling.User");
    assertThat(told.toString()).contains("Nothing was changed");
    assertThat(Duration.between(start, now.get())).isBetween(Duration.ofSeconds(15), TIME);
  }
}
