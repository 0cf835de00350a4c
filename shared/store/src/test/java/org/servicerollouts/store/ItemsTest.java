package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.State;
import org.servicerollouts.domain.Strategy;
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
