package org.servicerollouts.advancebatches;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerollouts.alarms.HeldAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.store.ServiceStore;

/**
 * Services that are due and whose alarms have a say in it, and those with a rollout to start, which
 * may have alarms. The alarms of all of a round are read together.
 */
final class Looks {
  private static final Cause ITS_ITEM_IS_LOST =
      new Cause(Cause.DRIVER.who(), Optional.of("its item is missing from the table"), true);

  private final ServiceStore store;
  private final Advances advances;
  private final HeldAlarms alarms;
  private final Workers workers;
  private final Beside beside;
  private final Timeline time;
  private final Consumer<String> log;

  private final Map<ServiceName, Service> waiting = new LinkedHashMap<>();
  private final AtomicBoolean isUnderWay = new AtomicBoolean();

  Looks(
      ServiceStore store,
      Advances advances,
      Function<Set<String>, Alarms> alarms,
      Workers workers,
      Beside beside,
      Timeline time,
      Consumer<String> log) {
    this.store = store;
    this.advances = advances;
    this.alarms = new HeldAlarms(alarms, time::now);
    this.workers = workers;
    this.beside = beside;
    this.time = time;
    this.log = log;
  }

  /** Whether alarms may have a say in what is due of it. */
  static boolean needs(Service service, Instant now) {
    return isToStart(service, now)
        || !StateMachine.alarmsFor(service, new Event.Due(), now).isEmpty();
  }

  private static boolean isToStart(Service service, Instant now) {
    return service.startDueAt().filter(at -> !at.isAfter(now)).isPresent();
  }

  void offer(Service service) {
    waiting.put(service.name(), service);
  }

  /** Looks at those offered, unless it is still looking at those before. */
  void start() {
    if (waiting.isEmpty() || !isUnderWay.compareAndSet(false, true)) {
      return;
    }
    List<Service> round = List.copyOf(waiting.values());
    waiting.clear();
    beside.start(
        round.stream().map(Service::name).toList(),
        () -> {
          try {
            return lookedAt(round);
          } finally {
            isUnderWay.set(false);
          }
        });
  }

  private List<Lesson> lookedAt(List<Service> round) throws InterruptedException {
    Workers.Results<Asked> asked =
        workers.all(
            round.stream()
                .map(each -> new Workers.Task<>(each.name(), () -> asked(each)))
                .toList());
    Set<String> names = new HashSet<>();
    Set<String> overridden = new HashSet<>();
    for (Asked each : asked.done()) {
      names.addAll(each.alarms(time.now()));
      each.service().live().ifPresent(live -> overridden.addAll(live.guard().ignored()));
    }
    Alarms read = names.isEmpty() ? Alarms.NONE : alarms.read(names, overridden);
    read.unreadable()
        .ifPresent(
            why ->
                log.accept(
                    "Alarms could not be read (%d of them), and are at the next tick: %s"
                        .formatted(names.size(), why)));
    Workers.Results<Lesson> told =
        workers.all(
            asked.done().stream()
                .map(each -> new Workers.Task<>(each.service().name(), () -> told(each, read)))
                .toList());
    return Stream.concat(asked.failed().stream(), told.lessons(lesson -> lesson).stream()).toList();
  }

  private Lesson told(Asked asked, Alarms read) {
    Lesson lesson = advances.tell(asked.service(), asked.events(), read);
    return lesson instanceof Lesson.Is is
            && Advances.intent(is.service()).isEmpty()
            && waits(is.service())
        ? new Lesson.Stuck(is.service())
        : lesson;
  }

  /** Whether it is written down now that it waits for its alarms. */
  private static boolean waits(Service service) {
    boolean startWaits =
        service.next().filter(next -> next.state().waitsFor() == State.WaitsFor.ALARM).isPresent();
    return startWaits || service.live().flatMap(Live::delay).isPresent();
  }

  /**
   * One service with what it is to be told.
   *
   * @param events the first that changes something counts
   */
  private record Asked(Service service, List<Event> events) {

    private Set<String> alarms(Instant now) {
      Set<String> all = new HashSet<>();
      events.forEach(event -> all.addAll(StateMachine.alarmsFor(service, event, now)));
      return all;
    }
  }

  private Asked asked(Service service) {
    Event due = new Event.Due();
    return isToStart(service, time.now())
        ? new Asked(service, List.of(start(service), due))
        : new Asked(service, List.of(due));
  }

  /** Starts the first that waits; one whose item is lost can never start, and bars those behind. */
  private Event start(Service service) {
    String next = service.next().orElseThrow().rolloutId();
    return store
        .findStart(service, next, time.now())
        .<Event>map(start -> start)
        .orElseGet(
            () -> {
              log.accept(
                  "Rollout %s of service %s is not in the table, and is called off"
                      .formatted(next, service.name()));
              return new Event.Steer(next, Event.Verb.ROLLBACK, ITS_ITEM_IS_LOST);
            });
  }
}
