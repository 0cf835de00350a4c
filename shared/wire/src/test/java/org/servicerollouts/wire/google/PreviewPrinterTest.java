package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Plan;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;

class PreviewPrinterTest {
  private static final Service AT_OLD =
      start(traffic(), creation("old-rollout", Map.of("old", 100.0), Strategy.ALL_AT_ONCE), NOW)
          .service();
  private static final Event.Create IN_THREE =
      creation("r", Map.of("new", 100.0), batch("40%", "5m"));

  private static ObjectNode page(Service service, Event.Create create, String query) {
    PreviewRequest request = PreviewRequest.of("hash", Query.parse(query));
    Preview preview =
        Preview.of(service, create, Alarms.NONE, request.place(), request.list().pageSize(), NOW);
    return PreviewPrinter.page(preview, request);
  }

  @Test
  void aPlanByBatches() {
    assertThat(Json.compact(page(AT_OLD, IN_THREE, "")))
        .isEqualTo(
            """
            {"state":"RUNNING","base":{"old":100},"restores":{"old":100},"steps":[\
            {"batch":1,"startTime":"2026-05-08T16:00:00.123Z",\
            "allocation":{"old":60,"new":40},"moved":40},\
            {"batch":2,"startTime":"2026-05-08T16:05:00.123Z",\
            "allocation":{"new":80,"old":20},"moved":80},\
            {"batch":3,"startTime":"2026-05-08T16:10:00.123Z","allocation":{"new":100},"moved":100}\
            ],"eta":"2026-05-08T16:10:00.123Z"}\
            """);
  }

  @Test
  void goesOnWhereThePageBeforeEnded() {
    ObjectNode whole = page(AT_OLD, IN_THREE, "");
    ObjectNode first = page(AT_OLD, IN_THREE, "pageSize=2");
    assertThat(first.get("steps")).hasSize(2);
    String token = first.get("nextPageToken").textValue();
    ObjectNode second = page(AT_OLD, IN_THREE, "pageSize=2&pageToken=" + token);
    assertThat(second.get("steps")).hasSize(1);
    assertThat(second.at("/steps/0")).isEqualTo(whole.at("/steps/2"));
    assertThat(second.get("eta")).isEqualTo(whole.get("eta"));
    assertThat(second.has("nextPageToken")).isFalse();
  }

  @Test
  void underAPausedPlanItWaitsForApproval() {
    Service service = replicas(10).withPlan(Optional.of(new Plan(batch("5", "5m"), true, 1)));
    Spec spec = Spec.of(Map.of(service.revision(2), 100.0), Optional.empty());
    ObjectNode page = page(service, Event.Create.of(Optional.of("r"), spec, ALICE), "");
    assertThat(page.get("state").textValue()).isEqualTo("PENDING");
    assertThat(page.get("waitsFor").textValue()).isEqualTo("APPROVAL");
  }

  @Test
  void replicasThatHold() {
    Service service = replicas(10);
    Event.Create create = creation("r", Map.of(service.revision(2), 100.0), partition("50%"));
    ObjectNode page = page(service, create, "");
    assertThat(page.at("/steps/0/moved").longValue()).isEqualTo(5);
    assertThat(page.at("/steps/0/holds").booleanValue()).isTrue();
    assertThat(page.at("/steps/1/moved").longValue()).isEqualTo(10);
    assertThat(page.at("/steps/1").has("startTime")).isFalse();
    assertThat(page.at("/steps/1").has("holds")).isFalse();
    assertThat(page.has("eta")).isFalse();
  }

  @Test
  void oneThatWaitsForItsTime() {
    Spec now = Spec.of(Map.of("new", 100.0), Optional.of(batch("50%", "5m")));
    Spec later =
        new Spec(
            now.percentages(),
            now.strategy(),
            Duration.ofMinutes(30),
            now.guard(),
            now.conflictPolicy(),
            Optional.of(NOW.plusSeconds(60)),
            false,
            Optional.empty(),
            now.rollbackWindow(),
            Optional.empty());
    assertThat(Json.compact(page(AT_OLD, Event.Create.of(Optional.of("r"), later, ALICE), "")))
        .isEqualTo(
            """
            {"state":"PENDING","waitsFor":"TIME","base":{"old":100},"restores":{"old":100},\
            "steps":[\
            {"batch":1,"startTime":"2026-05-08T16:01:00.123Z",\
            "allocation":{"new":50,"old":50},"moved":50},\
            {"batch":2,"startTime":"2026-05-08T16:06:00.123Z","allocation":{"new":100},"moved":100}\
            ],"bakeEndTime":"2026-05-08T16:36:00.123Z","eta":"2026-05-08T16:36:00.123Z"}\
            """);
  }

  @Test
  void aThousandToAPageUnlessTold() {
    assertThat(PreviewRequest.of("hash", Query.parse("")).list().pageSize()).isEqualTo(1000);
    assertThat(PreviewRequest.of("hash", Query.parse("pageSize=9999")).list().pageSize())
        .isEqualTo(1000);
    assertThat(PreviewRequest.of("hash", Query.parse("pageSize=7")).list().pageSize()).isEqualTo(7);
  }

  @Test
  void aTokenFitsItsRequestAlone() {
    String token =
        new PreviewRequest(ListRequest.ofPreview("hash", Query.parse("")), Optional.empty())
            .nextPageToken(new Preview.Place(3, NOW, 2, 80, NOW, Optional.empty()));
    assertThat(PreviewRequest.of("hash", Query.parse("pageToken=" + token)).place())
        .contains(new Preview.Place(3, NOW, 2, 80, NOW, Optional.empty()));
    assertThat(
            problem(() -> PreviewRequest.of("other", Query.parse("pageToken=" + token))).message())
        .startsWith("pageToken: \"" + token + "\" (expected: the nextPageToken of the page before");
  }

  /** A Partition that is raised moves replicas back that were at the target before. */
  @Test
  void aTokenTellsOfWhatWasMovedBackToo() {
    Preview.Place place = new Preview.Place(3, NOW, 2, -4, NOW, Optional.empty());
    String token =
        new PreviewRequest(ListRequest.ofPreview("hash", Query.parse("")), Optional.empty())
            .nextPageToken(place);
    assertThat(PreviewRequest.of("hash", Query.parse("pageToken=" + token)).place())
        .contains(place);
  }

  /** With the right checksum, as nobody but a forger can send them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "x 2026-05-08T16:00:00Z 1 1 2026-05-08T16:00:00Z -",
        "3 x 1 1 2026-05-08T16:00:00Z -",
        "3 2026-05-08T16:00:00Z -1 1 2026-05-08T16:00:00Z -",
        "3 2026-05-08T16:00:00Z 1 99999999999999999999 2026-05-08T16:00:00Z -",
        "3 2026-05-08T16:00:00Z 1 1 2026-05-08T16:00:00Z x",
        "3 2026-05-08T16:00:00Z 1 1 2026-05-08T16:00:00Z - -",
      })
  void refusesForgedTokens(String place) {
    String token = new PageToken(place).encode("preview hash");
    assertThat(
            problem(() -> PreviewRequest.of("hash", Query.parse("pageToken=" + token))).message())
        .startsWith("pageToken: \"" + token + "\"");
  }
}
