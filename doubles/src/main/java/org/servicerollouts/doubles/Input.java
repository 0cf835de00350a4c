package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The members of an operation's input; what is wrong with one is refused in AWS's words. */
record Input(ObjectNode members) {

  /** Only these can be said to this double. */
  void requireNoneBut(Set<String> known) {
    members
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw invalid(name, "This double does not know it");
              }
            });
  }

  /** Not empty, and not too long. */
  String name(String member, int longest) {
    String text = required(member, longest);
    if (text.isEmpty()) {
      throw invalid("'' at '" + member + "'", "Member must have length greater than or equal to 1");
    }
    return text;
  }

  String required(String member, int longest) {
    return text(member, longest).orElseThrow(() -> isNull(member));
  }

  String requiredOneOf(String member, List<String> values) {
    return oneOf(member, values).orElseThrow(() -> isNull(member));
  }

  Optional<String> text(String member, int longest) {
    JsonNode value = members.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    String text = textOf(member, value);
    if (text.length() > longest) {
      throw invalid(
          "'" + text + "' at '" + member + "'",
          "Member must have length less than or equal to " + longest);
    }
    return Optional.of(text);
  }

  /** One of {@code values}, if it is there. */
  Optional<String> oneOf(String member, List<String> values) {
    Optional<String> text = text(member, Integer.MAX_VALUE);
    text.filter(value -> !values.contains(value))
        .ifPresent(
            value -> {
              throw invalid(
                  "'" + value + "' at '" + member + "'",
                  "Member must satisfy enum value set: " + values);
            });
    return text;
  }

  /** The texts in a list; absent and empty are two things. */
  Optional<List<String>> texts(String member, int most) {
    JsonNode value = members.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!(value instanceof ArrayNode list)) {
      throw ofAnotherType(member);
    }
    if (list.size() > most) {
      throw invalid(
          "'" + list.size() + " items' at '" + member + "'",
          "Member must have length less than or equal to " + most);
    }
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(textOf(member, each)));
    return Optional.of(texts);
  }

  /** A number from 1 to {@code most}, which is also what is taken where there is none. */
  int upTo(String member, int most) {
    JsonNode value = members.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return most;
    }
    if (!value.isInt()) {
      throw ofAnotherType(member);
    }
    if (value.intValue() < 1 || value.intValue() > most) {
      throw invalid("'" + value + "' at '" + member + "'", "Member must be from 1 to " + most);
    }
    return value.intValue();
  }

  /** Those of {@code names} that are there. */
  ObjectNode only(List<String> names) {
    ObjectNode only = JsonNodeFactory.instance.objectNode();
    names.stream().filter(members::hasNonNull).forEach(name -> only.set(name, members.get(name)));
    return only;
  }

  private static String textOf(String member, JsonNode value) {
    if (!value.isTextual()) {
      throw ofAnotherType(member);
    }
    return value.textValue();
  }

  static Refusal isNull(String member) {
    return invalid("null at '" + member + "'", "Member must not be null");
  }

  static Refusal ofAnotherType(String member) {
    return new Refusal(400, "SerializationException", member + " is of another type");
  }

  static Refusal invalid(String value, String constraint) {
    return new Refusal(
        400,
        "ValidationException",
        "1 validation error detected: Value "
            + value
            + " failed to satisfy constraint: "
            + constraint);
  }
}
