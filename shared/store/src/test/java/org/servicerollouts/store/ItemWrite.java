package org.servicerollouts.store;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * An item that a request writes, or checks in a transaction of writes.
 *
 * @param isCheck whether it is looked at only
 */
record ItemWrite(String table, Map<String, AttributeValue> key, boolean isCheck) {

  /** What a request writes; nothing for a read. */
  static List<ItemWrite> of(DynamoDbRequest request) {
    return switch (request) {
      case PutItemRequest put -> List.of(written(put.tableName(), put.item()));
      case UpdateItemRequest update -> List.of(written(update.tableName(), update.key()));
      case DeleteItemRequest delete -> List.of(written(delete.tableName(), delete.key()));
      case TransactWriteItemsRequest transaction ->
          transaction.transactItems().stream().map(ItemWrite::of).toList();
      default -> List.of();
    };
  }

  private static ItemWrite of(TransactWriteItem item) {
    if (item.conditionCheck() != null) {
      return new ItemWrite(item.conditionCheck().tableName(), item.conditionCheck().key(), true);
    }
    return Stream.of(
            Stream.ofNullable(item.put()).map(put -> written(put.tableName(), put.item())),
            Stream.ofNullable(item.update())
                .map(update -> written(update.tableName(), update.key())),
            Stream.ofNullable(item.delete())
                .map(delete -> written(delete.tableName(), delete.key())))
        .flatMap(write -> write)
        .findFirst()
        .orElseThrow();
  }

  private static ItemWrite written(String table, Map<String, AttributeValue> itemOrKey) {
    return new ItemWrite(
        table,
        Map.of(Schema.PK, itemOrKey.get(Schema.PK), Schema.SK, itemOrKey.get(Schema.SK)),
        false);
  }

  /** The item as it is now; empty if there is none. */
  Map<String, AttributeValue> read(DynamoDbClient client) {
    return client.getItem(r -> r.tableName(table).key(key).consistentRead(true)).item();
  }
}
