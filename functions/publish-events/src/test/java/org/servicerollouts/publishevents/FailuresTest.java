package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The bus does not take everything, and not every record can be read. */
class FailuresTest {
  private final Stage stage = new Stage();

  private static String numberOf(DynamodbStreamRecord record) {
    return record.getDynamodb().getSequenceNumber();
  }

  private void twoServicesWithThreeChangesEach() {
    stage.creates("shop");
    stage.creates("cart");
    for (long total : List.of(11L, 12L)) {
      stage.scales("shop", total);
      stage.scales("cart", total);
    }
  }

  @Test
  void only_what_failed_is_put_again_and_holds_back_the_later_ones_of_its_service_alone() {
    twoServicesWithThreeChangesEach();
    stage.bus.refusesNext(FakeBus.of("shop"));
    assertThat(stage.publishes()).isEmpty();
    assertThat(stage.bus.sent())
        .containsExactly(
            List.of("shop#1", "cart#1"),
            List.of("shop#1", "cart#2"),
            List.of("shop#2", "cart#3"),
            List.of("shop#3"));
    assertThat(stage.log)
        .containsExactly("The bus did not take 1 of 2 events: ThrottlingException slow down");
  }

  @Test
  void before_what_failed_is_put_again_there_is_a_growing_pause() {
    stage.creates("shop");
    stage.bus.refusesNext(entry -> true);
    stage.bus.refusesNext(entry -> true);
    assertThat(stage.publishes()).isEmpty();
    assertThat(stage.pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  @Test
  void a_lasting_failure_of_one_service_is_reported_by_its_lowest_number_and_hurts_no_other() {
    twoServicesWithThreeChangesEach();
    List<DynamodbStreamRecord> records = stage.records();
    stage.bus.refuses(FakeBus.of("cart"));
    assertThat(stage.publishes()).containsExactly(numberOf(records.get(1)));
    assertThat(stage.bus.ids()).containsExactly("shop#1", "shop#2", "shop#3");

    stage.bus.refuses(entry -> false);
    assertThat(stage.publishes(records.subList(1, records.size()))).isEmpty();
    assertThat(stage.bus.details("cart").map(detail -> detail.path("sequence").asLong()))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void many_services_that_fail_leave_room_for_the_others() {
    for (int i = 0; i < 25; i++) {
      stage.creates("failing" + i);
    }
    stage.creates("shop");
    stage.bus.refuses(entry -> FakeBus.id(entry).startsWith("failing"));
    assertThat(stage.publishes()).containsExactly(numberOf(stage.records().getFirst()));
    assertThat(stage.bus.ids()).containsExactly("shop#1");
  }

  @Test
  void the_failure_of_a_later_event_leaves_the_earlier_ones_done() {
    twoServicesWithThreeChangesEach();
    stage.bus.refuses(entry -> FakeBus.id(entry).equals("shop#2"));
    assertThat(stage.publishes()).containsExactly(numberOf(stage.records().get(2)));
    assertThat(stage.bus.ids()).containsExactlyInAnyOrder("shop#1", "cart#1", "cart#2", "cart#3");
  }

  @Test
  void a_call_that_fails_whole_leaves_the_rest_to_the_redelivery_and_loses_nothing() {
    twoServicesWithThreeChangesEach();
    List<DynamodbStreamRecord> records = stage.records();
    stage.bus.refusesNext(entry -> false);
    stage.bus.refusesNext(FakeBus.FAILING);
    assertThat(stage.publishes()).containsExactly(numberOf(records.get(2)));
    assertThat(stage.bus.ids()).containsExactly("shop#1", "cart#1");
    assertThat(stage.log).singleElement().asString().contains("4 events left", "connection reset");

    assertThat(stage.publishes(records.subList(2, records.size()))).isEmpty();
    assertThat(stage.bus.ids())
        .containsExactly("shop#1", "cart#1", "shop#2", "cart#2", "shop#3", "cart#3");
  }

  @Test
  void the_lowest_number_is_the_lowest_as_a_number() {
    stage.creates("shop");
    stage.creates("cart");
    List<DynamodbStreamRecord> records = stage.records();
    records.get(0).getDynamodb().setSequenceNumber("9900000000000000000000");
    records.get(1).getDynamodb().setSequenceNumber("10000000000000000000000");
    stage.bus.refuses(entry -> true);
    assertThat(stage.publishes(records)).containsExactly("9900000000000000000000");
  }

  // ---- records that cannot be read

  /** The records with the new image of the n-th changed. */
  private List<DynamodbStreamRecord> changed(
      int n, UnaryOperator<Map<String, AttributeValue>> change) {
    List<DynamodbStreamRecord> records = new ArrayList<>(stage.records());
    var image = records.get(n).getDynamodb();
    image.setNewImage(change.apply(new HashMap<>(image.getNewImage())));
    return records;
  }

  @Test
  void a_record_that_cannot_be_read_is_reported_and_hurts_no_other() {
    twoServicesWithThreeChangesEach();
    List<DynamodbStreamRecord> records =
        changed(
            2,
            image -> {
              image.remove("kind");
              return image;
            });
    assertThat(stage.publishes(records)).containsExactly(numberOf(records.get(2)));
    assertThat(stage.bus.ids())
        .containsExactlyInAnyOrder("shop#1", "shop#3", "cart#1", "cart#2", "cart#3");
    assertThat(stage.log)
        .singleElement()
        .asString()
        .contains(numberOf(records.get(2)), "kind")
        .hasLineCount(1);
  }

  @Test
  void a_record_without_a_new_image_is_reported_and_hurts_no_other() {
    twoServicesWithThreeChangesEach();
    List<DynamodbStreamRecord> records = changed(0, image -> null);
    assertThat(stage.publishes(records)).containsExactly(numberOf(records.getFirst()));
    assertThat(stage.bus.ids()).hasSize(5);
  }

  @Test
  void what_a_service_was_before_need_not_be_readable() {
    stage.creates("shop");
    stage.rollsOut("shop", "r1", "new", "30s");
    List<DynamodbStreamRecord> records = stage.records();
    Map<String, AttributeValue> old = new HashMap<>(records.get(1).getDynamodb().getOldImage());
    old.put("kind", new AttributeValue().withS("NONSENSE"));
    records.get(1).getDynamodb().setOldImage(old);
    assertThat(stage.publishes(records)).isEmpty();
    assertThat(stage.bus.ids()).containsExactly("Rollout Due Soon", "shop#1", "shop#2");
  }

  @Test
  void the_lower_of_an_unreadable_record_and_one_that_was_not_taken_is_reported() {
    twoServicesWithThreeChangesEach();
    List<DynamodbStreamRecord> records = changed(3, image -> null);
    stage.bus.refuses(FakeBus.of("shop"));
    assertThat(stage.publishes(records)).containsExactly(numberOf(records.getFirst()));
  }
}
