package org.servicerollouts.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A rollout as it stands: what is kept of it, and, until it has ended, what its service knows
 * better. An ended rollout never changes, so what is kept wins then.
 */
public record Standing(Service service, Rollout rollout) {

  /** The most steps that are shown. */
  public static final int MAX_STEPS = 100;

  /** RFC 3339 has no later year, so what ends after it has no eta that can be written. */
  static final Instant LAST_TIMESTAMP = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * How many steps after the current one are shown when there are more than {@value #MAX_STEPS}.
   */
  private static final int SHOWN_AHEAD = 10;

  /** One batch, or several folded into one line. */
  public record Step(String description, StepStatus status) {}

  /** google.api.servicemanagement.v1.OperationMetadata.Status. */
  public enum StepStatus {
    DONE,
    NOT_STARTED,
    IN_PROGRESS,
    FAILED,
    CANCELLED
  }

  /** What the service carries of this rollout, until it has ended. */
  public Optional<Live> live() {
    return service
        .live()
        .filter(l -> !rollout.status().ended() && l.rolloutId().equals(rollout.id()));
  }

  /** The same of one that waits beside the rollout that the service is in. */
  public Optional<Queued> queued() {
    return service.queued(rollout.id()).filter(queued -> !rollout.status().ended());
  }

  public Status status() {
    return live().map(Live::status).orElse(rollout.status());
  }

  public Optional<String> reason() {
    if (live().isPresent()) {
      return live().flatMap(l -> l.reason().or(() -> waitsFor(l)));
    }
    return queued().isPresent()
        ? queued().flatMap(queued -> queued.state().reason())
        : rollout.reason();
  }

  /** What no plan of its own makes it wait for. */
  private Optional<String> waitsFor(Live live) {
    boolean isBetween = live.state() instanceof State.Waiting || live.state() instanceof State.Held;
    if (service.kind() == Kind.REPLICA && service.total() == 0 && isBetween) {
      return Optional.of(
          "there are 0 replicas, and no batch starts before there are more; :promote and"
              + " :rollback end it");
    }
    return switch (live.state()) {
      // One whose turn at the target has not come is late, and says so
      case State.Applying applying ->
          Optional.of(
              "waits since "
                  + applying.intent().since()
                  + " for its target to confirm "
                  + applying.intent().then().map(then -> "what it gives back").orElse("the batch"));
      case State.Waiting waiting when isPaced(live, waiting) ->
          Optional.of(
              "its first batch waits until "
                  + waiting.next()
                  + ", because "
                  + raisedLast(live)
                  + "; :advance brings it at once");
      case State.Held held -> standsFor(live).map(why -> why + "; :advance brings its first batch");
      case State.Paused paused -> standsFor(live).map(why -> why + "; :resume goes on");
      case State.Waiting w -> Optional.empty();
      case State.Baking b -> Optional.empty();
      case State.Pending p -> Optional.empty();
      case State.RollingBack r -> Optional.empty();
      case State.Ended e -> Optional.empty();
    };
  }

  private static boolean isPaced(Live live, State.Waiting waiting) {
    return live.batch() == 0 && waiting.next().isAfter(waiting.doneAt());
  }

  private String raisedLast(Live live) {
    String raised =
        live.raises().stream()
            .filter(id -> service.raised().containsKey(id))
            .map(id -> "'" + id + "' was raised at " + service.raised().get(id))
            .collect(Collectors.joining(", "));
    return raised.isEmpty() ? "the rollout that it superseded would have waited" : raised;
  }

  private static Optional<String> standsFor(Live live) {
    return live.standsFor()
        .map(id -> "stands still as rollout '" + id + "' did, which it superseded");
  }

  /** What it waits for before it starts. */
  public Optional<State.WaitsFor> waitsFor() {
    return queued()
        .map(queued -> queued.state().waitsFor())
        .or(
            () ->
                live()
                    .flatMap(
                        l ->
                            l.state() instanceof State.Pending pending
                                ? Optional.of(pending.waitsFor())
                                : Optional.empty()));
  }

  /** The version of it that an etag names: the service's {@code v} that last changed it. */
  public long version() {
    return live()
        .map(Live::version)
        .or(() -> queued().map(Queued::version))
        .orElse(rollout.version());
  }

  /** Which alarms do not watch it while it is on its way, and why. */
  public Optional<String> notWatched() {
    return live().flatMap(live -> live.notWatched(service.settings()));
  }

  /** When it last changed. */
  public Instant updateTime() {
    return live()
        .map(Live::updateTime)
        .or(() -> queued().map(Queued::updateTime))
        .orElse(rollout.updateTime());
  }

  public Optional<Allocation> base() {
    return live().map(Live::base).orElse(rollout.base());
  }

  public Optional<Shares> restores() {
    return live().map(Live::restores).orElse(rollout.restores());
  }

  public Strategy strategy() {
    return live().map(Live::strategy).orElse(rollout.lastStrategy());
  }

  public Progress progress() {
    return live().map(l -> Progress.of(service, l)).orElse(rollout.progress());
  }

  public int progressPercentage() {
    return progress().percentage(status());
  }

  /** When the next batch starts by itself; empty when none is scheduled. */
  public Optional<Instant> nextBatchStartTime() {
    return live().isPresent()
        ? service.nextBatchStartTime()
        : queued()
            .map(Queued::state)
            .filter(state -> !state.standsStill())
            .flatMap(State.Pending::until);
  }

  /** When the bake is over, while it runs. */
  public Optional<Instant> bakeEndTime() {
    return live()
        .flatMap(
            l -> l.state() instanceof State.Baking b ? Optional.of(b.until()) : Optional.empty());
  }

  /**
   * When it will have succeeded if nobody steers it and nothing is late; empty when that depends on
   * somebody.
   */
  public Optional<Instant> eta() {
    if (bakeEndTime().isPresent()) {
      return bakeEndTime();
    }
    return live()
        .filter(l -> nextBatchStartTime().isPresent())
        .flatMap(l -> lastBatchStarts(l, nextBatchStartTime().get()))
        .map(last -> last.plus(live().orElseThrow().bake()))
        .filter(LAST_TIMESTAMP::isAfter);
  }

  /** How many batches are followed through their windows, one by one, to tell when all is done. */
  private static final int FOLLOWED = 1000;

  private Optional<Instant> lastBatchStarts(Live live, Instant next) {
    int left = Move.of(service, live).batchesLeft(live.strategy(), live.batch());
    boolean waitsForWindows =
        live.guard().emergency().isEmpty() && !live.guard().windows().isEmpty();
    if (live.strategy() instanceof Strategy.Batch batch && !waitsForWindows) {
      return Optional.of(
          next.plus(batch.interval().duration().multipliedBy(Math.max(0, left - 1L))));
    }
    if (left > FOLLOWED) {
      return Optional.empty();
    }
    Openings openings = live.guard().openings();
    Optional<Instant> start = Optional.of(next);
    for (int done = live.batch() + 1; done < live.batch() + left; done++) {
      Optional<Interval> wait = waitAfter(live.strategy(), done);
      start = start.flatMap(at -> wait.map(w -> openings.from(at.plus(w.duration()))));
    }
    return start;
  }

  /** The wait once {@code done} batches are done; empty: it holds, or all is done. */
  private static Optional<Interval> waitAfter(Strategy strategy, int done) {
    return switch (strategy) {
      case Strategy.AllAtOnce all -> Optional.empty();
      case Strategy.Partition partition -> Optional.empty();
      case Strategy.Batch batch -> Optional.of(batch.interval());
      case Strategy.Staged staged -> staged.waitAfter(Math.min(done, staged.count()) - 1);
    };
  }

  /**
   * Replicas at the update revision, while it is the rollout that the service is in; empty for
   * traffic.
   */
  public OptionalLong updatedReplicas() {
    if (service.kind() == Kind.TRAFFIC || live().isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        service.allocation().map(a -> a.of(live().orElseThrow().updateRevision())).orElse(0L));
  }

  /**
   * Its batches with what each brings, at most {@value #MAX_STEPS}: of more, one line for those
   * done, one each for the current and the next {@value #SHOWN_AHEAD}, one for the rest.
   */
  public List<Step> steps() {
    Progress progress = progress();
    if (progress.batches() <= 1) {
      return List.of(new Step("update Service Controller", statusOf(1, progress)));
    }
    List<Step> steps = new ArrayList<>();
    if (progress.batches() <= MAX_STEPS) {
      for (int batch = 1; batch <= progress.batches(); batch++) {
        steps.add(step(batch, batch, progress));
      }
      return steps;
    }
    int current = Math.min(progress.batch() + 1, progress.batches());
    int shownTo = (int) Math.min((long) current + SHOWN_AHEAD, progress.batches());
    if (current > 1) {
      steps.add(step(1, current - 1, progress));
    }
    for (int batch = current; batch <= shownTo; batch++) {
      steps.add(step(batch, batch, progress));
    }
    if (shownTo < progress.batches()) {
      steps.add(step(shownTo + 1, progress.batches(), progress));
    }
    return steps;
  }

  /** Whether its strategy was changed on the way: what each batch before brought is not kept. */
  private boolean isReplanned() {
    return !strategy().equals(rollout.strategy());
  }

  private Step step(int from, int to, Progress progress) {
    String which = from == to ? "batch " + to : "batches " + from + " to " + to;
    boolean isForgotten = to < progress.batch() && isReplanned();
    String brings =
        move(to <= progress.batch())
            .filter(m -> !isForgotten)
            .map(m -> print(m.at(movedAfter(to, progress, m))))
            .filter(divided -> !divided.isEmpty())
            .map(divided -> ": " + divided)
            .orElse("");
    return new Step(which + " of " + progress.batches() + brings, statusOf(to, progress));
  }

  private long movedAfter(int batch, Progress progress, Move move) {
    if (batch == progress.batch()) {
      return live().map(Live::moved).orElse(progress.moved());
    }
    if (batch >= progress.batches()) {
      return progress.distance();
    }
    return switch (strategy()) {
      case Strategy.AllAtOnce all -> progress.distance();
      case Strategy.Partition partition -> move.holdsAt(partition.keep());
      case Strategy.Batch size -> {
        long each = Math.min(move.batch(size.size()), Math.max(1, progress.distance()));
        yield batch < progress.batch()
            ? Math.min(each * batch, progress.moved())
            : progress.moved() + each * (batch - progress.batch());
      }
      case Strategy.Staged staged -> move.part(staged.percent(Math.min(batch, staged.count()) - 1));
    };
  }

  /**
   * The move it makes from where it is; of the batches that are done, and once it has ended, the
   * move it set out to make.
   */
  private Optional<Move> move(boolean done) {
    if (live().isPresent()) {
      return live()
          .map(l -> Move.of(service, l))
          .map(m -> done && m instanceof Move.OfReplicas from ? setOut(from) : m);
    }
    Optional<Allocation> base = rollout.base();
    return switch (service.kind()) {
      case TRAFFIC ->
          Optional.of(new Move.Traffic(base.map(Shares.class::cast), rollout.target(), 0));
      case REPLICA ->
          base.map(
              found -> {
                String update = rollout.target().units().lastKey();
                Optional<String> back =
                    rollout
                        .restores()
                        .map(r -> r.units().lastKey())
                        .filter(id -> !id.equals(update));
                return new Move.OfReplicas(
                    false, (Replicas) found, found.total(), update, back, movedAtFirst(found));
              });
    };
  }

  /** All, of one that reopened a move: it starts at its target and still has its way to go. */
  private long movedAtFirst(Allocation found) {
    boolean startsAtTarget = found.of(rollout.target().units().lastKey()) == found.total();
    return startsAtTarget && rollout.progress().distance() > 0 ? found.total() : 0;
  }

  /** The same from its base, unless the replicas have been scaled since. */
  private Move setOut(Move.OfReplicas move) {
    return base()
        .filter(found -> found.total() == move.total())
        .filter(found -> found.of(move.update()) == move.now().of(move.update()) - move.moved())
        .<Move>map(
            found ->
                new Move.OfReplicas(
                    false, (Replicas) found, move.total(), move.update(), move.back(), 0))
        .orElse(move);
  }

  private StepStatus statusOf(int batch, Progress progress) {
    boolean next = batch == progress.batch() + 1;
    if (batch <= progress.batch()) {
      return StepStatus.DONE;
    }
    return switch (status()) {
      case SUCCEEDED -> StepStatus.DONE;
      case CANCELLED -> StepStatus.CANCELLED;
      case ROLLED_BACK, FAILED -> next ? StepStatus.FAILED : StepStatus.CANCELLED;
      case ROLLING_BACK -> next ? StepStatus.IN_PROGRESS : StepStatus.CANCELLED;
      case PENDING, RUNNING, PAUSED ->
          next && applying() ? StepStatus.IN_PROGRESS : StepStatus.NOT_STARTED;
    };
  }

  private boolean applying() {
    return live().flatMap(l -> StateMachine.intentOf(l.state())).isPresent();
  }

  private static String print(Allocation allocation) {
    return allocation.units().entrySet().stream()
        .map(entry -> entry.getKey() + " " + amount(allocation, entry))
        .collect(Collectors.joining(", "));
  }

  private static String amount(Allocation allocation, Map.Entry<String, Long> entry) {
    return switch (allocation) {
      case Shares shares -> Shares.print(entry.getValue());
      case Replicas replicas -> entry.getValue().toString();
    };
  }
}
