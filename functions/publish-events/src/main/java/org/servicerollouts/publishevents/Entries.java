package org.servicerollouts.publishevents;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.servicerollouts.domain.Service;
import org.servicerollouts.store.Due;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/**
 * Makes of a batch of changes what goes to the bus: first one wake for all that is due soon, then
 * each change.
 */
final class Entries {
  /** The source of every event of this product. */
  static final String SOURCE = "service-rollouts";

  private static final String NO_SERVICE = "";

  private final String busName;

  Entries(String busName) {
    this.busName = busName;
  }

  List<Bus.Outgoing> of(List<HeadChange> changes, Instant now) {
    List<Bus.Outgoing> entries = new ArrayList<>();
    List<HeadChange> dueSoon =
        changes.stream().filter(change -> change.madeDueBy(now.plus(Due.HORIZON))).toList();
    if (!dueSoon.isEmpty()) {
      entries.add(
          new Bus.Outgoing(
              entry(Due.SOON, wake(dueSoon), now),
              NO_SERVICE,
              dueSoon.getFirst().sequenceNumber()));
    }
    for (HeadChange change : changes) {
      Service service = change.service();
      entries.add(
          new Bus.Outgoing(
              entry(
                  ServiceEvent.detailType(service.last().what()),
                  ServiceEvent.detail(service),
                  service.last().at()),
              service.name().value(),
              change.sequenceNumber()));
    }
    return entries;
  }

  private static ObjectNode wake(List<HeadChange> dueSoon) {
    Set<String> services = new TreeSet<>();
    dueSoon.forEach(change -> services.add(change.service().name().value()));
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    services.forEach(name -> detail.withArray(Due.SERVICES).add(name));
    return detail;
  }

  private PutEventsRequestEntry entry(String detailType, ObjectNode detail, Instant time) {
    return PutEventsRequestEntry.builder()
        .eventBusName(busName)
        .source(SOURCE)
        .detailType(detailType)
        .detail(detail.toString())
        .time(time)
        .build();
  }
}
