package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.ServiceStore;

/**
 * Tells what an alarm watches of its new state: what fired takes it back, and what was overridden
 * counts again once it is OK.
 */
final class Alarmed {
  /** Some 15 seconds in all: an alarm is told once. */
  private static final int TRIES = 10;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final ServiceStore store;
  private final Workers workers;
  private final Timeline time;
  private final Consumer<String> log;

  Alarmed(ServiceStore store, Workers workers, Timeline time, Consumer<String> log) {
    this.store = store;
    this.workers = workers;
    this.time = time;
    this.log = log;
  }

  /** Tells all that {@code alarm} watches; what is learnt of those. */
  List<Lesson> tell(String alarm, Alarms.Reading reading) throws InterruptedException {
    Alarms read = Alarms.read(Map.of(alarm, reading));
    List<Lesson> learnt = new ArrayList<>();
    List<ServiceName> left = watchedBy(alarm);
    for (int tries = 1; !left.isEmpty(); tries++) {
      List<ServiceName> again = new ArrayList<>();
      for (Lesson lesson : tried(left, read)) {
        switch (lesson) {
          case Lesson.Unread lost -> again.add(lost.name());
          case Lesson.Failed failed -> {
            log.accept(notTold(failed.name(), alarm, reading) + ": " + failed.why());
            again.add(failed.name());
          }
          case Lesson other -> learnt.add(other);
        }
      }
      if (tries == TRIES) {
        again.forEach(
            name ->
                log.accept(
                    notTold(name, alarm, reading) + ", and is before its next batch or its end"));
        return learnt;
      }
      left = again;
      if (!left.isEmpty()) {
        pause(tries);
      }
    }
    return learnt;
  }

  private static String notTold(ServiceName name, String alarm, Alarms.Reading reading) {
    return "Service "
        + name
        + " could not be told that alarm '"
        + alarm
        + "' is "
        + reading.state();
  }

  private List<ServiceName> watchedBy(String alarm) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return store.watchedBy(alarm);
      } catch (RuntimeException e) {
        if (tries == TRIES) {
          throw e;
        }
        log.accept(
            "What alarm '" + alarm + "' watches could not be read, and is tried again: " + e);
        pause(tries);
      }
    }
  }

  private void pause(int tries) throws InterruptedException {
    Duration growing = Watch.FIRST_PAUSE.multipliedBy(1L << (tries - 1));
    Duration pause = growing.compareTo(LONGEST_PAUSE) < 0 ? growing : LONGEST_PAUSE;
    time.waitUntil(time.now().plus(pause));
  }

  private List<Lesson> tried(List<ServiceName> services, Alarms read) throws InterruptedException {
    return workers
        .all(
            services.stream()
                .map(name -> new Workers.Task<>(name, () -> told(name, read)))
                .toList())
        .lessons(lesson -> lesson);
  }

  private Lesson told(ServiceName name, Alarms read) {
    Optional<Service> found = store.find(name);
    if (found.isEmpty()) {
      return new Lesson.Gone(name);
    }
    Service service = found.get();
    Instant now = time.now();
    return switch (StateMachine.decide(service, new Event.AlarmFired(), read, now)) {
      case Decision.Unchanged unchanged -> new Lesson.Is(service);
      case Decision.Changed changed ->
          store.save(service, changed) instanceof Saved.Written written
              ? new Lesson.Is(written.service())
              : new Lesson.Unread(name, now);
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }
}
