package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Document;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.eas.EasCreateServiceRequest;
import org.servicerollouts.wire.eas.EasScaleRequest;
import org.servicerollouts.wire.eas.EasServicePrinter;
import org.servicerollouts.wire.eas.EasUpdate;
import org.servicerollouts.wire.eas.ServiceDocument;

/** PAI-EAS's services. */
final class EasServices {
  private final ServiceStore store;
  private final Changes changes;
  private final String defaultCluster;

  EasServices(ServiceStore store, Changes changes, String defaultCluster) {
    this.store = store;
    this.changes = changes;
    this.defaultCluster = defaultCluster;
  }

  ObjectNode create(HttpCall http, Instant now) {
    EasCreateServiceRequest request =
        EasCreateServiceRequest.of(http.query(), http.json(), defaultCluster);
    ServiceDocument document = request.document();
    Cause cause = http.cause();
    NewService made =
        NewService.atFirstRevision(
            request.name(),
            document.instance(),
            document.rolloutsEnabled(),
            (id, ord) -> document.config(request.name(), id, ord, now, cause.who()),
            document.text(),
            cause,
            now);
    return EasServicePrinter.created(
        changes.createService(made.service(), made.writes()), http.requestId());
  }

  ObjectNode get(ServiceName name, HttpCall http) {
    Document read = store.document(name);
    return EasServicePrinter.service(read.service(), read.json(), http.requestId());
  }

  ObjectNode update(ServiceName name, HttpCall http, Instant now) {
    ObjectNode body = http.json();
    Service updated =
        changes.changeDocument(
            name,
            read -> {
              Service service = EasServicePrinter.requireReplicas(read.service());
              return decide(
                  service,
                  EasUpdate.of(service, read.json(), http.query(), body),
                  http.cause(),
                  now);
            },
            now);
    return EasServicePrinter.updated(name, rolloutOf(updated, now), http.requestId());
  }

  private static Decision decide(Service service, EasUpdate update, Cause cause, Instant now) {
    return switch (update) {
      case EasUpdate.Unchanged unchanged -> new Decision.Unchanged();
      case EasUpdate.Scaled scaled ->
          StateMachine.decide(service, new Event.Scale(scaled.total(), cause), now);
      case EasUpdate.Revised revised -> {
        ServiceDocument document = revised.document();
        yield ServiceChange.revised(
            service,
            document.instance(),
            (id, ord) -> document.config(service.name(), id, ord, now, cause.who()),
            document.text(),
            cause,
            now);
      }
    };
  }

  /** The rollout that this very update made. */
  private static Optional<String> rolloutOf(Service updated, Instant now) {
    boolean made =
        updated.last().what() == Happened.What.ROLLOUT_CREATED && updated.last().at().equals(now);
    return made ? updated.active().map(Live::rolloutId) : Optional.empty();
  }

  ObjectNode scale(ServiceName name, HttpCall http, Instant now) {
    EasScaleRequest request = EasScaleRequest.of(http.json());
    changes.change(
        name,
        service ->
            StateMachine.decide(service, new Event.Scale(request.instance(), http.cause()), now));
    return EasServicePrinter.scaled(name, http.requestId());
  }
}
