package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Timestamps;

/**
 * Rollouts as google.api.servicemanagement.v1.Rollout; this product's own fields follow Google's.
 */
public final class RolloutPrinter {
  private RolloutPrinter() {}

  /** A rollout with all that is known of it. */
  public static ObjectNode rollout(Standing standing) {
    Rollout rollout = standing.rollout();
    ObjectNode node =
        proto(Json.object(), standing.service().name(), rollout, Optional.of(standing.status()));
    state(node, standing.status(), standing.waitsFor(), standing.reason());
    Strategies.print(node, standing.strategy());
    asked(node, rollout.spec());
    fromAndBack(node, standing.base(), standing.restores());
    notWatched(node, standing.notWatched());
    progress(node, standing.progress(), standing.service().kind());
    Timestamps.put(node, "nextBatchStartTime", standing.nextBatchStartTime());
    Timestamps.put(node, "bakeEndTime", standing.bakeEndTime());
    Timestamps.put(node, "eta", standing.eta());
    Timestamps.put(node, "updateTime", Optional.of(standing.updateTime()));
    etag(node, standing.version());
    standing
        .updatedReplicas()
        .ifPresent(
            updated ->
                node.put("totalReplicas", standing.service().total())
                    .put("updatedReplicas", updated));
    return node;
  }

  /** A page of rollouts as {@link #listed}. */
  public static ObjectNode page(List<ObjectNode> rollouts, Optional<String> nextPageToken) {
    return PagePrinter.page("rollouts", rollouts, nextPageToken);
  }

  /**
   * A rollout with what its own item tells: until it has ended, its service knows its state and
   * progress better, and these are left out.
   */
  public static ObjectNode listed(ServiceName service, Rollout rollout) {
    ObjectNode node = proto(Json.object(), service, rollout, Optional.of(rollout.status()));
    boolean ended = rollout.status().ended();
    if (ended) {
      state(node, rollout.status(), Optional.empty(), rollout.reason());
    }
    Strategies.print(node, rollout.lastStrategy());
    asked(node, rollout.spec());
    fromAndBack(node, rollout.base(), rollout.restores());
    if (ended) {
      progress(node, rollout.progress(), kind(rollout));
      Timestamps.put(node, "updateTime", Optional.of(rollout.updateTime()));
      etag(node, rollout.version());
    }
    return node;
  }

  /** Google's own fields in Google's order, put into {@code node}. */
  static ObjectNode proto(
      ObjectNode node, ServiceName service, Rollout rollout, Optional<Status> status) {
    node.put("rolloutId", rollout.id()).put("createTime", rollout.createTime().toString());
    if (!rollout.createdBy().isEmpty()) {
      node.put("createdBy", rollout.createdBy());
    }
    status.ifPresent(s -> node.put("status", statusName(s)));
    if (rollout.isDeletion()) {
      node.putObject("deleteServiceStrategy");
    } else {
      node.putObject("trafficPercentStrategy")
          .set("percentages", Numbers.percentages(rollout.percentages()));
    }
    return node.put("serviceName", service.value());
  }

  /** The Rollout.RolloutStatus that {@code status} is printed as. */
  public static String statusName(Status status) {
    return switch (status) {
      case PENDING -> "PENDING";
      case RUNNING, PAUSED, ROLLING_BACK -> "IN_PROGRESS";
      case SUCCEEDED -> "SUCCESS";
      case CANCELLED -> "CANCELLED";
      case ROLLED_BACK -> "FAILED_ROLLED_BACK";
      case FAILED -> "FAILED";
    };
  }

  static void state(
      ObjectNode node, Status status, Optional<State.WaitsFor> waitsFor, Optional<String> reason) {
    node.put("state", status.name());
    waitsFor.ifPresent(what -> node.put("waitsFor", what.name()));
    reason.ifPresent(why -> node.put("reason", why));
  }

  /** What it was asked to be, without what the absence of a field means. */
  private static void asked(ObjectNode node, Spec spec) {
    Durations.put(node, "bakeTime", spec.bake(), Duration.ZERO);
    Timestamps.put(node, "startTime", spec.startTime());
    if (spec.conflictPolicy() != Spec.ConflictPolicy.REPLACE) {
      node.put("conflictPolicy", spec.conflictPolicy().name());
    }
    Guards.print(node, spec.guard());
    spec.rollbackTo().ifPresent(to -> node.put("rollbackTo", to.rolloutId()));
    Durations.put(node, "rollbackWindow", spec.rollbackWindow(), Spec.DEFAULT_ROLLBACK_WINDOW);
    spec.rollbackOf().ifPresent(id -> node.put("rollbackOf", id));
  }

  static void fromAndBack(ObjectNode node, Optional<Allocation> base, Optional<Shares> restores) {
    base.ifPresent(allocation -> node.set("base", Numbers.allocation(allocation)));
    restores.ifPresent(shares -> node.set("restores", Numbers.allocation(shares)));
  }

  static void notWatched(ObjectNode node, Optional<String> why) {
    why.ifPresent(text -> node.put("notWatched", text));
  }

  private static void progress(ObjectNode node, Progress progress, Kind kind) {
    node.putObject("progress")
        .put("batch", progress.batch())
        .put("batches", progress.batches())
        .set("moved", Numbers.moved(progress.moved(), kind));
  }

  /**
   * A rollout that found nothing moved all there is: 100 percent, in billionths, is more than there
   * can be replicas.
   */
  private static Kind kind(Rollout rollout) {
    return rollout
        .base()
        .map(
            base ->
                switch (base) {
                  case Shares s -> Kind.TRAFFIC;
                  case Replicas r -> Kind.REPLICA;
                })
        .orElse(rollout.progress().distance() > Replicas.MAX_TOTAL ? Kind.TRAFFIC : Kind.REPLICA);
  }

  private static void etag(ObjectNode node, long version) {
    node.put("etag", Long.toString(version));
  }
}
