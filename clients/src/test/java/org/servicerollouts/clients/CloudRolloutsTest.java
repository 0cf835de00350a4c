package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.gax.longrunning.OperationFuture;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.CancelledException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.servicemanagement.v1.ListServiceRolloutsRequest;
import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.servicemanagement.v1.OperationMetadata.Status;
import com.google.api.servicemanagement.v1.OperationMetadata.Step;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.servicemanagement.v1.Rollout.DeleteServiceStrategy;
import com.google.api.servicemanagement.v1.Rollout.RolloutStatus;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient.ListServiceRolloutsPage;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient.ListServiceRolloutsPagedResponse;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts, with google-cloud-service-management. */
@ExtendWith(OneProduct.class)
class CloudRolloutsTest {
  private final ServiceManagerClient client;
  private final CloudUser user;

  CloudRolloutsTest(ServiceManagerClient client) {
    this.client = client;
    user = new CloudUser(client);
  }

  @Test
  void movesAServiceByACanaryAndBack() throws Exception {
    String service = "canary.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");

    user.roll(service, "all-old", Map.of("old", 100.0));
    Rollout canary = user.roll(service, "canary", Map.of("old", 90.5, "new", 9.5));
    user.roll(service, "all-new", Map.of("new", 100.0));
    user.roll(service, "back", Map.of("old", 100.0));

    assertThat(canary.getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(canary.getServiceName()).isEqualTo(service);
    assertThat(canary.getTrafficPercentStrategy().getPercentagesMap())
        .isEqualTo(Map.of("old", 90.5, "new", 9.5));
    assertThat(canary.hasCreateTime()).isTrue();
    assertThat(canary.getCreatedBy()).isEqualTo("anonymous");
    assertThat(client.getServiceRollout(service, "canary")).isEqualTo(canary);
    assertThat(client.listServiceRollouts(service, "").iterateAll())
        .extracting(Rollout::getRolloutId)
        .containsExactly("back", "all-new", "canary", "all-old");
  }

  @Test
  void numbersRolloutsWithoutAnIdByTheDay() throws Exception {
    String service = "auto-id.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");

    OperationFuture<Rollout, OperationMetadata> rolling =
        client.createServiceRolloutAsync(service, CloudUser.rollout("", Map.of("only", 100.0)));

    String id = rolling.get().getRolloutId();
    assertThat(id).matches("\\d{4}-\\d\\d-\\d\\dr0");
    assertThat(rolling.getName()).isEqualTo("operations/rollouts." + service + ":" + id);
  }

  @Test
  void waitsUntilARolloutInBatchesIsDone(ServiceManagement discovery) throws Exception {
    String service = "batches.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));
    String operation =
        new DiscoveryUser(discovery).rollInQuarters(service, "all-new", "new", "1s").getName();

    OperationFuture<Rollout, OperationMetadata> rolling =
        client.createServiceRolloutOperationCallable().resumeFutureCall(operation);
    OperationMetadata onTheWay =
        client
            .getHttpJsonOperationsClient()
            .getOperation(operation)
            .getMetadata()
            .unpack(OperationMetadata.class);
    RolloutStatus statusOnTheWay = client.getServiceRollout(service, "all-new").getStatus();

    assertThat(rolling.get().getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(statusOnTheWay).isEqualTo(RolloutStatus.IN_PROGRESS);
    assertThat(onTheWay.getProgressPercentage()).isBetween(25, 99);
    assertThat(onTheWay.getStepsList())
        .extracting(Step::getStatus)
        .startsWith(Status.DONE)
        .endsWith(Status.NOT_STARTED);
    OperationMetadata atTheEnd = rolling.getMetadata().get();
    assertThat(atTheEnd.getResourceNamesList())
        .containsExactly("services/" + service + "/rollouts/all-new");
    assertThat(atTheEnd.getProgressPercentage()).isEqualTo(100);
    assertThat(atTheEnd.getStepsList())
        .extracting(Step::getDescription)
        .containsExactlyInAnyOrder(
            "batch 1 of 4: new 25, old 75",
            "batch 2 of 4: new 50, old 50",
            "batch 3 of 4: new 75, old 25",
            "batch 4 of 4: new 100");
    assertThat(atTheEnd.getStepsList()).extracting(Step::getStatus).containsOnly(Status.DONE);
  }

  @Test
  void cancelsARolloutThatAnotherSupersedes(ServiceManagement discovery) throws Exception {
    String service = "superseded.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));
    String operation =
        new DiscoveryUser(discovery).rollInQuarters(service, "all-new", "new", "1h").getName();
    OperationFuture<Rollout, OperationMetadata> rolling =
        client.createServiceRolloutOperationCallable().resumeFutureCall(operation);

    user.roll(service, "back", Map.of("old", 100.0));

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(rolling::get)
        .havingCause()
        .isExactlyInstanceOf(CancelledException.class)
        .withMessageContaining("superseded by back");
    assertThat(rolling.getMetadata().get().getProgressPercentage()).isEqualTo(25);
    assertThat(client.getServiceRollout(service, "all-new").getStatus())
        .isEqualTo(RolloutStatus.CANCELLED);
  }

  /** At least the 100 newest are kept. */
  @Test
  void listsALongHistoryPageByPage() throws Exception {
    String service = "history.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");
    int count = 120;
    for (int i = 1; i <= count; i++) {
      user.start(service, "r" + i, Map.of("only", 100.0));
    }

    List<List<String>> pages = new ArrayList<>();
    for (ListServiceRolloutsPage page : list(service, "", 50).iteratePages()) {
      pages.add(
          ImmutableList.copyOf(page.getValues()).stream().map(Rollout::getRolloutId).toList());
    }

    List<String> listed = pages.stream().flatMap(List::stream).toList();
    assertThat(pages.subList(0, 2)).allSatisfy(page -> assertThat(page).hasSize(50));
    assertThat(listed)
        .startsWith(IntStream.range(0, 100).mapToObj(i -> "r" + (count - i)).toArray(String[]::new))
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(
            Comparator.comparing((String id) -> Integer.valueOf(id.substring(1))).reversed());
    assertThat(ImmutableList.copyOf(list(service, "", 1000).getPage().getValues())).hasSize(100);
  }

  @Test
  void filtersTheHistory() throws Exception {
    String service = "filtered.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");
    user.roll(service, "before", Map.of("only", 100.0));
    client.deleteServiceAsync(service).get();
    client.undeleteServiceAsync(service).get();
    user.roll(service, "after", Map.of("only", 100.0));

    assertThat(ids(service, "status=SUCCESS")).hasSize(4).startsWith("after").endsWith("before");
    assertThat(ids(service, "status=CANCELLED OR status=FAILED")).isEmpty();
    assertThat(ids(service, "strategy=TrafficPercentStrategy"))
        .hasSize(3)
        .startsWith("after")
        .endsWith("before");
    assertThat(ids(service, "strategy=DeleteServiceStrategy")).hasSize(1);
    assertThat(
            ids(
                service,
                "(status = \"SUCCESS\" OR status=PENDING) AND strategy=DeleteServiceStrategy"))
        .hasSize(1);
  }

  @Test
  void filtersAcrossPages(ServiceManagement discovery) throws Exception {
    String service = "filtered-pages.cloud.example.com";
    DiscoveryUser starter = new DiscoveryUser(discovery);
    user.makeServiceWithConfigs(service, "old", "new", "newer");
    user.roll(service, "done", Map.of("old", 100.0));
    for (int i = 1; i <= 3; i++) {
      starter.rollInQuarters(service, "stopped-" + i, i % 2 == 0 ? "newer" : "new", "1h");
    }
    user.roll(service, "last", Map.of("old", 100.0));

    List<List<String>> pages = new ArrayList<>();
    for (ListServiceRolloutsPage page : list(service, "status=CANCELLED", 2).iteratePages()) {
      pages.add(
          ImmutableList.copyOf(page.getValues()).stream().map(Rollout::getRolloutId).toList());
    }

    assertThat(pages.stream().flatMap(List::stream))
        .containsExactly("stopped-3", "stopped-2", "stopped-1");
    assertThat(pages).allSatisfy(page -> assertThat(page).hasSizeLessThanOrEqualTo(2));
    assertThat(ids(service, "status=SUCCESS")).containsExactly("last", "done");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status=", "status=LOST", "colour=red", "status=SUCCESS AND", "(status=SUCCESS"})
  void refusesAFilterThatIsNone(String filter) throws Exception {
    String service = "bad-filter-" + filter.length() + ".cloud.example.com";
    user.makeService(service, "");

    Refusal refusal = Refusal.cloud(InvalidArgumentException.class, () -> ids(service, filter));

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).startsWith("filter");
    assertThat(refusal.fields()).containsExactly("filter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          90  | 5   | percentages | 95 (expected: exactly 100)
          100 | 0   | new         | 0 (expected: more than 0)
          95  | -5  | new         | -5 (expected: more than 0)
          """)
  void refusesWrongPercentages(double old, double fresh, String field, String message)
      throws Exception {
    String service = "wrong-" + (int) old + ".cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");

    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class,
            () -> user.roll(service, "wrong", Map.of("old", old, "new", fresh)));

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.reason()).isEqualTo("INVALID_VALUE");
    assertThat(refusal.message()).contains(message);
    assertThat(refusal.fields()).singleElement().asString().contains(field);
    assertThat(client.listServiceRollouts(service, "").iterateAll()).isEmpty();
  }

  @Test
  void refusesAConfigThatNobodyMade() throws Exception {
    String service = "unknown-config.cloud.example.com";
    user.makeServiceWithConfigs(service, "old");

    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class,
            () -> user.roll(service, "to-nothing", Map.of("none", 100.0)));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.status()).isEqualTo("FAILED_PRECONDITION");
    assertThat(refusal.message()).contains("percentages[\"none\"]");
  }

  @Test
  void refusesAnIdInUse() throws Exception {
    String service = "rollout-in-use.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");
    user.roll(service, "used", Map.of("only", 100.0));

    Refusal refusal =
        Refusal.cloud(
            AbortedException.class, () -> user.roll(service, "used", Map.of("only", 100.0)));

    assertThat(refusal.status()).isEqualTo("ALREADY_EXISTS");
    assertThat(refusal.reason()).isEqualTo("ROLLOUT_EXISTS");
    assertThat(refusal.message()).contains("'used'");
  }

  @Test
  void refusesToDeleteAServiceByARollout() throws Exception {
    String service = "no-delete.cloud.example.com";
    user.makeServiceWithConfigs(service, "only");
    Rollout delete =
        Rollout.newBuilder()
            .setDeleteServiceStrategy(DeleteServiceStrategy.getDefaultInstance())
            .build();

    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class,
            () -> client.createServiceRolloutAsync(service, delete).get());

    assertThat(refusal.fields()).containsExactly("deleteServiceStrategy");
  }

  @Test
  void doesNotKnowRolloutsThatNobodyMade() throws Exception {
    String service = "no-rollout.cloud.example.com";
    user.makeService(service, "");

    assertThat(
            Refusal.cloud(NotFoundException.class, () -> client.getServiceRollout(service, "none"))
                .reason())
        .isEqualTo("ROLLOUT_NOT_FOUND");
    assertThat(
            Refusal.cloud(
                    NotFoundException.class,
                    () -> user.roll("nobodys.cloud.example.com", "r", Map.of("c", 100.0)))
                .reason())
        .isEqualTo("SERVICE_NOT_FOUND");
    assertThat(
            Refusal.cloud(
                    NotFoundException.class,
                    () -> client.listServiceRollouts("nobodys.cloud.example.com", ""))
                .reason())
        .isEqualTo("SERVICE_NOT_FOUND");
  }

  private List<String> ids(String service, String filter) {
    return ImmutableList.copyOf(client.listServiceRollouts(service, filter).iterateAll()).stream()
        .map(Rollout::getRolloutId)
        .toList();
  }

  private ListServiceRolloutsPagedResponse list(String service, String filter, int pageSize) {
    return client.listServiceRollouts(
        ListServiceRolloutsRequest.newBuilder()
            .setServiceName(service)
            .setFilter(filter)
            .setPageSize(pageSize)
            .build());
  }
}
