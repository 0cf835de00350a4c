package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.State;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import org.servicerollouts.targets.LambdaAliases;

/**
 * Advances what is due and waits for what comes next. One object is one invocation: it holds the
 * lease, which only saves work, and ends when nothing is due soon, when a newer driver holds the
 * lease, or when its time is over.
 *
 * <p>What DynamoDB alone has a say in is done at once; what needs alarms or a target is handed over
 * to {@link Looks} and {@link Shifts}. A request that DynamoDB fails is logged and made again some
 * time later; it ends nobody.
 */
final class Driver implements AutoCloseable {
  /** How long one invocation drives; a minute less than the function's timeout. */
  static final Duration LONGEST = Duration.ofMinutes(4);

  private static final Duration INDEX_ASKED_EVERY = Duration.ofSeconds(1);

  /** A wake that lost against this lease may be ahead of the index by the index's lag. */
  private static final Duration LINGERS = Duration.ofSeconds(5);

  /** Between two looks at the lease and the clock. */
  private static final int ADVANCED_AT_ONCE = 256;

  private final ServiceStore store;
  private final Hold lease;
  private final Calls calls;
  private final Timeline time;
  private final Consumer<String> log;
  private final Watch watch;
  private final Workers workers = new Workers();
  private final Beside beside;
  private final Advances advances;
  private final Looks looks;
  private final Shifts shifts;

  /**
   * @param aliases where targets are
   * @param alarms reads alarms by their names
   * @param owner names this invocation in leases
   * @param log takes a line for each thing that could not be done
   */
  Driver(
      Table table,
      LambdaAliases aliases,
      Function<Set<String>, Alarms> alarms,
      Timeline time,
      String owner,
      Consumer<String> log) {
    this.store = new ServiceStore(table);
    this.lease = new Hold(Leases.ofDrivers(table), time, owner, log);
    this.calls = new Calls(Leases.ofShifts(table), time, owner, log);
    this.time = time;
    this.log = log;
    this.watch = new Watch(log);
    this.beside = new Beside(time);
    this.advances = new Advances(store, time);
    this.looks = new Looks(store, advances, alarms, workers, beside, time, log);
    this.shifts = new Shifts(new Shifter(store, aliases, calls), advances, beside, time, log);
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
            found -> found.forEach(service -> learn(new Lesson.Found(service))),
            () -> services.forEach(name -> watch.lookAt(name, start)));
    driveUnlessSomebodyDoes(start);
  }

  /** An alarm fired, or is OK: tells what it watches, and drives that unless somebody does. */
  void alarm(String name, Alarms.Reading reading) throws InterruptedException {
    Instant start = time.now();
    new Alarmed(store, workers, time, log).tell(name, reading).forEach(this::learn);
    driveUnlessSomebodyDoes(start);
  }

  private void driveUnlessSomebodyDoes(Instant start) throws InterruptedException {
    if (!watch.isEmpty() && lease.takeIfNoneAhead()) {
      drive(start);
    }
  }

  private void drive(Instant start) throws InterruptedException {
    Instant end = start.plus(LONGEST);
    Instant asks = start.plus(INDEX_ASKED_EVERY);
    for (Instant now = time.now(); now.isBefore(end); now = time.now()) {
      if (!lease.keep()) {
        letOthersShift();
        return;
      }
      // Before the index: its news of a service are newer than what was done about it meanwhile
      beside.learnt().forEach(this::learn);
      if (!now.isBefore(asks)) {
        askIndex(now);
        asks = now.plus(INDEX_ASKED_EVERY);
      }
      advance(watch.due(now, ADVANCED_AT_ONCE), now);
      looks.start();
      shifts.start(now);
      if (watch.isEmpty() && beside.isIdle() && !calls.countedUntil().isAfter(now)) {
        calls.letGo();
        if (!lease.release()
            || !somethingComesBy(time.now().plus(LINGERS))
            || !lease.takeIfNoneAhead()) {
          return;
        }
        asks = time.now().plus(INDEX_ASKED_EVERY);
      }
      time.waitUntil(next(asks, now));
    }
    letOthersShift();
    lease.release();
  }

  /** When there is something to do again. */
  private Instant next(Instant asks, Instant now) {
    return Stream.of(watch.next(), shifts.next(), beside.next(now))
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .filter(asks::isAfter)
        .orElse(asks);
  }

  /** A call that is under way must not be left to whenever Lambda wakes this process again. */
  private void letOthersShift() throws InterruptedException {
    beside.join();
    time.waitUntil(calls.countedUntil());
    calls.letGo();
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

  private void advance(List<Watch.Entry> due, Instant now) throws InterruptedException {
    Map<ServiceName, Service> known = known(due);
    List<Workers.Task<Lesson>> tasks = new ArrayList<>();
    for (Watch.Entry entry : due) {
      ServiceName name = entry.name();
      Optional<Service> service = Optional.ofNullable(known.get(name));
      if (service.isEmpty()) {
        tasks.add(new Workers.Task<>(name, () -> advances.read(name)));
      } else if (!isHandedOver(service.get(), entry.at().orElseThrow(), now)) {
        tasks.add(new Workers.Task<>(name, () -> advances.due(service.get())));
      }
    }
    workers.all(tasks).lessons(lesson -> lesson).forEach(this::learn);
  }

  /** Hands it over to those who do what takes longer. */
  private boolean isHandedOver(Service service, Instant since, Instant now) {
    Optional<State.Intent> intent = Advances.intent(service);
    if (intent.isPresent()) {
      shifts.offer(service, latest(since, intent.get().since()));
    } else if (Looks.needs(service, now)) {
      looks.offer(service);
    } else {
      return false;
    }
    watch.handsOver(service);
    return true;
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** The services of those that are due, as far as they can be read together. */
  private Map<ServiceName, Service> known(List<Watch.Entry> due) {
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
    return known;
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

  private void learn(Lesson lesson) {
    watch.learns(lesson, time.now());
  }

  @Override
  public void close() {
    workers.close();
  }
}
