package org.servicerollouts.store;

import java.time.Instant;
import org.servicerollouts.domain.ServiceName;

/**
 * What the due index tells: a service, and when it wants to be looked at. The index may be some
 * seconds behind.
 */
public record Due(ServiceName service, Instant at) {}
