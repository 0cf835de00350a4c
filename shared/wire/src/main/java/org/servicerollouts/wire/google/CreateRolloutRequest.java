package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Fields;

/**
 * services.rollouts.create: a Rollout, with this product's own fields {@code batch} and {@code
 * partition}.
 *
 * @param rolloutId empty: the next of {@code YYYY-MM-DDrN}
 * @param percentages of trafficPercentStrategy
 * @param strategy empty where neither batch nor partition was given
 */
public record CreateRolloutRequest(
    Optional<String> rolloutId, Map<String, Double> percentages, Optional<Strategy> strategy) {

  /** Fields that the server sets, and that clients send back with a rollout they have read. */
  private static final List<String> OUTPUT_ONLY = List.of("createTime", "createdBy", "status");

  public CreateRolloutRequest {
    rolloutId.ifPresent(id -> Ids.require("rolloutId", id));
    percentages = Collections.unmodifiableMap(new LinkedHashMap<>(percentages));
    Shares.ofPercentages("percentages", percentages);
    requireNonNull(strategy, "strategy is null");
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request for {@code service}
   */
  public static CreateRolloutRequest of(ServiceName service, ObjectNode body) {
    Fields fields = Fields.google(body);
    Optional<String> rolloutId = fields.string("rolloutId").filter(id -> !id.isEmpty());
    fields
        .string("serviceName")
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> requireName(service, name));
    OUTPUT_ONLY.forEach(fields::any);
    fields.any("deleteServiceStrategy").ifPresent(value -> refuseDelete());
    Optional<Fields> traffic = fields.object("trafficPercentStrategy");
    Optional<Strategy> strategy = strategy(fields);
    fields.end();
    return new CreateRolloutRequest(rolloutId, percentages(traffic), strategy);
  }

  /** The event that starts it, brought about by {@code cause}. */
  public Event.Create event(Cause cause) {
    return Event.Create.of(rolloutId, percentages, strategy, cause);
  }

  private static Map<String, Double> percentages(Optional<Fields> traffic) {
    Fields fields =
        traffic.orElseThrow(
            () ->
                Problem.missing("trafficPercentStrategy", "percentages of 1 to 5 configs")
                    .exception());
    Map<String, Double> percentages =
        fields
            .doubles("percentages")
            .orElseThrow(
                () ->
                    Problem.missing(fields.path("percentages"), "1 to 5 configs, 100 in all")
                        .exception());
    fields.end();
    return percentages;
  }

  private static Optional<Strategy> strategy(Fields fields) {
    Optional<Strategy> batch = fields.object("batch").map(CreateRolloutRequest::batch);
    Optional<Strategy> partition =
        fields
            .string("partition")
            .map(keep -> new Strategy.Partition(Amount.orZero("partition", keep)));
    if (batch.isPresent() && partition.isPresent()) {
      throw new Problem(
              Problem.Kind.INVALID_VALUE,
              "batch, partition: both given (expected: at most one of them)",
              Optional.of("partition"))
          .exception();
    }
    return batch.or(() -> partition);
  }

  private static Strategy batch(Fields batch) {
    Amount size =
        batch
            .string("batchSize")
            .map(text -> Amount.aboveZero(batch.path("batchSize"), text))
            .orElse(Strategy.Batch.DEFAULT_SIZE);
    Interval interval =
        batch
            .string("interval")
            .map(text -> Interval.of(batch.path("interval"), text))
            .orElse(Interval.DEFAULT);
    batch.end();
    return new Strategy.Batch(size, interval);
  }

  private static void requireName(ServiceName service, String name) {
    if (!name.equals(service.value())) {
      throw Problem.invalid("serviceName", name, "\"" + service + "\", the service of the path")
          .exception();
    }
  }

  private static void refuseDelete() {
    throw new Problem(
            Problem.Kind.INVALID_VALUE,
            "deleteServiceStrategy: given (expected: none, only deleting a service makes such a"
                + " rollout)",
            Optional.of("deleteServiceStrategy"))
        .exception();
  }
}
