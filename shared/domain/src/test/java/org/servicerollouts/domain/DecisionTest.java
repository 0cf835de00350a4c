package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two decisions that are one change, and so one transaction. */
class DecisionTest {
  private static final Write HISTORY = new Write.HistoryKept();

  private static List<Write> netted(List<Write> first, List<Write> second) {
    Service service = ServiceBuilder.traffic().build();
    Decision.Changed earlier = new Decision.Changed(service, first);
    return new Decision.Changed(service, second).after(Optional.of(earlier)).writes();
  }

  private static Write watched(String... names) {
    return new Write.AlarmsWatched(List.of(names));
  }

  private static Write released(String... names) {
    return new Write.AlarmsReleased(List.of(names));
  }

  @Test
  void anAlarmThatIsReleasedAndWatchedAgainStaysAsItIs() {
    assertThat(netted(List.of(released("x")), List.of(watched("x")))).isEmpty();
    assertThat(netted(List.of(released("x", "y")), List.of(watched("x", "z"))))
        .containsExactly(watched("z"), released("y"));
  }

  @Test
  void anAlarmThatIsWatchedAndReleasedAgainStaysAsItIs() {
    assertThat(netted(List.of(watched("x", "y")), List.of(released("x"))))
        .containsExactly(watched("y"));
  }

  @Test
  void ofThreeWritesOfOneAlarmTheLastIsLeft() {
    assertThat(netted(List.of(released("x")), List.of(watched("x"), released("x"))))
        .containsExactly(released("x"));
    assertThat(netted(List.of(watched("x")), List.of(released("x"), watched("x"))))
        .containsExactly(watched("x"));
  }

  @Test
  void oneRowOfTheHistoryTellsOfBoth() {
    assertThat(netted(List.of(HISTORY), List.of(HISTORY))).containsExactly(HISTORY);
  }

  @Test
  void whatOnlyOneOfThemWritesIsWritten() {
    Write listed = new Write.ServiceListed(true);
    Write config = new Write.ConfigIdFree("c");
    assertThat(netted(List.of(released("x"), listed), List.of(config, watched("y"))))
        .containsExactlyInAnyOrder(listed, config, watched("y"), released("x"));
  }
}
