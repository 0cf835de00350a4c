package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;

/** What is said of JSON that does not fit. A path is empty at the top. */
public final class Misfits {
  private Misfits() {}

  public static String member(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public static String element(String path, int index) {
    return path + "[" + index + "]";
  }

  public static String entry(String path, String key) {
    return path + "[\"" + Printable.of(key) + "\"]";
  }

  /** A member that the message has not, in Google's words. */
  public static Problem unknown(String path, String name) {
    String shown = Printable.of(name);
    return new Problem(
        Problem.Kind.UNKNOWN_FIELD,
        "Invalid JSON payload received. Unknown name \""
            + shown
            + "\""
            + (path.isEmpty() ? "" : " at '" + path + "'")
            + ": Cannot find field.",
        Optional.of(member(path, shown)));
  }

  /** Wrong in type: the value is shown if it is short, else by its type. */
  public static Problem wrong(String path, JsonNode given, String expectation) {
    return Problem.invalid(path, given.isTextual() ? given.textValue() : shown(given), expectation);
  }

  /** The same member under two of its {@code spellings}. */
  public static Problem givenTwice(String path, List<String> spellings) {
    return Problem.invalid(
        path, new Shown("given twice"), "one of " + String.join(", ", spellings));
  }

  /** Both {@code path} and {@code other}, of which a message holds one at most. */
  public static Problem givenBeside(String path, String other) {
    return Problem.invalid(path, new Shown("given beside " + other), "one of the two");
  }

  private static Shown shown(JsonNode given) {
    return new Shown(
        switch (given.getNodeType()) {
          case OBJECT -> "an object";
          case ARRAY -> "an array";
          case NUMBER -> Printable.of(JsonNumbers.text(given));
          default -> Printable.of(given.asText());
        });
  }

  /** A value in a message without quotes. */
  public record Shown(String text) {
    @Override
    public String toString() {
      return text;
    }
  }
}
