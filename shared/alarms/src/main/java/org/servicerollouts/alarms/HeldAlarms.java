package org.servicerollouts.alarms;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Alarms;

/**
 * Keeps what was read of alarms for 5 seconds, so that what many rollouts need at the same time is
 * asked for once: CloudWatch gives an account 9 DescribeAlarms a second (CloudWatch User Guide,
 * "CloudWatch service quotas"). That it could not be read is kept as long; what a rollout is taken
 * back for, or what ends somebody's override, for 1 second.
 */
public final class HeldAlarms {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Function<Set<String>, Alarms> source;
  private final InstantSource clock;
  private final Map<String, Held> held = new HashMap<>();

  /**
   * @param source asks for the alarms of these names
   */
  public HeldAlarms(Function<Set<String>, Alarms> source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * What CloudWatch said of one name.
   *
   * @param reading empty if there is no such alarm, or it could not be read
   */
  private record Held(Instant at, Optional<Alarms.Reading> reading, Optional<String> unreadable) {
    private boolean isAlarm() {
      return reading.filter(is -> is.state() == Alarms.State.ALARM).isPresent();
    }

    private boolean isOlderThan(Duration age, Instant now) {
      return at.plus(age).isBefore(now);
    }
  }

  /**
   * What was said of these alarms at most 5 seconds ago, of {@code overridden} ones at most 1;
   * those of which nothing was are asked for, in one go.
   */
  public synchronized Alarms read(Set<String> names, Set<String> overridden) {
    Instant now = clock.instant();
    held.entrySet()
        .removeIf(
            old -> {
              boolean isToBeFresh = overridden.contains(old.getKey()) || old.getValue().isAlarm();
              return old.getValue().isOlderThan(isToBeFresh ? FRESH : LONGEST, now);
            });
    Set<String> missing =
        names.stream().filter(name -> !held.containsKey(name)).collect(Collectors.toSet());
    if (!missing.isEmpty()) {
      Alarms said = source.apply(missing);
      missing.forEach(
          name ->
              held.put(
                  name,
                  new Held(now, Optional.ofNullable(said.found().get(name)), said.unreadable())));
    }
    return of(names);
  }

  private Alarms of(Set<String> names) {
    Map<String, Alarms.Reading> found = new TreeMap<>();
    for (String name : names) {
      Held is = held.get(name);
      if (is.unreadable().isPresent()) {
        return new Alarms(Map.of(), is.unreadable());
      }
      is.reading().ifPresent(reading -> found.put(name, reading));
    }
    return Alarms.read(found);
  }
}
