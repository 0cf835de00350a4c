package org.servicerollouts.wire.eas;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.wire.Query;

/**
 * ListServices: a page of the services with replicas.
 *
 * @param filter what the name must contain; empty: any
 * @param serviceName what the name must be
 * @param ascending oldest first instead of newest first
 */
public record EasListServicesRequest(
    EasPage page, Optional<String> filter, Optional<String> serviceName, boolean ascending) {

  /**
   * What the documented parameters narrow by and services have not here. Ignored, one of them would
   * list services that nobody asked for, to whoever goes on to change all that are listed.
   */
  private static final List<String> NOT_OFFERED =
      List.of(
          "Gateway",
          "GroupName",
          "Label",
          "ParentServiceUid",
          "QuotaId",
          "ResourceAliasName",
          "ResourceId",
          "ResourceName",
          "ResourceType",
          "Role",
          "ServiceStatus",
          "ServiceType",
          "ServiceUid",
          "WorkspaceId");

  /**
   * What {@code query} asks for.
   *
   * @throws ProblemException for what is no such request
   */
  public static EasListServicesRequest of(Query query) {
    for (String name : NOT_OFFERED) {
      query
          .find(name)
          .ifPresent(
              value -> {
                throw Problem.invalid(name, value, "none: services are not told apart by it here")
                    .exception();
              });
    }
    query
        .find("Sort")
        .filter(sort -> !sort.equals("CreateTime"))
        .ifPresent(
            sort -> {
              throw Problem.invalid("Sort", sort, "CreateTime").exception();
            });
    String order = query.find("Order").orElse("desc");
    if (!order.equals("asc") && !order.equals("desc")) {
      throw Problem.invalid("Order", order, "asc or desc").exception();
    }
    return new EasListServicesRequest(
        EasPage.of(query), query.find("Filter"), query.find("ServiceName"), order.equals("asc"));
  }

  /** Of {@code services} those that it asks for, in its order; those of one moment by name. */
  public List<Service> select(List<Service> services) {
    Comparator<Service> byTime = Comparator.comparing(service -> service.identity().createTime());
    return services.stream()
        .filter(service -> service.kind() == Kind.REPLICA && !service.isDeleted())
        .filter(service -> filter.filter(part -> !name(service).contains(part)).isEmpty())
        .filter(service -> serviceName.filter(whole -> !name(service).equals(whole)).isEmpty())
        .sorted(
            (ascending ? byTime : byTime.reversed())
                .thenComparing(service -> service.name().value()))
        .toList();
  }

  private static String name(Service service) {
    return service.name().nameInCluster();
  }
}
