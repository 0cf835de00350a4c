package org.servicerollouts.local;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerollouts.store.LocalTable;

/** Requests that make the most of their answers: none is more than a function may answer. */
class LargestAnswersTest {

  /** As Lambda counts it: in the JSON of the function's response. */
  private static final int MAX_ANSWER = 6 * 1024 * 1024;

  private static final String SERVICE = "/v1/services/svc.example.com";
  private static final int MANY = 2_000;
  private static final String LONG = "x".repeat(60_000);

  private final Surface surface = new Surface(LocalTable.createWithoutStream());

  @BeforeEach
  void makeTheService() {
    Documented.prepare(surface);
  }

  @Test
  void aConfigWhoseIndentsWouldBeMoreThanItself() {
    String zeros = "[".repeat(90) + "0,".repeat(60_000) + "0" + "]".repeat(90);
    surface.ok(
        "POST",
        SERVICE + "/configs",
        """
        {"id": "deep", "types": [{"options": [{"value": {"@type": "type.googleapis.com/a.B", "c": %s}}]}]}\
        """
            .formatted(zeros));

    String answered = fits(surface.send("GET", SERVICE + "/configs/deep", ""));

    assertThat(Surface.json(answered).at("/types/0/options/0/value/c").toString()).isEqualTo(zeros);
  }

  @Test
  void aReportInWhichALongNameStandsInEachChange() {
    GatewayResponse answer =
        surface.send(
            "POST",
            "/v1/services:generateConfigReport",
            """
            {"oldConfig": %s, "newConfig": %s}\
            """
                .formatted(config("a"), config("b")));

    assertThat(fits(answer)).contains("newConfig");
    assertThat(answer.status()).isEqualTo(400);
  }

  /** Four megabytes of steps and more, as JSON in JSON. */
  @Test
  void aHistoryOfRolloutsInAThousandStepsEach() {
    String steps =
        IntStream.range(1, 1000)
            .mapToObj(
                i ->
                    "{\"percent\": %d.%d0000000%d, \"wait\": \"%06dh000059m000059s\"}"
                        .formatted(i / 10, i % 10, i % 7 + 1, i % 160))
            .collect(joining(","));
    String create =
        """
        {"trafficPercentStrategy": {"percentages": {"new": 100}}, "steps": [%s, {"percent": 100}]}\
        """
            .formatted(steps);
    for (int i = 0; i < 100; i++) {
      surface.ok("POST", SERVICE + "/rollouts", create);
    }

    Set<String> ids = new HashSet<>();
    String token = "";
    int pages = 0;
    do {
      String page =
          fits(surface.send("GET", SERVICE + "/rollouts?pageSize=100&pageToken=" + token, ""));
      ids.addAll(Surface.json(page).at("/rollouts").findValuesAsText("rolloutId"));
      token = Surface.json(page).at("/nextPageToken").asText();
      pages++;
    } while (!token.isEmpty());

    assertThat(ids).hasSize(101);
    assertThat(pages).isGreaterThan(1);
  }

  private static String config(String prefix) {
    String methods =
        IntStream.range(0, MANY)
            .mapToObj(i -> "{\"name\":\"" + prefix + i + "\"}")
            .collect(joining(","));
    return """
    {"@type": "type.googleapis.com/google.api.Service", "name": "svc.example.com",
     "apis": [{"name": "%s", "methods": [%s]}]}\
    """
        .formatted(LONG, methods);
  }

  private static String fits(GatewayResponse answer) {
    String text = Surface.text(answer);
    int length = TextNode.valueOf(text).toString().getBytes(StandardCharsets.UTF_8).length;
    assertThat(length).isLessThan(MAX_ANSWER);
    return text;
  }
}
