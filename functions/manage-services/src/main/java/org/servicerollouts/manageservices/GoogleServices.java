package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ConfigHeader;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.google.ConfigPrinter;
import org.servicerollouts.wire.google.ConfigView;
import org.servicerollouts.wire.google.CreateConfigRequest;
import org.servicerollouts.wire.google.CreateServiceRequest;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.ServicePrinter;

/** Google's services and services.configs. */
final class GoogleServices {
  private final ServiceStore store;
  private final Changes changes;

  GoogleServices(ServiceStore store, Changes changes) {
    this.store = store;
    this.changes = changes;
  }

  ObjectNode create(HttpCall http, Instant now) {
    CreateServiceRequest request = CreateServiceRequest.of(http.json());
    NewService made =
        NewService.empty(
            request.serviceName(),
            request.kind(),
            request.totalReplicas().orElse(0),
            request.producerProjectId(),
            http.cause(),
            now);
    Service service = changes.createService(made.service(), made.writes());
    return OperationPrinter.operation(
        new ServiceOperation(
            service.name(),
            service.counters().ord(),
            ServiceOperation.Type.CREATE_SERVICE,
            request.producerProjectId(),
            now));
  }

  ObjectNode get(ServiceName name) {
    return ServicePrinter.service(store.require(name));
  }

  ObjectNode createConfig(ServiceName name, HttpCall http, Instant now) {
    CreateConfigRequest request = CreateConfigRequest.of(name, http.json());
    Cause cause = http.cause();
    Service service =
        changes.change(
            name,
            s ->
                ServiceChange.configCreated(
                    s,
                    request.id(),
                    (id, ord) -> request.config(id, ord, now, cause.who()),
                    cause,
                    now),
            counters -> request.id().isPresent() ? counters : counters.usedConfigId(now));
    String id = request.id().orElseGet(() -> service.counters().configs().last());
    return ConfigPrinter.config(
        request.config(id, service.counters().ord(), now, cause.who()).body(), ConfigView.FULL);
  }

  ObjectNode getConfig(ServiceName name, String id, HttpCall http) {
    ConfigView view = ConfigView.of(http.query());
    return ConfigPrinter.config(store.configBody(name, id), view);
  }

  ObjectNode listConfigs(ServiceName name, HttpCall http) {
    ListRequest request = ListRequest.ofConfigs(name, http.query());
    Page<ConfigHeader> page = store.configs(name, request.pageSize(), request.from());
    return ConfigPrinter.page(
        page.items().stream().map(c -> ConfigPrinter.header(name, c.title(), c.id())).toList(),
        page.next().map(request::nextPageToken));
  }
}
