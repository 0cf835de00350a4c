package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.servicerollouts.wire.Samples.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.wire.Json;

class ConfigDiffTest {

  private static List<String> diff(String before, String after) {
    return ConfigDiff.of(json(before), json(after)).stream()
        .map(
            c ->
                c.changeType()
                    + " "
                    + c.element()
                    + " "
                    + c.oldValue().orElse("-")
                    + " "
                    + c.newValue().orElse("-"))
        .toList();
  }

  /** The three paths of google/api/config_change.proto. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'visibility':{'rules':[{'selector':'google.LibraryService.ListBooks','restriction':'A'}]}}"
            + "|{'visibility':{'rules':[{'selector':'google.LibraryService.ListBooks','restriction':'B'}]}}|MODIFIED"
            + " visibility.rules[selector=='google.LibraryService.ListBooks'].restriction 'A' 'B'",
        "{'quota':{'metricRules':[{'selector':'google','metricCosts':{'reads':'1'}}]}}"
            + "|{'quota':{'metricRules':[{'selector':'google','metricCosts':{'reads':'2'}}]}}|MODIFIED"
            + " quota.metric_rules[selector=='google'].metric_costs[key=='reads'].value '1' '2'",
        "{'logging':{'producerDestinations':[{'monitoredResource':'a'}]}}"
            + "|{'logging':{'producerDestinations':[]}}"
            + "|REMOVED logging.producer_destinations [{'monitoredResource':'a'}] -",
        "{'logging':{'producerDestinations':[{'monitoredResource':'a'},{'logs':[]}]}}"
            + "|{'logging':{'producerDestinations':[{'monitoredResource':'a'}]}}"
            + "|REMOVED logging.producer_destinations[1] {'logs':[]} -",
      })
  void spellsElementsAsDocumented(String before, String after, String change) {
    assertThat(diff(before.replace('\'', '"'), after.replace('\'', '"')))
        .containsExactly(change.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"title\":\"a\"}|{\"title\":\"b\"}|MODIFIED title \"a\" \"b\"",
        "{}|{\"http\":{\"rules\":[{\"get\":\"/\"}]}}|ADDED http - {\"rules\":[{\"get\":\"/\"}]}",
        "{\"usage\":{\"requirements\":[\"a\",\"b\"]}}|{\"usage\":{\"requirements\":[\"c\",\"b\"]}}"
            + "|MODIFIED usage.requirements[0] \"a\" \"c\"",
        "{\"apis\":[{\"name\":\"x\"}]}|{\"apis\":[{\"name\":\"y\"},{\"name\":\"x\"}]}"
            + "|ADDED apis[name==\"y\"] - {\"name\":\"y\"}",
        "{\"apis\":[{\"name\":\"x\"}]}|{\"apis\":[{\"name\":1}]}|MODIFIED apis[0].name \"x\" 1",
        "{\"apis\":[{\"name\":\"x\",\"a\":1},{\"name\":\"x\"}]}"
            + "|{\"apis\":[{\"name\":\"x\",\"a\":2},{\"name\":\"x\"}]}|MODIFIED apis[0].a 1 2",
        "{\"apis\":[{\"id\":\"q\\\"\",\"a\":1}]}|{\"apis\":[{\"id\":\"q\\\"\"}]}"
            + "|REMOVED apis[id==\"q\\\"\"].a 1 -",
        "{\"a\":{\"b\":1}}|{\"a\":[1]}|MODIFIED a {\"b\":1} [1]",
        "{\"quota\":{\"limits\":[{\"name\":\"l\"}]}}"
            + "|{\"quota\":{\"limits\":[{\"name\":\"l\",\"values\":{\"STANDARD\":\"5\"}}]}}"
            + "|ADDED quota.limits[name==\"l\"].values - {\"STANDARD\":\"5\"}",
        "{\"a\":{\"values\":{\"someKey\":{\"maxLimit\":1}}}}"
            + "|{\"a\":{\"values\":{\"someKey\":{\"maxLimit\":2}}}}"
            + "|MODIFIED a.values[key==\"someKey\"].value.max_limit 1 2",
        "{\"a\":{\"b_c\":1,\"bC\":2}}|{\"a\":{\"b_c\":1,\"bC\":3}}|MODIFIED a.bC 2 3",
      })
  void tellsEachChange(String before, String after, String change) {
    assertThat(diff(before, after)).containsExactly(change);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":\"1\",\"sourceInfo\":{\"sourceFiles\":[]}}|{\"id\":\"2\",\"source_info\":{}}",
        "{\"metricRules\":[{\"metricCosts\":{\"a\":1}}]}|{\"metric_rules\":[{\"metric_costs\":{\"a\":1}}]}",
        "{\"a\":null,\"b\":[]}|{}",
        "{\"apis\":[{\"name\":\"x\"},{\"name\":\"y\"}]}|{\"apis\":[{\"name\":\"y\"},{\"name\":\"x\"}]}",
        "{\"a\":NaN}|{\"a\":\"NaN\"}",
      })
  void someDifferencesAreNone(String before, String after) {
    assertThat(diff(before, after)).isEmpty();
    assertThat(diff(after, before)).isEmpty();
  }

  @Test
  void keysOfMapsAreKeptAsTheyAre() {
    assertThat(diff("{\"values\":{\"aB\":1,\"c\":1}}", "{\"values\":{\"a_b\":1,\"c\":1}}"))
        .containsExactly(
            "REMOVED values[key==\"aB\"].value 1 -", "ADDED values[key==\"a_b\"].value - 1");
  }

  @Test
  void keepsTheOrderOfTheOldAndPutsAddedOnesLast() {
    assertThat(diff("{\"b\":1,\"a\":1,\"c\":1}", "{\"d\":1,\"c\":2,\"a\":2}"))
        .containsExactly("REMOVED b 1 -", "MODIFIED a 1 2", "MODIFIED c 1 2", "ADDED d - 1");
  }

  @Test
  void printsAsGoogleDoes() {
    assertThat(Json.compact(new ConfigChange("a", Optional.of("1"), Optional.of("2")).json()))
        .isEqualTo(
            "{\"element\":\"a\",\"oldValue\":\"1\",\"newValue\":\"2\",\"changeType\":\"MODIFIED\"}");
    assertThat(Json.compact(new ConfigChange("a", Optional.empty(), Optional.of("2")).json()))
        .isEqualTo("{\"element\":\"a\",\"newValue\":\"2\",\"changeType\":\"ADDED\"}");
    assertThat(Json.compact(new ConfigChange("a", Optional.of("1"), Optional.empty()).json()))
        .isEqualTo("{\"element\":\"a\",\"oldValue\":\"1\",\"changeType\":\"REMOVED\"}");
  }

  @Test
  void aChangeChanges() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfigChange("a", Optional.empty(), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfigChange("a", Optional.of("1"), Optional.of("1")));
  }

  @Property
  void aConfigDoesNotDifferFromItself(@ForAll("configs") String config) {
    assertThat(ConfigDiff.of(json(config), json(config))).isEmpty();
  }

  @Property
  void everyChangeIsTrueOfBothConfigs(
      @ForAll("configs") String before, @ForAll("configs") String after) {
    List<ConfigChange> changes = ConfigDiff.of(json(before), json(after));
    assertThat(changes).extracting(ConfigChange::element).doesNotHaveDuplicates();
    for (ConfigChange change : changes) {
      assertThat(at(json(before), change.element()))
          .as(change.element())
          .isEqualTo(change.oldValue());
      assertThat(at(json(after), change.element()))
          .as(change.element())
          .isEqualTo(change.newValue());
    }
  }

  @Property
  void theOtherWayRoundEveryChangeIsTurned(
      @ForAll("configs") String before, @ForAll("configs") String after) {
    assertThat(ConfigDiff.of(json(after), json(before)))
        .containsExactlyInAnyOrderElementsOf(
            ConfigDiff.of(json(before), json(after)).stream()
                .map(
                    c ->
                        new ConfigChange(
                            c.element(),
                            /* oldValue= */ c.newValue(),
                            /* newValue= */ c.oldValue()))
                .toList());
  }

  @Property
  void whatIsNotTheSameHasAChange(@ForAll("leaves") String one, @ForAll("leaves") String other) {
    String before = "{\"a\":[{\"name\":\"x\",\"b\":" + one + "}]}";
    String after = "{\"a\":[{\"name\":\"x\",\"b\":" + other + "}]}";
    assertThat(diff(before, after)).hasSize(one.equals(other) ? 0 : 1);
  }

  private static final Pattern STEP =
      Pattern.compile("\\.?(\\w+)|\\[(\\w+)==\"(\\w+)\"](\\.value)?|\\[(\\d+)]");

  /** What stands at {@code element}, read without the code under test. */
  private static Optional<String> at(JsonNode config, String element) {
    JsonNode here = config;
    for (MatchResult step : STEP.matcher(element).results().toList()) {
      here = next(here, step);
    }
    return here.isMissingNode() || here.isNull() || (here.isArray() && here.isEmpty())
        ? Optional.empty()
        : Optional.of(Json.compact(here));
  }

  private static JsonNode next(JsonNode here, MatchResult step) {
    if (step.group(1) != null) {
      return here.path(step.group(1));
    }
    if (step.group(5) != null) {
      return here.path(Integer.parseInt(step.group(5)));
    }
    if (step.group(4) != null) {
      return here.path(step.group(3));
    }
    return here.valueStream()
        .filter(e -> e.path(step.group(2)).asText().equals(step.group(3)))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  @Provide
  Arbitrary<String> leaves() {
    return Arbitraries.of("1", "2", "\"x\"", "true", "{}", "{\"c\":1}");
  }

  @Provide
  Arbitrary<String> configs() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "name", "selector", "values");
    Arbitrary<String> leaves = Arbitraries.of("1", "2", "\"x\"", "\"y\"", "null", "[]", "{}");
    return object(
        names,
        Arbitraries.recursive(
            () -> leaves,
            values ->
                Arbitraries.oneOf(
                    object(names, values),
                    values.list().ofMaxSize(3).map(l -> "[" + String.join(",", l) + "]")),
            0,
            4));
  }

  private static Arbitrary<String> object(Arbitrary<String> names, Arbitrary<String> values) {
    return Arbitraries.maps(names, values)
        .ofMaxSize(4)
        .map(
            (Map<String, String> members) ->
                members.entrySet().stream()
                    .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                    .collect(Collectors.joining(",", "{", "}")));
  }
}
