package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Version;
import org.servicerollouts.resolver.Resolver;
import org.servicerollouts.wire.Json;

/** How a service is divided, and who gets what of it (docs/allocation.md). */
public final class AllocationPrinter {
  private AllocationPrinter() {}

  /**
   * The division of {@code service} and what {@code request} asks for.
   *
   * @throws ProblemException for a service that has had no rollout, a key where there are no
   *     replicas, and a replica that is not there
   */
  public static ObjectNode allocation(Service service, AllocationRequest request) {
    List<String> oldestFirst =
        service.allocation().stream()
            .flatMap(allocation -> allocation.units().keySet().stream())
            .sorted(Comparator.comparingLong(id -> ord(service, id)))
            .toList();
    return allocation(service, oldestFirst, request);
  }

  private static long ord(Service service, String configId) {
    return Optional.ofNullable(service.versions().get(configId)).map(Version::ord).orElse(0L);
  }

  /**
   * The same.
   *
   * @param configIds the configs that the service is divided among, in the order of their creation
   * @throws ProblemException for a service that has had no rollout, a key where there are no
   *     replicas, and a replica that is not there
   */
  static ObjectNode allocation(Service service, List<String> configIds, AllocationRequest request) {
    Allocation allocation =
        service.allocation().orElseThrow(() -> NotFound.currentConfig(service.name()).exception());
    List<Resolver.Version> ring =
        configIds.stream().map(id -> new Resolver.Version(id, allocation.of(id))).toList();
    ObjectNode node =
        Json.object().put("serviceName", service.name().value()).put("sequence", service.v());
    if (service.kind() == Kind.REPLICA) {
      node.put("totalReplicas", service.total());
    }
    node.set("allocation", Numbers.allocation(allocation));
    ArrayNode versions = node.putArray("ring");
    ring.forEach(
        version ->
            versions.addObject().put("configId", version.configId()).put("units", version.units()));
    request.key().ifPresent(key -> node.put("configId", resolved(service, ring, key)));
    request.replica().ifPresent(ordinal -> node.put("revision", revision(service, ring, ordinal)));
    return node;
  }

  private static String resolved(Service service, List<Resolver.Version> ring, String key) {
    if (ring.isEmpty()) {
      throw Problem.of(
              Problem.Kind.FAILED_PRECONDITION,
              "Service '" + service.name() + "' has 0 replicas: no config gets a key.")
          .exception();
    }
    return new Resolver(service.name().value(), ring).resolve(key);
  }

  private static String revision(Service service, List<Resolver.Version> ring, long ordinal) {
    if (service.kind() == Kind.TRAFFIC) {
      throw refused(ordinal, "none: service '" + service.name() + "' is divided by traffic");
    }
    if (ring.isEmpty()) {
      throw refused(ordinal, "none: service '" + service.name() + "' has 0 replicas");
    }
    return Ordinals.of(service, ring)
        .revision(ordinal)
        .orElseThrow(() -> refused(ordinal, "0 to " + (service.total() - 1)));
  }

  private static ProblemException refused(long ordinal, String expectation) {
    return AllocationRequest.refusedReplica(ordinal, expectation).exception();
  }
}
