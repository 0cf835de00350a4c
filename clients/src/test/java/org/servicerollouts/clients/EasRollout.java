package org.servicerollouts.clients;

import java.util.Map;
import java.util.Optional;

/**
 * What DescribeServiceRollout shows.
 *
 * @param current the N of CurrentRevision
 * @param update the N of UpdateRevision, empty before the first update
 * @param next NextBatchStartTime
 * @param id of the rollout, empty for a plan without one
 */
record EasRollout(
    Map<?, ?> strategy,
    String phase,
    int total,
    int updated,
    Optional<String> current,
    Optional<String> update,
    Optional<String> next,
    Optional<String> id) {

  static EasRollout of(Map<?, ?> answer) {
    Map<?, ?> rollout = (Map<?, ?>) answer.get("Rollout");
    Map<?, ?> status = (Map<?, ?>) rollout.get("Status");
    return new EasRollout(
        (Map<?, ?>) rollout.get("Strategy"),
        (String) status.get("Phase"),
        ((Number) status.get("TotalReplicas")).intValue(),
        ((Number) status.get("UpdatedReplicas")).intValue(),
        text(status, "CurrentRevision").map(EasRollout::number),
        text(status, "UpdateRevision").map(EasRollout::number),
        text(status, "NextBatchStartTime"),
        text(rollout, "RolloutId"));
  }

  private static Optional<String> text(Map<?, ?> object, String name) {
    return Optional.ofNullable((String) object.get(name));
  }

  private static String number(String revision) {
    return revision.replaceFirst("^service-[0-9a-f]{6}-", "");
  }

  /** Its phase and how far it is: {@code Running 5/10 v1 -> v2}. */
  String shown() {
    return phase
        + " "
        + updated
        + "/"
        + total
        + " "
        + current.orElse("none")
        + update.map(to -> " -> " + to).orElse("");
  }
}
