package org.servicerollouts.store;

import org.servicerollouts.domain.Standing;

/**
 * What a request did to a rollout.
 *
 * @param standing the rollout after it; of a repeated request, as it is now
 * @param repeated whether it had been done before
 */
public record Acted(Standing standing, boolean repeated) {}
