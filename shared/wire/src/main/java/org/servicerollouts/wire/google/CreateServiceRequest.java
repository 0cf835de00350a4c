package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalLong;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Fields;

/**
 * services.create: a ManagedService.
 *
 * @param producerProjectId empty where none was given
 * @param totalReplicas this product's own field; with it the service is divided by replicas
 */
public record CreateServiceRequest(
    ServiceName serviceName, String producerProjectId, OptionalLong totalReplicas) {
  private static final int MAX_PROJECT_ID_LENGTH = 100;

  public CreateServiceRequest {
    requireNonNull(serviceName, "serviceName is null");
    if (Printable.characters(producerProjectId) > MAX_PROJECT_ID_LENGTH
        || producerProjectId.codePoints().anyMatch(Character::isISOControl)) {
      throw Problem.invalid(
              "producerProjectId",
              producerProjectId,
              "at most " + MAX_PROJECT_ID_LENGTH + " characters, none of them a control character")
          .exception();
    }
    totalReplicas.ifPresent(total -> Replicas.requireTotal("totalReplicas", total));
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request
   */
  public static CreateServiceRequest of(ObjectNode body) {
    Fields fields = Fields.google(body);
    String name = fields.string("serviceName").orElse("");
    String producer = fields.string("producerProjectId").orElse("");
    OptionalLong total =
        fields
            .integer("totalReplicas", Replicas.TOTALS)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty());
    fields.end();
    return new CreateServiceRequest(new ServiceName(name), producer, total);
  }

  public Kind kind() {
    return totalReplicas.isPresent() ? Kind.REPLICA : Kind.TRAFFIC;
  }
}
