package org.servicerollouts.doubles;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A double's switch: which calls fail, and how. */
public final class Faults {
  private final Deque<Fault> next = new ArrayDeque<>();
  private final List<Rule> rules = new ArrayList<>();

  private record Rule(Predicate<Call> calls, Fault fault) {}

  /** The next {@code calls} calls fail so, after those of which this was said before. */
  public synchronized void next(int calls, Fault fault) {
    for (int i = 0; i < calls; i++) {
      next.add(fault);
    }
  }

  /** Of the calls that {@link #next} leaves, these fail so; where several rules fit, the first. */
  public synchronized void when(Predicate<Call> calls, Fault fault) {
    rules.add(new Rule(calls, fault));
  }

  /** From now on nothing fails. */
  public synchronized void clear() {
    next.clear();
    rules.clear();
  }

  synchronized Optional<Fault> of(Call call) {
    return Optional.ofNullable(next.poll())
        .or(
            () ->
                rules.stream()
                    .filter(rule -> rule.calls().test(call))
                    .map(Rule::fault)
                    .findFirst());
  }
}
