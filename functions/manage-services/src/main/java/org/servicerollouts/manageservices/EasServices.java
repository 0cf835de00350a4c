package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Document;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.eas.EasCreateServiceRequest;
import org.servicerollouts.wire.eas.EasListServicesRequest;
import org.servicerollouts.wire.eas.EasScaleRequest;
import org.servicerollouts.wire.eas.EasServicePrinter;
import org.servicerollouts.wire.eas.EasUpdate;
import org.servicerollouts.wire.eas.ServiceDocument;

/** PAI-EAS's services. */
final class EasServices {
  private static final int READ_AT_ONCE = 1000;

  private final ServiceStore store;
  private final Changes changes;
  private final InstantSource clock;

  EasServices(ServiceStore store, Changes changes, InstantSource clock) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
  }

  ObjectNode create(HttpCall http) {
    EasCreateServiceRequest request =
        EasCreateServiceRequest.of(http.query(), http.json(), http.stage().defaultCluster());
    ServiceDocument document = request.document();
    Cause cause = http.cause();
    Service service =
        changes.createService(
            request.name(),
            (gone, now) ->
                NewService.atFirstRevision(
                    request.name(),
                    document.instance(),
                    document.rolloutsEnabled(),
                    (id, ord) -> document.config(request.name(), id, ord, now, cause.who()),
                    document.text(),
                    gone,
                    cause,
                    now),
            clock);
    return EasServicePrinter.created(service, http.requestId());
  }

  ObjectNode list(HttpCall http) {
    EasListServicesRequest request = EasListServicesRequest.of(http.query());
    List<Service> all = new ArrayList<>();
    Optional<String> from = Optional.empty();
    do {
      Page<ServiceName> names = store.services(Optional.empty(), READ_AT_ONCE, from);
      all.addAll(store.findAll(names.items()));
      from = names.next();
    } while (from.isPresent());
    return EasServicePrinter.services(request.select(all), request.page(), http.requestId());
  }

  ObjectNode get(ServiceName name, HttpCall http) {
    Document read = store.document(name);
    return EasServicePrinter.service(read.service(), read.json(), http.requestId());
  }

  ObjectNode update(ServiceName name, HttpCall http) {
    ObjectNode body = http.json();
    AtomicReference<EasUpdate> made = new AtomicReference<>();
    Service updated =
        changes.changeDocument(
            name,
            (read, alarms, now) -> {
              Service service = EasServicePrinter.requireReplicas(read.service());
              made.set(EasUpdate.of(service, read.json(), http.query(), body));
              return decide(service, made.get(), alarms, http.cause(), now);
            },
            clock);
    Optional<String> rolloutId =
        made.get() instanceof EasUpdate.Revised
            ? updated.active().map(Live::rolloutId)
            : Optional.empty();
    return EasServicePrinter.updated(name, rolloutId, http.requestId());
  }

  private static Decision decide(
      Service service, EasUpdate update, Alarms alarms, Cause cause, Instant now) {
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
            alarms,
            cause,
            now);
      }
    };
  }

  /** For good: PAI-EAS has no undelete. */
  ObjectNode delete(ServiceName name, HttpCall http) {
    Event.DeleteService delete = new Event.DeleteService(Duration.ZERO, http.cause());
    changes.act(
        name,
        service -> {
          EasServicePrinter.requireReplicas(service);
          return delete;
        },
        clock);
    return EasServicePrinter.deleted(name, http.requestId());
  }

  ObjectNode scale(ServiceName name, HttpCall http) {
    EasScaleRequest request = EasScaleRequest.of(http.json());
    changes.act(name, service -> new Event.Scale(request.instance(), http.cause()), clock);
    return EasServicePrinter.scaled(name, http.requestId());
  }
}
