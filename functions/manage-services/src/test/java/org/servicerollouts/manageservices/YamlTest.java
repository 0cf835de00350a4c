package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Json;

class YamlTest {

  private static ConfigFile file(String text, Charset charset) {
    return new ConfigFile(
        "f.yaml",
        Base64.getEncoder().encodeToString(text.getBytes(charset)),
        ConfigFile.Type.SERVICE_CONFIG_YAML);
  }

  private static String read(String text) {
    return Json.compact(Yaml.read(file(text, StandardCharsets.UTF_8), new Budget()));
  }

  private static String refusal(ConfigFile file) {
    ProblemException thrown =
        catchThrowableOfType(ProblemException.class, () -> Yaml.read(file, new Budget()));
    assertThat(thrown).as("problem").isNotNull();
    String message = thrown.problem().message();
    String before =
        "Cannot convert to service config. 'location: \"f.yaml\" kind: ERROR message: \"";
    assertThat(message).startsWith(before).endsWith("\"'");
    return message.substring(before.length(), message.length() - 2);
  }

  private static String refusal(String text) {
    return refusal(file(text, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: 1|{\"a\":1}",
        "a: -12345678901234567890123|{\"a\":-12345678901234567890123}",
        "a: 1.0|{\"a\":1.0}",
        "a: 0.10|{\"a\":0.10}",
        "a: 1.0.0|{\"a\":\"1.0.0\"}",
        "a: 012|{\"a\":\"012\"}",
        "a: 0x1F|{\"a\":\"0x1F\"}",
        "a: 12:30:45|{\"a\":\"12:30:45\"}",
        "a: 2001-12-14t21:59:43.10-05:00|{\"a\":\"2001-12-14t21:59:43.10-05:00\"}",
        "a: 2026-02-30|{\"a\":\"2026-02-30\"}",
        "a: yes|{\"a\":\"yes\"}",
        "a: True|{\"a\":\"True\"}",
        "a: true|{\"a\":true}",
        "a: 'true'|{\"a\":\"true\"}",
        "a: null|{\"a\":null}",
        "a: ~|{\"a\":\"~\"}",
        "a:|{\"a\":null}",
        "a: !!str 1|{\"a\":\"1\"}",
        "a: ! 1|{\"a\":\"1\"}",
        "a: !!map {}|{\"a\":{}}",
        "200: ok|{\"200\":\"ok\"}",
        "true: ok|{\"true\":\"ok\"}",
        "null: ok|{\"null\":\"ok\"}",
        "1.5: ok|{\"1.5\":\"ok\"}",
        "<<: {a: 1}|{\"<<\":{\"a\":1}}",
        "a: &x {b: 1}\\nc: *x|{\"a\":{\"b\":1},\"c\":{\"b\":1}}",
        "a: &x b\\n*x : c|{\"a\":\"b\",\"b\":\"c\"}",
        "&x a: *x|{\"a\":\"a\"}",
        "a: &x 1\\nb: &x 2\\nc: *x|{\"a\":1,\"b\":2,\"c\":2}",
        "---\\na: 1\\n...|{\"a\":1}",
        "{\\\"a\\\": [1, {\\\"b\\\": \\\"c\\\"}]}|{\"a\":[1,{\"b\":\"c\"}]}",
      })
  void readsYaml(String text, String json) {
    assertThat(read(text.replace("\\n", "\n").replace("\\\"", "\""))).isEqualTo(json);
  }

  @Test
  void readsBlocks() {
    assertThat(read("# only\na: |-\n  x\n  y\nb: >\n  z\n  z\n"))
        .isEqualTo("{\"a\":\"x\\ny\",\"b\":\"z z\\n\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: 1\\na: 2|line 2, column 1: a is given twice",
        "a: {b: 1, \\\"b\\\": 2}|line 1, column 11: b is given twice",
        "1: a\\n'1': b|line 2, column 1: 1 is given twice",
        "a: &x b\\nb: 1\\n*x : 2|line 3, column 1: b is given twice",
        "a:\\n\\t- b|line 2, column 1: found character '\\t(TAB)' that cannot start any token."
            + " (Do not use \\t(TAB) for indentation)",
        "? [a]\\n: b|line 1, column 3: the name of a member is expected",
        "? {a: 1}\\n: b|line 1, column 3: the name of a member is expected",
        "a: &x [1]\\n*x : 2|line 2, column 1: the name of a member is expected",
        "a: *x|line 1, column 4: nothing is anchored as x",
        "a: &x [*x]|line 1, column 8: nothing is anchored as x",
        "&x a: &y {b: *y}|line 1, column 14: nothing is anchored as y",
        "a: .inf|line 1, column 4: no number that JSON has: .inf",
        "a: .nan|line 1, column 4: no number that JSON has: .nan",
        "a: !!int b|line 1, column 4: no number that JSON has: b",
        "a: 1e99999999999|line 1, column 4: no number that JSON has: 1e99999999999",
        "a: !!bool b|line 1, column 4: a value cannot be read as tag:yaml.org,2002:bool",
        "a: !!binary aGk=|line 1, column 4: a value cannot be read as tag:yaml.org,2002:binary",
        "a: !!set {b}|line 1, column 4: a value cannot be read as tag:yaml.org,2002:set",
        "a: !!java.lang.Runtime [b]|line 1, column 4: a value cannot be read as"
            + " tag:yaml.org,2002:java.lang.Runtime",
        "a: !foo b|line 1, column 4: a value cannot be read as !foo",
        "!!bool a: b|line 1, column 1: a value cannot be read as tag:yaml.org,2002:bool",
        "a: \\\"\\\\ud800\\\"|line 1, column 4: an escape is half of a character",
        "a: 1\\n---\\nb: 2|line 2, column 1: a second document begins",
        "- a|line 1, column 1: an object with members is expected",
        "a|line 1, column 1: an object with members is expected",
        "*x|line 1, column 1: nothing is anchored as x",
        "# nothing|The file is empty.",
        "a: [1|line 1, column 6: expected ',' or ']', but got <stream end>",
      })
  void saysWhereItIsWrong(String text, String message) {
    assertThat(
            refusal(
                text.replace("\\\\", "\0")
                    .replace("\\n", "\n")
                    .replace("\\t", "\t")
                    .replace("\\\"", "\"")
                    .replace("\0", "\\")))
        .isEqualTo(message);
  }

  @Test
  void refusesOtherCharacters() {
    assertThat(refusal("a: \u0001")).isEqualTo("character U+0001 is not allowed");
    assertThat(refusal(file("a: \u00e9", StandardCharsets.ISO_8859_1)))
        .isEqualTo("The file is not UTF-8.");
    assertThat(refusal(file("a: b", StandardCharsets.UTF_16))).isEqualTo("The file is not UTF-8.");
    assertThat(read("\uFEFFa: b")).isEqualTo("{\"a\":\"b\"}");
  }

  @Test
  void refusesEscapesOfNoCharacter() {
    assertThat(refusal("\"\\u")).isEqualTo("an escape is cut off by the end of the file");
    assertThat(refusal("\"\\u\"")).startsWith("line 1, column ");
    assertThat(refusal("\"\\U7fffffff\"")).startsWith("line 1, column ");
    assertThat(refusal("\"\\q\"")).startsWith("line 1, column ");
  }

  @Test
  void boundsTheDepth() {
    assertThat(read("a: " + "[".repeat(99) + "]".repeat(99))).hasSize(5 + 198 + 1);
    assertThat(refusal("a: " + "[".repeat(100) + "]".repeat(100)))
        .isEqualTo("line 1, column 103: more than 100 levels");
    assertThat(
            refusal("a: &x " + "[".repeat(60) + "]".repeat(60) + "\nb: " + "[".repeat(40) + "*x"))
        .isEqualTo("line 2, column 44: more than 100 levels");
  }

  @ParameterizedTest
  @MethodSource("deep")
  void deepNestingEndsAtTheBound(String open) {
    assertThat(refusal(open.repeat(Budget.MAX_CHARACTERS / open.length())))
        .contains("more than 100");
  }

  static String[] deep() {
    return new String[] {"[", "{a: ", "- ", "[{a: "};
  }

  @Test
  void deepNamesAreNoNames() {
    assertThat(refusal("? ".repeat(Budget.MAX_CHARACTERS / 2)))
        .isEqualTo("line 1, column 3: the name of a member is expected");
    assertThat(refusal("[".repeat(50) + "{[".repeat(1000)))
        .isEqualTo("line 1, column 52: the name of a member is expected");
  }

  @Test
  void boundsWhatAliasesMakeOfIt() {
    StringBuilder bomb = new StringBuilder("a0: &a0 lol\n");
    for (int i = 1; i < 90; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(refusal(bomb.toString())).contains("more than 262144 characters with all aliases");
    String long1 = "a: &a " + "x".repeat(100_000) + "\nb: [*a, *a, *a]";
    assertThat(refusal(long1)).contains("more than 262144 characters with all aliases");
    String name = "a: &a " + "x".repeat(100_000) + "\nb: [{*a : 1}, {*a : 1}, {*a : 1}]";
    assertThat(refusal(name)).contains("more than 262144 characters with all aliases");
  }

  @Test
  void filesShareABudget() {
    Budget budget = new Budget();
    String half = "a: &a " + "x".repeat(60_000) + "\nb: *a";
    assertThat(Yaml.read(file(half, StandardCharsets.UTF_8), budget)).hasSize(2);
    assertThat(Yaml.read(file(half, StandardCharsets.UTF_8), budget)).hasSize(2);
    assertThat(
            catchThrowableOfType(
                    ProblemException.class,
                    () -> Yaml.read(file(half, StandardCharsets.UTF_8), budget))
                .problem()
                .message())
        .contains("line 1, column 1: more than 262144 characters");
    assertThat(Yaml.read(file("a: b", StandardCharsets.UTF_8), budget)).hasSize(1);
  }

  @Test
  void boundsNumbersAndLength() {
    assertThat(read("a: " + "9".repeat(1000))).hasSize(1006);
    assertThat(refusal("a: " + "9".repeat(1001)))
        .isEqualTo("line 1, column 4: a number of more than 1000 characters");
    assertThat(refusal("# " + "x".repeat(Budget.MAX_CHARACTERS) + "\na: b"))
        .contains("" + Budget.MAX_CHARACTERS);
  }

  @Property(tries = 3000)
  void anyTextIsYamlOrAProblem(@ForAll("pieces") String text) {
    ConfigFile file = file(text, StandardCharsets.UTF_8);
    try {
      assertThat(Json.readOwn(Json.compact(Yaml.read(file, new Budget())))).isNotNull();
    } catch (ProblemException e) {
      assertThat(refusal(file)).isNotEmpty();
    }
  }

  @Property
  void jsonIsYaml(@ForAll("json") String json) {
    assertThat(read(json)).isEqualTo(json);
  }

  @Provide
  Arbitrary<String> pieces() {
    return texts();
  }

  @Provide
  Arbitrary<String> json() {
    Arbitrary<String> leaves =
        Arbitraries.of(
            "1", "-2.50", "1E+5", "\"a b\"", "\"\\n\"", "true", "null", "\"null\"", "[]");
    return Arbitraries.recursive(
            () -> leaves,
            values ->
                Arbitraries.oneOf(
                    values.map(v -> "{\"a\":" + v + ",\"b: c\":1}"),
                    values.list().ofMaxSize(3).map(l -> "[" + String.join(",", l) + "]")),
            0,
            4)
        .map(value -> "{\"x\":" + value + "}");
  }

  /** Pieces of YAML, of OpenAPI and of nothing, in any order. */
  static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "a: ",
                "b:\n",
                "  c: ",
                "\n",
                "\n  ",
                "- ",
                "? ",
                ": ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                "&x ",
                "*x ",
                "!!int ",
                "!!str ",
                "!<",
                "!a!b ",
                "! ",
                "|",
                ">-\n",
                "'",
                "\"",
                "\\",
                "\\u",
                "\\ud800",
                "\\U00110000",
                "\\U7fffffff",
                "\\x4",
                "#",
                "%YAML 1.2\n",
                "%YAML 99999999999.1\n",
                "%TAG ! x\n",
                "---\n",
                "...\n",
                "\t",
                "\r",
                "\u2028",
                "\uFEFF",
                "\u0000",
                "1",
                "1e9",
                ".inf",
                "null",
                "<<: ",
                "~",
                "@",
                "`",
                "swagger: '2.0'\n",
                "openapi: 3.0.0\n",
                "host: a.b\n",
                "paths:\n  /x:\n    get: {}\n",
                "info: {version: 1.0}\n",
                "servers: [{url: //a}]\n",
                "type: google.api.Service\n"),
            Arbitraries.strings().ofMaxLength(3))
        .list()
        .ofMaxSize(12)
        .map(list -> String.join("", list));
  }
}
