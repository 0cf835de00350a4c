package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Event;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Who is woken for what. */
class WakesTest {
  private static final String WAKE = "Rollout Due Soon";

  private final Stage stage = new Stage();

  @BeforeEach
  void a_service() {
    stage.creates("shop");
  }

  /** What a batch of the records since the n-th of them wakes for. */
  private List<String> wokenSince(int n) {
    stage.publishes(stage.records().subList(n, stage.records().size()));
    return stage.bus.taken().stream()
        .filter(entry -> entry.detailType().equals(WAKE))
        .map(PutEventsRequestEntry::detail)
        .toList();
  }

  @Test
  void a_batch_is_told_once_and_first_of_all_services_that_requests_made_due_soon() {
    stage.creates("cart");
    stage.creates("calm");
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.rollsOut("calm", "r1", "new", "30m");
    stage.rollsOut("cart", "r1", "new", "75s");
    stage.rollsOut("shop", "r2", "newer", "20s");
    assertThat(stage.publishes()).isEmpty();
    PutEventsRequestEntry first = stage.bus.taken().getFirst();
    assertThat(first.detailType()).isEqualTo(WAKE);
    assertThat(first.detail()).isEqualTo("{\"services\":[\"shop\",\"cart\"]}");
    assertThat(first.source()).isEqualTo("service-rollouts");
    assertThat(first.eventBusName()).isEqualTo(FakeBus.NAME);
    assertThat(stage.bus.ids()).containsOnlyOnce(WAKE).hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({"1s, true", "75s, true", "76s, false", "5m, false"})
  void what_is_due_within_75_seconds_is_due_soon(String interval, boolean wakes) {
    stage.rollsOut("shop", "r1", "new", interval);
    assertThat(wokenSince(0)).hasSize(wakes ? 1 : 0);
  }

  @Test
  void a_new_service_wakes_nobody() {
    assertThat(wokenSince(0)).isEmpty();
  }

  @Test
  void what_a_driver_made_due_wakes_nobody() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.advances("shop");
    stage.advances("shop");
    assertThat(wokenSince(2)).isEmpty();
    assertThat(stage.bus.ids()).containsExactly("shop#3", "shop#4");
  }

  @Test
  void a_request_that_leaves_the_time_as_it_was_wakes_nobody() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.scales("shop", 20);
    assertThat(wokenSince(2)).isEmpty();
  }

  @Test
  void a_pause_wakes_nobody_and_a_resume_does() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.steers("shop", Event.Verb.PAUSE);
    assertThat(wokenSince(2)).isEmpty();
    stage.pass(Duration.ofMinutes(5));
    stage.steers("shop", Event.Verb.RESUME);
    assertThat(wokenSince(3)).containsExactly("{\"services\":[\"shop\"]}");
  }

  @Test
  void a_person_who_advances_wakes_for_the_next_batch() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.pass(Duration.ofSeconds(3));
    stage.steers("shop", Event.Verb.ADVANCE);
    assertThat(wokenSince(2)).hasSize(1);
  }

  /** Who waits for alarms is due all the while. */
  @Test
  void a_person_who_advances_wakes_beside_one_that_waits_for_its_alarms_too() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.waitsForAlarms("shop", "r2", "newer");
    stage.pass(Duration.ofSeconds(3));
    stage.steers("shop", Event.Verb.ADVANCE);
    assertThat(wokenSince(3)).hasSize(1);
  }

  @Test
  void what_comes_late_and_is_overdue_still_wakes() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.pass(Duration.ofHours(2));
    assertThat(wokenSince(0)).hasSize(1);
  }

  @Test
  void a_wake_that_is_not_taken_holds_back_no_event_and_is_sent_again_with_the_record() {
    stage.rollsOut("shop", "r1", "new", "30s");
    stage.bus.refuses(entry -> entry.detailType().equals(WAKE));
    assertThat(stage.publishes())
        .containsExactly(stage.records().getLast().getDynamodb().getSequenceNumber());
    assertThat(stage.bus.ids()).containsExactly("shop#1", "shop#2");
    stage.bus.refuses(entry -> false);
    assertThat(wokenSince(1)).hasSize(1);
  }
}
