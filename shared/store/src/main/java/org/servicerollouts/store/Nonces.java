package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The nonces of signed requests, remembered for {@value #KEPT_MINUTES} minutes: longer than a
 * signature can be old or ahead of its time.
 */
public final class Nonces {
  private static final int KEPT_MINUTES = 30;

  private final DynamoDbClient client;
  private final String table;

  public Nonces(Table table) {
    this.client = table.client();
    this.table = table.name();
  }

  /**
   * Remembers that {@code nonce} was used with the access key {@code keyId}; false if it was used
   * before.
   */
  public boolean isFirst(String keyId, String nonce, Instant now) {
    // By its owner a put that the SDK sent twice knows itself again.
    String owner = UUID.randomUUID().toString();
    Item item = Item.of(nonce(keyId, nonce)).with(OWNER, owner);
    item.with(TTL, now.plus(Duration.ofMinutes(KEPT_MINUTES)).getEpochSecond());
    try {
      client.putItem(
          r ->
              r.tableName(table)
                  .item(item.values())
                  .conditionExpression(IS_NEW_OR_EXPIRED_OR_OWN)
                  .expressionAttributeNames(Map.of("#ttl", TTL, "#owner", OWNER))
                  .expressionAttributeValues(
                      Map.of(
                          ":now",
                          AttributeValue.fromN(Long.toString(now.getEpochSecond())),
                          ":owner",
                          AttributeValue.fromS(owner))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }
}
