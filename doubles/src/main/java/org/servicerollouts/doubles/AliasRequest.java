package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
    JsonNode json = read(body);
    return new AliasRequest(
        text(json, "Name"),
        text(json, "RevisionId"),
        new Functions.Change(
            text(json, "FunctionVersion")
                .map(version -> matching(version, "functionVersion", VERSION)),
            text(json, "Description"),
            weights(json.path("RoutingConfig"))));
  }

  /** The name of the alias to create, when there is all that this takes. */
  String newName() {
    String given = name.orElseThrow(() -> isNull("name"));
    if (given.length() > LONGEST_NAME) {
      throw invalid(
          "'" + given + "' at 'name'",
          "Member must have length less than or equal to " + LONGEST_NAME);
    }
    if (change.functionVersion().isEmpty()) {
      throw isNull("functionVersion");
    }
    return matching(given, "name", NAME);
  }

  private static JsonNode read(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // Said below
    }
    throw new Refusal(
        400, "InvalidRequestContentException", "Could not parse request body into json");
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw notOfThatType(name);
    }
    return Optional.of(value.textValue());
  }

  /** Absent without a RoutingConfig; none in a RoutingConfig without any. */
  private static Optional<Map<String, Double>> weights(JsonNode routingConfig) {
    if (routingConfig.isMissingNode() || routingConfig.isNull()) {
      return Optional.empty();
    }
    JsonNode given = routingConfig.path("AdditionalVersionWeights");
    if (!routingConfig.isObject()
        || !(given.isMissingNode() || given.isNull() || given.isObject())) {
      throw notOfThatType("RoutingConfig");
    }
    Map<String, Double> weights = new TreeMap<>();
    given
        .properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isNumber()) {
                throw notOfThatType("AdditionalVersionWeights");
              }
              weights.put(entry.getKey(), entry.getValue().doubleValue());
            });
    String where = "'" + weights + "' at 'routingConfig.additionalVersionWeights'";
    if (!weights.keySet().stream().allMatch(ADDITIONAL_VERSION.asMatchPredicate())) {
      throw invalid(
          where,
          "Map keys must satisfy constraint: [Member must have length less than or equal to 1024,"
              + " Member must have length greater than or equal to 1, Member must satisfy regular"
              + " expression pattern: [0-9]+]");
    }
    if (!weights.values().stream().allMatch(weight -> weight >= 0.0 && weight <= 1.0)) {
      throw invalid(
          where,
          "Map value must satisfy constraint: [Member must have value less than or equal to 1.0,"
              + " Member must have value greater than or equal to 0.0, Member must not be null]");
    }
    return Optional.of(weights);
  }

  private static String matching(String value, String member, Pattern pattern) {
    if (!pattern.matcher(value).matches()) {
      throw invalid(
          "'" + value + "' at '" + member + "'",
          "Member must satisfy regular expression pattern: " + pattern);
    }
    return value;
  }

  private static Refusal isNull(String member) {
    return invalid("null at '" + member + "'", "Member must not be null");
  }

  private static Refusal notOfThatType(String name) {
    return new Refusal(400, "SerializationException", name + " is of another type");
  }

  private static Refusal invalid(String value, String constraint) {
    return new Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value "
            + value
            + " failed to satisfy constraint: "
            + constraint);
  }
}
