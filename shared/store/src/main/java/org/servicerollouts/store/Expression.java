package org.servicerollouts.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An update expression with its names and values: every name by placeholder, since many are
 * reserved words.
 */
record Expression(String update, Map<String, String> names, Map<String, AttributeValue> values) {

  /** Sets each attribute to its value. */
  static Expression setting(Map<String, AttributeValue> attributes) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    attributes.forEach(
        (name, value) -> {
          names.put("#" + name, name);
          values.put(":" + name, value);
        });
    String set =
        attributes.keySet().stream()
            .map(name -> "#" + name + " = :" + name)
            .collect(Collectors.joining(", "));
    return new Expression("SET " + set, names, values);
  }

  /** Removes these as well. */
  Expression removing(Collection<String> removed) {
    if (removed.isEmpty()) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(names);
    removed.forEach(name -> more.put("#" + name, name));
    String remove = removed.stream().map(name -> "#" + name).collect(Collectors.joining(", "));
    return new Expression(update + " REMOVE " + remove, more, values);
  }

  /** With the value {@code :value} that a condition on {@code #name} compares to. */
  Expression when(String name, String attribute, String value, long number) {
    Map<String, String> moreNames = new LinkedHashMap<>(names);
    moreNames.put("#" + name, attribute);
    Map<String, AttributeValue> moreValues = new LinkedHashMap<>(values);
    moreValues.put(":" + value, AttributeValue.fromN(Long.toString(number)));
    return new Expression(update, moreNames, moreValues);
  }
}
