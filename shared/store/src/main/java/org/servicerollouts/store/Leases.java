package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The one lease that drivers hold, so that a few of them run at a time. It only saves work: what
 * makes a batch happen once is the condition on the service.
 */
public final class Leases {
  private final DynamoDbClient client;
  private final String table;

  public Leases(Table table) {
    this.client = table.client();
    this.table = table.name();
  }

  /** Takes it from whoever has it. */
  public void take(String owner, Instant until) {
    client.putItem(r -> r.tableName(table).item(lease(owner, until)));
  }

  /**
   * Takes it unless somebody else's is still ahead of {@code now}; tells whether it did. (Its own
   * is ahead where the first answer was lost and the SDK asked again.)
   */
  public boolean takeIfNoneAhead(String owner, Instant until, Instant now) {
    return won(
        () ->
            client.putItem(
                r ->
                    r.tableName(table)
                        .item(lease(owner, until))
                        .conditionExpression(NONE_IS_AHEAD)
                        .expressionAttributeNames(Map.of("#until", UNTIL, "#owner", OWNER))
                        .expressionAttributeValues(
                            Map.of(":now", millis(now), ":owner", AttributeValue.fromS(owner)))));
  }

  /** Prolongs it if it is still {@code owner}'s; tells whether it is. */
  public boolean renew(String owner, Instant until) {
    return won(
        () ->
            client.putItem(
                r ->
                    r.tableName(table)
                        .item(lease(owner, until))
                        .conditionExpression(IS_OWN)
                        .expressionAttributeNames(Map.of("#owner", OWNER))
                        .expressionAttributeValues(Map.of(":owner", AttributeValue.fromS(owner)))));
  }

  /**
   * Removes it unless it is somebody else's; tells whether it is gone, also where this is sent
   * twice.
   */
  public boolean release(String owner) {
    return won(
        () ->
            client.deleteItem(
                r ->
                    r.tableName(table)
                        .key(Schema.lease())
                        .conditionExpression(IS_OWN_OR_GONE)
                        .expressionAttributeNames(Map.of("#owner", OWNER))
                        .expressionAttributeValues(Map.of(":owner", AttributeValue.fromS(owner)))));
  }

  private static boolean won(Runnable write) {
    try {
      write.run();
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private static Map<String, AttributeValue> lease(String owner, Instant until) {
    return Item.of(Schema.lease()).with(OWNER, owner).with(UNTIL, until).values();
  }
}
