package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.ListOperationsResponse;
import com.google.api.services.servicemanagement.model.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Operations, with google-api-services-servicemanagement. */
@ExtendWith(OneProduct.class)
class DiscoveryOperationsTest {
  private final ServiceManagement.Operations operations;
  private final DiscoveryUser user;

  DiscoveryOperationsTest(ServiceManagement client) {
    operations = client.operations();
    user = new DiscoveryUser(client);
  }

  @Test
  void listsTheOperationsOfAServicePageByPage() throws Exception {
    String service = "operations.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    List<String> started = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      started.add(user.roll(service, "r" + i, Map.of("only", 100.0)).getName());
    }

    List<Operation> listed = new ArrayList<>();
    ServiceManagement.Operations.List list =
        operations.list().setFilter("serviceName=\"" + service + "\"").setPageSize(2);
    ListOperationsResponse page;
    do {
      page = list.execute();
      assertThat(page.getOperations()).hasSizeBetween(1, 2);
      listed.addAll(page.getOperations());
      list.setPageToken(page.getNextPageToken());
    } while (page.getNextPageToken() != null);

    assertThat(listed).extracting(Operation::getDone).containsOnly(true);
    assertThat(listed).extracting(Operation::getName).hasSize(5).containsAll(started);
    for (Operation operation : listed) {
      assertThat(operations.get(operation.getName()).execute()).isEqualTo(operation);
    }
  }

  @Test
  void filtersOperations() throws Exception {
    String service = "filtered-operations.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "done", Map.of("old", 100.0));
    String running = user.rollInQuarters(service, "running", "new", "1h").getName();

    assertThat(
            operations
                .list()
                .setFilter(
                    "serviceName=" + service + " AND (done=false OR startTime>=\"2999-01-01\")")
                .execute()
                .getOperations())
        .extracting(Operation::getName)
        .containsExactly(running);
    assertThat(
            operations
                .list()
                .setFilter("serviceName=" + service + " AND startTime<\"2017-02-01\"")
                .execute()
                .getOperations())
        .isNull();
  }

  @Test
  void needsTheServiceInTheFilter() {
    Refusal refusal = Refusal.discovery(() -> operations.list().execute());

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.message()).contains("serviceName");
    assertThat(refusal.fields()).containsExactly("filter");
  }

  @Test
  void doesNotKnowAnOperationThatNobodyStarted() {
    Refusal refusal =
        Refusal.discovery(
            () -> operations.get("operations/rollouts.nobodys.discovery.example.com:r").execute());

    assertThat(refusal.code()).isEqualTo(404);
    assertThat(refusal.status()).isEqualTo("NOT_FOUND");
  }
}
