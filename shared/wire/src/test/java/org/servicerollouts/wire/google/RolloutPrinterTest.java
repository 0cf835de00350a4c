package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.domain.Window;
import org.servicerollouts.wire.Json;

class RolloutPrinterTest {
  private static final Map<String, Double> TO_NEW = Map.of("new", 100.0);
  private static final Service AT_OLD =
      start(traffic(), creation("old-rollout", Map.of("old", 100.0), Strategy.ALL_AT_ONCE), NOW)
          .service();

  @Test
  void aRolloutThatHasSucceeded() {
    Standing canary =
        start(
            AT_OLD,
            creation("canary-rollout", Map.of("new", 10.0, "old", 90.0), Strategy.ALL_AT_ONCE),
            NOW.plusSeconds(60));
    assertThat(Json.pretty(RolloutPrinter.rollout(canary)))
        .isEqualTo(
            """
            {
              "rolloutId": "canary-rollout",
              "createTime": "2026-05-08T16:01:00.123Z",
              "createdBy": "alice",
              "status": "SUCCESS",
              "trafficPercentStrategy": {
                "percentages": {
                  "old": 90,
                  "new": 10
                }
              },
              "serviceName": "endpointsapis.appspot.com",
              "state": "SUCCEEDED",
              "base": {
                "old": 100
              },
              "restores": {
                "old": 100
              },
              "progress": {
                "batch": 1,
                "batches": 1,
                "moved": 10
              },
              "updateTime": "2026-05-08T16:01:00.123Z",
              "etag": "3"
            }
            """);
  }

  @Test
  void aRolloutOnItsWayByBatches() {
    Standing live =
        start(
            AT_OLD,
            creation("r", Map.of("new", 99.5, "old", 0.5), batch("33.3%", "1m30s")),
            NOW.minusMillis(123));
    assertThat(Json.pretty(RolloutPrinter.rollout(live)))
        .isEqualTo(
            """
            {
              "rolloutId": "r",
              "createTime": "2026-05-08T16:00:00Z",
              "createdBy": "alice",
              "status": "IN_PROGRESS",
              "trafficPercentStrategy": {
                "percentages": {
                  "new": 99.5,
                  "old": 0.5
                }
              },
              "serviceName": "endpointsapis.appspot.com",
              "state": "RUNNING",
              "batch": {
                "batchSize": "33.3%",
                "interval": "1m30s"
              },
              "base": {
                "old": 100
              },
              "restores": {
                "old": 100
              },
              "progress": {
                "batch": 1,
                "batches": 3,
                "moved": 33.3
              },
              "nextBatchStartTime": "2026-05-08T16:01:30Z",
              "eta": "2026-05-08T16:03:00Z",
              "updateTime": "2026-05-08T16:00:00Z",
              "etag": "3"
            }
            """);
  }

  @Test
  void aReplicaRolloutHeldAtItsPartition() {
    Service service = replicas(10);
    String update = service.revision(2);
    Standing held = start(service, creation("r", Map.of(update, 100.0), partition("50%")), NOW);
    assertThat(Json.pretty(RolloutPrinter.rollout(held)))
        .isEqualTo(
            """
            {
              "rolloutId": "r",
              "createTime": "2026-05-08T16:00:00.123Z",
              "createdBy": "alice",
              "status": "IN_PROGRESS",
              "trafficPercentStrategy": {
                "percentages": {
                  "%2$s": 100
                }
              },
              "serviceName": "foo.cn-shanghai",
              "state": "RUNNING",
              "partition": "50%%",
              "base": {
                "%1$s": 10
              },
              "restores": {
                "%1$s": 100
              },
              "progress": {
                "batch": 1,
                "batches": 2,
                "moved": 5
              },
              "updateTime": "2026-05-08T16:00:00.123Z",
              "etag": "2",
              "totalReplicas": 10,
              "updatedReplicas": 5
            }
            """
                .formatted(service.revision(1), update));
  }

  @Test
  void saysWhyItWasStopped() {
    Standing first =
        start(AT_OLD, creation("first", Map.of("new", 100.0), batch("10%", "5m")), NOW);
    Standing stopped =
        after(
            first,
            creation("second", Map.of("new", 100.0), Strategy.ALL_AT_ONCE),
            NOW.plusSeconds(1));
    assertThat(RolloutPrinter.rollout(stopped).get("status").textValue()).isEqualTo("CANCELLED");
    assertThat(RolloutPrinter.rollout(stopped).get("state").textValue()).isEqualTo("CANCELLED");
    assertThat(RolloutPrinter.rollout(stopped).get("reason").textValue())
        .isEqualTo("superseded by second");
    assertThat(RolloutPrinter.rollout(stopped).has("nextBatchStartTime")).isFalse();
  }

  @Test
  void pausedIsInProgressAndRolledBackIsGooglesFailedRolledBack() {
    Standing first =
        start(AT_OLD, creation("first", Map.of("new", 100.0), batch("10%", "5m")), NOW);
    Standing paused = after(first, new Event.Steer("first", Event.Verb.PAUSE, ALICE), NOW);
    assertThat(RolloutPrinter.rollout(paused).get("status").textValue()).isEqualTo("IN_PROGRESS");
    assertThat(RolloutPrinter.rollout(paused).get("state").textValue()).isEqualTo("PAUSED");
    Standing back = after(paused, new Event.Steer("first", Event.Verb.ROLLBACK, ALICE), NOW);
    assertThat(RolloutPrinter.rollout(back).get("status").textValue())
        .isEqualTo("FAILED_ROLLED_BACK");
  }

  @Test
  void aPageTellsOfALiveRolloutOnlyWhatCannotBeOld() {
    Standing ended =
        start(traffic(), creation("old-rollout", Map.of("old", 100.0), Strategy.ALL_AT_ONCE), NOW);
    Standing live =
        start(
            ended.service(),
            creation("new-rollout", Map.of("new", 100.0), batch("10%", "5m")),
            NOW.plusSeconds(1));
    assertThat(
            Json.pretty(
                RolloutPrinter.page(
                    List.of(
                        RolloutPrinter.listed(ENDPOINTS, live.rollout()),
                        RolloutPrinter.listed(ENDPOINTS, ended.rollout())),
                    Optional.of("token"))))
        .isEqualTo(
            """
            {
              "rollouts": [
                {
                  "rolloutId": "new-rollout",
                  "createTime": "2026-05-08T16:00:01.123Z",
                  "createdBy": "alice",
                  "status": "IN_PROGRESS",
                  "trafficPercentStrategy": {
                    "percentages": {
                      "new": 100
                    }
                  },
                  "serviceName": "endpointsapis.appspot.com",
                  "batch": {
                    "batchSize": "10%",
                    "interval": "5m"
                  },
                  "base": {
                    "old": 100
                  },
                  "restores": {
                    "old": 100
                  }
                },
                {
                  "rolloutId": "old-rollout",
                  "createTime": "2026-05-08T16:00:00.123Z",
                  "createdBy": "alice",
                  "status": "SUCCESS",
                  "trafficPercentStrategy": {
                    "percentages": {
                      "old": 100
                    }
                  },
                  "serviceName": "endpointsapis.appspot.com",
                  "state": "SUCCEEDED",
                  "progress": {
                    "batch": 1,
                    "batches": 1,
                    "moved": 100
                  },
                  "updateTime": "2026-05-08T16:00:00.123Z",
                  "etag": "2"
                }
              ],
              "nextPageToken": "token"
            }
            """);
  }

  @Test
  void theFirstRolloutOfAReplicaServiceIsCountedInReplicas() {
    Service empty =
        NewService.empty(FOO, Kind.REPLICA, 10, "", Optional.empty(), ALICE, NOW).service();
    Standing first = start(empty, creation("r", Map.of("v1", 100.0), Strategy.ALL_AT_ONCE), NOW);
    assertThat(RolloutPrinter.listed(FOO, first.rollout()).at("/progress/moved").longValue())
        .isEqualTo(10);
  }

  @Test
  void anEmptyPageIsEmpty() {
    assertThat(RolloutPrinter.page(List.of(), Optional.empty())).isEmpty();
  }

  @Test
  void percentagesStandHighestFirstTiesById() {
    Standing four =
        start(
            AT_OLD,
            creation(
                "r",
                Map.of("c", 20.0, "a", 20.0, "b", 59.999999999, "d", 0.000000001),
                Strategy.ALL_AT_ONCE),
            NOW);
    Standing three =
        start(
            AT_OLD,
            creation("r", Map.of("c", 20.0, "a", 20.0, "b", 60.0), Strategy.ALL_AT_ONCE),
            NOW);
    assertThat(
            Json.compact(RolloutPrinter.rollout(three).at("/trafficPercentStrategy/percentages")))
        .isEqualTo("{\"b\":60,\"a\":20,\"c\":20}");
    assertThat(Json.compact(RolloutPrinter.rollout(four).at("/trafficPercentStrategy/percentages")))
        .isEqualTo("{\"b\":59.999999999,\"a\":20,\"c\":20,\"d\":1E-9}");
  }

  /** All of it as one line, from {@code state} on. */
  private static String own(Standing standing) {
    ObjectNode rollout = RolloutPrinter.rollout(standing);
    rollout.remove(
        List.of("rolloutId", "createTime", "createdBy", "status", "trafficPercentStrategy"));
    rollout.remove("serviceName");
    return Json.compact(rollout);
  }

  private static Event.Create asked(Spec spec) {
    return Event.Create.of(Optional.of("r"), spec, ALICE);
  }

  @Test
  void whatItWasAskedToBe() {
    Spec spec =
        new Spec(
            Map.of("new", 100.0),
            Optional.of(
                new Strategy.Steps(
                    List.of(
                        new Strategy.Step(Shares.PERCENT / 2, Optional.of(new Interval("10m"))),
                        new Strategy.Step(10 * Shares.PERCENT, Optional.empty()),
                        new Strategy.Step(Shares.WHOLE, Optional.empty())))),
            Duration.ofMinutes(90),
            new Guard(
                List.of(
                    new Window(
                        Set.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY),
                        LocalTime.of(9, 30),
                        LocalTime.MIDNIGHT,
                        ZoneId.of("Europe/Berlin"))),
                Optional.of("outage"),
                List.of("latency", "errors"),
                Optional.of("known"),
                List.of(),
                new Guard.InsufficientData(true, Optional.empty()),
                Duration.ofSeconds(30),
                Guard.Unreadable.ROLLBACK),
            Spec.ConflictPolicy.REJECT,
            Optional.of(NOW.minusSeconds(60)),
            false,
            Optional.of(new Success("old-rollout", Shares.only("old"))),
            Duration.ZERO,
            Optional.empty());
    Alarms alarms =
        Alarms.read(
            Map.of(
                "errors", new Alarms.Reading(Alarms.State.OK, NOW, ""),
                "latency", new Alarms.Reading(Alarms.State.OK, NOW, "")));
    assertThat(own(start(AT_OLD, asked(spec), alarms, NOW)))
        .isEqualTo(
            """
            {"state":"RUNNING",\
            "steps":[{"percent":0.5,"wait":"10m"},{"percent":10},{"percent":100}],\
            "bakeTime":"5400s","startTime":"2026-05-08T15:59:00.123Z","conflictPolicy":"REJECT",\
            "allowedWindows":[{"days":["MONDAY","FRIDAY"],"start":"09:30","end":"24:00",\
            "timeZone":"Europe/Berlin"}],"emergency":{"reason":"outage"},\
            "alarms":["errors","latency"],"overrideAlarms":"known","insufficientData":"HOLD",\
            "progressDeadline":"30s","alarmsUnreadable":"ROLLBACK","rollbackTo":"old-rollout","rollbackWindow":"0s",\
            "base":{"old":100},"restores":{"old":100},\
            "progress":{"batch":1,"batches":3,"moved":0.5},\
            "nextBatchStartTime":"2026-05-08T16:10:00.123Z",\
            "updateTime":"2026-05-08T16:00:00.123Z","etag":"3"}\
            """);
  }

  @Test
  void growth() {
    Strategy growth =
        new Strategy.Growth(new BigDecimal("0.1"), BigDecimal.TEN, new Interval("1m"));
    Standing live = start(AT_OLD, asked(Spec.of(TO_NEW, Optional.of(growth))), NOW);
    assertThat(Json.compact(RolloutPrinter.rollout(live).get("growth")))
        .isEqualTo("{\"type\":\"EXPONENTIAL\",\"initial\":0.1,\"factor\":10,\"interval\":\"1m\"}");
  }

  @Test
  void oneThatWaitsForItsTime() {
    Spec plain = Spec.of(TO_NEW, Optional.of(batch("10%", "5m")));
    Spec later =
        new Spec(
            plain.percentages(),
            plain.strategy(),
            plain.bake(),
            plain.guard(),
            plain.conflictPolicy(),
            Optional.of(NOW.plusSeconds(60)),
            false,
            Optional.empty(),
            plain.rollbackWindow(),
            Optional.empty());
    Standing pending = start(AT_OLD, asked(later), NOW);
    assertThat(RolloutPrinter.rollout(pending).get("status").textValue()).isEqualTo("PENDING");
    assertThat(own(pending))
        .startsWith("{\"state\":\"PENDING\",\"waitsFor\":\"TIME\",")
        .contains("\"nextBatchStartTime\":\"2026-05-08T16:01:00.123Z\"")
        .contains("\"etag\":\"3\"")
        .doesNotContain("base")
        .doesNotContain("restores");
  }

  @Test
  void aListTellsOfAllThatItWasAskedToBe() {
    Spec plain = Spec.of(TO_NEW, Optional.of(batch("10%", "5m")));
    Spec baking =
        new Spec(
            plain.percentages(),
            plain.strategy(),
            Duration.ofHours(1),
            plain.guard(),
            plain.conflictPolicy(),
            plain.startTime(),
            false,
            Optional.empty(),
            plain.rollbackWindow(),
            Optional.empty());
    Standing live = start(AT_OLD, asked(baking), NOW);
    assertThat(RolloutPrinter.listed(ENDPOINTS, live.rollout()).at("/bakeTime").textValue())
        .isEqualTo("3600s");
  }
}
