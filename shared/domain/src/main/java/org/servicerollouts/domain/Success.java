package org.servicerollouts.domain;

import java.util.Optional;

/**
 * A rollout that succeeded, and where it ended.
 *
 * @param restores where a rollback of it goes; empty where it has nothing to go back to
 * @param redeploys whether it started where it ended, right after another success, so that it does
 *     not count as later than that
 * @param takenBack whether a rollback or a create left it for an earlier success; then nothing goes
 *     back to it
 */
public record Success(
    String rolloutId,
    Shares target,
    Optional<Shares> restores,
    boolean redeploys,
    boolean takenBack) {

  /** One that is not left, and from which nothing leads back. */
  public Success(String rolloutId, Shares target) {
    this(rolloutId, target, Optional.empty(), false, false);
  }

  Success leftBehind() {
    return new Success(rolloutId, target, restores, redeploys, true);
  }
}
