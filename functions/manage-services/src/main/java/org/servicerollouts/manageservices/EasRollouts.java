package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.wire.eas.EasRolloutPrinter;
import org.servicerollouts.wire.eas.EasServicePrinter;
import org.servicerollouts.wire.eas.EasUpdateRolloutRequest;

/** PAI-EAS's changes of a plan, and of the rollout that lives. */
final class EasRollouts {
  private final Changes changes;
  private final InstantSource clock;

  EasRollouts(Changes changes, InstantSource clock) {
    this.changes = changes;
    this.clock = clock;
  }

  ObjectNode update(ServiceName name, HttpCall http) {
    EasUpdateRolloutRequest request = EasUpdateRolloutRequest.of(http.json());
    Service updated = changed(name, request.event(http.cause()));
    return EasRolloutPrinter.updated(updated, request, http.requestId());
  }

  ObjectNode delete(ServiceName name, HttpCall http) {
    Service unplanned = changed(name, new Event.Unplan(http.cause()));
    return EasRolloutPrinter.deleted(unplanned, http.requestId());
  }

  /** A Partition that reopens a move makes a rollout, whose id must be free. */
  private Service changed(ServiceName name, Event event) {
    return changes.act(
        name,
        service -> {
          EasServicePrinter.requireReplicas(service);
          return event;
        },
        clock);
  }
}
