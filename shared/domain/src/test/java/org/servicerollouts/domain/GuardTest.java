package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.servicerollouts.domain.Alarms.State.ALARM;
import static org.servicerollouts.domain.Alarms.State.INSUFFICIENT_DATA;
import static org.servicerollouts.domain.Alarms.State.OK;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stands between a rollout and its next batch. */
class GuardTest {
  private static final Instant SINCE = Instant.parse("2026-03-01T11:00:00Z");
  private static final Guard AB = Guard.NONE.watching(List.of("b", "a"));

  private static Alarms read(Map<String, Alarms.State> states) {
    return Alarms.read(
        states.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> new Alarms.Reading(e.getValue(), SINCE, "too slow"))));
  }

  @Test
  void namesEachAlarmThatFiresSinceWhenAndWhy() {
    assertThat(AB.firing(read(Map.of("a", OK, "b", ALARM))))
        .contains("alarm 'b' is in ALARM since 2026-03-01T11:00:00Z (too slow)");
    assertThat(AB.firing(read(Map.of("a", ALARM, "b", ALARM))).orElseThrow())
        .startsWith("alarm 'a' is in ALARM")
        .contains("; alarm 'b' is in ALARM");
    assertThat(AB.firing(read(Map.of("a", OK, "b", INSUFFICIENT_DATA)))).isEmpty();
    assertThat(AB.firing(read(Map.of("other", ALARM)))).isEmpty();
    assertThat(AB.firing(Alarms.unreadable("throttled"))).isEmpty();
  }

  @Test
  void aReasonThatSaysNothingIsLeftOut() {
    Alarms silent = Alarms.read(Map.of("a", new Alarms.Reading(ALARM, SINCE, "")));
    assertThat(AB.firing(silent)).contains("alarm 'a' is in ALARM since 2026-03-01T11:00:00Z");
  }

  @Test
  void aLongReasonIsCut() {
    assertThat(new Alarms.Reading(ALARM, SINCE, "x".repeat(301)).why())
        .isEqualTo("x".repeat(300) + "…");
    assertThat(new Alarms.Reading(ALARM, SINCE, "x".repeat(300)).why()).isEqualTo("x".repeat(300));
  }

  @Test
  void whatIsOverriddenIsIgnoredUntilItHasBeenOk() {
    Guard overriding = AB.overriding("known", read(Map.of("a", ALARM, "b", OK)));
    assertThat(overriding.overridden()).contains("known");
    assertThat(overriding.ignored()).containsExactly("a");
    assertThat(overriding.firing(read(Map.of("a", ALARM, "b", OK)))).isEmpty();
    assertThat(overriding.firing(read(Map.of("a", ALARM, "b", ALARM))).orElseThrow())
        .contains("'b'")
        .doesNotContain("'a'");

    Alarms noData = read(Map.of("a", INSUFFICIENT_DATA, "b", OK));
    assertThat(overriding.after(noData)).isSameAs(overriding);
    assertThat(overriding.after(Alarms.unreadable("no"))).isSameAs(overriding);
    Guard heeding = overriding.after(read(Map.of("a", OK, "b", OK)));
    assertThat(heeding.ignored()).isEmpty();
    assertThat(heeding.overridden()).contains("known");
    assertThat(heeding.firing(read(Map.of("a", ALARM)))).isPresent();
  }

  @Test
  void anotherOverrideKeepsWhatTheFirstIgnored() {
    Guard twice =
        AB.overriding("one", read(Map.of("a", ALARM, "b", OK)))
            .overriding("two", read(Map.of("a", INSUFFICIENT_DATA, "b", ALARM)));
    assertThat(twice.ignored()).containsExactly("a", "b");
    assertThat(twice.overridden()).contains("two");
  }

  private static Guard holding(Optional<Duration> minimumTime) {
    return new Guard(
        List.of(),
        Optional.empty(),
        List.of("a", "b"),
        Optional.empty(),
        List.of(),
        new Guard.InsufficientData(true, minimumTime),
        Guard.DEFAULT_DEADLINE,
        Guard.Unreadable.HOLD);
  }

  @Test
  void holdsForDataOnlyWhereThatIsAskedFor() {
    Alarms silent = read(Map.of("a", OK, "b", INSUFFICIENT_DATA));
    assertThat(AB.holdsForData(silent, SINCE, SINCE)).isEmpty();
    Guard holding = holding(Optional.empty());
    assertThat(holding.holdsForData(silent, SINCE, SINCE)).contains("no data: alarm 'b'");
    assertThat(holding.holdsForData(silent, SINCE, SINCE.plus(Duration.ofDays(365)))).isPresent();
    assertThat(holding.holdsForData(read(Map.of("a", OK, "b", ALARM)), SINCE, SINCE)).isEmpty();
    assertThat(holding.holdsForData(Alarms.unreadable("no"), SINCE, SINCE)).isEmpty();
  }

  @Test
  void anAlarmThatIsGoneCannotBeRead() {
    Guard holding = holding(Optional.empty());
    assertThat(holding.holdsForData(read(Map.of()), SINCE, SINCE)).isEmpty();
    assertThat(holding.unreadable(read(Map.of("a", OK))))
        .contains("there is no alarm 'b' in this account and Region any more");
    assertThat(holding.unreadable(Alarms.unreadable("Rate exceeded"))).contains("Rate exceeded");
    assertThat(holding.unreadable(read(Map.of("a", OK, "b", INSUFFICIENT_DATA)))).isEmpty();
    assertThat(Guard.NONE.unreadable(Alarms.unreadable("no"))).isEmpty();
    assertThat(holding.ignoringWhatBars(read(Map.of("a", ALARM))).ignored())
        .containsExactly("a", "b");
    assertThat(holding.ignoringWhatBars(Alarms.unreadable("no")).unreadable(read(Map.of())))
        .isEmpty();
  }

  @Test
  void holdsForDataForTheMinimumTimeAtMost() {
    Guard holding = holding(Optional.of(Duration.ofMinutes(10)));
    Alarms silent = read(Map.of("a", OK, "b", INSUFFICIENT_DATA));
    Instant over = SINCE.plus(Duration.ofMinutes(10));
    assertThat(holding.holdsForData(silent, SINCE, over.minusNanos(1))).isPresent();
    assertThat(holding.holdsForData(silent, SINCE, over)).isEmpty();
  }

  @Test
  void anIgnoredAlarmIsNotWaitedForEither() {
    Guard ignoring = holding(Optional.empty()).overriding("known", read(Map.of("b", ALARM)));
    assertThat(ignoring.holdsForData(read(Map.of("a", OK, "b", INSUFFICIENT_DATA)), SINCE, SINCE))
        .isEmpty();
  }

  @Test
  void anEmergencyPassesItsWindows() {
    Window sundays =
        new Window(
            Set.of(DayOfWeek.SUNDAY), LocalTime.of(13, 0), LocalTime.of(14, 0), ZoneOffset.UTC);
    Specs asked = Specs.to("new", Strategy.ALL_AT_ONCE).within(sundays);
    Instant one = Instant.parse("2026-03-01T13:00:00Z");
    assertThat(asked.spec().guard().opens(Story.START)).isEqualTo(one);
    assertThat(asked.spec().guard().isOpen(Story.START)).isFalse();
    assertThat(asked.spec().guard().isOpen(one)).isTrue();
    assertThat(asked.inEmergency("fire").spec().guard().isOpen(Story.START)).isTrue();
  }

  @Test
  void hasTenAlarmsAtMostThoseOfItsServiceCountedIn() {
    List<String> nine = IntStream.range(0, 9).mapToObj(i -> "a" + i).toList();
    Guard ten = Guard.NONE.watching(nine).watching(List.of("a0", "b0"));
    assertThat(ten.alarms()).hasSize(10);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> ten.watching(List.of("b1")))
        .withMessage(
            "alarms: \"11 alarms\" (expected: at most 10, those of the service counted in)");
  }

  @Test
  void hasTwentyWindowsAtMost() {
    Window window =
        new Window(Set.of(DayOfWeek.MONDAY), LocalTime.MIN, LocalTime.NOON, ZoneOffset.UTC);
    Function<Integer, Window[]> many = n -> Collections.nCopies(n, window).toArray(Window[]::new);
    Specs asked = Specs.to("new", Strategy.ALL_AT_ONCE);
    assertThat(asked.within(many.apply(20)).spec().guard().windows()).hasSize(20);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> asked.within(many.apply(21)))
        .withMessage("allowedWindows: \"21 windows\" (expected: at most 20)");
  }

  @Test
  void hasADeadlineAboveZero() {
    Specs asked = Specs.to("new", Strategy.ALL_AT_ONCE);
    for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatExceptionOfType(ProblemException.class)
          .isThrownBy(() -> asked.givingUpAfter(none))
          .withMessageContaining("progressDeadline: ")
          .withMessageContaining("(expected: more than 0)");
    }
  }

  @Test
  void settingsHaveTenAlarmsAtMostEachOnce() {
    assertThat(new Settings(Target.NONE, List.of("b", "a", "b")).alarms())
        .containsExactly("a", "b");
    List<String> eleven = IntStream.range(0, 11).mapToObj(i -> "a" + i).toList();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> new Settings(Target.NONE, eleven))
        .withMessage("alarms: \"11 alarms\" (expected: at most 10)");
  }
}
