package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Window;

/** Turns what a rollout was asked to be into attributes and back. */
final class Specs {
  private Specs() {}

  /** All but the percentages; what nobody asked for is left out. */
  static Item spec(Spec spec) {
    Item item =
        Item.empty()
            .with(STRATEGY, strategy(spec.strategy().orElse(Strategy.ALL_AT_ONCE)))
            .withDuration(BAKE, spec.bake())
            .withItem(GUARD, guard(spec.guard()))
            .withTime(START_TIME, spec.startTime())
            .withFlag(PAUSED, spec.paused())
            .withText(ROLLBACK_TO, spec.rollbackTo().map(SuccessLines::print))
            .withText(ROLLBACK_OF, spec.rollbackOf());
    return withPolicy(withWindow(item, spec.rollbackWindow()), spec.conflictPolicy());
  }

  static Spec spec(Item item) {
    return new Spec(
        item.doubles(PERCENTAGES),
        Optional.of(strategy(item.map(STRATEGY))),
        item.durationOrZero(BAKE),
        guard(item.findMap(GUARD)),
        policy(item),
        item.findInstant(START_TIME),
        item.flag(PAUSED),
        item.findText(ROLLBACK_TO).map(SuccessLines::parse),
        window(item),
        item.findText(ROLLBACK_OF));
  }

  /** The default is left out. */
  static Item withWindow(Item item, Duration rollbackWindow) {
    return rollbackWindow.equals(Spec.DEFAULT_ROLLBACK_WINDOW)
        ? item
        : item.with(ROLLBACK_WINDOW, rollbackWindow);
  }

  static Duration window(Item item) {
    return item.has(ROLLBACK_WINDOW)
        ? item.duration(ROLLBACK_WINDOW)
        : Spec.DEFAULT_ROLLBACK_WINDOW;
  }

  /** The default is left out. */
  static Item withPolicy(Item item, Spec.ConflictPolicy policy) {
    return item.withText(
        POLICY, Optional.of(policy).filter(p -> p != Spec.ConflictPolicy.REPLACE).map(Enum::name));
  }

  static Spec.ConflictPolicy policy(Item item) {
    return item.findText(POLICY)
        .map(Spec.ConflictPolicy::valueOf)
        .orElse(Spec.ConflictPolicy.REPLACE);
  }

  // ---- guard

  /** Nothing where nothing stands between a rollout and its batches. */
  static Optional<Item> guard(Guard guard) {
    if (guard.equals(Guard.NONE)) {
      return Optional.empty();
    }
    Item item =
        Item.empty()
            .withTexts(WINDOWS, guard.windows().stream().map(Specs::window).toList())
            .withText(EMERGENCY, guard.emergency())
            .withTexts(ALARMS, guard.alarms())
            .withText(OVERRIDDEN, guard.overridden())
            .withTexts(IGNORED, guard.ignored())
            .withFlag(HOLDS, guard.insufficientData().holds())
            .withFlag(BACK_WHEN_UNREADABLE, guard.whenUnreadable() == Guard.Unreadable.ROLLBACK);
    guard.insufficientData().minimumTime().ifPresent(time -> item.with(MINIMUM_TIME, time));
    if (!guard.progressDeadline().equals(Guard.DEFAULT_DEADLINE)) {
      item.with(DEADLINE, guard.progressDeadline());
    }
    return Optional.of(item);
  }

  static Guard guard(Optional<Item> found) {
    return found
        .map(
            item ->
                new Guard(
                    item.texts(WINDOWS).stream().map(Specs::window).toList(),
                    item.findText(EMERGENCY),
                    item.texts(ALARMS),
                    item.findText(OVERRIDDEN),
                    item.texts(IGNORED),
                    new Guard.InsufficientData(
                        item.flag(HOLDS),
                        Optional.of(MINIMUM_TIME).filter(item::has).map(item::duration)),
                    item.has(DEADLINE) ? item.duration(DEADLINE) : Guard.DEFAULT_DEADLINE,
                    item.flag(BACK_WHEN_UNREADABLE)
                        ? Guard.Unreadable.ROLLBACK
                        : Guard.Unreadable.HOLD))
        .orElse(Guard.NONE);
  }

  /** {@code MONDAY,TUESDAY 09:00 17:00 Europe/Berlin}. */
  private static String window(Window window) {
    return String.join(
        " ",
        window.days().stream().map(DayOfWeek::name).collect(Collectors.joining(",")),
        window.start().toString(),
        window.end().toString(),
        window.zone().getId());
  }

  private static Window window(String text) {
    String[] parts = text.split(" ", 4);
    Set<DayOfWeek> days =
        Arrays.stream(parts[0].split(",", -1)).map(DayOfWeek::valueOf).collect(Collectors.toSet());
    return new Window(
        days, LocalTime.parse(parts[1]), LocalTime.parse(parts[2]), ZoneId.of(parts[3]));
  }

  // ---- strategy

  private static final String ALL_AT_ONCE = "ALL_AT_ONCE";
  private static final String BATCHES_OF = "BATCH";
  private static final String PARTITION = "PARTITION";
  private static final String IN_STEPS = "STEPS";
  private static final String GROWTH = "GROWTH";

  static Item strategy(Strategy strategy) {
    return switch (strategy) {
      case Strategy.AllAtOnce all -> Item.empty().with(TYPE, ALL_AT_ONCE);
      case Strategy.Batch batch ->
          Item.empty()
              .with(TYPE, BATCHES_OF)
              .with(SIZE, batch.size().text())
              .with(INTERVAL, batch.interval().text());
      case Strategy.Partition partition ->
          Item.empty().with(TYPE, PARTITION).with(KEEP, partition.keep().text());
      case Strategy.Steps steps ->
          Item.empty().with(TYPE, IN_STEPS).with(STEPS, runs(steps.steps()));
      case Strategy.Growth growth ->
          Item.empty()
              .with(TYPE, GROWTH)
              .with(INITIAL, growth.initial().toString())
              .with(FACTOR, growth.factor().toString())
              .with(INTERVAL, growth.interval().text());
    };
  }

  static Strategy strategy(Item item) {
    return switch (item.text(TYPE)) {
      case ALL_AT_ONCE -> Strategy.ALL_AT_ONCE;
      case BATCHES_OF ->
          new Strategy.Batch(new Amount(item.text(SIZE)), new Interval(item.text(INTERVAL)));
      case PARTITION -> new Strategy.Partition(new Amount(item.text(KEEP)));
      case IN_STEPS -> new Strategy.Steps(steps(item.text(STEPS)));
      case GROWTH ->
          new Strategy.Growth(
              new BigDecimal(item.text(INITIAL)),
              new BigDecimal(item.text(FACTOR)),
              new Interval(item.text(INTERVAL)));
      default -> throw Items.unknown(TYPE, item.text(TYPE));
    };
  }

  /**
   * Steps as runs of equal rises and waits, {@code rise*count@wait}: these stand in the item that
   * every batch writes, which is billed whole, so that a thousand like steps must cost no more than
   * one.
   */
  private static String runs(List<Strategy.Step> steps) {
    List<String> runs = new ArrayList<>();
    int from = 0;
    while (from < steps.size()) {
      int to = from + 1;
      while (to < steps.size()
          && rise(steps, to) == rise(steps, from)
          && steps.get(to).waitAfter().equals(steps.get(from).waitAfter())) {
        to++;
      }
      String count = to - from == 1 ? "" : "*" + (to - from);
      String wait = steps.get(from).waitAfter().map(Interval::text).orElse("");
      runs.add(Shares.print(rise(steps, from)) + count + "@" + wait);
      from = to;
    }
    return String.join(" ", runs);
  }

  private static long rise(List<Strategy.Step> steps, int i) {
    return steps.get(i).percent() - (i == 0 ? 0 : steps.get(i - 1).percent());
  }

  private static List<Strategy.Step> steps(String runs) {
    List<Strategy.Step> steps = new ArrayList<>();
    long percent = 0;
    for (String run : runs.split(" ", -1)) {
      String[] parts = run.split("@", 2);
      String[] rises = parts[0].split("\\*", 2);
      long rise = new BigDecimal(rises[0]).movePointRight(9).longValueExact();
      Optional<Interval> wait =
          Optional.of(parts[1]).filter(text -> !text.isEmpty()).map(Interval::new);
      int count = rises.length == 1 ? 1 : Integer.parseInt(rises[1]);
      for (int i = 0; i < count; i++) {
        percent += rise;
        steps.add(new Strategy.Step(percent, wait));
      }
    }
    return steps;
  }
}
