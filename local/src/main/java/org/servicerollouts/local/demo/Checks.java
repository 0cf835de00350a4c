package org.servicerollouts.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Whether everything that was answered was right. */
final class Checks {
  private static final String SAME = "=";

  private final Screen screen;
  private final List<Comparison> comparisons = new ArrayList<>();
  private int right;
  private int wrong;

  Checks(Screen screen) {
    this.screen = screen;
  }

  private record Comparison(String title, List<Field> fields) {}

  <T> void equal(String name, T value, T expected) {
    that(Objects.equals(value, expected), name, value, String.valueOf(expected));
  }

  void that(boolean isRight, String name, Object value, String expected) {
    if (isRight) {
      right++;
    } else {
      wrong(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  void wrong(String what) {
    wrong++;
    screen.line("  WRONG " + what);
  }

  /** Compares field by field; {@link #showSeeds} shows it. */
  void seed(String title, Seed seed, JsonNode answer) {
    List<Field> fields = seed.compare(answer);
    comparisons.add(new Comparison(title + ": " + seed.method() + " " + seed.path(), fields));
    for (Field field : fields) {
      if (field.isRight()) {
        right++;
      } else {
        wrong(field.toString());
      }
    }
  }

  void showSeeds() {
    for (Comparison comparison : comparisons) {
      screen.line("");
      screen.line(comparison.title());
      int width = width(comparison.fields(), "answered", field -> Field.text(field.answered()));
      int names = width(comparison.fields(), "field", Field::pointer);
      screen.line(
          row(
              "",
              names,
              "field",
              width,
              "answered",
              "printed in the guide (" + SAME + " the same)"));
      for (Field field : comparison.fields()) {
        String printed =
            field.printed().equals(field.answered()) ? SAME : Field.text(field.printed());
        screen.line(
            row(
                field.isRight() ? "ok" : "WRONG",
                names,
                field.pointer(),
                width,
                Field.text(field.answered()),
                field.because().isEmpty() ? printed : printed + "  [" + field.because() + "]"));
      }
    }
  }

  private static int width(List<Field> fields, String heading, Function<Field, String> column) {
    return Math.max(
        heading.length(), fields.stream().map(column).mapToInt(String::length).max().orElse(0));
  }

  private static String row(
      String verdict, int names, String name, int values, String answered, String printed) {
    return String.format(
        "  %-5s %-" + names + "s  %-" + values + "s  %s", verdict, name, answered, printed);
  }

  boolean allRight() {
    return wrong == 0;
  }

  String summary() {
    return allRight()
        ? "Every answer was right (" + right + " checks)"
        : wrong + " of " + (right + wrong) + " checks were wrong";
  }
}
