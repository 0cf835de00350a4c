package org.servicerollouts.domain;

/**
 * Text from a client as it may stand in a message: without control characters, and not without end.
 */
public final class Printable {
  private static final int MAX_CHARACTERS = 300;

  private Printable() {}

  /** How many characters {@code text} has; one that Java holds in two counts once. */
  public static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * {@code text} with control characters as {@code \\u000a}, cut after {@value #MAX_CHARACTERS}
   * characters.
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARACTERS)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                out.append(String.format("\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return characters(text) > MAX_CHARACTERS ? out.append('…').toString() : out.toString();
  }
}
