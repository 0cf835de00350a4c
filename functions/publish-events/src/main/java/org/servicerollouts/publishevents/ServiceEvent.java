package org.servicerollouts.publishevents;

import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Status;

/** What the events are called that tell the bus of changes. */
final class ServiceEvent {
  /** A rollout entered another state. */
  static final String STATE_CHANGE = "Rollout State Change";

  /** A rollout moved. */
  static final String BATCH = "Rollout Batch Change";

  /** Something else about the service. */
  static final String SERVICE = "Service Change";

  private ServiceEvent() {}

  static String detailType(Happened last) {
    return switch (last.what()) {
      case SERVICE_DELETED,
          ROLLOUT_CREATED,
          ROLLOUT_STARTED,
          ROLLOUT_PAUSED,
          ROLLOUT_RESUMED,
          ROLLOUT_DELAYED,
          TARGET_CHANGED,
          ROLLOUT_SUCCEEDED,
          ROLLOUT_CANCELLED,
          ROLLOUT_ROLLED_BACK,
          ROLLOUT_FAILED ->
          STATE_CHANGE;
      case MOVE_INTENDED ->
          last.rollouts().stream().anyMatch(change -> change.status() == Status.ROLLING_BACK)
              ? STATE_CHANGE
              : BATCH;
      case BATCH_COMPLETED, BAKE_STARTED, MOVED_BACK -> BATCH;
      // These tell of a rollout only where they ended one, undeleting where there was a last good
      case SERVICE_SCALED, SERVICE_UNDELETED, PLAN_DELETED ->
          last.rollouts().isEmpty() ? SERVICE : STATE_CHANGE;
      case SERVICE_CREATED,
          SERVICE_CONFIGURED,
          ALARMS_HEARD,
          CONFIG_CREATED,
          CONFIG_VALIDATED,
          PLAN_CREATED,
          PLAN_CHANGED ->
          SERVICE;
    };
  }
}
