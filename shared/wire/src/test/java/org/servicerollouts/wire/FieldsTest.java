package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Problem;

class FieldsTest {

  @Test
  void takesBothSpellingsOfGoogle() {
    Fields fields = Fields.google(json("{\"rollout_id\": \"a\", \"serviceName\": \"b\"}"));
    assertThat(fields.string("rolloutId")).contains("a");
    assertThat(fields.string("serviceName")).contains("b");
    fields.end();
  }

  @Test
  void refusesBothSpellingsAtOnce() {
    Fields fields = Fields.google(json("{\"rollout_id\": \"a\", \"rolloutId\": null}"));
    assertThat(problem(() -> fields.string("rolloutId")).message())
        .isEqualTo("rolloutId: given twice (expected: one of rolloutId, rollout_id)");
  }

  @Test
  void knowsNoThirdSpelling() {
    Fields fields = Fields.google(json("{\"traffic_PercentStrategy\": {}}"));
    assertThat(fields.object("trafficPercentStrategy")).isEmpty();
    assertThat(problem(fields::end).message()).contains("Unknown name \"traffic_PercentStrategy\"");
  }

  @Test
  void easSpellsOneWay() {
    Fields fields = Fields.eas(json("{\"batch_size\": \"1\"}"));
    assertThat(fields.string("batchSize")).isEmpty();
    assertThat(problem(fields::end).message())
        .isEqualTo("batch_size: unknown (expected: one of batchSize)");
  }

  @Test
  void nullIsAbsent() {
    Fields fields =
        Fields.google(json("{\"a\": null, \"b\": null, \"c\": null, \"d\": null, \"e\": null}"));
    assertThat(fields.string("a")).isEmpty();
    assertThat(fields.integer("b", "few")).isEmpty();
    assertThat(fields.bool("c")).isEmpty();
    assertThat(fields.object("d")).isEmpty();
    assertThat(fields.doubles("e")).isEmpty();
    fields.end();
  }

  @ParameterizedTest
  @CsvSource({
    "25,25",
    "2.50,2.5",
    "1e2,100",
    "1E+400,1E+400",
    "-0.000000001,-0.000000001",
    "100e2147483647,1.00E+2147483649",
    "NaN,NaN"
  })
  void aNumberMayStandForAString(String number, String text) {
    assertThat(Fields.google(json("{\"a\":" + number + "}")).string("a")).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "10,10",
        "10.0,10",
        "1e3,1000",
        "\"7\",7",
        "-3,-3",
        "0,0",
        "0e400,0",
        "999999999999999999,999999999999999999"
      })
  void readsWholeNumbers(String value, long expected) {
    assertThat(Fields.google(json("{\"a\":" + value + "}")).integer("a", "few")).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1.5|1.5",
        "\"x\"|\"x\"",
        "1e-400|1E-400",
        "NaN|NaN",
        "true|true",
        "{}|an object",
        "[1]|an array",
        "\"\"|\"\"",
      })
  void refusesOtherNumbers(String value, String shown) {
    Problem problem =
        problem(() -> Fields.google(json("{\"a\":" + value + "}")).integer("a", "few"));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message()).isEqualTo("a: " + shown + " (expected: a whole number)");
    assertThat(problem.field()).contains("a");
  }

  @ParameterizedTest
  @CsvSource({
    "1000000000000000000,1000000000000000000",
    "-99999999999999999999,-99999999999999999999",
    "1e400,1E+400",
    "100e2147483647,1.00E+2147483649",
  })
  void tellsItsRangeToANumberThatIsTooLarge(String value, String shown) {
    assertThat(
            problem(() -> Fields.google(json("{\"a\":" + value + "}")).integer("a", "few"))
                .message())
        .isEqualTo("a: " + shown + " (expected: few)");
  }

  @Test
  void readsDoublesInTheOrderGiven() {
    Fields fields =
        Fields.google(
            json(
                "{\"p\": {\"new\": 10, \"old\": \"89.5\", \"x\": \"NaN\", \"y\": NaN, \"z\":"
                    + " 1e400}}"));
    assertThat(fields.doubles("p").orElseThrow())
        .containsExactly(
            entry("new", 10.0),
            entry("old", 89.5),
            entry("x", Double.NaN),
            entry("y", Double.NaN),
            entry("z", Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"new\": \"ten\"}|p[\"new\"]: \"ten\" (expected: a number)",
        "{\"new\": \"0x1p3\"}|p[\"new\"]: \"0x1p3\" (expected: a number)",
        "{\"new\": null}|p[\"new\"]: null (expected: a number)",
        "{\"new\": true}|p[\"new\"]: true (expected: a number)",
        "{\"n\\nw\": []}|p[\"n\\u000aw\"]: an array (expected: a number)",
        "[100]|p: an array (expected: an object of numbers)",
        "100|p: 100 (expected: an object of numbers)",
      })
  void refusesWhatIsNoDouble(String value, String message) {
    assertThat(problem(() -> Fields.google(json("{\"p\":" + value + "}")).doubles("p")).message())
        .isEqualTo(message);
  }

  @Test
  void namesMembersFromTheTop() {
    Fields inner =
        Fields.google(json("{\"batch\": {\"batchSize\": true}}")).object("batch").orElseThrow();
    assertThat(problem(() -> inner.string("batchSize")).message())
        .isEqualTo("batch.batchSize: true (expected: a string)");
    assertThat(problem(() -> inner.requiredString("interval", "60s")).message())
        .isEqualTo("batch.interval: missing (expected: 60s)");
  }

  @Test
  void readsListsOfObjects() {
    List<Fields> files =
        Fields.google(json("{\"source_files\": [{\"a\": \"x\"}, {\"a\": true, \"b\": 1}]}"))
            .objects("sourceFiles")
            .orElseThrow();
    assertThat(files).hasSize(2);
    assertThat(files.getFirst().string("a")).contains("x");
    assertThat(problem(() -> files.get(1).string("a")).message())
        .isEqualTo("sourceFiles[1].a: true (expected: a string)");
    assertThat(problem(files.getLast()::end).message())
        .isEqualTo(
            "Invalid JSON payload received. Unknown name \"b\" at 'sourceFiles[1]': Cannot find"
                + " field.");
    assertThat(Fields.google(json("{\"a\": []}")).objects("a")).contains(List.of());
    assertThat(Fields.google(json("{\"a\": null}")).objects("a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|a: an object (expected: an array of objects)",
        "\"x\"|a: \"x\" (expected: an array of objects)",
        "[{}, []]|a[1]: an array (expected: an object)",
        "[null]|a[0]: null (expected: an object)",
      })
  void refusesWhatIsNoListOfObjects(String value, String message) {
    assertThat(problem(() -> Fields.google(json("{\"a\":" + value + "}")).objects("a")).message())
        .isEqualTo(message);
  }

  @Test
  void refusesUnknownMembersInGooglesWords() {
    Problem top = problem(() -> Fields.google(json("{\"bogus\": 1}")).end());
    assertThat(top.kind()).isEqualTo(Problem.Kind.UNKNOWN_FIELD);
    assertThat(top.message())
        .isEqualTo("Invalid JSON payload received. Unknown name \"bogus\": Cannot find field.");
    assertThat(top.field()).contains("bogus");

    Fields inner = Fields.google(json("{\"batch\": {\"bogus\": 1}}")).object("batch").orElseThrow();
    Problem nested = problem(inner::end);
    assertThat(nested.message())
        .isEqualTo(
            "Invalid JSON payload received. Unknown name \"bogus\" at 'batch': Cannot find field.");
    assertThat(nested.field()).contains("batch.bogus");
  }

  @Test
  void anUnknownNullIsUnknownToo() {
    assertThat(problem(() -> Fields.google(json("{\"bogus\": null}")).end()).kind())
        .isEqualTo(Problem.Kind.UNKNOWN_FIELD);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "10,10",
        "10.50,10.5",
        "1e3,1000",
        "\"0.10\",0.1",
        "-3,-3",
        "0.0,0",
        "999999999999999999.000000000000000001,999999999999999999.000000000000000001"
      })
  void readsDecimals(String value, BigDecimal expected) {
    assertThat(Fields.google(json("{\"a\":" + value + "}")).decimal("a", "few")).contains(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"true,true", "\"x\",\"x\"", "NaN,NaN"})
  void refusesOtherDecimals(String value, String shown) {
    assertThat(
            problem(() -> Fields.google(json("{\"a\":" + value + "}")).decimal("a", "few"))
                .message())
        .isEqualTo("a: " + shown + " (expected: a number)");
  }

  @ParameterizedTest
  @CsvSource({
    "1e18,1000000000000000000",
    "1e-19,1E-19",
    "1e2147483647,1E+2147483647",
    "100e2147483647,1.00E+2147483649",
  })
  void tellsItsRangeToADecimalOfTooManyDigits(String value, String shown) {
    assertThat(
            problem(() -> Fields.google(json("{\"a\":" + value + "}")).decimal("a", "few"))
                .message())
        .isEqualTo("a: " + shown + " (expected: few)");
  }

  @Test
  void readsStrings() {
    Fields fields = Fields.google(json("{\"a\": [\"x\", \"\"], \"b\": [], \"c\": null}"));
    assertThat(fields.strings("a")).contains(List.of("x", ""));
    assertThat(fields.strings("b")).contains(List.of());
    assertThat(fields.strings("c")).isEmpty();
    fields.end();
  }

  @Test
  void refusesOtherStrings() {
    Fields fields = Fields.google(json("{\"a\": \"x\", \"b\": [\"x\", null]}"));
    assertThat(problem(() -> fields.strings("a")).message())
        .isEqualTo("a: \"x\" (expected: an array of strings)");
    assertThat(problem(() -> fields.strings("b")).message())
        .isEqualTo("b[1]: null (expected: a string)");
  }

  @Test
  void tellsNullFromAbsent() {
    Fields fields = Fields.google(json("{\"aB\": null, \"c_d\": 1}"));
    assertThat(fields.isGiven("aB")).isTrue();
    assertThat(fields.isGiven("cD")).isTrue();
    assertThat(fields.isGiven("e")).isFalse();
  }
}
