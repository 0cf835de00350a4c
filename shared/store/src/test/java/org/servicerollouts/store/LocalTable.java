package org.servicerollouts.store;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/** Tables on a DynamoDB Local in this process, in memory: each call makes a new, empty one. */
public final class LocalTable {
  private LocalTable() {}

  /** Started once for all tests of a module; its threads end with the test JVM. */
  private static final class Started {
    private static final AmazonDynamoDBLocal DYNAMO_DB = DynamoDBEmbedded.create(true);
  }

  /** As template.yaml has it. */
  public static Table create() {
    return create(Schema.createTable("rollouts-" + UUID.randomUUID()));
  }

  /**
   * The same without its stream: DynamoDB Local takes ever longer for a write, the more it has
   * written to streams.
   */
  public static Table createWithoutStream() {
    return create(
        Schema.createTable("rollouts-" + UUID.randomUUID()).toBuilder()
            .streamSpecification(s -> s.streamEnabled(false))
            .build());
  }

  private static Table create(CreateTableRequest request) {
    DynamoDbClient client = Started.DYNAMO_DB.dynamoDbClient();
    client.createTable(request);
    return new Table(client, request.tableName());
  }

  /** The database that all tables are on, for its streams. */
  public static AmazonDynamoDBLocal database() {
    return Started.DYNAMO_DB;
  }
}
