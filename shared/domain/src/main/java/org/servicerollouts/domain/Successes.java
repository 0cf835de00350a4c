package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The last rollouts of a service that succeeded: what it may go back to.
 *
 * @param kept newest first, at most {@value #MOST}
 * @param latest what only the newest tells, while that is known
 */
public record Successes(List<Success> kept, Optional<Latest> latest) {

  /** How many SUCCEEDED rollouts are kept for ever (Google: "the last 10 successful"). */
  public static final int MOST = 10;

  public static final Successes NONE = new Successes(List.of(), Optional.empty());

  /**
   * What the newest success tells beside where it ended.
   *
   * @param raised the configs whose share it raised
   * @param until when its rollbackWindow ends
   */
  public record Latest(Set<String> raised, Instant until) {
    public Latest {
      raised = Set.copyOf(new TreeSet<>(raised));
      requireNonNull(until, "until is null");
    }
  }

  public Successes {
    kept = List.copyOf(kept);
    requireNonNull(latest, "latest is null");
  }

  /** With {@code live}, which has just ended well, as the newest. */
  Successes with(Live live, Instant now) {
    Success newest =
        new Success(live.rolloutId(), live.target(), live.restores(), live.redeploys(), false);
    return new Successes(
        Stream.concat(Stream.of(newest), kept.stream()).limit(MOST).toList(),
        Optional.of(new Latest(live.raises(), now.plus(live.rollbackWindow()))));
  }

  /** The last that succeeded. */
  public Optional<Success> newest() {
    return kept.stream().findFirst();
  }

  /** The newest that nothing has left behind. */
  Optional<Success> newestGood() {
    return kept.stream().filter(success -> !success.takenBack()).findFirst();
  }

  /** The newest that ended at {@code target}, if that one was not taken back. */
  Optional<Success> goodAt(Shares target) {
    return at(target).filter(success -> !success.takenBack());
  }

  private Optional<Success> at(Shares target) {
    return kept.stream().filter(success -> success.target().equals(target)).findFirst();
  }

  boolean isTakenBack(Shares target) {
    return at(target).filter(Success::takenBack).isPresent();
  }

  /** Whether the newest can still be rolled back at {@code now}. */
  boolean isRecent(Instant now) {
    return latest.filter(newest -> now.isBefore(newest.until())).isPresent();
  }

  /** The newest that ended elsewhere than {@code target} and may be restored. */
  Optional<Shares> goodBeside(Shares target) {
    return leadingAwayFrom(target).map(Success::target);
  }

  /** With all that succeeded after the service was last well at {@code target} taken back. */
  Successes backAt(Shares target) {
    List<Success> next = new ArrayList<>();
    boolean isPassed = true;
    for (Success success : kept) {
      isPassed = isPassed && (success.takenBack() || !success.target().equals(target));
      next.add(isPassed ? success.leftBehind() : success);
    }
    return new Successes(next, latest);
  }

  /** With the newest taken back, and with it those that it redeployed. */
  Successes withoutNewest() {
    int redeployed = chain();
    List<Success> next = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      next.add(i < redeployed ? kept.get(i).leftBehind() : kept.get(i));
    }
    return new Successes(next, latest);
  }

  /** Not knowing of the newest any more, nor of those that it redeployed. */
  Successes reopened() {
    return new Successes(kept.subList(chain(), kept.size()), Optional.empty());
  }

  /** How many of the newest are one success and its redeploys. */
  private int chain() {
    int length = 0;
    while (length < kept.size() && kept.get(length).redeploys()) {
      length++;
    }
    return Math.min(length + 1, kept.size());
  }

  /** Whether nothing but redeploys of it has succeeded after {@code rolloutId}. */
  boolean isNewestButForRedeploys(String rolloutId) {
    return kept.subList(0, chain()).stream()
        .anyMatch(success -> success.rolloutId().equals(rolloutId));
  }

  /** The newest that ended elsewhere than at {@code allocation} and may be restored. */
  Optional<Success> leadingAwayFrom(Shares allocation) {
    return kept.stream()
        .filter(success -> !success.target().equals(allocation) && !isTakenBack(success.target()))
        .findFirst();
  }
}
