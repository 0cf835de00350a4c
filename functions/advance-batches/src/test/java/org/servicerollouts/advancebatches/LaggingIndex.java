package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.servicerollouts.store.InterposedClient;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** Answers what is asked of the due index as it was some time ago, for each service another. */
final class LaggingIndex extends InterposedClient {
  private final Ledger ledger;
  private final Timeline time;
  private final Supplier<Duration> lag;

  LaggingIndex(DynamoDbClient real, Ledger ledger, Timeline time, Supplier<Duration> lag) {
    super(real);
    this.ledger = ledger;
    this.time = time;
    this.lag = lag;
  }

  @Override
  @SuppressWarnings("unchecked") // a query is answered with a QueryResponse
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    return Requests.asksIndex(request)
        ? (O) stale(((QueryRequest) request).expressionAttributeValues())
        : send.apply(request);
  }

  private QueryResponse stale(Map<String, AttributeValue> asked) {
    Instant until = Instant.ofEpochMilli(Long.parseLong(asked.get(":time").n()));
    return QueryResponse.builder()
        .items(
            ledger
                .services()
                .flatMap(all -> before(all, time.now().minus(lag.get())).stream())
                .filter(change -> change.shard().equals(Optional.of(asked.get(":shard").s())))
                .filter(change -> !change.dueAt().orElseThrow().isAfter(until))
                .map(LaggingIndex::item)
                .toList())
        .build();
  }

  private static Optional<Ledger.Change> before(List<Ledger.Change> all, Instant then) {
    return all.reversed().stream().filter(change -> !change.at().isAfter(then)).findFirst();
  }

  private static Map<String, AttributeValue> item(Ledger.Change change) {
    return Map.of(
        Schema.PK, AttributeValue.fromS(change.pk()),
        Schema.SK, AttributeValue.fromS(Schema.HEAD),
        Schema.SHARD, AttributeValue.fromS(change.shard().orElseThrow()),
        Schema.DUE_AT,
            AttributeValue.fromN(Long.toString(change.dueAt().orElseThrow().toEpochMilli())));
  }
}
