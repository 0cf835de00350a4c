package org.servicerollouts.domain;

import static org.servicerollouts.domain.Status.FAILED;
import static org.servicerollouts.domain.Status.ROLLED_BACK;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.servicerollouts.domain.Happened.What;

/**
 * Every transition of every rollout: a service, an event, what its alarms say and the time give the
 * service as it is to be, with all that must be written beside it, or the reason why not. It reads
 * no clock, calls nothing and logs nothing.
 *
 * <p>Without a target a move is one transition. With one it is two: the intent, then done once the
 * target has {@link Event.Confirmed} it. Whatever is late, repeated or out of order, a {@link
 * Event.Due} advances at most one batch, and the next waits a whole interval from then.
 *
 * <p>Here stands what time, alarms and the target do to the rollout that the service is in. How a
 * rollout is made stands in {@link Creating}, those that wait in {@link Queueing}, what people say
 * in {@link Steering} and {@link Planning}, and how a rollout moves in {@link Moving}.
 */
public final class StateMachine {
  static final Decision UNCHANGED = new Decision.Unchanged();

  private StateMachine() {}

  /** What {@code event}, for which no alarm needs to be read, does to {@code service}. */
  public static Decision decide(Service service, Event event, Instant now) {
    return decide(service, event, Alarms.NONE, now);
  }

  /**
   * What {@code event} does to {@code service} at {@code now}.
   *
   * @param alarms what was just read of those that {@link #alarmsFor} names
   */
  public static Decision decide(Service service, Event event, Alarms alarms, Instant now) {
    return switch (event) {
      case Event.Create create -> Creating.create(service, create, alarms, now);
      case Event.Start start -> Queueing.start(service, start, alarms, now);
      case Event.Steer steer -> Steering.steer(service, steer, alarms, now);
      case Event.Replan replan -> Planning.replan(service, replan, alarms, now);
      case Event.Unplan unplan -> Planning.unplan(service, unplan.cause(), now);
      case Event.Scale scale -> Scaling.scale(service, scale, now);
      case Event.DeleteService delete -> Deleting.delete(service, delete, now);
      case Event.UndeleteService undelete -> Deleting.undelete(service, undelete.cause(), now);
      case Event.Due due -> due(service, alarms, now);
      case Event.AlarmFired fired -> alarmFired(service, alarms, now);
      case Event.Confirmed confirmed -> confirmed(service, confirmed.intent(), now);
      case Event.ApplyFailed failed -> applyFailed(service, failed, now);
      case Event.TargetChanged changed -> targetChanged(service, changed, now);
    };
  }

  /** The alarms that must be read before {@code event} is decided; mostly there are none. */
  public static Set<String> alarmsFor(Service service, Event event, Instant now) {
    return switch (event) {
      case Event.Create create -> Starting.alarmsOf(service, create.spec());
      case Event.Start start -> Starting.alarmsOf(service, start.rollout().spec());
      case Event.Due due -> looksAtAlarms(service, now) ? alarmsOf(service) : Set.of();
      case Event.Steer steer ->
          switch (steer.verb()) {
            case ADVANCE, PROMOTE, RESUME ->
                service
                    .queued(steer.rolloutId())
                    .flatMap(waiting -> steer.kept())
                    .map(kept -> Starting.alarmsOf(service, kept.spec()))
                    .orElseGet(() -> alarmsOf(service));
            case PAUSE, ROLLBACK -> Set.of();
          };
      case Event.Replan replan -> alarmsOf(service);
      case Event.AlarmFired f -> Set.of();
      case Event.Scale s -> Set.of();
      case Event.Unplan u -> Set.of();
      case Event.DeleteService d -> Set.of();
      case Event.UndeleteService u -> Set.of();
      case Event.Confirmed c -> Set.of();
      case Event.ApplyFailed f -> Set.of();
      case Event.TargetChanged c -> Set.of();
    };
  }

  /**
   * The configs that must be known before {@code event} is decided, beside those that it names
   * itself: what it makes goes back to them one day.
   */
  public static Set<String> configsFor(Service service, Event event, Instant now) {
    return switch (event) {
      case Event.Create create -> Restoring.configs(service, create.spec(), now);
      case Event.Start start -> Restoring.configs(service, start.rollout().spec(), now);
      case Event.Steer steer -> Steering.configs(service, steer, now);
      case Event.UndeleteService undelete -> Deleting.configs(service, now);
      case Event.Due d -> Set.of();
      case Event.Replan r -> Set.of();
      case Event.AlarmFired f -> Set.of();
      case Event.Scale s -> Set.of();
      case Event.Unplan u -> Set.of();
      case Event.DeleteService d -> Set.of();
      case Event.Confirmed c -> Set.of();
      case Event.ApplyFailed f -> Set.of();
      case Event.TargetChanged c -> Set.of();
    };
  }

  private static Set<String> alarmsOf(Service service) {
    return service.live().map(live -> Set.copyOf(live.guard().alarms())).orElse(Set.of());
  }

  private static boolean looksAtAlarms(Service service, Instant now) {
    return isDue(service, now)
        && service
            .live()
            .map(Live::state)
            .filter(state -> state instanceof State.Waiting || state instanceof State.Baking)
            .isPresent();
  }

  private static boolean isDue(Service service, Instant now) {
    return service.moveDueAt().filter(at -> !at.isAfter(now)).isPresent();
  }

  // ---- time and alarms

  private static Decision due(Service service, Alarms alarms, Instant now) {
    if (!isDue(service, now)) {
      return UNCHANGED;
    }
    Turn turn = Turn.of(service, service.live().orElseThrow());
    return switch (turn.live().state()) {
      case State.Waiting w -> stepped(turn, Moving.nextBatch(turn, alarms, now), now);
      case State.Baking baking -> stepped(turn, Moving.baked(turn, baking, alarms, now), now);
      case State.Applying a -> UNCHANGED;
      case State.RollingBack r -> UNCHANGED;
      case State.Pending p -> UNCHANGED;
      case State.Held h -> UNCHANGED;
      case State.Paused p -> UNCHANGED;
      case State.Ended e -> UNCHANGED;
    };
  }

  /** How long before its start a rollout's alarms may have been read. */
  private static final Duration READ_BEFORE_START = Duration.ofSeconds(10);

  /** An event may be late, or come twice: what is older than the start says nothing of it. */
  private static Decision alarmFired(Service service, Alarms told, Instant now) {
    return service
        .live()
        .filter(live -> live.status() == Status.RUNNING || live.status() == Status.PAUSED)
        .map(
            live -> {
              Alarms alarms = told.since(live.startTime().minus(READ_BEFORE_START));
              Turn turn = Turn.of(service, live);
              Turn heeding = Moving.heeding(turn, alarms);
              Turn next =
                  heeding
                      .live()
                      .guard()
                      .firing(alarms)
                      .map(why -> Moving.takenBack(heeding, why, now))
                      .orElse(heeding);
              return stepped(turn, next, now);
            })
        .orElse(UNCHANGED);
  }

  // ---- the target

  private static Decision confirmed(Service service, State.Intent intent, Instant now) {
    Optional<Live> waiting = intending(service, intent);
    if (waiting.isEmpty()) {
      return UNCHANGED;
    }
    Live live = waiting.get();
    Turn turn = Turn.of(service, live);
    if (live.state() instanceof State.RollingBack back) {
      Turn ended = turn.end(ROLLED_BACK, Optional.of(back.why()), now).confirmed(intent);
      return stepped(turn, ended.leaving(intent.to(), (Shares) intent.to()), now);
    }
    Turn there = turn.raising(intent.to(), now).confirmed(intent);
    Turn done =
        intent
            .then()
            .map(then -> Moving.gaveBack(there, then, now))
            .orElseGet(
                () -> Moving.settle(there.at(intent.to(), intent.moved(), live.batch() + 1), now));
    boolean isPaused = live.state() instanceof State.Paused;
    return stepped(turn, isPaused ? Moving.still(done, now) : done, now);
  }

  private static Decision applyFailed(Service service, Event.ApplyFailed failed, Instant now) {
    Delay news = new Delay(Delay.Kind.TARGET_FAILS, now, failed.reason());
    return intending(service, failed.intent())
        .map(live -> Turn.of(service, live))
        .map(turn -> stepped(turn, Moving.late(turn, news, now), now))
        .orElse(UNCHANGED);
  }

  private static Decision targetChanged(Service service, Event.TargetChanged changed, Instant now) {
    return intending(service, changed.intent())
        .filter(live -> !changed.intent().overwrites())
        .map(live -> Turn.of(service, live))
        .map(turn -> stepped(turn, whereChanged(turn, changed, now), now))
        .orElse(UNCHANGED);
  }

  /** It waits for a person's word; what went back by itself has failed. */
  private static Turn whereChanged(Turn turn, Event.TargetChanged changed, Instant now) {
    if (turn.live().state() instanceof State.RollingBack back) {
      String why =
          back.why()
              + "; going back failed, since somebody else changed the target: "
              + changed.found();
      return turn.end(FAILED, Optional.of(why), now);
    }
    State.Rest rest = new State.Rest.Wait(now, Duration.ZERO);
    return turn.in(
        new State.Paused(rest, Optional.of(changed.intent()), Optional.of(changed.found())));
  }

  /** The rollout that waits for its target to confirm {@code intent}. */
  private static Optional<Live> intending(Service service, State.Intent intent) {
    return service.live().filter(live -> intentOf(live.state()).filter(intent::equals).isPresent());
  }

  /** What the target is to be told; empty: nothing. */
  public static Optional<State.Intent> intentOf(State state) {
    return switch (state) {
      case State.Applying applying -> Optional.of(applying.intent());
      case State.RollingBack back -> Optional.of(back.intent());
      case State.Paused paused -> paused.intent().filter(intent -> paused.changed().isEmpty());
      case State.Waiting w -> Optional.empty();
      case State.Held h -> Optional.empty();
      case State.Baking b -> Optional.empty();
      case State.Pending p -> Optional.empty();
      case State.Ended e -> Optional.empty();
    };
  }

  // ---- writing it down

  /** What time, alarms or the target made of it. */
  private static Decision stepped(Turn before, Turn after, Instant now) {
    if (after.equals(before)) {
      return UNCHANGED;
    }
    Writing writing = new Writing(before.service());
    writing.moved(before.live(), after, now);
    What what = whatStepped(before.live(), after.live());
    if (what == What.ROLLOUT_DELAYED || what == What.ALARMS_HEARD) {
      writing.keep();
    }
    Cause cause = Cause.DRIVER.because(after.live().reason());
    return writing.changed(after, what, cause, Optional.empty(), now);
  }

  private static What whatStepped(Live before, Live after) {
    boolean isLate = after.delay().isPresent() && !after.delay().equals(before.delay());
    boolean waitsOn = after.state() instanceof State.Waiting && after.batch() == before.batch();
    boolean isThere = after.state().equals(before.state());
    if (isLate || (waitsOn && !isThere)) {
      return What.ROLLOUT_DELAYED;
    }
    if (isThere) {
      return What.ALARMS_HEARD;
    }
    return after.state() instanceof State.Paused paused && paused.changed().isPresent()
        ? What.TARGET_CHANGED
        : whatHappened(after.state());
  }

  static What whatHappened(State state) {
    return switch (state) {
      case State.Applying a -> What.MOVE_INTENDED;
      case State.RollingBack r -> What.MOVE_INTENDED;
      case State.Baking b -> What.BAKE_STARTED;
      case State.Waiting w -> What.BATCH_COMPLETED;
      case State.Held h -> What.BATCH_COMPLETED;
      case State.Paused p -> p.intent().isEmpty() ? What.BATCH_COMPLETED : What.MOVE_INTENDED;
      case State.Pending p -> What.ROLLOUT_PAUSED;
      case State.Ended e ->
          switch (e.status()) {
            case SUCCEEDED -> What.ROLLOUT_SUCCEEDED;
            case CANCELLED -> What.ROLLOUT_CANCELLED;
            case ROLLED_BACK -> What.ROLLOUT_ROLLED_BACK;
            case FAILED -> What.ROLLOUT_FAILED;
            case PENDING, RUNNING, PAUSED, ROLLING_BACK ->
                throw new IllegalStateException("ended: " + e);
          };
    };
  }
}
