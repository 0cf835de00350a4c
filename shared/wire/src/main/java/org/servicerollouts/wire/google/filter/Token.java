package org.servicerollouts.wire.google.filter;

import java.util.List;

/**
 * A piece of a filter.
 *
 * @param letters what it says; of quoted text, what stands in the quotes
 * @param position where it begins, in characters from 1; of the end, one past the last character
 */
record Token(Kind kind, List<Letter> letters, int position) {

  enum Kind {
    WORD,
    QUOTED,
    OPERATOR,
    OPEN,
    CLOSE,
    END
  }

  /** A character and where it stands in the text that was given, from 1. */
  record Letter(int codePoint, int position) {}

  Token {
    letters = List.copyOf(letters);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    letters.forEach(letter -> text.appendCodePoint(letter.codePoint()));
    return text.toString();
  }

  boolean isKeyword(String keyword) {
    return kind == Kind.WORD && text().equals(keyword);
  }
}
