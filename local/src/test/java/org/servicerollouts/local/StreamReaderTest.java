package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

class StreamReaderTest {
  private final Table table = LocalTable.create();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  @Test
  void startsAtTheOldestRecordAndKeepsItsPlace() {
    write("a");
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      write("b");
      awaitSeen("a", "b");
    }
    write("c");
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen("a", "b", "c");
    }
  }

  @Test
  void takesUpWhereItFailedAfterARestart() {
    write("a", "b", "c");
    try (StreamReader reader = reader("b"::equals)) {
      assertThat(reader).isNotNull();
      awaitSeen("a");
    }
    Await.until("its place", () -> Place.read(place()).isPresent());
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen("a", "b", "c");
    }
  }

  @Test
  void followsTheShardsAsTheyAreReplaced() {
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      write("a");
      awaitSeen("a");
      LocalTable.database().triggerShardRollovers();
      write("b");
      awaitSeen("a", "b");
    }
    LocalTable.database().triggerShardRollovers();
    write("c");
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen("a", "b", "c");
    }
  }

  @Test
  void beginsAnewWhereItsPlaceIsOfAnotherTableOrNone() throws IOException {
    write("a");
    new Place("arn:of:another", "shardId-1", Optional.of("5")).write(place());
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen("a");
    }
    Files.writeString(place(), "{\"stream\": ");
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen("a", "a");
    }
  }

  @Test
  void readsMoreThanOneBatch() {
    String[] names = IntStream.range(0, 250).mapToObj(i -> "s" + i).toArray(String[]::new);
    write(names);
    try (StreamReader reader = reader(name -> false)) {
      assertThat(reader).isNotNull();
      awaitSeen(names);
    }
  }

  /** Its function sees records up to the first that {@code fails}. */
  private StreamReader reader(Predicate<String> fails) {
    String stream = streamArn();
    SourceMapping mapping =
        new SourceMapping(
            stream,
            "publish-events",
            (event, context) -> take(event, fails),
            InstantSource.system());
    return StreamReader.start(
        LocalTable.database().dynamoDbStreamsClient(), stream, place(), mapping);
  }

  private StreamsEventResponse take(DynamodbEvent event, Predicate<String> fails) {
    for (DynamodbEvent.DynamodbStreamRecord record : event.getRecords()) {
      String name = record.getDynamodb().getNewImage().get("pk").getS();
      if (fails.test(name)) {
        return new StreamsEventResponse(
            List.of(new BatchItemFailure(record.getDynamodb().getSequenceNumber())));
      }
      seen.add(name);
    }
    return new StreamsEventResponse(List.of());
  }

  private Path place() {
    return folder.resolve("stream-place.json");
  }

  private String streamArn() {
    return table
        .client()
        .describeTable(describe -> describe.tableName(table.name()))
        .table()
        .latestStreamArn();
  }

  private void write(String... names) {
    for (String name : names) {
      table
          .client()
          .putItem(
              PutItemRequest.builder()
                  .tableName(table.name())
                  .item(
                      Map.of("pk", AttributeValue.fromS(name), "sk", AttributeValue.fromS("HEAD")))
                  .build());
    }
  }

  private void awaitSeen(String... names) {
    Await.until(List.of(names).toString(), () -> seen.size() >= names.length);
    assertThat(seen).containsExactly(names);
  }
}
