package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Transactions that DynamoDB would refuse are found before it is asked. */
class TransactionTest {
  private static final Map<String, AttributeValue> KEY = key("R#second");

  private static final List<Function<Map<String, AttributeValue>, TransactWriteItem>> ACTIONS =
      List.of(
          key -> TransactWriteItem.builder().put(p -> p.item(key)).build(),
          key -> TransactWriteItem.builder().update(u -> u.key(key)).build(),
          key -> TransactWriteItem.builder().delete(d -> d.key(key)).build(),
          key -> TransactWriteItem.builder().conditionCheck(c -> c.key(key)).build());

  private static Map<String, AttributeValue> key(String sk) {
    return Map.of(
        Schema.PK, AttributeValue.fromS("S#svc.example.com"), Schema.SK, AttributeValue.fromS(sk));
  }

  private static TransactWriteItem put(String sk, AttributeValue value) {
    return put(Item.of(key(sk)).with(Schema.BODY, value).values());
  }

  private static TransactWriteItem put(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder().put(p -> p.item(item)).build();
  }

  @Test
  void twoActionsOfAnyKindMayNotNameOneItem() {
    for (var first : ACTIONS) {
      for (var second : ACTIONS) {
        assertThatThrownBy(
                () ->
                    Transaction.of(
                        List.of(first.apply(key("HEAD")), first.apply(KEY), second.apply(KEY))))
            .isExactlyInstanceOf(IllegalStateException.class)
            .hasMessage("A transaction names item S#svc.example.com / R#second twice.");
        assertThat(
                Transaction.of(List.of(first.apply(KEY), second.apply(key("R#third"))))
                    .transactItems())
            .hasSize(2);
      }
    }
  }

  /** An item is named by its key, whatever else it holds. */
  @Test
  void twoItemsOfOneKeyAreOneItem() {
    assertThatThrownBy(
            () ->
                Transaction.of(
                    List.of(
                        put("D", AttributeValue.fromS("a")), put("D", AttributeValue.fromS("b")))))
        .hasMessageEndingWith("names item S#svc.example.com / D twice.");
  }

  @Test
  void aHundredActionsAreTakenAndNoMore() {
    assertThat(Transaction.of(puts(100)).transactItems()).hasSize(100);
    assertThatThrownBy(() -> Transaction.of(puts(101)))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("A transaction has 101 actions, and DynamoDB takes 100.");
  }

  private static List<TransactWriteItem> puts(int count) {
    return IntStream.range(0, count).mapToObj(i -> put(key("R#" + i))).toList();
  }

  @Test
  void fourMegabytesAreTakenAndNotAByteMore() {
    AttributeValue none = AttributeValue.fromS("");
    long keys = Units.bytes(Item.of(key("CB#a")).with(Schema.BODY, none).values());
    int left = (int) (Transaction.MOST_BYTES - keys);

    assertThat(Transaction.of(List.of(body(left))).transactItems()).hasSize(1);
    assertThatThrownBy(() -> Transaction.of(List.of(body(left + 1))))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("A transaction has 4194305 bytes, and DynamoDB takes 4194304.");
  }

  private static TransactWriteItem body(int length) {
    return put("CB#a", AttributeValue.fromS("x".repeat(length)));
  }

  @Test
  void theBytesOfTextsAreThoseOfTheirUtf8WhereverTheyStand() {
    String text = "漢".repeat(Transaction.MOST_BYTES / 3);
    AttributeValue value = AttributeValue.fromS(text);
    Stream.of(
            put("CB#a", value),
            put("CB#a", AttributeValue.fromL(List.of(value))),
            put("CB#a", AttributeValue.fromM(Map.of("a", value))),
            put("CB#a", AttributeValue.fromM(Map.of(text, AttributeValue.fromN("1")))),
            TransactWriteItem.builder()
                .update(u -> u.key(KEY).expressionAttributeValues(Map.of(":a", value)))
                .build())
        .forEach(
            action ->
                assertThatThrownBy(() -> Transaction.of(List.of(action)))
                    .hasMessageContaining("bytes, and DynamoDB takes 4194304"));
  }
}
