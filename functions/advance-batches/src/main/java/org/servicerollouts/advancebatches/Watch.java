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
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
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
   * @param at when to look at it
   * @param known the service as it was last read or written; empty: it is to be read
   * @param failures how often in a row it could not be advanced
   */
  record Entry(ServiceName name, Instant at, Optional<Service> known, int failures) {}

  private final Map<ServiceName, Entry> entries = new HashMap<>();

  /** What the index said last. */
  private Set<Due> said = Set.of();

  /** What it will say once it has caught up with what this driver has read or written. */
  private final Set<Due> ahead = new HashSet<>();

  boolean isEmpty() {
    return entries.isEmpty();
  }

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
    return entry != null && !entry.at().isAfter(due.at());
  }

  private boolean isFailing(ServiceName name) {
    Entry entry = entries.get(name);
    return entry != null && entry.failures() > 0;
  }

  /**
   * Takes in a service as it was read or written: it is waited for if it is due by {@code horizon}.
   */
  void knows(Service service, Instant horizon) {
    Optional<Instant> due = service.dueAt().filter(at -> !at.isAfter(horizon));
    if (due.isEmpty()) {
      forget(service.name());
      return;
    }
    Due known = new Due(service.name(), due.get());
    if (!said.contains(known)) {
      ahead.add(known);
    }
    entries.put(service.name(), new Entry(service.name(), due.get(), Optional.of(service), 0));
  }

  /** Reads it at {@code at}. */
  void lookAt(ServiceName name, Instant at) {
    entries.put(name, new Entry(name, at, Optional.empty(), 0));
  }

  /**
   * Reads it again some time after it failed at {@code now}; tells when, or nothing if it is left
   * to the next tick.
   */
  Optional<Instant> failed(Entry entry, Instant now) {
    if (entry.failures() == TRIED_AGAIN) {
      forget(entry.name());
      return Optional.empty();
    }
    Instant at = now.plus(FIRST_PAUSE.multipliedBy(1L << entry.failures()));
    entries.put(entry.name(), new Entry(entry.name(), at, Optional.empty(), entry.failures() + 1));
    return Optional.of(at);
  }

  void forget(ServiceName name) {
    entries.remove(name);
  }

  /** At most {@code most} that are due at {@code now}, earliest first. */
  List<Entry> due(Instant now, int most) {
    return entries.values().stream()
        .filter(entry -> !entry.at().isAfter(now))
        .sorted(Comparator.comparing(Entry::at).thenComparing(Entry::name))
        .limit(most)
        .toList();
  }

  /** When the earliest is due. */
  Optional<Instant> next() {
    return entries.values().stream().map(Entry::at).min(Comparator.naturalOrder());
  }
}
