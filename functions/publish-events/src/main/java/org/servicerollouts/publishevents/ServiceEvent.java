package org.servicerollouts.publishevents;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Status;

/**
 * What the bus is told of one change of a service: its number is the service's {@code v}, so that a
 * consumer sees a gap as a missing number and a repetition as a known one.
 */
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
          CONFIG_CREATED,
          CONFIG_VALIDATED,
          PLAN_CREATED,
          PLAN_CHANGED ->
          SERVICE;
    };
  }

  static ObjectNode detail(Service service) {
    Happened last = service.last();
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("id", service.name() + "#" + service.v());
    detail.put("service", service.name().value());
    detail.put("sequence", service.v());
    detail.put("time", last.at().toString());
    detail.put("what", last.what().name());
    detail.put("who", last.cause().who());
    last.cause().why().ifPresent(why -> detail.put("why", why));
    last.verb().ifPresent(verb -> detail.put("verb", verb.name()));
    for (Happened.Change change : last.rollouts()) {
      detail
          .withArray("rollouts")
          .addObject()
          .put("rolloutId", change.rolloutId())
          .put("state", change.status().name());
    }
    service.allocation().ifPresent(a -> detail.set("allocation", allocation(a)));
    service.live().ifPresent(live -> detail.set("active", active(service, live)));
    return detail;
  }

  private static ObjectNode active(Service service, Live live) {
    Progress progress = Progress.of(service, live);
    ObjectNode active = JsonNodeFactory.instance.objectNode();
    active.put("rolloutId", live.rolloutId());
    active.put("state", live.status().name());
    active.put("batch", progress.batch());
    active.put("batches", progress.batches());
    active.put("progressPercentage", progress.percentage(live.status()));
    Optional.of(service)
        .flatMap(Service::nextBatchStartTime)
        .ifPresent(next -> active.put("nextBatchStartTime", next.toString()));
    return active;
  }

  /** Percentages for traffic, counts for replicas. */
  private static ObjectNode allocation(Allocation allocation) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (allocation) {
      case Shares shares ->
          shares.units().forEach((id, units) -> node.put(id, new BigDecimal(Shares.print(units))));
      case Replicas replicas -> replicas.units().forEach(node::put);
    }
    return node;
  }
}
