package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.ServiceBuilder.batch;
import static org.servicerollouts.domain.ServiceBuilder.partition;
import static org.servicerollouts.domain.ServiceBuilder.shares;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of a move: how far each batch goes, and what the allocation is on the way. */
class MoveTest {

  /** What the config that takes the residue may be off by, in units of 1e-9 percent. */
  private static final long RESIDUE = 10;

  // ---- traffic

  @Property(tries = 300)
  void trafficGoesFromBaseToTargetInBatchesOfTheSizeGiven(
      @ForAll("bases") Shares base,
      @ForAll("targets") Shares target,
      @ForAll("atLeastOnePercent") Amount size) {
    Move.Traffic move = new Move.Traffic(Optional.of(base), target, 0);
    Strategy strategy = new Strategy.Batch(size, Interval.DEFAULT);
    int batches = move.batchesLeft(strategy, 0);
    Shares before = base;
    while (move.moved() < move.distance()) {
      long goal = move.goal(strategy, 0);
      assertThat(goal).isEqualTo(Math.min(move.distance(), move.moved() + points(size)));
      Shares after = move.at(goal);
      isOnItsWay(base, target, goal, after);
      isFurther(base, target, before, after);
      before = after;
      move = new Move.Traffic(Optional.of(base), target, goal);
      batches--;
    }
    assertThat(before).isEqualTo(target);
    assertThat(batches).isZero();
  }

  @Property(tries = 2000)
  void trafficIsRightAtEveryPointOfTheWay(
      @ForAll("bases") Shares base,
      @ForAll("targets") Shares target,
      @ForAll("pointsOfTheWay") double point) {
    Move.Traffic move = new Move.Traffic(Optional.of(base), target, 0);
    long distance = move.distance();
    for (long moved : List.of((long) (point * distance), 1L, distance - 1)) {
      if (moved > 0 && moved < distance) {
        isOnItsWay(base, target, moved, move.at(moved));
      }
    }
    assertThat(move.at(distance)).isEqualTo(target);
  }

  /** Each share is the point between base and target, cut toward base; one takes the residue. */
  private static void isOnItsWay(Shares base, Shares target, long moved, Shares shares) {
    assertThat(shares.total()).isEqualTo(Shares.WHOLE);
    long distance = new Move.Traffic(Optional.of(base), target, moved).distance();
    List<String> takers = new ArrayList<>();
    for (String id : idsOf(base, target)) {
      long way = target.of(id) - base.of(id);
      long cut =
          BigDecimal.valueOf(way)
              .multiply(BigDecimal.valueOf(moved))
              .divide(BigDecimal.valueOf(distance), 0, RoundingMode.DOWN)
              .longValueExact();
      if (shares.of(id) != base.of(id) + cut) {
        assertThat(Math.abs(shares.of(id) - base.of(id) - cut)).isLessThanOrEqualTo(RESIDUE);
        takers.add(id);
      }
    }
    assertThat(takers).hasSizeLessThanOrEqualTo(1);
    long longest = longestWay(base, target, idsOf(base, target));
    boolean canBearIt =
        idsOf(base, target).stream()
            .filter(id -> longestWay(base, target, Set.of(id)) == longest)
            .allMatch(id -> shares.of(id) > RESIDUE);
    if (canBearIt && !takers.isEmpty()) {
      assertThat(longestWay(base, target, takers)).isEqualTo(longest);
    }
  }

  private static long longestWay(Shares base, Shares target, Collection<String> ids) {
    return ids.stream().mapToLong(id -> Math.abs(target.of(id) - base.of(id))).max().orElseThrow();
  }

  private static void isFurther(Shares base, Shares target, Shares before, Shares after) {
    for (String id : idsOf(base, target)) {
      long direction = Long.signum(target.of(id) - base.of(id));
      assertThat(direction * (after.of(id) - before.of(id))).isGreaterThanOrEqualTo(-2 * RESIDUE);
      assertThat(direction * (target.of(id) - after.of(id))).isGreaterThanOrEqualTo(-RESIDUE);
    }
  }

  private static Set<String> idsOf(Shares base, Shares target) {
    Set<String> ids = new TreeSet<>(base.units().keySet());
    ids.addAll(target.units().keySet());
    return ids;
  }

  private static long points(Amount size) {
    return size.isPercent() ? size.units() : size.units() * Shares.PERCENT;
  }

  @Provide
  Arbitrary<Shares> bases() {
    return sharesOf(8);
  }

  @Provide
  Arbitrary<Shares> targets() {
    return sharesOf(Shares.MAX_TARGETS);
  }

  /** 100 percent cut at random billionths among some of ten configs. */
  private static Arbitrary<Shares> sharesOf(int most) {
    Arbitrary<List<Long>> cuts =
        Arbitraries.longs()
            .between(1, Shares.WHOLE - 1)
            .list()
            .uniqueElements()
            .ofMaxSize(most - 1);
    Arbitrary<List<String>> ids =
        Arbitraries.shuffle(IntStream.range(0, 10).mapToObj(i -> "c" + i).toList());
    return Combinators.combine(cuts, ids)
        .as(
            (at, names) -> {
              TreeMap<String, Long> units = new TreeMap<>();
              long from = 0;
              for (long cut : new TreeSet<>(at)) {
                units.put(names.get(units.size()), cut - from);
                from = cut;
              }
              units.put(names.get(units.size()), Shares.WHOLE - from);
              return Shares.of(units);
            });
  }

  @Provide
  Arbitrary<Amount> atLeastOnePercent() {
    Arbitrary<String> integers = Arbitraries.integers().between(1, 150).map(String::valueOf);
    Arbitrary<String> percentages =
        Arbitraries.longs()
            .between(Shares.PERCENT, Shares.WHOLE)
            .map(nanos -> Shares.print(nanos) + "%");
    return Arbitraries.oneOf(integers, percentages).map(Amount::new);
  }

  @Provide
  Arbitrary<Double> pointsOfTheWay() {
    return Arbitraries.doubles().between(0, 1);
  }

  @Test
  void theResidueGoesToTheConfigThatMostIsMovedOf() {
    Move.Traffic move =
        new Move.Traffic(
            Optional.of(Shares.only("old")), shares(Map.of("a", 33.3, "b", 33.3, "c", 33.4)), 0);
    assertThat(Story.print(move.at(10)))
        .isEqualTo("a 0.000000003, b 0.000000003, c 0.000000003, old 99.999999991");
  }

  @Test
  void amongThoseThatMoveAsMuchTheFirstByIdTakesTheResidue() {
    Move.Traffic move =
        new Move.Traffic(
            Optional.of(shares(Map.of("x", 50.0, "y", 50.0))),
            shares(Map.of("p", 50.0, "q", 50.0)),
            0);
    assertThat(Story.print(move.at(1)))
        .as("x and y have given nothing yet, p and q have got nothing")
        .isEqualTo("x 50, y 50");
    assertThat(Story.print(move.at(Shares.WHOLE - 1)))
        .isEqualTo("p 49.999999999, q 49.999999999, x 0.000000001, y 0.000000001");
  }

  @Test
  void aConfigThatHasNotAsMuchAsTheResidueDoesNotTakeIt() {
    TreeMap<String, Long> base = new TreeMap<>();
    base.put("a", 51 * Shares.PERCENT);
    List.of("b", "c", "d", "e", "f", "g", "h").forEach(id -> base.put(id, 7 * Shares.PERCENT));
    Move.Traffic move =
        new Move.Traffic(
            Optional.of(Shares.of(base)),
            shares(Map.of("m", 20.0, "n", 20.0, "o", 20.0, "p", 20.0, "q", 20.0)),
            0);
    Shares atLast = move.at(Shares.WHOLE - 1);
    assertThat(atLast.of("a")).isEqualTo(1);
    assertThat(atLast.of("m")).isEqualTo(20 * Shares.PERCENT - 4);
    assertThat(atLast.of("n")).isEqualTo(20 * Shares.PERCENT - 1);
  }

  @ParameterizedTest(name = "{0} of a move of {1} percentage points: {2} after the first batch")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1      | 100 | new 1, old 99
          25%    | 100 | new 25, old 75
          25     | 100 | new 25, old 75
          200    | 100 | new 100
          33.333333333% | 100 | new 33.333333333, old 66.666666667
          0.000000001%  | 100 | new 0.000000001, old 99.999999999
          25%    |  10 | new 10, old 90
          4%     |  10 | new 4, old 96
          """)
  void aBatchOfTrafficIsCountedInPercentagePoints(String size, double share, String divided) {
    Shares target = share == 100 ? Shares.only("new") : shares(Map.of("new", share, "old", 90.0));
    Move.Traffic move = new Move.Traffic(Optional.of(Shares.only("old")), target, 0);
    assertThat(Story.print(move.at(move.goal(batch(size, "5m"), 0)))).isEqualTo(divided);
  }

  @ParameterizedTest(name = "Partition {0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0   | new 50, old 50
          0%  | new 50, old 50
          50  | new 25, old 75
          50% | new 25, old 75
          99% | new 0.5, old 99.5
          100%| old 100
          200 | old 100
          33.333333333% | new 33.333333333, old 66.666666667
          """)
  void aPartitionOfTrafficHoldsBackThatMuchOfTheMove(String keep, String divided) {
    Move.Traffic move =
        new Move.Traffic(
            Optional.of(Shares.only("old")), shares(Map.of("new", 50.0, "old", 50.0)), 0);
    assertThat(Story.print(move.at(move.goal(partition(keep), 0)))).isEqualTo(divided);
  }

  // ---- replicas

  @Property(tries = 500)
  void replicasGoToTheUpdateRevisionInBatchesOfTheSizeGiven(
      @ForAll("replicas") Replicas base, @ForAll("replicaBatches") Amount size) {
    long total = base.total();
    boolean isPart = size.isPercent() && size.units() < Shares.WHOLE && total > 1;
    long rounded =
        size.isPercent() ? ceil(BigDecimal.valueOf(size.units() * total, 11)) : size.units();
    long each = Math.max(1, isPart ? Math.min(rounded, total - 1) : rounded);
    Strategy strategy = new Strategy.Batch(size, Interval.DEFAULT);
    Move.OfReplicas move =
        new Move.OfReplicas(false, base, total, "update", Optional.of("current"), 0);
    int batches = move.batchesLeft(strategy, 0);
    while (move.moved() < move.distance()) {
      long goal = move.goal(strategy, 0);
      assertThat(goal).isEqualTo(Math.min(move.distance(), move.moved() + each));
      Replicas after = move.at(goal);
      assertThat(after.total()).isEqualTo(total);
      assertThat(after.of("update")).isEqualTo(base.of("update") + goal);
      if (after.of("current") < base.of("current")) {
        assertThat(after.units()).doesNotContainKeys("odd", "odder");
      }
      move = new Move.OfReplicas(false, after, total, "update", Optional.of("current"), goal);
      batches--;
    }
    assertThat(move.now()).isEqualTo(Replicas.all("update", total));
    assertThat(batches).isZero();
  }

  /** Rounding up must not make all of what was to be a part. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2  | 99%  | 1
          2  | 1%   | 1
          2  | 100% | 2
          1  | 50%  | 1
          3  | 67%  | 2
          10 | 91%  | 9
          10 | 90%  | 9
          10 | 10   | 10
          """)
  void aBatchOfLessThanAllLeavesOneReplica(long total, String size, long moved) {
    Move.OfReplicas move =
        new Move.OfReplicas(false, Replicas.all("old", total), total, "new", Optional.of("old"), 0);
    assertThat(move.goal(new Strategy.Batch(new Amount(size), Interval.DEFAULT), 0))
        .isEqualTo(moved);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2  | 99 | 1
          3  | 99 | 2
          1  | 1  | 1
          10 | 91 | 9
          10 | 1  | 1
          """)
  void aStepBeforeTheLastLeavesOneReplica(long total, long percent, long moved) {
    Move.OfReplicas move =
        new Move.OfReplicas(false, Replicas.all("old", total), total, "new", Optional.of("old"), 0);
    Strategy.Step first = new Strategy.Step(percent * Shares.PERCENT, Optional.empty());
    Strategy.Step last = new Strategy.Step(Shares.WHOLE, Optional.empty());
    Strategy steps = new Strategy.Steps(List.of(first, last));
    assertThat(move.goal(steps, 0)).isEqualTo(moved);
    assertThat(move.goal(steps, 1)).isEqualTo(total);
    Strategy growth =
        new Strategy.Growth(BigDecimal.valueOf(percent), BigDecimal.TWO, Interval.DEFAULT);
    assertThat(move.goal(growth, 0)).isEqualTo(moved);
  }

  private static long ceil(BigDecimal value) {
    return value.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  @Provide
  Arbitrary<Replicas> replicas() {
    Arbitrary<Long> count = Arbitraries.longs().between(0, 200);
    return Combinators.combine(count, count, count, count)
        .as(
            (current, odd, odder, update) ->
                Replicas.of(
                    Map.of("current", current, "odd", odd, "odder", odder, "update", update)));
  }

  @Provide
  Arbitrary<Amount> replicaBatches() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(1, 1000).map(String::valueOf),
            Arbitraries.longs().between(1, Shares.WHOLE).map(nanos -> Shares.print(nanos) + "%"))
        .map(Amount::new);
  }

  @ParameterizedTest(name = "BatchSize {1} of {0} replicas: {2}")
  @CsvSource({
    "10, 25%, 3",
    "10, 3, 3",
    "10, 1%, 1",
    "10, 0.000000001%, 1",
    "10, 100%, 10",
    "10, 40, 10",
    "3, 34%, 2",
    "3, 33%, 1",
    "1000000, 0.0001%, 1",
    "1000000, 0.000100001%, 2"
  })
  void aBatchOfReplicasIsRoundedUp(long total, String size, long updated) {
    assertThat(fresh(total).goal(batch(size, "5m"), 0)).isEqualTo(updated);
  }

  /** OpenKruise's CalculatePartitionReplicas and its tests; the last seven follow from its rule. */
  @ParameterizedTest(name = "Partition {1} of {0} replicas: {2} old")
  @CsvSource({
    "0, 99%, 0", "9, 99%, 8", "10, 90%, 9", "10, 1%, 1", "99, 99.99%, 98", "99, 100%, 99",
    "99, 0%, 0", "10, 5, 5", "10, 10, 10", "9, 0.01%, 1", "999, 99.99%, 998", "10, 50%, 5",
    "7, 50%, 4", "3, 50%, 2", "3, 99%, 2", "3, 1%, 1", "1, 50%, 1", "9, 99, 9"
  })
  void aPartitionKeepsThatManyReplicasOld(long total, String keep, long old) {
    Move.OfReplicas move = fresh(total);
    Replicas held = move.at(move.goal(partition(keep), 0));
    assertThat(held.of("current")).isEqualTo(old);
    assertThat(held.of("update")).isEqualTo(total - old);
  }

  private static Move.OfReplicas fresh(long total) {
    return new Move.OfReplicas(
        false, Replicas.all("current", total), total, "update", Optional.of("current"), 0);
  }

  @Test
  void aPartitionThatIsRaisedMovesReplicasBackToTheCurrentRevision() {
    Move.OfReplicas move =
        new Move.OfReplicas(
            false,
            Replicas.of(Map.of("current", 2L, "odd", 1L, "update", 7L)),
            10,
            "update",
            Optional.of("current"),
            7);
    long goal = move.goal(partition("80%"), 0);
    assertThat(goal).isEqualTo(2);
    assertThat(Story.print(move.at(goal))).isEqualTo("current 7, odd 1, update 2");
  }

  @Property
  void scalingKeepsTheSumAndNoMoreOfTheUpdatedThanTheirShare(
      @ForAll("replicas") Replicas now, @ForAll @IntRange(max = 1000) int newTotal) {
    long total = now.total();
    Move.OfReplicas move =
        new Move.OfReplicas(false, now, total, "update", Optional.of("current"), 0);
    Replicas scaled = move.scaledTo(newTotal, "current");
    assertThat(scaled.total()).isEqualTo(newTotal);
    if (newTotal >= total) {
      assertThat(scaled.of("current")).isEqualTo(now.of("current") + newTotal - total);
      assertThat(scaled.of("update")).isEqualTo(now.of("update"));
    } else {
      BigDecimal share =
          BigDecimal.valueOf(now.of("update") * newTotal)
              .divide(BigDecimal.valueOf(total), 0, RoundingMode.CEILING);
      assertThat(scaled.of("update")).isEqualTo(Math.min(now.of("update"), share.longValueExact()));
    }
  }
}
