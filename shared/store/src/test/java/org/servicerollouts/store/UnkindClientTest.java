package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Strategy;

/** What the tests of other modules rely on. */
class UnkindClientTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Map<String, Double> ALL_NEW = Map.of("new", 100.0);
  private static final Duration MOST = Duration.ofSeconds(3);

  private final Table local = LocalTable.createWithoutStream();
  private final AtomicReference<Instant> clock = new AtomicReference<>(Operator.START);
  private final UnkindClient unkind = new UnkindClient(local.client(), 1).lagging(MOST, clock::get);
  private final Table table = new Table(unkind, local.name());
  private final Operator operator = new Operator(table);

  @Test
  void theIndexTellsWhatWasSoUpToThreeSecondsAgo() {
    operator.traffic(NAME, "old", "new");
    operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
    clock.set(Operator.START.plusSeconds(10));
    Instant firstDue =
        operator.rollout(NAME, "second", Operator.IN_TENTHS, ALL_NEW).dueAt().orElseThrow();
    clock.set(Operator.START.plusSeconds(11));
    assertThat(answers()).containsExactlyInAnyOrder(List.of(), List.of(new Due(NAME, firstDue)));

    clock.set(Operator.START.plusSeconds(13));
    assertThat(answers()).containsExactly(List.of(new Due(NAME, firstDue)));

    clock.set(Operator.START.plusSeconds(20));
    Instant nextDue = operator.advance(NAME).dueAt().orElseThrow();
    clock.set(Operator.START.plusSeconds(21));
    assertThat(answers())
        .containsExactlyInAnyOrder(
            List.of(new Due(NAME, firstDue)), List.of(new Due(NAME, nextDue)));

    clock.set(Operator.START.plusSeconds(23));
    assertThat(answers()).containsExactly(List.of(new Due(NAME, nextDue)));
  }

  private Set<List<Due>> answers() {
    ServiceStore store = new ServiceStore(table);
    return IntStream.range(0, 200)
        .mapToObj(i -> store.dueBefore(operator.now().plus(Duration.ofDays(1))))
        .collect(Collectors.toSet());
  }

  @Test
  void whatBefallsComesFromTheSeedAndAsOftenAsTold() {
    List<Boolean> once = drawn(new UnkindClient(local.client(), 7));
    List<Boolean> again = drawn(new UnkindClient(local.client(), 7));

    assertThat(once).isEqualTo(again);
    assertThat(once.stream().filter(befell -> befell).count()).isBetween(50L, 150L);
  }

  private List<Boolean> drawn(UnkindClient client) {
    client.often(UnkindClient.Unkindness.THROTTLED, 0.2);
    ServiceStore store = new ServiceStore(new Table(client, local.name()));
    return IntStream.range(0, 500)
        .mapToObj(
            i -> {
              int before = client.befell(UnkindClient.Unkindness.THROTTLED);
              try {
                assertThat(store.find(NAME)).isEmpty();
              } catch (RuntimeException throttled) {
                // counted below
              }
              return client.befell(UnkindClient.Unkindness.THROTTLED) > before;
            })
        .toList();
  }

  private record Numbered(String item, int number) {}

  @Test
  void aShuffleKeepsTheOrderOfEachItemAndOfNothingElse() {
    List<Numbered> records =
        IntStream.range(0, 30).mapToObj(i -> new Numbered("item " + i % 3, i)).toList();

    List<Numbered> shuffled = Shuffle.betweenItems(records, Numbered::item, new Random(1));

    assertThat(shuffled).containsExactlyInAnyOrderElementsOf(records).isNotEqualTo(records);
    assertThat(shuffled.stream().collect(Collectors.groupingBy(Numbered::item)))
        .isEqualTo(records.stream().collect(Collectors.groupingBy(Numbered::item)));
  }
}
