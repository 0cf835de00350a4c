package org.servicerollouts.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedTest {

  @Test
  void loadsARequestAsItStandsInTheGuide() {
    Seed seed = Seed.load("google-create-full");

    assertThat(seed.method()).isEqualTo("POST");
    assertThat(seed.path()).isEqualTo("/v1/services/endpointsapis.appspot.com/rollouts");
    assertThat(seed.body()).contains("\"new\": 100,\n }");
  }

  @Test
  void putsNamesIntoAPath() {
    Seed seed =
        Seed.load("eas-describe-batch", Map.of("ClusterId", "cn-shanghai", "ServiceName", "foo"));

    assertThat(seed.path()).isEqualTo("/api/v2/services/cn-shanghai/foo/rollout");
    assertThat(seed.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{'a':1}                => {'a':1,'b':2}                      =>",
        "{'a':1}                => {'a':1.0}                          => /a: 1.0 (expected: 1)",
        "{'a':'x'}              => {}                                 => /a: (absent) (expected:"
            + " \"x\")",
        "{'a':{}}               => {'a':{}}                           =>",
        "{'a':['x']}            => {'a':['x','y']}                    => /a/1: \"y\" (expected:"
            + " (absent))",
        "{'a':['x','...']}      => {'a':['x','y']}                    =>",
        "{'a':['x','...']}      => {'a':[]}                           => /a/0: (absent) (expected:"
            + " \"x\")",
        "{'a':[{'b':1}]}        => {'a':{'b':1}}                      => /a: {\"b\":1} (expected:"
            + " [{\"b\":1}])",
        "{'a':'...'}            => {'a':'2026-05-08T16:10:56.1Z'}     => /a:"
            + " \"2026-05-08T16:10:56.1Z\" (expected: like"
            + " \\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.(\\d{3}|\\d{6}|\\d{9}))?Z)",
        "{'a':'...'}            => {'a':'2026-05-08T16:10:56.123Z'}   =>",
        "{'a':'...'}            => {'a':'2026-05-08T16:10:56Z'}       =>",
      })
  void comparesWhatIsPrinted(String printed, String answer, String wrong) throws IOException {
    Seed seed = new Seed("GET", "/", "", json(printed), Map.of());

    List<String> found =
        seed.compare(json(answer)).stream()
            .filter(field -> !field.isRight())
            .map(Field::toString)
            .toList();
    assertThat(found).isEqualTo(wrong == null ? List.of() : List.of(wrong));
  }

  @Test
  void expectsADifferenceInsteadOfWhatIsPrinted() throws IOException {
    Map<String, Seed.Difference> differences =
        Map.of(
            "/a", new Seed.Difference(new Expectation.Value(json("'y'")), "it is so"),
            "/b", new Seed.Difference(new Expectation.Absent(), "it is not there"),
            "/c", new Seed.Difference(new Expectation.Like(Pattern.compile("v\\d")), "an id"));
    Seed seed = new Seed("GET", "/", "", json("{'a':'x','b':{'x':1},'c':'v1'}"), differences);

    assertThat(seed.compare(json("{'a':'y','c':'v2'}"))).allMatch(Field::isRight).hasSize(3);
    assertThat(seed.compare(json("{'a':'x','b':{'x':1},'c':'w'}"))).noneMatch(Field::isRight);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }
}
