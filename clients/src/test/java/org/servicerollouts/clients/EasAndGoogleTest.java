package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.clients.EasUser.batch;
import static org.servicerollouts.clients.EasUser.partition;
import static org.servicerollouts.clients.EasUser.paused;

import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.ManagedService;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.api.services.servicemanagement.model.Rollout;
import com.google.api.services.servicemanagement.model.Service;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One rollout, seen by the clients of both. */
@ExtendWith(OneProduct.class)
class EasAndGoogleTest {
  private final EasUser eas;
  private final ServiceManagement google;

  EasAndGoogleTest(EasUser eas, ServiceManagement google) {
    this.eas = eas;
    this.google = google;
  }

  private Rollout get(String service, String id) throws IOException {
    return google.services().rollouts().get(service, id).execute();
  }

  private Operation operation(Object name) throws IOException {
    return google.operations().get((String) name).execute();
  }

  private List<String> list(String service) throws IOException {
    return google.services().rollouts().list(service).setFilter("").execute().getRollouts().stream()
        .map(rollout -> rollout.getRolloutId() + " " + rollout.getStatus())
        .toList();
  }

  @Test
  void whatEasStartsGoogleReads(ServiceManagerClient cloud) throws Exception {
    eas.plan("seen-by-google", 10, batch("4", "1h"));
    Map<?, ?> updated = eas.update("seen-by-google", "2");
    String service = "seen-by-google.cn-shanghai";
    String id = (String) updated.get("RolloutId");

    EasRollout described = eas.describeRollout("seen-by-google");
    Rollout read = get(service, id);
    Operation operation = operation(updated.get("OperationName"));

    assertThat(described.shown()).isEqualTo("Running 4/10 v1 -> v2");
    assertThat(described.id()).contains(id);
    assertThat(read.getStatus()).isEqualTo("IN_PROGRESS");
    assertThat(read.getTrafficPercentStrategy().getPercentages().keySet())
        .singleElement()
        .asString()
        .matches("service-[0-9a-f]{6}-v2");
    assertThat(read.get("totalReplicas")).hasToString("10");
    assertThat(read.get("updatedReplicas")).hasToString("4");
    assertThat(list(service)).containsExactly(id + " IN_PROGRESS");
    assertThat(operation.getDone()).isNull();
    assertThat(operation.getMetadata().get("progressPercentage")).hasToString("40");
    assertThat(
            cloud
                .getHttpJsonOperationsClient()
                .getOperation(operation.getName())
                .getMetadata()
                .unpack(OperationMetadata.class)
                .getProgressPercentage())
        .isEqualTo(40);

    eas.updateRollout("seen-by-google", partition("0"));

    assertThat(list(service)).containsExactly(id + " SUCCESS");
    assertThat(operation(operation.getName()).getDone()).isTrue();
    assertThat(eas.describeRollout("seen-by-google").shown()).isEqualTo("Completed 10/10 v2 -> v2");
  }

  @Test
  void whatEasDeletesIsCancelledForGoogle() throws Exception {
    eas.plan("cancelled-by-eas", 10, batch("4", "1h"));
    Map<?, ?> updated = eas.update("cancelled-by-eas", "2");

    eas.deleteRollout("cancelled-by-eas");

    assertThat(list("cancelled-by-eas.cn-shanghai"))
        .containsExactly(updated.get("RolloutId") + " CANCELLED");
    assertThat(operation(updated.get("OperationName")).getError().getCode()).isEqualTo(1);
  }

  @Test
  void aReopenedMoveIsARolloutOfItsOwnForGoogle() throws Exception {
    eas.plan("reopened-by-eas", 10, partition("0"));
    String first = (String) eas.update("reopened-by-eas", "2").get("RolloutId");

    Map<?, ?> reopened = eas.updateRollout("reopened-by-eas", partition("5"));

    String second = (String) reopened.get("RolloutId");
    assertThat(list("reopened-by-eas.cn-shanghai"))
        .containsExactly(second + " IN_PROGRESS", first + " SUCCESS");
    assertThat(get("reopened-by-eas.cn-shanghai", second).get("updatedReplicas")).hasToString("5");
  }

  @Test
  void whatGoogleStartsEasShowsAndSteers() throws Exception {
    String service = makeReplicas("seen-by-eas", 8);
    DiscoveryUser user = new DiscoveryUser(google);
    user.roll(service, "all-old", Map.of("old", 100.0));
    Operation rolling = user.rollInQuarters(service, "all-new", "new", "1h");

    EasRollout running = eas.describeRollout("seen-by-eas");
    eas.updateRollout("seen-by-eas", paused(true));
    EasRollout stopped = eas.describeRollout("seen-by-eas");
    Rollout paused = get(service, "all-new");
    eas.updateRollout("seen-by-eas", Map.of("Batch", Map.of("BatchSize", "3"), "Paused", false));
    EasRollout resumed = eas.describeRollout("seen-by-eas");
    eas.updateRollout("seen-by-eas", partition("0"));

    assertThat(running.shown()).isEqualTo("Running 2/8 old -> new");
    assertThat(running.id()).contains("all-new");
    assertThat(running.strategy()).isEqualTo(batch("25%", "1h"));
    assertThat(stopped.phase()).isEqualTo("Paused");
    assertThat(paused.getStatus()).isEqualTo("IN_PROGRESS");
    assertThat(paused.get("state")).isEqualTo("PAUSED");
    assertThat(paused.get("updatedReplicas")).hasToString("2");
    assertThat(resumed.shown()).isEqualTo("Running 2/8 old -> new");
    assertThat(resumed.strategy()).isEqualTo(batch("3", "1h"));
    assertThat(list(service)).containsExactly("all-new SUCCESS", "all-old SUCCESS");
    assertThat(operation(rolling.getName()).getDone()).isTrue();
  }

  @Test
  void aServiceOfGooglesIsPlannedScaledUpdatedAndDeletedByEas() throws Exception {
    String service = makeReplicas("planned-by-eas", 8);
    new DiscoveryUser(google).roll(service, "all-old", Map.of("old", 100.0));

    eas.createRollout("planned-by-eas", partition("50%"));
    eas.scale("planned-by-eas", 10);
    eas.update("planned-by-eas", "1");
    EasRollout described = eas.describeRollout("planned-by-eas");
    Map<?, ?> listed = eas.listServices(Map.of("ServiceName", "planned-by-eas"));
    eas.deleteService("planned-by-eas");

    assertThat(described.shown()).isEqualTo("Running 5/10 old -> v1");
    assertThat(((Number) listed.get("TotalCount")).intValue()).isEqualTo(1);
    Refusal gone = Refusal.discovery(() -> google.services().get(service).execute());
    assertThat(gone.reason()).isEqualTo("SERVICE_NOT_FOUND");
  }

  @Test
  void aRolloutOfGooglesRunsUnderThePlanOfEas() throws Exception {
    eas.plan("under-the-plan", 10, partition("80%"));
    String service = "under-the-plan.cn-shanghai";
    google.services().configs().create(service, new Service().setId("new")).execute();

    new DiscoveryUser(google).roll(service, "all-new", Map.of("new", 100.0));

    assertThat(eas.describeRollout("under-the-plan").shown()).isEqualTo("Running 2/10 v1 -> new");
  }

  /** A service with replicas and the configs old and new; google-api-services sends any field. */
  private String makeReplicas(String name, int total) throws IOException {
    String service = name + ".cn-shanghai";
    ManagedService made = new ManagedService().setServiceName(service);
    made.set("totalReplicas", total);
    google.services().create(made).execute();
    for (String id : List.of("old", "new")) {
      google.services().configs().create(service, new Service().setId(id)).execute();
    }
    return service;
  }
}
