package org.servicerollouts.advancebatches;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Due;

/**
 * What one driver waits for. It trusts what it has read or written itself over what the index says,
 * since the index may still show what has long been done.
 */
final class Watch {

  /**
   * A service that is waited for.
   *
   * @param at when to look at it
   * @param known the service as it was last read or written; empty: it is to be read
   */
  record Entry(ServiceName name, Instant at, Optional<Service> known) {}

  private final Map<ServiceName, Entry> entries = new HashMap<>();
  private final Map<ServiceName, Instant> seen = new HashMap<>();

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Takes in what the index says; tells whether there is now anything to wait for. */
  boolean heard(Collection<Due> due) {
    for (Due entry : due) {
      if (!entry.at().equals(seen.put(entry.service(), entry.at()))) {
        Entry known = entries.get(entry.service());
        if (known == null || !known.at().equals(entry.at())) {
          entries.put(entry.service(), new Entry(entry.service(), entry.at(), Optional.empty()));
        }
      }
    }
    return !isEmpty();
  }

  /**
   * Takes in a service as it was read or written: it is waited for if it is due before {@code
   * horizon}.
   */
  void knows(Service service, Instant horizon) {
    Optional<Instant> at = service.dueAt().filter(due -> !due.isAfter(horizon));
    if (at.isPresent()) {
      entries.put(service.name(), new Entry(service.name(), at.get(), Optional.of(service)));
    } else {
      entries.remove(service.name());
    }
  }

  /** To be read again, at {@code at}. */
  void distrust(ServiceName name, Instant at) {
    entries.put(name, new Entry(name, at, Optional.empty()));
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
