package org.servicerollouts.wire.google.filter;

import java.util.ArrayList;
import java.util.List;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.google.filter.Token.Kind;
import org.servicerollouts.wire.google.filter.Token.Letter;

/** Cuts a filter into its tokens, the last of them the end. */
final class Tokenizer {
  private static final String OPERATOR_SIGNS = "=!<>";

  /** Where a bare word ends, besides at white space. */
  private static final String BOUNDARIES = OPERATOR_SIGNS + "()\"'";

  private final List<Letter> text;
  private int at;

  private Tokenizer(List<Letter> text) {
    this.text = text;
  }

  /**
   * The tokens of {@code text}.
   *
   * @param end the position of the end
   * @throws ProblemException for a quote that is not closed
   */
  static List<Token> tokens(List<Letter> text, int end) {
    Tokenizer tokenizer = new Tokenizer(text);
    List<Token> tokens = new ArrayList<>();
    while (tokenizer.skipToNext()) {
      tokens.add(tokenizer.next());
    }
    tokens.add(new Token(Kind.END, List.of(), end));
    return tokens;
  }

  private boolean skipToNext() {
    while (at < text.size() && isSpace(here())) {
      at++;
    }
    return at < text.size();
  }

  private Token next() {
    return switch (here()) {
      case '(' -> token(Kind.OPEN, at + 1);
      case ')' -> token(Kind.CLOSE, at + 1);
      case '"', '\'' -> quoted();
      case '=' -> token(Kind.OPERATOR, at + 1);
      case '!', '<', '>' -> token(Kind.OPERATOR, isAt(at + 1, '=') ? at + 2 : at + 1);
      default -> word();
    };
  }

  private Token word() {
    int end = at;
    while (end < text.size()
        && !isSpace(codePoint(end))
        && BOUNDARIES.indexOf(codePoint(end)) < 0) {
      end++;
    }
    return token(Kind.WORD, end);
  }

  private Token quoted() {
    Letter quote = text.get(at);
    List<Letter> inside = new ArrayList<>();
    for (int i = at + 1; i < text.size(); i++) {
      if (codePoint(i) == quote.codePoint()) {
        at = i + 1;
        return new Token(Kind.QUOTED, inside, quote.position());
      }
      if (codePoint(i) == '\\' && i + 1 < text.size()) {
        i++;
      }
      inside.add(text.get(i));
    }
    String sign = Character.toString(quote.codePoint());
    throw Filter.refused("unclosed " + sign, quote.position(), "a second " + sign + " after it");
  }

  private Token token(Kind kind, int end) {
    Token token = new Token(kind, text.subList(at, end), text.get(at).position());
    at = end;
    return token;
  }

  private int here() {
    return codePoint(at);
  }

  private int codePoint(int index) {
    return text.get(index).codePoint();
  }

  private boolean isAt(int index, int codePoint) {
    return index < text.size() && codePoint(index) == codePoint;
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }
}
