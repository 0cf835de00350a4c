package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;

class JsonTest {

  @Test
  void takesTrailingCommas() {
    assertThat(Json.compact(json("{\"percentages\": {\"new\": 100,}, \"list\": [1, 2,],}")))
        .isEqualTo("{\"percentages\":{\"new\":100},\"list\":[1,2]}");
  }

  @Test
  void anEmptyBodyIsAnEmptyObject() {
    assertThat(json("")).isEmpty();
    assertThat(json(" \n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", " \"\"\n", "null", "\tnull "})
  void aBodyThatSaysNothingIsAnEmptyObject(String body) {
    assertThat(json(body)).isEmpty();
  }

  @Test
  void keepsNumbersExact() {
    String text =
        "{\"a\":0.10,\"b\":123456789012345678901234567890,\"c\":1E+400,\"d\":33.333333333333333333}";
    assertThat(Json.compact(json(text))).isEqualTo(text);
  }

  @Test
  void readsNanSoThatItCanBeRefusedWhereItStands() {
    assertThat(json("{\"a\": NaN, \"b\": -Infinity}").get("a").doubleValue()).isNaN();
  }

  @Test
  void writesStrictJsonWhateverItRead() {
    assertThat(Json.compact(json("{\"a\": NaN,}"))).isEqualTo("{\"a\":\"NaN\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|Unexpected end of input at line 1, column 2.",
        "{\"a\": 1|Unexpected end of input at line 1, column 8.",
        "nonsense|Unexpected token at line 1, column 1.",
        "{\"a\": 1,,}|Unexpected token at line 1, column 9.",
        "{\"a\": 01}|Unexpected token at line 1, column 8.",
        "{'a': 1}|Unexpected token at line 1, column 2.",
        "{\"a\": 1} {}|Unexpected token after the end at line 1, column 10.",
        "{\"a\": 1, \"a\": 2}|A name is given twice at line 1, column 16.",
        "{\"a\": {\"b\": 1, \"b\": []}}|A name is given twice at line 1, column 22.",
        "[]|The body is not an object.",
        "\"text\"|The body is not an object.",
        "\" \"|The body is not an object.",
        "[\"\"]|The body is not an object.",
        "false|The body is not an object.",
        "0|The body is not an object.",
        "12|The body is not an object.",
        "{\"a\": \"\\ud800\"}|A \\u escape is half of a character.",
      })
  void saysWhereTheBodyIsMalformed(String body, String message) {
    Problem problem = problem(() -> json(body));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.MALFORMED_BODY);
    assertThat(problem.message()).isEqualTo("Invalid JSON payload received. " + message);
  }

  @Test
  void countsLines() {
    assertThat(problem(() -> json("{\n  \"a\": 1\n  \"b\": 2\n}")).message())
        .endsWith("Unexpected token at line 3, column 3.");
  }

  @Test
  void boundsNesting() {
    String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
    assertThat(json(deep)).isNotEmpty();
    assertThat(problem(() -> json("{\"a\":" + deep + "}")).message())
        .contains("More than 100 levels");
    assertThat(problem(() -> json("[".repeat(200_000))).message()).contains("More than 100 levels");
  }

  @Test
  void boundsNumbersAndNames() {
    assertThat(problem(() -> json("{\"a\":" + "9".repeat(2000) + "}")).kind())
        .isEqualTo(Problem.Kind.MALFORMED_BODY);
    assertThat(problem(() -> json("{\"" + "a".repeat(60_000) + "\":1}")).kind())
        .isEqualTo(Problem.Kind.MALFORMED_BODY);
  }

  @Test
  void readsBackWhateverItTook() {
    String deep = "{\"a\":".repeat(100) + "9".repeat(990) + "e99999" + "}".repeat(100);
    ObjectNode wrapped = Json.object();
    wrapped.set("document", json(deep));
    assertThat(Json.readOwn(Json.compact(wrapped))).isEqualTo(wrapped);
  }

  @Test
  void refusesWhatIsNotUtf8() {
    assertThat(problem(() -> Json.read(new byte[] {'{', (byte) 0xff, '}'})).message())
        .isEqualTo("Invalid JSON payload received. The body is not UTF-8.");
  }

  @Test
  void printsLikeGoogle() {
    ObjectNode node = json("{\"a\":{\"b\":[1,{\"c\":\"d\"}],\"e\":{},\"f\":[]},\"g\":true}");
    assertThat(Json.pretty(node))
        .isEqualTo(
            """
            {
              "a": {
                "b": [
                  1,
                  {
                    "c": "d"
                  }
                ],
                "e": {},
                "f": []
              },
              "g": true
            }
            """);
  }

  @Property
  void anyBytesAreAnObjectOrMalformed(@ForAll byte[] body) {
    meetsNothingWorseThanAProblem(() -> Json.read(body));
  }

  @Property
  void anyTextIsAnObjectOrMalformed(
      @ForAll String text, @ForAll long number, @ForAll short exponent) {
    meetsNothingWorseThanAProblem(() -> json(text));
    meetsNothingWorseThanAProblem(
        () -> json("{\"a\":" + number + "e" + exponent + "99999999999" + "}"));
    meetsNothingWorseThanAProblem(() -> json("{\"a\":" + text));
    meetsNothingWorseThanAProblem(
        () -> Json.read(("{\"" + text).getBytes(StandardCharsets.UTF_16)));
  }
}
