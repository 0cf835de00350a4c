package org.servicerollouts.wire.eas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.after;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.changed;
import static org.servicerollouts.wire.Samples.creation;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.start;
import static org.servicerollouts.wire.Samples.traffic;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.Spec;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.wire.Json;

class EasPrintersTest {
  private static final String ID = "40325405-579C-4D82-AAAA-000000000000";
  private static final Service TEN = replicas(10);
  private static final String V1 = TEN.revision(1);
  private static final String V2 = TEN.revision(2);

  private static Service planned(Service service, Strategy strategy) {
    return changed(ServiceChange.planCreated(service, strategy, false, ALICE, NOW)).next();
  }

  private static Standing update(Service service, String id, String revision) {
    return start(
        service,
        Event.Create.of(Optional.of(id), Map.of(revision, 100.0), Optional.empty(), ALICE),
        NOW);
  }

  private static String rollout(Service service) {
    return Json.pretty(EasRolloutPrinter.rollout(service, ID));
  }

  @Test
  void aCreatedService() {
    assertThat(Json.compact(EasServicePrinter.created(TEN, ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"Region\":\"cn-shanghai\",\"ServiceId\":\"%s\",\"ServiceName\":\"foo\",\"Status\":\"Creating\"}"
                .formatted(ID, V1.substring(0, V1.length() - 3)));
  }

  @Test
  void aService() {
    String document = "{\"metadata\":{\"name\":\"foo\",\"instance\":4}}";
    Standing live = update(planned(TEN, batch("3", "5m")), "r", V2);
    assertThat(Json.pretty(EasServicePrinter.service(live.service(), Optional.of(document), ID)))
        .isEqualTo(
            """
            {
              "RequestId": "%s",
              "Region": "cn-shanghai",
              "ServiceId": "%s",
              "ServiceName": "foo",
              "Status": "Updating",
              "CurrentVersion": 1,
              "LatestVersion": 1,
              "TotalInstance": 10,
              "RunningInstance": 10,
              "PendingInstance": 0,
              "CreateTime": "2026-05-08T16:00:00Z",
              "UpdateTime": "2026-05-08T16:00:00Z",
              "ServiceConfig": "{\\"metadata\\":{\\"name\\":\\"foo\\",\\"instance\\":10}}"
            }
            """
                .formatted(ID, V1.substring(0, V1.length() - 3)));
  }

  @Test
  void aServiceOfGooglesSurfaceWithoutARevisionWaits() {
    Service empty =
        NewService.empty(FOO, Kind.REPLICA, 3, "", Optional.empty(), ALICE, NOW).service();
    var node = EasServicePrinter.service(empty, Optional.empty(), ID);
    assertThat(node.get("Status").textValue()).isEqualTo("Waiting");
    assertThat(node.get("PendingInstance").longValue()).isEqualTo(3);
    assertThat(node.has("CurrentVersion")).isFalse();
    assertThat(node.has("ServiceConfig")).isFalse();
  }

  @Test
  void messages() {
    assertThat(EasServicePrinter.updated(FOO, Optional.empty(), ID).get("Message").textValue())
        .isEqualTo("Succeed to update service [foo] in region [cn-shanghai]");
    assertThat(Json.compact(EasServicePrinter.updated(FOO, Optional.of("r"), ID)))
        .endsWith(
            ",\"RolloutId\":\"r\",\"OperationName\":\"operations/rollouts.foo.cn-shanghai:r\"}");
    assertThat(EasServicePrinter.scaled(FOO, ID).get("Message").textValue())
        .isEqualTo("Service [foo] in region [cn-shanghai] is scaling");
    assertThat(EasServicePrinter.deleted(FOO, ID).get("Message").textValue())
        .isEqualTo("Service [foo] in region [cn-shanghai] is terminating");
    assertThat(Json.compact(EasServicePrinter.reverted(FOO, Optional.of("r"), ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"Message\":\"Service [foo] in region [cn-shanghai] is starting\",\"RolloutId\":\"r\",\"OperationName\":\"operations/rollouts.foo.cn-shanghai:r\"}"
                .formatted(ID));
    assertThat(Json.compact(EasRolloutPrinter.created(ID)))
        .isEqualTo("{\"RequestId\":\"" + ID + "\",\"Message\":\"Rollout created successfully\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Paused\":true}|Rollout paused successfully",
        "{\"Paused\":false}|Rollout resumed successfully",
        "{\"Partition\":{\"Partition\":\"5\"}}|Rollout updated successfully",
        "{\"Batch\":{},\"Paused\":true}|Rollout updated successfully",
        "{\"Batch\":{},\"Paused\":false}|Rollout updated successfully",
      })
  void whatAnUpdateOfARolloutAnswers(String body, String message) {
    EasUpdateRolloutRequest request = EasUpdateRolloutRequest.of(json(body));
    Service live = update(planned(TEN, batch("3", "5m")), "r", V2).service();
    assertThat(Json.compact(EasRolloutPrinter.updated(live, request, ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"Message\":\"%s\",\"RolloutId\":\"r\",\"OperationName\":\"operations/rollouts.foo.cn-shanghai:r\"}"
                .formatted(ID, message));
    assertThat(Json.compact(EasRolloutPrinter.updated(planned(TEN, partition("1")), request, ID)))
        .isEqualTo("{\"RequestId\":\"%s\",\"Message\":\"%s\"}".formatted(ID, message));
  }

  @Test
  void aDeletedPlanNamesTheRolloutThatItStopped() {
    Service planned = planned(TEN, batch("3", "5m"));
    Event.Unplan unplan = new Event.Unplan(ALICE);
    Service stopped =
        changed(StateMachine.decide(update(planned, "r", V2).service(), unplan, NOW)).next();
    assertThat(Json.compact(EasRolloutPrinter.deleted(stopped, ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"Message\":\"Rollout deleted successfully\",\"RolloutId\":\"r\",\"OperationName\":\"operations/rollouts.foo.cn-shanghai:r\"}"
                .formatted(ID));
    Service unplanned = changed(StateMachine.decide(planned, unplan, NOW)).next();
    assertThat(Json.compact(EasRolloutPrinter.deleted(unplanned, ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"Message\":\"Rollout deleted successfully\"}".formatted(ID));
  }

  @Test
  void aPausedPlanIsPausedBeforeAndAfterItsUpdate() {
    Service paused =
        changed(ServiceChange.planCreated(TEN, batch("5", "5m"), true, ALICE, NOW)).next();
    assertThat(status(paused))
        .isEqualTo(
            "{\"Phase\":\"Paused\",\"TotalReplicas\":10,\"UpdatedReplicas\":0,\"CurrentRevision\":\"%s\"}"
                .formatted(V1));
    Service waits = update(paused, "r", V2).service();
    assertThat(status(waits))
        .isEqualTo(
            "{\"Phase\":\"Paused\",\"TotalReplicas\":10,\"UpdatedReplicas\":0,\"CurrentRevision\":\"%s\",\"UpdateRevision\":\"%s\"}"
                .formatted(V1, V2));
  }

  @Test
  void aCompletedRolloutStaysSoWhenItsPlanIsPaused() {
    Service done = update(planned(TEN, partition("0")), "r", V2).service();
    assertThat(status(done)).startsWith("{\"Phase\":\"Completed\",");
    Event.Replan pause = new Event.Replan(Optional.empty(), Optional.of(true), ALICE);
    Service paused = changed(StateMachine.decide(done, pause, NOW)).next();
    assertThat(status(paused))
        .isEqualTo(
            "{\"Phase\":\"Completed\",\"TotalReplicas\":10,\"UpdatedReplicas\":10,\"CurrentRevision\":\"%s\",\"UpdateRevision\":\"%s\"}"
                .formatted(V2, V2));
  }

  @Test
  void aCompletedPlanShowsTheStrategyOfTheNextUpdate() {
    Service done = update(planned(TEN, partition("0")), "r", V2).service();
    EasUpdateRolloutRequest toBatch =
        EasUpdateRolloutRequest.of(json("{\"Batch\":{\"BatchSize\":\"1\"}}"));
    Service changed = changed(StateMachine.decide(done, toBatch.event(ALICE), NOW)).next();
    assertThat(EasRolloutPrinter.rollout(changed, ID).at("/Rollout/Strategy").toString())
        .isEqualTo("{\"Batch\":{\"BatchSize\":\"1\",\"Interval\":\"5m\"}}");
  }

  private static String status(Service service) {
    return EasRolloutPrinter.rollout(service, ID).at("/Rollout/Status").toString();
  }

  @Test
  void aPlanThatWaitsForAnUpdate() {
    assertThat(rollout(planned(TEN, partition("50%"))))
        .isEqualTo(
            """
            {
              "RequestId": "%s",
              "Rollout": {
                "Strategy": {
                  "Partition": {
                    "Partition": "50%%"
                  }
                },
                "Status": {
                  "Phase": "Pending",
                  "TotalReplicas": 10,
                  "UpdatedReplicas": 0,
                  "CurrentRevision": "%s"
                }
              }
            }
            """
                .formatted(ID, V1));
  }

  @Test
  void theSeedUnderPartition() {
    assertThat(rollout(update(planned(TEN, partition("50%")), "r", V2).service()))
        .isEqualTo(
            """
            {
              "RequestId": "%s",
              "Rollout": {
                "Strategy": {
                  "Partition": {
                    "Partition": "50%%"
                  }
                },
                "Status": {
                  "Phase": "Running",
                  "TotalReplicas": 10,
                  "UpdatedReplicas": 5,
                  "CurrentRevision": "%s",
                  "UpdateRevision": "%s"
                },
                "RolloutId": "r",
                "OperationName": "operations/rollouts.foo.cn-shanghai:r"
              }
            }
            """
                .formatted(ID, V1, V2));
  }

  @Test
  void theSeedUnderBatchThenCompleted() {
    Standing live = update(planned(TEN, batch("5", "5m")), "r", V2);
    assertThat(rollout(live.service()))
        .isEqualTo(
            """
            {
              "RequestId": "%s",
              "Rollout": {
                "Strategy": {
                  "Batch": {
                    "BatchSize": "5",
                    "Interval": "5m"
                  }
                },
                "Status": {
                  "Phase": "Running",
                  "TotalReplicas": 10,
                  "UpdatedReplicas": 5,
                  "CurrentRevision": "%s",
                  "UpdateRevision": "%s",
                  "NextBatchStartTime": "2026/05/08 16:05:00"
                },
                "RolloutId": "r",
                "OperationName": "operations/rollouts.foo.cn-shanghai:r"
              }
            }
            """
                .formatted(ID, V1, V2));
    Standing done = after(live, new Event.Due(), NOW.plusSeconds(300));
    assertThat(EasRolloutPrinter.rollout(done.service(), ID).at("/Rollout/Status").toString())
        .isEqualTo(
            "{\"Phase\":\"Completed\",\"TotalReplicas\":10,\"UpdatedReplicas\":10,\"CurrentRevision\":\"%s\",\"UpdateRevision\":\"%s\"}"
                .formatted(V2, V2));
  }

  @Test
  void pausedAndRolledBack() {
    Standing live = update(planned(TEN, batch("5", "5m")), "r", V2);
    Standing paused = after(live, new Event.Steer("r", Event.Verb.PAUSE, ALICE), NOW);
    assertThat(
            EasRolloutPrinter.rollout(paused.service(), ID).at("/Rollout/Status/Phase").textValue())
        .isEqualTo("Paused");
    assertThat(
            EasRolloutPrinter.rollout(paused.service(), ID)
                .at("/Rollout/Status")
                .has("NextBatchStartTime"))
        .isFalse();
    Standing back = after(paused, new Event.Steer("r", Event.Verb.ROLLBACK, ALICE), NOW);
    assertThat(EasRolloutPrinter.rollout(back.service(), ID).at("/Rollout/Status").toString())
        .isEqualTo(
            "{\"Phase\":\"Failed\",\"TotalReplicas\":10,\"UpdatedReplicas\":0,\"CurrentRevision\":\"%s\",\"UpdateRevision\":\"%s\"}"
                .formatted(V1, V2));
  }

  @Test
  void aRolloutWithoutAPlanIsShownWhileItLives() {
    Standing live = start(TEN, creation("r", Map.of(V2, 100.0), batch("5", "5m")), NOW);
    assertThat(EasRolloutPrinter.rollout(live.service(), ID).at("/Rollout/RolloutId").textValue())
        .isEqualTo("r");
    Standing done = after(live, new Event.Due(), NOW.plusSeconds(300));
    assertThat(problem(() -> EasRolloutPrinter.rollout(done.service(), ID)).kind())
        .isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
  }

  /** Google's API makes it, and no plan says how it goes. */
  @Test
  void aRolloutThatWaitsBesideIsShownAsThat() {
    Spec at = Spec.of(Map.of(V2, 100.0), Optional.of(batch("5", "5m")));
    Spec later =
        new Spec(
            at.percentages(),
            at.strategy(),
            at.bake(),
            at.guard(),
            at.conflictPolicy(),
            Optional.of(NOW.plusSeconds(60)),
            false,
            Optional.empty(),
            at.rollbackWindow(),
            Optional.empty());
    Standing waits = start(TEN, Event.Create.of(Optional.of("r"), later, ALICE), NOW);
    assertThat(EasRolloutPrinter.rollout(waits.service(), ID).at("/Rollout").toString())
        .isEqualTo(
            "{\"Strategy\":{},\"Status\":{\"Phase\":\"Pending\",\"TotalReplicas\":10,\"UpdatedReplicas\":0,\"CurrentRevision\":\"%s\"},\"RolloutId\":\"r\",\"OperationName\":\"operations/rollouts.foo.cn-shanghai:r\"}"
                .formatted(V1));
  }

  @Test
  void aRolloutThatEndedBeforeThePlanIsNotThePlans() {
    Service updated = update(TEN, "r", V2).service();
    Service planned = planned(updated, batch("1", "2s"));
    assertThat(EasRolloutPrinter.rollout(planned, ID).at("/Rollout/Status").toString())
        .isEqualTo(
            "{\"Phase\":\"Pending\",\"TotalReplicas\":10,\"UpdatedReplicas\":0,\"CurrentRevision\":\"%s\"}"
                .formatted(V2));
  }

  @Test
  void allAtOnceHasNoStrategy() {
    Service held = start(TEN, creation("r", Map.of(V2, 100.0), batch("5", "5m")), NOW).service();
    Service empty = planned(held, Strategy.ALL_AT_ONCE);
    Service atOnce = update(empty, "s", TEN.revision(3)).service();
    assertThat(EasRolloutPrinter.rollout(atOnce, ID).at("/Rollout/Strategy")).isEmpty();
  }

  @Test
  void neitherPlanNorRollout() {
    Problem problem = problem(() -> EasRolloutPrinter.rollout(TEN, ID));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.ROLLOUT_NOT_FOUND);
    assertThat(problem.message())
        .isEqualTo("Service [foo] in region [cn-shanghai] has no rollout.");
  }

  @Test
  void aTrafficServiceIsOfTheWrongType() {
    assertThat(problem(() -> EasRolloutPrinter.rollout(traffic(), ID)).kind())
        .isEqualTo(Problem.Kind.WRONG_SERVICE_TYPE);
    assertThat(problem(() -> EasServicePrinter.service(traffic(), Optional.empty(), ID)).kind())
        .isEqualTo(Problem.Kind.WRONG_SERVICE_TYPE);
  }
}
