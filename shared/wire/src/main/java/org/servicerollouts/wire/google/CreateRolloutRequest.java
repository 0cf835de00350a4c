package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Timestamps;

/**
 * services.rollouts.create: a Rollout, with this product's own fields.
 *
 * @param rolloutId empty: the next of {@code YYYY-MM-DDrN}
 * @param spec what it is to be, but for where a rollback of it goes
 * @param rollbackTo the rollout that succeeded whose allocation a rollback of it goes to; empty: to
 *     last good
 * @param etag the service's version that the caller knows
 */
public record CreateRolloutRequest(
    Optional<String> rolloutId, Spec spec, Optional<String> rollbackTo, Optional<String> etag) {

  /** Fields that the server sets, and that clients send back with a rollout they have read. */
  private static final List<String> OUTPUT_ONLY =
      List.of(
          "createTime",
          "createdBy",
          "status",
          "state",
          "waitsFor",
          "reason",
          "rollbackOf",
          "base",
          "restores",
          "progress",
          "nextBatchStartTime",
          "bakeEndTime",
          "eta",
          "updateTime",
          "totalReplicas",
          "updatedReplicas");

  private static final Durations BAKES = new Durations(Duration.ZERO, Duration.ofDays(7));
  private static final Durations ROLLBACK_WINDOWS =
      new Durations(Duration.ZERO, Duration.ofDays(30));

  /** What follows it must have times that can be written, too. */
  private static final Instant LAST_START = Instant.parse("9000-01-01T00:00:00Z");

  public CreateRolloutRequest {
    rolloutId.ifPresent(id -> Ids.requireNew("rolloutId", id));
    requireNonNull(spec, "spec is null");
    rollbackTo.ifPresent(id -> Ids.require("rollbackTo", id));
    requireNonNull(etag, "etag is null");
  }

  /**
   * What {@code body} asks for.
   *
   * @param alarmName gives an alarm's name of the path of a field and what it holds: a name or an
   *     ARN
   * @throws ProblemException for a body that is no such request for {@code service}
   */
  public static CreateRolloutRequest of(
      ServiceName service, ObjectNode body, BinaryOperator<String> alarmName) {
    Fields fields = Fields.google(body);
    Optional<String> rolloutId = nonEmpty(fields, "rolloutId");
    nonEmpty(fields, "serviceName").ifPresent(name -> requireName(service, name));
    OUTPUT_ONLY.forEach(fields::any);
    fields.any("deleteServiceStrategy").ifPresent(value -> refuseDelete());
    Optional<Fields> traffic = fields.object("trafficPercentStrategy");
    Spec spec =
        new Spec(
            percentages(traffic),
            Strategies.read(fields),
            BAKES.read(fields, "bakeTime").orElse(Duration.ZERO),
            Guards.read(fields, alarmName),
            conflictPolicy(fields),
            startTime(fields),
            fields.bool("paused").orElse(false),
            Optional.empty(),
            ROLLBACK_WINDOWS.read(fields, "rollbackWindow").orElse(Spec.DEFAULT_ROLLBACK_WINDOW),
            Optional.empty());
    Optional<String> rollbackTo = nonEmpty(fields, "rollbackTo");
    Optional<String> etag = nonEmpty(fields, "etag");
    fields.end();
    return new CreateRolloutRequest(rolloutId, spec, rollbackTo, etag);
  }

  /** The event that makes it, brought about by {@code cause}. */
  public Event.Create event(Cause cause) {
    return new Event.Create(rolloutId, spec, Map.of(), false, etag, cause);
  }

  private static Optional<String> nonEmpty(Fields fields, String name) {
    return fields.string(name).filter(text -> !text.isEmpty());
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
    Shares.ofNewPercentages("percentages", percentages);
    return percentages;
  }

  private static Spec.ConflictPolicy conflictPolicy(Fields fields) {
    return fields
        .string("conflictPolicy")
        .map(
            given ->
                Stream.of(Spec.ConflictPolicy.values())
                    .filter(policy -> policy.name().equals(given))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            Problem.invalid("conflictPolicy", given, "REPLACE, REJECT or QUEUE")
                                .exception()))
        .orElse(Spec.ConflictPolicy.REPLACE);
  }

  /** In whole milliseconds, as all times here are: never before the one that was given. */
  private static Optional<Instant> startTime(Fields fields) {
    return fields
        .string("startTime")
        .map(
            text ->
                Timestamps.parse(text)
                    .filter(time -> time.isBefore(LAST_START))
                    .map(time -> time.plusNanos(999_999).truncatedTo(ChronoUnit.MILLIS))
                    .orElseThrow(
                        () ->
                            Problem.invalid(
                                    "startTime", text, "an RFC 3339 time before the year 9000")
                                .exception()));
  }

  static void requireName(ServiceName service, String name) {
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
