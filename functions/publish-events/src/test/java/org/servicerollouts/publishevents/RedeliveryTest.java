package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.servicerollouts.domain.Event;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Shuffle;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** Whatever the bus refuses and when: with Lambda's redelivery nothing is lost or overtaken. */
class RedeliveryTest {
  private static final List<String> SERVICES = List.of("shop", "cart", "stock", "mail");
  private static final int CHANGES = 5;
  private static final int MOST_DELIVERIES = 2_000;
  private static final BigInteger FIRST_NUMBER = new BigInteger("99999999999999999990");

  /** Real records, read once. */
  private static final List<DynamodbStreamRecord> RECORDS = records();

  private static final Table TABLE = LocalTable.create();

  private static List<DynamodbStreamRecord> records() {
    Stage stage = new Stage();
    for (String name : SERVICES) {
      stage.creates(name);
      stage.rollsOut(name, "r1", "new", "30s");
      stage.advances(name);
      stage.rollsOut(name, "r2", "newer", "20s");
      stage.steers(name, Event.Verb.PROMOTE);
    }
    return stage.records();
  }

  /**
   * How the bus answers one call.
   *
   * @param refused the bits of the entries it does not take
   * @param fails whether the whole call fails
   */
  record Answer(int refused, boolean fails) {}

  @Provide
  Arbitrary<List<Answer>> answers() {
    Arbitrary<Integer> refused =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(0)),
            Tuple.of(4, Arbitraries.integers().between(0, 31)),
            Tuple.of(1, Arbitraries.just(-1)));
    return Combinators.combine(refused, Arbitraries.integers().between(0, 9))
        .as((bits, luck) -> new Answer(bits, luck == 0))
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 500)
  void every_event_gets_through_and_those_of_a_service_first_in_their_order(
      @ForAll("answers") List<Answer> answers, @ForAll long order, @ForAll long batching) {
    Publisher publisher = new Publisher(TABLE, () -> Stage.START);
    answers.forEach(answer -> publisher.bus.refusesNext(refusal(answer)));

    deliver(
        numbered(Shuffle.betweenItems(RECORDS, HeadStream::key, new Random(order))),
        publisher,
        new Random(batching));

    for (String name : SERVICES) {
      assertThat(
              publisher.bus.details(name).map(detail -> detail.path("sequence").asInt()).distinct())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, CHANGES).boxed().toList());
    }
  }

  private static Predicate<PutEventsRequestEntry> refusal(Answer answer) {
    AtomicInteger entry = new AtomicInteger();
    return answer.fails()
        ? FakeBus.FAILING
        : each -> (answer.refused() >> entry.getAndIncrement() & 1) == 1;
  }

  /** As a stream of this order would number them; on the way the numbers get longer. */
  private static List<DynamodbStreamRecord> numbered(List<DynamodbStreamRecord> records) {
    return IntStream.range(0, records.size())
        .mapToObj(
            i -> {
              DynamodbStreamRecord copy = records.get(i).clone();
              StreamRecord change = records.get(i).getDynamodb().clone();
              copy.setDynamodb(
                  change.withSequenceNumber(FIRST_NUMBER.add(BigInteger.valueOf(i)).toString()));
              return copy;
            })
        .toList();
  }

  /** As Lambda does: batch after batch, and each time on from the lowest record that failed. */
  private static void deliver(
      List<DynamodbStreamRecord> records, Publisher publisher, Random batching) {
    List<String> numbers = records.stream().map(r -> r.getDynamodb().getSequenceNumber()).toList();
    int next = 0;
    for (int deliveries = 0; next < records.size(); deliveries++) {
      assertThat(deliveries).isLessThan(MOST_DELIVERIES);
      int end = Math.min(records.size(), next + 1 + batching.nextInt(records.size()));
      List<String> failed = publisher.publishes(records.subList(next, end));
      next = failed.isEmpty() ? end : numbers.indexOf(failed.getFirst());
    }
  }
}
