package org.servicerollouts.store;

import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The contract over HTTP, with the SDK's own client, where there is a {@link RemoteAws}. It makes a
 * table of its own and deletes it.
 */
@EnabledIf(value = "org.servicerollouts.store.RemoteAws#isThere", disabledReason = RemoteAws.NONE)
class RemoteStoreTest extends StoreContract {
  private RemoteAws aws;

  @Override
  protected Table open() {
    aws = RemoteAws.open("dynamodb");
    DynamoDbClient client = aws.client(DynamoDbClient.builder());
    String name = "rollouts-test-" + UUID.randomUUID();
    client.createTable(Schema.createTable(name));
    client.waiter().waitUntilTableExists(r -> r.tableName(name));
    return new Table(client, name);
  }

  @Override
  protected void close(Table used) {
    used.client().deleteTable(r -> r.tableName(used.name()));
    used.client().close();
    aws.close();
  }
}
