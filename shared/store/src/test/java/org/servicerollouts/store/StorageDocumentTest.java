package org.servicerollouts.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** docs/storage.md names every attribute of every item. */
class StorageDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "storage.md");
  private static final ServiceName NAME = new ServiceName("web.example.com");

  /** Maps whose names are the ids of configs. */
  private static final Set<String> BY_CONFIG =
      Set.of(
          Schema.ALLOCATION,
          Schema.LAST_GOOD,
          Schema.TARGET,
          Schema.BASE,
          Schema.RESTORES,
          Schema.TO,
          Schema.RAISED,
          Schema.VERSIONS,
          Schema.PERCENTAGES);

  private final Set<String> names = new TreeSet<>();

  @Test
  void everyAttributeIsNamed() throws IOException {
    for (Kind kind : Kind.values()) {
      Service.Identity identity = Shapes.some(Shapes.identities(NAME, kind), 1, 1).getFirst();
      for (Service service : Shapes.some(Shapes.services(identity), 100, 2)) {
        collect(Items.attributes(service).values());
        Rollout rollout = Shapes.some(Shapes.rollouts(kind, List.of("a", "b")), 1, 3).getFirst();
        collect(Items.rollout(service, rollout).values());
      }
    }
    written().forEach(this::collect);

    String document = Files.readString(DOCUMENT);
    assertThat(names).hasSizeGreaterThan(90);
    assertThat(names).filteredOn(name -> !document.contains("`" + name + "`")).isEmpty();
  }

  /** What else a store writes. */
  private static List<Map<String, AttributeValue>> written() {
    Table table = LocalTable.createWithoutStream();
    Operator operator = new Operator(table);
    operator.traffic(NAME, "1");
    Target.LambdaAlias alias = new Target.LambdaAlias("shop", "live");
    ServiceName targeted = new ServiceName("targeted.example.com");
    operator.traffic(targeted);
    operator.target(targeted, alias);
    operator.submit(NAME, "2");
    operator.validate(NAME, "{}");
    operator.create(
        NAME,
        Asking.to("1", Operator.IN_TENTHS)
            .baking(Duration.ofMinutes(1))
            .watchedBy(List.of("p99"))
            .event(),
        Optional.of(new Request("alice", "a-uuid", "hash")));
    ServiceName replicas = new ServiceName("eas.cn-shanghai");
    operator.replicas(replicas, 3);
    Leases.ofDrivers(table).take("driver", Operator.START);
    assertThat(new Nonces(table).isFirst("key", "nonce", Operator.START)).isTrue();
    Contents contents = new Contents(table);
    return List.of(
            contents.everything(NAME),
            contents.everything(replicas),
            contents.partition(Schema.alarmPartition("p99")),
            contents.partition(Schema.ownedPartition(alias)),
            contents.partition(Schema.LEASES),
            contents.partition("N#key#nonce"))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private void collect(Map<String, AttributeValue> attributes) {
    attributes.forEach(
        (name, value) -> {
          names.add(name);
          if (value.hasM() && !BY_CONFIG.contains(name)) {
            collect(value.m());
          }
          value.l().stream().filter(AttributeValue::hasM).forEach(each -> collect(each.m()));
        });
  }
}
