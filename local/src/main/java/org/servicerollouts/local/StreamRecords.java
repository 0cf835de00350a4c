package org.servicerollouts.local;

import static java.util.stream.Collectors.toMap;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamViewType;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** What the event source mapping makes of the records of the table's stream. */
final class StreamRecords {
  private static final Set<String> EVENTS = Set.of("INSERT", "MODIFY");

  private StreamRecords() {}

  /**
   * The mapping's filter: {@code
   * {"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":["HEAD"]}}}}}.
   */
  static boolean isWanted(Record change) {
    return EVENTS.contains(change.eventNameAsString())
        && change.dynamodb().keys().containsKey("sk")
        && "HEAD".equals(change.dynamodb().keys().get("sk").s());
  }

  static DynamodbEvent event(List<Record> changes, String streamArn) {
    DynamodbEvent event = new DynamodbEvent();
    event.setRecords(changes.stream().map(change -> change(change, streamArn)).toList());
    return event;
  }

  private static DynamodbStreamRecord change(Record change, String streamArn) {
    DynamodbStreamRecord record = new DynamodbStreamRecord();
    record.setEventID(change.eventID());
    record.setEventName(change.eventNameAsString());
    record.setEventVersion(change.eventVersion());
    record.setEventSource(change.eventSource());
    record.setAwsRegion(change.awsRegion());
    record.setEventSourceARN(streamArn);
    record.setDynamodb(images(change.dynamodb()));
    return record;
  }

  private static StreamRecord images(
      software.amazon.awssdk.services.dynamodb.model.StreamRecord images) {
    StreamRecord record =
        new StreamRecord()
            .withApproximateCreationDateTime(time(images.approximateCreationDateTime()))
            .withKeys(values(images.keys()))
            .withSequenceNumber(images.sequenceNumber())
            .withSizeBytes(images.sizeBytes())
            .withStreamViewType(StreamViewType.fromValue(images.streamViewTypeAsString()));
    if (images.hasNewImage()) {
      record.setNewImage(values(images.newImage()));
    }
    if (images.hasOldImage()) {
      record.setOldImage(values(images.oldImage()));
    }
    return record;
  }

  /** DynamoDB Local puts milliseconds where the seconds belong. */
  private static Date time(Instant approximate) {
    return Date.from(Instant.ofEpochMilli(approximate.getEpochSecond()));
  }

  private static Map<String, AttributeValue> values(
      Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> values) {
    return values.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> value(entry.getValue())));
  }

  private static AttributeValue value(
      software.amazon.awssdk.services.dynamodb.model.AttributeValue value) {
    AttributeValue to = new AttributeValue();
    switch (value.type()) {
      case S -> to.setS(value.s());
      case N -> to.setN(value.n());
      case B -> to.setB(value.b().asByteBuffer());
      case BOOL -> to.setBOOL(value.bool());
      case NUL -> to.setNULL(value.nul());
      case SS -> to.setSS(value.ss());
      case NS -> to.setNS(value.ns());
      case BS -> to.setBS(value.bs().stream().map(SdkBytes::asByteBuffer).toList());
      case L -> to.setL(value.l().stream().map(StreamRecords::value).toList());
      case M -> to.setM(values(value.m()));
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException(
              "value: " + value + " (expected: a type that DynamoDB documents)");
    }
    return to;
  }
}
