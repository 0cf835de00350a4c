package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.wire.Json;

/** Warnings about the sources of configs. */
public final class DiagnosticsPrinter {
  private DiagnosticsPrinter() {}

  /** As google.api.servicemanagement.v1.Diagnostic, the kind told though it is the default. */
  public static ArrayNode diagnostics(List<Diagnostic> diagnostics) {
    ArrayNode all = Json.object().putArray("diagnostics");
    diagnostics.forEach(
        diagnostic ->
            all.addObject()
                .put("location", diagnostic.location())
                .put("kind", "WARNING")
                .put("message", diagnostic.message()));
    return all;
  }
}
