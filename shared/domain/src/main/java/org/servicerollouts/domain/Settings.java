package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.TreeSet;

/**
 * What every rollout of a service applies, whoever makes it.
 *
 * @param target what divides its traffic
 * @param alarms the names of alarms that watch each of its rollouts
 */
public record Settings(Target target, List<String> alarms) {

  public static final Settings NONE = new Settings(Target.NONE, List.of());

  public Settings {
    requireNonNull(target, "target is null");
    alarms = List.copyOf(new TreeSet<>(alarms));
    if (alarms.size() > Guard.MAX_ALARMS) {
      throw Problem.invalid("alarms", alarms.size() + " alarms", "at most " + Guard.MAX_ALARMS)
          .exception();
    }
  }
}
