package org.servicerollouts.domain;

import java.time.Instant;

/**
 * An operation of a service (not of a rollout: those are views of it). It is done when it is made.
 *
 * @param ord its place, which is in its name
 */
public record ServiceOperation(
    ServiceName service, long ord, Type type, String producer, Instant startTime) {
  /** What was done. */
  public enum Type {
    CREATE_SERVICE
  }
}
