package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Service;
import org.servicerollouts.wire.Fields;

/** UpdateServiceVersion: back to an earlier version. */
public record EasVersionRequest(long version) {
  private static final String EXPECTED = "the number of an earlier version";

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request
   */
  public static EasVersionRequest of(ObjectNode body) {
    Fields fields = Fields.eas(body);
    long version =
        fields
            .integer("Version", EXPECTED)
            .orElseThrow(() -> Problem.missing("Version", EXPECTED).exception());
    fields.end();
    return new EasVersionRequest(version);
  }

  /**
   * The revision of {@code service} that it names.
   *
   * @throws ProblemException for one that is not earlier than the latest (PAI-EAS: "greater than 0
   *     and smaller than the current version")
   */
  public String revision(Service service) {
    int latest = service.counters().revisions();
    if (version < 1 || version >= latest) {
      throw Problem.invalid(
              "Version", version, "1 or more, and less than the latest version, " + latest)
          .exception();
    }
    return service.revision((int) version);
  }
}
