package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/** Tells the bus what happened to services, and wakes a driver for what a request made due soon. */
public final class PublishEventsHandler
    implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
  private final Bus bus;
  private final Entries entries;
  private final InstantSource clock;

  public PublishEventsHandler() {
    this(
        EventBridgeClient.builder()
            .region(Region.of(System.getenv("AWS_REGION")))
            .httpClient(UrlConnectionHttpClient.create())
            .build(),
        System.getenv("EVENT_BUS_NAME"),
        InstantSource.system());
  }

  public PublishEventsHandler(EventBridgeClient client, String busName, InstantSource clock) {
    this.bus = new Bus(client);
    this.entries = new Entries(busName);
    this.clock = clock;
  }

  @Override
  public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
    List<String> failed = new ArrayList<>();
    List<HeadChange> changes = new ArrayList<>();
    for (DynamodbEvent.DynamodbStreamRecord record : event.getRecords()) {
      try {
        changes.add(HeadChange.of(record));
      } catch (RuntimeException e) {
        context
            .getLogger()
            .log(
                "Record " + record.getDynamodb().getSequenceNumber() + " cannot be read: " + e,
                LogLevel.ERROR);
        failed.add(record.getDynamodb().getSequenceNumber());
      }
    }
    try {
      bus.put(entries.of(changes, clock.instant())).forEach(o -> failed.add(o.sequenceNumber()));
    } catch (RuntimeException e) {
      context.getLogger().log("The bus took nothing more: " + e, LogLevel.WARN);
      changes.forEach(change -> failed.add(change.sequenceNumber()));
    }
    return new StreamsEventResponse(firstOf(failed));
  }

  /** Lambda goes on from the lowest that failed. */
  private static List<BatchItemFailure> firstOf(List<String> failed) {
    return failed.stream()
        .min(Comparator.comparing(BigInteger::new))
        .map(lowest -> List.of(new BatchItemFailure(lowest)))
        .orElse(List.of());
  }
}
