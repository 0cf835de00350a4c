package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import org.servicerollouts.wire.Json;

/** Services as google.api.servicemanagement.v1.ManagedService. */
public final class ServicePrinter {
  private ServicePrinter() {}

  /**
   * A service; beside Google's fields {@code totalReplicas} where it has replicas, what its
   * rollouts apply, and the version of it that an etag names.
   */
  public static ObjectNode service(Service service) {
    ObjectNode node = managed(Json.object(), service.name(), service.identity().producer());
    if (service.kind() == Kind.REPLICA) {
      node.put("totalReplicas", service.total());
    }
    target(node, service.settings().target());
    Guards.alarms(node, service.settings().alarms());
    return node.put("etag", Long.toString(service.v()));
  }

  private static void target(ObjectNode node, Target target) {
    switch (target) {
      case Target.None none -> {}
      case Target.LambdaAlias alias ->
          node.putObject("target")
              .putObject("lambdaAlias")
              .put("functionName", alias.functionName())
              .put("aliasName", alias.aliasName());
    }
  }

  /** A page of services, by name only (Google: "only have the name field set"). */
  public static ObjectNode page(List<ServiceName> services, Optional<String> nextPageToken) {
    return PagePrinter.page(
        "services",
        services.stream().map(name -> managed(Json.object(), name, "")).toList(),
        nextPageToken);
  }

  /** Google's own fields, put into {@code node}. */
  static ObjectNode managed(ObjectNode node, ServiceName name, String producer) {
    node.put("serviceName", name.value());
    if (!producer.isEmpty()) {
      node.put("producerProjectId", producer);
    }
    return node;
  }
}
