package org.servicerollouts.wire.google.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the table, line by line as it is written, with the published descriptors. */
class MessagesTableTest {
  private static final Map<String, List<String>> BLOCKS = blocks();

  @ParameterizedTest
  @MethodSource("blockNames")
  void isAsPublished(String block) {
    String name = block.substring(block.indexOf(' ') + 1);
    List<String> published;
    if (block.startsWith("enum ")) {
      published =
          Published.ENUMS.get(name).getValues().stream().map(MessagesTableTest::line).toList();
    } else if (name.startsWith("servicerollouts.")) {
      published = List.of();
    } else {
      published = lines(Published.MESSAGES.get(name));
    }
    assertThat(BLOCKS.get(block).stream().filter(line -> !line.startsWith("- ")).toList())
        .isEqualTo(published);
  }

  @ParameterizedTest
  @MethodSource("blockNames")
  void isReadAsItIsWritten(String block) {
    if (block.startsWith("message ")) {
      String name = block.substring("message ".length());
      assertThat(MessageType.of(name).fields().stream().map(MessagesTableTest::line).toList())
          .isEqualTo(BLOCKS.get(block));
    }
  }

  @Test
  void hasWhateverItsMessagesHold() {
    Published.MESSAGES.values().stream()
        .filter(message -> BLOCKS.containsKey("message " + message.getFullName()))
        .flatMap(message -> message.getFields().stream())
        .map(Published::value)
        .forEach(field -> assertThat(Table.find(typeName(field))).as(typeName(field)).isPresent());
  }

  @Test
  void theSpellingOfAProtoFileIsTheOneInSnakeCase() {
    Published.MESSAGES.values().stream()
        .flatMap(message -> message.getFields().stream())
        .forEach(field -> assertThat(Field.snake(field.getJsonName())).isEqualTo(field.getName()));
  }

  /** What the reader and the writer take for granted. */
  @Test
  void allMessagesAreProto3() {
    for (Descriptor message : Published.MESSAGES.values()) {
      for (FieldDescriptor field : message.getFields()) {
        assertThat(field.isRequired()).isFalse();
        if (field.isMapField()) {
          assertThat(field.getMessageType().findFieldByNumber(1).getType())
              .isEqualTo(FieldDescriptor.Type.STRING);
        } else if (field.isRepeated()) {
          assertThat(field.isPacked()).as(field.getFullName()).isEqualTo(field.isPackable());
        }
      }
    }
  }

  @Test
  void hasNoOther() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageType.of("google.api.Nothing"))
        .withMessage("not in the table: google.api.Nothing");
  }

  static Stream<String> blockNames() {
    return BLOCKS.keySet().stream();
  }

  private static Map<String, List<String>> blocks() {
    try (InputStream in = MessagesTableTest.class.getResourceAsStream("messages.txt")) {
      Map<String, List<String>> blocks = new LinkedHashMap<>();
      Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\n\n"))
          .map(block -> block.lines().toList())
          .filter(lines -> !lines.getFirst().startsWith("#"))
          .forEach(lines -> blocks.put(lines.getFirst(), lines.subList(1, lines.size())));
      return blocks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Descriptor message) {
    return message.getFields().stream()
        .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
        .map(MessagesTableTest::line)
        .toList();
  }

  private static String line(FieldDescriptor field) {
    List<String> words =
        new ArrayList<>(List.of(Integer.toString(field.getNumber()), field.getJsonName()));
    if (field.isRepeated()) {
      words.add(field.isMapField() ? "map" : "repeated");
    }
    FieldDescriptor value = Published.value(field);
    words.add(typeName(value));
    if (field.getRealContainingOneof() != null) {
      words.addAll(List.of("oneof", field.getRealContainingOneof().getName()));
    } else if (field.hasPresence() && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      words.add("optional");
    }
    return String.join(" ", words);
  }

  private static String line(EnumValueDescriptor value) {
    return value.getNumber() + " " + value.getName();
  }

  private static String line(Field field) {
    List<String> words =
        new ArrayList<>(
            List.of(field.isOwn() ? "-" : Integer.toString(field.number()), field.name()));
    if (field.label() != Field.Label.SINGLE) {
      words.add(field.label().name().toLowerCase(Locale.ROOT));
    }
    words.add(field.typeName());
    field
        .oneof()
        .ifPresent(
            oneof ->
                words.addAll(
                    oneof.equals(field.name()) ? List.of("optional") : List.of("oneof", oneof)));
    return String.join(" ", words);
  }

  private static String typeName(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
