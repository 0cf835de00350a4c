package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.ConfigHeader;
import org.servicerollouts.store.Page;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.eas.EasPage;
import org.servicerollouts.wire.eas.EasServicePrinter;
import org.servicerollouts.wire.eas.EasVersion;
import org.servicerollouts.wire.eas.EasVersionRequest;
import org.servicerollouts.wire.eas.ServiceDocument;

/** PAI-EAS's versions of a service. */
final class EasVersions {
  private static final int READ_AT_ONCE = 1000;

  private final ServiceStore store;
  private final Changes changes;
  private final InstantSource clock;

  EasVersions(ServiceStore store, Changes changes, InstantSource clock) {
    this.store = store;
    this.changes = changes;
    this.clock = clock;
  }

  ObjectNode list(ServiceName name, HttpCall http) {
    EasPage page = EasPage.of(http.query());
    Service service = EasServicePrinter.requireReplicas(store.require(name));
    List<EasVersion> versions = new ArrayList<>();
    Optional<String> from = Optional.empty();
    do {
      Page<ConfigHeader> some = store.configs(name, READ_AT_ONCE, from);
      some.items().stream()
          .flatMap(c -> EasVersion.of(service, c.id(), c.createTime()).stream())
          .forEach(versions::add);
      from = some.next();
    } while (from.isPresent());
    return EasServicePrinter.versions(versions, page, http.requestId());
  }

  ObjectNode update(ServiceName name, HttpCall http) {
    EasVersionRequest request = EasVersionRequest.of(http.json());
    Service updated =
        changes.change(
            name,
            (service, alarms, now) -> {
              EasServicePrinter.requireReplicas(service);
              String revision = request.revision(service);
              return goesTo(service, revision)
                  ? new Decision.Unchanged()
                  : reverted(service, revision, alarms, http.cause(), now);
            },
            clock);
    String revision = request.revision(updated);
    return EasServicePrinter.reverted(
        name,
        updated
            .active()
            .filter(rollout -> rollout.updateRevision().equals(revision))
            .map(Live::rolloutId),
        http.requestId());
  }

  private static boolean goesTo(Service service, String revision) {
    return service
        .live()
        .map(live -> live.updateRevision().equals(revision))
        .orElseGet(
            () ->
                service.currentRevision().filter(revision::equals).isPresent()
                    && service.allocation().filter(a -> a.of(revision) == a.total()).isPresent());
  }

  private Decision reverted(
      Service service, String revision, Alarms alarms, Cause cause, Instant now) {
    ServiceDocument document =
        ServiceDocument.ofConfig(store.configBody(service.name(), revision))
            .orElseThrow(() -> NotFound.config(service.name(), revision).exception());
    return ServiceChange.reverted(
        service,
        revision,
        Optional.ofNullable(store.versions(service.name(), List.of(revision)).get(revision)),
        document.withInstance(service.total()).text(),
        alarms,
        cause,
        now);
  }
}
