package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.gax.longrunning.OperationFuture;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.CancelledException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.servicemanagement.v1.ListServicesRequest;
import com.google.api.servicemanagement.v1.ManagedService;
import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.servicemanagement.v1.Rollout.RolloutStatus;
import com.google.api.servicemanagement.v1.Rollout.StrategyCase;
import com.google.api.servicemanagement.v1.UndeleteServiceResponse;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient.ListServicesPage;
import com.google.common.collect.ImmutableList;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.SetIamPolicyRequest;
import com.google.iam.v1.TestIamPermissionsRequest;
import com.google.protobuf.Empty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Services from their creation to their end, with google-cloud-service-management. */
@ExtendWith(OneProduct.class)
class CloudServicesTest {
  private final ServiceManagerClient client;
  private final CloudUser user;

  CloudServicesTest(ServiceManagerClient client) {
    this.client = client;
    user = new CloudUser(client);
  }

  @Test
  void createsAServiceAndReadsIt() throws Exception {
    ManagedService service =
        ManagedService.newBuilder()
            .setServiceName("made.cloud.example.com")
            .setProducerProjectId("project-of-made")
            .build();

    OperationFuture<ManagedService, OperationMetadata> creating =
        client.createServiceAsync(service);

    assertThat(creating.get()).isEqualTo(service);
    assertThat(creating.getName()).startsWith("operations/services.made.cloud.example.com-");
    OperationMetadata metadata = creating.getMetadata().get();
    assertThat(metadata.getResourceNamesList()).containsExactly("services/made.cloud.example.com");
    assertThat(metadata.getProgressPercentage()).isEqualTo(100);
    assertThat(client.getService("made.cloud.example.com")).isEqualTo(service);
  }

  @Test
  void refusesANameInUse() throws Exception {
    user.makeService("taken.cloud.example.com", "");

    Refusal refusal =
        Refusal.cloud(
            AbortedException.class, () -> user.makeService("taken.cloud.example.com", ""));

    assertThat(refusal.code()).isEqualTo(409);
    assertThat(refusal.status()).isEqualTo("ALREADY_EXISTS");
    assertThat(refusal.reason()).isEqualTo("SERVICE_EXISTS");
    assertThat(refusal.message()).contains("'taken.cloud.example.com'");
  }

  @Test
  void refusesANameThatCannotBe() {
    Refusal refusal =
        Refusal.cloud(InvalidArgumentException.class, () -> user.makeService("Not A Name", ""));

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).startsWith("serviceName: \"Not A Name\" (expected: ");
    assertThat(refusal.fields()).containsExactly("serviceName");
  }

  @Test
  void doesNotKnowAServiceThatNobodyMade() {
    Refusal refusal =
        Refusal.cloud(
            NotFoundException.class, () -> client.getService("nobodys.cloud.example.com"));

    assertThat(refusal)
        .isEqualTo(
            new Refusal(
                404,
                "NOT_FOUND",
                "Service 'nobodys.cloud.example.com' not found or permission denied.",
                "SERVICE_NOT_FOUND",
                List.of()));
  }

  @Test
  void listsTheServicesOfAProjectPageByPage() throws Exception {
    List<String> made = makeServices("paged", 7);
    makeServices("other", 1);

    List<Integer> sizes = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    for (ListServicesPage page : list("paged", 3).iteratePages()) {
      sizes.add(ImmutableList.copyOf(page.getValues()).size());
      page.getValues().forEach(service -> listed.add(service.getServiceName()));
    }

    assertThat(sizes).containsExactly(3, 3, 1);
    assertThat(listed).containsExactlyInAnyOrderElementsOf(made);
    assertThat(client.listServices("nobodys-project", "").iterateAll()).isEmpty();
  }

  @Test
  void listsTheServicesOfEveryProject() throws Exception {
    List<String> made = makeServices("one-of-all", 1);

    assertThat(client.listServices("", "").iterateAll())
        .extracting(ManagedService::getServiceName)
        .containsAll(made)
        .doesNotHaveDuplicates();
  }

  @Test
  void listsMoreThanAHundredServicesOnOnePage() throws Exception {
    List<String> made = makeServices("many", 120);

    ListServicesPage page = list("many", 2000).getPage();

    assertThat(page.getValues())
        .extracting(ManagedService::getServiceName)
        .containsExactlyInAnyOrderElementsOf(made);
    assertThat(page.hasNextPage()).isFalse();
    assertThat(ImmutableList.copyOf(list("many", 0).getPage().getValues())).hasSize(50);
  }

  @Test
  void deletesAServiceAndBringsItBack() throws Exception {
    String service = "gone-and-back.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "to-old", Map.of("old", 100.0));
    user.roll(service, "to-new", Map.of("new", 100.0));

    OperationFuture<Empty, OperationMetadata> deleting = client.deleteServiceAsync(service);

    assertThat(deleting.get()).isEqualTo(Empty.getDefaultInstance());
    assertThat(deleting.getName()).startsWith("operations/services." + service + "-");
    assertThat(Refusal.cloud(NotFoundException.class, () -> client.getService(service)).message())
        .isEqualTo("Service '" + service + "' not found or permission denied.");
    assertThat(client.listServices("", "").iterateAll())
        .extracting(ManagedService::getServiceName)
        .doesNotContain(service);

    OperationFuture<UndeleteServiceResponse, OperationMetadata> undeleting =
        client.undeleteServiceAsync(service);

    assertThat(undeleting.get().getService().getServiceName()).isEqualTo(service);
    assertThat(client.getService(service).getServiceName()).isEqualTo(service);
    List<Rollout> history =
        ImmutableList.copyOf(client.listServiceRollouts(service, "").iterateAll());
    assertThat(history).hasSize(4);
    assertThat(history.get(0).getTrafficPercentStrategy().getPercentagesMap())
        .containsExactly(Map.entry("new", 100.0));
    assertThat(history.get(0).getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(history.get(1).getStrategyCase()).isEqualTo(StrategyCase.DELETE_SERVICE_STRATEGY);
    assertThat(history.get(1).getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(history.subList(2, 4))
        .extracting(Rollout::getRolloutId)
        .containsExactly("to-new", "to-old");
  }

  @Test
  void keepsTheNameOfADeletedService() throws Exception {
    user.makeService("kept.cloud.example.com", "");
    client.deleteServiceAsync("kept.cloud.example.com").get();

    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class, () -> user.makeService("kept.cloud.example.com", ""));

    assertThat(refusal.status()).isEqualTo("FAILED_PRECONDITION");
    assertThat(refusal.message()).contains("'kept.cloud.example.com' has been deleted");
  }

  @Test
  void cancelsWhatRunsWhenItDeletesAService(ServiceManagement discovery) throws Exception {
    String service = "gone-on-the-way.cloud.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "to-old", Map.of("old", 100.0));
    String running =
        new DiscoveryUser(discovery).rollInQuarters(service, "to-new", "new", "1h").getName();
    OperationFuture<Rollout, OperationMetadata> rolling =
        client.createServiceRolloutOperationCallable().resumeFutureCall(running);

    client.deleteServiceAsync(service).get();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(rolling::get)
        .withCauseExactlyInstanceOf(CancelledException.class);
  }

  @Test
  void neitherDeletesNorBringsBackWhatNobodyMade() {
    assertThat(
            Refusal.cloud(
                    NotFoundException.class,
                    () -> client.deleteServiceAsync("nobodys.cloud.example.com").get())
                .reason())
        .isEqualTo("SERVICE_NOT_FOUND");
    assertThat(
            Refusal.cloud(
                    NotFoundException.class,
                    () -> client.undeleteServiceAsync("nobodys.cloud.example.com").get())
                .reason())
        .isEqualTo("SERVICE_NOT_FOUND");
  }

  @Test
  void offersNoIam() throws Exception {
    String service = "services/iam.cloud.example.com";
    user.makeService("iam.cloud.example.com", "");

    assertThat(
            List.of(
                Refusal.cloud(
                    NotFoundException.class,
                    () ->
                        client.getIamPolicy(
                            GetIamPolicyRequest.newBuilder().setResource(service).build())),
                Refusal.cloud(
                    NotFoundException.class,
                    () ->
                        client.setIamPolicy(
                            SetIamPolicyRequest.newBuilder().setResource(service).build())),
                Refusal.cloud(
                    NotFoundException.class,
                    () ->
                        client.testIamPermissions(
                            TestIamPermissionsRequest.newBuilder()
                                .setResource(service + "/consumers/project:p")
                                .build()))))
        .extracting(Refusal::reason)
        .containsOnly("METHOD_NOT_FOUND");
  }

  private ServiceManagerClient.ListServicesPagedResponse list(String project, int pageSize) {
    return client.listServices(
        ListServicesRequest.newBuilder()
            .setProducerProjectId(project)
            .setPageSize(pageSize)
            .build());
  }

  private List<String> makeServices(String project, int count) throws Exception {
    List<String> names =
        IntStream.range(0, count).mapToObj(i -> "s" + i + "." + project + ".example.com").toList();
    for (String name : names) {
      user.makeService(name, project);
    }
    return names;
  }
}
