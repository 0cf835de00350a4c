package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Target;

/**
 * The services whose targets are to be shifted: ways back first, then whoever has waited longest,
 * as fast as Lambda's control plane takes the calls. One that waits for its turn is late, not
 * failed.
 */
final class Shifts {
  /** What is known of a service is read again before calls are spent on it. */
  private static final Duration KNOWN_FOR = Duration.ofSeconds(1);

  private final Shifter shifter;
  private final Advances advances;
  private final Beside beside;
  private final Timeline time;
  private final Consumer<String> log;

  private final Map<ServiceName, Waiting> waiting = new HashMap<>();
  private final Set<Move> underWay = ConcurrentHashMap.newKeySet();
  private Optional<Instant> next = Optional.empty();

  Shifts(Shifter shifter, Advances advances, Beside beside, Timeline time, Consumer<String> log) {
    this.shifter = shifter;
    this.advances = advances;
    this.beside = beside;
    this.time = time;
    this.log = log;
  }

  /**
   * One that waits for its turn.
   *
   * @param since since when it has been to be shifted
   * @param offered when it was known to be as it is
   */
  private record Waiting(Service service, Instant since, Instant offered) {

    /** To where it restores, or where it was well before. */
    private boolean isWayBack() {
      return service
          .live()
          .filter(
              live -> live.status() == Status.ROLLING_BACK || service.isKnownGood(live.target()))
          .isPresent();
    }
  }

  /**
   * What one shift is for. Another one of the same service, most of all its way back, does not wait
   * for a call that Lambda leaves unanswered: whichever sets the alias first, the other's
   * RevisionId is refused.
   */
  private record Move(ServiceName name, Optional<State.Intent> intent) {
    private static Move of(Service service) {
      return new Move(service.name(), Advances.intent(service));
    }
  }

  /**
   * Takes one on.
   *
   * @param since since when it has been to be shifted, or to be tried again
   */
  void offer(Service service, Instant since) {
    waiting.put(service.name(), new Waiting(service, since, time.now()));
  }

  /** Starts those that calls may be made for now. */
  void start(Instant now) {
    next = Optional.empty();
    for (Optional<Waiting> first = first(); first.isPresent(); first = first()) {
      Optional<Shifter.Places> places = shifter.take(now, later -> next = Optional.of(later));
      if (places.isEmpty()) {
        return;
      }
      start(first.get(), places.get());
    }
  }

  private Optional<Waiting> first() {
    return waiting.values().stream()
        .filter(each -> !underWay.contains(Move.of(each.service())))
        .min(
            Comparator.comparing((Waiting each) -> !each.isWayBack())
                .thenComparing(Waiting::since)
                .thenComparing(each -> each.service().name()));
  }

  private void start(Waiting first, Shifter.Places places) {
    ServiceName name = first.service().name();
    Move move = Move.of(first.service());
    waiting.remove(name);
    underWay.add(move);
    beside.start(
        List.of(name),
        () -> {
          try (places) {
            return List.of(shifted(first, places));
          } finally {
            underWay.remove(move);
          }
        });
  }

  /** When the next may start; empty while none waits for that. */
  Optional<Instant> next() {
    return next;
  }

  private Lesson shifted(Waiting first, Shifter.Places places) {
    if (!first.offered().plus(KNOWN_FOR).isBefore(time.now())) {
      return shifted(first.service(), places);
    }
    return switch (advances.read(first.service().name())) {
      case Lesson.Found found when Advances.intent(found.service()).isPresent() ->
          shifted(found.service(), places);
      case Lesson other -> other;
    };
  }

  private Lesson shifted(Service service, Shifter.Places places) {
    return switch (service.settings().target()) {
      case Target.None none ->
          throw new IllegalStateException("it intends a move and has no target");
      case Target.LambdaAlias alias ->
          learnt(shifter.shift(service, alias, places), service.name());
    };
  }

  private Lesson learnt(Shifter.Outcome outcome, ServiceName name) {
    return switch (outcome) {
      case Shifter.Outcome.Confirmed is -> tell(is.service(), new Event.Confirmed(is.intent()));
      case Shifter.Outcome.Changed is -> {
        log.accept("Service " + name + " was not shifted: " + is.found());
        yield tell(is.service(), new Event.TargetChanged(is.intent(), is.found()));
      }
      case Shifter.Outcome.Failed is -> {
        log.accept("Service " + name + " was not shifted: " + is.why());
        yield failed(is);
      }
      case Shifter.Outcome.Over is ->
          is.service().<Lesson>map(Lesson.Is::new).orElseGet(() -> new Lesson.Gone(name));
      case Shifter.Outcome.Again is ->
          new Lesson.Later(is.service(), time.now().plus(Watch.FIRST_PAUSE));
    };
  }

  private Lesson tell(Service service, Event event) {
    return advances.tell(service, List.of(event), Alarms.NONE);
  }

  /** Tried again after a pause, unless that was the end of trying. */
  private Lesson failed(Shifter.Outcome.Failed is) {
    Instant again = time.now().plus(is.pause());
    return switch (tell(is.service(), new Event.ApplyFailed(is.intent(), is.why()))) {
      case Lesson.Is told
          when Advances.intent(told.service()).filter(is.intent()::equals).isPresent() ->
          new Lesson.Later(told.service(), again);
      case Lesson.Stuck told -> new Lesson.Later(told.service(), again);
      case Lesson told -> told;
    };
  }
}
