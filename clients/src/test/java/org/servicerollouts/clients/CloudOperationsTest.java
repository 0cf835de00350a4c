package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.httpjson.longrunning.OperationsClient;
import com.google.api.gax.httpjson.longrunning.OperationsClient.ListOperationsPage;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.servicemanagement.v1.ManagedService;
import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.servicemanagement.v1.OperationMetadata.Status;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.common.collect.ImmutableList;
import com.google.longrunning.ListOperationsRequest;
import com.google.longrunning.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations, with the client of them that google-cloud-service-management brings. */
@ExtendWith(OneProduct.class)
class CloudOperationsTest {
  private final OperationsClient operations;
  private final CloudUser user;
  private final DiscoveryUser starter;

  CloudOperationsTest(ServiceManagerClient client, ServiceManagement discovery) {
    operations = client.getHttpJsonOperationsClient();
    user = new CloudUser(client);
    starter = new DiscoveryUser(discovery);
  }

  @Test
  void readsTheOperationThatACreateAnswered() throws Exception {
    String service = "operation.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");

    Operation created = user.start(service, "all", Map.of("only", 100.0));
    Operation read = operations.getOperation(created.getName());

    assertThat(created.getName()).isEqualTo("operations/rollouts." + service + ":all");
    assertThat(created.getDone()).isFalse();
    assertThat(created.getResponse().unpack(Rollout.class).getRolloutId()).isEqualTo("all");
    assertThat(read.getDone()).isTrue();
    assertThat(read.getResponse().unpack(Rollout.class).getServiceName()).isEqualTo(service);
    OperationMetadata metadata = read.getMetadata().unpack(OperationMetadata.class);
    assertThat(metadata.getStepsList())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.getDescription()).isEqualTo("update Service Controller");
              assertThat(step.getStatus()).isEqualTo(Status.DONE);
            });
    assertThat(metadata.hasStartTime()).isTrue();
  }

  @Test
  void doesNotKnowAnOperationThatNobodyStarted() {
    Refusal refusal =
        Refusal.cloud(
            NotFoundException.class,
            () -> operations.getOperation("operations/rollouts.nobodys.cloud.example.com:r"));

    assertThat(refusal.code()).isEqualTo(404);
    assertThat(refusal.status()).isEqualTo("NOT_FOUND");
  }

  @Test
  void listsTheOperationsOfAServicePageByPage() throws Exception {
    String service = "operations.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");
    for (int i = 1; i <= 6; i++) {
      user.roll(service, "r" + i, Map.of("only", 100.0));
    }

    List<Integer> sizes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (ListOperationsPage page :
        operations
            .listOperations(
                ListOperationsRequest.newBuilder()
                    .setName("operations")
                    .setFilter("serviceName=" + service)
                    .setPageSize(3)
                    .build())
            .iteratePages()) {
      List<Operation> values = ImmutableList.copyOf(page.getValues());
      sizes.add(values.size());
      values.forEach(operation -> names.add(operation.getName()));
    }

    assertThat(sizes).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(3));
    assertThat(names).hasSize(7).doesNotHaveDuplicates();
    assertThat(names)
        .filteredOn(name -> name.startsWith("operations/rollouts." + service + ":"))
        .containsExactlyInAnyOrder(
            rollout(service, "r1"),
            rollout(service, "r2"),
            rollout(service, "r3"),
            rollout(service, "r4"),
            rollout(service, "r5"),
            rollout(service, "r6"));
    assertThat(names)
        .filteredOn(name -> name.startsWith("operations/services." + service + "-"))
        .hasSize(1);
  }

  @Test
  void showsOperationsOfServicesInTheList() throws Exception {
    String service = "operation-of-service.cloud.example.com";
    user.makeService(service, "its-project");

    Operation created = list("serviceName=" + service).getFirst();

    assertThat(created.getDone()).isTrue();
    assertThat(created.getResponse().unpack(ManagedService.class))
        .isEqualTo(
            ManagedService.newBuilder()
                .setServiceName(service)
                .setProducerProjectId("its-project")
                .build());
    assertThat(operations.getOperation(created.getName())).isEqualTo(created);
  }

  @Test
  void filtersOperations() throws Exception {
    String service = "filtered-operations.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new", "newer");
    user.roll(service, "done", Map.of("old", 100.0));
    starter.rollInQuarters(service, "stopped", "new", "1h");
    starter.rollInQuarters(service, "running", "newer", "1h");

    assertThat(rollouts(service, ""))
        .containsExactlyInAnyOrder(
            rollout(service, "done"), rollout(service, "stopped"), rollout(service, "running"));
    assertThat(rollouts(service, " AND status=in_progress"))
        .containsExactly(rollout(service, "running"));
    assertThat(rollouts(service, " AND status!=in_progress"))
        .containsExactlyInAnyOrder(rollout(service, "done"), rollout(service, "stopped"));
    assertThat(rollouts(service, " AND status=failed"))
        .containsExactly(rollout(service, "stopped"));
    assertThat(rollouts(service, " AND done = false")).containsExactly(rollout(service, "running"));
    assertThat(rollouts(service, " AND startTime<\"2017-02-01\"")).isEmpty();
    assertThat(rollouts(service, " AND (status=in_progress OR startTime<\"2017-03-20T16:02:32\")"))
        .containsExactly(rollout(service, "running"));
    assertThat(rollouts(service, " AND startTime>=\"2017-02-01\" AND status=in_progress"))
        .containsExactly(rollout(service, "running"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status=done",
        "serviceName=S OR status=done",
        "serviceName>S",
        "serviceName=S AND status=asleep",
        "serviceName=S AND startTime>=\"yesterday\"",
        "serviceName=S AND (status=done"
      })
  void refusesAFilterThatIsNone(String filter) {
    Refusal refusal = Refusal.cloud(InvalidArgumentException.class, () -> list(filter));

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).startsWith("filter");
    assertThat(refusal.fields()).containsExactly("filter");
  }

  private List<Operation> list(String filter) {
    return ImmutableList.copyOf(operations.listOperations("operations", filter).iterateAll());
  }

  private List<String> rollouts(String service, String more) {
    return list("serviceName=\"" + service + "\"" + more).stream()
        .map(Operation::getName)
        .filter(name -> name.startsWith("operations/rollouts."))
        .toList();
  }

  private static String rollout(String service, String id) {
    return "operations/rollouts." + service + ":" + id;
  }
}
