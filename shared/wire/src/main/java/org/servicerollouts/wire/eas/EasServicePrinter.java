package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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
    ObjectNode node = Json.object().put("RequestId", requestId);
    identity(node, service);
    return node.put("Status", "Creating");
  }

  /**
   * DescribeService.
   *
   * @param document its service JSON as it was saved last, if there is one
   */
  public static ObjectNode service(Service service, Optional<String> document, String requestId) {
    ObjectNode node = Json.object().put("RequestId", requestId);
    describe(node, requireReplicas(service));
    document.ifPresent(
        text ->
            node.put(
                "ServiceConfig", ServiceDocument.read(text).withInstance(service.total()).text()));
    return node;
  }

  /**
   * ListServices.
   *
   * @param all the services that {@code page} shows some of
   */
  public static ObjectNode services(List<Service> all, EasPage page, String requestId) {
    ObjectNode answer = page.answer(requestId, all.size());
    ArrayNode services = answer.putArray("Services");
    page.of(all).forEach(service -> describe(services.addObject(), service));
    return answer;
  }

  /**
   * ListServiceVersions. A version's ServiceConfig, of up to 128 KiB, is left out: a hundred of
   * them fit no answer. Google's surface has it by the id in {@code Revision}.
   *
   * @param all the versions that {@code page} shows some of
   */
  public static ObjectNode versions(List<EasVersion> all, EasPage page, String requestId) {
    ObjectNode answer = page.answer(requestId, all.size());
    ArrayNode versions = answer.putArray("Versions");
    for (EasVersion version : page.of(all)) {
      versions
          .addObject()
          .put("ImageId", version.number())
          .put("BuildTime", time(version.buildTime()))
          .put("Revision", version.revision());
    }
    return answer;
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
    return is(service, "scaling", requestId);
  }

  /** DeleteService. */
  public static ObjectNode deleted(ServiceName service, String requestId) {
    return is(service, "terminating", requestId);
  }

  /**
   * UpdateServiceVersion.
   *
   * @param rolloutId the rollout to that version, if one was needed
   */
  public static ObjectNode reverted(
      ServiceName service, Optional<String> rolloutId, String requestId) {
    ObjectNode node = is(service, "starting", requestId);
    rolloutId.ifPresent(id -> rollout(node, service, id));
    return node;
  }

  private static ObjectNode is(ServiceName service, String what, String requestId) {
    return Json.object()
        .put("RequestId", requestId)
        .put("Message", capital(where(service)) + " is " + what);
  }

  /**
   * This product's own members, beside PAI-EAS's: which rollout it is, here and as an operation.
   */
  static void rollout(ObjectNode node, ServiceName service, String rolloutId) {
    node.put("RolloutId", rolloutId)
        .put("OperationName", new OperationName.OfRollout(service, rolloutId).text());
  }

  private static void describe(ObjectNode node, Service service) {
    long running = service.allocation().map(Allocation::total).orElse(0L);
    identity(node, service);
    node.put("Status", status(service));
    service
        .currentRevision()
        .flatMap(id -> EasVersion.number(service, id))
        .ifPresent(version -> node.put("CurrentVersion", version));
    node.put("LatestVersion", service.counters().revisions())
        .put("TotalInstance", service.total())
        .put("RunningInstance", running)
        .put("PendingInstance", service.total() - running)
        .put("CreateTime", time(service.identity().createTime()))
        .put("UpdateTime", time(service.last().at()));
  }

  private static void identity(ObjectNode node, Service service) {
    node.put("Region", service.name().cluster())
        .put("ServiceId", EasVersion.stem(service))
        .put("ServiceName", service.name().nameInCluster());
  }

  private static String status(Service service) {
    if (service.allocation().isEmpty()) {
      return "Waiting";
    }
    return service.live().isPresent() ? "Updating" : "Running";
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
