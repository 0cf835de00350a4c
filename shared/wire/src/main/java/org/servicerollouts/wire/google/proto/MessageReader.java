package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Misfits;

/**
 * Reads messages in protobuf's JSON mapping into their normal form. It goes as deep as the JSON
 * does, whose depth its parser bounds.
 */
final class MessageReader {
  private static final String URL = Type.Any.PREFIX + "<full name of a message>";

  private final Consumer<Problem> misfits;
  private final Function<ObjectNode, Optional<JsonNode>> unknownAny;

  private MessageReader(
      Consumer<Problem> misfits, Function<ObjectNode, Optional<JsonNode>> unknownAny) {
    this.misfits = misfits;
    this.unknownAny = unknownAny;
  }

  /**
   * One that throws a {@link ProblemException} of the first thing that does not fit, and keeps a
   * google.protobuf.Any of a type that the table does not have as it is.
   */
  static MessageReader strict() {
    return new MessageReader(
        problem -> {
          throw problem.exception();
        },
        Optional::of);
  }

  /** One that leaves out what does not fit, and any Any of a type that the table does not have. */
  static MessageReader lenient() {
    return new MessageReader(problem -> {}, any -> Optional.empty());
  }

  ObjectNode message(MessageType type, ObjectNode given, String path) {
    Map<String, JsonNode> values = byName(type, given, path);
    Map<String, String> byOneof = new HashMap<>();
    ObjectNode result = Json.object();
    for (Field field : type.fields()) {
      String name = field.name();
      JsonNode value = values.get(name);
      if (value != null && !field.isAbsent(value)) {
        String at = Misfits.member(path, name);
        Optional<String> other = field.oneof().map(oneof -> byOneof.putIfAbsent(oneof, name));
        if (other.isPresent()) {
          misfits.accept(Misfits.givenBeside(at, other.get()));
        } else {
          field(field, value, at)
              .filter(normal -> !field.isImplied(normal))
              .ifPresent(normal -> result.set(name, normal));
        }
      }
    }
    return result;
  }

  /** The members of {@code given} by the lowerCamel names of their fields. */
  private Map<String, JsonNode> byName(MessageType type, ObjectNode given, String path) {
    Map<String, JsonNode> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> member : given.properties()) {
      Optional<Field> field = type.find(member.getKey());
      if (field.isEmpty()) {
        misfits.accept(Misfits.unknown(path, member.getKey()));
      } else if (values.putIfAbsent(field.get().name(), member.getValue()) != null) {
        misfits.accept(givenTwice(path, field.get()));
      }
    }
    return values;
  }

  private static Problem givenTwice(String path, Field field) {
    return Misfits.givenTwice(
        Misfits.member(path, field.name()), List.of(field.name(), field.snakeName()));
  }

  private Optional<JsonNode> field(Field field, JsonNode given, String path) {
    return switch (field.label()) {
      case SINGLE -> value(field.type(), given, path);
      case REPEATED ->
          given instanceof ArrayNode elements
              ? Optional.of(elements(field.type(), elements, path))
              : misfit(Misfits.wrong(path, given, "an array"));
      case MAP ->
          given instanceof ObjectNode entries
              ? Optional.of(entries(field.type(), entries, path))
              : misfit(Misfits.wrong(path, given, "an object"));
    };
  }

  private ArrayNode elements(Type type, ArrayNode given, String path) {
    ArrayNode result = given.arrayNode();
    for (int i = 0; i < given.size(); i++) {
      value(type, given.get(i), Misfits.element(path, i)).ifPresent(result::add);
    }
    return result;
  }

  private ObjectNode entries(Type type, ObjectNode given, String path) {
    ObjectNode result = Json.object();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      value(type, entry.getValue(), Misfits.entry(path, entry.getKey()))
          .ifPresent(normal -> result.set(entry.getKey(), normal));
    }
    return result;
  }

  private Optional<JsonNode> value(Type type, JsonNode given, String path) {
    return switch (type) {
      case Type.Leaf leaf ->
          leaf.read(given).or(() -> misfit(Misfits.wrong(path, given, leaf.expectation())));
      case MessageType message ->
          given instanceof ObjectNode members
              ? Optional.of(message(message, members, path))
              : misfit(Misfits.wrong(path, given, "an object"));
      case Type.Any any ->
          given instanceof ObjectNode members
              ? any(members, path)
              : misfit(Misfits.wrong(path, given, "an object"));
    };
  }

  private Optional<JsonNode> any(ObjectNode given, String path) {
    String at = Misfits.member(path, Type.Any.TYPE);
    JsonNode url = given.path(Type.Any.TYPE);
    if (url.isMissingNode()) {
      return misfit(Problem.missing(at, URL));
    }
    if (!url.isTextual() || !url.textValue().startsWith(Type.Any.PREFIX)) {
      return misfit(Misfits.wrong(at, url, URL));
    }
    Optional<Type.Message> type = Type.Any.resolve(url.textValue());
    if (type.isEmpty()) {
      return unknownAny.apply(given);
    }
    ObjectNode content = Json.object().setAll(given);
    content.remove(Type.Any.TYPE);
    return content(type.get(), content, path)
        .map(normal -> Json.object().<ObjectNode>set(Type.Any.TYPE, url).setAll(normal));
  }

  private Optional<ObjectNode> content(Type.Message type, ObjectNode given, String path) {
    if (type instanceof MessageType message) {
      return Optional.of(message(message, given, path));
    }
    String at = Misfits.member(path, Type.Any.VALUE);
    JsonNode value = given.remove(Type.Any.VALUE);
    given.fieldNames().forEachRemaining(name -> misfits.accept(Misfits.unknown(path, name)));
    return Optional.ofNullable(value)
        .or(() -> misfit(Problem.missing(at, "a value of the type named beside it")))
        .flatMap(v -> value(type, v, at))
        .map(normal -> Json.object().set(Type.Any.VALUE, normal));
  }

  private Optional<JsonNode> misfit(Problem problem) {
    misfits.accept(problem);
    return Optional.empty();
  }
}
