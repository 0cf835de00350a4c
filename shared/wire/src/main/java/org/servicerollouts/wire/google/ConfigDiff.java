package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * Compares two google.api.Service in JSON. Members are the same in lowerCamel and in snake_case;
 * null and an empty list are the same as absent. A list whose elements all have a selector, name or
 * id of their own is compared by it, so that its order does not count; any other by index.
 */
public final class ConfigDiff {

  /**
   * The most that all changes together may say, in characters: each repeats the names on its path,
   * and a function may answer 6 MB.
   */
  public static final int MAX_CHARACTERS = 1_000_000;

  /** Those of every config, which always differ and say nothing of what it does. */
  private static final Set<String> LEFT_OUT = Set.of("id", "source_info");

  /**
   * The fields within google.api.Service that are maps: of MetricRule, QuotaLimit, BackendRule,
   * JavaSettings, and the last two of DotnetSettings and GoSettings.
   */
  private static final Set<String> MAPS =
      Set.of(
          "metric_costs",
          "values",
          "overrides_by_request_protocol",
          "service_class_names",
          "renamed_services",
          "renamed_resources");

  /**
   * What identifies an element of a list ("usually selector, name, or id"), the first that does.
   */
  private static final List<String> IDENTIFIERS = List.of("selector", "name", "id");

  /** What is around the paths and values of a change, in an answer. */
  private static final int CHARACTERS_BESIDE = 100;

  private final List<ConfigChange> changes = new ArrayList<>();
  private int characters;

  private ConfigDiff() {}

  /**
   * What {@code newConfig} changes of {@code oldConfig}, in the order of the old members, added
   * ones last. The paths are those of google/api/config_change.proto: {@code
   * quota.metric_rules[selector=="google"].metric_costs[key=="reads"].value}. What is added or
   * removed as a whole is one change. {@code id} and {@code sourceInfo} are left out.
   *
   * @throws ProblemException for changes of more than {@value #MAX_CHARACTERS} characters
   */
  public static List<ConfigChange> of(ObjectNode oldConfig, ObjectNode newConfig) {
    ConfigDiff diff = new ConfigDiff();
    Map<String, JsonNode> before = members(oldConfig);
    Map<String, JsonNode> after = members(newConfig);
    before.keySet().removeAll(LEFT_OUT);
    after.keySet().removeAll(LEFT_OUT);
    diff.named(before, after, name -> name);
    return List.copyOf(diff.changes);
  }

  private void value(String element, JsonNode before, JsonNode after) {
    if (before instanceof ObjectNode old && after instanceof ObjectNode fresh) {
      named(members(old), members(fresh), name -> element + "." + name);
    } else if (before instanceof ArrayNode old
        && after instanceof ArrayNode fresh
        && isSet(old)
        && isSet(fresh)) {
      list(element, old, fresh);
    } else {
      Optional<String> oldValue = json(before);
      Optional<String> newValue = json(after);
      if (!oldValue.equals(newValue)) {
        add(new ConfigChange(element, oldValue, newValue));
      }
    }
  }

  private void add(ConfigChange change) {
    characters +=
        CHARACTERS_BESIDE
            + change.element().length()
            + change.oldValue().map(String::length).orElse(0)
            + change.newValue().map(String::length).orElse(0);
    if (characters > MAX_CHARACTERS) {
      throw new Problem(
              Problem.Kind.INVALID_VALUE,
              "newConfig: it differs too much from the old one (expected: at most "
                  + MAX_CHARACTERS
                  + " characters of changes)",
              Optional.of("newConfig"))
          .exception();
    }
    changes.add(change);
  }

  private void named(
      Map<String, JsonNode> before, Map<String, JsonNode> after, UnaryOperator<String> element) {
    each(
        before,
        after,
        (name, old, fresh) -> {
          String path = element.apply(name);
          if (MAPS.contains(name) && old instanceof ObjectNode o && fresh instanceof ObjectNode f) {
            each(
                raw(o),
                raw(f),
                (key, oldEntry, newEntry) ->
                    value(path + index("key", key) + ".value", oldEntry, newEntry));
          } else {
            value(path, old, fresh);
          }
        });
  }

  private void list(String element, ArrayNode before, ArrayNode after) {
    Optional<String> identifier =
        IDENTIFIERS.stream()
            .filter(name -> identifies(name, before) && identifies(name, after))
            .findFirst();
    if (identifier.isPresent()) {
      String name = identifier.get();
      each(
          byIdentifier(name, before),
          byIdentifier(name, after),
          (id, old, fresh) -> value(element + index(name, id), old, fresh));
    } else {
      for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
        value(element + "[" + i + "]", before.path(i), after.path(i));
      }
    }
  }

  private interface Pair {
    void accept(String name, JsonNode before, JsonNode after);
  }

  private static void each(Map<String, JsonNode> before, Map<String, JsonNode> after, Pair pair) {
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    JsonNode absent = MissingNode.getInstance();
    names.forEach(
        name ->
            pair.accept(name, before.getOrDefault(name, absent), after.getOrDefault(name, absent)));
  }

  /**
   * The members of a message by their names in snake_case, or as they are spelled where two of them
   * would share one.
   */
  private static Map<String, JsonNode> members(ObjectNode message) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    message
        .properties()
        .forEach(member -> members.put(Fields.snake(member.getKey()), member.getValue()));
    return members.size() == message.size() ? members : raw(message);
  }

  private static Map<String, JsonNode> raw(ObjectNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  private static boolean identifies(String name, ArrayNode list) {
    Set<String> identifiers = byIdentifier(name, list).keySet();
    return identifiers.size() == list.size() && !identifiers.contains("");
  }

  /** The elements of {@code list} by the text of {@code name}, which is empty if it is no text. */
  private static Map<String, JsonNode> byIdentifier(String name, ArrayNode list) {
    return list.valueStream()
        .collect(
            Collectors.toMap(
                element -> element.path(name).isTextual() ? element.get(name).textValue() : "",
                element -> element,
                (one, another) -> one,
                LinkedHashMap::new));
  }

  private static String index(String name, String value) {
    return "[" + name + "==" + Json.compact(TextNode.valueOf(value)) + "]";
  }

  private static Optional<String> json(JsonNode value) {
    return isSet(value) ? Optional.of(Json.compact(value)) : Optional.empty();
  }

  private static boolean isSet(JsonNode value) {
    return !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
  }
}
