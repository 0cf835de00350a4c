package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Shuffle;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** What the bus is told of each change of a service. */
class EventsTest {
  private final Stage stage = new Stage();

  @Test
  void each_change_is_one_event_numbered_with_the_services_v() {
    stage.creates("shop");
    stage.rollsOut("shop", "r1", "new", "5m");
    stage.advances("shop");
    stage.steers("shop", Event.Verb.PAUSE);
    stage.steers("shop", Event.Verb.RESUME);
    stage.scales("shop", 20);
    stage.steers("shop", Event.Verb.PROMOTE);
    assertThat(stage.publishes()).isEmpty();
    assertThat(stage.bus.taken("shop").map(FakeBus::id))
        .containsExactly("shop#1", "shop#2", "shop#3", "shop#4", "shop#5", "shop#6", "shop#7");
    assertThat(stage.bus.details("shop").map(detail -> detail.path("sequence").asLong()))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(stage.bus.details("shop").map(detail -> detail.path("what").asText()))
        .containsExactly(
            "SERVICE_CREATED",
            "ROLLOUT_CREATED",
            "BATCH_COMPLETED",
            "ROLLOUT_PAUSED",
            "ROLLOUT_RESUMED",
            "SERVICE_SCALED",
            "ROLLOUT_SUCCEEDED");
    assertThat(stage.bus.taken("shop").map(PutEventsRequestEntry::detailType))
        .containsExactly(
            "Service Change",
            "Rollout State Change",
            "Rollout Batch Change",
            "Rollout State Change",
            "Rollout State Change",
            "Service Change",
            "Rollout State Change");
    assertThat(stage.log).isEmpty();
  }

  @Test
  void an_event_tells_whose_it_is_what_happened_and_how_the_service_stands() {
    stage.createsTraffic("shop.example.com");
    stage.rollsOut("shop.example.com", "r1", "new", "5m");
    stage.publishes();
    PutEventsRequestEntry created = stage.bus.taken().getFirst();
    assertThat(created.eventBusName()).isEqualTo(FakeBus.NAME);
    assertThat(created.source()).isEqualTo("service-rollouts");
    assertThat(created.time()).isEqualTo(Stage.START);
    assertThat(created.detail())
        .isEqualTo(
            """
            {"id":"shop.example.com#1","service":"shop.example.com","sequence":1,\
            "time":"2026-03-01T12:00:00Z","what":"SERVICE_CREATED","who":"alice",\
            "allocation":{"old":100}}\
            """);
    assertThat(stage.bus.taken().getLast().detail())
        .isEqualTo(
            """
            {"id":"shop.example.com#2","service":"shop.example.com","sequence":2,\
            "time":"2026-03-01T12:00:00Z","what":"ROLLOUT_CREATED","who":"alice",\
            "rollouts":[{"rolloutId":"r1","state":"RUNNING"}],\
            "allocation":{"old":90,"new":10},\
            "active":{"rolloutId":"r1","state":"RUNNING","batch":1,"batches":10,\
            "progressPercentage":10,"nextBatchStartTime":"2026-03-01T12:05:00Z"}}\
            """);
  }

  @Test
  void replicas_are_told_by_their_number_and_a_drivers_batch_by_its_own_name_and_time() {
    stage.creates("shop");
    stage.rollsOut("shop", "r1", "new", "5m");
    stage.advances("shop");
    stage.publishes();
    JsonNode batch = stage.bus.details("shop").toList().getLast();
    assertThat(batch.path("who").asText()).isEqualTo("advance-batches");
    assertThat(batch.path("time").asText()).isEqualTo("2026-03-01T12:05:00Z");
    assertThat(batch.path("allocation")).hasToString("{\"old\":8,\"new\":2}");
    assertThat(batch.path("active").path("progressPercentage").asInt()).isEqualTo(20);
  }

  @Test
  void a_rollout_that_supersedes_another_is_one_event_that_names_both() {
    stage.creates("shop");
    stage.rollsOut("shop", "r1", "new", "5m");
    stage.rollsOut("shop", "r2", "newer", "5m");
    stage.publishes();
    assertThat(stage.bus.ids()).containsExactly("shop#1", "shop#2", "shop#3");
    assertThat(stage.bus.details("shop").toList().getLast().path("rollouts"))
        .hasToString(
            "[{\"rolloutId\":\"r1\",\"state\":\"CANCELLED\"},"
                + "{\"rolloutId\":\"r2\",\"state\":\"RUNNING\"}]");
  }

  @Test
  void a_rollout_that_has_ended_is_not_active_any_more() {
    stage.creates("shop");
    stage.rollsOut("shop", "r1", "new", "5m");
    stage.steers("shop", Event.Verb.ROLLBACK);
    stage.publishes();
    JsonNode last = stage.bus.details("shop").toList().getLast();
    assertThat(last.path("what").asText()).isEqualTo("ROLLOUT_ROLLED_BACK");
    assertThat(last.path("rollouts"))
        .hasToString("[{\"rolloutId\":\"r1\",\"state\":\"ROLLED_BACK\"}]");
    assertThat(last.has("active")).isFalse();
    assertThat(last.path("allocation")).hasToString("{\"old\":10}");
  }

  private static Happened happened(Happened.What what, Happened.Change... rollouts) {
    return new Happened(what, Stage.START, Cause.DRIVER, List.of(rollouts));
  }

  @Test
  void what_changes_the_state_of_a_rollout_is_a_state_change_whatever_else_it_is() {
    assertThat(
            ServiceEvent.detailType(
                happened(
                    Happened.What.MOVE_INTENDED, new Happened.Change("r1", Status.ROLLING_BACK))))
        .isEqualTo("Rollout State Change");
    assertThat(
            ServiceEvent.detailType(
                happened(Happened.What.MOVE_INTENDED, new Happened.Change("r1", Status.RUNNING))))
        .isEqualTo("Rollout Batch Change");
    assertThat(
            ServiceEvent.detailType(
                happened(
                    Happened.What.SERVICE_SCALED, new Happened.Change("r1", Status.SUCCEEDED))))
        .isEqualTo("Rollout State Change");
  }

  @ParameterizedTest
  @EnumSource(Happened.What.class)
  void every_thing_that_can_happen_has_a_detail_type(Happened.What what) {
    assertThat(ServiceEvent.detailType(happened(what)))
        .isIn(ServiceEvent.STATE_CHANGE, ServiceEvent.BATCH, ServiceEvent.SERVICE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void records_of_a_transaction_in_any_order_between_items_make_the_same_events(long seed) {
    for (String name : List.of("shop", "cart")) {
      stage.creates(name);
      stage.rollsOut(name, "r1", "new", "5m");
      stage.rollsOut(name, "r2", "newer", "5m");
      stage.steers(name, Event.Verb.PROMOTE);
    }
    List<DynamodbStreamRecord> shuffled =
        Shuffle.betweenItems(stage.unfiltered(), HeadStream::key, new Random(seed));
    assertThat(stage.publishes(HeadStream.filtered(shuffled))).isEmpty();
    assertThat(stage.bus.details("shop").map(detail -> detail.path("id").asText()))
        .containsExactly("shop#1", "shop#2", "shop#3", "shop#4");
    assertThat(stage.bus.details("cart").map(detail -> detail.path("id").asText()))
        .containsExactly("cart#1", "cart#2", "cart#3", "cart#4");
  }

  @Test
  void an_empty_batch_calls_nobody() {
    assertThat(stage.publishes(List.of())).isEmpty();
    assertThat(stage.bus.callSizes()).isEmpty();
  }

  @Test
  void more_than_ten_services_take_more_than_one_call() {
    Set<String> names = IntStream.range(0, 23).mapToObj(i -> "s" + i).collect(Collectors.toSet());
    names.forEach(stage::creates);
    stage.publishes();
    assertThat(stage.bus.callSizes()).containsExactly(10, 10, 3);
    assertThat(stage.bus.ids()).hasSize(23);
    assertThat(names).allSatisfy(name -> assertThat(stage.bus.details(name)).hasSize(1));
  }

  @Test
  void the_events_of_one_service_never_share_a_call() {
    stage.creates("shop");
    stage.creates("cart");
    stage.scales("shop", 11);
    stage.scales("shop", 12);
    stage.publishes();
    assertThat(stage.bus.sent())
        .containsExactly(List.of("shop#1", "cart#1"), List.of("shop#2"), List.of("shop#3"));
    assertThat(stage.pauses).isEmpty();
  }

  @Test
  void events_of_long_ago_keep_their_own_time() {
    stage.creates("shop");
    stage.pass(Duration.ofHours(20));
    stage.publishes();
    assertThat(stage.bus.taken().getFirst().time()).isEqualTo(Stage.START);
  }
}
