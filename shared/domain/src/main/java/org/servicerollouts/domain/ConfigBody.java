package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A config as JSON text, and the warnings about the sources that it was made of.
 *
 * @param diagnostics none where it was not made of sources, or they reached it whole
 */
public record ConfigBody(String json, List<Diagnostic> diagnostics) {
  public ConfigBody {
    requireNonNull(json, "json is null");
    diagnostics = List.copyOf(diagnostics);
  }
}
