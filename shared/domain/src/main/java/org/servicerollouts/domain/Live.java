package org.servicerollouts.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rollout that a service is in, or the last that ended, as the service itself carries it: all
 * that advancing it needs.
 *
 * @param since the service's {@code v} that created it
 * @param createTime when it was created
 * @param startTime when it started; when it was created, before that
 * @param base the allocation it found when it started, or was made in its place to be approved;
 *     empty where there was none
 * @param restores where a rollback goes; empty where there is nothing to go back to
 * @param moved the units moved so far; for replicas, those at the update revision beyond the base's
 * @param batch the batches done
 * @param redeploys whether it started where it goes, right after a success that had ended there: it
 *     does not count as later than that
 * @param standsFor the superseded rollout whose standing still it took over: it has brought no
 *     batch yet; empty where there was none
 * @param rollbackWindow how long after it has succeeded it can still be rolled back
 * @param bake how long it stays at its target before it has succeeded
 * @param guard what stands between it and its next batch, the service's alarms counted in
 * @param delay what keeps it from its next batch, or its end, though that is due
 * @param version the service's {@code v} that last changed it
 * @param updateTime when that was
 */
public record Live(
    String rolloutId,
    long since,
    Instant createTime,
    Instant startTime,
    State state,
    Strategy strategy,
    Shares target,
    Optional<Allocation> base,
    Optional<Shares> restores,
    long moved,
    int batch,
    boolean redeploys,
    Optional<String> standsFor,
    Duration rollbackWindow,
    Duration bake,
    Guard guard,
    Optional<Delay> delay,
    long version,
    Instant updateTime) {

  public Status status() {
    return state.status();
  }

  public boolean ended() {
    return status().ended();
  }

  /** Why it is where it is, or late. */
  public Optional<String> reason() {
    return state.reason().or(() -> delay.map(Delay::why));
  }

  /** The config that a replica rollout goes to, or the one with the highest share. */
  public String updateRevision() {
    return target.units().entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  /** Which alarms do not watch it, and why; empty where all do that it or its service names. */
  public Optional<String> notWatched(Settings settings) {
    if (ended() || status() == Status.PENDING) {
      return Optional.empty();
    }
    if (guard.alarms().isEmpty()) {
      return Optional.of("no alarm watches it, because it goes back")
          .filter(why -> !settings.alarms().isEmpty());
    }
    String why =
        guard
            .overridden()
            .map(reason -> "because overrideAlarms passed it (" + reason + ")")
            .orElse("because it goes back to where the service was well");
    return Optional.of(guard.ignored())
        .filter(names -> !names.isEmpty())
        .map(
            names ->
                "alarm '"
                    + String.join("', '", names)
                    + "' does not count before it has been OK once, "
                    + why);
  }

  /** The configs whose share it raises, from what it found when it started. */
  public Set<String> raises() {
    return target.raisedFrom(base);
  }

  /** What a changed copy is made of, some parts of which the change sets. */
  private static final class Copy {
    private Instant startTime;
    private State state;
    private Strategy strategy;
    private Optional<Allocation> base;
    private Optional<Shares> restores;
    private long moved;
    private int batch;
    private Optional<String> standsFor;
    private Guard guard;
    private Optional<Delay> delay;
    private long version;
    private Instant updateTime;

    private Copy(Live of) {
      startTime = of.startTime;
      state = of.state;
      strategy = of.strategy;
      base = of.base;
      restores = of.restores;
      moved = of.moved;
      batch = of.batch;
      standsFor = of.standsFor;
      guard = of.guard;
      delay = of.delay;
      version = of.version;
      updateTime = of.updateTime;
    }
  }

  private Live with(Consumer<Copy> change) {
    Copy c = new Copy(this);
    change.accept(c);
    return new Live(
        rolloutId,
        since,
        createTime,
        c.startTime,
        c.state,
        c.strategy,
        target,
        c.base,
        c.restores,
        c.moved,
        c.batch,
        redeploys,
        c.standsFor,
        rollbackWindow,
        bake,
        c.guard,
        c.delay,
        c.version,
        c.updateTime);
  }

  Live in(State next) {
    return with(copy -> copy.state = next);
  }

  Live with(Strategy next) {
    return with(copy -> copy.strategy = next);
  }

  Live with(Guard next) {
    return with(copy -> copy.guard = next);
  }

  Live late(Optional<Delay> next) {
    return with(copy -> copy.delay = next);
  }

  /** As the service's change {@code v} makes it. */
  Live asOf(long v, Instant now) {
    return with(
        copy -> {
          copy.version = v;
          copy.updateTime = now;
        });
  }

  Live movedTo(long units, int batches) {
    return with(
        copy -> {
          copy.moved = units;
          copy.batch = batches;
          copy.standsFor = batches == batch ? standsFor : Optional.empty();
        });
  }

  Live standingFor(Optional<String> superseded) {
    return with(copy -> copy.standsFor = superseded);
  }

  Live startingAt(Instant time) {
    return with(copy -> copy.startTime = time);
  }

  Live startedFrom(Optional<Allocation> found, Optional<Shares> goesBackTo) {
    return with(
        copy -> {
          copy.base = found;
          copy.restores = goesBackTo;
        });
  }
}
