package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * One TransactWriteItems. DynamoDB refuses some of them whatever stands in the table. Such a one is
 * a fault of ours, and is not sent, because DynamoDB's error does not tell which item it is about.
 */
final class Transaction {
  static final int MOST_ACTIONS = 100;
  static final int MOST_BYTES = 4 * 1024 * 1024;

  private Transaction() {}

  /**
   * The request of {@code actions}.
   *
   * @throws IllegalStateException if there are too many, they are too long, or two name one item
   */
  static TransactWriteItemsRequest of(List<TransactWriteItem> actions) {
    if (actions.size() > MOST_ACTIONS) {
      throw fault("has " + actions.size() + " actions, and DynamoDB takes " + MOST_ACTIONS);
    }
    Set<Map<String, AttributeValue>> named = new HashSet<>();
    for (TransactWriteItem action : actions) {
      Map<String, AttributeValue> key = key(action);
      if (!named.add(key)) {
        throw fault("names item " + key.get(PK).s() + " / " + key.get(SK).s() + " twice");
      }
    }
    long bytes = actions.stream().mapToLong(Transaction::bytes).sum();
    if (bytes > MOST_BYTES) {
      throw fault("has " + bytes + " bytes, and DynamoDB takes " + MOST_BYTES);
    }
    return TransactWriteItemsRequest.builder().transactItems(actions).build();
  }

  private static IllegalStateException fault(String what) {
    return new IllegalStateException("A transaction " + what + ".");
  }

  private static Map<String, AttributeValue> key(TransactWriteItem action) {
    Map<String, AttributeValue> attributes =
        Stream.of(
                Stream.ofNullable(action.put()).map(Put::item),
                Stream.ofNullable(action.update()).map(Update::key),
                Stream.ofNullable(action.delete()).map(Delete::key),
                Stream.ofNullable(action.conditionCheck()).map(ConditionCheck::key))
            .flatMap(present -> present)
            .findFirst()
            .orElseThrow();
    return Map.of(PK, attributes.get(PK), SK, attributes.get(SK));
  }

  /** Of what is sent, because what a deletion or an update finds is not known before. */
  private static long bytes(TransactWriteItem action) {
    if (action.put() != null) {
      return bytes(action.put().item());
    }
    return bytes(key(action))
        + (action.update() == null ? 0 : bytes(action.update().expressionAttributeValues()));
  }

  private static long bytes(Map<String, AttributeValue> attributes) {
    return attributes.entrySet().stream()
        .mapToLong(entry -> utf8(entry.getKey()) + bytes(entry.getValue()))
        .sum();
  }

  /** A number counts its text, which is longer than DynamoDB has it. */
  private static long bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8(value.s());
      case N -> utf8(value.n());
      case L -> 3 + value.l().stream().mapToLong(element -> 1 + bytes(element)).sum();
      case M -> 3 + value.m().size() + bytes(value.m());
      case BOOL, NUL -> 1;
      default -> throw new IllegalStateException("No item has a value of " + value.type() + ".");
    };
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
