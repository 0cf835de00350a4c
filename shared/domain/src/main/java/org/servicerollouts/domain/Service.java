package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A service as it stands: the one record through which every change that anybody is told of goes,
 * each raising {@code v} by exactly 1.
 *
 * @param total replicas of a replica service; 0 for a traffic service
 * @param allocation how it is divided now; empty before its first rollout
 * @param lastGood where its last SUCCEEDED rollout ended
 * @param active the rollout it is in, or else the last one it was in
 * @param successes its last SUCCEEDED rollouts, newest first, at most {@value #KEPT_SUCCESSES}
 * @param plan PAI-EAS's rollout plan
 * @param keptUntil of a deleted service, until when it can be undeleted; after that its name is
 *     free
 * @param v counts the changes
 * @param last what the change {@code v} was
 */
public record Service(
    Identity identity,
    long total,
    Optional<Allocation> allocation,
    Optional<Shares> lastGood,
    Optional<Live> active,
    List<String> successes,
    Optional<Plan> plan,
    Optional<Instant> keptUntil,
    Counters counters,
    long v,
    Happened last) {

  /** How long a deleted service can be undeleted (Google: "30 days"). */
  public static final Duration KEPT_DELETED = Duration.ofDays(30);

  /** How many SUCCEEDED rollouts are kept for ever (Google: "the last 10 successful"). */
  public static final int KEPT_SUCCESSES = 10;

  public Service {
    requireNonNull(identity, "identity is null");
    successes = List.copyOf(successes);
    Replicas.requireTotal("totalReplicas", total);
  }

  /**
   * What of a service never changes.
   *
   * @param producer Google's producerProjectId, empty where none was given
   * @param rolloutsEnabled whether PAI-EAS plans may be made for it
   * @param targeted whether a move counts as done only once a target confirms it
   */
  public record Identity(
      ServiceName name,
      Kind kind,
      String producer,
      boolean rolloutsEnabled,
      boolean targeted,
      Instant createTime) {}

  /**
   * The numbers a service gives out.
   *
   * @param ord the last place given to a rollout, config or operation, never less than the
   *     milliseconds it was given at
   * @param made how many rollouts it has had
   * @param revisions the last N of {@code service-<6 hex>-vN}
   * @param documents how often PAI-EAS's service JSON was saved; 0 where there is none
   */
  public record Counters(
      long ord,
      long made,
      Ids.Counter rollouts,
      Ids.Counter configs,
      int revisions,
      int documents) {
    public static final Counters NEW = new Counters(0, 0, Ids.Counter.NEW, Ids.Counter.NEW, 0, 0);

    /** With the next place taken, for something made at {@code now}. */
    public Counters nextOrd(Instant now) {
      return new Counters(
          Math.max(ord + 1, now.toEpochMilli()), made, rollouts, configs, revisions, documents);
    }

    /** With the next place taken by a rollout. */
    Counters nextRollout(Instant now) {
      Counters next = nextOrd(now);
      return new Counters(next.ord, made + 1, rollouts, configs, revisions, documents);
    }

    public Counters usedRolloutId(Instant now) {
      return withRollouts(rollouts.used(now));
    }

    public Counters givenRolloutId(String id, Instant now) {
      return withRollouts(rollouts.given(id, now));
    }

    public Counters givenConfigId(String id, Instant now) {
      return withConfigs(configs.given(id, now));
    }

    public Counters usedConfigId(Instant now) {
      return withConfigs(configs.used(now));
    }

    /** With the next revision made, and its document saved. */
    public Counters nextRevision() {
      return new Counters(ord, made, rollouts, configs, revisions + 1, documents + 1);
    }

    /** With the document of an earlier revision saved again. */
    Counters nextDocument() {
      return new Counters(ord, made, rollouts, configs, revisions, documents + 1);
    }

    /**
     * Of a service that goes on with the numbers of one that is gone, but not with its document.
     */
    Counters withoutDocument() {
      return new Counters(ord, made, rollouts, configs, revisions, 0);
    }

    private Counters withRollouts(Ids.Counter next) {
      return new Counters(ord, made, next, configs, revisions, documents);
    }

    private Counters withConfigs(Ids.Counter next) {
      return new Counters(ord, made, rollouts, next, revisions, documents);
    }
  }

  public ServiceName name() {
    return identity.name();
  }

  public Kind kind() {
    return identity.kind();
  }

  public boolean isDeleted() {
    return keptUntil.isPresent();
  }

  /** Whether it is deleted for good, so that its name is free. */
  public boolean isGone(Instant now) {
    return keptUntil.filter(until -> !now.isBefore(until)).isPresent();
  }

  /** The rollout that has not ended. */
  public Optional<Live> live() {
    return active.filter(a -> !a.ended());
  }

  /** The revision that all replicas were last rolled out to (PAI-EAS's CurrentRevision). */
  public Optional<String> currentRevision() {
    return lastGood.map(g -> g.units().lastKey());
  }

  /** Of last good the configs with the highest share. */
  public List<String> leadingConfigs() {
    SortedMap<String, Long> shares =
        lastGood.map(Shares::units).orElse(Collections.emptySortedMap());
    long highest = shares.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return shares.keySet().stream().filter(id -> shares.get(id) == highest).toList();
  }

  /** The id of revision {@code n}. */
  public String revision(int n) {
    return revision(name(), n);
  }

  /**
   * The id of revision {@code n} of a service; the six hex digits are the same whenever one has
   * this name.
   */
  static String revision(ServiceName name, int n) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(name.value().getBytes(StandardCharsets.UTF_8));
      return "service-" + HexFormat.of().formatHex(hash, 0, 3) + "-v" + n;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** When a driver must look at it next; empty when nothing is scheduled. */
  public Optional<Instant> dueAt() {
    return live()
        .flatMap(
            live ->
                switch (live.state()) {
                  case State.Waiting w -> nextBatchStartTime();
                  case State.Baking b -> Optional.of(b.until());
                  case State.Applying a -> Optional.of(a.intent().since());
                  case State.RollingBack r -> Optional.of(r.intent().since());
                  case State.Paused p -> p.intent().map(State.Intent::since);
                  case State.Pending p -> Optional.empty();
                  case State.Held h -> Optional.empty();
                  case State.Ended e -> Optional.empty();
                });
  }

  /** When the next batch is scheduled to start; at a total of 0 replicas nothing is. */
  public Optional<Instant> nextBatchStartTime() {
    return live()
        .filter(live -> kind() == Kind.TRAFFIC || total > 0)
        .flatMap(
            live ->
                live.state() instanceof State.Waiting w ? Optional.of(w.next()) : Optional.empty());
  }

  /** What a changed copy is made of, one part of which the change sets. */
  private static final class Copy {
    private long total;
    private Optional<Allocation> allocation;
    private Optional<Shares> lastGood;
    private Optional<Live> active;
    private List<String> successes;
    private Optional<Plan> plan;
    private Optional<Instant> keptUntil;
    private Counters counters;
    private long v;
    private Happened last;

    private Copy(Service of) {
      total = of.total;
      allocation = of.allocation;
      lastGood = of.lastGood;
      active = of.active;
      successes = of.successes;
      plan = of.plan;
      keptUntil = of.keptUntil;
      counters = of.counters;
      v = of.v;
      last = of.last;
    }
  }

  private Service with(Consumer<Copy> change) {
    Copy c = new Copy(this);
    change.accept(c);
    return new Service(
        identity,
        c.total,
        c.allocation,
        c.lastGood,
        c.active,
        c.successes,
        c.plan,
        c.keptUntil,
        c.counters,
        c.v,
        c.last);
  }

  public Service withCounters(Counters next) {
    return with(copy -> copy.counters = next);
  }

  public Service withPlan(Optional<Plan> next) {
    return with(copy -> copy.plan = next);
  }

  public Service withTotal(long next) {
    return with(copy -> copy.total = next);
  }

  Service withKeptUntil(Optional<Instant> next) {
    return with(copy -> copy.keptUntil = next);
  }

  Service withLastGood(Optional<Shares> next) {
    return with(copy -> copy.lastGood = next);
  }

  Service withAllocation(Allocation next) {
    return with(copy -> copy.allocation = Optional.of(next));
  }

  Service withActive(Live next) {
    return with(copy -> copy.active = Optional.of(next));
  }

  /** With {@code live} ended well: where it ended is last good, and it is the newest success. */
  Service withSuccess(Live live) {
    return with(
        copy -> {
          copy.lastGood = Optional.of(live.target());
          copy.active = Optional.of(live);
          copy.successes =
              Stream.concat(Stream.of(live.rolloutId()), successes.stream())
                  .limit(KEPT_SUCCESSES)
                  .toList();
        });
  }

  /** The next version of it, after {@code what} happened. */
  public Service happened(Happened what) {
    return with(
        copy -> {
          copy.v = v + 1;
          copy.last = what;
        });
  }

  /** The same, its last change under another name. */
  Service tellingOf(Happened.What what) {
    return with(copy -> copy.last = new Happened(what, last.at(), last.cause(), last.rollouts()));
  }

  /** The same as part of a change of {@code before} that is not complete yet. */
  Service asOf(Service before) {
    return with(
        copy -> {
          copy.v = before.v();
          copy.last = before.last();
        });
  }

  /** The same, its last change telling also of the rollouts that {@code earlier} tells of. */
  Service alsoTelling(Happened earlier) {
    List<Happened.Change> rollouts =
        Stream.concat(earlier.rollouts().stream(), last.rollouts().stream()).toList();
    return with(copy -> copy.last = new Happened(last.what(), last.at(), last.cause(), rollouts));
  }
}
