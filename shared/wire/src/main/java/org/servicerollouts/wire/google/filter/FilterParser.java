package org.servicerollouts.wire.google.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.google.filter.Filter.Operator;
import org.servicerollouts.wire.google.filter.Filter.Word;
import org.servicerollouts.wire.google.filter.Token.Kind;
import org.servicerollouts.wire.google.filter.Token.Letter;

/** Reads the grammar of {@link Filter} by recursive descent. */
final class FilterParser {
  private static final String AND = "AND";
  private static final String OR = "OR";

  private final List<Token> tokens;
  private int at;
  private int depth;

  private FilterParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Filter parse(String text) {
    int[] codePoints = text.codePoints().toArray();
    if (codePoints.length > Filter.MAX_LENGTH) {
      throw Filter.refused(
          codePoints.length + " characters", "at most " + Filter.MAX_LENGTH + " characters");
    }
    List<Letter> letters = new ArrayList<>();
    for (int codePoint : codePoints) {
      letters.add(new Letter(codePoint, letters.size() + 1));
    }
    int end = letters.size() + 1;
    List<Token> tokens = Tokenizer.tokens(letters, end);
    boolean quotedAsAWhole = tokens.size() == 2 && tokens.getFirst().kind() == Kind.QUOTED;
    return new FilterParser(
            quotedAsAWhole ? Tokenizer.tokens(tokens.getFirst().letters(), end) : tokens)
        .filter();
  }

  private Filter filter() {
    if (here().kind() == Kind.END) {
      return new Filter.And(List.of());
    }
    Filter filter = conjunction();
    if (here().kind() != Kind.END) {
      throw unexpected("AND, OR or the end");
    }
    return filter;
  }

  private Filter conjunction() {
    List<Filter> filters = joined(AND, this::disjunction);
    return filters.size() == 1 ? filters.getFirst() : new Filter.And(filters);
  }

  private Filter disjunction() {
    List<Filter> filters = joined(OR, this::term);
    return filters.size() == 1 ? filters.getFirst() : new Filter.Or(filters);
  }

  private List<Filter> joined(String keyword, Supplier<Filter> part) {
    List<Filter> parts = new ArrayList<>();
    parts.add(part.get());
    while (here().isKeyword(keyword)) {
      at++;
      parts.add(part.get());
    }
    return parts;
  }

  private Filter term() {
    return here().kind() == Kind.OPEN ? inParentheses() : restriction();
  }

  private Filter inParentheses() {
    if (depth == Filter.MAX_DEPTH) {
      throw unexpected("at most " + Filter.MAX_DEPTH + " parentheses in each other");
    }
    depth++;
    at++;
    Filter filter = conjunction();
    if (here().kind() != Kind.CLOSE) {
      throw unexpected("AND, OR or \")\"");
    }
    at++;
    depth--;
    return filter;
  }

  private Filter restriction() {
    if (here().kind() != Kind.WORD || isKeyword()) {
      throw unexpected("a field, such as status=SUCCESS");
    }
    Word field = word();
    Operator operator =
        Operator.of(here().text())
            .filter(o -> here().kind() == Kind.OPERATOR)
            .orElseThrow(() -> unexpected("one of =, !=, >=, >, <=, <"));
    at++;
    if ((here().kind() != Kind.WORD && here().kind() != Kind.QUOTED) || isKeyword()) {
      throw unexpected("a value, bare or in quotes");
    }
    return new Filter.Restriction(field, operator, word());
  }

  private Word word() {
    Token token = tokens.get(at++);
    return new Word(token.text(), token.position());
  }

  private Token here() {
    return tokens.get(at);
  }

  private boolean isKeyword() {
    return here().isKeyword(AND) || here().isKeyword(OR);
  }

  private ProblemException unexpected(String expectation) {
    Token token = here();
    String shown = token.kind() == Kind.END ? "end" : "\"" + Printable.of(token.text()) + "\"";
    return Filter.refused("unexpected " + shown, token.position(), expectation);
  }
}
