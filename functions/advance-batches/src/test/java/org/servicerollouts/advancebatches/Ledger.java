package org.servicerollouts.advancebatches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.servicerollouts.store.InterposedClient;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Every write of a service that went through, with the time it was made. */
final class Ledger extends InterposedClient {
  private final Timeline time;
  private final Map<String, List<Change>> changes = new ConcurrentHashMap<>();

  private final Set<String> tokens = ConcurrentHashMap.newKeySet();

  Ledger(DynamoDbClient real, Timeline time) {
    super(real);
    this.time = time;
  }

  /**
   * One write of a service.
   *
   * @param pk the service's partition
   * @param shard where the index has it, if it is due
   */
  record Change(
      String pk,
      long v,
      Instant at,
      Optional<Instant> dueAt,
      Optional<String> shard,
      boolean byDriver) {}

  /** What a driver did, and how long after its time. */
  record Step(Change change, Duration lateness) {}

  @Override
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    O answer = send.apply(request);
    switch (request) {
      case UpdateItemRequest update -> enter(update.key(), update.expressionAttributeValues(), ":");
      case TransactWriteItemsRequest transaction when isSentAgain(transaction) -> {}
      case TransactWriteItemsRequest transaction ->
          transaction.transactItems().forEach(this::enter);
      default -> {}
    }
    return answer;
  }

  /** DynamoDB knows the token of a transaction that it has made, and does not make it again. */
  private boolean isSentAgain(TransactWriteItemsRequest transaction) {
    return transaction.clientRequestToken() != null
        && !tokens.add(transaction.clientRequestToken());
  }

  private void enter(TransactWriteItem item) {
    Update update = item.update();
    Put put = item.put();
    if (update != null) {
      enter(update.key(), update.expressionAttributeValues(), ":");
    } else if (put != null) {
      enter(put.item(), put.item(), "");
    }
  }

  private void enter(
      Map<String, AttributeValue> key, Map<String, AttributeValue> values, String prefix) {
    if (!key.get(Schema.SK).s().equals(Schema.HEAD)) {
      return;
    }
    String pk = key.get(Schema.PK).s();
    Change change =
        new Change(
            pk,
            Long.parseLong(values.get(prefix + "v").n()),
            time.now(),
            Optional.ofNullable(values.get(prefix + Schema.DUE_AT))
                .map(at -> Instant.ofEpochMilli(Long.parseLong(at.n()))),
            Optional.ofNullable(values.get(prefix + Schema.SHARD)).map(AttributeValue::s),
            values.get(prefix + "last").m().containsKey("driver"));
    changes.compute(
        pk,
        (name, earlier) -> {
          List<Change> all = earlier == null ? new ArrayList<>() : new ArrayList<>(earlier);
          all.add(change);
          all.sort(Comparator.comparingLong(Change::v));
          return all;
        });
  }

  Stream<List<Change>> services() {
    return changes.values().stream();
  }

  /** All that drivers did. */
  List<Step> steps() {
    return changes.values().stream().flatMap(all -> steps(all).stream()).toList();
  }

  /** What drivers did to one service, in order. */
  List<Step> steps(String service) {
    return steps(changes.getOrDefault("S#" + service, List.of()));
  }

  private static List<Step> steps(List<Change> all) {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      Change change = all.get(i);
      if (change.byDriver()) {
        steps.add(
            new Step(change, Duration.between(all.get(i - 1).dueAt().orElseThrow(), change.at())));
      }
    }
    return steps;
  }

  /** When drivers moved one service on. */
  List<Instant> times(String service) {
    return steps(service).stream().map(step -> step.change().at()).toList();
  }

  Duration worstLateness() {
    return steps().stream()
        .map(Step::lateness)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** Each change of a service raised its v by 1. */
  void provesThatNothingWasDoneTwice() {
    services()
        .forEach(
            all -> {
              for (int i = 1; i < all.size(); i++) {
                assertThat(all.get(i).v()).isEqualTo(all.get(i - 1).v() + 1);
              }
            });
  }

  /** The same, and no driver came before its time. */
  void provesThatNothingWasDoneTwiceOrTooEarly() {
    provesThatNothingWasDoneTwice();
    assertThat(steps())
        .allSatisfy(step -> assertThat(step.lateness()).isGreaterThanOrEqualTo(Duration.ZERO));
  }
}
