package org.servicerollouts.store;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import java.util.UUID;

/** Tables on a DynamoDB Local in this process, in memory: each call makes a new, empty one. */
public final class LocalTable {
  private LocalTable() {}

  /** Started once for all tests of a module; its threads end with the test JVM. */
  private static final class Started {
    private static final AmazonDynamoDBLocal DYNAMO_DB = DynamoDBEmbedded.create(true);
  }

  public static Table create() {
    String name = "rollouts-" + UUID.randomUUID();
    Started.DYNAMO_DB.dynamoDbClient().createTable(Schema.createTable(name));
    return new Table(Started.DYNAMO_DB.dynamoDbClient(), name);
  }

  /** The database that all tables are on, for its streams. */
  public static AmazonDynamoDBLocal database() {
    return Started.DYNAMO_DB;
  }
}
