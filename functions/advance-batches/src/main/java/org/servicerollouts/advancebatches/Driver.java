package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
 */
final class Driver {
  /** How long one invocation drives; a minute less than the function's timeout. */
  static final Duration LONGEST = Duration.ofMinutes(4);

  private static final Duration LEASE = Due.HORIZON;
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(5);
  private static final Duration INDEX_ASKED_EVERY = Duration.ofSeconds(1);

  /** A wake that lost against this lease may be ahead of the index by the index's lag. */
  private static final Duration LINGERS = Duration.ofSeconds(5);

  private static final Duration TRIED_AGAIN_AFTER = Duration.ofSeconds(1);

  /** Between two looks at the lease and the clock. */
  private static final int ADVANCED_AT_ONCE = 256;

  private static final int WRITERS = 32;

  private final ServiceStore store;
  private final Leases leases;
  private final Timeline time;
  private final String owner;
  private final Consumer<String> log;
  private final Watch watch = new Watch();

  /**
   * @param owner names this invocation in the lease
   * @param log takes a line for each service that could not be advanced
   */
  Driver(ServiceStore store, Leases leases, Timeline time, String owner, Consumer<String> log) {
    this.store = store;
    this.leases = leases;
    this.time = time;
    this.owner = owner;
    this.log = log;
  }

  /** The schedule's minute: drives if anything is due within the horizon, whoever has the lease. */
  void tick() throws InterruptedException {
    Instant now = time.now();
    if (watch.heard(store.dueBefore(now.plus(Due.HORIZON)))) {
      leases.take(owner, now.plus(LEASE));
      drive(now);
    }
  }

  /** Somebody's request made these due: drives unless somebody drives already. */
  void wake(Collection<ServiceName> services) throws InterruptedException {
    Instant now = time.now();
    store.findAll(services).forEach(service -> watch.knows(service, now.plus(Due.HORIZON)));
    if (!watch.isEmpty() && leases.takeIfNoneAhead(owner, now.plus(LEASE), now)) {
      drive(now);
    }
  }

  private void drive(Instant start) throws InterruptedException {
    Instant end = start.plus(LONGEST);
    Instant renewed = start;
    Instant asked = start;
    try (ExecutorService writers =
        Executors.newFixedThreadPool(WRITERS, Thread.ofVirtual().factory())) {
      for (Instant now = start; now.isBefore(end); now = time.now()) {
        if (!now.isBefore(renewed.plus(RENEWED_EVERY))) {
          if (!leases.renew(owner, now.plus(LEASE))) {
            return;
          }
          renewed = now;
        }
        if (!now.isBefore(asked.plus(INDEX_ASKED_EVERY))) {
          watch.heard(store.dueBefore(now.plus(Due.HORIZON)));
          asked = now;
        }
        advance(watch.due(now, ADVANCED_AT_ONCE), writers);
        if (watch.isEmpty()) {
          if (!leases.release(owner) || !moreComes(end)) {
            return;
          }
          renewed = time.now();
          asked = renewed;
        }
        Instant next = asked.plus(INDEX_ASKED_EVERY);
        time.waitUntil(watch.next().filter(next::isAfter).orElse(next));
      }
    }
    leases.release(owner);
  }

  /**
   * Asks the index for a while; takes the lease again, unless somebody else has it, if something
   * comes.
   */
  private boolean moreComes(Instant end) throws InterruptedException {
    Instant until = time.now().plus(LINGERS);
    while (time.now().isBefore(until) && time.now().isBefore(end)) {
      time.waitUntil(time.now().plus(INDEX_ASKED_EVERY));
      Instant now = time.now();
      if (watch.heard(store.dueBefore(now.plus(Due.HORIZON)))) {
        return leases.takeIfNoneAhead(owner, now.plus(LEASE), now);
      }
    }
    return false;
  }

  private void advance(List<Watch.Entry> due, ExecutorService writers) throws InterruptedException {
    if (due.isEmpty()) {
      return;
    }
    List<Service> services =
        new ArrayList<>(due.stream().flatMap(entry -> entry.known().stream()).toList());
    services.addAll(read(due));
    List<Callable<Optional<Service>>> writes =
        services.stream().<Callable<Optional<Service>>>map(s -> () -> advanced(s)).toList();
    List<Future<Optional<Service>>> results = writers.invokeAll(writes);
    for (int i = 0; i < results.size(); i++) {
      ServiceName name = services.get(i).name();
      Instant now = time.now();
      try {
        results
            .get(i)
            .get()
            .ifPresentOrElse(
                service -> watch.knows(service, now.plus(Due.HORIZON)),
                () -> watch.distrust(name, now));
      } catch (ExecutionException e) {
        log.accept(
            "Service " + name + " could not be advanced, and is tried again: " + e.getCause());
        watch.distrust(name, now.plus(TRIED_AGAIN_AFTER));
      }
    }
  }

  /** Those that are not known yet; who is gone is not waited for any more. */
  private List<Service> read(List<Watch.Entry> due) {
    List<ServiceName> unknown =
        due.stream().filter(e -> e.known().isEmpty()).map(Watch.Entry::name).toList();
    if (unknown.isEmpty()) {
      return List.of();
    }
    try {
      List<Service> found = store.findAll(unknown);
      Set<ServiceName> there = found.stream().map(Service::name).collect(Collectors.toSet());
      unknown.stream().filter(name -> !there.contains(name)).forEach(watch::forget);
      return found;
    } catch (RuntimeException e) {
      log.accept(
          unknown.size() + " services could not be read together, and are read one by one: " + e);
      return unknown.stream().flatMap(name -> readAlone(name).stream()).toList();
    }
  }

  private Optional<Service> readAlone(ServiceName name) {
    try {
      Optional<Service> found = store.find(name);
      if (found.isEmpty()) {
        watch.forget(name);
      }
      return found;
    } catch (RuntimeException e) {
      tryLater(name, e);
      return Optional.empty();
    }
  }

  private void tryLater(ServiceName name, Throwable why) {
    log.accept("Service " + name + " could not be advanced, and is tried again: " + why);
    watch.distrust(name, time.now().plus(TRIED_AGAIN_AFTER));
  }

  /** The service as it is now; empty if it must be read again. */
  private Optional<Service> advanced(Service service) {
    return switch (StateMachine.decide(service, new Event.Due(), time.now())) {
      case Decision.Unchanged unchanged -> Optional.of(service);
      case Decision.Changed changed ->
          switch (store.save(service, changed)) {
            case Saved.Written written -> Optional.of(written.service());
            case Saved.Lost lost -> lost.current();
            case Saved other ->
                throw new IllegalStateException("an advance makes nothing new: " + other);
          };
      case Decision.Refused refused -> throw refused.problem().exception();
    };
  }
}
