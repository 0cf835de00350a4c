package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Window;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Misfits;

/** Windows as the elements of allowedWindows: {@code {days, start, end, timeZone}}. */
final class Windows {
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  /** The end of a day. */
  private static final String MIDNIGHT = "24:00";

  private Windows() {}

  /**
   * The windows that {@code fields} give, none where they give none.
   *
   * @throws ProblemException for one that cannot be
   */
  static List<Window> read(Fields fields) {
    List<Window> windows = new ArrayList<>();
    for (Fields window : fields.objects("allowedWindows").orElse(List.of())) {
      windows.add(window(window));
      window.end();
    }
    return windows;
  }

  private static Window window(Fields window) {
    return new Window(
        days(window),
        LocalTime.parse(time(window, "start", "HH:mm", false)),
        end(time(window, "end", "HH:mm, up to " + MIDNIGHT, true)),
        zone(window));
  }

  private static Set<DayOfWeek> days(Fields window) {
    String expectation = "1 to 7 of MONDAY to SUNDAY";
    List<String> given =
        window
            .strings("days")
            .orElseThrow(() -> Problem.missing(window.path("days"), expectation).exception());
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (int i = 0; i < given.size(); i++) {
      String path = Misfits.element(window.path("days"), i);
      String name = given.get(i);
      days.add(
          day(name)
              .orElseThrow(
                  () ->
                      Problem.invalid(path, name, "MONDAY to SUNDAY, or MON to SUN").exception()));
    }
    if (days.isEmpty()) {
      throw Problem.invalid(window.path("days"), new Misfits.Shown("none"), expectation)
          .exception();
    }
    return days;
  }

  private static Optional<DayOfWeek> day(String name) {
    return Stream.of(DayOfWeek.values())
        .filter(day -> name.equals(day.name()) || name.equals(day.name().substring(0, 3)))
        .findFirst();
  }

  private static String time(
      Fields window, String name, String expectation, boolean takesMidnight) {
    String text = window.requiredString(name, expectation);
    if (TIME.matcher(text).matches() || (takesMidnight && text.equals(MIDNIGHT))) {
      return text;
    }
    throw Problem.invalid(window.path(name), text, expectation).exception();
  }

  private static LocalTime end(String text) {
    return text.equals(MIDNIGHT) ? LocalTime.MIDNIGHT : LocalTime.parse(text);
  }

  private static ZoneId zone(Fields window) {
    String expectation = "an IANA time zone, such as \"Europe/Berlin\"";
    String name = window.requiredString("timeZone", expectation);
    if (!ZoneId.getAvailableZoneIds().contains(name)) {
      throw Problem.invalid(window.path("timeZone"), name, expectation).exception();
    }
    return ZoneId.of(name);
  }

  /** Puts {@code windows} into {@code node} as they are read. */
  static void print(ObjectNode node, List<Window> windows) {
    if (!windows.isEmpty()) {
      ArrayNode array = node.putArray("allowedWindows");
      windows.forEach(window -> print(array.addObject(), window));
    }
  }

  private static void print(ObjectNode node, Window window) {
    ArrayNode days = node.putArray("days");
    window.days().forEach(day -> days.add(day.name()));
    LocalTime end = window.end();
    node.put("start", window.start().toString())
        .put("end", end.equals(LocalTime.MIDNIGHT) ? MIDNIGHT : end.toString())
        .put("timeZone", window.zone().getId());
  }
}
