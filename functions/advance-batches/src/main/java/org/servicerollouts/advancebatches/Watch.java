package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.State;
import org.servicerollouts.store.Due;

/**
 * What one driver waits for. It trusts what it has read or written itself over what the index says,
 * since the index may still show what has long been done.
 */
final class Watch {
  /** The first pause before what failed is tried again; each further one is twice as long. */
  static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  /** How often it is tried again before it is left to the next tick, half a minute in all. */
  static final int TRIED_AGAIN = 7;

  /**
   * A service that is waited for.
   *
   * @param at when to look at it; empty: something is being done about it
   * @param known the service as it was last read or written; empty: it is to be read
   * @param failures how often in a row it could not be advanced
   */
  record Entry(ServiceName name, Optional<Instant> at, Optional<Service> known, int failures) {

    private boolean isDueBy(Instant time) {
      return at.filter(due -> !due.isAfter(time)).isPresent();
    }
  }

  private final Map<ServiceName, Entry> entries = new HashMap<>();
  private final Consumer<String> log;

  /** What the index said last. */
  private Set<Due> said = Set.of();

  /**
   * What it will say once it has caught up with what this driver has read or written. It is
   * forgotten when it has been said. So a service that is moved to another time and back to the
   * first, to the millisecond, before the index has shown the first, is left to the next tick: that
   * loses nothing, and forgetting sooner would have the driver read each service again that the
   * index shows late.
   */
  private final Set<Due> ahead = new HashSet<>();

  /**
   * @param log takes a line for each service that could not be advanced
   */
  Watch(Consumer<String> log) {
    this.log = log;
  }

  /** Whether nothing is waited for, and nothing being done. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  // ---- what it is told

  /**
   * Takes in what the index says. What it goes on saying is no news; what it says no more and then
   * says again is: a service can become due at the same time twice. What fails goes on being tried
   * in its own time.
   */
  void hears(Collection<Due> due) {
    for (Due entry : due) {
      boolean isNews = !said.contains(entry) && !ahead.remove(entry) && !isLookedAtBy(entry);
      if (isNews && !isFailing(entry.service())) {
        lookAt(entry.service(), entry.at());
      }
    }
    said = Set.copyOf(due);
  }

  /**
   * A look before that time learns of it too; the other way round an index that lags would put off
   * what is known.
   */
  private boolean isLookedAtBy(Due due) {
    Entry entry = entries.get(due.service());
    return entry != null && entry.isDueBy(due.at());
  }

  private boolean isFailing(ServiceName name) {
    return failures(name) > 0;
  }

  /** Takes in what came of a look at a service. */
  void learns(Lesson lesson, Instant now) {
    switch (lesson) {
      case Lesson.Found found when isOutdated(found.service()) -> {}
      case Lesson.Found found -> is(found.service(), failuresSoFar(found.service(), now), now);
      case Lesson.Is is when isOutdated(is.service()) -> {}
      case Lesson.Is is -> is(is.service(), 0, now);
      case Lesson.Stuck stuck when isOutdated(stuck.service()) -> {}
      case Lesson.Stuck stuck -> leaves(stuck.service(), now);
      case Lesson.Later later when isOutdated(later.service()) -> {}
      case Lesson.Later later -> waits(later.service(), Optional.of(later.at()), 0);
      case Lesson.Unread unread -> lookAt(unread.name(), unread.at());
      case Lesson.Gone gone -> entries.remove(gone.name());
      case Lesson.Failed failed -> failed(failed, now);
    }
  }

  /** Whether this driver has come to know a newer state of it while the lesson was on its way. */
  private boolean isOutdated(Service service) {
    return Optional.ofNullable(entries.get(service.name()))
        .flatMap(Entry::known)
        .filter(known -> known.v() > service.v())
        .isPresent();
  }

  private void is(Service service, int failures, Instant now) {
    Optional<Instant> due = service.dueAt().filter(at -> !at.isAfter(now.plus(Due.HORIZON)));
    if (due.isPresent()) {
      waits(service, due, failures);
    } else {
      entries.remove(service.name());
    }
  }

  /**
   * Leaves one that is due, but cannot be moved yet, to the next tick, but for what else it has to
   * do before that.
   */
  private void leaves(Service service, Instant now) {
    isKnown(service);
    Stream.of(service.moveDueAt(), service.startDueAt(), endOfBake(service))
        .flatMap(Optional::stream)
        .filter(at -> at.isAfter(now) && !at.isAfter(now.plus(Due.HORIZON)))
        .min(Comparator.naturalOrder())
        .ifPresentOrElse(at -> lookAt(service.name(), at), () -> entries.remove(service.name()));
  }

  private static Optional<Instant> endOfBake(Service service) {
    return service.live().map(Live::state).stream()
        .flatMap(state -> state instanceof State.Baking b ? Stream.of(b.until()) : Stream.of())
        .findFirst();
  }

  /** Something is being done about it, of which a lesson will tell. */
  void handsOver(Service service) {
    waits(service, Optional.empty(), failures(service.name()));
  }

  private void waits(Service service, Optional<Instant> at, int failures) {
    isKnown(service);
    entries.put(service.name(), new Entry(service.name(), at, Optional.of(service), failures));
  }

  /** What failed was done all the same if it is not due any more. */
  private int failuresSoFar(Service service, Instant now) {
    boolean isDue = service.dueAt().filter(at -> !at.isAfter(now)).isPresent();
    return isDue ? failures(service.name()) : 0;
  }

  private int failures(ServiceName name) {
    return Optional.ofNullable(entries.get(name)).map(Entry::failures).orElse(0);
  }

  /** What the index goes on saying of it is no news. */
  private void isKnown(Service service) {
    service
        .dueAt()
        .map(at -> new Due(service.name(), at))
        .filter(due -> !said.contains(due))
        .ifPresent(ahead::add);
  }

  /** Reads it at {@code at}. */
  void lookAt(ServiceName name, Instant at) {
    entries.put(name, new Entry(name, Optional.of(at), Optional.empty(), 0));
  }

  private void failed(Lesson.Failed failed, Instant now) {
    ServiceName name = failed.name();
    int failures = failures(name);
    if (failures == TRIED_AGAIN) {
      entries.remove(name);
      complain(failed, "is left to the next tick");
      return;
    }
    Instant at = now.plus(FIRST_PAUSE.multipliedBy(1L << failures));
    entries.put(name, new Entry(name, Optional.of(at), Optional.empty(), failures + 1));
    complain(failed, "is tried again at " + at);
  }

  private void complain(Lesson.Failed failed, String next) {
    log.accept(
        "Service " + failed.name() + " could not be advanced, and " + next + ": " + failed.why());
  }

  // ---- what it tells

  /** At most {@code most} that are due at {@code now}, the earliest first. */
  List<Entry> due(Instant now, int most) {
    return entries.values().stream()
        .filter(entry -> entry.isDueBy(now))
        .sorted(
            Comparator.comparing((Entry entry) -> entry.at().orElseThrow())
                .thenComparing(Entry::name))
        .limit(most)
        .toList();
  }

  /** When the earliest is due; empty if none is to be. */
  Optional<Instant> next() {
    return entries.values().stream()
        .flatMap(entry -> entry.at().stream())
        .min(Comparator.naturalOrder());
  }
}
