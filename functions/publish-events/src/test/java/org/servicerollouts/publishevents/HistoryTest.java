package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;

/** When history is cut, and what comes of it if it cannot be. */
class HistoryTest {
  private final Table noTable = new Table(LocalTable.create().client(), "no-table");
  private final Publisher publisher = new Publisher(noTable, () -> Stage.START);

  @Test
  void whatCannotBeCutHoldsNoEventsBack() {
    Stage stage = rollsOut(10);

    assertThat(publisher.publishes(stage.records())).isEmpty();

    assertThat(publisher.bus.taken("shop")).hasSize(11);
    assertThat(publisher.log)
        .singleElement()
        .satisfies(line -> assertThat(line).contains("History of shop was not cut"));
  }

  @Test
  void nothingIsCutBeforeTheTenthRollout() {
    Stage stage = rollsOut(9);

    assertThat(publisher.publishes(stage.records())).isEmpty();

    assertThat(publisher.bus.taken("shop")).hasSize(10);
    assertThat(publisher.log).isEmpty();
  }

  private static Stage rollsOut(int times) {
    Stage stage = new Stage();
    stage.createsTraffic("shop");
    for (int i = 1; i <= times; i++) {
      stage.rollsOut("shop", "r" + i, i % 2 == 0 ? "newer" : "new", "30s");
    }
    return stage;
  }
}
