package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

class UnitsTest {
  private static final Map<String, AttributeValue> NOT_THERE = Map.of();

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "7, 2",
    "10, 2",
    "12, 2",
    "123, 3",
    "1234567890, 6",
    "-12, 3",
    "120, 3",
    "1000, 2",
    "0.5, 2",
    "-0.05, 3",
    "100000000000, 2",
    "1.25, 3"
  })
  void aNumberTakesAByteForTwoSignificantDigitsAndOneMore(String number, int bytes) {
    assertThat(Units.bytes(Map.of("n", AttributeValue.fromN(number)))).isEqualTo(1 + bytes);
  }

  @Test
  void namesAndTextsTakeTheirUtf8AndListsAndMapsThreeBytesAndOneForEachElement() {
    AttributeValue text = AttributeValue.fromS("漢字");
    AttributeValue flag = AttributeValue.fromBool(true);

    assertThat(Units.bytes(Map.of("näme", text))).isEqualTo(5 + 6);
    assertThat(Units.bytes(Map.of("flag", flag))).isEqualTo(4 + 1);
    assertThat(Units.bytes(Map.of("list", AttributeValue.fromL(List.of(text, flag)))))
        .isEqualTo(4 + 3 + 2 + 6 + 1);
    assertThat(Units.bytes(Map.of("map", AttributeValue.fromM(Map.of("k", text)))))
        .isEqualTo(3 + 3 + 1 + 1 + 6);
    assertThat(Units.bytes(Map.of("none", AttributeValue.fromM(Map.of())))).isEqualTo(4 + 3);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "4096, 1", "4097, 2", "8192, 2"})
  void aReadIsRoundedUpTo4KbAndCostsHalfWhereItNeedNotBeConsistent(int bytes, double units) {
    assertThat(Units.get(item(bytes), true)).isEqualTo(new Units(units, 0));
    assertThat(Units.get(item(bytes), false)).isEqualTo(new Units(units / 2, 0));
  }

  @Test
  void aBatchIsRoundedItemByItemAndAQueryAsAWhole() {
    List<Map<String, AttributeValue>> items = List.of(item(1000), item(1000), item(3000));

    assertThat(Units.batchGet(items, 5, true)).isEqualTo(new Units(5, 0));
    assertThat(Units.query(items, true)).isEqualTo(new Units(2, 0));
    assertThat(Units.query(List.of(), false)).isEqualTo(new Units(0.5, 0));
    assertThat(Units.query(List.of(), true)).isEqualTo(new Units(1, 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 10, 1", "1024, 10, 1", "10, 1025, 2", "2049, 0, 3"})
  void aWriteIsTheLargerOfBeforeAndAfterRoundedUpTo1Kb(int before, int after, double units) {
    Units.Change change = new Units.Change(item(before), item(after));

    assertThat(Units.write(change)).isEqualTo(new Units(0, units));
    assertThat(Units.transaction(List.of(change))).isEqualTo(new Units(0, 2 * units));
  }

  @Test
  void aTransactionBillsWhatItOnlyChecksAndARefusedOneBillsAll() {
    Units.Change put = new Units.Change(NOT_THERE, item(100));
    Units.Change check = new Units.Change(item(3000), item(3000));

    assertThat(Units.transaction(List.of(put, check))).isEqualTo(new Units(0, 2 + 6));
    assertThat(Units.refusedTransaction(List.of(NOT_THERE, item(3000))))
        .isEqualTo(new Units(0, 2 + 6));
    assertThat(Units.refusedWrite(NOT_THERE)).isEqualTo(new Units(0, 1));
    assertThat(Units.refusedWrite(item(1500))).isEqualTo(new Units(0, 2));
  }

  @Test
  void theDueIndexIsBilledOnlyWhenTheTimeChangesAndTwiceWhenItMoves() {
    Map<String, AttributeValue> resting = head(null, "a");
    Map<String, AttributeValue> due = head("5", "a");

    assertThat(indexed(NOT_THERE, resting)).isZero();
    assertThat(indexed(resting, due)).isEqualTo(1);
    assertThat(indexed(due, head("5", "b"))).isZero();
    assertThat(indexed(due, head("6", "a"))).isEqualTo(2);
    assertThat(indexed(due, resting)).isEqualTo(1);
  }

  @Test
  void theListIndexHoldsAllOfAnItemSoEachChangeIsBilled() {
    Map<String, AttributeValue> listed = new HashMap<>(item(2000));
    listed.put(Schema.PK, AttributeValue.fromS("S#a.b"));
    listed.put(Schema.ORD, AttributeValue.fromS("R#1"));
    Map<String, AttributeValue> changed = new HashMap<>(listed);
    changed.put(Schema.STATUS, AttributeValue.fromS("SUCCEEDED"));

    assertThat(indexed(NOT_THERE, listed)).isEqualTo(2);
    assertThat(indexed(listed, changed)).isEqualTo(2);
    assertThat(indexed(listed, listed)).isZero();
    assertThat(indexed(changed, NOT_THERE)).isEqualTo(2);
  }

  /** The writes of indexes alone. */
  private static double indexed(
      Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
    Units.Change change = new Units.Change(before, after);
    return Units.write(change).writes() - Math.ceilDiv(Math.max(1, change.bytes()), 1024);
  }

  private static Map<String, AttributeValue> head(String dueAt, String last) {
    Map<String, AttributeValue> head = new HashMap<>(Schema.head(new ServiceName("a.b")));
    head.put(Schema.LAST, AttributeValue.fromS(last));
    if (dueAt != null) {
      head.put(Schema.SHARD, AttributeValue.fromS("1"));
      head.put(Schema.DUE_AT, AttributeValue.fromN(dueAt));
    }
    return head;
  }

  /** An item of so many bytes; none at 0. */
  private static Map<String, AttributeValue> item(int bytes) {
    return bytes == 0
        ? NOT_THERE
        : Map.of(
            "k".repeat(Math.min(bytes, 4)),
            AttributeValue.fromS("x".repeat(bytes - Math.min(bytes, 4))));
  }

  /** Where it counts as AWS does: single writes, and reads that find something. */
  @Test
  void dynamoDbLocalCountsTheSameOfSingleWritesAndReadsOfAnyShape() {
    Table table = LocalTable.createWithoutStream();
    ServiceName name = new ServiceName("web.example.com");
    Service.Identity identity = Shapes.some(Shapes.identities(name, Kind.TRAFFIC), 1, 1).getFirst();
    Map<String, AttributeValue> before = NOT_THERE;
    for (Service service : Shapes.some(Shapes.services(identity), 200, 2)) {
      Map<String, AttributeValue> item = new HashMap<>(Schema.head(name));
      item.putAll(Items.attributes(service).values());
      ConsumedCapacity put =
          table
              .client()
              .putItem(
                  r ->
                      r.tableName(table.name())
                          .item(item)
                          .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
              .consumedCapacity();
      ConsumedCapacity get =
          table
              .client()
              .getItem(
                  r ->
                      r.tableName(table.name())
                          .key(Schema.head(name))
                          .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
              .consumedCapacity();

      assertThat(Units.write(new Units.Change(before, item)))
          .isEqualTo(new Units(0, put.capacityUnits()));
      assertThat(Units.get(item, false)).isEqualTo(new Units(get.capacityUnits(), 0));
      before = item;
    }
  }
}
