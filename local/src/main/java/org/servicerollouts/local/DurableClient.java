package org.servicerollouts.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * DynamoDB Local's client, made to answer a transaction only once it is on disk: DynamoDB Local
 * commits one after it has acknowledged it, but not after a consistent read of one of its keys.
 * (Its client runs no SDK interceptors, so this stands around it.)
 */
final class DurableClient implements DynamoDbClient {
  private final DynamoDbClient local;
  private final Collection<String> keyNames;

  /**
   * Stands around {@code local}.
   *
   * @param keyNames the attributes of the tables' primary key
   */
  DurableClient(DynamoDbClient local, Collection<String> keyNames) {
    this.local = local;
    this.keyNames = keyNames;
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    TransactWriteItemsResponse response = local.transactWriteItems(request);
    local.getItem(readOf(request.transactItems().getFirst()));
    return response;
  }

  private GetItemRequest readOf(TransactWriteItem item) {
    return Stream.of(
            item.put() == null ? null : read(item.put().tableName(), item.put().item()),
            item.update() == null ? null : read(item.update().tableName(), item.update().key()),
            item.delete() == null ? null : read(item.delete().tableName(), item.delete().key()),
            item.conditionCheck() == null
                ? null
                : read(item.conditionCheck().tableName(), item.conditionCheck().key()))
        .filter(read -> read != null)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "transactItems[0]: " + item + " (expected: one action)"));
  }

  private GetItemRequest read(String table, Map<String, AttributeValue> item) {
    Map<String, AttributeValue> key = new HashMap<>(item);
    key.keySet().retainAll(keyNames);
    return GetItemRequest.builder().tableName(table).key(key).consistentRead(true).build();
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return local.getItem(request);
  }

  @Override
  public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    return local.batchGetItem(request);
  }

  @Override
  public TransactGetItemsResponse transactGetItems(TransactGetItemsRequest request) {
    return local.transactGetItems(request);
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    return local.query(request);
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return local.putItem(request);
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    return local.updateItem(request);
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return local.deleteItem(request);
  }

  @Override
  public String serviceName() {
    return local.serviceName();
  }

  @Override
  public void close() {
    local.close();
  }
}
