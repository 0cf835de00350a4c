package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

/**
 * A warning about the sources of a config: something in them does not reach the config.
 *
 * @param location the file, and the path in it
 */
public record Diagnostic(String location, String message) {
  public Diagnostic {
    requireNonNull(location, "location is null");
    requireNonNull(message, "message is null");
  }
}
