package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.OperationName;

/** PAI-EAS's answers about services. */
public final class EasServicePrinter {
  private EasServicePrinter() {}

  /** Refuses a service that is divided by traffic: PAI-EAS has only services with replicas. */
  public static Service requireReplicas(Service service) {
    return switch (service.kind()) {
      case REPLICA -> service;
      case TRAFFIC ->
          throw Problem.of(
                  Problem.Kind.WRONG_SERVICE_TYPE,
                  "Service '"
                      + service.name()
                      + "' is divided by traffic (expected: one with replicas).")
              .exception();
    };
  }

  public static ObjectNode created(Service service, String requestId) {
    return identity(service, requestId).put("Status", "Creating");
  }

  /**
   * DescribeService.
   *
   * @param document its service JSON as it was saved last, if there is one
   */
  public static ObjectNode service(Service service, Optional<String> document, String requestId) {
    long running = requireReplicas(service).allocation().map(Allocation::total).orElse(0L);
    ObjectNode node = identity(service, requestId).put("Status", status(service));
    version(service).ifPresent(version -> node.put("CurrentVersion", version));
    node.put("LatestVersion", service.counters().revisions())
        .put("TotalInstance", service.total())
        .put("RunningInstance", running)
        .put("PendingInstance", service.total() - running);
    document.ifPresent(
        text ->
            node.put(
                "ServiceConfig", ServiceDocument.read(text).withInstance(service.total()).text()));
    return node.put("CreateTime", time(service.identity().createTime()))
        .put("UpdateTime", time(service.last().at()));
  }

  /**
   * UpdateService.
   *
   * @param rolloutId the rollout that it made, if it made one
   */
  public static ObjectNode updated(
      ServiceName service, Optional<String> rolloutId, String requestId) {
    ObjectNode node =
        Json.object()
            .put("RequestId", requestId)
            .put("Message", "Succeed to update " + where(service));
    rolloutId.ifPresent(id -> rollout(node, service, id));
    return node;
  }

  public static ObjectNode scaled(ServiceName service, String requestId) {
    return Json.object()
        .put("RequestId", requestId)
        .put("Message", capital(where(service)) + " is scaling");
  }

  /**
   * This product's own members, beside PAI-EAS's: which rollout it is, here and as an operation.
   */
  static void rollout(ObjectNode node, ServiceName service, String rolloutId) {
    node.put("RolloutId", rolloutId)
        .put("OperationName", new OperationName.OfRollout(service, rolloutId).text());
  }

  private static ObjectNode identity(Service service, String requestId) {
    return Json.object()
        .put("RequestId", requestId)
        .put("Region", service.name().cluster())
        .put("ServiceId", stem(service))
        .put("ServiceName", service.name().nameInCluster());
  }

  /** What the ids of all its revisions start with. */
  private static String stem(Service service) {
    String revision = service.revision(1);
    return revision.substring(0, revision.lastIndexOf('-'));
  }

  private static String status(Service service) {
    if (service.allocation().isEmpty()) {
      return "Waiting";
    }
    return service.live().isPresent() ? "Updating" : "Running";
  }

  /** The N of the revision that it was last rolled out to whole, if that is one of PAI-EAS's. */
  private static OptionalInt version(Service service) {
    String prefix = stem(service) + "-v";
    return service
        .currentRevision()
        .filter(id -> id.startsWith(prefix) && id.substring(prefix.length()).matches("[0-9]{1,9}"))
        .map(id -> OptionalInt.of(Integer.parseInt(id.substring(prefix.length()))))
        .orElse(OptionalInt.empty());
  }

  private static String where(ServiceName service) {
    return "service [" + service.nameInCluster() + "] in region [" + service.cluster() + "]";
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** RFC 3339 in UTC to the second: {@code 2021-01-29T11:13:20Z}. */
  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
