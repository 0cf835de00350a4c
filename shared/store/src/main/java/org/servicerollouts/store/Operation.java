package org.servicerollouts.store;

import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;

/** What the list of a service's operations holds. */
public sealed interface Operation {

  /** Its place in the list, ascending with time. */
  long ord();

  /** Where a list goes on that ended with it, as {@link Page#next} has it. */
  default String place() {
    return Long.toString(ord());
  }

  /** The view of a rollout. */
  record OfRollout(Standing standing) implements Operation {
    @Override
    public long ord() {
      return standing.rollout().ord();
    }
  }

  /** One of a service or config. */
  record OfService(ServiceOperation operation) implements Operation {
    @Override
    public long ord() {
      return operation.ord();
    }
  }
}
