package org.servicerollouts.wire.google.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.problem;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.google.filter.Filter.And;
import org.servicerollouts.wire.google.filter.Filter.Operator;
import org.servicerollouts.wire.google.filter.Filter.Or;
import org.servicerollouts.wire.google.filter.Filter.Restriction;
import org.servicerollouts.wire.google.filter.Filter.Word;

class FilterTest {

  /** {@code filter} with all its parentheses and without what stands where. */
  private static String shape(Filter filter) {
    return switch (filter) {
      case And(List<Filter> filters) -> joined(filters, " AND ");
      case Or(List<Filter> filters) -> joined(filters, " OR ");
      case Restriction(Word field, Operator operator, Word value) ->
          field.text() + operator.sign() + "'" + value.text() + "'";
    };
  }

  private static String joined(List<Filter> filters, String keyword) {
    return filters.stream().map(FilterTest::shape).collect(Collectors.joining(keyword, "(", ")"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "status=SUCCESS|status='SUCCESS'",
        "'status=SUCCESS'|status='SUCCESS'",
        "\"status=SUCCESS\"|status='SUCCESS'",
        "' status = \"SUCCESS\" '|status='SUCCESS'",
        "status=CANCELLED OR status=FAILED|(status='CANCELLED' OR status='FAILED')",
        "a=1 AND b=2 OR c=3|(a='1' AND (b='2' OR c='3'))",
        "a=1 OR b=2 AND c=3|((a='1' OR b='2') AND c='3')",
        "(a=1 AND b=2) OR c=3|((a='1' AND b='2') OR c='3')",
        "((a=1))|a='1'",
        "serviceName=\"s\" AND (status=done OR startTime>=\"2017-02-01\")"
            + "|(serviceName='s' AND (status='done' OR startTime>='2017-02-01'))",
        "a>1 AND b<2 AND c<=3 AND d!=4|(a>'1' AND b<'2' AND c<='3' AND d!='4')",
        "  a\t=  b c|",
        "a='AND' OR b=\"x y\"|(a='AND' OR b='x y')",
        "a=\"q\\\"\\\\\" AND b=''|(a='q\"\\' AND b='')",
        "a=x:y/z.{}-_%|a='x:y/z.{}-_%'",
        "a=ANDROID|a='ANDROID'",
        "a=1AND(b=2)|",
        "(a=1)AND(b=2)|(a='1' AND b='2')",
      })
  void readsWhatTheGrammarSays(String text, String shape) {
    if (shape == null) {
      assertThat(problem(() -> Filter.parse(text)).kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    } else {
      assertThat(shape(Filter.parse(text))).isEqualTo(shape);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "''", "\" \""})
  void nothingIsAFilterThatHoldsAlways(String text) {
    assertThat(Filter.parse(text)).isEqualTo(new And(List.of()));
    assertThat(Filter.parse(text).predicate(r -> s -> false).test("")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "status=SUCCESS OR )|unexpected \")\" at position 19|a field, such as status=SUCCESS",
        "()|unexpected \")\" at position 2|a field, such as status=SUCCESS",
        "AND a=1|unexpected \"AND\" at position 1|a field, such as status=SUCCESS",
        "a=1 AND|unexpected end at position 8|a field, such as status=SUCCESS",
        "a=1 OR OR b=1|unexpected \"OR\" at position 8|a field, such as status=SUCCESS",
        "'a'=1|unexpected \"a\" at position 1|a field, such as status=SUCCESS",
        "=1|unexpected \"=\" at position 1|a field, such as status=SUCCESS",
        "status|unexpected end at position 7|one of =, !=, >=, >, <=, <",
        "status:done|unexpected end at position 12|one of =, !=, >=, >, <=, <",
        "NOT status=done|unexpected \"status\" at position 5|one of =, !=, >=, >, <=, <",
        "a ! 1|unexpected \"!\" at position 3|one of =, !=, >=, >, <=, <",
        "a '=' 1|unexpected \"=\" at position 3|one of =, !=, >=, >, <=, <",
        "a=|unexpected end at position 3|a value, bare or in quotes",
        "a==1|unexpected \"=\" at position 3|a value, bare or in quotes",
        "a=OR|unexpected \"OR\" at position 3|a value, bare or in quotes",
        "a=(1)|unexpected \"(\" at position 3|a value, bare or in quotes",
        "a=1 b=2|unexpected \"b\" at position 5|AND, OR or the end",
        "a=1 and b=2|unexpected \"and\" at position 5|AND, OR or the end",
        "a=1)|unexpected \")\" at position 4|AND, OR or the end",
        "(a=1|unexpected end at position 5|AND, OR or \")\"",
        "(a=1 b=2)|unexpected \"b\" at position 6|AND, OR or \")\"",
        "a=\"1|unclosed \" at position 3|a second \" after it",
        "a='1\\'|unclosed ' at position 3|a second ' after it",
        "a=1 \\|unexpected \"\\\" at position 5|AND, OR or the end",
        "a=1 b\u0007c|unexpected \"b\\u0007c\" at position 5|AND, OR or the end",
        "'status=\"x'|unclosed \" at position 9|a second \" after it",
        "'a=\\'1\\' b'|unexpected \"b\" at position 10|AND, OR or the end",
        "'a=\\'1\\' AND'|unexpected end at position 14|a field, such as status=SUCCESS",
        "\uD83D\uDE00=1 b|unexpected \"b\" at position 5|AND, OR or the end",
      })
  void saysWhatIsWrongAndWhere(String text, String what, String expectation) {
    Problem problem = problem(() -> Filter.parse(text));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.field()).contains("filter");
    assertThat(problem.message()).isEqualTo("filter: " + what + " (expected: " + expectation + ")");
  }

  @Test
  void boundsParentheses() {
    assertThat(shape(Filter.parse("(".repeat(20) + "a=1" + ")".repeat(20)))).isEqualTo("a='1'");
    assertThat(problem(() -> Filter.parse("(".repeat(21) + "a=1" + ")".repeat(21))).message())
        .isEqualTo(
            "filter: unexpected \"(\" at position 21 (expected: at most 20 parentheses in each"
                + " other)");
  }

  @Test
  void parenthesesBesideEachOtherAreNotDeep() {
    assertThat(Filter.parse("(a=1) AND ".repeat(100) + "(a=1)")).isInstanceOf(And.class);
  }

  @Test
  void boundsTheLength() {
    assertThat(Filter.parse("a=" + "x".repeat(1998))).isInstanceOf(Restriction.class);
    assertThat(problem(() -> Filter.parse("a=" + "x".repeat(1999))).message())
        .isEqualTo("filter: 2001 characters (expected: at most 2000 characters)");
  }

  @Test
  void aRestrictionSaysWhereItsWordsStand() {
    assertThat(Filter.parse("  a >= 'x'"))
        .isEqualTo(new Restriction(new Word("a", 3), Operator.AT_LEAST, new Word("x", 8)));
  }

  @Property(tries = 500)
  void aPrintedFilterReadsBackTheSame(
      @ForAll("filters") Filter filter, @ForAll int seed, @ForAll boolean quoted) {
    String text = printed(filter);
    String given = quoted ? quote(text, '"') : text;
    Filter back = Filter.parse(given);
    assertThat(back.predicate(FilterTest::holds).test(seed))
        .isEqualTo(filter.predicate(FilterTest::holds).test(seed));
    assertThat(values(back)).isEqualTo(values(filter));
  }

  @Property(tries = 2000)
  void anyTextIsAFilterOrAProblem(@ForAll("texts") String text) {
    meetsNothingWorseThanAProblem(() -> Filter.parse(text));
    meetsNothingWorseThanAProblem(() -> RolloutFilter.of(text));
    meetsNothingWorseThanAProblem(() -> OperationFilter.of(text));
    meetsNothingWorseThanAProblem(() -> OperationFilter.of("serviceName=s AND (" + text + ")"));
  }

  /** A made-up meaning: of the restrictions, each seed lets some hold. */
  private static Predicate<Integer> holds(Restriction restriction) {
    int hash = values(restriction).hashCode();
    return seed -> Integer.bitCount(hash & seed) % 2 == 0;
  }

  private static List<String> values(Filter filter) {
    return switch (filter) {
      case And(List<Filter> filters) -> filters.stream().flatMap(f -> values(f).stream()).toList();
      case Or(List<Filter> filters) -> filters.stream().flatMap(f -> values(f).stream()).toList();
      case Restriction r -> List.of(r.field().text() + r.operator().sign() + r.value().text());
    };
  }

  private static String printed(Filter filter) {
    return switch (filter) {
      case And(List<Filter> filters) ->
          filters.stream().map(FilterTest::part).collect(Collectors.joining(" AND "));
      case Or(List<Filter> filters) ->
          filters.stream().map(FilterTest::part).collect(Collectors.joining(" OR "));
      case Restriction r -> r.field().text() + r.operator().sign() + quote(r.value().text(), '\'');
    };
  }

  /** An OR in an AND needs no parentheses, an AND in an OR does. */
  private static String part(Filter filter) {
    return filter instanceof And ? "(" + printed(filter) + ")" : printed(filter);
  }

  private static String quote(String text, char sign) {
    return sign + text.replace("\\", "\\\\").replace("" + sign, "\\" + sign) + sign;
  }

  @Provide
  Arbitrary<Filter> filters() {
    Arbitrary<Filter> restrictions =
        Combinators.combine(
                Arbitraries.of("status", "done", "x.y"),
                Arbitraries.of(Operator.class),
                Arbitraries.oneOf(
                    Arbitraries.of("done", "AND", "a b", "", "(\"", "'\\"),
                    Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(5)))
            .as((f, o, v) -> new Restriction(new Word(f, 1), o, new Word(v, 1)));
    return Arbitraries.recursive(
        () -> restrictions,
        filters ->
            Combinators.combine(
                    Arbitraries.of(true, false), filters.list().ofMinSize(2).ofMaxSize(3))
                .as((and, parts) -> and ? new And(parts) : new Or(parts)),
        0,
        3);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "(",
                ")",
                " ",
                " AND ",
                " OR ",
                "=",
                "!=",
                ">=",
                "<",
                "'",
                "\"",
                "\\",
                "status",
                "strategy",
                "serviceName",
                "startTime",
                "done",
                "failed",
                "SUCCESS",
                "true",
                "s",
                "2017-02-01",
                "2017-02-01T10:00",
                "+999999999-12-31",
                "\u0000",
                "\uD800"),
            Arbitraries.strings().ofMaxLength(3));
    return pieces.list().ofMaxSize(14).map(list -> String.join("", list));
  }
}
