package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;

/**
 * A verb that steers a rollout; this product's own.
 *
 * @param reason why
 * @param etag the rollout's version that the caller knows
 * @param emergency why its windows are passed; nothing bars a pause or the way back, which take it
 *     as one more reason
 * @param overrideAlarms why its alarms are passed; likewise
 * @param to of a rollback, the rollout that succeeded whose allocation it goes to
 */
public record SteerRolloutRequest(
    Event.Verb verb,
    Optional<String> reason,
    Optional<String> etag,
    Optional<String> emergency,
    Optional<String> overrideAlarms,
    Optional<String> to) {

  public SteerRolloutRequest {
    requireNonNull(verb, "verb is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(etag, "etag is null");
    requireNonNull(emergency, "emergency is null");
    requireNonNull(overrideAlarms, "overrideAlarms is null");
    to.ifPresent(id -> Ids.require("to", id));
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no such request
   */
  public static SteerRolloutRequest of(Event.Verb verb, ObjectNode body) {
    Fields fields = Fields.google(body);
    SteerRolloutRequest request =
        new SteerRolloutRequest(
            verb,
            Reasons.read(fields, "reason"),
            fields.string("etag").filter(etag -> !etag.isEmpty()),
            Reasons.ofEmergency(fields),
            Reasons.read(fields, "overrideAlarms"),
            verb == Event.Verb.ROLLBACK ? fields.string("to") : Optional.empty());
    fields.end();
    return request;
  }

  /**
   * The event that steers {@code rolloutId}, brought about by {@code cause} for all the reasons
   * that are given.
   */
  public Event.Steer event(String rolloutId, Cause cause) {
    return new Event.Steer(
        rolloutId,
        verb,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        emergency,
        overrideAlarms,
        etag,
        new Cause(cause.who(), why(), cause.driver()));
  }

  private Optional<String> why() {
    String all =
        Stream.of(
                reason,
                emergency.map(why -> "emergency: " + why),
                overrideAlarms.map(why -> "overrideAlarms: " + why))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return Optional.of(all).filter(text -> !text.isEmpty());
  }
}
