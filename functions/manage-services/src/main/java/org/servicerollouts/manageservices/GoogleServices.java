package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Optional;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Target;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.targets.Answer;
import org.servicerollouts.targets.LambdaAliases;
import org.servicerollouts.wire.Errors;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.google.CreateServiceRequest;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.OperationPrinter;
import org.servicerollouts.wire.google.ServicePrinter;
import org.servicerollouts.wire.google.UpdateServiceRequest;

/** Google's services. */
final class GoogleServices {
  private final ServiceStore store;
  private final Changes changes;
  private final AlarmNames alarmNames;
  private final LambdaAliases aliases;
  private final AllowedTargets allowed;
  private final InstantSource clock;

  GoogleServices(
      ServiceStore store,
      Changes changes,
      AlarmNames alarmNames,
      LambdaAliases aliases,
      AllowedTargets allowed,
      InstantSource clock) {
    this.store = store;
    this.changes = changes;
    this.alarmNames = alarmNames;
    this.aliases = aliases;
    this.allowed = allowed;
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

  ObjectNode update(ServiceName name, HttpCall http) {
    UpdateServiceRequest request =
        UpdateServiceRequest.of(name, http.query(), http.json(), alarmNames::name);
    request.target().ifPresent(target -> requireThere(name, target));
    return ServicePrinter.service(
        changes.configure(
            name,
            request.target(),
            request.alarms(),
            request.etag(),
            http.caller().readsEveryService(),
            http.cause(),
            clock));
  }

  /** Better than a first rollout that cannot start. */
  private void requireThere(ServiceName name, Target target) {
    if (target instanceof Target.LambdaAlias alias) {
      store.require(name);
      allowed.require(name, alias);
      switch (aliases.read(alias)) {
        case Answer.Is is -> {}
        case Answer.Throttled throttled -> throw Errors.THROTTLED.exception();
        case Answer.Failed failed -> throw unreadable(failed.why()).exception();
        case Answer.Stale stale -> throw new IllegalStateException("reading is never stale");
      }
    }
  }

  private static Problem unreadable(String why) {
    return new Problem(
        Problem.Kind.FAILED_PRECONDITION,
        "target.lambdaAlias: " + why + " (expected: an alias that can be read)",
        Optional.of("target.lambdaAlias"));
  }

  ObjectNode delete(ServiceName name, HttpCall http) {
    Event.DeleteService delete = new Event.DeleteService(Service.KEPT_DELETED, http.cause());
    Service deleted = changes.deleteService(name, delete, clock);
    return done(deleted, new ServiceOperation.ServiceDeleted());
  }

  ObjectNode undelete(ServiceName name, HttpCall http) {
    Fields.google(http.json()).end();
    Event.UndeleteService undelete = new Event.UndeleteService(http.cause());
    Service undeleted = changes.undelete(name, undelete, http.caller().readsEveryService(), clock);
    return done(undeleted, new ServiceOperation.ServiceUndeleted());
  }

  /** Whoever may call may use every service that there is, so there is nothing to do. */
  ObjectNode enable(String project, ServiceName name, HttpCall http) {
    Fields.google(http.json()).end();
    var _ =
        store
            .find(name)
            .filter(service -> !service.isDeleted())
            .orElseThrow(() -> NotFound.serviceToEnable(name.value()).exception());
    return OperationPrinter.enabled(project, name);
  }

  private static ObjectNode done(Service service, ServiceOperation.Done what) {
    return OperationPrinter.operation(ServiceOperation.justDone(service, what), Optional.empty());
  }
}
