package org.servicerollouts.local;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** A bus that takes everything. */
public record RecordingBus(List<PutEventsRequestEntry> entries) implements EventBridgeClient {
  public RecordingBus() {
    this(new ArrayList<>());
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    entries.addAll(request.entries());
    return PutEventsResponse.builder()
        .entries(
            request.entries().stream().map(e -> PutEventsResultEntry.builder().build()).toList())
        .failedEntryCount(0)
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
