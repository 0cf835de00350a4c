package org.servicerollouts.aws;

import java.util.Optional;

/** The environment of a function. */
public final class Environment {
  private Environment() {}

  /**
   * The value of a variable.
   *
   * @throws IllegalStateException if it is not set
   */
  public static String required(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(
            () -> new IllegalStateException("environment variable " + variable + " is not set"));
  }
}
