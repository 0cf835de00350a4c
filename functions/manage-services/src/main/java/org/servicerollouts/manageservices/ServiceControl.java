package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Success;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.google.UsagePrinter;

/**
 * Google's Service Control, as far as its proxies need it to learn of a new rollout. Nothing is
 * metered: the body of a report is not even read.
 */
final class ServiceControl {
  private final ServiceStore store;

  ServiceControl(ServiceStore store) {
    this.store = store;
  }

  /** Which rollout succeeded last, and the config with the highest share of where it ended. */
  ObjectNode report(ServiceName name) {
    Service service = store.require(name);
    return UsagePrinter.reported(
        leadingConfig(service), service.successes().newest().map(Success::rolloutId));
  }

  /** Of several the newest, which HEAD knows: it has the places of all that last good names. */
  private static Optional<String> leadingConfig(Service service) {
    return service.leadingConfigs().stream()
        .max(Comparator.comparingLong(id -> service.versions().get(id).ord()));
  }
}
