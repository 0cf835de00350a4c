package org.servicerollouts.domain;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The arithmetic of one move of a service from what it was to its target: how far it is, and what
 * the allocation is at each point of the way. It counts in whole units, so that nothing is ever
 * rounded twice.
 */
public sealed interface Move {

  /** Units to move in all: the sum of what configs gain. */
  long distance();

  /**
   * Units moved so far. Below 0 where a Partition has moved replicas back that were at the target
   * before.
   */
  long moved();

  /** The least that {@link #moved} can be. */
  long least();

  /**
   * The allocation once {@code moved} units have been moved.
   *
   * @param moved from {@link #least} to {@link #distance}; beyond that, the target
   */
  Allocation at(long moved);

  /** The units of one batch of {@code size}. */
  long batch(Amount size);

  /** How many units are moved when a Partition leaves {@code keep} where they were. */
  long holdsAt(Amount keep);

  /**
   * Whether the service had no allocation before: then there is one step, whatever the strategy.
   */
  boolean first();

  /** The move that {@code live} makes of {@code service}. */
  static Move of(Service service, Live live) {
    return switch (service.kind()) {
      case TRAFFIC -> new Traffic(live.base().map(Shares.class::cast), live.target(), live.moved());
      case REPLICA ->
          new OfReplicas(
              live.base().isEmpty(),
              service.allocation().map(Replicas.class::cast).orElse(Replicas.of(Map.of())),
              service.total(),
              live.updateRevision(),
              goesBackTo(service, live),
              live.moved());
    };
  }

  /** How many units are moved when {@code percent} of the move is done, in billionths of it. */
  long part(long percent);

  /**
   * How far the move has come when the next batch of {@code strategy} is done.
   *
   * @param done how many batches are
   */
  default long goal(Strategy strategy, int done) {
    if (first()) {
      return distance();
    }
    return switch (strategy) {
      case Strategy.AllAtOnce all -> distance();
      case Strategy.Batch batch -> Math.min(moved() + batch(batch.size()), distance());
      case Strategy.Partition partition -> holdsAt(partition.keep());
      case Strategy.Staged staged ->
          Math.max(moved(), part(staged.percent(Math.min(done, staged.count() - 1))));
    };
  }

  /**
   * How many batches are still to come.
   *
   * @param done how many batches are done
   */
  default int batchesLeft(Strategy strategy, int done) {
    long left = distance() - moved();
    if (left <= 0) {
      return 0;
    }
    if (first()) {
      return 1;
    }
    return switch (strategy) {
      case Strategy.AllAtOnce all -> 1;
      case Strategy.Batch batch ->
          Math.clamp(Math.ceilDiv(left, batch(batch.size())), 0, Integer.MAX_VALUE);
      case Strategy.Partition partition -> {
        long hold = holdsAt(partition.keep());
        yield (moved() != hold ? 1 : 0) + (hold < distance() ? 1 : 0);
      }
      case Strategy.Staged staged -> {
        int last = staged.count() - 1;
        int reaches = Math.min(done, last);
        while (reaches < last && part(staged.percent(reaches)) < distance()) {
          reaches++;
        }
        yield reaches + 1 - Math.min(done, last);
      }
    };
  }

  /** The current revision; nowhere on the way to that: what replaced it must not gain again. */
  private static Optional<String> goesBackTo(Service service, Live live) {
    String update = live.updateRevision();
    if (service.currentRevision().isPresent()) {
      return service.currentRevision().filter(current -> !current.equals(update));
    }
    return live.base().stream()
        .flatMap(base -> base.units().entrySet().stream())
        .filter(entry -> !entry.getKey().equals(update))
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey);
  }

  /** By percent: every share is the point between base and target that the units moved give. */
  record Traffic(Optional<Shares> base, Shares target, long moved) implements Move {

    @Override
    public boolean first() {
      return base.isEmpty();
    }

    @Override
    public long distance() {
      return target.units().entrySet().stream()
          .mapToLong(entry -> Math.max(0, entry.getValue() - baseOf(entry.getKey())))
          .sum();
    }

    @Override
    public long least() {
      return 0;
    }

    @Override
    public Shares at(long moved) {
      long distance = distance();
      if (first() || moved >= distance) {
        return target;
      }
      SortedMap<String, Long> ways = new TreeMap<>();
      target.units().forEach((id, share) -> ways.put(id, share - baseOf(id)));
      base.orElseThrow().units().forEach((id, share) -> ways.put(id, target.of(id) - share));

      SortedMap<String, Long> shares = new TreeMap<>();
      ways.forEach((id, way) -> shares.put(id, baseOf(id) + partOf(way, moved, distance)));
      // Cutting toward base leaves some units over or short: the config that moves most takes them,
      // of those that have as many.
      long residue = Shares.WHOLE - shares.values().stream().mapToLong(Long::longValue).sum();
      String mover =
          ways.entrySet().stream()
              .filter(entry -> shares.get(entry.getKey()) + residue >= 0)
              .max(
                  Comparator.<Map.Entry<String, Long>>comparingLong(
                          entry -> Math.abs(entry.getValue()))
                      .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
              .orElseThrow()
              .getKey();
      shares.merge(mover, residue, Long::sum);
      return Shares.of(shares);
    }

    @Override
    public long batch(Amount size) {
      return size.isPercent() ? size.units() : Math.min(size.units(), 100) * Shares.PERCENT;
    }

    @Override
    public long holdsAt(Amount keep) {
      long nanos = keep.isPercent() ? keep.units() : Math.min(keep.units(), 100) * Shares.PERCENT;
      return partOf(distance(), Shares.WHOLE - nanos, Shares.WHOLE);
    }

    @Override
    public long part(long percent) {
      return partOf(distance(), percent, Shares.WHOLE);
    }

    private long baseOf(String id) {
      return base.map(shares -> shares.of(id)).orElse(0L);
    }

    /** {@code way × part / whole}, cut toward 0. */
    private static long partOf(long way, long part, long whole) {
      return BigInteger.valueOf(way)
          .multiply(BigInteger.valueOf(part))
          .divide(BigInteger.valueOf(whole))
          .longValueExact();
    }
  }

  /**
   * By replicas, from where they are now: a batch takes first the replicas that are at neither
   * revision.
   *
   * @param now how they are divided now
   * @param total how many there are
   * @param update where they go
   * @param back where they go back to, where there is such a revision
   * @param moved how many of those at {@code update} this move has brought there
   */
  record OfReplicas(
      boolean first, Replicas now, long total, String update, Optional<String> back, long moved)
      implements Move {

    @Override
    public long distance() {
      return total - before();
    }

    @Override
    public long least() {
      return -before();
    }

    @Override
    public Replicas at(long moved) {
      long updated = reachable(before() + moved);
      if (updated >= total) {
        return Replicas.all(update, total);
      }
      SortedMap<String, Long> counts = new TreeMap<>(now.units());
      counts.put(update, updated);
      long change = updated - now.of(update);
      if (change < 0) {
        counts.merge(back.orElseThrow(), -change, Long::sum);
      } else {
        take(counts, change);
      }
      return Replicas.of(counts);
    }

    private void take(SortedMap<String, Long> counts, long change) {
      long left = change;
      Comparator<String> backLast = Comparator.comparing(id -> back.filter(id::equals).isPresent());
      for (String id :
          counts.keySet().stream()
              .sorted(backLast.thenComparing(Comparator.naturalOrder()))
              .toList()) {
        if (!id.equals(update)) {
          long taken = Math.min(left, counts.get(id));
          counts.merge(id, -taken, Long::sum);
          left -= taken;
        }
      }
    }

    @Override
    public long batch(Amount size) {
      if (!size.isPercent()) {
        return Math.max(1, size.units());
      }
      long all = size.units() < Shares.WHOLE && total > 1 ? total - 1 : total;
      return Math.max(1, Math.min(ceilOfTotal(size), all));
    }

    /**
     * Keeps ceil(pct × total / 100) old, but of more than one replica a percentage under 100
     * updates at least one (OpenKruise's CalculatePartitionReplicas, which PAI-EAS's Partition
     * follows).
     */
    @Override
    public long holdsAt(Amount keep) {
      long old = Math.min(total, keep.isPercent() ? ceilOfTotal(keep) : keep.units());
      if (keep.isPercent() && old == total && total > 1 && keep.units() < Shares.WHOLE) {
        old = total - 1;
      }
      return reachable(total - old) - before();
    }

    /** Rounded up, but of a move of more than one replica the last step moves at least one. */
    @Override
    public long part(long percent) {
      long part =
          BigInteger.valueOf(distance())
              .multiply(BigInteger.valueOf(percent))
              .add(BigInteger.valueOf(Shares.WHOLE - 1))
              .divide(BigInteger.valueOf(Shares.WHOLE))
              .longValueExact();
      return percent < Shares.WHOLE && distance() > 1 ? Math.min(part, distance() - 1) : part;
    }

    /** Without anywhere to go back to, replicas that are updated stay so. */
    private long reachable(long updated) {
      return back.isEmpty() ? Math.max(updated, now.of(update)) : updated;
    }

    /**
     * The same replicas after scaling to {@code newTotal}: more start at {@code addedAt}, fewer
     * keep the proportion.
     */
    Replicas scaledTo(long newTotal, String addedAt) {
      SortedMap<String, Long> counts = new TreeMap<>(now.units());
      long updated = now.of(update);
      if (newTotal >= total) {
        counts.merge(addedAt, newTotal - total, Long::sum);
      } else {
        long kept = proportion(updated, newTotal);
        counts.put(update, kept);
        take(counts, total - newTotal - (updated - kept));
      }
      return Replicas.of(counts);
    }

    /** What {@link #moved} is after scaling to {@code newTotal}. */
    long movedAfter(long newTotal) {
      return newTotal >= total
          ? moved
          : proportion(now.of(update), newTotal) - proportion(before(), newTotal);
    }

    private long proportion(long part, long newTotal) {
      return Math.min(part, Math.ceilDiv(part * newTotal, total));
    }

    private long before() {
      return now.of(update) - moved;
    }

    private long ceilOfTotal(Amount percent) {
      return Math.ceilDiv(percent.units() * total, Shares.WHOLE);
    }
  }
}
