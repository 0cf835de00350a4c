package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.servicerollouts.doubles.AlarmStateChange;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

/**
 * An event bus: takes PutEvents as EventBridge does and hands each event to the target of every
 * rule it matches.
 */
public final class Bus implements EventBridgeClient {
  static final int MAX_ENTRIES = 10;
  static final int MAX_BYTES = 256 * 1024;

  private static final int TIME_BYTES = 14;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final String name;
  private final List<Rule> rules;
  private final Invocations invocations;
  private final InstantSource clock;

  Bus(String name, List<Rule> rules, Invocations invocations, InstantSource clock) {
    this.name = name;
    this.rules = List.copyOf(rules);
    this.invocations = invocations;
    this.clock = clock;
  }

  /**
   * One rule with its one target.
   *
   * @param pattern the events it matches
   * @param function the name of the target
   */
  public record Rule(
      String function,
      Predicate<ScheduledEvent> pattern,
      RequestHandler<ScheduledEvent, Void> target) {

    /** Matches every event with this detail-type. */
    static Rule onDetailType(
        String detailType, String function, RequestHandler<ScheduledEvent, Void> target) {
      return new Rule(function, event -> event.getDetailType().equals(detailType), target);
    }
  }

  /** The event that a scheduled rule sends at {@code now}. */
  static ScheduledEvent scheduled(String rule, Instant now) {
    return envelope("aws.events", "Scheduled Event", Map.of(), now)
        .withResources(List.of(Aws.arn("events", "rule/" + rule)));
  }

  /** The event by which CloudWatch tells the account's own bus of an alarm. */
  static ScheduledEvent alarm(AlarmStateChange change) {
    return envelope(
            "aws.cloudwatch", "CloudWatch Alarm State Change", change.detail(), change.time())
        .withResources(List.of(change.alarmArn()));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    List<PutEventsRequestEntry> entries = request.entries();
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw refused("entries: " + entries.size() + " (expected: 1 to " + MAX_ENTRIES + ")", 400);
    }
    int bytes = entries.stream().mapToInt(Bus::bytes).sum();
    if (bytes > MAX_BYTES) {
      throw refused("entries: " + bytes + " bytes (expected: at most " + MAX_BYTES + ")", 413);
    }
    List<PutEventsResultEntry> results = entries.stream().map(this::put).toList();
    long failed = results.stream().filter(result -> result.errorCode() != null).count();
    return PutEventsResponse.builder()
        .entries(results)
        .failedEntryCount(Math.toIntExact(failed))
        .build();
  }

  private PutEventsResultEntry put(PutEventsRequestEntry entry) {
    if (!name.equals(entry.eventBusName())) {
      throw ResourceNotFoundException.builder()
          .message("eventBusName: " + entry.eventBusName() + " (expected: " + name + ")")
          .statusCode(400)
          .build();
    }
    Optional<String> missing =
        missing("Source", entry.source())
            .or(() -> missing("DetailType", entry.detailType()))
            .or(() -> missing("Detail", entry.detail()));
    if (missing.isPresent()) {
      return failed("InvalidArgument", missing.get());
    }
    try {
      Instant time = entry.time() == null ? clock.instant() : entry.time();
      ScheduledEvent event =
          envelope(entry.source(), entry.detailType(), JSON.readValue(entry.detail(), OBJECT), time)
              .withResources(List.copyOf(entry.resources()));
      deliver(event);
      return PutEventsResultEntry.builder().eventId(event.getId()).build();
    } catch (JsonProcessingException e) {
      return failed("MalformedDetail", "Detail is malformed.");
    }
  }

  private void deliver(ScheduledEvent event) {
    for (Rule rule : rules) {
      if (rule.pattern().test(event)) {
        invocations.start(
            rule.function(), context -> rule.target().handleRequest(event.clone(), context));
      }
    }
  }

  private static ScheduledEvent envelope(
      String source, String detailType, Map<String, Object> detail, Instant time) {
    return new ScheduledEvent()
        .withVersion("0")
        .withId(UUID.randomUUID().toString())
        .withSource(source)
        .withDetailType(detailType)
        .withDetail(detail)
        .withAccount(Aws.ACCOUNT)
        .withRegion(Aws.REGION)
        // EventBridge's times have whole seconds
        .withTime(new DateTime(time.getEpochSecond() * 1000, DateTimeZone.UTC));
  }

  private static Optional<String> missing(String parameter, String value) {
    return value == null || value.isEmpty()
        ? Optional.of(
            "Parameter "
                + parameter
                + " is not valid. Reason: "
                + parameter
                + " is a required argument.")
        : Optional.empty();
  }

  private static PutEventsResultEntry failed(String code, String message) {
    return PutEventsResultEntry.builder().errorCode(code).errorMessage(message).build();
  }

  private static EventBridgeException refused(String message, int status) {
    return (EventBridgeException)
        EventBridgeException.builder().message(message).statusCode(status).build();
  }

  /** As EventBridge counts the size of an entry. */
  private static int bytes(PutEventsRequestEntry entry) {
    int time = entry.time() == null ? 0 : TIME_BYTES;
    return time
        + Stream.concat(
                Stream.of(entry.source(), entry.detailType(), entry.detail()),
                entry.resources().stream())
            .mapToInt(text -> text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length)
            .sum();
  }

  @Override
  public void close() {}
}
