package org.servicerollouts.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * A rollout on its way through one decision.
 *
 * @param ended where it was when it ended, since going back changes the allocation that progress is
 *     read from
 */
record Turn(Service service, Live live, Optional<Progress> ended) {

  static Turn of(Service service, Live live) {
    return new Turn(service, live, Optional.empty());
  }

  /** The same of {@code changed}. */
  Turn of(Service changed) {
    return new Turn(changed, live, ended);
  }

  /** In another state, in which nothing keeps it late yet. */
  Turn in(State state) {
    return new Turn(service, live.in(state).late(Optional.empty()), ended);
  }

  /** In another state with the same intent: what keeps that late does so still. */
  Turn telling(State state) {
    return new Turn(service, live.in(state), ended);
  }

  Turn with(Strategy strategy) {
    return new Turn(service, live.with(strategy), ended);
  }

  Turn with(Guard guard) {
    return new Turn(service, live.with(guard), ended);
  }

  /** Standing still as {@code superseded} did. */
  Turn standingFor(Optional<String> superseded) {
    return new Turn(service, live.standingFor(superseded), ended);
  }

  Turn late(Optional<Delay> delay) {
    return new Turn(service, live.late(delay), ended);
  }

  Turn at(Allocation allocation, long moved, int batches) {
    return new Turn(service.withAllocation(allocation), live.movedTo(moved, batches), ended);
  }

  /** With what {@code to} raises remembered: a batch brings it, or is to. */
  Turn raising(Allocation to, Instant now) {
    return new Turn(service.raising(to, now), live, ended);
  }

  /** With {@code intent} told to the target; the state that holds it is {@code state}. */
  Turn intending(State.Intent intent, State state) {
    return new Turn(service.intending(intent.to()), live, ended).in(state);
  }

  /** With the target where {@code intent} wanted it. */
  Turn confirmed(State.Intent intent) {
    return new Turn(service.confirmed(intent.to()), live, ended);
  }

  Turn end(Status status, Optional<String> reason, Instant now) {
    Progress last = progress();
    return new Turn(service, live, Optional.of(last)).in(new State.Ended(status, reason, now));
  }

  /** The same, gone back to {@code restores}, which is last good again. */
  Turn leaving(Allocation allocation, Shares restores) {
    return new Turn(
        service.withAllocation(allocation).withLastGood(Optional.of(restores)), live, ended);
  }

  /** With all taken back that succeeded after the service was last well at {@code restores}. */
  Turn takingBackSince(Shares restores) {
    return new Turn(service.withSuccesses(service.successes().backAt(restores)), live, ended);
  }

  Move move() {
    return Move.of(service, live);
  }

  Progress progress() {
    return ended.orElseGet(() -> Progress.of(service, live));
  }
}
