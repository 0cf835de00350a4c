package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Misfits;
import org.servicerollouts.wire.Query;

/**
 * An update of a ManagedService; this product's own.
 *
 * @param target what every later rollout of it applies; empty: as it is
 * @param alarms the names of those that watch every later rollout of it; empty: as they are
 * @param etag the service's version that the caller knows
 */
public record UpdateServiceRequest(
    Optional<Target> target, Optional<List<String>> alarms, Optional<String> etag) {
  private static final String TARGET = "target";
  private static final String ALARMS = "alarms";
  private static final String UPDATE_MASK = "updateMask";

  /** Fields that no update changes, and that clients send back with a service they have read. */
  private static final List<String> OUTPUT_ONLY = List.of("producerProjectId", "totalReplicas");

  public UpdateServiceRequest {
    requireNonNull(target, "target is null");
    alarms = alarms.map(List::copyOf);
    requireNonNull(etag, "etag is null");
  }

  /**
   * What {@code body} asks for: of target and alarms those that {@code updateMask} names, cleared
   * where the body has them not; without it those that the body has, cleared by null.
   *
   * @param alarmName gives an alarm's name of the path of a field and what it holds: a name or an
   *     ARN
   * @throws ProblemException for a body that is no such request for {@code service}
   */
  public static UpdateServiceRequest of(
      ServiceName service, Query query, ObjectNode body, BinaryOperator<String> alarmName) {
    Fields fields = Fields.google(body);
    fields
        .string("serviceName")
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> CreateRolloutRequest.requireName(service, name));
    OUTPUT_ONLY.forEach(fields::any);
    Set<String> updated = updated(fields, query);
    Target target = target(fields);
    List<String> alarms = Guards.alarms(fields, alarmName).orElse(List.of());
    Optional<String> etag = fields.string("etag").filter(text -> !text.isEmpty());
    fields.end();
    return new UpdateServiceRequest(
        Optional.of(target).filter(given -> updated.contains(TARGET)),
        Optional.of(alarms).filter(given -> updated.contains(ALARMS)),
        etag);
  }

  private static Set<String> updated(Fields fields, Query query) {
    Set<String> updated = new TreeSet<>();
    query
        .find(UPDATE_MASK)
        .map(mask -> List.of(mask.split(",", -1)))
        .orElseGet(() -> List.of(TARGET, ALARMS).stream().filter(fields::isGiven).toList())
        .forEach(
            path -> {
              if (!path.equals(TARGET) && !path.equals(ALARMS)) {
                throw Problem.invalid(UPDATE_MASK, path, TARGET + ", " + ALARMS + " or both")
                    .exception();
              }
              updated.add(path);
            });
    return updated;
  }

  private static Target target(Fields fields) {
    return fields.object(TARGET).map(UpdateServiceRequest::targetOf).orElse(Target.NONE);
  }

  private static Target targetOf(Fields fields) {
    Optional<Fields> none = fields.object("none");
    Optional<Fields> alias = fields.object("lambdaAlias");
    fields.end();
    none.ifPresent(Fields::end);
    if (none.isPresent() == alias.isPresent()) {
      throw Problem.invalid(
              TARGET,
              new Misfits.Shown(none.isPresent() ? "both" : "neither"),
              "one of lambdaAlias and none")
          .exception();
    }
    return alias.map(UpdateServiceRequest::lambdaAlias).orElse(Target.NONE);
  }

  private static Target lambdaAlias(Fields alias) {
    Target target =
        new Target.LambdaAlias(
            alias.requiredString("functionName", "the name of a function"),
            alias.requiredString("aliasName", "the name of one of its aliases"));
    alias.end();
    return target;
  }
}
