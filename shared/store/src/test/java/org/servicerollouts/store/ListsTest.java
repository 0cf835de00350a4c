package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.store.Refusals.problemOf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.ConfigBody;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Strategy;

/** Lists that are merged or filtered: each page by page, in pages of every size. */
class ListsTest {
  private static final Optional<String> FIRST = Optional.empty();
  private static final int ALL = 1000;

  private final Table table = LocalTable.createWithoutStream();
  private final ServiceStore store = new ServiceStore(table);
  private final Operator operator = new Operator(table);

  /** A store whose answers are cut after a few items. */
  private ServiceStore cut(int most) {
    return new ServiceStore(new Table(new Awkward.ShortPages(table.client(), most), table.name()));
  }

  /** All of a list in pages of {@code size}, each of which is full but for the last. */
  private static <T> List<T> read(int size, Function<Optional<String>, Page<T>> list) {
    List<T> read = new ArrayList<>();
    Page<T> page = list.apply(FIRST);
    while (page.next().isPresent()) {
      assertThat(page.items()).hasSize(size);
      read.addAll(page.items());
      page = list.apply(page.next());
    }
    assertThat(page.items()).hasSizeBetween(read.isEmpty() ? 0 : 1, size);
    read.addAll(page.items());
    return read;
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class OfServices {
    private final List<ServiceName> present = new ArrayList<>();
    private final List<ServiceName> ofOthers = new ArrayList<>();

    @BeforeAll
    void services() {
      for (String name : List.of("m.example.com", "a-1", "z", "b.cn-shanghai", "_", "a.1", "0")) {
        present.add(operator.traffic(new ServiceName(name)).name());
      }
      for (String name : List.of("p", "a", "b", "zz")) {
        ofOthers.add(of("others", name));
      }
      present.addAll(ofOthers);
      present.add(operator.replicas(new ServiceName("eas.cn-shanghai"), 3).name());
      for (String name : List.of("aa", "deleted", "m.example")) {
        operator.traffic(new ServiceName(name));
        operator.delete(new ServiceName(name));
      }
      ServiceName back = new ServiceName("back.example.com");
      operator.traffic(back);
      operator.delete(back);
      operator.undelete(back);
      present.add(back);
      of("others", "bb");
      operator.delete(new ServiceName("bb"));
      present.sort(Comparator.naturalOrder());
      ofOthers.sort(Comparator.naturalOrder());
    }

    private ServiceName of(String producer, String text) {
      ServiceName name = new ServiceName(text);
      NewService made =
          NewService.empty(
              name, Kind.TRAFFIC, 0, producer, Optional.empty(), Operator.SOMEBODY, operator.now());
      assertThat(store.create(made.service(), made.writes())).isInstanceOf(Saved.Written.class);
      return name;
    }

    static IntStream sizes() {
      return IntStream.rangeClosed(1, 15);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void thereAreAllThatAreNotDeletedInTheOrderOfTheirNames(int size) {
      assertThat(read(size, from -> store.services(Optional.empty(), size, from)))
          .isEqualTo(present);
      assertThat(read(size, from -> cut(3).services(Optional.empty(), size, from)))
          .isEqualTo(present);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void thereAreThoseOfOneProducer(int size) {
      Optional<String> others = Optional.of("others");
      assertThat(read(size, from -> store.services(others, size, from))).isEqualTo(ofOthers);
      assertThat(read(size, from -> cut(2).services(others, size, from))).isEqualTo(ofOthers);
    }

    @Test
    void anUndeletedServiceIsStillItsProducers() {
      assertThat(store.services(Optional.of("project"), ALL, FIRST).items())
          .contains(new ServiceName("back.example.com"))
          .doesNotContain(new ServiceName("deleted"), new ServiceName("eas.cn-shanghai"));
    }

    @Test
    void ofAnUnknownProducerThereIsOnePageOfNothing() {
      assertThat(store.services(Optional.of("nobody"), 5, FIRST))
          .isEqualTo(new Page<>(List.of(), Optional.empty()));
    }

    @Test
    void whatIsDeletedBetweenTwoPagesMovesNothing() {
      ServiceName name = new ServiceName("between");
      operator.traffic(name);
      int size = (int) present.stream().filter(n -> n.compareTo(name) < 0).count() + 1;
      Page<ServiceName> first = store.services(Optional.empty(), size, FIRST);
      assertThat(first.items()).endsWith(name);

      operator.delete(name);

      assertThat(
              Stream.concat(
                  first.items().stream().limit(size - 1L),
                  store.services(Optional.empty(), ALL, first.next()).items().stream()))
          .containsExactlyElementsOf(present);
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class OfOneService {
    private final ServiceName name = new ServiceName("web.example.com");
    private Service service;

    /** Rollouts in every final state and operations of every kind, one live. */
    @BeforeAll
    void history() {
      operator.traffic(name, "old", "new");
      operator.rollout(name, "r1", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
      operator.submit(name, "c1");
      operator.validate(name, "{}");
      operator.submit(name, "c2");
      for (int i = 2; i <= 7; i++) {
        operator.rollout(name, "r" + i, Operator.IN_TENTHS, Map.of("new", 100.0));
        if (i % 2 == 0) {
          operator.steer(name, "r" + i, Event.Verb.ROLLBACK);
          operator.validate(name, "{}");
        }
      }
      operator.delete(name);
      operator.undelete(name);
      operator.submit(name, "c3");
      operator.rollout(name, "live", Operator.IN_TENTHS, Map.of("c1", 50.0, "c2", 50.0));
      service = operator.advance(name);
      operator.wait(Operator.INTERVAL);
    }

    private List<Operation> merged() {
      List<Operation> all = new ArrayList<>();
      store
          .rollouts(name, ALL, FIRST)
          .items()
          .forEach(r -> all.add(new Operation.OfRollout(new Standing(service, r))));
      new Contents(table)
          .partition(Schema.partition(name)).stream()
              .filter(i -> i.get(Schema.SK).s().startsWith(Schema.OPERATION_PREFIX))
              .forEach(i -> all.add(new Operation.OfService(Items.operation(name, i))));
      all.sort(Comparator.comparingLong(Operation::ord).reversed());
      return all;
    }

    static IntStream sizes() {
      return IntStream.rangeClosed(1, 23);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theOperationsAreThoseOfItsRolloutsAndItsOwnNewestFirst(int size) {
      List<Operation> all = merged();
      assertThat(all).hasSize(10 + 10);
      assertThat(all).extracting(Operation::ord).doesNotHaveDuplicates();

      assertThat(read(size, from -> store.operations(name, Optional.empty(), size, from)))
          .isEqualTo(all);
      assertThat(read(size, from -> cut(2).operations(name, Optional.empty(), size, from)))
          .isEqualTo(all);
    }

    static Stream<Predicate<Operation>> filters() {
      return Stream.of(
          operation -> operation instanceof Operation.OfService,
          operation -> operation instanceof Operation.OfRollout,
          operation -> !done(operation),
          ListsTest::done,
          operation -> operation.ord() % 3 == 0,
          operation -> false);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void theOperationsCanBeFiltered(Predicate<Operation> wanted) {
      List<Operation> expected = merged().stream().filter(wanted).toList();
      sizes()
          .forEach(
              size -> {
                assertThat(
                        read(size, from -> store.operations(name, Optional.of(wanted), size, from)))
                    .isEqualTo(expected);
                assertThat(
                        read(
                            size, from -> cut(3).operations(name, Optional.of(wanted), size, from)))
                    .isEqualTo(expected);
              });
    }

    @Test
    void aListGoesOnAfterAnyOperation() {
      List<Operation> all = merged();
      for (int i = 0; i < all.size(); i++) {
        Optional<String> from = Optional.of(all.get(i).place());
        assertThat(store.operations(name, Optional.empty(), ALL, from).items())
            .isEqualTo(all.subList(i + 1, all.size()));
      }
    }

    @Test
    void theOperationOfTheLiveRolloutStandsWhereTheServiceSays() {
      Operation newest = store.operations(name, Optional.empty(), 1, FIRST).items().getFirst();

      assertThat(newest)
          .isInstanceOfSatisfying(
              Operation.OfRollout.class,
              of -> {
                assertThat(of.standing()).isEqualTo(store.standing(name, "live"));
                assertThat(of.standing().status()).isEqualTo(Status.RUNNING);
                assertThat(of.standing().progressPercentage()).isEqualTo(20);
              });
    }

    @Test
    void theOperationsOfTheServiceSayWhatWasDone() {
      assertThat(
              store
                  .operations(name, Optional.of(o -> o instanceof Operation.OfService), ALL, FIRST)
                  .items())
          .extracting(operation -> ((Operation.OfService) operation).operation().done())
          .containsExactly(
              new ServiceOperation.ConfigSubmitted("c3"),
              new ServiceOperation.ServiceUndeleted(),
              new ServiceOperation.ServiceDeleted(),
              new ServiceOperation.ConfigValidated(),
              new ServiceOperation.ConfigValidated(),
              new ServiceOperation.ConfigValidated(),
              new ServiceOperation.ConfigSubmitted("c2"),
              new ServiceOperation.ConfigValidated(),
              new ServiceOperation.ConfigSubmitted("c1"),
              new ServiceOperation.ServiceCreated());
    }

    static Stream<Predicate<Rollout>> rolloutFilters() {
      return Stream.of(
          rollout -> rollout.status() == Status.SUCCEEDED,
          rollout -> rollout.status() == Status.ROLLED_BACK || rollout.isDeletion(),
          rollout -> !rollout.status().ended(),
          rollout -> rollout.id().equals("r1"),
          rollout -> true,
          rollout -> false);
    }

    @ParameterizedTest
    @MethodSource("rolloutFilters")
    void theRolloutsCanBeFiltered(Predicate<Rollout> wanted) {
      List<Rollout> expected =
          store.rollouts(name, ALL, FIRST).items().stream().filter(wanted).toList();
      sizes()
          .forEach(
              size -> {
                assertThat(
                        read(size, from -> store.rollouts(name, Optional.of(wanted), size, from)))
                    .isEqualTo(expected);
                assertThat(
                        read(size, from -> cut(3).rollouts(name, Optional.of(wanted), size, from)))
                    .isEqualTo(expected);
              });
    }

    @Test
    void ofAnUnknownServiceThereIsNoListWhateverTheFilter() {
      ServiceName nobody = new ServiceName("nobody.example.com");
      assertThat(problemOf(() -> store.rollouts(nobody, Optional.of(r -> true), 5, FIRST)))
          .isEqualTo(NotFound.service(nobody.value()));
      assertThat(problemOf(() -> store.operations(nobody, Optional.of(o -> true), 5, FIRST)))
          .isEqualTo(NotFound.service(nobody.value()));
    }

    @Test
    void theConfigOfAnOperationIsReadWhereThereIsOne() {
      List<Optional<String>> bodies =
          merged().stream()
              .flatMap(o -> o instanceof Operation.OfService own ? Stream.of(own) : Stream.of())
              .map(own -> store.findConfigBody(own.operation()).map(ConfigBody::json))
              .toList();

      assertThat(bodies)
          .containsExactly(
              Optional.of("{\"id\":\"c3\"}"),
              Optional.empty(),
              Optional.empty(),
              Optional.of("{}"),
              Optional.of("{}"),
              Optional.of("{}"),
              Optional.of("{\"id\":\"c2\"}"),
              Optional.of("{}"),
              Optional.of("{\"id\":\"c1\"}"),
              Optional.empty());
    }

    @Test
    void theConfigOfAnOperationMayBeGone() {
      ServiceOperation expired =
          new ServiceOperation(name, 7, new ServiceOperation.ConfigValidated(), "", operator.now());
      assertThat(store.findConfigBody(expired)).isEmpty();
    }

    @Test
    void ofSomeConfigsTheOneThatWasMadeLastIsKnown() {
      assertThat(store.newestConfig(name, List.of("c2", "old", "c1"))).contains("c2");
      assertThat(store.newestConfig(name, List.of("new", "old", "none"))).contains("new");
      assertThat(store.newestConfig(name, List.of("none"))).isEmpty();
      assertThat(store.newestConfig(name, List.of())).isEmpty();
    }
  }

  private static boolean done(Operation operation) {
    return switch (operation) {
      case Operation.OfRollout rollout -> rollout.standing().status().ended();
      case Operation.OfService own -> true;
    };
  }

  @Test
  void whatIsMadeBetweenTwoPagesOfOperationsMovesNothing() {
    ServiceName name = new ServiceName("web.example.com");
    operator.traffic(name, "old");
    operator.submit(name, "c1");
    operator.rollout(name, "r1", Strategy.ALL_AT_ONCE, Map.of("old", 100.0));
    List<Operation> all = store.operations(name, Optional.empty(), ALL, FIRST).items();
    Page<Operation> first = store.operations(name, Optional.empty(), 2, FIRST);

    operator.submit(name, "c2");
    operator.rollout(name, "r2", Operator.IN_TENTHS, Map.of("c1", 100.0));

    assertThat(first.items()).extracting(Operation::ord).isEqualTo(ords(all.subList(0, 2)));
    Page<Operation> second = store.operations(name, Optional.empty(), 2, first.next());
    assertThat(second.items()).extracting(Operation::ord).isEqualTo(ords(all.subList(2, 3)));
    assertThat(second.next()).isEmpty();
  }

  private static List<Long> ords(List<Operation> operations) {
    return operations.stream().map(Operation::ord).toList();
  }
}
