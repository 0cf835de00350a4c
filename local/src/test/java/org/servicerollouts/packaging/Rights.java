package org.servicerollouts.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a role of template.yaml allows. */
record Rights(List<Statement> statements) {
  private static final String TAG = "aws:ResourceTag/";

  /**
   * @param leadingKeys the partition keys it is bound to; none where it is not bound
   * @param tags that its resource must have
   */
  private record Statement(
      List<String> actions, List<Pattern> resources, List<Pattern> leadingKeys, List<String> tags) {
    boolean allows(Use use) {
      return actions.contains(use.action())
          && fits(resources, use.resource())
          && (leadingKeys.isEmpty()
              || use.leadingKeys().stream().allMatch(key -> fits(leadingKeys, key)))
          && use.tags().containsAll(tags);
    }

    private static boolean fits(List<Pattern> patterns, String text) {
      return patterns.stream().anyMatch(like -> like.matcher(text).matches());
    }
  }

  /**
   * One action of a call, with all the keys that it names: one statement must fit them all.
   *
   * @param tags the keys of the resource's tags
   */
  record Use(String action, String resource, Set<String> leadingKeys, Set<String> tags) {
    Use(String action, String resource, Set<String> leadingKeys) {
      this(action, resource, leadingKeys, Set.of());
    }
  }

  /** Of policies, as they stand in a role or by themselves. */
  static Rights of(Stream<JsonNode> policies) {
    return new Rights(
        policies
            .flatMap(policy -> elements(policy.at("/PolicyDocument/Statement")))
            .map(
                statement ->
                    new Statement(
                        texts(statement.at("/Action")),
                        patterns(statement.at("/Resource")),
                        patterns(
                            statement.at(
                                "/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys")),
                        tags(statement)))
            .toList());
  }

  boolean allow(Use use) {
    return statements.stream().anyMatch(statement -> statement.allows(use));
  }

  private static List<Pattern> patterns(JsonNode oneOrMore) {
    return texts(oneOrMore).stream()
        .map(like -> Pattern.compile(Pattern.quote(like).replace("*", "\\E.*\\Q")))
        .toList();
  }

  /** {@code Null} that is false of a tag demands it. */
  private static List<String> tags(JsonNode statement) {
    return statement.at("/Condition/Null").properties().stream()
        .filter(condition -> condition.getValue().asText().equals("false"))
        .map(Map.Entry::getKey)
        .filter(condition -> condition.startsWith(TAG))
        .map(condition -> condition.substring(TAG.length()))
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
