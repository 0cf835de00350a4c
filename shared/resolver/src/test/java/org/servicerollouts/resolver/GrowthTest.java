package org.servicerollouts.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.servicerollouts.resolver.Resolver.Version;

/** While one version grows and no other does, no key leaves it. */
class GrowthTest {
  private static final long WHOLE = 100_000_000_000L;
  private static final long MILLION = 1_000_000;

  private static final List<String> KEYS =
      IntStream.range(0, 300).mapToObj(i -> "user-" + i).toList();

  /**
   * A rollout: one version takes from others, step by step.
   *
   * @param grower which of the versions that there are; one beyond them is a new config
   * @param steps for each step, how much each version gives of what it has, in millionths
   */
  record Rollout(int grower, List<List<Long>> steps) {}

  @Property(tries = 300)
  void noKeyLeavesTheVersionThatGrows(
      @ForAll("divisions") List<Long> division,
      @ForAll("rollouts") @Size(min = 1, max = 5) List<Rollout> rollouts) {
    List<Long> units = new ArrayList<>(division);
    for (Rollout rollout : rollouts) {
      int grower = Math.min(rollout.grower(), units.size());
      if (grower == units.size()) {
        units.add(0L);
      }
      List<String> before = resolved(units);
      for (List<Long> step : rollout.steps()) {
        move(units, grower, step);
        List<String> after = resolved(units);
        staysAt("c" + grower, before, after);
        before = after;
      }
    }
  }

  /** Takes from each other version its part, and gives it to the one that grows. */
  private static void move(List<Long> units, int grower, List<Long> parts) {
    for (int i = 0; i < units.size(); i++) {
      if (i != grower) {
        long given = units.get(i) * parts.get(i % parts.size()) / MILLION;
        units.set(i, units.get(i) - given);
        units.set(grower, units.get(grower) + given);
      }
    }
  }

  /** However many replicas there are in all: what counts is the part of them. */
  @Property(tries = 300)
  void norDoesItWhenReplicasAreScaledOnTheWay(
      @ForAll @IntRange(min = 0, max = 50) int oldest,
      @ForAll @IntRange(min = 0, max = 50) int grower,
      @ForAll @IntRange(min = 1, max = 50) int newest,
      @ForAll @IntRange(min = 1, max = 20) int factor,
      @ForAll @IntRange(min = 0, max = 50) int added) {
    List<String> before = resolved(List.of((long) oldest, (long) grower, (long) newest));
    List<String> after =
        resolved(
            List.of(
                (long) oldest * factor, (long) grower * factor + added, (long) newest * factor));
    staysAt("c1", before, after);
  }

  private static void staysAt(String configId, List<String> before, List<String> after) {
    for (int i = 0; i < KEYS.size(); i++) {
      if (before.get(i).equals(configId)) {
        assertThat(after.get(i)).as(KEYS.get(i)).isEqualTo(configId);
      }
    }
  }

  private static List<String> resolved(List<Long> units) {
    Resolver resolver =
        new Resolver(
            "endpointsapis.appspot.com",
            IntStream.range(0, units.size())
                .mapToObj(i -> new Version("c" + i, units.get(i)))
                .toList());
    return KEYS.stream().map(resolver::resolve).toList();
  }

  @Provide
  Arbitrary<List<Long>> divisions() {
    return Arbitraries.longs()
        .between(0, WHOLE)
        .list()
        .ofMaxSize(5)
        .map(
            cuts -> {
              List<Long> sorted = new ArrayList<>(cuts.stream().sorted().toList());
              sorted.add(WHOLE);
              return IntStream.range(0, sorted.size())
                  .mapToObj(i -> sorted.get(i) - (i == 0 ? 0 : sorted.get(i - 1)))
                  .toList();
            });
  }

  @Provide
  Arbitrary<List<Rollout>> rollouts() {
    Arbitrary<Long> part =
        Arbitraries.oneOf(Arbitraries.longs().between(0, MILLION), Arbitraries.of(0L, MILLION));
    Arbitrary<List<List<Long>>> steps = part.list().ofSize(4).list().ofMinSize(1).ofMaxSize(6);
    return Combinators.combine(Arbitraries.integers().between(0, 12), steps)
        .as(Rollout::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }
}
