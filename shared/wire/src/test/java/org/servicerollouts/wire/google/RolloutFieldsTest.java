package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALARM_NAME;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Window;

/** This product's own fields of a rollout, as requests give them. */
class RolloutFieldsTest {
  private static final Map<String, Double> TO_NEW = Map.of("new", 100.0);

  private static CreateRolloutRequest read(String fields) {
    String target = "\"trafficPercentStrategy\": {\"percentages\": {\"new\": 100}}";
    return CreateRolloutRequest.of(ENDPOINTS, json("{" + target + ", " + fields + "}"), ALARM_NAME);
  }

  private static Spec spec(String fields) {
    return read(fields).spec();
  }

  @Test
  void readsSteps() {
    assertThat(
            spec("""
            "steps": [{"percent": 1, "wait": "10m"}, {"percent": "12.5"}, {"percent": 1E+2}]
            """)
                .strategy())
        .contains(
            new Strategy.Steps(
                List.of(
                    new Strategy.Step(1_000_000_000L, Optional.of(new Interval("10m"))),
                    new Strategy.Step(12_500_000_000L, Optional.empty()),
                    new Strategy.Step(Shares.WHOLE, Optional.empty()))));
  }

  @Test
  void readsGrowth() {
    assertThat(
            spec("""
            "growth": {"type": "EXPONENTIAL", "initial": 5, "factor": "2.0", "interval": "1m"}
            """)
                .strategy())
        .contains(
            new Strategy.Growth(BigDecimal.valueOf(5), BigDecimal.valueOf(2), new Interval("1m")));
    assertThat(
            spec("\"growth\": {\"type\": \"EXPONENTIAL\", \"initial\": 0.1, \"factor\": 3}")
                .strategy())
        .contains(
            new Strategy.Growth(new BigDecimal("0.1"), BigDecimal.valueOf(3), Interval.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|steps: \"0 steps\" (expected: 1 to 1000)",
        "5|steps: 5 (expected: an array of objects)",
        "[5]|steps[0]: 5 (expected: an object)",
        "[{}]|steps[0].percent: missing (expected: a percentage of the move)",
        "[{'percent': 0}]|steps[0].percent: 0 (expected: more than 0, at most 100, with up to 9"
            + " decimal places)",
        "[{'percent': 100.5}]|steps[0].percent: 100.5 (expected: more than 0",
        "[{'percent': 0.0000000001}]|steps[0].percent: 1E-10 (expected: more than 0",
        "[{'percent': 1e400}]|steps[0].percent: 1E+400 (expected: more than 0, at most 100, with up"
            + " to 9 decimal places)",
        "[{'percent': 33.33333333333333333333}]|steps[0].percent: 33.33333333333333333333"
            + " (expected: more than 0, at most 100, with up to 9 decimal places)",
        "[{'percent': 'ten'}]|steps[0].percent: \"ten\" (expected: a number)",
        "[{'percent': 50}]|steps[0].percent: 50 (expected: 100, since it is the last)",
        "[{'percent': 9}, {'percent': 9}]|steps[1].percent: 9 (expected: more than 9, since steps"
            + " ascend)",
        "[{'percent': 100, 'wait': '5m'}]|steps[0].wait: \"5m\" (expected: none, since it is the"
            + " last)",
        "[{'percent': 5, 'wait': '5'}]|steps[0].wait: \"5\" (expected: <n>s,",
        "[{'percent': 100, 'x': 1}]|Invalid JSON payload received. Unknown name \"x\" at"
            + " 'steps[0]'",
        "[{'percent': 100}], 'batch': {}|batch, steps: both given (expected: at most",
        "[{'percent': 100}], 'batch': {}, 'partition': 1|batch, partition, steps: all given"
            + " (expected: at most",
      })
  void refusesSteps(String steps, String message) {
    assertThat(problem(() -> spec(("\"steps\": " + steps).replace('\'', '"'))).message())
        .startsWith(message);
  }

  @Test
  void refusesMoreThanAThousandSteps() {
    String steps =
        IntStream.rangeClosed(1, 1001)
            .mapToObj(i -> "{\"percent\": " + BigDecimal.valueOf(i).movePointLeft(2) + "}")
            .collect(Collectors.joining(","));
    assertThat(problem(() -> spec("\"steps\": [" + steps + "]")).message())
        .isEqualTo("steps: \"1001 steps\" (expected: 1 to 1000)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|growth.type: missing (expected: EXPONENTIAL)",
        "{'type': 'LINEAR'}|growth.type: \"LINEAR\" (expected: EXPONENTIAL)",
        "{TYPE}|growth.initial: missing (expected: the percentage of the first step)",
        "{TYPE, 'initial': 1}|growth.factor: missing (expected: by how much each step",
        "{TYPE, 'initial': 1, 'factor': 1}|growth.factor: 1 (expected: more than 1",
        "{TYPE, 'initial': 1, 'factor': 1e18}|growth.factor: 1000000000000000000 (expected: more"
            + " than 1, at most 100000000000, with at most 18 digits)",
        "{TYPE, 'initial': 1e-19, 'factor': 2}|growth.initial: 1E-19 (expected: more than 0, at"
            + " most 100, with up to 9 decimal places)",
        "{TYPE, 'initial': 200, 'factor': 2}|growth.initial: 200 (expected: more than 0, at most"
            + " 100",
        "{TYPE, 'initial': 1, 'factor': 1.000001}|growth.factor: 1.000001 (expected: one that takes"
            + " 1% to 100%",
        "{TYPE, 'initial': 1, 'factor': 2, 'interval': '0s'}|growth.interval: \"0s\" (expected:"
            + " <n>s,",
        "{TYPE, 'initial': 1, 'factor': 2, 'x': 1}|Invalid JSON payload received. Unknown name"
            + " \"x\" at 'growth'",
      })
  void refusesGrowth(String growth, String message) {
    String given = growth.replace("TYPE", "'type': 'EXPONENTIAL'").replace('\'', '"');
    assertThat(problem(() -> spec("\"growth\": " + given)).message()).startsWith(message);
  }

  @Test
  void readsAllThatCanStandBeside() {
    CreateRolloutRequest request =
        read(
            """
            "bakeTime": "1h30m", "paused": true, "startTime": "2026-05-08T18:00:00.0000001+02:00",
             "allowedWindows": [
               {"days": ["MON", "FRIDAY", "FRI"], "start": "09:00", "end": "24:00",
                "timeZone": "Europe/Berlin"}],
             "emergency": {"reason": "outage"}, "conflictPolicy": "QUEUE",
             "alarms": ["errors", "latency", "errors"], "overrideAlarms": "known",
             "insufficientData": {"action": "HOLD", "minimumTime": "300s"},
             "progressDeadline": "20m", "alarmsUnreadable": "ROLLBACK", "rollbackTo": "2026-05-01r0", "rollbackWindow": "0s",
             "etag": "7"
            """);
    assertThat(request.spec())
        .isEqualTo(
            new Spec(
                TO_NEW,
                Optional.empty(),
                Duration.ofMinutes(90),
                new Guard(
                    List.of(
                        new Window(
                            Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                            LocalTime.of(9, 0),
                            LocalTime.MIDNIGHT,
                            ZoneId.of("Europe/Berlin"))),
                    Optional.of("outage"),
                    List.of("errors", "latency"),
                    Optional.of("known"),
                    List.of(),
                    new Guard.InsufficientData(true, Optional.of(Duration.ofMinutes(5))),
                    Duration.ofMinutes(20),
                    Guard.Unreadable.ROLLBACK),
                Spec.ConflictPolicy.QUEUE,
                Optional.of(Instant.parse("2026-05-08T16:00:00.001Z")),
                true,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty()));
    assertThat(request.rollbackTo()).contains("2026-05-01r0");
    assertThat(request.etag()).contains("7");
    assertThat(request.event(ALICE))
        .isEqualTo(
            new Event.Create(
                Optional.empty(), request.spec(), Map.of(), false, Optional.of("7"), ALICE));
  }

  @Test
  void whatIsNotThereMeansTheDefaults() {
    assertThat(
            spec(
                """
                "bakeTime": null, "paused": null, "alarms": [], "emergency": null,
                 "insufficientData": "PROCEED", "conflictPolicy": "REPLACE", "allowedWindows": []
                """))
        .isEqualTo(Spec.of(TO_NEW, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"0s,PT0S", "3600s,PT1H", "168h,PT168H", "604800s,PT168H", "1h1m1s,PT1H1M1S"})
  void readsDurations(String text, Duration duration) {
    assertThat(spec("\"bakeTime\": \"" + text + "\"").bake()).isEqualTo(duration);
  }

  @Test
  void namesAlarmsByTheirField() {
    List<String> fields = new ArrayList<>();
    CreateRolloutRequest request =
        CreateRolloutRequest.of(
            ENDPOINTS,
            json(
                "{\"trafficPercentStrategy\": {\"percentages\": {\"new\": 100}}, \"alarms\":"
                    + " [\"arn:a\", \"b\"]}"),
            (field, given) -> {
              fields.add(field);
              return given.replace("arn:", "");
            });
    assertThat(fields).containsExactly("alarms[0]", "alarms[1]");
    assertThat(request.spec().guard().alarms()).containsExactly("a", "b");
  }

  @Test
  void takesBackARolloutThatWasAnswered() {
    Service service =
        start(traffic(), creation("old-rollout", Map.of("old", 100.0), Strategy.ALL_AT_ONCE), NOW)
            .service();
    CreateRolloutRequest given =
        read(
            """
            "rolloutId": "r",
             "growth": {"type": "EXPONENTIAL", "initial": 0.1, "factor": 1.5, "interval": "1m"},
             "bakeTime": "90m",
             "allowedWindows": [
               {"days": ["MON"], "start": "22:00", "end": "06:00", "timeZone": "UTC"},
               {"days": ["SUN", "TUE"], "start": "00:00", "end": "24:00", "timeZone": "Asia/Tokyo"}],
             "emergency": {"reason": "outage"}, "conflictPolicy": "REJECT",
             "insufficientData": {"action": "HOLD", "minimumTime": "5m"},
             "progressDeadline": "20m", "rollbackWindow": "0s"
            """);
    ObjectNode answered = RolloutPrinter.rollout(start(service, given.event(ALICE), NOW));
    answered.remove("etag");
    assertThat(CreateRolloutRequest.of(ENDPOINTS, answered, ALARM_NAME)).isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'bakeTime': '169h'|bakeTime: \"169h\" (expected: <n>s, <n>m or <n>h, also compound as in"
            + " 1h30m, from 0s to 168h)",
        "'bakeTime': 5|bakeTime: \"5\" (expected: <n>s,",
        "'bakeTime': ''|bakeTime: \"\" (expected: <n>s,",
        "'bakeTime': '-5s'|bakeTime: \"-5s\" (expected: <n>s,",
        "'progressDeadline': '0s'|progressDeadline: \"0s\" (expected: <n>s, <n>m or <n>h, also"
            + " compound as in 1h30m, from 1s to 168h)",
        "'rollbackWindow': '721h'|rollbackWindow: \"721h\" (expected: <n>s, <n>m or <n>h, also"
            + " compound as in 1h30m, from 0s to 720h)",
        "'paused': 'yes'|paused: \"yes\" (expected: true or false)",
        "'startTime': 'now'|startTime: \"now\" (expected: an RFC 3339 time before the year 9000)",
        "'startTime': '2026-05-08'|startTime: \"2026-05-08\" (expected: an RFC 3339",
        "'startTime': '2026-02-30T00:00:00Z'|startTime: \"2026-02-30T00:00:00Z\" (expected: an",
        "'startTime': '9999-12-31T23:59:59Z'|startTime: \"9999-12-31T23:59:59Z\" (expected: an",
        "'emergency': 'outage'|emergency: \"outage\" (expected: an object)",
        "'emergency': {}|emergency.reason: missing (expected: why, in 1 to 500 characters",
        "'emergency': {'reason': ' '}|emergency.reason: \" \" (expected: why, in 1 to 500",
        "'emergency': {'reason': 'a\\nb'}|emergency.reason: \"a\\u000ab\" (expected: why",
        "'emergency': {'reason': 'a', 'x': 1}|Invalid JSON payload received. Unknown name \"x\" at"
            + " 'emergency'",
        "'conflictPolicy': 'replace'|conflictPolicy: \"replace\" (expected: REPLACE, REJECT or"
            + " QUEUE)",
        "'alarms': 'errors'|alarms: \"errors\" (expected: an array of strings)",
        "'alarms': [1]|alarms[0]: 1 (expected: a string)",
        "'alarms': ['1','2','3','4','5','6','7','8','9','10','11']|alarms: \"11 alarms\" (expected:"
            + " at most 10",
        "'overrideAlarms': true|overrideAlarms: true (expected: a string)",
        "'overrideAlarms': ''|overrideAlarms: \"\" (expected: why, in 1 to 500 characters, none of"
            + " them a control character)",
        "'insufficientData': 'WAIT'|insufficientData: \"WAIT\" (expected: PROCEED or HOLD)",
        "'insufficientData': 1|insufficientData: 1 (expected: PROCEED, HOLD or {action,"
            + " minimumTime})",
        "'insufficientData': {}|insufficientData.action: missing (expected: PROCEED or HOLD)",
        "'insufficientData': {'action': 'HOLD', 'minimumTime': '0s'}|insufficientData.minimumTime:"
            + " \"0s\" (expected: <n>s,",
        "'insufficientData': {'action': 'PROCEED', 'minimumTime':"
            + " '5m'}|insufficientData.minimumTime: \"300s\" (expected: none with the action"
            + " PROCEED)",
        "'insufficientData': {'action': 'HOLD', 'x': 1}|Invalid JSON payload received. Unknown name"
            + " \"x\" at 'insufficientData'",
        "'rollbackTo': 'UP'|rollbackTo: \"UP\" (expected: 1 to 63 characters",
        "'etag': []|etag: an array (expected: a string)",
      })
  void refusesWhatStandsBeside(String fields, String message) {
    assertThat(problem(() -> spec(fields.replace('\'', '"'))).message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|allowedWindows: an object (expected: an array of objects)",
        "[{}]|allowedWindows[0].days: missing (expected: 1 to 7 of MONDAY to SUNDAY)",
        "[{'days': []}]|allowedWindows[0].days: none (expected: 1 to 7",
        "[{'days': 'MON'}]|allowedWindows[0].days: \"MON\" (expected: an array of strings)",
        "[{'days': [1]}]|allowedWindows[0].days[0]: 1 (expected: a string)",
        "[{'days': ['MON', 'mon']}]|allowedWindows[0].days[1]: \"mon\" (expected: MONDAY to SUNDAY,"
            + " or MON to SUN)",
        "[{DAYS, 'end': '09:00'}]|allowedWindows[0].start: missing (expected: HH:mm)",
        "[{DAYS, 'start': '24:00'}]|allowedWindows[0].start: \"24:00\" (expected: HH:mm)",
        "[{DAYS, 'start': '9:00'}]|allowedWindows[0].start: \"9:00\" (expected: HH:mm)",
        "[{DAYS, 'start': '09:00', 'end': '24:01'}]|allowedWindows[0].end: \"24:01\" (expected:"
            + " HH:mm, up to 24:00)",
        "[{DAYS, HOURS}]|allowedWindows[0].timeZone: missing (expected: an IANA time zone, such as"
            + " \"Europe/Berlin\")",
        "[{DAYS, HOURS, 'timeZone': '+02:00'}]|allowedWindows[0].timeZone: \"+02:00\" (expected: an"
            + " IANA",
        "[{DAYS, HOURS, 'timeZone': 'Mars'}]|allowedWindows[0].timeZone: \"Mars\" (expected: an",
        "[{DAYS, HOURS, 'timeZone': 'UTC', 'x': 1}]|Invalid JSON payload received. Unknown name"
            + " \"x\" at 'allowedWindows[0]'",
      })
  void refusesWindows(String windows, String message) {
    String given =
        windows
            .replace("DAYS", "'days': ['MON']")
            .replace("HOURS", "'start': '09:00', 'end': '17:00'")
            .replace('\'', '"');
    assertThat(problem(() -> spec("\"allowedWindows\": " + given)).message()).startsWith(message);
  }

  @Test
  void refusesMoreThanTwentyWindows() {
    String window =
        """
        {"days": ["MON"], "start": "09:00", "end": "17:00", "timeZone": "UTC"}
        """;
    String windows = String.join(",", Collections.nCopies(21, window));
    assertThat(problem(() -> spec("\"allowedWindows\": [" + windows + "]")).message())
        .isEqualTo("allowedWindows: \"21 windows\" (expected: at most 20)");
  }

  @Test
  void aReasonMayBeLongButNotLonger() {
    assertThat(spec("\"overrideAlarms\": \"" + "x".repeat(500) + "\"").guard().overridden())
        .contains("x".repeat(500));
    assertThat(problem(() -> spec("\"overrideAlarms\": \"" + "x".repeat(501) + "\"")).message())
        .startsWith("overrideAlarms: \"xxx");
  }

  @Test
  void aReasonIsCountedInCharacters() {
    String fire = "🔥";
    assertThat(spec("\"overrideAlarms\": \"" + fire.repeat(500) + "\"").guard().overridden())
        .contains(fire.repeat(500));
    assertThat(problem(() -> spec("\"overrideAlarms\": \"" + fire.repeat(501) + "\"")).message())
        .endsWith("(expected: why, in 1 to 500 characters, none of them a control character)");
  }
}
