package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

class SourceMappingTest {
  private static final Instant NOW = Instant.parse("2026-05-08T16:10:00Z");

  private final List<List<String>> batches = new ArrayList<>();

  @Test
  void handsOverInsertedAndChangedHeadsOnly() {
    SourceMapping mapping = mapping(numbers -> List.of());
    List<Record> records =
        List.of(
            change("1", "INSERT", "HEAD"),
            change("2", "INSERT", "R#x"),
            change("3", "MODIFY", "HEAD"),
            change("4", "REMOVE", "HEAD"));

    assertThat(mapping.deliver(records)).isEqualTo(4);
    assertThat(batches).containsExactly(List.of("1", "3"));
    assertThat(mapping.deliver(records.subList(1, 2))).isEqualTo(1);
    assertThat(batches).hasSize(1);
  }

  @Test
  void goesOnFromTheLowestThatFailed() {
    SourceMapping mapping = mapping(numbers -> List.of("4", "2"));

    assertThat(mapping.deliver(heads(1, 5))).isEqualTo(1);
  }

  @Test
  void takesAFailureItDoesNotKnowForTheWholeBatch() {
    SourceMapping mapping = mapping(numbers -> List.of("99"));

    assertThat(mapping.deliver(heads(1, 5))).isZero();
  }

  @Test
  void givesUpOneRecordAfterItsAttempts() {
    SourceMapping mapping = mapping(numbers -> List.of("2"));
    try (LogLines log = LogLines.of(SourceMapping.class)) {
      for (int i = 1; i < SourceMapping.MAX_ATTEMPTS; i++) {
        assertThat(mapping.deliver(heads(2, 5))).isZero();
      }

      assertThat(mapping.deliver(heads(2, 5))).isEqualTo(1);
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().getLast()).contains("record 2").contains("given up after 20 attempts");
    }
  }

  @Test
  void halvesABatchThatFailsWholeUntilItHasTheRecordThatFails() {
    SourceMapping mapping =
        mapping(
            numbers -> {
              if (numbers.contains("3")) {
                throw new IllegalStateException("as a test wants it");
              }
              return List.of();
            });
    try (LogLines log = LogLines.of(SourceMapping.class)) {
      int from = 1;
      for (int calls = 0; from <= 8 && calls < 100; calls++) {
        from += mapping.deliver(heads(from, Math.min(8, from + mapping.batch() - 1)));
      }

      assertThat(from).isEqualTo(9);
      assertThat(batches.stream().filter(List.of("3")::equals)).hasSize(SourceMapping.MAX_ATTEMPTS);
      assertThat(batches.getLast()).containsExactly("5", "6", "7", "8");
      assertThat(log.lines().getLast()).contains("record 3").contains("given up");
    }
  }

  @Test
  void convertsEveryTypeOfValue() {
    Map<String, AttributeValue> item =
        Map.of(
            "pk", AttributeValue.fromS("S#a"),
            "sk", AttributeValue.fromS("HEAD"),
            "n", AttributeValue.fromN("1.5"),
            "b", AttributeValue.fromB(SdkBytes.fromUtf8String("b")),
            "bool", AttributeValue.fromBool(true),
            "null", AttributeValue.fromNul(true),
            "sets",
                AttributeValue.fromL(
                    List.of(
                        AttributeValue.fromSs(List.of("s")),
                        AttributeValue.fromNs(List.of("1")),
                        AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("x"))))),
            "map", AttributeValue.fromM(Map.of("x", AttributeValue.fromS("y"))));
    Record record =
        change("7", "MODIFY", "HEAD").toBuilder()
            .dynamodb(change("7", "MODIFY", "HEAD").dynamodb().toBuilder().newImage(item).build())
            .build();

    DynamodbEvent.DynamodbStreamRecord event =
        StreamRecords.event(List.of(record), "arn").getRecords().getFirst();

    assertThat(event.getEventSourceARN()).isEqualTo("arn");
    assertThat(event.getEventName()).isEqualTo("MODIFY");
    assertThat(event.getDynamodb().getSequenceNumber()).isEqualTo("7");
    assertThat(event.getDynamodb().getApproximateCreationDateTime()).isEqualTo(Date.from(NOW));
    assertThat(event.getDynamodb().getOldImage()).isNull();
    assertThat(event.getDynamodb().getKeys().get("sk").getS()).isEqualTo("HEAD");
    Map<String, com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue> image =
        event.getDynamodb().getNewImage();
    assertThat(image.get("n").getN()).isEqualTo("1.5");
    assertThat(image.get("b").getB()).isEqualTo(SdkBytes.fromUtf8String("b").asByteBuffer());
    assertThat(image.get("bool").getBOOL()).isTrue();
    assertThat(image.get("null").getNULL()).isTrue();
    assertThat(image.get("sets").getL().get(0).getSS()).containsExactly("s");
    assertThat(image.get("sets").getL().get(1).getNS()).containsExactly("1");
    assertThat(image.get("sets").getL().get(2).getBS())
        .containsExactly(SdkBytes.fromUtf8String("x").asByteBuffer());
    assertThat(image.get("map").getM().get("x").getS()).isEqualTo("y");
  }

  /**
   * Its function remembers the sequence numbers of each batch and reports what {@code failures}
   * says.
   */
  private SourceMapping mapping(Function<List<String>, List<String>> failures) {
    return new SourceMapping(
        "arn",
        "publish-events",
        (event, context) -> {
          List<String> numbers =
              event.getRecords().stream()
                  .map(record -> record.getDynamodb().getSequenceNumber())
                  .toList();
          batches.add(numbers);
          return new StreamsEventResponse(
              failures.apply(numbers).stream().map(BatchItemFailure::new).toList());
        },
        InstantSource.system());
  }

  private static List<Record> heads(int from, int to) {
    Stream<Record> heads =
        IntStream.rangeClosed(from, to)
            .mapToObj(i -> change(Integer.toString(i), "MODIFY", "HEAD"));
    return heads.toList();
  }

  private static Record change(String number, String event, String sk) {
    return Record.builder()
        .eventName(event)
        .dynamodb(
            StreamRecord.builder()
                .sequenceNumber(number)
                .streamViewType("NEW_AND_OLD_IMAGES")
                .keys(Map.of("pk", AttributeValue.fromS("S#a"), "sk", AttributeValue.fromS(sk)))
                // Milliseconds for seconds, as DynamoDB Local gives it
                .approximateCreationDateTime(Instant.ofEpochSecond(NOW.toEpochMilli()))
                .build())
        .build();
  }
}
