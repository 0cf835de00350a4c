package org.servicerollouts.store;

import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;

/** Tables on one DynamoDB Local that all tests of a module share: each call makes a new one. */
public final class LocalTable {
  private LocalTable() {}

  /** Its threads end with the test JVM. */
  private static final class Started {
    private static final LocalDatabase DATABASE = new LocalDatabase();
  }

  /** As template.yaml has it. */
  public static Table create() {
    return Started.DATABASE.table();
  }

  /** The same without its stream, which makes each write the slower: see {@link LocalDatabase}. */
  public static Table createWithoutStream() {
    return Started.DATABASE.tableWithoutStream();
  }

  /** The database that all these tables are on, for its streams. */
  public static AmazonDynamoDBLocal database() {
    return Started.DATABASE.dynamoDb();
  }
}
