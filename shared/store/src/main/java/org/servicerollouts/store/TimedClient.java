package org.servicerollouts.store;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
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
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * A client that makes no call which may not be over by a deadline. So every loop over calls ends by
 * then, however the table answers. Calls that the product does not make are not there.
 */
final class TimedClient implements DynamoDbClient {
  private final DynamoDbClient client;
  private final Deadline deadline;

  TimedClient(DynamoDbClient client, Deadline deadline) {
    this.client = client;
    this.deadline = deadline;
  }

  private DynamoDbClient inTime() {
    deadline.require(Table.CALL_TIMEOUT);
    return client;
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return inTime().getItem(request);
  }

  @Override
  public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    return inTime().batchGetItem(request);
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    return inTime().query(request);
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    return inTime().putItem(request);
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    return inTime().updateItem(request);
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    return inTime().deleteItem(request);
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    return inTime().transactWriteItems(request);
  }

  @Override
  public String serviceName() {
    return client.serviceName();
  }

  @Override
  public void close() {
    client.close();
  }
}
