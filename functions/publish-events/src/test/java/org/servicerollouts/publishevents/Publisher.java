package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.servicerollouts.store.Table;

/** The function before a bus, as Lambda calls it. */
final class Publisher {
  final FakeBus bus = new FakeBus();
  final List<String> log = new ArrayList<>();
  final List<Duration> pauses = new ArrayList<>();

  private final PublishEventsHandler handler;

  /**
   * @param table whose history it cuts
   */
  Publisher(Table table, InstantSource clock) {
    handler = new PublishEventsHandler(bus, FakeBus.NAME, table, clock, pauses::add);
  }

  /** Hands it a batch of records; tells the sequence numbers that failed. */
  List<String> publishes(List<DynamodbStreamRecord> records) {
    DynamodbEvent event = new DynamodbEvent();
    event.setRecords(records);
    return handler
        .handleRequest(event, new InvocationContext("request", log::add))
        .getBatchItemFailures()
        .stream()
        .map(BatchItemFailure::getItemIdentifier)
        .toList();
  }
}
