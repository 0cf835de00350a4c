package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.clients.EasUser.batch;
import static org.servicerollouts.clients.EasUser.partition;
import static org.servicerollouts.clients.EasUser.paused;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users of PAI-EAS's rollouts do, with Alibaba Cloud's generic client. */
@ExtendWith(OneProduct.class)
class EasStoriesTest {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss");

  private final EasUser eas;

  EasStoriesTest(EasUser eas) {
    this.eas = eas;
  }

  private String shown(String service) {
    return eas.describeRollout(service).shown();
  }

  private EasRollout awaitUpdated(String service, int updated) throws IOException {
    return Await.until(
        updated + " updated",
        () -> eas.describeRollout(service),
        rollout -> rollout.updated() >= updated);
  }

  /** The worked example of "Configure an update plan for an EAS service". */
  @Test
  void tenReplicasBatchByBatchByHand() {
    eas.plan("guide", 10, partition("8"));
    assertThat(shown("guide")).isEqualTo("Pending 0/10 v1");

    eas.update("guide", "2");
    EasRollout first = eas.describeRollout("guide");
    assertThat(first.shown()).isEqualTo("Running 2/10 v1 -> v2");
    assertThat(first.strategy()).isEqualTo(partition("8"));
    assertThat(first.next()).isEmpty();

    eas.updateRollout("guide", partition("0"));
    assertThat(shown("guide")).isEqualTo("Completed 10/10 v2 -> v2");

    eas.updateRollout("guide", partition("10"));
    EasRollout reopened = eas.describeRollout("guide");
    assertThat(reopened.shown()).isEqualTo("Running 0/10 v1 -> v2");
    assertThat(reopened.id()).isPresent().isNotEqualTo(first.id());

    eas.updateRollout("guide", partition("50%"));
    assertThat(shown("guide")).isEqualTo("Running 5/10 v1 -> v2");
    eas.updateRollout("guide", partition("0%"));
    assertThat(shown("guide")).isEqualTo("Completed 10/10 v2 -> v2");
  }

  @Test
  void batchesFollowEachOtherAndTheNextUpdateDoesItAgain() throws Exception {
    eas.plan("batches", 10, batch("4", "1s"));

    eas.update("batches", "2");
    List<Integer> steps = new ArrayList<>();
    Instant earliest = Instant.now();
    EasRollout last = eas.describeRollout("batches");
    while (!last.phase().equals("Completed")) {
      steps.add(last.updated());
      assertThat(last.strategy()).isEqualTo(batch("4", "1s"));
      Instant next = LocalDateTime.parse(last.next().orElseThrow(), TIME).toInstant(ZoneOffset.UTC);
      assertThat(next).isAfter(earliest.minusSeconds(1)).isBefore(Instant.now().plusSeconds(2));
      last = awaitUpdated("batches", last.updated() + 1);
    }

    assertThat(steps).containsExactly(4, 8);
    assertThat(last.shown()).isEqualTo("Completed 10/10 v2 -> v2");
    assertThat(last.next()).isEmpty();
    eas.update("batches", "3");
    assertThat(shown("batches")).isEqualTo("Running 4/10 v2 -> v3");
  }

  @Test
  void aSecondUpdateOnTheWayStartsAgainTowardTheNewest() {
    eas.plan("second", 10, batch("3", "1h"));
    eas.update("second", "2");
    EasRollout first = eas.describeRollout("second");
    assertThat(first.shown()).isEqualTo("Running 3/10 v1 -> v2");

    eas.update("second", "3");

    EasRollout second = eas.describeRollout("second");
    assertThat(second.shown()).isEqualTo("Running 3/10 v1 -> v3");
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void aSecondUpdateOfAPausedRolloutStandsBeforeItsFirstBatch() {
    eas.plan("second-paused", 10, batch("3", "1h"));
    eas.update("second-paused", "2");
    eas.updateRollout("second-paused", paused(true));

    eas.update("second-paused", "3");
    assertThat(shown("second-paused")).isEqualTo("Paused 0/10 v1 -> v3");

    eas.updateRollout("second-paused", paused(false));
    assertThat(shown("second-paused")).isEqualTo("Running 3/10 v1 -> v3");
  }

  @Test
  void scalingInTheMiddleOfBatches() {
    eas.plan("scaled", 8, batch("25%", "1h"));
    eas.update("scaled", "2");
    assertThat(shown("scaled")).isEqualTo("Running 2/8 v1 -> v2");

    eas.scale("scaled", 16);
    assertThat(shown("scaled")).isEqualTo("Running 2/16 v1 -> v2");

    eas.scale("scaled", 4);
    assertThat(shown("scaled")).isEqualTo("Running 1/4 v1 -> v2");
  }

  @Test
  void scalingAtAPartition() {
    eas.plan("scaled-held", 10, partition("50%"));
    eas.update("scaled-held", "2");

    eas.scale("scaled-held", 21);
    assertThat(shown("scaled-held")).isEqualTo("Running 10/21 v1 -> v2");

    eas.updateRollout("scaled-held", paused(true));
    eas.scale("scaled-held", 25);
    assertThat(shown("scaled-held")).isEqualTo("Paused 10/25 v1 -> v2");

    eas.updateRollout("scaled-held", paused(false));
    assertThat(shown("scaled-held")).isEqualTo("Running 12/25 v1 -> v2");
  }

  @Test
  void fromPartitionToBatchAndBackOnTheWay() throws Exception {
    eas.plan("switched", 10, partition("50%"));
    eas.update("switched", "2");

    eas.updateRollout("switched", batch("2", "1h"));
    EasRollout waiting = eas.describeRollout("switched");
    assertThat(waiting.shown()).isEqualTo("Running 5/10 v1 -> v2");
    assertThat(waiting.strategy()).isEqualTo(batch("2", "1h"));
    assertThat(waiting.next()).isPresent();

    eas.updateRollout("switched", Map.of("Batch", Map.of("Interval", "1s")));
    assertThat(awaitUpdated("switched", 7).strategy()).isEqualTo(batch("2", "1s"));

    eas.updateRollout("switched", partition("8"));
    EasRollout held = eas.describeRollout("switched");
    assertThat(held.shown()).isEqualTo("Running 2/10 v1 -> v2");
    assertThat(held.strategy()).isEqualTo(partition("8"));
    assertThat(held.next()).isEmpty();
  }

  @Test
  void aPausedPlanWaitsForApproval() {
    eas.createService("approved", 10);
    eas.createRollout(
        "approved", Map.of("Batch", Map.of("BatchSize", "3", "Interval", "1h"), "Paused", true));
    assertThat(shown("approved")).isEqualTo("Paused 0/10 v1");

    eas.update("approved", "2");
    assertThat(shown("approved")).isEqualTo("Paused 0/10 v1 -> v2");
    eas.update("approved", "3");
    assertThat(shown("approved")).isEqualTo("Paused 0/10 v1 -> v3");

    eas.updateRollout("approved", paused(false));
    assertThat(shown("approved")).isEqualTo("Running 3/10 v1 -> v3");

    eas.update("approved", "4");
    assertThat(shown("approved"))
        .as("approved once and for all")
        .isEqualTo("Running 3/10 v1 -> v4");
  }

  @Test
  void aPausedRolloutKeepsWhatIsChangedForItsResume() throws Exception {
    eas.plan("paused", 10, batch("5", "1s"));
    eas.update("paused", "2");
    eas.updateRollout("paused", paused(true));
    EasRollout paused = eas.describeRollout("paused");
    assertThat(paused.shown()).isEqualTo("Paused 5/10 v1 -> v2");
    assertThat(paused.next()).isEmpty();

    eas.updateRollout("paused", partition("2"));
    EasRollout changed = eas.describeRollout("paused");
    assertThat(changed.shown()).isEqualTo("Paused 5/10 v1 -> v2");
    assertThat(changed.strategy()).isEqualTo(partition("2"));

    eas.updateRollout("paused", paused(false));
    assertThat(shown("paused")).isEqualTo("Running 8/10 v1 -> v2");
  }

  @Test
  void aPauseFreezesTheWait() throws Exception {
    eas.plan("frozen", 10, batch("5", "2s"));
    eas.update("frozen", "2");
    eas.updateRollout("frozen", paused(true));

    eas.updateRollout("frozen", paused(false));
    Instant resumed = Instant.now();
    awaitUpdated("frozen", 10);

    assertThat(Duration.between(resumed, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
    assertThat(shown("frozen")).isEqualTo("Completed 10/10 v2 -> v2");
  }

  @Test
  void aDeletedPlanLeavesWhatIsUpdatedAndTheNextUpdateIsPlain() {
    eas.plan("deleted", 10, batch("4", "1h"));
    eas.update("deleted", "2");
    EasRollout stopped = eas.describeRollout("deleted");

    Map<?, ?> deleted = eas.deleteRollout("deleted");
    assertThat(deleted.get("RolloutId")).isEqualTo(stopped.id().orElseThrow());
    Map<?, ?> service = eas.describeService("deleted");
    assertThat(((Number) service.get("CurrentVersion")).intValue()).isEqualTo(1);
    assertThat(EasRefusal.of(() -> eas.describeRollout("deleted")).code())
        .isEqualTo("RolloutNotFound");

    eas.update("deleted", "3");
    assertThat(((Number) eas.describeService("deleted").get("CurrentVersion")).intValue())
        .isEqualTo(3);

    eas.createRollout("deleted", partition("8"));
    assertThat(shown("deleted")).isEqualTo("Pending 0/10 v3");
  }

  @Test
  void anEarlierVersionComesBackUnderThePlan() {
    eas.plan("versions", 10, partition("0"));
    eas.update("versions", "2");
    eas.updateRollout("versions", Map.of("Partition", Map.of("Partition", "50%")));
    assertThat(shown("versions")).isEqualTo("Running 5/10 v1 -> v2");
    eas.updateRollout("versions", partition("0"));

    eas.updateRollout("versions", batch("4", "1h"));
    eas.updateVersion("versions", 1);

    assertThat(shown("versions")).isEqualTo("Running 4/10 v2 -> v1");
  }
}
