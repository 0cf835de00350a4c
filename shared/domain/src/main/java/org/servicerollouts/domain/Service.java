package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A service as it stands: the one record through which every change that anybody is told of goes,
 * each raising {@code v} by exactly 1.
 *
 * @param total replicas of a replica service; 0 for a traffic service
 * @param allocation how it is divided now; empty before its first rollout
 * @param lastGood where its last SUCCEEDED rollout ended; where that was taken back, what it went
 *     back to
 * @param active the rollout it is in, or else the last one it was in
 * @param queue the rollouts that wait beside it, the next one first
 * @param settings what every rollout of it applies
 * @param versions what must be known of the configs that it is divided among, or goes between
 * @param intended what its target was told to be since it last confirmed, oldest first
 * @param raised by config when a batch last raised its share, completed or intended; not of those
 *     that have none and are not meant to get one
 * @param successes its last SUCCEEDED rollouts
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
    List<Queued> queue,
    Settings settings,
    Map<String, Version> versions,
    List<Allocation> intended,
    Map<String, Instant> raised,
    Successes successes,
    Optional<Plan> plan,
    Optional<Instant> keptUntil,
    Counters counters,
    long v,
    Happened last) {

  /** How long a deleted service can be undeleted (Google: "30 days"). */
  public static final Duration KEPT_DELETED = Duration.ofDays(30);

  /**
   * How many unconfirmed moves are remembered. An older one that turns up in the target all the
   * same is taken for somebody else's change, which is safe.
   */
  private static final int REMEMBERED_INTENTS = 20;

  public Service {
    requireNonNull(identity, "identity is null");
    requireNonNull(settings, "settings is null");
    queue = List.copyOf(queue);
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    intended = List.copyOf(intended);
    raised = Collections.unmodifiableMap(new TreeMap<>(raised));
    requireNonNull(successes, "successes is null");
    Replicas.requireTotal("totalReplicas", total);
  }

  /**
   * What of a service never changes.
   *
   * @param producer Google's producerProjectId, empty where none was given
   * @param rolloutsEnabled whether PAI-EAS plans may be made for it
   */
  public record Identity(
      ServiceName name, Kind kind, String producer, boolean rolloutsEnabled, Instant createTime) {}

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

  /** Whether a move counts as done only once a target confirms it. */
  public boolean targeted() {
    return !(settings.target() instanceof Target.None);
  }

  /** The rollout {@code id} if it waits beside the one that the service is in. */
  public Optional<Queued> queued(String id) {
    return queue.stream().filter(waiting -> waiting.rolloutId().equals(id)).findFirst();
  }

  /** The rollout that a driver must see whether it can start, and from when on. */
  public Optional<Queued> next() {
    return queue.stream().findFirst().filter(first -> startDueAt(first).isPresent());
  }

  /**
   * Whether a rollout to {@code target} goes back to where the service was well, so that nothing
   * may bar its way.
   */
  public boolean isKnownGood(Shares target) {
    return successes.goodAt(target).isPresent()
        || (!successes.isTakenBack(target)
            && (lastGood.filter(target::equals).isPresent() || cameFrom(target)));
  }

  /** Whether the newest success came from {@code target}, which may have been no rollout's. */
  boolean cameFrom(Shares target) {
    return successes.newest().flatMap(Success::restores).filter(target::equals).isPresent();
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
    boolean isMoving = live().map(Live::state).flatMap(StateMachine::intentOf).isPresent();
    // Nothing starts before the target has confirmed, and nothing is to be looked at sooner
    return isMoving
        ? moveDueAt()
        : Stream.concat(moveDueAt().stream(), startDueAt().stream()).min(Instant::compareTo);
  }

  /** When the rollout that it is in must be looked at. */
  public Optional<Instant> moveDueAt() {
    return live()
        .flatMap(
            live ->
                switch (live.state()) {
                  case State.Waiting w -> nextBatchStartTime();
                  // Its alarms are looked at all the while
                  case State.Baking b when !live.guard().alarms().isEmpty() ->
                      Optional.of(b.until().minus(live.bake()));
                  case State.Baking b -> Optional.of(b.until());
                  case State.Applying a -> Optional.of(a.intent().since());
                  case State.RollingBack r -> Optional.of(r.intent().since());
                  case State.Paused p ->
                      p.intent().filter(i -> p.changed().isEmpty()).map(State.Intent::since);
                  case State.Pending p -> Optional.empty();
                  case State.Held h -> Optional.empty();
                  case State.Ended e -> Optional.empty();
                });
  }

  /** When the first that waits must be looked at. */
  public Optional<Instant> startDueAt() {
    return queue.stream().findFirst().flatMap(this::startDueAt);
  }

  private Optional<Instant> startDueAt(Queued first) {
    State.Pending state = first.state();
    if (state.standsStill()) {
      return Optional.empty();
    }
    return switch (state.waitsFor()) {
      case APPROVAL -> Optional.empty();
      case TURN -> live().isPresent() ? Optional.empty() : Optional.of(first.createTime());
      case TIME, WINDOW -> state.until();
      case ALARM -> Optional.of(first.createTime());
    };
  }

  /** When the next batch is scheduled to start; at a total of 0 replicas nothing is. */
  public Optional<Instant> nextBatchStartTime() {
    return live()
        .filter(live -> kind() == Kind.TRAFFIC || total > 0)
        .flatMap(
            live ->
                live.state() instanceof State.Waiting w
                    ? Optional.of(live.guard().opens(w.next()))
                    : Optional.empty());
  }

  /** What a changed copy is made of, one part of which the change sets. */
  private static final class Copy {
    private long total;
    private Optional<Allocation> allocation;
    private Optional<Shares> lastGood;
    private Optional<Live> active;
    private List<Queued> queue;
    private Settings settings;
    private Map<String, Version> versions;
    private List<Allocation> intended;
    private Map<String, Instant> raised;
    private Successes successes;
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
      queue = of.queue;
      settings = of.settings;
      versions = of.versions;
      intended = of.intended;
      raised = of.raised;
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
        c.queue,
        c.settings,
        c.versions,
        c.intended,
        c.raised,
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

  Service withQueue(List<Queued> next) {
    return with(copy -> copy.queue = next);
  }

  /** With other settings; another target was told nothing yet. */
  Service withSettings(Settings next) {
    return with(
        copy -> {
          copy.settings = next;
          copy.intended = next.target().equals(settings.target()) ? intended : List.of();
        });
  }

  /** Knowing {@code more} configs too. */
  public Service knowing(Map<String, Version> more) {
    return with(
        copy -> {
          copy.versions = new TreeMap<>(versions);
          copy.versions.putAll(more);
        });
  }

  /** Knowing of no config that it has nothing to do with any more. */
  Service knowingOnlyItsOwn() {
    Set<String> served = configs(Stream.concat(allocation.stream(), intended.stream()));
    Set<String> own =
        configs(
            Stream.of(
                    lastGood.stream(),
                    active.map(Live::target).stream(),
                    active.flatMap(Live::base).stream(),
                    active.flatMap(Live::restores).stream())
                .flatMap(all -> all));
    own.addAll(served);
    return served.containsAll(raised.keySet()) && own.containsAll(versions.keySet())
        ? this
        : with(
            copy -> {
              copy.versions = new TreeMap<>(versions);
              copy.versions.keySet().retainAll(own);
              copy.raised = new TreeMap<>(raised);
              copy.raised.keySet().retainAll(served);
            });
  }

  private static Set<String> configs(Stream<? extends Allocation> divisions) {
    return divisions
        .flatMap(division -> division.units().keySet().stream())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** With {@code to} told to its target. */
  Service intending(Allocation to) {
    List<Allocation> all =
        Stream.concat(intended.stream().filter(told -> !told.equals(to)), Stream.of(to)).toList();
    return with(
        copy ->
            copy.intended = all.subList(Math.max(0, all.size() - REMEMBERED_INTENTS), all.size()));
  }

  /** With its target where it is to be. */
  Service confirmed(Allocation at) {
    return with(
        copy -> {
          copy.allocation = Optional.of(at);
          copy.intended = List.of();
        });
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

  Service withSuccesses(Successes next) {
    return with(copy -> copy.successes = next);
  }

  /** With {@code live} ended well: where it ended is last good, and it is the newest success. */
  Service withSuccess(Live live, Instant now) {
    return with(
        copy -> {
          copy.lastGood = Optional.of(live.target());
          copy.active = Optional.of(live);
          copy.successes = successes.with(live, now);
        });
  }

  /** With the shares raised that are more in {@code to} than they are. */
  Service raising(Allocation to, Instant now) {
    Map<String, Instant> next = new TreeMap<>(raised);
    to.units()
        .forEach(
            (id, units) -> {
              if (units > allocation.map(found -> found.of(id)).orElse(0L)) {
                next.put(id, now);
              }
            });
    return with(copy -> copy.raised = next);
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
    return with(
        copy ->
            copy.last = new Happened(what, last.at(), last.cause(), last.verb(), last.rollouts()));
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
    return with(
        copy ->
            copy.last = new Happened(last.what(), last.at(), last.cause(), last.verb(), rollouts));
  }
}
