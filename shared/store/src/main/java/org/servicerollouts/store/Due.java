package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import org.servicerollouts.domain.ServiceName;

/**
 * What the due index tells: a service, and when it wants to be looked at. The index may be some
 * seconds behind.
 */
public record Due(ServiceName service, Instant at) {

  /**
   * How far ahead a driver takes what is due; more than a minute, so that no tick misses what the
   * next is late for.
   */
  public static final Duration HORIZON = Duration.ofSeconds(75);

  /** The detail-type of the event that wakes a driver; its detail holds {@link #SERVICES}. */
  public static final String SOON = "Rollout Due Soon";

  /** The names of the services that a request made due within {@link #HORIZON}. */
  public static final String SERVICES = "services";
}
