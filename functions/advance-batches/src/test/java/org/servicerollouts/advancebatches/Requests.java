package org.servicerollouts.advancebatches;

import java.util.Map;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Tells a driver's requests apart. */
final class Requests {
  private Requests() {}

  static boolean asksIndex(DynamoDbRequest request) {
    return request instanceof QueryRequest query && Schema.DUE_INDEX.equals(query.indexName());
  }

  /** For the services that an alarm watches. */
  static boolean asksWatched(DynamoDbRequest request) {
    return request instanceof QueryRequest query && query.indexName() == null;
  }

  static boolean putsLease(DynamoDbRequest request) {
    return request instanceof PutItemRequest put && isLease(put.item());
  }

  static boolean removesLease(DynamoDbRequest request) {
    return request instanceof DeleteItemRequest delete && isLease(delete.key());
  }

  private static boolean isLease(Map<String, AttributeValue> key) {
    return "L".equals(key.get(Schema.PK).s());
  }

  static boolean readsTogether(DynamoDbRequest request) {
    return request instanceof BatchGetItemRequest;
  }

  static boolean reads(DynamoDbRequest request) {
    return readsTogether(request) || request instanceof GetItemRequest;
  }

  static boolean saves(DynamoDbRequest request) {
    return request instanceof UpdateItemRequest || request instanceof TransactWriteItemsRequest;
  }

  static boolean saves(DynamoDbRequest request, String service) {
    return switch (request) {
      case UpdateItemRequest update -> isHead(update.key(), service);
      case TransactWriteItemsRequest transaction ->
          transaction.transactItems().stream()
              .map(TransactWriteItem::update)
              .anyMatch(update -> update != null && isHead(update.key(), service));
      default -> false;
    };
  }

  static boolean writes(DynamoDbRequest request) {
    return saves(request) || putsLease(request) || removesLease(request);
  }

  private static boolean isHead(Map<String, AttributeValue> key, String service) {
    return key.get(Schema.PK).s().equals("S#" + service)
        && key.get(Schema.SK).s().equals(Schema.HEAD);
  }
}
