package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Plan;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;

/** PAI-EAS's answers about rollouts. */
public final class EasRolloutPrinter {

  /** PAI-EAS documents the pattern and no zone; here it is UTC, as all its other times are. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private EasRolloutPrinter() {}

  public static ObjectNode created(String requestId) {
    return message(requestId, "created");
  }

  /**
   * UpdateServiceRollout.
   *
   * @param service after {@code request} was carried out
   */
  public static ObjectNode updated(
      Service service, EasUpdateRolloutRequest request, String requestId) {
    ObjectNode answer = message(requestId, request.done());
    shown(service)
        .ifPresent(live -> EasServicePrinter.rollout(answer, service.name(), live.rolloutId()));
    return answer;
  }

  /**
   * DeleteServiceRollout.
   *
   * @param service after its plan was deleted, which may have stopped a rollout
   */
  public static ObjectNode deleted(Service service, String requestId) {
    ObjectNode answer = message(requestId, "deleted");
    service.last().rollouts().stream()
        .findFirst()
        .ifPresent(
            stopped -> EasServicePrinter.rollout(answer, service.name(), stopped.rolloutId()));
    return answer;
  }

  private static ObjectNode message(String requestId, String done) {
    return Json.object()
        .put("RequestId", requestId)
        .put("Message", "Rollout " + done + " successfully");
  }

  /**
   * DescribeServiceRollout: the live rollout, else the first that waits, of whose target nothing is
   * known yet, else the newest under the plan, else the plan that waits for an update.
   *
   * @throws org.servicerollouts.domain.ProblemException ROLLOUT_NOT_FOUND where there is none of
   *     these
   */
  public static ObjectNode rollout(Service service, String requestId) {
    Optional<Queued> waiting =
        EasServicePrinter.requireReplicas(service).queue().stream()
            .findFirst()
            .filter(first -> service.live().isEmpty());
    Optional<Live> shown = waiting.isPresent() ? Optional.empty() : shown(service);
    Optional<Strategy> strategy =
        service.live().map(Live::strategy).or(() -> service.plan().map(Plan::strategy));
    if (strategy.isEmpty() && waiting.isEmpty()) {
      throw NotFound.rolloutPlan(service.name()).exception();
    }
    ObjectNode answer = Json.object().put("RequestId", requestId);
    ObjectNode rollout = answer.putObject("Rollout");
    ObjectNode planned = rollout.putObject("Strategy");
    strategy.ifPresent(known -> strategy(planned, known));
    Optional<State> state = waiting.<State>map(Queued::state).or(() -> shown.map(Live::state));
    status(rollout.putObject("Status"), service, shown, state);
    waiting
        .map(Queued::rolloutId)
        .or(() -> shown.map(Live::rolloutId))
        .ifPresent(id -> EasServicePrinter.rollout(rollout, service.name(), id));
    return answer;
  }

  /** The rollout that lives, else the newest under the plan. */
  private static Optional<Live> shown(Service service) {
    return service
        .active()
        .filter(
            last ->
                !last.ended()
                    || service.plan().filter(plan -> last.since() > plan.since()).isPresent());
  }

  /** PAI-EAS has no steps, so that they are shown as nothing. */
  private static void strategy(ObjectNode node, Strategy strategy) {
    switch (strategy) {
      case Strategy.AllAtOnce all -> {}
      case Strategy.Staged staged -> {}
      case Strategy.Partition partition ->
          node.putObject("Partition").put("Partition", partition.keep().text());
      case Strategy.Batch batch ->
          node.putObject("Batch")
              .put("BatchSize", batch.size().text())
              .put("Interval", batch.interval().text());
    }
  }

  private static void status(
      ObjectNode node, Service service, Optional<Live> shown, Optional<State> state) {
    Optional<String> update = shown.map(Live::updateRevision);
    long updated = update.flatMap(id -> service.allocation().map(now -> now.of(id))).orElse(0L);
    node.put("Phase", phase(service, state))
        .put("TotalReplicas", service.total())
        .put("UpdatedReplicas", updated);
    service.currentRevision().ifPresent(revision -> node.put("CurrentRevision", revision));
    update.ifPresent(revision -> node.put("UpdateRevision", revision));
    service
        .nextBatchStartTime()
        .map(EasRolloutPrinter::time)
        .ifPresent(time -> node.put("NextBatchStartTime", time));
  }

  /** Of a plan that no update has used yet, whether its first rollout will wait for approval. */
  private static String phase(Service service, Optional<State> state) {
    boolean isPaused = service.plan().filter(Plan::paused).isPresent();
    return state.map(EasRolloutPrinter::phase).orElse(isPaused ? "Paused" : "Pending");
  }

  private static String phase(State state) {
    return switch (state) {
      case State.Pending pending ->
          pending.waitsFor() == State.WaitsFor.APPROVAL ? "Paused" : "Pending";
      case State.Running running -> "Running";
      case State.RollingBack back -> "Running";
      case State.Paused paused -> "Paused";
      case State.Ended ended ->
          switch (ended.status()) {
            case SUCCEEDED -> "Completed";
            case CANCELLED, ROLLED_BACK, FAILED -> "Failed";
            case PENDING, RUNNING, PAUSED, ROLLING_BACK ->
                throw new IllegalStateException("ended: " + ended);
          };
    };
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
