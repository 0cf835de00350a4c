package org.servicerollouts.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What one decision writes, while it is being made. */
final class Writing {
  private static final Write KEPT = new Write.HistoryKept();

  private final Service before;
  private final List<Write> writes = new ArrayList<>();
  private final List<Happened.Change> changes = new ArrayList<>();
  private boolean keeps;

  Writing(Service before) {
    this.before = before;
  }

  /** The service's {@code v} once this is written. */
  private long v() {
    return before.v() + 1;
  }

  void add(Write write, Happened.Change change) {
    writes.add(write);
    changes.add(change);
    keeps = true;
  }

  /** A row of the history tells of it. */
  void keep() {
    keeps = true;
  }

  /** The rollouts that wait end without having started. */
  void drop(List<Queued> waiting, String why, Instant now) {
    waiting.forEach(
        queued ->
            add(
                new Write.RolloutDropped(queued.rolloutId(), why, now, v()),
                new Happened.Change(queued.rolloutId(), Status.CANCELLED)));
  }

  /** The rollout that the service is in ends where it is. */
  Optional<Turn> stop(Optional<Live> live, String why, Instant now) {
    Optional<Turn> stopped =
        live.map(is -> Turn.of(before, is).end(Status.CANCELLED, Optional.of(why), now));
    stopped.ifPresent(ended -> standing(ended, now));
    return stopped;
  }

  /** A new rollout. */
  void created(Turn turn, Spec spec, Cause cause, Instant now) {
    created(turn, spec, turn.live().status(), turn.live().reason(), cause, now);
  }

  /** A new rollout that waits; {@code turn} is how it would start now. */
  void queued(Turn turn, Spec spec, State.Pending pending, Cause cause, Instant now) {
    Live unstarted = turn.live().startedFrom(Optional.empty(), Optional.empty());
    created(
        new Turn(turn.service(), unstarted, Optional.of(turn.progress())),
        spec,
        Status.PENDING,
        pending.reason(),
        cause,
        now);
  }

  private void created(
      Turn turn, Spec spec, Status status, Optional<String> reason, Cause cause, Instant now) {
    Live live = turn.live();
    Rollout rollout =
        new Rollout(
            live.rolloutId(),
            turn.service().counters().ord(),
            live.since(),
            now,
            cause.who(),
            spec,
            status,
            reason,
            live.strategy(),
            live.base(),
            live.restores(),
            turn.progress(),
            now,
            v());
    add(new Write.RolloutCreated(rollout), new Happened.Change(live.rolloutId(), status));
  }

  /** A kept rollout that starts or ends. */
  void standing(Turn turn, Instant now) {
    add(
        new Write.RolloutChanged(turn.live().asOf(v(), now), turn.progress(), now),
        new Happened.Change(turn.live().rolloutId(), turn.live().status()));
  }

  /**
   * The rollout that the service is in becomes what {@code turn} makes it: its own item is written
   * when it starts and when it ends, and a row of the history at each change of its state.
   */
  void moved(Live was, Turn turn, Instant now) {
    Status is = turn.live().status();
    if (was.status() != is && (was.status() == Status.PENDING || is.ended())) {
      standing(turn, now);
      return;
    }
    changes.add(new Happened.Change(turn.live().rolloutId(), is));
    keeps = keeps || was.status() != is;
  }

  /** The service with the rollout of {@code turn} as the one that it is in. */
  Decision.Changed changed(
      Turn turn, Happened.What what, Cause cause, Optional<Event.Verb> verb, Instant now) {
    boolean isSame = before.active().filter(turn.live()::equals).isPresent();
    Live live = isSame ? turn.live() : turn.live().asOf(v(), now);
    Service next =
        switch (live.status()) {
          case SUCCEEDED -> isSame ? turn.service() : turn.service().withSuccess(live, now);
          case ROLLED_BACK, FAILED -> stopped(turn.service().withActive(live), now);
          case PENDING, RUNNING, PAUSED, ROLLING_BACK, CANCELLED -> turn.service().withActive(live);
        };
    return changed(next, what, told(cause, live, verb), verb, now);
  }

  /** What takes a rollout back is told also where somebody had asked for something else. */
  private static Cause told(Cause cause, Live live, Optional<Event.Verb> verb) {
    boolean isAsked = cause.driver() || verb.filter(Event.Verb.ROLLBACK::equals).isPresent();
    return switch (live.status()) {
      case ROLLING_BACK, ROLLED_BACK, FAILED -> isAsked ? cause : cause.despite(live.reason());
      case PENDING, RUNNING, PAUSED, SUCCEEDED, CANCELLED -> cause;
    };
  }

  /** The same, telling also of a rollout whose own item is not written. */
  Decision.Changed telling(
      Service next,
      Happened.Change change,
      Happened.What what,
      Cause cause,
      Optional<Event.Verb> verb,
      Instant now) {
    changes.add(change);
    return changed(next, what, cause, verb, now);
  }

  Decision.Changed changed(
      Service next, Happened.What what, Cause cause, Optional<Event.Verb> verb, Instant now) {
    Set<String> was = watched(before);
    Set<String> is = watched(next);
    List<String> watched = is.stream().filter(name -> !was.contains(name)).toList();
    List<String> released = was.stream().filter(name -> !is.contains(name)).toList();
    if (!watched.isEmpty()) {
      writes.add(new Write.AlarmsWatched(watched));
    }
    if (!released.isEmpty()) {
      writes.add(new Write.AlarmsReleased(released));
    }
    if (keeps) {
      writes.add(KEPT);
    }
    return new Decision.Changed(
        next.knowingOnlyItsOwn().happened(new Happened(what, now, cause, verb, changes)), writes);
  }

  /** With those that queue behind others waiting for a person's word. */
  Service stopped(Service service, Instant now) {
    return service.withQueue(
        service.queue().stream()
            .map(
                queued ->
                    queued.policy() == Spec.ConflictPolicy.QUEUE
                            && queued.state().waitsFor() != State.WaitsFor.APPROVAL
                        ? queued.in(queued.state().stopped(), v(), now)
                        : queued)
            .toList());
  }

  /** With nobody waiting for a person's word any more. */
  Service released(Service service, Instant now) {
    return service.withQueue(
        service.queue().stream()
            .map(
                queued ->
                    queued.state().isStopped()
                        ? queued.in(queued.state().goingOn(), v(), now)
                        : queued)
            .toList());
  }

  private static Set<String> watched(Service service) {
    return service
        .live()
        .filter(live -> live.status() != Status.PENDING)
        .map(live -> (Set<String>) new TreeSet<>(live.guard().alarms()))
        .orElse(Set.of());
  }
}
