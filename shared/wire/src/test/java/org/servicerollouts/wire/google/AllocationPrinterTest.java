package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.domain.Strategy.ALL_AT_ONCE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.resolver.Resolver;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.google.proto.MessageType;

class AllocationPrinterTest {
  private static final Service AT_OLD =
      start(traffic(), creation("first", Map.of("old", 100.0), ALL_AT_ONCE), NOW).service();
  private static final Service CANARY =
      start(AT_OLD, creation("canary", Map.of("old", 90.0, "new", 10.0), ALL_AT_ONCE), NOW)
          .service();
  private static final Service TEN = replicas(10);
  private static final String V1 = TEN.revision(1);
  private static final String V2 = TEN.revision(2);
  private static final String V3 = TEN.revision(3);
  private static final Standing THREE_OF_TEN =
      start(TEN, creation("r2", Map.of(V2, 100.0), batch("3", "5m")), NOW);

  private static ObjectNode print(Service service, List<String> oldestFirst, String raw) {
    return AllocationPrinter.allocation(
        service,
        oldestFirst,
        AllocationRequest.of(
            GoogleQuery.of(new Call.GetAllocation(service.name()), Query.parse(raw))));
  }

  private static String canary(String key) {
    return print(CANARY, List.of("old", "new"), "key=" + key).get("configId").textValue();
  }

  private static String revision(Service service, List<String> oldestFirst, int replica) {
    return print(service, oldestFirst, "replica=" + replica).get("revision").textValue();
  }

  /** Such as {@code 2x c, 1x b}, from ordinal 0 on. */
  private static String ordinals(Service service, List<String> oldestFirst) {
    StringBuilder runs = new StringBuilder();
    Iterator<String> all =
        IntStream.range(0, (int) service.total())
            .mapToObj(i -> revision(service, oldestFirst, i))
            .iterator();
    String last = "";
    int run = 0;
    while (all.hasNext()) {
      String next = all.next();
      if (!next.equals(last) && run > 0) {
        runs.append(run).append("x ").append(last).append(", ");
        run = 0;
      }
      last = next;
      run++;
    }
    return runs.append(run).append("x ").append(last).toString();
  }

  @Test
  void howTrafficIsDivided() {
    assertThat(Json.pretty(print(CANARY, List.of("old", "new"), "")))
        .isEqualTo(
            """
            {
              "serviceName": "endpointsapis.appspot.com",
              "sequence": %d,
              "allocation": {
                "old": 90,
                "new": 10
              },
              "ring": [
                {
                  "configId": "old",
                  "units": 90000000000
                },
                {
                  "configId": "new",
                  "units": 10000000000
                }
              ]
            }
            """
                .formatted(CANARY.v()));
  }

  /** The test vectors of docs/allocation.md. */
  @Test
  void whatAKeyGets() {
    assertThat(canary("42")).isEqualTo("old");
    assertThat(canary("jane.doe@example.com")).isEqualTo("new");
    assertThat(canary("%E7%94%A8%E6%88%B71")).isEqualTo("old");
  }

  @Test
  void theRingIsInTheOrderGiven() {
    ObjectNode other = print(CANARY, List.of("new", "old"), "key=jane.doe@example.com");
    assertThat(other.at("/ring/0/configId").textValue()).isEqualTo("new");
    assertThat(other.get("configId").textValue()).isEqualTo("old");
    assertThat(other.get("allocation").fieldNames()).toIterable().containsExactly("old", "new");
  }

  @Test
  void howReplicasAreDivided() {
    ObjectNode node = print(THREE_OF_TEN.service(), List.of(V1, V2), "key=7");
    assertThat(Json.compact(node))
        .isEqualTo(
            ("{\"serviceName\":\"foo.cn-shanghai\",\"sequence\":%d,\"totalReplicas\":10,"
                 + "\"allocation\":{\"V1\":7,\"V2\":3},\"ring\":[{\"configId\":\"V1\",\"units\":7},"
                 + "{\"configId\":\"V2\",\"units\":3}],\"configId\":\"V2\"}")
                .formatted(THREE_OF_TEN.service().v())
                .replace("V1", V1)
                .replace("V2", V2));
    assertThat(print(THREE_OF_TEN.service(), List.of(V1, V2), "key=42").get("configId").textValue())
        .isEqualTo(V1);
  }

  @Test
  void everyFieldIsOneOfItsMessage() {
    ObjectNode keyed = print(THREE_OF_TEN.service(), List.of(V1, V2), "key=7");
    ObjectNode ordinal = print(THREE_OF_TEN.service(), List.of(V1, V2), "replica=7");
    MessageType type = MessageType.of("servicerollouts.Allocation");
    assertThat(type.read(keyed).properties()).hasSameSizeAs(keyed.properties());
    assertThat(type.read(ordinal).properties()).hasSameSizeAs(ordinal.properties());
  }

  @Test
  void theLowestOrdinalsAreAtTheUpdateRevision() {
    List<String> two = List.of(V1, V2);
    assertThat(ordinals(TEN, List.of(V1))).isEqualTo("10x " + V1);
    assertThat(ordinals(THREE_OF_TEN.service(), two)).isEqualTo("3x " + V2 + ", 7x " + V1);
    Standing six = after(THREE_OF_TEN, new Event.Due(), NOW.plusSeconds(300));
    assertThat(ordinals(six.service(), two)).isEqualTo("6x " + V2 + ", 4x " + V1);
  }

  @Test
  void whatASupersededRolloutLeftLiesBetween() {
    Standing superseding =
        start(THREE_OF_TEN.service(), creation("r3", Map.of(V3, 100.0), batch("2", "5m")), NOW);
    List<String> three = List.of(V1, V2, V3);
    assertThat(ordinals(superseding.service(), three))
        .isEqualTo("2x " + V3 + ", 1x " + V2 + ", 7x " + V1);
    Standing four = after(superseding, new Event.Due(), NOW.plusSeconds(300));
    assertThat(ordinals(four.service(), List.of(V1, V3))).isEqualTo("4x " + V3 + ", 6x " + V1);
  }

  @Test
  void onTheWayBackTheEarlierRevisionIsTheUpdateRevision() {
    Standing back =
        start(THREE_OF_TEN.service(), creation("r1", Map.of(V1, 100.0), batch("1", "5m")), NOW);
    assertThat(ordinals(back.service(), List.of(V1, V2))).isEqualTo("8x " + V1 + ", 2x " + V2);
  }

  @Test
  void keysAreDividedAsReplicasAre() {
    Resolver resolver =
        new Resolver(
            "foo.cn-shanghai", List.of(new Resolver.Version(V1, 7), new Resolver.Version(V2, 3)));
    Map<String, Long> counts =
        IntStream.range(0, 1000)
            .mapToObj(
                i -> print(THREE_OF_TEN.service(), List.of(V1, V2), "key=" + i).get("configId"))
            .collect(Collectors.groupingBy(id -> id.textValue(), Collectors.counting()));
    long expected =
        IntStream.range(0, 1000)
            .filter(i -> resolver.resolve(Integer.toString(i)).equals(V2))
            .count();
    assertThat(counts).containsEntry(V2, expected);
  }

  @Test
  void withoutARolloutThereIsNoDivision() {
    Problem problem = problem(() -> print(traffic(), List.of(), "key=a"));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFIG_NOT_FOUND);
    assertThat(problem.message())
        .isEqualTo("No config of service '" + ENDPOINTS + "' has been rolled out.");
  }

  @Test
  void refusesReplicasThatAreNotThere() {
    refused(TEN, List.of(V1), "replica=10", "replica: 10 (expected: 0 to 9)");
    refused(
        CANARY,
        List.of("old", "new"),
        "replica=0",
        "replica: 0 (expected: none: service 'endpointsapis.appspot.com' is divided by traffic)");
  }

  @Test
  void aServiceWithoutReplicasHasNothingForAnybody() {
    Service none = replicas(0);
    assertThat(Json.compact(print(none, List.of(), "")))
        .endsWith("\"totalReplicas\":0,\"allocation\":{},\"ring\":[]}");
    refused(
        none,
        List.of(),
        "replica=0",
        "replica: 0 (expected: none: service 'foo.cn-shanghai' has 0 replicas)");
    Problem problem = problem(() -> print(none, List.of(), "key=a"));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.FAILED_PRECONDITION);
    assertThat(problem.message())
        .isEqualTo("Service 'foo.cn-shanghai' has 0 replicas: no config gets a key.");
  }

  private static void refused(
      Service service, List<String> oldestFirst, String raw, String message) {
    Problem problem = problem(() -> print(service, oldestFirst, raw));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message()).isEqualTo(message);
  }
}
