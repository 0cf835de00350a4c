package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Happened;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Status;
import org.servicerollouts.store.Due;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** The published schemas and examples are those of the events. */
class EventDocsTest {
  private static final List<Event.Verb> VERBS = List.of(Event.Verb.values());

  private final EventDocs docs = new EventDocs();

  // ---- what the function sends

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverHappensToServicesTheirEventsAreAsTheSchemasSay(long seed) {
    Stage stage = new Stage();
    Random random = new Random(seed);
    stage.createsTraffic("shop.example.com");
    stage.creates("shop.cn-shanghai");
    for (int i = 0; i < 40; i++) {
      boolean replicas = random.nextBoolean();
      try {
        happens(stage, replicas ? "shop.cn-shanghai" : "shop.example.com", replicas, random, i);
      } catch (ProblemException e) {
        assertThat(e.problem().message()).as("refused, and so nothing happened").isNotEmpty();
      }
    }
    stage.publishes();

    List<PutEventsRequestEntry> sent =
        stage.bus.taken().stream().filter(e -> !e.detailType().equals(Due.SOON)).toList();

    assertThat(sent).hasSizeGreaterThan(20);
    assertThat(sent.stream().map(PutEventsRequestEntry::detailType).distinct())
        .containsExactlyInAnyOrderElementsOf(EventDocs.detailTypes().toList());
    assertThat(sent)
        .allSatisfy(entry -> assertThat(docs.errorsAndUnnamed(EventDocs.event(entry))).isEmpty());
  }

  private static void happens(Stage stage, String name, boolean replicas, Random random, int i) {
    switch (random.nextInt(8)) {
      case 0, 1 -> stage.rollsOut(name, "r" + i, random.nextBoolean() ? "new" : "newer", "1m");
      case 2, 3, 4 -> {
        if (stage.isDue(name)) {
          stage.advances(name);
        }
      }
      case 5 -> {
        if (replicas) {
          stage.scales(name, random.nextInt(0, 20));
        }
      }
      default -> {
        if (stage.hasRollout(name)) {
          stage.steers(name, VERBS.get(random.nextInt(VERBS.size())));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.servicerollouts.publishevents.EventDocs#detailTypes")
  void eachSchemaNamesWhatCanHappenUnderItsDetailType(String detailType) {
    assertThat(EventDocs.whats(detailType))
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Happened.What.values())
                .filter(what -> variants(what).anyMatch(detailType::equals))
                .map(Enum::name)
                .toList());
  }

  /** The detail-types that {@code what} has, whatever the rollouts that it tells of. */
  private static Stream<String> variants(Happened.What what) {
    return Stream.of(
            Optional.<Status>empty(), Optional.of(Status.RUNNING), Optional.of(Status.ROLLING_BACK))
        .map(
            status ->
                new Happened(
                    what,
                    Stage.START,
                    Cause.DRIVER,
                    status.stream().map(s -> new Happened.Change("r1", s)).toList()))
        .map(ServiceEvent::detailType);
  }

  // ---- what is shown

  @Test
  void thereIsAnExampleOfEachDetailType() {
    assertThat(EventDocs.examples().stream().map(event -> event.path("detail-type").asText()))
        .containsExactlyInAnyOrderElementsOf(EventDocs.detailTypes().toList());
    assertThat(EventDocs.examples())
        .allSatisfy(event -> assertThat(docs.errorsAndUnnamed(event)).isEmpty());
  }

  @Test
  void theReadmeNamesEachSchemaAndThereIsNoOther() throws IOException {
    try (Stream<Path> files = Files.list(EventDocs.FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of("README.md", "common.json", "webhook.yaml"),
                      EventDocs.detailTypes().map(EventDocs::fileOf))
                  .toList());
    }
    assertThat(EventDocs.text("README.md"))
        .contains(EventDocs.detailTypes().map(type -> "| " + type + " |").toArray(String[]::new))
        .contains(
            EventDocs.detailTypes()
                .map(type -> "[schema](%s)".formatted(EventDocs.fileOf(type)))
                .toArray(String[]::new))
        .contains("`" + Due.SOON + "`");
  }

  // ---- the schemas themselves

  @ParameterizedTest
  @CsvSource({
    "/detail, id, shop",
    "/detail, sequence, 0",
    "/detail, service, SHOP",
    "/detail, time, yesterday",
    "/detail, what, BOGUS",
    "/detail/rollouts/0, state, DONE",
    "/detail/active, state, SUCCEEDED",
    "/detail/active, batch, -1",
    "/detail/active, progressPercentage, 100",
    "/detail/allocation, old, -1",
    "'', source, somebody-else",
    "'', account, 12",
    "'', time, now",
  })
  void aValueThatCannotBeIsRefused(String where, String name, String value) {
    JsonNode event = EventDocs.examples().getFirst().deepCopy();
    assertThat(docs.errors(event)).isEmpty();
    ObjectNode parent = (ObjectNode) event.at(where);
    JsonNode wrong = value.matches("-?\\d+") ? EventDocs.json(value) : parent.textNode(value);
    parent.set(name, wrong);
    assertThat(docs.errors(event)).isNotEmpty();
  }

  @Test
  void aStateChangeTellsOfARollout() {
    JsonNode event = EventDocs.examples().getFirst().deepCopy();
    ((ObjectNode) event.get("detail")).remove("rollouts");
    assertThat(docs.errors(event)).isNotEmpty();
  }

  @Test
  void fieldsThatMayComeAreTaken() {
    for (String where : List.of("/detail", "/detail/active", "/detail/rollouts/0")) {
      JsonNode event = EventDocs.examples().getFirst().deepCopy();
      ((ObjectNode) event.at(where)).put("later", 1);
      assertThat(docs.errors(event)).isEmpty();
      assertThat(docs.errorsAndUnnamed(event))
          .anyMatch(error -> error.startsWith(where + ": property 'later'"));
    }
  }
}
