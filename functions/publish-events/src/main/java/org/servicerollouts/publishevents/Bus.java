package org.servicerollouts.publishevents;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/**
 * Puts events on the bus, those of each service in their order: a call has at most one of each
 * service, so that what fails holds back the later ones of its service, and no others.
 */
final class Bus {
  /** EventBridge's bound on one call. */
  private static final int ENTRIES_A_CALL = 10;

  /** How often an entry is put before it, and what it holds back, is left to the stream's retry. */
  static final int TRIES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final EventBridgeClient client;
  private final Pause pause;

  /** How to wait before a call that holds what failed before. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  Bus(EventBridgeClient client, Pause pause) {
    this.client = client;
    this.pause = pause;
  }

  /**
   * An entry on its way.
   *
   * @param order whose order it keeps: its service
   * @param sequenceNumber the stream record it came from
   */
  record Outgoing(PutEventsRequestEntry entry, String order, String sequenceNumber) {}

  /**
   * Puts all; answers those that did not get through, in their order.
   *
   * @param log takes a line for each call that failed, in part or whole
   */
  List<Outgoing> put(List<Outgoing> outgoing, Consumer<String> log) {
    List<Outgoing> pending = new ArrayList<>(outgoing);
    Map<String, Integer> failures = new HashMap<>();
    try {
      List<Outgoing> call = nextCall(pending, failures);
      while (!call.isEmpty()) {
        int failedBefore =
            call.stream().mapToInt(o -> failures.getOrDefault(o.order(), 0)).max().orElse(0);
        if (failedBefore > 0) {
          pause.sleep(FIRST_PAUSE.multipliedBy(1L << (failedBefore - 1)));
        }
        List<PutEventsResultEntry> results = send(call);
        for (int i = 0; i < call.size(); i++) {
          Outgoing sent = call.get(i);
          if (results.get(i).errorCode() == null) {
            pending.remove(sent);
            failures.remove(sent.order());
          } else {
            failures.merge(sent.order(), 1, Integer::sum);
          }
        }
        report(results, log);
        call = nextCall(pending, failures);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The client has tried again by itself: what is left is for the stream's retry
      log.accept("The bus took none of the " + pending.size() + " events left: " + e);
    }
    return pending;
  }

  /** The first of each service, unless that failed too often. */
  private static List<Outgoing> nextCall(List<Outgoing> pending, Map<String, Integer> failures) {
    Set<String> orders = new HashSet<>();
    return pending.stream()
        .filter(o -> failures.getOrDefault(o.order(), 0) < TRIES)
        .filter(o -> orders.add(o.order()))
        .limit(ENTRIES_A_CALL)
        .toList();
  }

  private List<PutEventsResultEntry> send(List<Outgoing> call) {
    return client.putEvents(r -> r.entries(call.stream().map(Outgoing::entry).toList())).entries();
  }

  private static void report(List<PutEventsResultEntry> results, Consumer<String> log) {
    List<PutEventsResultEntry> failed =
        results.stream().filter(result -> result.errorCode() != null).toList();
    if (!failed.isEmpty()) {
      log.accept(
          "The bus did not take "
              + failed.size()
              + " of "
              + results.size()
              + " events: "
              + failed.getFirst().errorCode()
              + " "
              + failed.getFirst().errorMessage());
    }
  }
}
