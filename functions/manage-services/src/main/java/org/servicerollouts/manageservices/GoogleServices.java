package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Optional;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.google.CreateServiceRequest;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.ServicePrinter;

/** Google's services. */
final class GoogleServices {
  private final ServiceStore store;
  private final Changes changes;
  private final InstantSource clock;

  GoogleServices(ServiceStore store, Changes changes, InstantSource clock) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
  }

  ObjectNode create(HttpCall http) {
    CreateServiceRequest request = CreateServiceRequest.of(http.json());
    Service created =
        changes.createService(
            request.serviceName(),
            (gone, now) ->
                NewService.empty(
                    request.serviceName(),
                    request.kind(),
                    request.totalReplicas().orElse(0),
                    request.producerProjectId(),
                    gone,
                    http.cause(),
                    now),
            clock);
    return done(created, new ServiceOperation.ServiceCreated());
  }

  ObjectNode get(ServiceName name) {
    return ServicePrinter.service(store.require(name));
  }

  ObjectNode list(HttpCall http) {
    ListRequest request = ListRequest.ofServices(http.query());
    Page<ServiceName> page =
        store.services(http.query().find("producerProjectId"), request.pageSize(), request.from());
    return ServicePrinter.page(page.items(), page.next().map(request::nextPageToken));
  }

  ObjectNode delete(ServiceName name, HttpCall http) {
    Event.DeleteService delete = new Event.DeleteService(Service.KEPT_DELETED, http.cause());
    Service deleted = changes.deleteService(name, delete, clock);
    return done(deleted, new ServiceOperation.ServiceDeleted());
  }

  ObjectNode undelete(ServiceName name, HttpCall http) {
    Fields.google(http.json()).end();
    Service undeleted = changes.undelete(name, new Event.UndeleteService(http.cause()), clock);
    return done(undeleted, new ServiceOperation.ServiceUndeleted());
  }

  private static ObjectNode done(Service service, ServiceOperation.Done what) {
    return OperationPrinter.operation(ServiceOperation.justDone(service, what), Optional.empty());
  }
}
