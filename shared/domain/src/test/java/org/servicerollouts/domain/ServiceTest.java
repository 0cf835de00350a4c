package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTest {

  @Test
  void theConfigsWithTheHighestShareOfLastGoodLead() {
    assertThat(leading(Map.of("a", 100.0))).containsExactly("a");
    assertThat(leading(Map.of("a", 10.0, "b", 70.0, "c", 20.0))).containsExactly("b");
    assertThat(leading(Map.of("b", 40.0, "a", 40.0, "c", 20.0))).containsExactly("a", "b");
    assertThat(leading(Map.of("b", 50.0, "a", 50.0))).containsExactly("a", "b");
  }

  private static Iterable<String> leading(Map<String, Double> percentages) {
    Event.Create create =
        Event.Create.of(Optional.of("r"), percentages, Optional.empty(), Story.ALICE);
    return ServiceBuilder.traffic().story().play(create).service().leadingConfigs();
  }

  @Test
  void whereNothingSucceededNothingLeads() {
    assertThat(ServiceBuilder.traffic().neverRolledOut().build().leadingConfigs()).isEmpty();
  }

  @Test
  void whatRunsDoesNotLeadBeforeItHasSucceeded() {
    Story story = ServiceBuilder.traffic().story();
    story.create("r", "new", ServiceBuilder.batch("90", "5m"));
    assertThat(story.service().leadingConfigs()).containsExactly("old");
  }

  @Test
  void theOperationOfTheLastChangeIsTheOneThatWasWritten() {
    Story story = ServiceBuilder.traffic().story().delete();
    assertThat(story.writes())
        .contains(
            new Write.OperationCreated(
                ServiceOperation.justDone(story.service(), new ServiceOperation.ServiceDeleted())));
    story.undelete();
    assertThat(story.writes())
        .contains(
            new Write.OperationCreated(
                ServiceOperation.justDone(
                    story.service(), new ServiceOperation.ServiceUndeleted())));
  }
}
