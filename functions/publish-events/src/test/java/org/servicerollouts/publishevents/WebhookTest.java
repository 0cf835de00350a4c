package org.servicerollouts.publishevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The stack of {@code docs/events/webhook.yaml}, by what EventBridge documents of its parts. */
class WebhookTest {
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final Pattern PATH = Pattern.compile("\\$(\\.[\\w-]+(\\[\\d])?)+");
  private static final Pattern VARIABLE = Pattern.compile("<(\\w+)>");

  private final JsonNode rule = read().at("/Resources/Rule/Properties");
  private final JsonNode transformer = rule.at("/Targets/0/InputTransformer");

  private static JsonNode read() {
    try {
      return YAML.readTree(EventDocs.text("webhook.yaml"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theRuleWantsStateChangesOfThisProduct() {
    assertThat(rule.path("EventPattern"))
        .hasToString(
            "{\"source\":[\"%s\"],\"detail-type\":[\"%s\"]}"
                .formatted(Entries.SOURCE, ServiceEvent.STATE_CHANGE));
  }

  @Test
  void theChatIsToldInOneLineWhatHappenedToWhichRollouts() {
    JsonNode superseding = EventDocs.examples().getFirst();
    assertThat(EventDocs.json(message(superseding)))
        .hasToString(
            """
            {"text":"*shop.example.com*: 2026-03-01r0 CANCELLED 2026-03-01r1 RUNNING \
            (ROLLOUT_CREATED by arn:aws:iam::123456789012:user/alice, 2026-03-01T12:00:00.123Z)"}\
            """);
  }

  @Test
  void theTextThatTheReadmePromisesIsTheOneOfItsOwnEvent() {
    Matcher entry =
        Pattern.compile("\"Detail\": \"(.*?)\"}]'", Pattern.DOTALL)
            .matcher(EventDocs.text("README.md"));
    assertThat(entry.find()).isTrue();
    String detail = entry.group(1).replace("\\\"", "\"");
    JsonNode event = EventDocs.json("{\"detail\": " + detail + "}");
    String text = EventDocs.json(message(event)).path("text").asText();
    assertThat(EventDocs.text("README.md")).contains("`" + text + "`");
  }

  @Test
  void everyVariableIsNamedAndUsed() {
    Map<String, String> paths = new TreeMap<>();
    transformer
        .path("InputPathsMap")
        .properties()
        .forEach(entry -> paths.put(entry.getKey(), entry.getValue().asText()));
    assertThat(paths.values()).allMatch(path -> PATH.matcher(path).matches());
    assertThat(VARIABLE.matcher(template()).results().map(found -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(paths.keySet());
  }

  private String template() {
    return transformer.path("InputTemplate").asText();
  }

  /** The template with each variable's value; of a path that is not there, nothing. */
  private String message(JsonNode event) {
    return VARIABLE
        .matcher(template())
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    event.at(pointer(found.group(1))).asText().replace("\"", "\\\"")));
  }

  private String pointer(String variable) {
    return transformer
        .path("InputPathsMap")
        .path(variable)
        .asText()
        .substring(1)
        .replaceAll("\\[(\\d)]", ".$1")
        .replace('.', '/');
  }
}
