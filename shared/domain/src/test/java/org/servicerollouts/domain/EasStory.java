package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A story of a service as PAI-EAS's clients see it: made with revision {@code v1}, which this calls
 * by its last part, as all that follow.
 */
final class EasStory {
  private final Story story;

  private EasStory(Story story) {
    this.story = story;
  }

  static EasStory of(long total) {
    return new EasStory(
        new Story(
            NewService.atFirstRevision(
                    new ServiceName("foo.cn-shanghai"),
                    total,
                    true,
                    EasStory::config,
                    "{}",
                    Optional.empty(),
                    Story.ALICE,
                    Story.START)
                .service()));
  }

  static Config config(String id, long ord) {
    return new Config(id, ord, Story.START, "alice", "", "{}");
  }

  // ---- what happens

  EasStory plan(Strategy strategy) {
    return plan(strategy, false);
  }

  EasStory pausedPlan(Strategy strategy) {
    return plan(strategy, true);
  }

  private EasStory plan(Strategy strategy, boolean paused) {
    var _ =
        story.change((s, now) -> ServiceChange.planCreated(s, strategy, paused, Story.ALICE, now));
    return this;
  }

  /** Alarms that are OK watch each rollout from now on. */
  EasStory watchedBy(String... names) {
    for (String name : names) {
      var _ = story.alarm(name, Alarms.State.OK);
    }
    var _ =
        story.change(
            (s, now) ->
                ServiceChange.configured(
                    s,
                    Optional.empty(),
                    Optional.of(List.of(names)),
                    Optional.empty(),
                    story.read(Set.of(names)),
                    Story.ALICE,
                    now));
    return this;
  }

  /** Submits the next revision. */
  EasStory update() {
    return update(story.service().total());
  }

  EasStory update(long total) {
    var _ =
        story.change(
            (s, now) ->
                ServiceChange.revised(
                    s, total, EasStory::config, "{}", story.readOfService(), Story.ALICE, now));
    return this;
  }

  EasStory revertTo(int version) {
    var _ =
        story.change(
            (s, now) ->
                ServiceChange.reverted(
                    s,
                    s.revision(version),
                    Optional.of(new Version(version, Optional.empty())),
                    "{}",
                    story.readOfService(),
                    Story.ALICE,
                    now));
    return this;
  }

  EasStory scale(long total) {
    return play(new Event.Scale(total, Story.ALICE));
  }

  EasStory putPartition(String keep) {
    return put(toPartition(keep), Optional.empty());
  }

  EasStory putBatch(String size, String interval) {
    return put(toBatch(size, interval), Optional.empty());
  }

  EasStory putInterval(String interval) {
    return put(
        Optional.of(
            new StrategyChange.ToBatch(Optional.empty(), Optional.of(new Interval(interval)))),
        Optional.empty());
  }

  EasStory putBatchSize(String size) {
    return put(
        Optional.of(new StrategyChange.ToBatch(Optional.of(new Amount(size)), Optional.empty())),
        Optional.empty());
  }

  EasStory pause() {
    return put(Optional.empty(), Optional.of(true));
  }

  EasStory resume() {
    return put(Optional.empty(), Optional.of(false));
  }

  EasStory put(Optional<StrategyChange> strategy, Optional<Boolean> paused) {
    return play(new Event.Replan(strategy, paused, Story.ALICE));
  }

  static Optional<StrategyChange> toPartition(String keep) {
    return Optional.of(new StrategyChange.ToPartition(new Amount(keep)));
  }

  static Optional<StrategyChange> toBatch(String size, String interval) {
    return Optional.of(
        new StrategyChange.ToBatch(
            Optional.of(new Amount(size)), Optional.of(new Interval(interval))));
  }

  EasStory deleteRollout() {
    return play(new Event.Unplan(Story.ALICE));
  }

  EasStory pass(String time) {
    var _ = story.pass(new Interval(time).duration());
    return this;
  }

  /** A driver looks after it. */
  EasStory tick() {
    return play(new Event.Due());
  }

  /** The time comes at which its next batch is due. */
  EasStory nextBatch() {
    var _ = story.dueOnTime();
    return this;
  }

  /** Ticks as long as something is scheduled. */
  EasStory untilNothingIsScheduled() {
    while (story.service().dueAt().isPresent()) {
      nextBatch();
    }
    return this;
  }

  EasStory play(Event event) {
    var _ = story.play(event);
    return this;
  }

  // ---- how it stands

  EasStory is(Status status, String divided) {
    assertThat(story.status()).isEqualTo(status);
    assertThat(divided()).isEqualTo(divided);
    return this;
  }

  EasStory currentRevisionIs(String revision) {
    assertThat(story.service().currentRevision().map(EasStory::called)).contains(revision);
    return this;
  }

  EasStory updateRevisionIs(String revision) {
    assertThat(called(story.active().updateRevision())).isEqualTo(revision);
    return this;
  }

  EasStory nextBatchIsIn(String time) {
    assertThat(story.service().nextBatchStartTime())
        .contains(story.now().plus(new Interval(time).duration()));
    return this;
  }

  EasStory nextBatchIsDueNow() {
    assertThat(story.service().nextBatchStartTime()).contains(story.now());
    return this;
  }

  EasStory nothingIsScheduled() {
    assertThat(story.service().dueAt()).isEmpty();
    return this;
  }

  EasStory tells(Happened.What what) {
    assertThat(story.service().last().what()).isEqualTo(what);
    return this;
  }

  EasStory changesNothing() {
    assertThat(story.changedNothing()).isTrue();
    return this;
  }

  Story story() {
    return story;
  }

  Service service() {
    return story.service();
  }

  Live rollout() {
    return story.active();
  }

  Rollout kept(String rolloutId) {
    return story.kept().get(rolloutId);
  }

  List<Write> writes() {
    return story.writes();
  }

  Problem problem() {
    return story.problem();
  }

  String divided() {
    return called(story.divided());
  }

  private static String called(String revisions) {
    return revisions.replaceAll("service-[0-9a-f]{6}-", "");
  }
}
