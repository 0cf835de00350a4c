package org.servicerollouts.store;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
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
import org.servicerollouts.domain.Delay;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Plan;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Queued;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Successes;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Window;

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

  // ---- strategies

  static Arbitrary<Strategy> strategies() {
    return Arbitraries.oneOf(
        Arbitraries.just(Strategy.ALL_AT_ONCE),
        Combinators.combine(amounts(), intervals()).as(Strategy.Batch::new),
        Arbitraries.oneOf(amounts(), Arbitraries.of("0", "0%", "100%").map(Amount::new))
            .map(Strategy.Partition::new),
        steps(),
        growths());
  }

  /** Some steps alike one after another, others like none. */
  static Arbitrary<Strategy.Steps> steps() {
    record Run(long rise, int count, Optional<Interval> pause) {}
    Arbitrary<Long> rises =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 20).map(percent -> percent * Shares.PERCENT),
            Arbitraries.longs().between(1, Shares.WHOLE / 20));
    return Combinators.combine(rises, Arbitraries.integers().between(1, 30), intervals().optional())
        .as(Run::new)
        .list()
        .ofMaxSize(5)
        .map(
            runs -> {
              List<Strategy.Step> steps = new ArrayList<>();
              long percent = 0;
              for (Run run : runs) {
                for (int n = 0; n < run.count() && percent + run.rise() < Shares.WHOLE; n++) {
                  percent += run.rise();
                  steps.add(new Strategy.Step(percent, run.pause()));
                }
              }
              steps.add(new Strategy.Step(Shares.WHOLE, Optional.empty()));
              return new Strategy.Steps(steps);
            });
  }

  private static Arbitrary<Strategy.Growth> growths() {
    return Combinators.combine(
            Arbitraries.oneOf(
                Arbitraries.bigDecimals()
                    .between(new BigDecimal("0.000000001"), BigDecimal.valueOf(100))
                    .ofScale(9),
                Arbitraries.of("1", "1.0", "1E+1", "1e-9", "100").map(BigDecimal::new)),
            Arbitraries.oneOf(
                Arbitraries.bigDecimals()
                    .between(new BigDecimal("1.1"), BigDecimal.valueOf(1000))
                    .ofScale(12),
                Arbitraries.of("2", "2.0", "1E+2").map(BigDecimal::new)),
            intervals())
        .as(Strategy.Growth::new);
  }

  // ---- what stands in a rollout's way

  private static Arbitrary<Window> windows() {
    Arbitrary<ZoneId> zones =
        Arbitraries.of(
                "Europe/Berlin",
                "Asia/Kathmandu",
                "Pacific/Chatham",
                "Australia/Lord_Howe",
                "America/Argentina/ComodRivadavia",
                "Antarctica/Troll",
                "Etc/GMT+12",
                "UTC",
                "Z",
                "+05:45",
                "UTC-09:30")
            .map(ZoneId::of);
    Arbitrary<LocalTime> times =
        Arbitraries.oneOf(
            Arbitraries.of("00:00", "09:00", "23:59:59.999999999").map(LocalTime::parse),
            Arbitraries.longs().between(0, 86_399).map(LocalTime::ofSecondOfDay));
    return Combinators.combine(
            Arbitraries.of(DayOfWeek.class).set().ofMinSize(1), times, times, zones)
        .as(Window::new);
  }

  private static Arbitrary<Guard.InsufficientData> insufficientData() {
    return Combinators.combine(Arbitraries.of(true, false), durations().optional())
        .as(Guard.InsufficientData::new);
  }

  /** Names of alarms, which may be in any language. */
  static Arbitrary<String> alarms() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(40),
        Arbitraries.of("p99 über 300 ms", "エラー率", "5xx@checkout#eu/1"));
  }

  static Arbitrary<Guard> guards() {
    Arbitrary<List<String>> names = alarms().list().ofMaxSize(4);
    return Arbitraries.oneOf(
        Arbitraries.just(Guard.NONE),
        Combinators.combine(
                windows().list().ofMaxSize(3),
                texts().optional(),
                names,
                texts().optional(),
                names,
                insufficientData(),
                Arbitraries.oneOf(
                    Arbitraries.just(Guard.DEFAULT_DEADLINE),
                    durations().filter(time -> !time.isZero())),
                Arbitraries.of(Guard.Unreadable.class))
            .as(Guard::new));
  }

  private static Arbitrary<Delay> delays() {
    return Combinators.combine(Arbitraries.of(Delay.Kind.class), times(), texts()).as(Delay::new);
  }

  static Arbitrary<Success> successes() {
    return Combinators.combine(
            ids(),
            shares(),
            shares().optional(),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(Success::new);
  }

  private static Arbitrary<Successes> pastSuccesses() {
    Arbitrary<Successes.Latest> latest =
        Combinators.combine(ids().set().ofMaxSize(Shares.MAX_TARGETS), times())
            .as(Successes.Latest::new);
    return Combinators.combine(successes().list().ofMaxSize(Successes.MOST), latest.optional())
        .as(Successes::new);
  }

  /** To any of {@code configs}, or to none. */
  static Arbitrary<Spec> specs(List<String> configs) {
    record Start(Spec.ConflictPolicy policy, Optional<Instant> time, boolean paused, Guard guard) {}
    record Back(Optional<Success> to, Duration window, Optional<String> of) {}
    Arbitrary<Map<String, Double>> percentages =
        Arbitraries.maps(Arbitraries.of(configs), Arbitraries.doubles().between(0, 100).ofScale(15))
            .ofMaxSize(configs.size());
    Arbitrary<Start> starts =
        Combinators.combine(
                Arbitraries.of(Spec.ConflictPolicy.class),
                times().optional(),
                Arbitraries.of(true, false),
                guards())
            .as(Start::new);
    Arbitrary<Back> backs =
        Combinators.combine(
                successes().optional(),
                Arbitraries.oneOf(Arbitraries.just(Spec.DEFAULT_ROLLBACK_WINDOW), durations()),
                ids().optional())
            .as(Back::new);
    return Combinators.combine(percentages, strategies(), durations(), starts, backs)
        .as(
            (to, strategy, bake, start, back) ->
                new Spec(
                    to,
                    Optional.of(strategy),
                    bake,
                    start.guard(),
                    start.policy(),
                    start.time(),
                    start.paused(),
                    back.to(),
                    back.window(),
                    back.of()));
  }

  // ---- rollouts

  private static Arbitrary<State.Intent> intents(Kind kind) {
    return Combinators.combine(
            allocations(kind), counts(), times(), Arbitraries.of(true, false), rests().optional())
        .as(State.Intent::new);
  }

  static Arbitrary<State.Rest> rests() {
    return Arbitraries.oneOf(
        Combinators.combine(times(), durations()).as(State.Rest.Wait::new),
        times().map(State.Rest.Hold::new),
        durations().map(State.Rest.Bake::new));
  }

  private static Arbitrary<State.Pending> pendings() {
    return Combinators.combine(
            Arbitraries.of(State.WaitsFor.class),
            Arbitraries.of(true, false),
            times().optional(),
            texts().optional())
        .as(State.Pending::new);
  }

  static Arbitrary<State> states(Kind kind) {
    return Arbitraries.oneOf(
        List.of(
            pendings(),
            intents(kind).map(State.Applying::new),
            Combinators.combine(times(), times()).as(State.Waiting::new),
            times().map(State.Held::new),
            times().map(State.Baking::new),
            Combinators.combine(rests(), intents(kind).optional(), texts().optional())
                .as(State.Paused::new),
            Combinators.combine(intents(kind), texts()).as(State.RollingBack::new),
            Combinators.combine(
                    Arbitraries.of(Status.class).filter(Status::ended), texts().optional(), times())
                .as(State.Ended::new)));
  }

  static Arbitrary<Live> lives(Kind kind) {
    record Origin(String id, long since, Instant createTime, Instant startTime, Duration bake) {}
    record Way(
        Optional<Allocation> base,
        Optional<Shares> restores,
        long moved,
        int batch,
        boolean redeploys,
        Optional<String> standsFor,
        Duration window) {}
    record Hindrance(Guard guard, Optional<Delay> delay, long version, Instant updateTime) {}
    Arbitrary<Origin> origins =
        Combinators.combine(ids(), counts(), times(), times(), durations()).as(Origin::new);
    Arbitrary<Way> ways =
        Combinators.combine(
                allocations(kind).optional(),
                shares().optional(),
                Arbitraries.longs().between(-Replicas.MAX_TOTAL, Shares.WHOLE),
                Arbitraries.integers().greaterOrEqual(0),
                Arbitraries.of(true, false),
                ids().optional(),
                Arbitraries.oneOf(Arbitraries.just(Spec.DEFAULT_ROLLBACK_WINDOW), durations()))
            .as(Way::new);
    Arbitrary<Hindrance> hindrances =
        Combinators.combine(guards(), delays().optional(), counts(), times()).as(Hindrance::new);
    return Combinators.combine(origins, states(kind), strategies(), shares(), ways, hindrances)
        .as(
            (origin, state, strategy, target, way, hindrance) ->
                new Live(
                    origin.id(),
                    origin.since(),
                    origin.createTime(),
                    origin.startTime(),
                    state,
                    strategy,
                    target,
                    way.base(),
                    way.restores(),
                    way.moved(),
                    way.batch(),
                    way.redeploys(),
                    way.standsFor(),
                    way.window(),
                    origin.bake(),
                    hindrance.guard(),
                    hindrance.delay(),
                    hindrance.version(),
                    hindrance.updateTime()));
  }

  private static Arbitrary<Queued> queued() {
    return Combinators.combine(
            ids(),
            counts(),
            times(),
            pendings(),
            Arbitraries.of(Spec.ConflictPolicy.class),
            counts(),
            times())
        .as(Queued::new);
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
    record Origin(String id, long ord, long since, Instant createTime, String createdBy) {}
    record End(Status status, Optional<String> reason, Instant updateTime, long version) {}
    Arbitrary<Origin> origins =
        Combinators.combine(
                ids(), Arbitraries.longs().between(EARLIEST, LATEST), counts(), times(), texts())
            .as(Origin::new);
    Arbitrary<End> ends =
        Combinators.combine(Arbitraries.of(Status.class), texts().optional(), times(), counts())
            .as(End::new);
    return Combinators.combine(
            origins,
            specs(configs),
            strategies(),
            ends,
            allocations(kind).optional(),
            shares().optional(),
            progresses())
        .as(
            (origin, spec, strategy, end, base, restores, progress) ->
                new Rollout(
                    origin.id(),
                    origin.ord(),
                    origin.since(),
                    origin.createTime(),
                    origin.createdBy(),
                    spec,
                    end.status(),
                    end.reason(),
                    strategy,
                    base,
                    restores,
                    progress,
                    end.updateTime(),
                    end.version()));
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
    return Combinators.combine(
            Arbitraries.of(Happened.What.class),
            times(),
            causes,
            Arbitraries.of(Event.Verb.class).optional(),
            changes)
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
    return Combinators.combine(texts(), Arbitraries.of(true, false), times())
        .as(
            (producer, enabled, createTime) ->
                new Service.Identity(name, kind, producer, enabled, createTime));
  }

  private static Arbitrary<Settings> settings() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withCharRange('A', 'Z')
            .withChars("_-")
            .ofMinLength(1)
            .ofMaxLength(64);
    Arbitrary<Target> aliases =
        Combinators.combine(names, names).as(Target.LambdaAlias::new).map(Target.class::cast);
    return Combinators.combine(
            Arbitraries.oneOf(Arbitraries.just(Target.NONE), aliases),
            alarms().list().ofMaxSize(Guard.MAX_ALARMS))
        .as(Settings::new);
  }

  private static Arbitrary<Map<String, Version>> versions() {
    Arbitrary<Version> version =
        Combinators.combine(
                Arbitraries.longs().between(0, LATEST),
                Arbitraries.integers().between(1, 99_999).map(String::valueOf).optional())
            .as(Version::new);
    return Arbitraries.maps(ids(), version).ofMaxSize(5);
  }

  /** Services of one identity, which never changes, with any {@code v}. */
  static Arbitrary<Service> services(Service.Identity identity) {
    record Division(
        long total,
        Optional<Allocation> allocation,
        List<Allocation> intended,
        Map<String, Instant> raised,
        Map<String, Version> versions) {}
    record Past(Optional<Shares> lastGood, Successes successes, Happened last) {}
    Arbitrary<Division> divisions =
        Combinators.combine(
                Arbitraries.longs().between(0, Replicas.MAX_TOTAL),
                allocations(identity.kind()).optional(),
                allocations(identity.kind()).list().ofMaxSize(3),
                Arbitraries.maps(ids(), times()).ofMaxSize(3),
                versions())
            .as(Division::new);
    Arbitrary<Past> pasts =
        Combinators.combine(shares().optional(), pastSuccesses(), happenings()).as(Past::new);
    return Combinators.combine(
            divisions,
            lives(identity.kind()).optional(),
            queued().list().ofMaxSize(4),
            Combinators.combine(settings(), pasts).as(Map::entry),
            Combinators.combine(strategies(), Arbitraries.of(true, false), counts())
                .as(Plan::new)
                .optional(),
            times().optional(),
            counters(),
            Arbitraries.longs().greaterOrEqual(1))
        .as(
            (division, active, queue, settled, plan, keptUntil, counters, v) ->
                new Service(
                    identity,
                    division.total(),
                    division.allocation(),
                    settled.getValue().lastGood(),
                    active,
                    queue,
                    settled.getKey(),
                    division.versions(),
                    division.intended(),
                    division.raised(),
                    settled.getValue().successes(),
                    plan,
                    keptUntil,
                    counters,
                    v,
                    settled.getValue().last()));
  }
}
