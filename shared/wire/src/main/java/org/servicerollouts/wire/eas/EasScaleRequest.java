package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.wire.Fields;

/** ScaleService: how many replicas there are to be. */
public record EasScaleRequest(long instance) {

  public EasScaleRequest {
    Replicas.requireTotal("Instance", instance);
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request
   */
  public static EasScaleRequest of(ObjectNode body) {
    Fields fields = Fields.eas(body);
    long instance =
        fields
            .integer("Instance", Replicas.TOTALS)
            .orElseThrow(() -> Problem.missing("Instance", Replicas.TOTALS).exception());
    fields.end();
    return new EasScaleRequest(instance);
  }
}
