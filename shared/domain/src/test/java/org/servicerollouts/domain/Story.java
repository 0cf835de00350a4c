package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

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

  Story(Service service) {
    this.service = service;
    service.active().ifPresent(live -> kept.put(live.rolloutId(), created(live)));
  }

  private Rollout created(Live live) {
    return new Rollout(
        live.rolloutId(),
        1,
        live.createTime(),
        ALICE.who(),
        Map.of(live.updateRevision(), 100.0),
        live.strategy(),
        live.bake(),
        live.status(),
        live.state().reason(),
        live.strategy(),
        live.base(),
        live.restores(),
        Progress.of(service, live),
        live.createTime());
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
    return play(
        new Event.Create(
            Optional.of(id), Map.of(target, 100.0), Optional.of(strategy), bake, false, ALICE));
  }

  Story due() {
    return play(new Event.Due());
  }

  /** The time comes at which it is due. */
  Story dueOnTime() {
    now = service.dueAt().orElseThrow();
    return due();
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
    return play(new Event.Steer(service.active().orElseThrow().rolloutId(), verb, ALICE));
  }

  Story confirm() {
    return play(new Event.Confirmed(intent().orElseThrow()));
  }

  Story applyFails(String reason) {
    return play(new Event.ApplyFailed(intent().orElseThrow(), reason));
  }

  Story play(Event event) {
    return change((before, at) -> StateMachine.decide(before, event, at));
  }

  Story change(BiFunction<Service, Instant, Decision> decide) {
    decision = decide.apply(service, now);
    if (decision instanceof Decision.Changed changed) {
      service = changed.next();
      changed.writes().forEach(this::keep);
    }
    return this;
  }

  private void keep(Write write) {
    switch (write) {
      case Write.RolloutCreated created ->
          assertThat(kept.put(created.rollout().id(), created.rollout()))
              .as("a rollout that was there under the same id")
              .isNull();
      case Write.RolloutChanged changed ->
          kept.compute(changed.live().rolloutId(), (id, rollout) -> written(rollout, changed));
      case Write.HistoryKept history -> {}
      case Write.ConfigCreated config -> {}
      case Write.ConfigIdFree free -> {}
      case Write.DocumentSaved document -> {}
      case Write.OperationCreated operation -> {}
      case Write.ValidatedConfigKept config -> {}
      case Write.ServiceListed listed -> {}
    }
  }

  private static Rollout written(Rollout rollout, Write.RolloutChanged changed) {
    assertThat(rollout.status().ended()).as("%s had ended", rollout.id()).isFalse();
    Live live = changed.live();
    return new Rollout(
        rollout.id(),
        rollout.ord(),
        rollout.createTime(),
        rollout.createdBy(),
        rollout.percentages(),
        rollout.strategy(),
        live.bake(),
        live.status(),
        live.state().reason(),
        live.strategy(),
        live.base(),
        live.restores(),
        changed.progress(),
        changed.at());
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

  State state() {
    return active().state();
  }

  Status status() {
    return active().status();
  }

  Standing standing() {
    return standing(active().rolloutId());
  }

  Standing standing(String id) {
    return new Standing(service, kept.get(id));
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
