package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The due index as it was some time ago: remembers each service as each write left it. */
final class IndexLag {
  private final DynamoDbClient real;
  private final InstantSource clock;
  private final Duration most;
  private final Random random;
  private final Map<ItemWrite, NavigableMap<Instant, Map<String, AttributeValue>>> past =
      new ConcurrentHashMap<>();

  IndexLag(DynamoDbClient real, InstantSource clock, Duration most, Random random) {
    this.real = real;
    this.clock = clock;
    this.most = most;
    this.random = random;
  }

  void beforeWrite(DynamoDbRequest request) {
    indexed(request)
        .forEach(
            item ->
                past.computeIfAbsent(
                    item, i -> new ConcurrentSkipListMap<>(Map.of(Instant.MIN, i.read(real)))));
  }

  void afterWrite(DynamoDbRequest request) {
    indexed(request)
        .forEach(
            item -> {
              NavigableMap<Instant, Map<String, AttributeValue>> states = past.get(item);
              synchronized (states) {
                states.put(clock.instant(), item.read(real));
              }
            });
  }

  private static Stream<ItemWrite> indexed(DynamoDbRequest request) {
    return ItemWrite.of(request).stream()
        .filter(item -> item.key().get(Schema.SK).s().equals(Schema.HEAD));
  }

  /** What a query of the index answers by a state some time back, in one page. */
  QueryResponse asOfThen(QueryRequest request, QueryResponse now) {
    Instant then = clock.instant().minusMillis(random.nextLong(most.toMillis() + 1));
    Map<String, AttributeValue> values = request.expressionAttributeValues();
    List<Map<String, AttributeValue>> items = new ArrayList<>(now.items());
    items.removeIf(item -> past.keySet().stream().anyMatch(known -> isOf(known, item)));
    past.forEach(
        (known, states) -> {
          Map<String, AttributeValue> item = states.floorEntry(then).getValue();
          if (known.table().equals(request.tableName())
              && values.get(":shard").equals(item.get(Schema.SHARD))
              && dueAt(item) <= Long.parseLong(values.get(":time").n())) {
            items.add(
                Map.of(
                    Schema.PK,
                    item.get(Schema.PK),
                    Schema.SK,
                    item.get(Schema.SK),
                    Schema.SHARD,
                    item.get(Schema.SHARD),
                    Schema.DUE_AT,
                    item.get(Schema.DUE_AT)));
          }
        });
    items.sort(Comparator.comparingLong(IndexLag::dueAt));
    return now.toBuilder().items(items).build();
  }

  private static boolean isOf(ItemWrite known, Map<String, AttributeValue> item) {
    return known.key().get(Schema.PK).equals(item.get(Schema.PK));
  }

  private static long dueAt(Map<String, AttributeValue> item) {
    return Long.parseLong(item.get(Schema.DUE_AT).n());
  }
}
