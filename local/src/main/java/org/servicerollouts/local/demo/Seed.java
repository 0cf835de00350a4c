package org.servicerollouts.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One request that a public guide prints, as it stands there, with the answer printed under it.
 *
 * @param body empty where none is sent
 * @param printed the answer; {@code "..."} stands for a time, or at the end of a list for more of
 *     it
 * @param differences where our answer is meant to differ, by JSON pointer
 */
public record Seed(
    String method,
    String path,
    String body,
    JsonNode printed,
    Map<String, Difference> differences) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Seed {
    differences = Map.copyOf(differences);
  }

  /**
   * A difference that is documented.
   *
   * @param because why it is there
   */
  public record Difference(Expectation expectation, String because) {}

  /**
   * The seed of that name.
   *
   * @param variables what to put in the place of {@code {NAME}} in the path
   */
  public static Seed load(String name, Map<String, String> variables) {
    String[] request = text(name + ".request").split("\n", 2);
    String[] line = request[0].split(" ", 2);
    String path = line[1].strip();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      path = path.replace("{" + variable.getKey() + "}", variable.getValue());
    }
    JsonNode expected = json(name + ".json");
    Map<String, Difference> differences = new HashMap<>();
    expected
        .path("differences")
        .properties()
        .forEach(entry -> differences.put(entry.getKey(), difference(entry.getValue())));
    return new Seed(line[0], path, request[1], expected.get("printed"), differences);
  }

  public static Seed load(String name) {
    return load(name, Map.of());
  }

  /** Every field that is printed, beside what {@code answer} has there. */
  public List<Field> compare(JsonNode answer) {
    List<Field> fields = new ArrayList<>();
    compare("", printed, answer, fields);
    return fields;
  }

  private void compare(String pointer, JsonNode printed, JsonNode answer, List<Field> fields) {
    Difference difference = differences.get(pointer);
    if (difference != null) {
      fields.add(
          new Field(pointer, printed, answer, difference.expectation(), difference.because()));
    } else if (printed.isObject() && !printed.isEmpty()) {
      printed
          .properties()
          .forEach(
              member ->
                  compare(
                      pointer + "/" + member.getKey(),
                      member.getValue(),
                      answer.path(member.getKey()),
                      fields));
    } else if (printed.isArray() && answer.isArray()) {
      compareElements(pointer, printed, answer, fields);
    } else if (isEllipsis(printed)) {
      fields.add(new Field(pointer, printed, answer, Expectation.TIME, "a time"));
    } else {
      fields.add(new Field(pointer, printed, answer, new Expectation.Value(printed), ""));
    }
  }

  private void compareElements(
      String pointer, JsonNode printed, JsonNode answer, List<Field> fields) {
    boolean open = !printed.isEmpty() && isEllipsis(printed.get(printed.size() - 1));
    int size = open ? printed.size() - 1 : Math.max(printed.size(), answer.size());
    for (int i = 0; i < size; i++) {
      compare(pointer + "/" + i, printed.path(i), answer.path(i), fields);
    }
  }

  private static boolean isEllipsis(JsonNode node) {
    return node.isTextual() && node.textValue().equals("...");
  }

  private static Difference difference(JsonNode json) {
    return new Difference(Expectation.read(json), json.get("because").textValue());
  }

  private static JsonNode json(String file) {
    try {
      return JSON.readTree(text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) {
    try (InputStream in = Seed.class.getResourceAsStream("seeds/" + file)) {
      return new String(
          Objects.requireNonNull(in, () -> "seeds/" + file + " is missing").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
