package org.servicerollouts.publishevents;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Due;
import org.servicerollouts.wire.google.EventPrinter;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Makes of changes what goes to the bus: an event for each, and one wake for all. */
final class Entries {
  /** The source of every event of this product. */
  static final String SOURCE = "service-rollouts";

  private static final String NO_SERVICE = "";

  private final String busName;

  Entries(String busName) {
    this.busName = busName;
  }

  /** What the bus is told of one change. */
  Bus.Outgoing event(HeadChange change) {
    Service service = change.service();
    PutEventsRequestEntry entry =
        entry(
            ServiceEvent.detailType(service.last()),
            EventPrinter.detail(service),
            service.last().at());
    return new Bus.Outgoing(entry, service.name().value(), change.sequenceNumber());
  }

  /** What wakes a driver for those of the changes that made something due soon, if any did. */
  Optional<Bus.Outgoing> wake(List<HeadChange> changes, Instant now) {
    List<HeadChange> dueSoon =
        changes.stream().filter(change -> change.madeDueBy(now.plus(Due.HORIZON))).toList();
    if (dueSoon.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    dueSoon.stream()
        .map(change -> change.service().name())
        .distinct()
        .map(ServiceName::value)
        .forEach(detail.putArray(Due.SERVICES)::add);
    return Optional.of(
        new Bus.Outgoing(
            entry(Due.SOON, detail, now), NO_SERVICE, dueSoon.getFirst().sequenceNumber()));
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
