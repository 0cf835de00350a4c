package org.servicerollouts.store;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A map of attributes, written by {@code with…} (what is empty is left out) and read by name. */
final class Item {
  private final Map<String, AttributeValue> values;

  private Item(Map<String, AttributeValue> values) {
    this.values = values;
  }

  static Item empty() {
    return new Item(new LinkedHashMap<>());
  }

  /** An item that starts with {@code key}. */
  static Item of(Map<String, AttributeValue> key) {
    return new Item(new LinkedHashMap<>(key));
  }

  static Item reading(Map<String, AttributeValue> values) {
    return new Item(values);
  }

  Map<String, AttributeValue> values() {
    return values;
  }

  AttributeValue asValue() {
    return AttributeValue.fromM(values);
  }

  Item with(String name, String value) {
    values.put(name, AttributeValue.fromS(value));
    return this;
  }

  Item with(String name, long value) {
    values.put(name, AttributeValue.fromN(Long.toString(value)));
    return this;
  }

  Item with(String name, Instant value) {
    return with(name, value.toEpochMilli());
  }

  Item with(String name, Duration value) {
    return with(name, value.toMillis());
  }

  /** None: nothing. */
  Item withDuration(String name, Duration value) {
    return value.isZero() ? this : with(name, value);
  }

  Item with(String name, Item value) {
    values.put(name, value.asValue());
    return this;
  }

  Item with(String name, AttributeValue value) {
    values.put(name, value);
    return this;
  }

  /** Only true is written: absent is false. */
  Item withFlag(String name, boolean value) {
    if (value) {
      values.put(name, AttributeValue.fromBool(true));
    }
    return this;
  }

  Item withUnits(String name, Map<String, Long> units) {
    Item map = empty();
    units.forEach(map::with);
    return with(name, map);
  }

  Item withText(String name, Optional<String> value) {
    value.ifPresent(v -> with(name, v));
    return this;
  }

  /** None of them: nothing. */
  Item withTexts(String name, List<String> texts) {
    if (!texts.isEmpty()) {
      values.put(name, AttributeValue.fromL(texts.stream().map(AttributeValue::fromS).toList()));
    }
    return this;
  }

  /** None of them: nothing. */
  Item withItems(String name, List<Item> items) {
    if (!items.isEmpty()) {
      values.put(name, AttributeValue.fromL(items.stream().map(Item::asValue).toList()));
    }
    return this;
  }

  Item withTime(String name, Optional<Instant> value) {
    value.ifPresent(v -> with(name, v));
    return this;
  }

  Item withItem(String name, Optional<Item> value) {
    value.ifPresent(v -> with(name, v));
    return this;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    return required(name).s();
  }

  Optional<String> findText(String name) {
    return Optional.ofNullable(values.get(name)).map(AttributeValue::s);
  }

  List<Item> maps(String name) {
    return has(name)
        ? values.get(name).l().stream().map(value -> reading(value.m())).toList()
        : List.of();
  }

  List<String> texts(String name) {
    return has(name) ? values.get(name).l().stream().map(AttributeValue::s).toList() : List.of();
  }

  long number(String name) {
    return Long.parseLong(required(name).n());
  }

  /** Of what items of earlier builds lack: 0. */
  long numberOrZero(String name) {
    return has(name) ? number(name) : 0;
  }

  int integer(String name) {
    return Integer.parseInt(required(name).n());
  }

  Instant instant(String name) {
    return Instant.ofEpochMilli(number(name));
  }

  Optional<Instant> findInstant(String name) {
    return has(name) ? Optional.of(instant(name)) : Optional.empty();
  }

  Duration duration(String name) {
    return Duration.ofMillis(number(name));
  }

  Duration durationOrZero(String name) {
    return has(name) ? duration(name) : Duration.ZERO;
  }

  boolean flag(String name) {
    return has(name) && values.get(name).bool();
  }

  Item map(String name) {
    return reading(required(name).m());
  }

  Optional<Item> findMap(String name) {
    return Optional.ofNullable(values.get(name)).map(AttributeValue::m).map(Item::reading);
  }

  SortedMap<String, Long> units(String name) {
    SortedMap<String, Long> units = new TreeMap<>();
    required(name).m().forEach((id, value) -> units.put(id, Long.parseLong(value.n())));
    return units;
  }

  Map<String, Double> doubles(String name) {
    Map<String, Double> doubles = new HashMap<>();
    required(name).m().forEach((id, value) -> doubles.put(id, Double.parseDouble(value.s())));
    return doubles;
  }

  AttributeValue required(String name) {
    AttributeValue value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "attribute " + name + " is missing in an item with " + values.keySet());
    }
    return value;
  }
}
