package org.servicerollouts.publishevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** An event bus that takes what it is told to take, as EventBridge would: entry by entry. */
final class FakeBus implements EventBridgeClient {
  static final String NAME = "the-bus";
  private static final int ENTRIES_A_CALL = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<List<PutEventsRequestEntry>> calls = new ArrayList<>();
  private final List<PutEventsRequestEntry> taken = new ArrayList<>();
  private final Queue<Predicate<PutEventsRequestEntry>> next = new ArrayDeque<>();
  private Predicate<PutEventsRequestEntry> refusing = entry -> false;

  /** An answer to no entry at all: the call fails. */
  static final Predicate<PutEventsRequestEntry> FAILING =
      entry -> {
        throw SdkClientException.create("connection reset");
      };

  /** From now on it does not take these. */
  void refuses(Predicate<PutEventsRequestEntry> which) {
    refusing = which;
  }

  /** The next call is answered so, whatever else it refuses; and so on in turn. */
  void refusesNext(Predicate<PutEventsRequestEntry> which) {
    next.add(which);
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    List<PutEventsRequestEntry> entries = request.entries();
    if (entries.isEmpty() || entries.size() > ENTRIES_A_CALL) {
      throw new IllegalArgumentException(entries.size() + " entries (expected: 1 to 10)");
    }
    calls.add(entries);
    Predicate<PutEventsRequestEntry> refused = next.isEmpty() ? refusing : next.remove();
    List<PutEventsResultEntry> results = new ArrayList<>();
    List<PutEventsRequestEntry> passed = new ArrayList<>();
    for (PutEventsRequestEntry entry : entries) {
      boolean isRefused = refused.test(entry);
      results.add(
          isRefused
              ? PutEventsResultEntry.builder()
                  .errorCode("ThrottlingException")
                  .errorMessage("slow down")
                  .build()
              : PutEventsResultEntry.builder().eventId("e" + taken.size()).build());
      if (!isRefused) {
        passed.add(entry);
      }
    }
    taken.addAll(passed);
    return PutEventsResponse.builder()
        .entries(results)
        .failedEntryCount(entries.size() - passed.size())
        .build();
  }

  /** How many entries each call had. */
  List<Integer> callSizes() {
    return calls.stream().map(List::size).toList();
  }

  /** What it took, in order: {@code shop#3}, or the detail-type of what has no id. */
  List<String> ids() {
    return taken.stream().map(FakeBus::id).toList();
  }

  /** The same for what was sent in each call. */
  List<List<String>> sent() {
    return calls.stream().map(call -> call.stream().map(FakeBus::id).toList()).toList();
  }

  List<PutEventsRequestEntry> taken() {
    return taken;
  }

  /** What it took of one service, in order. */
  Stream<PutEventsRequestEntry> taken(String service) {
    return taken.stream().filter(of(service));
  }

  /** The same as JSON. */
  Stream<JsonNode> details(String service) {
    return taken(service).map(FakeBus::detail);
  }

  static JsonNode detail(PutEventsRequestEntry entry) {
    try {
      return JSON.readTree(entry.detail());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String id(PutEventsRequestEntry entry) {
    JsonNode id = detail(entry).path("id");
    return id.isMissingNode() ? entry.detailType() : id.asText();
  }

  /** Events of this service. */
  static Predicate<PutEventsRequestEntry> of(String service) {
    return entry -> id(entry).startsWith(service + "#");
  }

  @Override
  public String serviceName() {
    return EventBridgeClient.SERVICE_NAME;
  }

  @Override
  public void close() {}
}
