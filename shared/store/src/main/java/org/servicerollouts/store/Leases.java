package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** A lease that one driver holds at a time. */
public final class Leases {
  private final DynamoDbClient client;
  private final String table;
  private final String name;

  private Leases(Table table, String name) {
    this.client = table.client();
    this.table = table.name();
    this.name = name;
  }

  /**
   * The lease to drive, so that a few drivers run at a time. It only saves work: what makes a batch
   * happen once is the condition on the service.
   */
  public static Leases ofDrivers(Table table) {
    return new Leases(table, DRIVER);
  }

  /** The lease to call Lambda's control plane, whose calls are counted by whoever holds it. */
  public static Leases ofShifts(Table table) {
    return new Leases(table, SHIFTS);
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
                        .key(Schema.lease(name))
                        .conditionExpression(IS_OWN_OR_FREE)
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

  private Map<String, AttributeValue> lease(String owner, Instant until) {
    return Item.of(Schema.lease(name)).with(OWNER, owner).with(UNTIL, until).values();
  }
}
