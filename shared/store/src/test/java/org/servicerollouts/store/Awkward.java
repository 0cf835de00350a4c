package org.servicerollouts.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Clients whose answers are right, but as awkward as DynamoDB's may be. */
final class Awkward {
  private Awkward() {}

  /** Reads the items of one batch at two moments, between which something else happens. */
  static final class TornRead extends InterposedClient {
    private record Tear(Predicate<String> early, Runnable between) {}

    private final AtomicReference<Tear> next = new AtomicReference<>();

    TornRead(DynamoDbClient real) {
      super(real);
    }

    /**
     * In the next batch the items whose sort key is {@code early} are read before {@code between}.
     */
    void tear(Predicate<String> early, Runnable between) {
      next.set(new Tear(early, between));
    }

    boolean isTorn() {
      return next.get() == null;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      return send.apply(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      Tear tear = next.getAndSet(null);
      if (tear == null) {
        return super.batchGetItem(request);
      }
      BatchGetItemResponse early = super.batchGetItem(request);
      tear.between().run();
      BatchGetItemResponse late = super.batchGetItem(request);
      String table = request.requestItems().keySet().iterator().next();
      Predicate<Map<String, AttributeValue>> isEarly =
          item -> tear.early().test(item.get(Schema.SK).s());
      List<Map<String, AttributeValue>> items =
          Stream.concat(
                  early.responses().get(table).stream().filter(isEarly),
                  late.responses().get(table).stream().filter(isEarly.negate()))
              .toList();
      return late.toBuilder().responses(Map.of(table, items)).build();
    }
  }

  /** Lets something else happen just before a request. */
  static final class Interrupted extends InterposedClient {
    private record Interruption(Predicate<DynamoDbRequest> before, Runnable happens) {}

    private final AtomicReference<Interruption> next = new AtomicReference<>();

    Interrupted(DynamoDbClient real) {
      super(real);
    }

    /** Once, before the next request that is {@code before}. */
    void before(Predicate<DynamoDbRequest> before, Runnable happens) {
      next.set(new Interruption(before, happens));
    }

    boolean isOver() {
      return next.get() == null;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      Interruption interruption = next.get();
      if (interruption != null && interruption.before().test(request)) {
        next.set(null);
        interruption.happens().run();
      }
      return send.apply(request);
    }
  }

  /** Cuts each answer to a query after a few items, as DynamoDB does after 1 MB. */
  static final class ShortPages extends InterposedClient {
    private final int most;

    ShortPages(DynamoDbClient real, int most) {
      super(real);
      this.most = most;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      return send.apply(request);
    }

    @Override
    public QueryResponse query(QueryRequest request) {
      int limit = request.limit() == null ? most : Math.min(most, request.limit());
      return super.query(request.toBuilder().limit(limit).build());
    }
  }

  /** Refuses every few transactions. */
  static final class RefusedTransactions extends InterposedClient {
    private final int every;
    private final String code;
    private int sent;

    /**
     * @param every 2 refuses every second one
     * @param code the reason
     */
    RefusedTransactions(DynamoDbClient real, int every, String code) {
      super(real);
      this.every = every;
      this.code = code;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      return send.apply(request);
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
      sent++;
      if (sent % every == 0) {
        throw TransactionCanceledException.builder()
            .cancellationReasons(
                request.transactItems().stream()
                    .map(item -> CancellationReason.builder().code(code).build())
                    .toList())
            .build();
      }
      return super.transactWriteItems(request);
    }
  }

  /** Answers only a few keys of each batch, as DynamoDB does when it is busy. */
  static final class PartialBatches extends InterposedClient {
    private final int most;

    PartialBatches(DynamoDbClient real, int most) {
      super(real);
      this.most = most;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      return send.apply(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
      String table = request.requestItems().keySet().iterator().next();
      KeysAndAttributes wanted = request.requestItems().get(table);
      List<Map<String, AttributeValue>> keys = wanted.keys();
      if (keys.size() <= most) {
        return super.batchGetItem(request);
      }
      BatchGetItemResponse answer = super.batchGetItem(part(table, wanted, keys.subList(0, most)));
      return answer.toBuilder()
          .unprocessedKeys(part(table, wanted, keys.subList(most, keys.size())).requestItems())
          .build();
    }

    private static BatchGetItemRequest part(
        String table, KeysAndAttributes wanted, List<Map<String, AttributeValue>> keys) {
      return BatchGetItemRequest.builder()
          .requestItems(Map.of(table, wanted.toBuilder().keys(keys).build()))
          .build();
    }
  }
}
