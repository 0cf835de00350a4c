package org.servicerollouts.lambda;

import static java.util.Objects.requireNonNull;

/**
 * The sender of a request that was let in.
 *
 * @param name the name that stands in history and events
 * @param readsEveryService whether the sender may read every service; false where the gateway's IAM
 *     policies may hide some, because the handlers do not see these policies
 */
public record Caller(String name, boolean readsEveryService) {
  public Caller {
    requireNonNull(name, "name is null");
  }
}
