package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened.What;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Strategy;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** What happened to a service, and to one rollout of it, page by page. */
class HistoryListsTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");
  private static final Optional<String> FIRST = Optional.empty();
  private static final int ALL = 1000;
  private static final List<String> ROLLOUTS = List.of("first", "batches", "halves", "live");

  private final Table table = LocalTable.createWithoutStream();
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);
  private final List<Service> changes = new ArrayList<>();

  /** The service as each change left it, its first {@code v} being 1. */
  private Service happens(Service service) {
    changes.add(service);
    assertThat(service.v()).isEqualTo(changes.size());
    return service;
  }

  private void history() {
    happens(operator.traffic(NAME));
    happens(operator.config(NAME, "old"));
    happens(operator.config(NAME, "new"));
    happens(operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0)));
    happens(operator.rollout(NAME, "batches", Operator.IN_TENTHS, Map.of("new", 100.0)));
    happens(operator.advance(NAME));
    happens(operator.steer(NAME, "batches", Event.Verb.PAUSE));
    happens(operator.config(NAME, "newer"));
    happens(operator.steer(NAME, "batches", Event.Verb.RESUME));
    happens(operator.advance(NAME));
    happens(operator.rollout(NAME, "halves", Operator.IN_HALVES, Map.of("new", 100.0)));
    happens(operator.steer(NAME, "halves", Event.Verb.ROLLBACK));
    happens(operator.rollout(NAME, "live", Operator.IN_TENTHS, Map.of("newer", 100.0)));
    happens(operator.advance(NAME));
  }

  /** As far as there is a row of it. */
  private List<HistoryRow> kept() {
    List<String> keys = new Contents(table).sortKeys(NAME);
    return changes.stream()
        .filter(s -> keys.contains(Schema.history(NAME, s.v()).get(Schema.SK).s()))
        .map(s -> new HistoryRow(s.v(), s.last()))
        .toList();
  }

  private List<HistoryRow> kept(String rolloutId) {
    return kept().stream()
        .filter(
            row ->
                row.happened().rollouts().stream().anyMatch(c -> c.rolloutId().equals(rolloutId)))
        .toList();
  }

  private ServiceStore cut(int most) {
    return new ServiceStore(new Table(new Awkward.ShortPages(table.client(), most), table.name()));
  }

  /** All of a list in pages of {@code size}, each of which is full but for the last. */
  private static List<HistoryRow> read(
      int size, Function<Optional<String>, Page<HistoryRow>> list) {
    List<HistoryRow> read = new ArrayList<>();
    Page<HistoryRow> page = list.apply(FIRST);
    while (page.next().isPresent()) {
      assertThat(page.items()).hasSize(size);
      read.addAll(page.items());
      page = list.apply(page.next());
    }
    assertThat(page.items()).hasSizeBetween(read.isEmpty() ? 0 : 1, size);
    read.addAll(page.items());
    return read;
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 12);
  }

  @Nested
  class OfAService {

    @Test
    void itIsItsStateChangesAndVerbs() {
      history();
      assertThat(store.history(NAME, 0, ALL, FIRST).page().items())
          .extracting(row -> row.happened().what())
          .containsExactly(
              What.ROLLOUT_CREATED,
              What.ROLLOUT_CREATED,
              What.ROLLOUT_PAUSED,
              What.ROLLOUT_RESUMED,
              What.ROLLOUT_CREATED,
              What.ROLLOUT_ROLLED_BACK,
              What.ROLLOUT_CREATED);
    }

    @ParameterizedTest
    @MethodSource("org.servicerollouts.store.HistoryListsTest#sizes")
    void itIsReadAscendingInPagesOfAnySize(int size) {
      history();
      assertThat(read(size, from -> store.history(NAME, 0, size, from).page())).isEqualTo(kept());
      assertThat(read(size, from -> cut(2).history(NAME, 0, size, from).page())).isEqualTo(kept());
    }

    @Test
    void itIsReadAfterAnyNumber() {
      history();
      for (long v = 0; v <= changes.size() + 2; v++) {
        long after = v;
        assertThat(read(2, from -> store.history(NAME, after, 2, from).page()))
            .isEqualTo(kept().stream().filter(row -> row.v() > after).toList());
      }
    }

    @ParameterizedTest
    @ValueSource(longs = {999_999_999_999_998L, 999_999_999_999_999L, Long.MAX_VALUE})
    void afterTheLastNumberThereIsNothing(long after) {
      history();
      assertThat(store.history(NAME, after, 5, FIRST))
          .isEqualTo(new History(changes.getLast(), new Page<>(List.of(), FIRST)));
      assertThat(store.history(NAME, 0, 5, Optional.of("999999999999999")).page().items())
          .isEmpty();
    }

    @Test
    void theServiceStandsBesideItAsItIs() {
      history();
      assertThat(store.history(NAME, 3, 1, FIRST).service()).isEqualTo(changes.getLast());
    }

    @Test
    void whatHappensBetweenTheTwoReadsIsNeitherOnThePageNorInTheNumber() {
      history();
      Awkward.Interrupted client = new Awkward.Interrupted(table.client());
      client.before(
          request -> request instanceof QueryRequest,
          () -> happens(operator.steer(NAME, "live", Event.Verb.ROLLBACK)));

      History before =
          new ServiceStore(new Table(client, table.name())).history(NAME, 0, ALL, FIRST);

      assertThat(client.isOver()).isTrue();
      long known = before.service().v();
      assertThat(known).isEqualTo(changes.getLast().v() - 1);
      assertThat(before.page().items())
          .isEqualTo(kept().stream().filter(row -> row.v() <= known).toList());
      assertThat(store.history(NAME, known, ALL, FIRST).page().items())
          .containsExactly(new HistoryRow(known + 1, changes.getLast().last()));
    }

    @Test
    void itStaysReadableOnceTheServiceIsDeleted() {
      history();
      happens(operator.delete(NAME));
      History history = store.history(NAME, 0, ALL, FIRST);
      assertThat(history.service()).isEqualTo(changes.getLast());
      assertThat(history.page().items()).isEqualTo(kept());
      assertThat(history.page().items().getLast().happened().what())
          .isEqualTo(What.SERVICE_DELETED);
    }

    @Test
    void itBeginsAnewWhereTheNameIsUsedAgain() {
      history();
      happens(operator.delete(NAME, Duration.ZERO));
      happens(operator.traffic(NAME));
      History history = store.history(NAME, 0, ALL, FIRST);
      assertThat(history.service()).isEqualTo(changes.getLast());
      assertThat(history.page().items()).isEmpty();
    }
  }

  @Nested
  class OfARollout {

    @Test
    void itIsWhatTellsOfIt() {
      history();
      assertThat(store.history(NAME, "batches", ALL, FIRST).items())
          .extracting(row -> row.happened().what())
          .containsExactly(
              What.ROLLOUT_CREATED,
              What.ROLLOUT_PAUSED,
              What.ROLLOUT_RESUMED,
              // That of the one that superseded it
              What.ROLLOUT_CREATED);
    }

    @ParameterizedTest
    @MethodSource("org.servicerollouts.store.HistoryListsTest#sizes")
    void itIsReadAscendingInPagesOfAnySize(int size) {
      history();
      for (String id : ROLLOUTS) {
        assertThat(kept(id)).isNotEmpty();
        assertThat(read(size, from -> store.history(NAME, id, size, from))).isEqualTo(kept(id));
        assertThat(read(size, from -> cut(2).history(NAME, id, size, from))).isEqualTo(kept(id));
      }
    }

    @Test
    void itIsReadFromItsCreationToItsEndAndNoFurther() {
      history();
      assertThat(queriesRowByRow("first")).isEqualTo(1);
      assertThat(queriesRowByRow("halves")).isEqualTo(2);
      for (int i = 0; i < 10; i++) {
        happens(operator.steer(NAME, "live", Event.Verb.PAUSE));
        happens(operator.steer(NAME, "live", Event.Verb.RESUME));
      }
      assertThat(queriesRowByRow("first")).isEqualTo(1);
      assertThat(queriesRowByRow("halves")).isEqualTo(2);
    }

    /** How many rows are looked at. */
    private long queriesRowByRow(String id) {
      CountingClient counting = new CountingClient(new Awkward.ShortPages(table.client(), 1));
      var _ = new ServiceStore(new Table(counting, table.name())).history(NAME, id, ALL, FIRST);
      return counting.bill().lines().size() - 1L;
    }

    @Test
    void itStaysReadableOnceTheServiceIsDeleted() {
      history();
      happens(operator.delete(NAME));
      for (String id : ROLLOUTS) {
        assertThat(store.history(NAME, id, ALL, FIRST).items()).isEqualTo(kept(id));
      }
      assertThat(store.history(NAME, "live", ALL, FIRST).items().getLast().happened().what())
          .isEqualTo(What.SERVICE_DELETED);
    }

    @Test
    void itIsNotThatOfAnEarlierOneWithItsId() {
      history();
      table.client().deleteItem(r -> r.tableName(table.name()).key(Schema.rollout(NAME, "first")));
      happens(operator.rollout(NAME, "first", Strategy.ALL_AT_ONCE, Map.of("old", 100.0)));
      assertThat(store.history(NAME, "first", ALL, FIRST).items())
          .isEqualTo(Stream.of(kept().getLast()).toList());
    }

    @Test
    void afterTheLastPlaceThereIsNothing() {
      history();
      assertThat(store.history(NAME, "live", 5, Optional.of("999999999999999")))
          .isEqualTo(new Page<>(List.of(), FIRST));
    }
  }

  @Test
  void whatIsUnknownIsToldApart() {
    ServiceName nobody = new ServiceName("nobody.example.com");
    assertThat(problemOf(() -> store.history(nobody, 0, 5, FIRST)))
        .isEqualTo(NotFound.service(nobody.value()));
    assertThat(problemOf(() -> store.history(nobody, "r", 5, FIRST)))
        .isEqualTo(NotFound.service(nobody.value()));
    history();
    assertThat(problemOf(() -> store.history(NAME, "r", 5, FIRST)))
        .isEqualTo(NotFound.rollout(NAME, "r"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", "9999999999999999"})
  void aPlaceThatNoPageGaveIsRefused(String place) {
    history();
    assertThat(problemOf(() -> store.history(NAME, 0, 5, Optional.of(place))).field())
        .contains("pageToken");
    assertThat(problemOf(() -> store.history(NAME, "live", 5, Optional.of(place))).field())
        .contains("pageToken");
  }
}
