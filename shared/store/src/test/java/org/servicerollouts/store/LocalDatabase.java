package org.servicerollouts.store;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/**
 * A DynamoDB Local in this process, in memory. It takes ever longer for a write, the more it has
 * written to streams: a test with many small tables makes a new one from time to time.
 */
public final class LocalDatabase implements AutoCloseable {
  private final AmazonDynamoDBLocal dynamoDb = DynamoDBEmbedded.create(true);

  /** A new, empty table, as template.yaml has it. */
  public Table table() {
    return create(Schema.createTable("rollouts-" + UUID.randomUUID()));
  }

  Table tableWithoutStream() {
    return create(
        Schema.createTable("rollouts-" + UUID.randomUUID()).toBuilder()
            .streamSpecification(s -> s.streamEnabled(false))
            .build());
  }

  private Table create(CreateTableRequest request) {
    DynamoDbClient client = dynamoDb.dynamoDbClient();
    client.createTable(request);
    return new Table(client, request.tableName());
  }

  AmazonDynamoDBLocal dynamoDb() {
    return dynamoDb;
  }

  @Override
  public void close() {
    dynamoDb.shutdownNow();
  }
}
