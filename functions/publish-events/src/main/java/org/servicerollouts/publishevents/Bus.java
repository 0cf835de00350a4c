package org.servicerollouts.publishevents;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/**
 * Puts events on the bus in their order. An entry that failed is put again, alone or with those of
 * other services: the later ones of its own service are held back until it is through.
 */
final class Bus {
  /** EventBridge's bound on one call. */
  private static final int ENTRIES_A_CALL = 10;

  /** How often in a row an entry may fail before the rest is left to the stream's own retry. */
  private static final int TRIES = 3;

  private final EventBridgeClient client;

  Bus(EventBridgeClient client) {
    this.client = client;
  }

  /**
   * An entry on its way.
   *
   * @param order whose order it keeps: its service
   * @param sequenceNumber the stream record it came from
   */
  record Outgoing(PutEventsRequestEntry entry, String order, String sequenceNumber) {}

  /** Puts all; answers those that did not get through, in their order. */
  List<Outgoing> put(List<Outgoing> outgoing) {
    List<Outgoing> pending = new ArrayList<>(outgoing);
    Set<String> failing = Set.of();
    int failures = 0;
    while (!pending.isEmpty() && failures < TRIES) {
      List<Outgoing> call = nextCall(pending, failing);
      List<Outgoing> failed = send(call);
      pending.removeAll(call);
      pending.addAll(0, failed);
      failing = failed.stream().map(Outgoing::order).collect(Collectors.toSet());
      failures = failed.isEmpty() ? 0 : failures + 1;
    }
    return pending;
  }

  /**
   * The first of each failing service alone, so that nothing overtakes it; of the others what comes
   * first.
   */
  private static List<Outgoing> nextCall(List<Outgoing> pending, Set<String> failing) {
    Set<String> retried = new LinkedHashSet<>();
    return pending.stream()
        .filter(o -> !failing.contains(o.order()) || retried.add(o.order()))
        .limit(ENTRIES_A_CALL)
        .toList();
  }

  private List<Outgoing> send(List<Outgoing> call) {
    List<PutEventsResultEntry> results =
        client.putEvents(r -> r.entries(call.stream().map(Outgoing::entry).toList())).entries();
    return IntStream.range(0, call.size())
        .filter(i -> results.get(i).errorCode() != null)
        .mapToObj(call::get)
        .toList();
  }
}
