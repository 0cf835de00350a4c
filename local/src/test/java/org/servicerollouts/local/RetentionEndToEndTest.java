package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.store.CountingClient;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/**
 * A service of 10,000 rollouts, all made over its API, with the stream's function behind it: what
 * is kept of them, and what reading costs then.
 */
class RetentionEndToEndTest {
  private static final int ALL = 10_000;
  private static final int FEW = 10;

  /** So few end well that the last ten of them are older than the newest hundred of all. */
  private static final int EACH_SUCCESS = 700;

  private static final String SERVICE = "/v1/services/shop";
  private static final String ROLLOUTS = SERVICE + "/rollouts";
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  /** Without its stream, which makes each write the slower the more there were: see LocalTable. */
  private final Table table = LocalTable.createWithoutStream();

  private Instant now = START;
  private final InstantSource clock = () -> now;
  private final Surface surface = new Surface(table, clock);
  private final CountingClient counting = new CountingClient(table.client());
  private final Surface counted = new Surface(new Table(counting, table.name()), clock);
  private final PublishEventsHandler publishEvents =
      new PublishEventsHandler(new RecordingBus(), "a-bus", table, clock);

  @Test
  void tenThousandRolloutsCostNoMoreThanTenAndLeaveWhatMustBeKept() {
    surface.ok("POST", "/v1/services", "{\"serviceName\": \"shop\"}");
    for (String config : List.of("a", "b", "c")) {
      surface.ok("POST", SERVICE + "/configs", "{\"id\": \"" + config + "\"}");
    }
    make(1, FEW);
    List<String> afterFew = bills(FEW);

    make(FEW + 1, ALL);

    assertThat(bills(ALL)).isEqualTo(afterFew);
    assertThat(listed()).containsExactlyElementsOf(kept());
    assertThat(history()).allMatch(row -> row.stream().anyMatch(kept()::contains));
    assertThat(history().flatMap(Set::stream)).containsAll(kept());
    assertThat(surface.ok("GET", ROLLOUTS + "?filter=status=SUCCESS", "").at("/rollouts"))
        .hasSize(10);
    assertThat(surface.send("GET", ROLLOUTS + "/" + id(ALL - 101), "").status()).isEqualTo(404);
  }

  /** The first and each 700th succeed at once; each other one is superseded by the next. */
  private void make(int first, int last) {
    for (int i = first; i <= last; i++) {
      now = now.plusSeconds(1);
      surface.ok("POST", ROLLOUTS, succeeds(i) ? atOnce(i) : inBatches(i));
      if (i % 10 == 0) {
        publish();
      }
    }
  }

  private static boolean succeeds(int i) {
    return i == 1 || i % EACH_SUCCESS == 0;
  }

  private static String atOnce(int i) {
    return """
    {"rolloutId": "%s", "trafficPercentStrategy": {"percentages": {"a": 100}}}\
    """
        .formatted(id(i));
  }

  private static String inBatches(int i) {
    return """
    {"rolloutId": "%s", "batch": {}, "trafficPercentStrategy": {"percentages": {"%s": 100}}}\
    """
        .formatted(id(i), i % 2 == 0 ? "b" : "c");
  }

  private static String id(int i) {
    return "r%05d".formatted(i);
  }

  /** The newest 100, and of those before them the last 10 that ended well: newest first. */
  private static List<String> kept() {
    IntFunction<String> id = RetentionEndToEndTest::id;
    return Stream.concat(
            IntStream.rangeClosed(0, 99).map(i -> ALL - i).mapToObj(id),
            IntStream.iterate(ALL - 100, i -> i > 0, i -> i - 1)
                .filter(RetentionEndToEndTest::succeeds)
                .limit(10)
                .mapToObj(id))
        .toList();
  }

  // ---- the function behind the stream

  /** Hands it the service's HEAD as the stream would after the write that was the last. */
  private void publish() {
    Map<String, AttributeValue> head = head();
    Record change =
        Record.builder()
            .eventName(OperationType.MODIFY)
            .dynamodb(
                r ->
                    r.keys(Map.of(Schema.PK, head.get(Schema.PK), Schema.SK, head.get(Schema.SK)))
                        .newImage(head)
                        .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                        .approximateCreationDateTime(now)
                        .sequenceNumber(head.get("v").n()))
            .build();
    var answer =
        publishEvents.handleRequest(
            StreamRecords.event(List.of(change), "arn"),
            Invocation.of("publish-events", Duration.ofMinutes(1), clock));
    assertThat(answer.getBatchItemFailures()).isEmpty();
  }

  private Map<String, AttributeValue> head() {
    return table
        .client()
        .getItem(
            r ->
                r.tableName(table.name())
                    .key(
                        Map.of(
                            Schema.PK, AttributeValue.fromS("S#shop"),
                            Schema.SK, AttributeValue.fromS(Schema.HEAD)))
                    .consistentRead(true))
        .item();
  }

  // ---- what there is

  private List<String> listed() {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = surface.ok("GET", ROLLOUTS + "?pageSize=40&pageToken=" + token, "");
      page.at("/rollouts").forEach(rollout -> ids.add(rollout.at("/rolloutId").asText()));
      token = page.path("nextPageToken").asText();
    } while (!token.isEmpty());
    return ids;
  }

  /** The rollouts that each row of the history tells of. */
  private Stream<Set<String>> history() {
    return table
        .client()
        .queryPaginator(
            r ->
                r.tableName(table.name())
                    .keyConditionExpression("pk = :pk AND begins_with(sk, :history)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", AttributeValue.fromS("S#shop"),
                            ":history", AttributeValue.fromS("E#"))))
        .items()
        .stream()
        .map(
            row ->
                row.get("rollouts").l().stream()
                    .map(rollout -> rollout.m().get("id").s())
                    .collect(Collectors.toSet()));
  }

  /** What each call asks of the table and what that costs, after {@code made} rollouts. */
  private List<String> bills(int made) {
    Map<String, String> calls = new HashMap<>();
    calls.put("a page", ROLLOUTS + "?pageSize=5");
    calls.put("the newest", ROLLOUTS + "/" + id(made));
    calls.put("the one before", ROLLOUTS + "/" + id(made - 1));
    calls.put("its operation", "/v1/operations/rollouts.shop:" + id(made - 1));
    calls.put("a page of operations", "/v1/operations?filter=serviceName=shop&pageSize=5");
    return calls.entrySet().stream()
        .map(
            call -> {
              counted.ok("GET", call.getValue(), "");
              CountingClient.Bill bill = counting.bill();
              return call.getKey() + ": " + bill.requests() + ", " + bill.units();
            })
        .sorted()
        .toList();
  }
}
