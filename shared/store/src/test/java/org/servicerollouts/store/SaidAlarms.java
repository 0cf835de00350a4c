package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Alarms;

/** A CloudWatch in which every alarm that is asked for is there, and OK unless said otherwise. */
final class SaidAlarms implements Function<Set<String>, Alarms> {
  private final Map<String, Alarms.State> said = new ConcurrentHashMap<>();
  private final List<Set<String>> asked = new ArrayList<>();

  void say(String alarm, Alarms.State state) {
    said.put(alarm, state);
  }

  /** What was asked for, call by call. */
  List<Set<String>> asked() {
    return asked;
  }

  @Override
  public synchronized Alarms apply(Set<String> names) {
    asked.add(names);
    return Alarms.read(
        names.stream()
            .collect(
                Collectors.toMap(
                    name -> name,
                    name ->
                        new Alarms.Reading(
                            said.getOrDefault(name, Alarms.State.OK), Operator.START, ""))));
  }
}
