package org.servicerollouts.store;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.servicerollouts.domain.Allocation;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Plan;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;

/**
 * Everything that can stand in the table, whether or not the state machine ever brings it about.
 */
final class Shapes {
  private static final long EARLIEST = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST = Instant.parse("2099-12-31T23:59:59.999Z").toEpochMilli();
  private static final int VARIETY = 1000;

  private Shapes() {}

  /** {@code count} of them, the same for the same seed. */
  static <T> List<T> some(Arbitrary<T> arbitrary, int count, long seed) {
    List<T> some = new ArrayList<>();
    JqwikSession.run(
        () -> {
          Random random = new Random(seed);
          RandomGenerator<T> generator = arbitrary.generator(VARIETY);
          for (int i = 0; i < count; i++) {
            some.add(generator.next(random).value());
          }
        });
    return some;
  }

  // ---- small parts

  private static Arbitrary<Instant> times() {
    return Arbitraries.longs().between(EARLIEST, LATEST).map(Instant::ofEpochMilli);
  }

  private static Arbitrary<Duration> durations() {
    return Arbitraries.longs().between(0, Duration.ofDays(8).toMillis()).map(Duration::ofMillis);
  }

  static Arbitrary<String> ids() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('0', '9')
        .withChars("._-")
        .ofMinLength(1)
        .ofMaxLength(63);
  }

  /** What people write as reasons and titles. */
  static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withChars("äß漢字\"\\\n\t\u0000")
        .ofMaxLength(40)
        .flatMap(text -> Arbitraries.of(text, text + "😀"));
  }

  private static Arbitrary<Long> counts() {
    return Arbitraries.longs().between(0, Shares.WHOLE);
  }

  private static Arbitrary<Amount> amounts() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(1, 1_000_000).map(n -> new Amount(Long.toString(n))),
        Arbitraries.bigDecimals()
            .between(new BigDecimal("0.000000001"), BigDecimal.valueOf(100))
            .ofScale(9)
            .map(percent -> new Amount(percent.toPlainString() + "%")));
  }

  private static Arbitrary<Interval> intervals() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(1, 168 * 60 * 60).map(seconds -> seconds + "s"),
            Arbitraries.integers().between(1, 168 * 60).map(minutes -> minutes + "m"),
            Combinators.combine(
                    Arbitraries.integers().between(0, 167),
                    Arbitraries.integers().between(1, 59),
                    Arbitraries.integers().between(0, 59))
                .as((hours, minutes, seconds) -> hours + "h" + minutes + "m" + seconds + "s"))
        .map(Interval::new);
  }

  // ---- allocations

  static Arbitrary<Shares> shares() {
    return Combinators.combine(
            ids().list().ofMinSize(1).ofMaxSize(Shares.MAX_TARGETS).uniqueElements(),
            Arbitraries.longs()
                .between(1, Shares.WHOLE - 1)
                .list()
                .ofSize(Shares.MAX_TARGETS - 1)
                .uniqueElements())
        .as(Shapes::cut);
  }

  /** The whole, cut at some of {@code cuts} into as many parts as there are ids. */
  private static Shares cut(List<String> ids, List<Long> cuts) {
    List<Long> ends = new ArrayList<>(cuts.subList(0, ids.size() - 1));
    Collections.sort(ends);
    ends.add(Shares.WHOLE);
    Map<String, Long> units = new TreeMap<>();
    long start = 0;
    for (int i = 0; i < ids.size(); i++) {
      units.put(ids.get(i), ends.get(i) - start);
      start = ends.get(i);
    }
    return Shares.of(units);
  }

  /** Also none at all, as at a total of 0. */
  private static Arbitrary<Replicas> replicas() {
    return Arbitraries.maps(ids(), Arbitraries.longs().between(1, Replicas.MAX_TOTAL))
        .ofMaxSize(3)
        .map(Replicas::of);
  }

  private static Arbitrary<Allocation> allocations(Kind kind) {
    return switch (kind) {
      case TRAFFIC -> shares().map(Allocation.class::cast);
      case REPLICA -> replicas().map(Allocation.class::cast);
    };
  }

  // ---- rollouts

  static Arbitrary<Strategy> strategies() {
    return Arbitraries.oneOf(
        Arbitraries.just(Strategy.ALL_AT_ONCE),
        Combinators.combine(amounts(), intervals()).as(Strategy.Batch::new),
        Arbitraries.oneOf(amounts(), Arbitraries.of("0", "0%", "100%").map(Amount::new))
            .map(Strategy.Partition::new));
  }

  private static Arbitrary<State.Intent> intents(Kind kind) {
    return Combinators.combine(allocations(kind), counts(), times()).as(State.Intent::new);
  }

  static Arbitrary<State.Rest> rests() {
    return Arbitraries.oneOf(
        Combinators.combine(times(), durations()).as(State.Rest.Wait::new),
        times().map(State.Rest.Hold::new),
        durations().map(State.Rest.Bake::new));
  }

  static Arbitrary<State> states(Kind kind) {
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(Arbitraries.of(State.WaitsFor.class), Arbitraries.of(true, false))
                .as(State.Pending::new),
            intents(kind).map(State.Applying::new),
            Combinators.combine(times(), times()).as(State.Waiting::new),
            times().map(State.Held::new),
            times().map(State.Baking::new),
            Combinators.combine(rests(), intents(kind).optional()).as(State.Paused::new),
            Combinators.combine(intents(kind), texts()).as(State.RollingBack::new),
            Combinators.combine(
                    Arbitraries.of(Status.class).filter(Status::ended), texts().optional(), times())
                .as(State.Ended::new)));
  }

  static Arbitrary<Live> lives(Kind kind) {
    record Origin(String id, long since, Instant createTime, Duration bake) {}
    record Way(Optional<Allocation> base, Optional<Shares> restores, long moved, int batch) {}
    Arbitrary<Origin> origins =
        Combinators.combine(ids(), counts(), times(), durations()).as(Origin::new);
    Arbitrary<Way> ways =
        Combinators.combine(
                allocations(kind).optional(),
                shares().optional(),
                Arbitraries.longs().between(-Replicas.MAX_TOTAL, Shares.WHOLE),
                Arbitraries.integers().greaterOrEqual(0))
            .as(Way::new);
    return Combinators.combine(origins, states(kind), strategies(), shares(), ways)
        .as(
            (origin, state, strategy, target, way) ->
                new Live(
                    origin.id(),
                    origin.since(),
                    origin.createTime(),
                    state,
                    strategy,
                    target,
                    way.base(),
                    way.restores(),
                    way.moved(),
                    way.batch(),
                    origin.bake()));
  }

  static Arbitrary<Progress> progresses() {
    return Combinators.combine(
            counts(),
            counts(),
            Arbitraries.integers().greaterOrEqual(0),
            Arbitraries.integers().greaterOrEqual(0))
        .as(Progress::new);
  }

  /** Rollouts of a service of {@code kind} to any of {@code configs}, or to none. */
  static Arbitrary<Rollout> rollouts(Kind kind, List<String> configs) {
    record Origin(String id, long ord, Instant createTime, String createdBy) {}
    record End(Status status, Optional<String> reason, Instant updateTime) {}
    Arbitrary<Origin> origins =
        Combinators.combine(ids(), Arbitraries.longs().between(EARLIEST, LATEST), times(), texts())
            .as(Origin::new);
    Arbitrary<Map<String, Double>> percentages =
        Arbitraries.maps(Arbitraries.of(configs), Arbitraries.doubles().between(0, 100).ofScale(15))
            .ofMaxSize(configs.size());
    Arbitrary<End> ends =
        Combinators.combine(Arbitraries.of(Status.class), texts().optional(), times()).as(End::new);
    return Combinators.combine(
            origins,
            percentages,
            strategies(),
            durations(),
            ends,
            allocations(kind).optional(),
            shares().optional(),
            progresses())
        .as(
            (origin, to, strategy, bake, end, base, restores, progress) ->
                new Rollout(
                    origin.id(),
                    origin.ord(),
                    origin.createTime(),
                    origin.createdBy(),
                    to,
                    strategy,
                    bake,
                    end.status(),
                    end.reason(),
                    strategy,
                    base,
                    restores,
                    progress,
                    end.updateTime()));
  }

  // ---- operations

  static Arbitrary<ServiceOperation> operations(ServiceName name) {
    Arbitrary<ServiceOperation.Done> done =
        Arbitraries.oneOf(
            Arbitraries.of(
                new ServiceOperation.ServiceCreated(),
                new ServiceOperation.ServiceDeleted(),
                new ServiceOperation.ServiceUndeleted(),
                new ServiceOperation.ConfigValidated()),
            ids().map(ServiceOperation.ConfigSubmitted::new));
    return Combinators.combine(Arbitraries.longs().between(0, LATEST), done, texts(), times())
        .as((ord, what, producer, at) -> new ServiceOperation(name, ord, what, producer, at));
  }

  // ---- services

  static Arbitrary<Happened> happenings() {
    Arbitrary<Cause> causes =
        Combinators.combine(texts(), texts().optional(), Arbitraries.of(true, false))
            .as(Cause::new);
    Arbitrary<List<Happened.Change>> changes =
        Combinators.combine(ids(), Arbitraries.of(Status.class))
            .as(Happened.Change::new)
            .list()
            .ofMaxSize(3);
    return Combinators.combine(Arbitraries.of(Happened.What.class), times(), causes, changes)
        .as(Happened::new);
  }

  private static Arbitrary<Service.Counters> counters() {
    Arbitrary<Ids.Counter> dayCounters =
        Combinators.combine(
                Arbitraries.longs().between(0, 40_000).map(LocalDate::ofEpochDay),
                Arbitraries.integers().greaterOrEqual(0))
            .as(Ids.Counter::new);
    return Combinators.combine(
            Arbitraries.longs().between(0, LATEST),
            counts(),
            dayCounters,
            dayCounters,
            Arbitraries.integers().greaterOrEqual(0),
            Arbitraries.integers().greaterOrEqual(0))
        .as(Service.Counters::new);
  }

  static Arbitrary<Service.Identity> identities(ServiceName name, Kind kind) {
    return Combinators.combine(
            texts(), Arbitraries.of(true, false), Arbitraries.of(true, false), times())
        .as(
            (producer, enabled, targeted, createTime) ->
                new Service.Identity(name, kind, producer, enabled, targeted, createTime));
  }

  /** Services of one identity, which never changes, with any {@code v}. */
  static Arbitrary<Service> services(Service.Identity identity) {
    record Past(Optional<Shares> lastGood, List<String> successes, Happened last) {}
    Arbitrary<Past> pasts =
        Combinators.combine(
                shares().optional(), ids().list().ofMaxSize(Service.KEPT_SUCCESSES), happenings())
            .as(Past::new);
    return Combinators.combine(
            Arbitraries.longs().between(0, Replicas.MAX_TOTAL),
            allocations(identity.kind()).optional(),
            lives(identity.kind()).optional(),
            pasts,
            Combinators.combine(strategies(), Arbitraries.of(true, false), counts())
                .as(Plan::new)
                .optional(),
            times().optional(),
            counters(),
            Arbitraries.longs().greaterOrEqual(1))
        .as(
            (total, allocation, active, past, plan, keptUntil, counters, v) ->
                new Service(
                    identity,
                    total,
                    allocation,
                    past.lastGood(),
                    active,
                    past.successes(),
                    plan,
                    keptUntil,
                    counters,
                    v,
                    past.last()));
  }
}
