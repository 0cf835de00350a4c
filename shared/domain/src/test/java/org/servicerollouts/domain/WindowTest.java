package org.servicerollouts.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When windows open: in their own zone, over midnight, and where clocks are put on and back. */
class WindowTest {

  private static Window window(String days, String start, String end, String zone) {
    Set<DayOfWeek> on = EnumSet.noneOf(DayOfWeek.class);
    Stream.of(days.split(" ", -1)).map(DayOfWeek::valueOf).forEach(on::add);
    return new Window(on, LocalTime.parse(start), LocalTime.parse(end), ZoneId.of(zone));
  }

  @ParameterizedTest(name = "{0} {1}-{2} {3}, at {4}: {5}")
  @CsvSource(
      textBlock =
          """
          # before it, at its first moment, within it, at its last, and when it has closed
          MONDAY, 09:00, 17:00, UTC, 2026-03-02T08:59:59Z, 2026-03-02T09:00:00Z
          MONDAY, 09:00, 17:00, UTC, 2026-03-02T09:00:00Z, 2026-03-02T09:00:00Z
          MONDAY, 09:00, 17:00, UTC, 2026-03-02T12:34:56.789Z, 2026-03-02T12:34:56.789Z
          MONDAY, 09:00, 17:00, UTC, 2026-03-02T16:59:59.999Z, 2026-03-02T16:59:59.999Z
          MONDAY, 09:00, 17:00, UTC, 2026-03-02T17:00:00Z, 2026-03-09T09:00:00Z
          # the next of its days
          MONDAY THURSDAY, 09:00, 17:00, UTC, 2026-03-03T00:00:00Z, 2026-03-05T09:00:00Z
          MONDAY THURSDAY, 09:00, 17:00, UTC, 2026-03-06T00:00:00Z, 2026-03-09T09:00:00Z
          # over midnight it belongs to the day on which it opens
          FRIDAY, 22:00, 02:00, UTC, 2026-03-07T01:59:59Z, 2026-03-07T01:59:59Z
          FRIDAY, 22:00, 02:00, UTC, 2026-03-07T02:00:00Z, 2026-03-13T22:00:00Z
          FRIDAY, 22:00, 02:00, UTC, 2026-03-06T01:00:00Z, 2026-03-06T22:00:00Z
          # to midnight, and a whole day
          FRIDAY, 18:00, 00:00, UTC, 2026-03-06T23:59:59Z, 2026-03-06T23:59:59Z
          FRIDAY, 18:00, 00:00, UTC, 2026-03-07T00:00:00Z, 2026-03-13T18:00:00Z
          FRIDAY, 09:00, 09:00, UTC, 2026-03-07T08:59:59Z, 2026-03-07T08:59:59Z
          FRIDAY, 09:00, 09:00, UTC, 2026-03-07T09:00:00Z, 2026-03-13T09:00:00Z
          # the day is the zone's
          MONDAY, 09:00, 17:00, Asia/Shanghai, 2026-03-01T12:00:00Z, 2026-03-02T01:00:00Z
          MONDAY, 09:00, 17:00, America/New_York, 2026-03-02T12:00:00Z, 2026-03-02T14:00:00Z
          SUNDAY, 23:00, 01:00, Pacific/Auckland, 2026-03-01T11:30:00Z, 2026-03-01T11:30:00Z
          # clocks are put forward in New York on 2026-03-08 at 02:00, and in Berlin on 2026-03-29
          SUNDAY, 09:00, 17:00, America/New_York, 2026-03-08T05:00:00Z, 2026-03-08T13:00:00Z
          SUNDAY, 01:30, 03:30, America/New_York, 2026-03-08T06:29:59Z, 2026-03-08T06:30:00Z
          SUNDAY, 01:30, 03:30, America/New_York, 2026-03-08T07:29:59Z, 2026-03-08T07:29:59Z
          SUNDAY, 01:30, 03:30, America/New_York, 2026-03-08T07:30:00Z, 2026-03-15T05:30:00Z
          # of a window of which all is skipped, nothing is open before the week after
          SUNDAY, 02:00, 03:00, America/New_York, 2026-03-01T08:00:00Z, 2026-03-15T06:00:00Z
          SUNDAY, 02:15, 02:45, Europe/Berlin, 2026-03-29T00:00:00Z, 2026-04-05T00:15:00Z
          SUNDAY, 02:00, 02:30, Europe/Berlin, 2026-03-29T01:00:00Z, 2026-04-05T00:00:00Z
          # of one of which the end or the start is skipped, what is left
          SUNDAY, 01:30, 02:30, Europe/Berlin, 2026-03-29T00:59:59Z, 2026-03-29T00:59:59Z
          SUNDAY, 01:30, 02:30, Europe/Berlin, 2026-03-29T01:00:00Z, 2026-04-04T23:30:00Z
          SUNDAY, 02:15, 03:15, Europe/Berlin, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z
          SUNDAY, 02:15, 03:15, Europe/Berlin, 2026-03-29T01:15:00Z, 2026-04-05T00:15:00Z
          # clocks are put back in Berlin on 2026-10-25 at 03:00: what comes twice is open twice
          SUNDAY, 02:00, 02:30, Europe/Berlin, 2026-10-24T23:00:00Z, 2026-10-25T00:00:00Z
          SUNDAY, 02:00, 02:30, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T01:00:00Z
          SUNDAY, 02:00, 02:30, Europe/Berlin, 2026-10-25T01:29:59Z, 2026-10-25T01:29:59Z
          SUNDAY, 02:00, 02:30, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-11-01T01:00:00Z
          SUNDAY, 02:30, 03:30, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:30:00Z
          SUNDAY, 02:30, 03:30, Europe/Berlin, 2026-10-25T01:00:00Z, 2026-10-25T01:30:00Z
          SUNDAY, 02:30, 03:30, Europe/Berlin, 2026-10-25T02:29:59Z, 2026-10-25T02:29:59Z
          SUNDAY, 02:30, 03:30, Europe/Berlin, 2026-10-25T02:30:00Z, 2026-11-01T01:30:00Z
          # in Beirut at midnight: Saturday's last hour comes twice, and Sunday has no first one
          SATURDAY, 23:30, 00:30, Asia/Beirut, 2026-10-24T20:45:00Z, 2026-10-24T20:45:00Z
          SATURDAY, 23:30, 00:30, Asia/Beirut, 2026-10-24T21:00:00Z, 2026-10-24T21:30:00Z
          SATURDAY, 23:30, 00:30, Asia/Beirut, 2026-10-24T22:29:59Z, 2026-10-24T22:29:59Z
          SATURDAY, 23:30, 00:30, Asia/Beirut, 2026-10-24T22:30:00Z, 2026-10-31T21:30:00Z
          SATURDAY, 23:30, 00:30, Asia/Beirut, 2026-03-28T22:00:00Z, 2026-04-04T20:30:00Z
          # Samoa had no 30 December 2011, a Friday
          FRIDAY, 10:00, 11:00, Pacific/Apia, 2011-12-30T00:00:00Z, 2012-01-05T20:00:00Z
          """)
  void oneWindowOpens(
      String days, String start, String end, String zone, Instant at, Instant opens) {
    assertThat(Window.opens(List.of(window(days, start, end, zone)), at)).isEqualTo(opens);
  }

  @Test
  void ofSeveralTheFirstToOpenCounts() {
    Window shanghai = window("MONDAY", "09:00", "10:00", "Asia/Shanghai");
    Window berlin = window("MONDAY", "09:00", "10:00", "Europe/Berlin");
    Instant sunday = Instant.parse("2026-03-01T12:00:00Z");
    assertThat(Window.opens(List.of(berlin, shanghai), sunday)).isEqualTo("2026-03-02T01:00:00Z");
    assertThat(Window.opens(List.of(berlin, shanghai), Instant.parse("2026-03-02T02:00:00Z")))
        .isEqualTo("2026-03-02T08:00:00Z");
  }

  @Test
  void withoutAnyItIsAlwaysOpen() {
    assertThat(Window.opens(List.of(), Story.START)).isEqualTo(Story.START);
  }

  @Test
  void aWindowHasADay() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Window(Set.of(), LocalTime.NOON, LocalTime.MIDNIGHT, ZoneId.of("UTC")))
        .withMessageContaining("days");
  }

  /** Minute by minute, asking of each whether a window is open. */
  @Property(tries = 1000)
  void opensAtTheFirstOpenMinuteAndNoneBeforeItIsOpen(
      @ForAll("windows") List<Window> windows, @ForAll("minutes") Instant at) {
    Instant opens = Window.opens(windows, at);
    Instant expected =
        Stream.iterate(at, minute -> minute.plus(Duration.ofMinutes(1)))
            .filter(minute -> windows.stream().anyMatch(window -> isOpen(window, minute)))
            .findFirst()
            .orElseThrow();
    assertThat(opens).isEqualTo(expected);
    assertThat(Window.opens(windows, opens)).isEqualTo(opens);
  }

  /** The oracle reads the clock and the calendar there, as a person does. */
  static boolean isOpen(Window window, Instant at) {
    LocalDateTime there = LocalDateTime.ofInstant(at, window.zone());
    boolean hasBegun = !there.toLocalTime().isBefore(window.start());
    boolean isBeforeEnd = there.toLocalTime().isBefore(window.end());
    boolean isToday = window.days().contains(there.getDayOfWeek());
    boolean isYesterdays = window.days().contains(there.getDayOfWeek().minus(1));
    return window.start().isBefore(window.end())
        ? isToday && hasBegun && isBeforeEnd
        : (isToday && hasBegun) || (isYesterdays && isBeforeEnd);
  }

  @Provide
  Arbitrary<List<Window>> windows() {
    Arbitrary<Set<DayOfWeek>> days = Arbitraries.of(DayOfWeek.class).set().ofMinSize(1);
    // Most of them in the hours in which clocks are changed
    Arbitrary<LocalTime> times =
        Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.integers().between(-60, 4 * 60)),
                Tuple.of(1, Arbitraries.integers().between(0, 24 * 60 - 1)))
            .map(LocalTime.MIN::plusMinutes);
    Arbitrary<ZoneId> zones =
        Arbitraries.of(
                "UTC",
                "Europe/Berlin",
                "America/New_York",
                "America/Havana",
                "Asia/Beirut",
                "Australia/Lord_Howe",
                "Asia/Shanghai",
                "America/St_Johns")
            .map(ZoneId::of);
    return Combinators.combine(days, times, times, zones)
        .as(Window::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** Around the changes of clocks of 2026. */
  @Provide
  Arbitrary<Instant> minutes() {
    Arbitrary<Instant> around =
        Arbitraries.of(
                "2026-03-08T00:00:00Z",
                "2026-03-29T00:00:00Z",
                "2026-04-05T00:00:00Z",
                "2026-10-25T00:00:00Z",
                "2026-11-01T00:00:00Z")
            .map(Instant::parse);
    return Combinators.combine(around, Arbitraries.integers().between(-2 * 24 * 60, 2 * 24 * 60))
        .as((day, minutes) -> day.plus(Duration.ofMinutes(minutes)));
  }
}
