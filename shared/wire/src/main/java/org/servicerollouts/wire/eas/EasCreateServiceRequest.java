package org.servicerollouts.wire.eas;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Query;

/** CreateService: a service with its first revision. */
public record EasCreateServiceRequest(ServiceName name, ServiceDocument document) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_-]+");

  public EasCreateServiceRequest {
    requireNonNull(name, "name is null");
    requireNonNull(document, "document is null");
  }

  /**
   * The request of {@code query} and {@code given}, the body. The cluster is the query's {@code
   * ClusterId}, else the body's {@code metadata.region}, else {@code defaultCluster}.
   *
   * @throws ProblemException for what is no such request
   */
  public static EasCreateServiceRequest of(
      Query query, ObjectNode given, Optional<String> defaultCluster) {
    ServiceDocument document = ServiceDocument.of(ServiceDocument.request(given));
    String name =
        document
            .name()
            .filter(n -> !n.isEmpty())
            .orElseThrow(
                () -> Problem.missing("metadata.name", "the name of the service").exception());
    String cluster =
        query
            .find("ClusterId")
            .map(id -> requireLabel("ClusterId", id))
            .or(() -> document.region().map(region -> requireLabel("metadata.region", region)))
            .or(() -> defaultCluster)
            .orElseThrow(
                () -> Problem.missing("ClusterId", "the cluster of the service").exception());
    String field = ServiceDocument.nameField(given);
    return new EasCreateServiceRequest(serviceName(cluster, field, name), document);
  }

  private static ServiceName serviceName(String cluster, String field, String name) {
    try {
      return ServiceName.ofCluster(cluster, name);
    } catch (ProblemException e) {
      throw Problem.invalid(
              field,
              name,
              "labels of a-z, 0-9, '_' and '-' joined by dots, with \"."
                  + cluster
                  + "\" at most "
                  + ServiceName.MAX_LENGTH
                  + " characters")
          .exception();
    }
  }

  private static String requireLabel(String field, String cluster) {
    if (cluster.length() > ServiceName.MAX_LENGTH || !LABEL.matcher(cluster).matches()) {
      throw Problem.invalid(field, cluster, "a region id of a-z, 0-9, '_' and '-'").exception();
    }
    return cluster;
  }
}
