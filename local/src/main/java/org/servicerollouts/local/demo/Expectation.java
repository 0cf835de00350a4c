package org.servicerollouts.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** What a field of an answer must be. */
public sealed interface Expectation {

  /** RFC 3339 in UTC. */
  Expectation TIME =
      new Like(
          Pattern.compile(
              "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.(\\d{3}|\\d{6}|\\d{9}))?Z"));

  boolean isMetBy(JsonNode value);

  /** This value, printed in this way: 90 is not 90.0. */
  record Value(JsonNode value) implements Expectation {
    @Override
    public boolean isMetBy(JsonNode actual) {
      return value.equals(actual);
    }

    @Override
    public String toString() {
      return Field.text(value);
    }
  }

  /** A string of this form. */
  record Like(Pattern pattern) implements Expectation {
    @Override
    public boolean isMetBy(JsonNode actual) {
      return actual.isTextual() && pattern.matcher(actual.textValue()).matches();
    }

    @Override
    public String toString() {
      return "like " + pattern;
    }
  }

  /** Nothing. */
  record Absent() implements Expectation {
    @Override
    public boolean isMetBy(JsonNode actual) {
      return actual.isMissingNode();
    }

    @Override
    public String toString() {
      return Field.ABSENT;
    }
  }

  /**
   * What {@code json} asks for with its member {@code value}, {@code pattern} or {@code absent}.
   */
  static Expectation read(JsonNode json) {
    if (json.has("value")) {
      return new Value(json.get("value"));
    }
    return json.has("pattern")
        ? new Like(Pattern.compile(json.get("pattern").textValue()))
        : new Absent();
  }
}
