package org.servicerollouts.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a role of template.yaml allows. */
record Rights(List<Statement> statements) {

  /**
   * @param leadingKeys the partition keys it is bound to; none where it is not bound
   */
  private record Statement(
      List<String> actions, List<String> resources, List<Pattern> leadingKeys) {
    boolean allows(Use use) {
      return actions.contains(use.action())
          && resources.contains(use.resource())
          && (leadingKeys.isEmpty() || use.leadingKeys().stream().allMatch(this::fits));
    }

    private boolean fits(String key) {
      return leadingKeys.stream().anyMatch(like -> like.matcher(key).matches());
    }
  }

  /** One action of a call, with all the keys that it names: one statement must fit them all. */
  record Use(String action, String resource, Set<String> leadingKeys) {}

  /** Of policies, as they stand in a role or by themselves. */
  static Rights of(Stream<JsonNode> policies) {
    return new Rights(
        policies
            .flatMap(policy -> elements(policy.at("/PolicyDocument/Statement")))
            .map(
                statement ->
                    new Statement(
                        texts(statement.at("/Action")),
                        texts(statement.at("/Resource")),
                        leadingKeys(statement)))
            .toList());
  }

  boolean allow(Use use) {
    return statements.stream().anyMatch(statement -> statement.allows(use));
  }

  private static List<Pattern> leadingKeys(JsonNode statement) {
    return texts(statement.at("/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys")).stream()
        .map(like -> Pattern.compile(Pattern.quote(like).replace("*", "\\E.*\\Q")))
        .toList();
  }

  private static List<String> texts(JsonNode oneOrMore) {
    return oneOrMore.isTextual()
        ? List.of(oneOrMore.asText())
        : elements(oneOrMore).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
