package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.ServiceName;

class BackoffTest {
  private final List<Duration> pauses = new ArrayList<>();
  private final Backoff backoff = new Backoff(pauses::add);

  @Test
  void pausesAreRandomAndGrowToHalfASecond() {
    int[] longest = {40, 80, 160, 320, 500, 500, 500};
    for (int i = 0; i < longest.length; i++) {
      pauses.clear();
      for (int n = 0; n < 200; n++) {
        backoff.rest(i + 1);
      }
      int most = longest[i];
      assertThat(pauses).allMatch(pause -> pause.toMillis() >= 0 && pause.toMillis() < most);
      assertThat(pauses).anyMatch(pause -> pause.toMillis() < most / 4);
      assertThat(pauses).anyMatch(pause -> pause.toMillis() > most * 3 / 4);
    }
  }

  @Test
  void afterHoweverManyTriesThePauseStaysThere() {
    IntStream.of(10, 31, 32, 63, 64, 1_000_000).forEach(backoff::rest);

    assertThat(pauses).hasSize(6).allMatch(pause -> pause.toMillis() < 500);
  }

  @Test
  void whoeverIsInterruptedStopsTryingAndStaysInterrupted() {
    Backoff interrupted =
        new Backoff(
            pause -> {
              throw new InterruptedException();
            });

    assertThatThrownBy(() -> interrupted.rest(1)).isInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A table that is too busy answers only some; asked again at once it would be busier still. */
  @Test
  void keysThatABusyTableLeavesAreAskedForAgainAfterAPauseEachTime() {
    Table table = LocalTable.createWithoutStream();
    List<ServiceName> names =
        IntStream.range(0, 20).mapToObj(i -> new ServiceName("svc-" + i)).toList();
    Operator operator = new Operator(table);
    names.forEach(operator::traffic);
    Table busy = new Table(new Awkward.PartialBatches(table.client(), 6), table.name());

    assertThat(new ServiceStore(busy, pauses::add).findAll(names)).hasSize(20);

    assertThat(pauses).as("6, 6, 6 and 2").hasSize(3);
    pauses.clear();
    assertThat(new ServiceStore(table, pauses::add).findAll(names)).hasSize(20);
    assertThat(pauses).isEmpty();
  }
}
