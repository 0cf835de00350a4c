package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.wire.Query;

/** What an UpdateService comes to, once its body is laid over the document as it stands. */
public sealed interface EasUpdate {

  /** All is so already. */
  record Unchanged() implements EasUpdate {}

  /** Only the number of replicas changes: no new revision. */
  record Scaled(long total) implements EasUpdate {}

  /**
   * A new revision.
   *
   * @param document the service as it is to be; its number of replicas may be another, too
   */
  record Revised(ServiceDocument document) implements EasUpdate {}

  /**
   * The update of {@code service} that {@code query} and {@code given}, the body, ask for.
   *
   * @param stored the document that was saved last, if there is one
   * @throws ProblemException for what is no such request
   */
  static EasUpdate of(Service service, Optional<String> stored, Query query, ObjectNode given) {
    query
        .find("MemberToUpdate")
        .ifPresent(
            member -> {
              throw Problem.invalid("MemberToUpdate", member, "none: services have no members here")
                  .exception();
            });
    ObjectNode body = ServiceDocument.request(given);
    // Scaling does not save the document, so the number of replicas is the service's own.
    ServiceDocument now =
        stored
            .map(text -> ServiceDocument.read(text).withInstance(service.total()))
            .orElseGet(() -> ServiceDocument.minimal(service.name(), service.total()));
    String type = query.find("UpdateType").orElse("merge");
    ServiceDocument asked =
        switch (type) {
          case "merge" -> now.merge(body);
          case "replace" -> ServiceDocument.of(body, service.total());
          default -> throw Problem.invalid("UpdateType", type, "merge or replace").exception();
        };
    // An update may leave out the name, which cannot change.
    ServiceDocument next = asked.name().isPresent() ? asked : asked.named(service.name());
    next.requireOf(service.name(), ServiceDocument.nameField(given));
    if (next.isRevisionOf(now)) {
      return new Revised(next);
    }
    return next.instance() == now.instance() ? new Unchanged() : new Scaled(next.instance());
  }
}
