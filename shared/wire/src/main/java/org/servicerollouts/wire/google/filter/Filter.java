package org.servicerollouts.wire.google.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * What a list's {@code filter} says. Google publishes no grammar for its filters; this one takes
 * every documented example and follows AIP-160:
 *
 * <pre>
 * filter      = [ conjunction ]
 * conjunction = disjunction { "AND" disjunction }
 * disjunction = term { "OR" term }
 * term        = "(" conjunction ")" | field operator value
 * operator    = "=" | "!=" | "&gt;=" | "&gt;" | "&lt;=" | "&lt;"
 * </pre>
 *
 * <p>So OR binds tighter than AND (AIP-160: "the OR operator has higher precedence than AND"):
 * {@code a=1 AND b=2 OR c=3} is {@code a=1 AND (b=2 OR c=3)}. A value is bare or in single or
 * double quotes, with a backslash before a quote or a backslash in it. A filter that is one quoted
 * string as a whole is read inside the quotes, because the documentation writes {@code
 * filter='status=SUCCESS'}.
 */
sealed interface Filter {

  /** The longest filter, in characters. */
  int MAX_LENGTH = 2000;

  /** The most parentheses that stand in each other. */
  int MAX_DEPTH = 20;

  /** All of {@code filters} hold; of none, this holds always. */
  record And(List<Filter> filters) implements Filter {
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** At least one of {@code filters} holds. */
  record Or(List<Filter> filters) implements Filter {
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** One comparison of {@code field} with {@code value}. */
  record Restriction(Word field, Operator operator, Word value) implements Filter {

    /**
     * {@code equal}, or its opposite for {@code !=}.
     *
     * @throws ProblemException for another operator
     */
    <T> Predicate<T> equality(Predicate<T> equal) {
      return switch (operator) {
        case EQUAL -> equal;
        case NOT_EQUAL -> equal.negate();
        case AT_LEAST, ABOVE, AT_MOST, BELOW -> throw operatorRefused("= or !=");
      };
    }

    ProblemException operatorRefused(String expectation) {
      return refused(
          field.text() + " " + operator.sign(),
          field.position(),
          field.text() + " with " + expectation);
    }

    ProblemException valueRefused(String expectation) {
      return refused(
          field.text() + " \"" + Printable.of(value.text()) + "\"", value.position(), expectation);
    }

    ProblemException fieldRefused(String expectation) {
      return refused(
          "unknown field \"" + Printable.of(field.text()) + "\"", field.position(), expectation);
    }
  }

  /** A field or a value and where it stands, in characters from 1. */
  record Word(String text, int position) {}

  /** How a field is compared with a value. */
  enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    AT_LEAST(">="),
    ABOVE(">"),
    AT_MOST("<="),
    BELOW("<");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    static Optional<Operator> of(String sign) {
      return Arrays.stream(values()).filter(o -> o.sign.equals(sign)).findFirst();
    }
  }

  /**
   * Reads {@code text}; blank text is a filter that holds always.
   *
   * @throws ProblemException that says what is wrong and where
   */
  static Filter parse(String text) {
    return FilterParser.parse(text);
  }

  /**
   * This filter as a test, once {@code meaning} has said what each restriction means. Every
   * restriction is asked for here and now, so that a wrong one is refused before any test is made.
   */
  default <T> Predicate<T> predicate(Function<Restriction, Predicate<T>> meaning) {
    return switch (this) {
      case And(List<Filter> filters) -> {
        List<Predicate<T>> all = predicates(filters, meaning);
        yield item -> all.stream().allMatch(one -> one.test(item));
      }
      case Or(List<Filter> filters) -> {
        List<Predicate<T>> any = predicates(filters, meaning);
        yield item -> any.stream().anyMatch(one -> one.test(item));
      }
      case Restriction restriction -> meaning.apply(restriction);
    };
  }

  private static <T> List<Predicate<T>> predicates(
      List<Filter> filters, Function<Restriction, Predicate<T>> meaning) {
    return filters.stream().map(filter -> filter.predicate(meaning)).toList();
  }

  /** {@code filter: what at position N (expected: expectation)}. */
  static ProblemException refused(String what, int position, String expectation) {
    return refused(what + " at position " + position, expectation);
  }

  /** {@code filter: what (expected: expectation)}. */
  static ProblemException refused(String what, String expectation) {
    return new Problem(
            Problem.Kind.INVALID_VALUE,
            "filter: " + what + " (expected: " + expectation + ")",
            Optional.of("filter"))
        .exception();
  }
}
