package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Event.Verb;

class SteerRolloutRequestTest {

  @ParameterizedTest
  @EnumSource(Verb.class)
  void needsNothing(Verb verb) {
    assertThat(SteerRolloutRequest.of(verb, json("{}")).event("r", ALICE))
        .isEqualTo(new Event.Steer("r", verb, ALICE));
  }

  @Test
  void readsAllOfIt() {
    SteerRolloutRequest request =
        SteerRolloutRequest.of(
            Verb.ADVANCE,
            json(
                """
                {"reason": "errors at checkout", "etag": "12", "emergency": {"reason": "outage"},
                 "overrideAlarms": "known"}
                """));
    assertThat(request.event("r", ALICE))
        .isEqualTo(
            new Event.Steer(
                "r",
                Verb.ADVANCE,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.of("outage"),
                Optional.of("known"),
                Optional.of("12"),
                new Cause(
                    "alice",
                    Optional.of("errors at checkout; emergency: outage; overrideAlarms: known"),
                    false)));
  }

  /** Whoever sends the same body with every verb must not be refused the way back. */
  @ParameterizedTest
  @EnumSource(Verb.class)
  void takesEveryReasonWithEveryVerb(Verb verb) {
    ObjectNode body =
        json("{\"emergency\": {\"reason\": \"outage\"}, \"overrideAlarms\": \"known\"}");
    assertThat(SteerRolloutRequest.of(verb, body).event("r", ALICE).cause().why())
        .contains("emergency: outage; overrideAlarms: known");
  }

  @Test
  void aRollbackMayNameWhereItGoes() {
    SteerRolloutRequest request =
        SteerRolloutRequest.of(Verb.ROLLBACK, json("{\"to\": \"2026-05-01r0\"}"));
    assertThat(request.to()).contains("2026-05-01r0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ADVANCE|{'to': 'r'}|Invalid JSON payload received. Unknown name \"to\": Cannot find"
            + " field.",
        "ROLLBACK|{'to': ''}|to: \"\" (expected: 1 to 63 characters",
        "PAUSE|{'reason': ''}|reason: \"\" (expected: why, in 1 to 500 characters",
        "PAUSE|{'reason': {}}|reason: an object (expected: a string)",
        "PAUSE|{'etag': {}}|etag: an object (expected: a string)",
        "RESUME|{'emergency': {'x': 1}}|emergency.reason: missing",
        "PROMOTE|{'overrideAlarms': []}|overrideAlarms: an array (expected: a string)",
        "PAUSE|{'bogus': 1}|Invalid JSON payload received. Unknown name \"bogus\"",
      })
  void refuses(Verb verb, String body, String message) {
    assertThat(problem(() -> SteerRolloutRequest.of(verb, json(body.replace('\'', '"')))).message())
        .startsWith(message);
  }
}
