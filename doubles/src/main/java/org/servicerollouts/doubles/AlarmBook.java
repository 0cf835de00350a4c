package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The alarms of an account, by name. */
final class AlarmBook {
  private final TreeMap<String, Alarm> alarms = new TreeMap<>();

  /** An alarm before and after its state was set. */
  record Change(Alarm before, Alarm after) {

    boolean isTransition() {
      return !before.state().value().equals(after.state().value());
    }
  }

  /** Some alarms, and whether there are more after the last of them. */
  record Page(List<Alarm> alarms, boolean isLast) {}

  /**
   * PutMetricAlarm: "When you update an existing alarm, its state is left unchanged, but the update
   * completely overwrites the previous configuration".
   */
  synchronized void put(String name, Alarm.Type type, ObjectNode configuration, Instant now) {
    Alarm.State state =
        Optional.ofNullable(alarms.get(name))
            .map(Alarm::state)
            .orElseGet(() -> Alarm.State.first(now));
    alarms.put(name, new Alarm(name, type, configuration, now, state));
  }

  synchronized boolean has(String name) {
    return alarms.containsKey(name);
  }

  /** Sets an alarm's state, if there is that alarm. */
  synchronized Optional<Change> setState(
      String name, String value, String reason, Optional<String> reasonData, Instant now) {
    return Optional.ofNullable(alarms.get(name))
        .map(
            before -> {
              Alarm after =
                  new Alarm(
                      name,
                      before.type(),
                      before.configuration(),
                      before.configured(),
                      before.state().next(value, reason, reasonData, now));
              alarms.put(name, after);
              return new Change(before, after);
            });
  }

  synchronized void delete(Collection<String> names) {
    alarms.keySet().removeAll(names);
  }

  /** Those that are wanted, in the order of their names, from after a name on. */
  synchronized Page after(String name, int most, Predicate<Alarm> wanted) {
    List<Alarm> found =
        alarms.tailMap(name, false).values().stream().filter(wanted).limit(most + 1L).toList();
    return found.size() > most ? new Page(found.subList(0, most), false) : new Page(found, true);
  }
}
