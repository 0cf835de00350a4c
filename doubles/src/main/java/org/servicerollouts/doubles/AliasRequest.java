package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The body of CreateAlias and UpdateAlias.
 *
 * @param name of the alias to create
 * @param revisionId what the alias to update must still have
 */
record AliasRequest(Optional<String> name, Optional<String> revisionId, Functions.Change change) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Pattern NAME = Pattern.compile("(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
  private static final Pattern VERSION = Pattern.compile("(\\$LATEST|[0-9]+)");
  private static final Pattern ADDITIONAL_VERSION = Pattern.compile("[0-9]+");
  private static final int LONGEST_NAME = 128;

  /**
   * Reads it.
   *
   * @throws Refusal if it is not what Lambda's model of the API has
   */
  static AliasRequest of(byte[] body) {
    Input input = read(body);
    return new AliasRequest(
        text(input, "Name"),
        text(input, "RevisionId"),
        new Functions.Change(
            text(input, "FunctionVersion")
                .map(version -> matching(version, "functionVersion", VERSION)),
            text(input, "Description"),
            weights(input.members().path("RoutingConfig"))));
  }

  /** The name of the alias to create, when there is all that this takes. */
  String newName() {
    String given = name.orElseThrow(() -> Input.isNull("name"));
    if (given.length() > LONGEST_NAME) {
      throw Input.invalid(
          "'" + given + "' at 'name'",
          "Member must have length less than or equal to " + LONGEST_NAME);
    }
    if (change.functionVersion().isEmpty()) {
      throw Input.isNull("functionVersion");
    }
    return matching(given, "name", NAME);
  }

  private static Input read(byte[] body) {
    try {
      if (JSON.readTree(body) instanceof ObjectNode members) {
        return new Input(members);
      }
    } catch (IOException e) {
      // Said below
    }
    throw new Refusal(
        400, "InvalidRequestContentException", "Could not parse request body into json");
  }

  /** Of any length: what limits a name is for who creates one. */
  private static Optional<String> text(Input input, String member) {
    return input.text(member, Integer.MAX_VALUE);
  }

  /** Absent without a RoutingConfig; none in a RoutingConfig without any. */
  private static Optional<Map<String, Double>> weights(JsonNode routingConfig) {
    if (routingConfig.isMissingNode() || routingConfig.isNull()) {
      return Optional.empty();
    }
    JsonNode given = routingConfig.path("AdditionalVersionWeights");
    if (!routingConfig.isObject()
        || !(given.isMissingNode() || given.isNull() || given.isObject())) {
      throw Input.ofAnotherType("RoutingConfig");
    }
    Map<String, Double> weights = new TreeMap<>();
    given
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNumber()) {
                throw Input.ofAnotherType("AdditionalVersionWeights");
              }
              weights.put(entry.getKey(), entry.getValue().doubleValue());
            });
    String where = "'" + weights + "' at 'routingConfig.additionalVersionWeights'";
    if (!weights.keySet().stream().allMatch(ADDITIONAL_VERSION.asMatchPredicate())) {
      throw Input.invalid(
          where,
          "Map keys must satisfy constraint: [Member must have length less than or equal to 1024,"
              + " Member must have length greater than or equal to 1, Member must satisfy regular"
              + " expression pattern: [0-9]+]");
    }
    if (!weights.values().stream().allMatch(weight -> weight >= 0.0 && weight <= 1.0)) {
      throw Input.invalid(
          where,
          "Map value must satisfy constraint: [Member must have value less than or equal to 1.0,"
              + " Member must have value greater than or equal to 0.0, Member must not be null]");
    }
    return Optional.of(weights);
  }

  private static String matching(String value, String member, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      throw Input.invalid(
          "'" + value + "' at '" + member + "'",
          "Member must satisfy regular expression pattern: " + pattern);
    }
    return value;
  }
}
