package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;

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
    node.put("state", standing.status().name());
    standing.reason().ifPresent(reason -> node.put("reason", reason));
    strategy(node, standing.strategy());
    fromAndBack(node, standing.base(), standing.restores());
    progress(node, standing.progress(), standing.service().kind());
    time(node, "nextBatchStartTime", standing.nextBatchStartTime());
    time(node, "bakeEndTime", standing.bakeEndTime());
    time(node, "eta", standing.eta());
    time(
        node,
        "updateTime",
        Optional.of(
            standing.live().isPresent() ? standing.service().last().at() : rollout.updateTime()));
    standing
        .updatedReplicas()
        .ifPresent(
            updated ->
                node.put("totalReplicas", standing.service().total())
                    .put("updatedReplicas", updated));
    return node;
  }

  /**
   * A page of rollouts, each with what its own item tells: until it has ended, its service knows
   * its state and progress better, and these are left out.
   */
  public static ObjectNode page(
      ServiceName service, List<Rollout> rollouts, Optional<String> nextPageToken) {
    return PagePrinter.page(
        "rollouts",
        rollouts.stream().map(rollout -> listed(service, rollout)).toList(),
        nextPageToken);
  }

  private static ObjectNode listed(ServiceName service, Rollout rollout) {
    ObjectNode node = proto(Json.object(), service, rollout, Optional.of(rollout.status()));
    boolean ended = rollout.status().ended();
    if (ended) {
      node.put("state", rollout.status().name());
      rollout.reason().ifPresent(reason -> node.put("reason", reason));
    }
    strategy(node, rollout.lastStrategy());
    fromAndBack(node, rollout.base(), rollout.restores());
    if (ended) {
      progress(node, rollout.progress(), kind(rollout));
      time(node, "updateTime", Optional.of(rollout.updateTime()));
    }
    return node;
  }

  static ObjectNode proto(
      ObjectNode node, ServiceName service, Rollout rollout, Optional<Status> status) {
    return proto(
        node,
        service,
        rollout.id(),
        rollout.createTime(),
        rollout.createdBy(),
        rollout.percentages(),
        status);
  }

  /**
   * Google's own fields in Google's order, put into {@code node}.
   *
   * @param percentages none: of the rollout that stands for the deletion of its service
   */
  static ObjectNode proto(
      ObjectNode node,
      ServiceName service,
      String rolloutId,
      Instant createTime,
      String createdBy,
      Map<String, Double> percentages,
      Optional<Status> status) {
    node.put("rolloutId", rolloutId).put("createTime", createTime.toString());
    if (!createdBy.isEmpty()) {
      node.put("createdBy", createdBy);
    }
    status.ifPresent(s -> node.put("status", statusName(s)));
    if (percentages.isEmpty()) {
      node.putObject("deleteServiceStrategy");
    } else {
      node.putObject("trafficPercentStrategy").set("percentages", Numbers.percentages(percentages));
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

  private static void strategy(ObjectNode node, Strategy strategy) {
    switch (strategy) {
      case Strategy.AllAtOnce all -> {}
      case Strategy.Batch batch ->
          node.putObject("batch")
              .put("batchSize", batch.size().text())
              .put("interval", batch.interval().text());
      case Strategy.Partition partition -> node.put("partition", partition.keep().text());
    }
  }

  private static void fromAndBack(
      ObjectNode node, Optional<Allocation> base, Optional<Shares> restores) {
    base.ifPresent(allocation -> node.set("base", Numbers.allocation(allocation)));
    restores.ifPresent(shares -> node.set("restores", Numbers.allocation(shares)));
  }

  private static void progress(ObjectNode node, Progress progress, Kind kind) {
    BigDecimal moved =
        switch (kind) {
          case TRAFFIC -> Numbers.percent(progress.moved());
          case REPLICA -> BigDecimal.valueOf(progress.moved());
        };
    node.putObject("progress")
        .put("batch", progress.batch())
        .put("batches", progress.batches())
        .set("moved", Numbers.number(moved));
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

  private static void time(ObjectNode node, String name, Optional<Instant> time) {
    time.ifPresent(instant -> node.put(name, instant.toString()));
  }
}
