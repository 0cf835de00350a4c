package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.servicerollouts.store.HeadRecords;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** The stream of a table as Lambda brings it to the function. */
final class HeadStream {
  private HeadStream() {}

  /** All records of all items so far. */
  static List<DynamodbStreamRecord> all(Table table) {
    return HeadRecords.all(table).stream().map(HeadStream::lambdas).toList();
  }

  /** What the filter of template.yaml lets through. */
  static List<DynamodbStreamRecord> filtered(List<DynamodbStreamRecord> records) {
    return records.stream()
        .filter(record -> List.of("INSERT", "MODIFY").contains(record.getEventName()))
        .filter(record -> key(record).get(Schema.SK).getS().equals(Schema.HEAD))
        .toList();
  }

  static Map<String, AttributeValue> key(DynamodbStreamRecord record) {
    return record.getDynamodb().getKeys();
  }

  private static DynamodbStreamRecord lambdas(Record record) {
    var change = record.dynamodb();
    DynamodbStreamRecord converted = new DynamodbStreamRecord();
    converted.setEventID(record.eventID());
    converted.setEventName(record.eventNameAsString());
    converted.setDynamodb(
        new StreamRecord()
            .withSequenceNumber(change.sequenceNumber())
            .withKeys(map(change.keys()))
            .withOldImage(change.hasOldImage() ? map(change.oldImage()) : null)
            .withNewImage(change.hasNewImage() ? map(change.newImage()) : null));
    return converted;
  }

  private static Map<String, AttributeValue> map(
      Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> values) {
    Map<String, AttributeValue> converted = new HashMap<>();
    values.forEach((name, value) -> converted.put(name, value(value)));
    return converted;
  }

  private static AttributeValue value(
      software.amazon.awssdk.services.dynamodb.model.AttributeValue value) {
    return switch (value.type()) {
      case S -> new AttributeValue().withS(value.s());
      case N -> new AttributeValue().withN(value.n());
      case BOOL -> new AttributeValue().withBOOL(value.bool());
      case M -> new AttributeValue().withM(map(value.m()));
      case L -> new AttributeValue().withL(value.l().stream().map(HeadStream::value).toList());
      default -> throw new IllegalArgumentException(value + " (expected: what the store writes)");
    };
  }
}
