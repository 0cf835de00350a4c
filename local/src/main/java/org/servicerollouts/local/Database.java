package org.servicerollouts.local;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * DynamoDB Local inside this process, with one table, kept in one folder that it holds against any
 * other process.
 */
final class Database implements AutoCloseable {
  private final FileChannel lock;
  private final AmazonDynamoDBLocal local;
  private final DynamoDbClient client;
  private final String table;

  private Database(FileChannel lock, AmazonDynamoDBLocal local, CreateTableRequest table) {
    this.lock = lock;
    this.local = local;
    this.table = table.tableName();
    List<String> keyNames =
        table.keySchema().stream().map(KeySchemaElement::attributeName).toList();
    this.client = new DurableClient(local.dynamoDbClient(), keyNames);
  }

  /** Opens what is in {@code folder}, or starts anew there with an empty {@code table}. */
  static Database open(Path folder, CreateTableRequest table) {
    FileChannel lock = lock(folder);
    // The second argument: no telemetry
    AmazonDynamoDBLocal local =
        DynamoDBEmbedded.create(folder.resolve("rollouts.db").toFile(), true);
    if (!local.dynamoDbClient().listTables().tableNames().contains(table.tableName())) {
      local.dynamoDbClient().createTable(table);
    }
    return new Database(lock, local, table);
  }

  /** The operating system lets go of the lock when this process ends, however it ends. */
  private static FileChannel lock(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel file = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
      if (isLocked(file)) {
        return file;
      }
      file.close();
    } catch (IOException e) {
      throw new Refusal(
          "--data: " + folder + " cannot be used (expected: a folder to write in): " + e);
    }
    throw new Refusal(
        "--data: " + folder + " is in use (expected: a folder that no other serve uses)");
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  DynamoDbClient client() {
    return client;
  }

  DynamoDbStreamsClient streams() {
    return local.dynamoDbStreamsClient();
  }

  String streamArn() {
    return local
        .dynamoDbClient()
        .describeTable(describe -> describe.tableName(table))
        .table()
        .latestStreamArn();
  }

  @Override
  public void close() {
    local.shutdown();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
