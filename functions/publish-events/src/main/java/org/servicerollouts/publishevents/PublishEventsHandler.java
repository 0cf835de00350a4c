package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Retention;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Tells the bus what happened to services, wakes a driver for what a request made due soon, and at
 * each tenth new rollout or config of a service deletes what of its history is beyond what is kept.
 */
public final class PublishEventsHandler
    implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(3);

  private final Bus bus;
  private final Retention retention;
  private final Entries entries;
  private final InstantSource clock;

  public PublishEventsHandler() {
    this(
        EventBridgeClient.builder()
            .region(Region.of(required("AWS_REGION")))
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(SOCKET_TIMEOUT)
                    .build())
            .build(),
        required("EVENT_BUS_NAME"),
        Table.fromEnvironment(),
        InstantSource.system());
  }

  public PublishEventsHandler(
      EventBridgeClient client, String busName, Table table, InstantSource clock) {
    this(client, busName, table, clock, Thread::sleep);
  }

  PublishEventsHandler(
      EventBridgeClient client, String busName, Table table, InstantSource clock, Bus.Pause pause) {
    this.retention = new Retention(table);
    this.bus = new Bus(client, pause);
    this.entries = new Entries(busName);
    this.clock = clock;
  }

  /** Without a bus's name EventBridge would take the account's own. */
  private static String required(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(
            () -> new IllegalStateException("environment variable " + variable + " is not set"));
  }

  @Override
  public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
    List<String> failed = new ArrayList<>();
    List<HeadChange> changes = new ArrayList<>();
    List<Bus.Outgoing> outgoing = new ArrayList<>();
    for (DynamodbEvent.DynamodbStreamRecord record : event.getRecords()) {
      String sequenceNumber = record.getDynamodb().getSequenceNumber();
      try {
        HeadChange change = HeadChange.of(record);
        outgoing.add(entries.event(change));
        changes.add(change);
      } catch (RuntimeException e) {
        context
            .getLogger()
            .log("Record " + sequenceNumber + " cannot be read: " + e, LogLevel.ERROR);
        failed.add(sequenceNumber);
      }
    }
    entries.wake(changes, clock.instant()).ifPresent(outgoing::addFirst);
    bus.put(outgoing, line -> context.getLogger().log(line, LogLevel.WARN))
        .forEach(left -> failed.add(left.sequenceNumber()));
    changes.stream()
        .filter(HeadChange::isTimeToForget)
        .map(change -> change.service().name())
        .distinct()
        .forEach(service -> forgetBeyond(service, context));
    return new StreamsEventResponse(firstOf(failed));
  }

  /** What fails here is beyond at the next tenth rollout too, and must not hold events back. */
  private void forgetBeyond(ServiceName service, Context context) {
    try {
      retention.apply(service, clock.instant());
    } catch (RuntimeException e) {
      context.getLogger().log("History of " + service + " was not cut: " + e, LogLevel.ERROR);
    }
  }

  /** Lambda goes on from the lowest that failed. */
  private static List<BatchItemFailure> firstOf(List<String> failed) {
    return failed.stream()
        .min(Comparator.comparing(BigInteger::new))
        .map(lowest -> List.of(new BatchItemFailure(lowest)))
        .orElse(List.of());
  }
}
