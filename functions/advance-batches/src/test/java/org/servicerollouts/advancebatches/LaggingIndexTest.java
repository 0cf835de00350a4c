package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.advancebatches.Stage.tickEvent;
import static org.servicerollouts.advancebatches.Stage.wakeEvent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Status;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The due index is up to three seconds behind the services, for each another time. */
class LaggingIndexTest {
  private static final int LONGEST_LAG_MILLIS = 3_000;

  private final Stage stage = new Stage();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothing_is_done_twice_and_the_promise_is_kept(long seed) {
    Random random = new Random(seed);
    DynamoDbClient behind =
        stage.behind(() -> Duration.ofMillis(random.nextInt(LONGEST_LAG_MILLIS)));
    List<String> intervals = List.of("2s", "3s", "5s", "11s", "40s", "70s");
    stage.time.start(
        () -> {
          while (stage.elapsed().compareTo(Duration.ofMinutes(6)) < 0) {
            stage.invoke(tickEvent(), UUID.randomUUID().toString(), behind);
            stage.pass(Duration.ofMinutes(1));
          }
        });
    for (int i = 0; i < 20; i++) {
      String name = "s" + i;
      stage.rollingOut(name, 10, "2", intervals.get(i % intervals.size()));
      stage.pass(Duration.ofMillis(random.nextInt(700)));
      stage.invoke(wakeEvent(name), UUID.randomUUID().toString(), behind);
      stage.pass(Duration.ofMillis(random.nextInt(3_000)));
    }
    stage.pass(Duration.ofMinutes(6));
    stage.untilAllEnded();
    for (int i = 0; i < 20; i++) {
      assertThat(stage.status("s" + i)).isEqualTo(Status.SUCCEEDED);
      assertThat(stage.ledger.steps("s" + i)).hasSize(4);
    }
    assertThat(stage.ledger.worstLateness()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(stage.log).isEmpty();
    stage.ledger.provesThatNothingWasDoneTwiceOrTooEarly();
  }

  @Test
  void what_a_driver_has_done_itself_is_not_read_again_because_the_index_still_shows_it() {
    DynamoDbClient behind = stage.behind(() -> Duration.ofSeconds(3));
    stage.rollingOut("shop", 10, "1", "1s");
    stage.invoke(wakeEvent("shop"), "driver", behind);
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.drivers.count(Requests::reads)).isEqualTo(1);
  }

  @Test
  void an_index_that_shows_finished_rollouts_for_ever_keeps_no_driver_alive() {
    stage.rollingOut("shop", 3, "1", "2s");
    stage.rollingOut("cart", 3, "1", "2s");
    Instant frozen = stage.time.now();
    DynamoDbClient behind = stage.behind(() -> Duration.between(frozen, stage.time.now()));
    stage.steers("cart", Event.Verb.PROMOTE);
    stage.invoke(tickEvent(), "driver", behind);
    stage.untilAllEnded();
    assertThat(stage.status("shop")).isEqualTo(Status.SUCCEEDED);
    assertThat(stage.elapsed()).isLessThan(Duration.ofSeconds(12));
    assertThat(stage.leaseOwner()).isEmpty();
  }
}
