package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.google.CreateConfigRequest;

/**
 * services.configs.submit: a config as the sources that make it.
 *
 * @param diagnostics what of the sources the config lacks
 * @param validateOnly whether the config is not to be kept
 */
record SubmitConfigSourceRequest(
    CreateConfigRequest config, List<Diagnostic> diagnostics, boolean validateOnly) {

  SubmitConfigSourceRequest {
    diagnostics = List.copyOf(diagnostics);
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for sources that make no config of {@code service}
   */
  static SubmitConfigSourceRequest of(ServiceName service, ObjectNode body) {
    Fields fields = Fields.google(body);
    fields
        .string("serviceName")
        .filter(name -> !name.isEmpty() && !name.equals(service.value()))
        .ifPresent(
            name -> {
              throw Problem.invalid(
                      "serviceName", name, "\"" + service + "\", the service of the path")
                  .exception();
            });
    ObjectNode source =
        fields
            .any("configSource")
            .filter(ObjectNode.class::isInstance)
            .map(ObjectNode.class::cast)
            .orElseThrow(
                () ->
                    Problem.missing("configSource", "an object with the files of the config")
                        .exception());
    boolean validateOnly = fields.bool("validateOnly").orElse(false);
    fields.end();
    ConfigSources.Made made = ConfigSources.service(source);
    return new SubmitConfigSourceRequest(
        CreateConfigRequest.of(service, made.service()), made.diagnostics(), validateOnly);
  }
}
