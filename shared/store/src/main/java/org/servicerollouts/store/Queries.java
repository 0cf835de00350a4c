package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.servicerollouts.domain.ServiceName;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The queries within a service's partition. */
final class Queries {
  /** The last place that keys have room for. */
  static final long MAX_ORD = 999_999_999_999_999L;

  private final DynamoDbClient client;
  private final String table;

  Queries(Table table) {
    this.client = table.client();
    this.table = table.name();
  }

  /** What {@code first} finds, asked for on and on, but no further than it is read. */
  Stream<Map<String, AttributeValue>> all(QueryRequest first) {
    return Stream.iterate(
            Optional.of(client.query(first)),
            Optional::isPresent,
            page -> page.filter(QueryResponse::hasLastEvaluatedKey).map(p -> after(first, p)))
        .flatMap(page -> page.orElseThrow().items().stream());
  }

  private QueryResponse after(QueryRequest first, QueryResponse page) {
    return client.query(first.toBuilder().exclusiveStartKey(page.lastEvaluatedKey()).build());
  }

  /** The keys of all that a service has. */
  QueryRequest keysOf(ServiceName service) {
    return QueryRequest.builder()
        .tableName(table)
        .consistentRead(true)
        .keyConditionExpression("#pk = :pk")
        .projectionExpression("#pk, #sk")
        .expressionAttributeNames(Map.of("#pk", PK, "#sk", SK))
        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(partition(service))))
        .build();
  }

  /** What tells of the requests of a service that were done, also of those known no more. */
  QueryRequest requests(ServiceName service) {
    return QueryRequest.builder()
        .tableName(table)
        .consistentRead(true)
        .keyConditionExpression("#pk = :pk AND begins_with(#sk, :prefix)")
        .expressionAttributeNames(Map.of("#pk", PK, "#sk", SK))
        .expressionAttributeValues(
            Map.of(
                ":pk", AttributeValue.fromS(partition(service)),
                ":prefix", AttributeValue.fromS(REQUEST_PREFIX)))
        .build();
  }

  /** The services that an alarm watches. */
  QueryRequest watchedBy(String alarm) {
    return QueryRequest.builder()
        .tableName(table)
        .consistentRead(true)
        .keyConditionExpression("#pk = :pk")
        .expressionAttributeNames(Map.of("#pk", PK))
        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(alarmPartition(alarm))))
        .build();
  }

  /** Rollouts or configs from place {@code last} down, {@code most} a page. */
  QueryRequest newestFirst(ServiceName service, String prefix, long last, OptionalInt most) {
    return downFrom(service, ORD, prefix, last, most).toBuilder().indexName(NEWEST_INDEX).build();
  }

  /** Operations from place {@code last} down, {@code most} a page. */
  QueryRequest operationsNewestFirst(ServiceName service, long last, OptionalInt most) {
    return downFrom(service, SK, OPERATION_PREFIX, last, most);
  }

  /** History rows from {@code last} down. */
  QueryRequest historyNewestFirst(ServiceName service, long last) {
    return downFrom(service, SK, HISTORY_PREFIX, last, OptionalInt.empty());
  }

  /** History rows from {@code first} up to {@code last}, {@code most} a page. */
  QueryRequest historyOldestFirst(ServiceName service, long first, long last, OptionalInt most) {
    return between(service, SK, HISTORY_PREFIX, first, last, most);
  }

  private QueryRequest downFrom(
      ServiceName service, String by, String prefix, long last, OptionalInt most) {
    return between(service, by, prefix, 0, last, most).toBuilder().scanIndexForward(false).build();
  }

  /**
   * @param last not before {@code first}, which DynamoDB refuses
   */
  private QueryRequest between(
      ServiceName service, String by, String prefix, long first, long last, OptionalInt most) {
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(table)
            .consistentRead(true)
            .keyConditionExpression("#pk = :pk AND #by BETWEEN :first AND :last")
            .expressionAttributeNames(Map.of("#pk", PK, "#by", by))
            .expressionAttributeValues(
                Map.of(
                    ":pk", AttributeValue.fromS(partition(service)),
                    ":first", AttributeValue.fromS(ord(prefix, first)),
                    ":last", AttributeValue.fromS(ord(prefix, last))));
    most.ifPresent(request::limit);
    return request.build();
  }
}
