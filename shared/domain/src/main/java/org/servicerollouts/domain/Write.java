package org.servicerollouts.domain;

import java.time.Instant;
import java.util.List;

/** What a change of a service writes besides the service itself, in the same transaction. */
public sealed interface Write {

  /** A new rollout; its id must be free and its configs must exist. */
  record RolloutCreated(Rollout rollout) implements Write {}

  /** A kept rollout that starts or ends. */
  record RolloutChanged(Live live, Progress progress, Instant at) implements Write {}

  /**
   * A kept rollout that ends without having started: CANCELLED.
   *
   * @param version the service's {@code v} that it ends with
   */
  record RolloutDropped(String rolloutId, String why, Instant at, long version) implements Write {}

  /** The service's rollout is found by these alarms from now on. */
  record AlarmsWatched(List<String> names) implements Write {
    public AlarmsWatched {
      names = List.copyOf(names);
    }
  }

  /** The service is no longer found by these alarms. */
  record AlarmsReleased(List<String> names) implements Write {
    public AlarmsReleased {
      names = List.copyOf(names);
    }
  }

  /** The alias is the service's from now on; it must not be another's. */
  record TargetTaken(Target.LambdaAlias alias) implements Write {}

  /** The alias is no longer the service's, so that another may have it. */
  record TargetReleased(Target.LambdaAlias alias) implements Write {}

  /** A row of the service's history: what the change was, kept for those who missed the event. */
  record HistoryKept() implements Write {}

  /** A new config; its id must be free. */
  record ConfigCreated(Config config) implements Write {}

  /**
   * The PAI-EAS service document as it stands, whole, so that an update can be merged into it.
   *
   * @param number the counter's number of documents that it was written with
   */
  record DocumentSaved(String json, int number) implements Write {}

  /** A finished operation of a service or config, numbered with its ord. */
  record OperationCreated(ServiceOperation operation) implements Write {}

  /** Nothing, if no config has this id. */
  record ConfigIdFree(String id) implements Write {}

  /**
   * The config that sources would make, kept for a day for those who read the operation.
   *
   * @param ord the operation's
   */
  record ValidatedConfigKept(long ord, ConfigBody body, Instant at) implements Write {}

  /** The service stands in the list of services, or no longer. */
  record ServiceListed(boolean listed) implements Write {}
}
