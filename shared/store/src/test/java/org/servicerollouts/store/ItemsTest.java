package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Settings;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemsTest {
  private static final ServiceName NAME = new ServiceName("web.example.com");

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aServiceReadFromItsItemIsTheServiceThatWasWritten(@ForAll("services") Service service) {
    Map<String, AttributeValue> item = new HashMap<>(Schema.head(NAME));
    item.putAll(Items.attributes(service).values());

    assertThat(Items.service(item)).isEqualTo(service);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aServiceIsInTheDueIndexJustWhenSomethingOfItIsScheduled(
      @ForAll("services") Service service) {
    Map<String, AttributeValue> item = Items.attributes(service).values();

    assertThat(item.containsKey(Schema.SHARD))
        .isEqualTo(item.containsKey(Schema.DUE_AT))
        .isEqualTo(service.dueAt().isPresent());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aRolloutReadFromItsItemIsTheRolloutThatWasWritten(@ForAll("kept") Kept kept) {
    assertThat(Items.rollout(Items.rollout(kept.service(), kept.rollout()).values()))
        .isEqualTo(kept.rollout());
  }

  record Kept(Service service, Rollout rollout) {}

  @Property(edgeCases = EdgeCasesMode.NONE)
  void anOperationReadFromItsItemIsTheOperationThatWasWritten(
      @ForAll("operations") ServiceOperation operation) {
    assertThat(Items.operation(NAME, Items.operation(operation).values())).isEqualTo(operation);
  }

  /** So that a state or strategy that is added later cannot be left out of the tests here. */
  @Test
  void theShapesTriedAreAllThatThereAre() {
    List<Live> tried = Shapes.some(Shapes.lives(Kind.REPLICA), 2000, 1);
    Set<Class<?>> found = new HashSet<>();
    tried.forEach(
        live -> {
          found.add(live.state().getClass());
          found.add(live.strategy().getClass());
          if (live.state() instanceof State.Paused paused) {
            found.add(paused.rest().getClass());
          }
        });

    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(State.class, Strategy.class, State.Rest.class)
                .flatMap(ItemsTest::leaves)
                .toList());
  }

  @Test
  void theTargetsTriedAreAllThatThereAre() {
    Set<Class<?>> found = new HashSet<>();
    Shapes.some(services(), 200, 1)
        .forEach(service -> found.add(service.settings().target().getClass()));

    assertThat(found).containsExactlyInAnyOrderElementsOf(leaves(Target.class).toList());
  }

  @Test
  void theOperationsTriedAreAllThatThereAre() {
    Set<Class<?>> found = new HashSet<>();
    Shapes.some(Shapes.operations(NAME), 2000, 1)
        .forEach(operation -> found.add(operation.done().getClass()));

    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(leaves(ServiceOperation.Done.class).toList());
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ItemsTest::leaves)
        : Stream.of(type);
  }

  // ---- steps, which stand in the item that every batch writes

  @Property(edgeCases = EdgeCasesMode.NONE)
  void stepsReadFromTheirRunsAreTheStepsThatWereWritten(@ForAll("steps") Strategy.Steps steps) {
    assertThat(Specs.strategy(Specs.strategy(steps))).isEqualTo(steps);
  }

  @Test
  void aThousandLikeStepsTakeNoMoreThanOne() {
    Strategy.Steps even = steps(i -> Shares.PERCENT / 10, i -> Optional.of(new Interval("10m")));

    assertThat(even.count()).isEqualTo(Strategy.MAX_STEPS);
    assertThat(Specs.strategy(even).text(Schema.STEPS)).isEqualTo("0.1*999@10m 0.1@");
    assertThat(Specs.strategy(Specs.strategy(even))).isEqualTo(even);
    assertThat(Units.bytes(Specs.strategy(even).values())).isLessThan(40);
  }

  /** Each rises by something else and waits for something else, as long as these can be written. */
  @Test
  void aThousandStepsOfWhichNoTwoAreAlikeFitAnItemWithRoomToSpare() {
    Strategy.Steps odd =
        steps(
            i -> Shares.PERCENT / 10 - 1_000_001 - 2L * i,
            i -> Optional.of(new Interval("166h" + (100_000 + i) % 60 + "m" + (i % 59 + 1) + "s")));

    assertThat(odd.count()).isEqualTo(Strategy.MAX_STEPS);
    assertThat(Specs.strategy(Specs.strategy(odd))).isEqualTo(odd);
    assertThat(Units.bytes(Specs.strategy(odd).values())).isBetween(20_000L, 25_000L);
  }

  /** What people write: a handful. */
  @Test
  void aHandfulOfStepsTakesAFewBytesEach() {
    List<Strategy.Step> steps =
        Stream.of(1, 5, 10, 25, 50)
            .map(percent -> step(percent, Optional.of(new Interval("1h30m"))))
            .toList();
    Strategy.Steps few =
        new Strategy.Steps(Stream.concat(steps.stream(), Stream.of(step(100, NO_WAIT))).toList());

    assertThat(Specs.strategy(few).text(Schema.STEPS))
        .isEqualTo("1@1h30m 4@1h30m 5@1h30m 15@1h30m 25@1h30m 50@");
    assertThat(Specs.strategy(Specs.strategy(few))).isEqualTo(few);
  }

  private static final Optional<Interval> NO_WAIT = Optional.empty();

  private static Strategy.Step step(long percent, Optional<Interval> wait) {
    return new Strategy.Step(percent * Shares.PERCENT, wait);
  }

  /** As many as there can be, the last one going to 100 without a wait. */
  private static Strategy.Steps steps(
      IntToLongFunction rise, IntFunction<Optional<Interval>> wait) {
    List<Strategy.Step> steps = new ArrayList<>();
    long percent = 0;
    for (int i = 0; i < Strategy.MAX_STEPS - 1; i++) {
      percent += rise.applyAsLong(i);
      steps.add(new Strategy.Step(percent, wait.apply(i)));
    }
    steps.add(step(100, NO_WAIT));
    return new Strategy.Steps(steps);
  }

  // ---- what earlier builds wrote

  @Test
  void aServiceThatAnEarlierBuildWroteIsReadWithoutWhatItDidNotTell() {
    Service service = Shapes.some(services(), 1, 5).getFirst();
    Map<String, AttributeValue> item = new HashMap<>(Schema.head(NAME));
    item.putAll(Items.attributes(service).values());
    List.of(Schema.QUEUE, Schema.DIVIDER, Schema.ALARMS, Schema.VERSIONS, Schema.INTENDED)
        .forEach(item::remove);
    item.put(Schema.ACTIVE, AttributeValue.fromM(EARLIER_ACTIVE));
    item.put(Schema.SUCCESSES, AttributeValue.fromL(List.of(AttributeValue.fromS("2026-07-01r0"))));

    Service read = Items.service(item);

    assertThat(read.settings()).isEqualTo(Settings.NONE);
    assertThat(read.queue()).isEmpty();
    assertThat(read.versions()).isEmpty();
    assertThat(read.successes().kept()).as("it did not tell where they ended").isEmpty();
    assertThat(read.live().orElseThrow().guard()).isEqualTo(Guard.NONE);
    assertThat(read.live().orElseThrow().version()).isZero();
    assertThat(read.lastGood()).isEqualTo(service.lastGood());
  }

  private static final Map<String, AttributeValue> EARLIER_ACTIVE =
      Item.empty()
          .with(Schema.ID, "2026-07-01r1")
          .with(Schema.SINCE, 7)
          .with(Schema.CREATE_TIME, Operator.START)
          .with(Schema.STATE, Item.empty().with(Schema.TYPE, "HELD"))
          .with(Schema.STRATEGY, Item.empty().with(Schema.TYPE, "ALL_AT_ONCE"))
          .withUnits(Schema.TARGET, Map.of("new", Shares.WHOLE))
          .with(Schema.MOVED, 0)
          .with(Schema.BATCH, 1)
          .with(Schema.BAKE, 0)
          .values();

  @Provide
  Arbitrary<Strategy.Steps> steps() {
    return Shapes.steps();
  }

  @Provide
  Arbitrary<Service> services() {
    return Arbitraries.of(Kind.class)
        .flatMap(kind -> Shapes.identities(NAME, kind))
        .flatMap(Shapes::services);
  }

  @Provide
  Arbitrary<ServiceOperation> operations() {
    return Shapes.operations(NAME);
  }

  @Provide
  Arbitrary<Kept> kept() {
    return services()
        .flatMap(
            service ->
                Shapes.rollouts(service.kind(), List.of("a", "b", "c"))
                    .map(rollout -> new Kept(service, rollout)));
  }
}
