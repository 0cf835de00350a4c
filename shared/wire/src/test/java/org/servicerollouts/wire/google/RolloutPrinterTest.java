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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;

class RolloutPrinterTest {
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
              "updateTime": "2026-05-08T16:01:00.123Z"
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
              "updateTime": "2026-05-08T16:00:00Z"
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
                    ENDPOINTS, List.of(live.rollout(), ended.rollout()), Optional.of("token"))))
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
                  "updateTime": "2026-05-08T16:00:00.123Z"
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
    assertThat(
            RolloutPrinter.page(FOO, List.of(first.rollout()), Optional.empty())
                .at("/rollouts/0/progress/moved")
                .longValue())
        .isEqualTo(10);
  }

  @Test
  void anEmptyPageIsEmpty() {
    assertThat(RolloutPrinter.page(ENDPOINTS, List.of(), Optional.empty())).isEmpty();
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
}
