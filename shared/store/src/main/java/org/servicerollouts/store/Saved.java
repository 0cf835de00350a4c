package org.servicerollouts.store;

import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;

/** What became of a write. All of it was written, or nothing. */
public sealed interface Saved {

  /** It is written. */
  record Written(Service service) implements Saved {}

  /**
   * Somebody else changed the service first, or is about to, or the table was too busy: to be
   * decided again on the service as it is now.
   *
   * @param current the service as it is now, where the answer told it
   */
  record Lost(Optional<Service> current) implements Saved {}

  /**
   * A service of that name exists, or was deleted.
   *
   * @param current as it stands
   */
  record ServiceTaken(Service current) implements Saved {}

  /** A rollout of that id exists. */
  record RolloutTaken(String id) implements Saved {}

  /** A config of that id exists. */
  record ConfigTaken(String id) implements Saved {}

  /** The rollout names a config that does not exist. */
  record ConfigUnknown(String id) implements Saved {}

  /**
   * The alias that the service is to take is another service's.
   *
   * @param owner whose it is
   */
  record AliasTaken(Target.LambdaAlias alias, ServiceName owner) implements Saved {}

  /** The same request was done before, or one of the same name. */
  record Repeated(Known.Done done) implements Saved {}
}
