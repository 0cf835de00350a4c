package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.tickEvent;
import static org.servicerollouts.advancebatches.Stage.wakeEvent;

import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.UnkindClient;
import org.servicerollouts.store.UnkindClient.Unkindness;

/** All that DynamoDB may do to a driver at once, by chance, while people change what it drives. */
class UnkindDynamoDbTest {
  private static final int SERVICES = 30;
  private static final int BATCHES = 5;
  private static final double ODDS = 0.03;

  private final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void nothing_is_done_twice_or_forgotten_and_little_is_late(long seed) {
    Random random = new Random(seed);
    UnkindClient unkind =
        new UnkindClient(stage.behind(() -> Duration.ofMillis(random.nextInt(3_000))), seed);
    for (Unkindness unkindness : Unkindness.values()) {
      unkind.often(unkindness, ODDS);
    }
    stage.time.start(
        () -> {
          while (stage.elapsed().compareTo(Duration.ofMinutes(5)) < 0) {
            stage.invoke(tickEvent(), UUID.randomUUID().toString(), unkind);
            stage.pass(Duration.ofMinutes(1));
          }
        });
    for (int i = 0; i < SERVICES; i++) {
      String name = "s" + i;
      stage.rollingOut(name, 10, "2", (2 + random.nextInt(30)) + "s");
      stage.pass(Duration.ofMillis(random.nextInt(1_000)));
      stage.invoke(wakeEvent(name), UUID.randomUUID().toString(), unkind);
      stage.pass(Duration.ofMillis(random.nextInt(2_000)));
    }
    stage.pass(Duration.ofMinutes(5));

    for (int i = 0; i < SERVICES; i++) {
      assertThat(stage.status("s" + i)).isEqualTo(Status.SUCCEEDED);
      assertThat(stage.ledger.steps("s" + i)).hasSize(BATCHES - 1);
    }
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(Duration.ofSeconds(75));
    assertThat(stage.ledger.steps())
        .filteredOn(step -> step.lateness().compareTo(Duration.ofSeconds(2)) > 0)
        .hasSizeLessThan(SERVICES * BATCHES / 20);
    assertThat(Stream.of(Unkindness.values()).mapToInt(unkind::befell).sum()).isGreaterThan(20);
  }
}
