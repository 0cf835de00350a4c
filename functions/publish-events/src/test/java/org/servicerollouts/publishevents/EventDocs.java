package org.servicerollouts.publishevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/** What {@code docs/events} says of the events. */
final class EventDocs {
  static final Path FOLDER = Path.of("..", "..", "docs", "events");

  private static final String BASE = "https://docs.example/events/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  private final SchemaRegistry asPublished = registry(text -> text);

  /** The same, but with no field that they do not name. */
  private final SchemaRegistry closed = registry(EventDocs::closed);

  private static SchemaRegistry registry(UnaryOperator<String> change) {
    Map<String, String> schemas = new TreeMap<>();
    Stream.concat(Stream.of("common.json"), detailTypes().map(EventDocs::fileOf))
        .forEach(file -> schemas.put(BASE + file, change.apply(text(file))));
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(schemas));
  }

  static Stream<String> detailTypes() {
    return Stream.of(ServiceEvent.STATE_CHANGE, ServiceEvent.BATCH, ServiceEvent.SERVICE);
  }

  static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String fileOf(String detailType) {
    return detailType.toLowerCase(Locale.ROOT).replace(' ', '-') + ".json";
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String closed(String schema) {
    JsonNode root = json(schema);
    close(root);
    return root.toString();
  }

  private static void close(JsonNode node) {
    node.forEach(EventDocs::close);
    if (node instanceof ObjectNode object && object.path("properties").isObject()) {
      object.put("unevaluatedProperties", false);
    }
  }

  /** What is wrong with an event, as a target gets it. */
  List<String> errors(JsonNode event) {
    return errors(asPublished, event);
  }

  /** The same, and what of it no schema names. */
  List<String> errorsAndUnnamed(JsonNode event) {
    return errors(closed, event);
  }

  private static List<String> errors(SchemaRegistry registry, JsonNode event) {
    String file = fileOf(event.path("detail-type").asText());
    return registry
        .getSchema(SchemaLocation.of(BASE + file))
        .validate(
            event.toString(),
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  /** The values of {@code what} that the schema of a detail-type names. */
  static List<String> whats(String detailType) {
    JsonNode names = json(text(fileOf(detailType))).at("/properties/detail/properties/what/enum");
    return StreamSupport.stream(names.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** The events that the README shows. */
  static List<JsonNode> examples() {
    return EXAMPLE.matcher(text("README.md")).results().map(m -> json(m.group(1))).toList();
  }

  /** What EventBridge makes of an entry. */
  static ObjectNode event(PutEventsRequestEntry entry) {
    ObjectNode event = JSON.createObjectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", entry.detailType());
    event.put("source", entry.source());
    event.put("account", "123456789012");
    event.put("time", entry.time().truncatedTo(ChronoUnit.SECONDS).toString());
    event.put("region", "eu-west-1");
    event.putArray("resources");
    event.set("detail", json(entry.detail()));
    return event;
  }
}
