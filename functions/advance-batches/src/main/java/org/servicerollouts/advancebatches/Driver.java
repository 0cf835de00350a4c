package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;
import org.servicerollouts.store.Saved;
import org.servicerollouts.store.ServiceStore;

/**
 * Advances what is due and waits for what comes next. One object is one invocation: it holds the
 * lease, which only saves work, and ends when nothing is due soon, when a newer driver holds the
 * lease, or when its time is over.
 *
 * <p>A request that DynamoDB fails is logged and made again some time later; it ends nobody.
 */
final class Driver {
  /** How long one invocation drives; a minute less than the function's timeout. */
  static final Duration LONGEST = Duration.ofMinutes(4);

  private static final Duration INDEX_ASKED_EVERY = Duration.ofSeconds(1);

  /** A wake that lost against this lease may be ahead of the index by the index's lag. */
  private static final Duration LINGERS = Duration.ofSeconds(5);

  /** What is due but cannot be moved yet is looked at again after this. */
  private static final Duration LOOKED_AT_AGAIN_AFTER = Duration.ofSeconds(1);

  /** Between two looks at the lease and the clock. */
  private static final int ADVANCED_AT_ONCE = 256;

  private static final int WORKERS = 32;

  private final ServiceStore store;
  private final Hold lease;
  private final Timeline time;
  private final Consumer<String> log;
  private final Watch watch = new Watch();

  /**
   * @param owner names this invocation in the lease
   * @param log takes a line for each thing that could not be done
   */
  Driver(ServiceStore store, Leases leases, Timeline time, String owner, Consumer<String> log) {
    this.store = store;
    this.lease = new Hold(leases, time, owner, log);
    this.time = time;
    this.log = log;
  }

  /** The schedule's minute: drives if anything is due within the horizon, whoever has the lease. */
  void tick() throws InterruptedException {
    Instant start = time.now();
    boolean answered = askIndex(start);
    if (!watch.isEmpty() || (!answered && somethingComesBy(start.plus(LINGERS)))) {
      drive(start);
    }
  }

  /** Somebody's request made these due: drives unless somebody drives already. */
  void wake(Collection<ServiceName> services) throws InterruptedException {
    Instant start = time.now();
    readTogether(services)
        .ifPresentOrElse(
            found -> found.forEach(this::knows),
            () -> services.forEach(name -> watch.lookAt(name, start)));
    if (!watch.isEmpty() && lease.takeIfNoneAhead()) {
      drive(start);
    }
  }

  private void drive(Instant start) throws InterruptedException {
    Instant end = start.plus(LONGEST);
    Instant asks = start.plus(INDEX_ASKED_EVERY);
    try (ExecutorService workers =
        Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().factory())) {
      for (Instant now = time.now(); now.isBefore(end); now = time.now()) {
        if (!lease.keep()) {
          return;
        }
        if (!now.isBefore(asks)) {
          askIndex(now);
          asks = now.plus(INDEX_ASKED_EVERY);
        }
        advance(watch.due(now, ADVANCED_AT_ONCE), workers);
        if (watch.isEmpty()) {
          if (!lease.release()
              || !somethingComesBy(time.now().plus(LINGERS))
              || !lease.takeIfNoneAhead()) {
            return;
          }
          asks = time.now().plus(INDEX_ASKED_EVERY);
        }
        time.waitUntil(watch.next().filter(asks::isAfter).orElse(asks));
      }
    }
    lease.release();
  }

  /** Asks the index each second until it tells of something; whether it did by {@code until}. */
  private boolean somethingComesBy(Instant until) throws InterruptedException {
    while (watch.isEmpty()) {
      Instant next = time.now().plus(INDEX_ASKED_EVERY);
      if (next.isAfter(until)) {
        return false;
      }
      time.waitUntil(next);
      askIndex(time.now());
    }
    return true;
  }

  /** Whether it answered. */
  private boolean askIndex(Instant now) {
    try {
      watch.hears(store.dueBefore(now.plus(Due.HORIZON)));
      return true;
    } catch (RuntimeException e) {
      log.accept("The due index could not be asked, and is asked again: " + e);
      return false;
    }
  }

  private void advance(List<Watch.Entry> due, ExecutorService workers) throws InterruptedException {
    Map<ServiceName, Service> known = new HashMap<>();
    due.forEach(entry -> entry.known().ifPresent(service -> known.put(entry.name(), service)));
    List<ServiceName> fresh =
        due.stream()
            .filter(entry -> entry.known().isEmpty() && entry.failures() == 0)
            .map(Watch.Entry::name)
            .toList();
    // Whoever cannot be read is then read alone, and so found out
    readTogether(fresh)
        .ifPresent(found -> found.forEach(service -> known.put(service.name(), service)));
    List<Callable<Runnable>> looks =
        due.stream()
            .<Callable<Runnable>>map(
                entry -> () -> advanced(entry.name(), Optional.ofNullable(known.get(entry.name()))))
            .toList();
    List<Future<Runnable>> learnt = workers.invokeAll(looks);
    for (int i = 0; i < due.size(); i++) {
      try {
        learnt.get(i).get().run();
      } catch (ExecutionException e) {
        failed(due.get(i), e.getCause());
      }
    }
  }

  private void failed(Watch.Entry entry, Throwable why) {
    String next =
        watch
            .failed(entry, time.now())
            .map(at -> "is tried again at " + at)
            .orElse("is left to the next tick");
    log.accept("Service " + entry.name() + " could not be advanced, and " + next + ": " + why);
  }

  /** The services of these names, those that are there; empty if one of them cannot be read. */
  private Optional<List<Service>> readTogether(Collection<ServiceName> names) {
    try {
      return Optional.of(names.isEmpty() ? List.of() : store.findAll(names));
    } catch (RuntimeException e) {
      log.accept(
          names.size() + " services could not be read together, and are read one by one: " + e);
      return Optional.empty();
    }
  }

  private void knows(Service service) {
    watch.knows(service, time.now().plus(Due.HORIZON));
  }

  /** Moves one service on, if it is due; what the watch learns from it. */
  private Runnable advanced(ServiceName name, Optional<Service> known) {
    Optional<Service> found = known.or(() -> store.find(name));
    if (found.isEmpty()) {
      return () -> watch.forget(name);
    }
    Service service = found.get();
    Instant now = time.now();
    return switch (StateMachine.decide(service, new Event.Due(), now)) {
      case Decision.Unchanged unchanged
          when service.dueAt().filter(at -> !at.isAfter(now)).isPresent() ->
          () -> watch.lookAt(name, now.plus(LOOKED_AT_AGAIN_AFTER));
      case Decision.Unchanged unchanged -> () -> knows(service);
      case Decision.Changed changed ->
          switch (store.save(service, changed)) {
            case Saved.Written written -> () -> knows(written.service());
            case Saved.Lost lost when lost.current().isPresent() ->
                () -> knows(lost.current().get());
            case Saved.Lost lost -> () -> watch.lookAt(name, now.plus(Watch.FIRST_PAUSE));
            case Saved other ->
                throw new IllegalStateException("an advance makes nothing new: " + other);
          };
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }
}
