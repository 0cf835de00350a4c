package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;

class OperationPrinterTest {
  private static final Service AT_OLD =
      start(traffic(), creation("old-rollout", Map.of("old", 100.0), Strategy.ALL_AT_ONCE), NOW)
          .service();
  private static final Event.Create CANARY =
      creation("canary-rollout", Map.of("new", 10.0, "old", 90.0), Strategy.ALL_AT_ONCE);
  private static final Event.Create BATCHES =
      creation("r", Map.of("new", 100.0), batch("50%", "5m"));

  @Test
  void createAnswersAsTheSeedAndTellsWhereARollbackGoes() {
    assertThat(Json.pretty(OperationPrinter.created(start(AT_OLD, CANARY, NOW))))
        .isEqualTo(
            """
            {
              "name": "operations/rollouts.endpointsapis.appspot.com:canary-rollout",
              "metadata": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.OperationMetadata",
                "resourceNames": [
                  "services/endpointsapis.appspot.com/rollouts/canary-rollout"
                ],
                "startTime": "2026-05-08T16:00:00.123Z",
                "restores": {
                  "old": 100
                }
              },
              "response": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.Rollout",
                "rolloutId": "canary-rollout",
                "createTime": "2026-05-08T16:00:00.123Z",
                "createdBy": "alice",
                "trafficPercentStrategy": {
                  "percentages": {
                    "old": 90,
                    "new": 10
                  }
                },
                "serviceName": "endpointsapis.appspot.com"
              }
            }
            """);
  }

  @Test
  void doneAsTheSeedAndTellsWhereARollbackGoes() {
    assertThat(Json.pretty(OperationPrinter.operation(start(AT_OLD, CANARY, NOW))))
        .isEqualTo(
            """
            {
              "name": "operations/rollouts.endpointsapis.appspot.com:canary-rollout",
              "metadata": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.OperationMetadata",
                "resourceNames": [
                  "services/endpointsapis.appspot.com/rollouts/canary-rollout"
                ],
                "steps": [
                  {
                    "description": "update Service Controller",
                    "status": "DONE"
                  }
                ],
                "progressPercentage": 100,
                "startTime": "2026-05-08T16:00:00.123Z",
                "restores": {
                  "old": 100
                }
              },
              "done": true,
              "response": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.Rollout",
                "rolloutId": "canary-rollout",
                "createTime": "2026-05-08T16:00:00.123Z",
                "createdBy": "alice",
                "status": "SUCCESS",
                "trafficPercentStrategy": {
                  "percentages": {
                    "old": 90,
                    "new": 10
                  }
                },
                "serviceName": "endpointsapis.appspot.com"
              }
            }
            """);
  }

  @Test
  void onItsWayWithStepsAndProgress() {
    assertThat(Json.pretty(OperationPrinter.operation(start(AT_OLD, BATCHES, NOW))))
        .isEqualTo(
            """
            {
              "name": "operations/rollouts.endpointsapis.appspot.com:r",
              "metadata": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.OperationMetadata",
                "resourceNames": [
                  "services/endpointsapis.appspot.com/rollouts/r"
                ],
                "steps": [
                  {
                    "description": "batch 1 of 2: new 50, old 50",
                    "status": "DONE"
                  },
                  {
                    "description": "batch 2 of 2: new 100",
                    "status": "NOT_STARTED"
                  }
                ],
                "progressPercentage": 50,
                "startTime": "2026-05-08T16:00:00.123Z",
                "restores": {
                  "old": 100
                }
              },
              "response": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.Rollout",
                "rolloutId": "r",
                "createTime": "2026-05-08T16:00:00.123Z",
                "createdBy": "alice",
                "trafficPercentStrategy": {
                  "percentages": {
                    "new": 100
                  }
                },
                "serviceName": "endpointsapis.appspot.com"
              }
            }
            """);
  }

  @Test
  void cancelledIsAnErrorOfCodeOne() {
    Standing stopped = after(start(AT_OLD, BATCHES, NOW), CANARY, NOW.plusSeconds(1));
    assertThat(Json.compact(OperationPrinter.operation(stopped).get("error")))
        .isEqualTo(
            "{\"code\":1,\"message\":\"Rollout 'r' was cancelled after batch 1 of 2 at"
                + " 2026-05-08T16:00:01.123Z: superseded by canary-rollout\"}");
    assertThat(OperationPrinter.operation(stopped).get("done").booleanValue()).isTrue();
    assertThat(OperationPrinter.operation(stopped).has("response")).isFalse();
    assertThat(OperationPrinter.operation(stopped).at("/metadata/progressPercentage").intValue())
        .isEqualTo(50);
  }

  @Test
  void rolledBackIsAnErrorOfCodeTen() {
    Standing back =
        after(start(AT_OLD, BATCHES, NOW), new Event.Steer("r", Event.Verb.ROLLBACK, ALICE), NOW);
    assertThat(Json.compact(OperationPrinter.operation(back).get("error")))
        .isEqualTo(
            "{\"code\":10,\"message\":\"Rollout 'r' failed and was rolled back after batch 1 of 2"
                + " at 2026-05-08T16:00:00.123Z: rolled back by alice\"}");
  }

  @Test
  void noProgressIsLeftOutAsProtobufDoes() {
    Event.Create held = creation("r", Map.of("new", 100.0), partition("100%"));
    assertThat(
            OperationPrinter.operation(start(AT_OLD, held, NOW))
                .get("metadata")
                .has("progressPercentage"))
        .isFalse();
  }

  @Test
  void anOperationOfAServiceIsDone() {
    ServiceOperation created =
        new ServiceOperation(ENDPOINTS, 7, new ServiceOperation.ServiceCreated(), "producer", NOW);
    assertThat(Json.pretty(OperationPrinter.operation(created, Optional.empty())))
        .isEqualTo(
            """
            {
              "name": "operations/services.endpointsapis.appspot.com-7",
              "metadata": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.OperationMetadata",
                "resourceNames": [
                  "services/endpointsapis.appspot.com"
                ],
                "progressPercentage": 100,
                "startTime": "2026-05-08T16:00:00.123Z"
              },
              "done": true,
              "response": {
                "@type": "type.googleapis.com/google.api.servicemanagement.v1.ManagedService",
                "serviceName": "endpointsapis.appspot.com",
                "producerProjectId": "producer"
              }
            }
            """);
  }
}
