package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An operation of a service or of a config (not of a rollout: those are views of it). It is done
 * when it is made.
 *
 * @param ord its place, which is in its name
 * @param producer the service's producerProjectId
 */
public record ServiceOperation(
    ServiceName service, long ord, Done done, String producer, Instant startTime) {

  public ServiceOperation {
    requireNonNull(service, "service is null");
    requireNonNull(done, "done is null");
  }

  /** The operation of the last change of {@code service}, which was {@code done}. */
  public static ServiceOperation justDone(Service service, Done done) {
    return new ServiceOperation(
        service.name(),
        service.counters().ord(),
        done,
        service.identity().producer(),
        service.last().at());
  }

  /** What was done. */
  public sealed interface Done {}

  public record ServiceCreated() implements Done {}

  public record ServiceDeleted() implements Done {}

  public record ServiceUndeleted() implements Done {}

  /** The config {@code configId} was made of sources. */
  public record ConfigSubmitted(String configId) implements Done {}

  /** Sources were found to make a config, which is not kept as one. */
  public record ConfigValidated() implements Done {}
}
