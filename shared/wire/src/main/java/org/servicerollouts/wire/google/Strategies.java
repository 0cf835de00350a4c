package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Fields;

/** Strategies as this product's own fields of a rollout: batch, partition, steps and growth. */
final class Strategies {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int PLACES = 9;
  private static final String PERCENT =
      "more than 0, at most 100, with up to " + PLACES + " decimal places";
  private static final String EXPONENTIAL = "EXPONENTIAL";

  private static final Map<String, Function<Fields, Optional<Strategy>>> READERS = readers();

  private Strategies() {}

  private static Map<String, Function<Fields, Optional<Strategy>>> readers() {
    Map<String, Function<Fields, Optional<Strategy>>> readers = new LinkedHashMap<>();
    readers.put("batch", fields -> fields.object("batch").map(Strategies::batch));
    readers.put("partition", Strategies::partition);
    readers.put("steps", fields -> fields.objects("steps").map(Strategies::steps));
    readers.put("growth", fields -> fields.object("growth").map(Strategies::growth));
    return readers;
  }

  /**
   * The strategy that {@code fields} give; empty where they give none.
   *
   * @throws ProblemException for more than one, or one that cannot be
   */
  static Optional<Strategy> read(Fields fields) {
    Map<String, Strategy> given = new LinkedHashMap<>();
    READERS.forEach(
        (name, reader) -> reader.apply(fields).ifPresent(strategy -> given.put(name, strategy)));
    if (given.size() > 1) {
      List<String> names = List.copyOf(given.keySet());
      throw new Problem(
              Problem.Kind.INVALID_VALUE,
              String.join(", ", names)
                  + (names.size() == 2 ? ": both" : ": all")
                  + " given (expected: at most one of them)",
              Optional.of(names.getLast()))
          .exception();
    }
    return given.values().stream().findFirst();
  }

  private static Strategy batch(Fields batch) {
    Amount size =
        batch
            .string("batchSize")
            .map(text -> Amount.aboveZero(batch.path("batchSize"), text))
            .orElse(Strategy.Batch.DEFAULT_SIZE);
    Interval interval = interval(batch, "interval").orElse(Interval.DEFAULT);
    batch.end();
    return new Strategy.Batch(size, interval);
  }

  private static Optional<Strategy> partition(Fields fields) {
    return fields
        .string("partition")
        .map(keep -> new Strategy.Partition(Amount.orZero("partition", keep)));
  }

  private static Strategy steps(List<Fields> given) {
    List<Strategy.Step> steps = new ArrayList<>();
    for (Fields step : given) {
      steps.add(new Strategy.Step(percent(step), interval(step, "wait")));
      step.end();
    }
    return new Strategy.Steps(steps);
  }

  /** In billionths of a percent. */
  private static long percent(Fields step) {
    BigDecimal percent = required(step, "percent", "a percentage of the move", PERCENT);
    boolean fits =
        percent.signum() > 0 && percent.compareTo(HUNDRED) <= 0 && percent.scale() <= PLACES;
    if (!fits) {
      throw Problem.invalid(step.path("percent"), percent, PERCENT).exception();
    }
    return percent.movePointRight(PLACES).longValueExact();
  }

  private static Strategy growth(Fields growth) {
    String type = growth.requiredString("type", EXPONENTIAL);
    if (!type.equals(EXPONENTIAL)) {
      throw Problem.invalid(growth.path("type"), type, EXPONENTIAL).exception();
    }
    BigDecimal initial =
        required(growth, "initial", "the percentage of the first step", Strategy.Growth.INITIALS);
    BigDecimal factor =
        required(
            growth,
            "factor",
            "by how much each step is larger than the one before",
            Strategy.Growth.FACTORS);
    Interval interval = interval(growth, "interval").orElse(Interval.DEFAULT);
    growth.end();
    return new Strategy.Growth(initial, factor, interval);
  }

  private static BigDecimal required(Fields fields, String name, String expectation, String range) {
    return fields
        .decimal(name, range)
        .orElseThrow(() -> Problem.missing(fields.path(name), expectation).exception());
  }

  private static Optional<Interval> interval(Fields fields, String name) {
    return fields.string(name).map(text -> Interval.of(fields.path(name), text));
  }

  /** Puts {@code strategy} into {@code node} as it is read; all at once is the absence of any. */
  static void print(ObjectNode node, Strategy strategy) {
    switch (strategy) {
      case Strategy.AllAtOnce all -> {}
      case Strategy.Batch batch ->
          node.putObject("batch")
              .put("batchSize", batch.size().text())
              .put("interval", batch.interval().text());
      case Strategy.Partition partition -> node.put("partition", partition.keep().text());
      case Strategy.Steps steps -> {
        ArrayNode array = node.putArray("steps");
        steps.steps().forEach(step -> print(array.addObject(), step));
      }
      case Strategy.Growth growth ->
          node.putObject("growth")
              .put("type", EXPONENTIAL)
              .<ObjectNode>set("initial", Numbers.number(growth.initial()))
              .<ObjectNode>set("factor", Numbers.number(growth.factor()))
              .put("interval", growth.interval().text());
    }
  }

  private static void print(ObjectNode node, Strategy.Step step) {
    node.set("percent", Numbers.number(Numbers.percent(step.percent())));
    step.waitAfter().ifPresent(wait -> node.put("wait", wait.text()));
  }
}
