package org.servicerollouts.local.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One printed field beside what was answered.
 *
 * @param pointer where it stands
 * @param because why it is not simply what is printed; empty where it is
 */
public record Field(
    String pointer, JsonNode printed, JsonNode answered, Expectation expectation, String because) {
  static final String ABSENT = "(absent)";

  public boolean isRight() {
    return expectation.isMetBy(answered);
  }

  /** Its name, value and expectation. */
  @Override
  public String toString() {
    return pointer + ": " + text(answered) + " (expected: " + expectation + ")";
  }

  static String text(JsonNode node) {
    return node.isMissingNode() ? ABSENT : node.toString();
  }
}
