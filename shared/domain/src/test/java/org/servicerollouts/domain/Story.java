package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Plays one event after another to a service, and keeps of its rollouts what a store would keep.
 */
final class Story {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final Cause ALICE = Cause.request("alice");

  private final Map<String, Rollout> kept = new HashMap<>();
  private Service service;
  private Instant now = START;
  private Decision decision = new Decision.Unchanged();
  private final Set<String> watched = new TreeSet<>();
  private final Set<Target.LambdaAlias> owned = new HashSet<>();
  private final Map<String, Alarms.Reading> alarms = new HashMap<>();
  private Optional<String> unreadable = Optional.empty();

  Story(Service service) {
    this.service = service;
    service.active().ifPresent(live -> kept.put(live.rolloutId(), created(live)));
    service.settings().target().alias().ifPresent(owned::add);
  }

  private Rollout created(Live live) {
    Spec spec = Spec.of(live.target().percentages(), Optional.of(live.strategy()));
    return new Rollout(
        live.rolloutId(),
        1,
        live.since(),
        live.createTime(),
        ALICE.who(),
        Specs.of(spec).baking(live.bake()).spec(),
        live.status(),
        live.reason(),
        live.strategy(),
        live.base(),
        live.restores(),
        Progress.of(service, live),
        live.createTime(),
        live.version());
  }

  // ---- what happens

  Story pass(Duration duration) {
    now = now.plus(duration);
    return this;
  }

  Story create(String id, String target, Strategy strategy) {
    return create(id, target, strategy, Duration.ZERO);
  }

  Story create(String id, String target, Strategy strategy, Duration bake) {
    return create(id, Specs.to(target, strategy).baking(bake));
  }

  Story create(String id, Specs specs) {
    Spec spec = specs.spec();
    return play(
        Event.Create.of(Optional.of(id), spec, ALICE)
            .with(ServiceBuilder.versions(Specs.configs(spec))));
  }

  Story due() {
    return play(new Event.Due());
  }

  /** A driver sees whether the first that waits can start. */
  Story start() {
    Rollout first = kept.get(service.next().orElseThrow().rolloutId());
    return play(new Event.Start(first, ServiceBuilder.versions(Specs.configs(first.spec()))));
  }

  /** The time comes at which something is due. */
  Story dueOnTime() {
    now = service.dueAt().orElseThrow();
    return service.moveDueAt().filter(now::equals).isPresent() ? due() : start();
  }

  Story scale(long total) {
    return play(new Event.Scale(total, ALICE));
  }

  Story delete() {
    return play(new Event.DeleteService(Service.KEPT_DELETED, ALICE));
  }

  Story undelete() {
    return play(new Event.UndeleteService(ALICE));
  }

  Story steer(Event.Verb verb) {
    return steer(id(), verb);
  }

  Story steer(String id, Event.Verb verb) {
    return steer(id, verb, ALICE);
  }

  Story steer(String id, Event.Verb verb, Cause cause) {
    return play(SteerBuilder.of(kept.get(id), verb, cause).event());
  }

  Story steer(SteerBuilder word) {
    return play(word.event());
  }

  /** A person's word, to which more can be added. */
  SteerBuilder word(String id, Event.Verb verb) {
    return SteerBuilder.of(kept.get(id), verb, ALICE);
  }

  Story confirm() {
    return play(new Event.Confirmed(intent().orElseThrow()));
  }

  Story applyFails(String reason) {
    return play(new Event.ApplyFailed(intent().orElseThrow(), reason));
  }

  /** The target takes no rollback, so that it ends FAILED, and may be anywhere. */
  Story wayBackFails() {
    return steer(Event.Verb.ROLLBACK)
        .applyFails("no")
        .pass(Guard.DEFAULT_DEADLINE)
        .applyFails("no");
  }

  /** The alarm is in this state from now on. */
  Story alarm(String name, Alarms.State state) {
    alarms.put(name, new Alarms.Reading(state, now, "Threshold Crossed"));
    return this;
  }

  /** Somebody deletes the alarm. */
  void forgetAlarm(String name) {
    alarms.remove(name);
  }

  /** CloudWatch cannot be asked from now on. */
  Story alarmsUnreadable(String why) {
    unreadable = Optional.of(why);
    return this;
  }

  /** The alarm enters ALARM, and CloudWatch tells so. */
  Story fires(String name) {
    return tells(name, Alarms.State.ALARM);
  }

  /** The alarm enters this state, and CloudWatch tells so. */
  Story tells(String name, Alarms.State state) {
    var _ = alarm(name, state);
    Alarms told = Alarms.read(Map.of(name, alarms.get(name)));
    return change((before, at) -> StateMachine.decide(before, new Event.AlarmFired(), told, at));
  }

  Story alarmsReadable() {
    unreadable = Optional.empty();
    return this;
  }

  Story play(Event event) {
    return change(
        (before, at) ->
            StateMachine.decide(
                before, event, read(StateMachine.alarmsFor(before, event, at)), at));
  }

  /** CloudWatch, asked for the service's alarms. */
  Alarms readOfService() {
    return read(Set.copyOf(service.settings().alarms()));
  }

  /** CloudWatch, asked for {@code names}. */
  Alarms read(Set<String> names) {
    return unreadable
        .map(Alarms::unreadable)
        .orElseGet(
            () -> {
              Map<String, Alarms.Reading> found = new HashMap<>(alarms);
              found.keySet().retainAll(names);
              return Alarms.read(found);
            });
  }

  Story change(BiFunction<Service, Instant, Decision> decide) {
    decision = decide.apply(service, now);
    if (decision instanceof Decision.Changed changed) {
      service = changed.next();
      namesNoItemTwice(changed.writes());
      changed.writes().forEach(this::keep);
      ownsItsTargetUnlessItIsDeleted();
      isWatchedByTheAlarmsOfWhatHasStarted();
    }
    return this;
  }

  private void ownsItsTargetUnlessItIsDeleted() {
    Optional<Target.LambdaAlias> alias =
        service.settings().target().alias().filter(target -> !service.isDeleted());
    assertThat(owned)
        .as("the aliases of the service")
        .containsExactlyElementsOf(alias.stream().toList());
  }

  /** It is found by the alarms that count for what has started, and by no others. */
  private void isWatchedByTheAlarmsOfWhatHasStarted() {
    assertThat(watched)
        .as("the alarms that watch the service")
        .containsExactlyInAnyOrderElementsOf(
            service
                .live()
                .filter(live -> live.status() != Status.PENDING)
                .map(live -> live.guard().alarms())
                .orElse(List.of()));
  }

  /** Of the 100 that DynamoDB takes, less the service itself and the row of the request. */
  private static final int MOST_ITEMS = 98;

  /** DynamoDB refuses a transaction that names an item twice, or too many of them. */
  private static void namesNoItemTwice(List<Write> writes) {
    Set<String> made =
        writes.stream()
            .flatMap(
                write ->
                    write instanceof Write.ConfigCreated created
                        ? Stream.of(created.config().id())
                        : Stream.of())
            .collect(Collectors.toSet());
    assertThat(writes.stream().flatMap(write -> items(write, made)).toList())
        .as("the items that are written or checked")
        .doesNotHaveDuplicates()
        .hasSizeLessThanOrEqualTo(MOST_ITEMS);
  }

  /**
   * The items that a store writes and checks.
   *
   * @param made the configs that are made beside it, which are not checked
   */
  private static Stream<String> items(Write write, Set<String> made) {
    return switch (write) {
      case Write.RolloutCreated created ->
          Stream.concat(
              Stream.of("rollout " + created.rollout().id()),
              created.rollout().percentages().keySet().stream()
                  .filter(id -> !made.contains(id))
                  .map(id -> "config " + id));
      case Write.RolloutChanged changed -> Stream.of("rollout " + changed.live().rolloutId());
      case Write.RolloutDropped dropped -> Stream.of("rollout " + dropped.rolloutId());
      case Write.AlarmsWatched watches -> watches.names().stream().map(name -> "alarm " + name);
      case Write.AlarmsReleased released -> released.names().stream().map(name -> "alarm " + name);
      case Write.TargetTaken taken -> Stream.of("alias " + taken.alias());
      case Write.TargetReleased released -> Stream.of("alias " + released.alias());
      case Write.HistoryKept history -> Stream.of("history");
      case Write.ConfigCreated created ->
          Stream.of("config " + created.config().id(), "body " + created.config().id());
      case Write.ConfigIdFree free -> Stream.of("config " + free.id());
      case Write.DocumentSaved document -> Stream.of("document");
      case Write.OperationCreated created -> Stream.of("operation " + created.operation().ord());
      case Write.ValidatedConfigKept config -> Stream.of("validated config " + config.ord());
      case Write.ServiceListed listed -> Stream.of("line in the list of services");
    };
  }

  private void keep(Write write) {
    switch (write) {
      case Write.RolloutCreated created ->
          assertThat(kept.put(created.rollout().id(), created.rollout()))
              .as("a rollout that was there under the same id")
              .isNull();
      case Write.RolloutChanged changed -> keep(changed.live().rolloutId(), changed);
      case Write.RolloutDropped dropped -> keep(dropped.rolloutId(), dropped);
      case Write.AlarmsWatched watches -> {
        assertThat(watched).doesNotContainAnyElementsOf(watches.names());
        watched.addAll(watches.names());
      }
      case Write.AlarmsReleased released -> {
        assertThat(watched).containsAll(released.names());
        watched.removeAll(released.names());
      }
      case Write.TargetTaken taken ->
          assertThat(owned.add(taken.alias())).as("%s is new", taken).isTrue();
      case Write.TargetReleased released ->
          assertThat(owned.remove(released.alias())).as("%s was there", released).isTrue();
      case Write.HistoryKept history -> {}
      case Write.ConfigCreated config -> {}
      case Write.ConfigIdFree free -> {}
      case Write.DocumentSaved document -> {}
      case Write.OperationCreated operation -> {}
      case Write.ValidatedConfigKept config -> {}
      case Write.ServiceListed listed -> {}
    }
  }

  private void keep(String id, Write write) {
    Rollout rollout = kept.get(id);
    assertThat(rollout.status().ended()).as("%s had ended", id).isFalse();
    kept.put(id, rollout.after(List.of(write)));
  }

  // ---- how it stands

  Instant now() {
    return now;
  }

  Service service() {
    return service;
  }

  Live active() {
    return service.active().orElseThrow();
  }

  /** The rollout that this is about: the one on its way, else the next, else the last. */
  String id() {
    return service
        .live()
        .map(Live::rolloutId)
        .or(() -> service.queue().stream().findFirst().map(Queued::rolloutId))
        .or(() -> service.active().map(Live::rolloutId))
        .orElseGet(() -> kept.keySet().stream().findFirst().orElseThrow());
  }

  State state() {
    return state(id());
  }

  State state(String id) {
    return service
        .active()
        .filter(live -> live.rolloutId().equals(id))
        .map(Live::state)
        .or(() -> service.queued(id).map(Queued::state))
        .orElseGet(() -> ended(kept.get(id)));
  }

  private static State ended(Rollout rollout) {
    return new State.Ended(rollout.status(), rollout.reason(), rollout.updateTime());
  }

  Status status() {
    return state().status();
  }

  Status status(String id) {
    return state(id).status();
  }

  Standing standing() {
    return standing(id());
  }

  Standing standing(String id) {
    return new Standing(service, kept.get(id));
  }

  /** The alarms by which the service is found. */
  Set<String> watched() {
    return Set.copyOf(watched);
  }

  /** The ids of those that wait, the next one first. */
  List<String> waiting() {
    return service.queue().stream().map(Queued::rolloutId).toList();
  }

  Rollout kept(String id) {
    return kept.get(id);
  }

  Map<String, Rollout> kept() {
    return Map.copyOf(kept);
  }

  Decision decision() {
    return decision;
  }

  List<Write> writes() {
    return ((Decision.Changed) decision).writes();
  }

  Problem problem() {
    return ((Decision.Refused) decision).problem();
  }

  boolean changedNothing() {
    return decision instanceof Decision.Unchanged;
  }

  /** How the service is divided: {@code new 30, old 70}. */
  String divided() {
    return service.allocation().map(Story::print).orElse("not yet");
  }

  /** How the service is divided once its target has confirmed: as it is where there is none. */
  String heading() {
    return intent().map(intent -> print(intent.to())).orElseGet(this::divided);
  }

  Optional<State.Intent> intent() {
    return switch (state()) {
      case State.Applying applying -> Optional.of(applying.intent());
      case State.RollingBack back -> Optional.of(back.intent());
      case State.Paused paused -> paused.intent();
      default -> Optional.empty();
    };
  }

  static String print(Allocation allocation) {
    return allocation.units().entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + (allocation instanceof Shares
                        ? Shares.print(entry.getValue())
                        : entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
