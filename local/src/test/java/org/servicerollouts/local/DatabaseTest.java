package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.store.InterposedClient;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class DatabaseTest {
  private static final CreateTableRequest TABLE = Schema.createTable("rollouts");
  private static final Map<String, AttributeValue> KEY =
      Map.of("pk", AttributeValue.fromS("p"), "sk", AttributeValue.fromS("s"));

  @TempDir private Path folder;

  @Test
  void keepsWhatWasWritten() {
    Path data = folder.resolve("made/on/the/way");
    try (Database database = Database.open(data, TABLE)) {
      database.client().putItem(put -> put.tableName("rollouts").item(KEY));
    }
    try (Database database = Database.open(data, TABLE)) {
      assertThat(database.client().getItem(get -> get.tableName("rollouts").key(KEY)).item())
          .isEqualTo(KEY);
      assertThat(database.streamArn()).contains("/rollouts/stream/");
    }
  }

  @Test
  void refusesAFolderThatIsInUseInOneLine() {
    try (Database database = Database.open(folder, TABLE)) {
      assertThat(database).isNotNull();
      assertThatThrownBy(() -> Database.open(folder, TABLE))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              "--data: " + folder + " is in use (expected: a folder that no other serve uses)");
    }
  }

  @Test
  void refusesWhatIsNoFolderInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> Database.open(file, TABLE))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(file + " cannot be used (expected: a folder to write in)")
        .hasMessageNotContaining("\n");
  }

  @Test
  void readsAfterATransactionBeforeItAnswers() {
    Table table = LocalTable.create();
    List<DynamoDbRequest> requests = new ArrayList<>();
    DynamoDbClient client =
        new DurableClient(
            new InterposedClient(table.client()) {
              @Override
              protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
                requests.add(request);
                return send.apply(request);
              }
            },
            List.of("pk", "sk"));
    Map<String, AttributeValue> item =
        Map.of("pk", KEY.get("pk"), "sk", KEY.get("sk"), "more", AttributeValue.fromN("1"));
    GetItemRequest read =
        GetItemRequest.builder().tableName(table.name()).key(KEY).consistentRead(true).build();

    write(client, action().put(put -> put.tableName(table.name()).item(item)));
    write(
        client,
        action()
            .conditionCheck(
                check ->
                    check
                        .tableName(table.name())
                        .key(KEY)
                        .conditionExpression("attribute_exists(pk)")));
    write(client, action().delete(delete -> delete.tableName(table.name()).key(KEY)));

    assertThat(requests).hasSize(6);
    assertThat(requests.get(1)).isEqualTo(read);
    assertThat(requests.get(3)).isEqualTo(read);
    assertThat(requests.get(5)).isEqualTo(read);
  }

  @Test
  void doesNotReadAfterATransactionThatWasCancelled() {
    Table table = LocalTable.create();
    DynamoDbClient client = new DurableClient(table.client(), List.of("pk", "sk"));
    TransactWriteItem.Builder refused =
        action()
            .delete(
                delete ->
                    delete
                        .tableName(table.name())
                        .key(KEY)
                        .conditionExpression("attribute_exists(pk)"));

    assertThatThrownBy(() -> write(client, refused))
        .isInstanceOf(TransactionCanceledException.class);
  }

  private static TransactWriteItem.Builder action() {
    return TransactWriteItem.builder();
  }

  private static void write(DynamoDbClient client, TransactWriteItem.Builder action) {
    client.transactWriteItems(
        TransactWriteItemsRequest.builder().transactItems(action.build()).build());
  }
}
