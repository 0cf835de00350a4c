package org.servicerollouts.wire.google.proto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The types of the resource {@code messages.txt}, which says itself how it is read. It is parsed
 * when this class is first used: few requests need it.
 *
 * @param messages by their full names
 * @param types what a field of a type name holds
 */
record Table(Map<String, MessageType> messages, Map<String, Type> types) {
  private static final Table TABLE = parse(text());

  Table {
    messages = Map.copyOf(messages);
    types = Map.copyOf(types);
  }

  /** The message of this name as an object of its fields, whatever its JSON. */
  static MessageType message(String name) {
    return require(TABLE.messages, name);
  }

  static Type type(String name) {
    return require(TABLE.types, name);
  }

  static Optional<Type> find(String name) {
    return Optional.ofNullable(TABLE.types.get(name));
  }

  private static <T> T require(Map<String, T> types, String name) {
    return Optional.ofNullable(types.get(name))
        .orElseThrow(() -> new IllegalArgumentException("not in the table: " + name));
  }

  private static Table parse(String text) {
    Map<String, MessageType> messages = new HashMap<>();
    Map<String, Type> types = new HashMap<>();
    for (String block : text.split("\n\n", -1)) {
      List<String> lines = block.strip().lines().toList();
      List<String> head = words(lines.getFirst());
      List<List<String>> rows = lines.stream().skip(1).map(Table::words).toList();
      switch (head.getFirst()) {
        case "message" -> messages.put(head.get(1), message(head.get(1), rows));
        case "enum" -> types.put(head.get(1), enumType(rows));
        default -> {}
      }
    }
    types.putAll(messages);
    types.put(Type.Any.NAME, Type.Any.ANY);
    WellKnown.ALL.forEach(type -> types.put(type.fullName(), type));
    for (Scalar type : Scalar.values()) {
      types.put(type.name().toLowerCase(Locale.ROOT), type);
    }
    return new Table(messages, types);
  }

  private static MessageType message(String name, List<List<String>> rows) {
    return new MessageType(name, rows.stream().map(Table::field).toList());
  }

  private static Field field(List<String> row) {
    Field.Label label =
        switch (row.get(2)) {
          case "repeated" -> Field.Label.REPEATED;
          case "map" -> Field.Label.MAP;
          default -> Field.Label.SINGLE;
        };
    int type = label == Field.Label.SINGLE ? 2 : 3;
    String name = row.get(1);
    return new Field(
        row.getFirst().equals("-") ? Field.OWN : Integer.parseInt(row.getFirst()),
        name,
        label,
        row.get(type),
        row.size() == type + 1
            ? Optional.empty()
            : Optional.of(row.getLast()).map(word -> word.equals("optional") ? name : word));
  }

  private static EnumType enumType(List<List<String>> rows) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    rows.forEach(row -> numbers.put(row.get(1), Integer.parseInt(row.getFirst())));
    return new EnumType(numbers);
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  private static String text() {
    try (InputStream in = Table.class.getResourceAsStream("messages.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
