package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.DisableServiceRequest;
import com.google.api.services.servicemanagement.model.EnableServiceRequest;
import com.google.api.services.servicemanagement.model.GetIamPolicyRequest;
import com.google.api.services.servicemanagement.model.ListServicesResponse;
import com.google.api.services.servicemanagement.model.ManagedService;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.api.services.servicemanagement.model.Rollout;
import com.google.api.services.servicemanagement.model.SetIamPolicyRequest;
import com.google.api.services.servicemanagement.model.TestIamPermissionsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Services from their creation to their end, with google-api-services-servicemanagement. */
@ExtendWith(OneProduct.class)
class DiscoveryServicesTest {
  private static final String TYPES = "type.googleapis.com/google.api.servicemanagement.v1.";

  private final ServiceManagement client;
  private final DiscoveryUser user;

  DiscoveryServicesTest(ServiceManagement client) {
    this.client = client;
    user = new DiscoveryUser(client);
  }

  @Test
  void createsAServiceAndReadsIt() throws Exception {
    Operation created =
        user.done(user.makeService("made.discovery.example.com", "project-of-made"));

    assertThat(created.getName()).startsWith("operations/services.made.discovery.example.com-");
    assertThat(created.getMetadata())
        .containsEntry("@type", TYPES + "OperationMetadata")
        .containsEntry("resourceNames", List.of("services/made.discovery.example.com"));
    assertThat(created.getResponse())
        .isEqualTo(
            Map.of(
                "@type",
                TYPES + "ManagedService",
                "serviceName",
                "made.discovery.example.com",
                "producerProjectId",
                "project-of-made"));
    ManagedService read = client.services().get("made.discovery.example.com").execute();
    assertThat(read.getServiceName()).isEqualTo("made.discovery.example.com");
    assertThat(read.getProducerProjectId()).isEqualTo("project-of-made");
    // A field of ours, which the client keeps and does not know
    assertThat(read.getUnknownKeys()).isEqualTo(Map.of("etag", "1"));
  }

  @Test
  void refusesANameInUse() throws Exception {
    user.makeService("taken.discovery.example.com", "");

    Refusal refusal = Refusal.discovery(() -> user.makeService("taken.discovery.example.com", ""));

    assertThat(refusal.code()).isEqualTo(409);
    assertThat(refusal.status()).isEqualTo("ALREADY_EXISTS");
    assertThat(refusal.reason()).isEqualTo("SERVICE_EXISTS");
  }

  @Test
  void doesNotKnowAServiceThatNobodyMade() {
    assertThat(
            Refusal.discovery(
                () -> client.services().get("nobodys.discovery.example.com").execute()))
        .isEqualTo(
            new Refusal(
                404,
                "NOT_FOUND",
                "Service 'nobodys.discovery.example.com' not found or permission denied.",
                "SERVICE_NOT_FOUND",
                List.of()));
  }

  @Test
  void listsTheServicesOfAProjectPageByPage() throws Exception {
    List<String> made =
        List.of("a.pages.example.com", "b.pages.example.com", "c.pages.example.com");
    for (String name : made) {
      user.makeService(name, "pages");
    }

    List<Integer> sizes = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    ServiceManagement.Services.List list =
        client.services().list().setProducerProjectId("pages").setPageSize(2);
    ListServicesResponse page;
    do {
      page = list.execute();
      sizes.add(page.getServices().size());
      page.getServices().forEach(service -> listed.add(service.getServiceName()));
      list.setPageToken(page.getNextPageToken());
    } while (page.getNextPageToken() != null);

    assertThat(sizes).containsExactly(2, 1);
    assertThat(listed).containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void refusesAPageTokenOfAnotherList() throws Exception {
    for (String name : List.of("a.token.example.com", "b.token.example.com")) {
      user.makeService(name, "token");
    }
    String token =
        client
            .services()
            .list()
            .setProducerProjectId("token")
            .setPageSize(1)
            .execute()
            .getNextPageToken();

    Refusal refusal =
        Refusal.discovery(
            () ->
                client
                    .services()
                    .list()
                    .setProducerProjectId("another")
                    .setPageToken(token)
                    .execute());

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.fields()).containsExactly("pageToken");
  }

  @Test
  void deletesAServiceAndBringsItBack() throws Exception {
    String service = "gone-and-back.discovery.example.com";
    user.makeServiceWithConfigs(service, "old");
    user.roll(service, "to-old", Map.of("old", 100.0));

    Operation deleted = user.done(client.services().delete(service).execute());

    assertThat(deleted.getError()).isNull();
    assertThat(deleted.getResponse())
        .isEqualTo(Map.of("@type", "type.googleapis.com/google.protobuf.Empty"));
    assertThat(Refusal.discovery(() -> client.services().get(service).execute()).code())
        .isEqualTo(404);

    Operation undeleted = user.done(client.services().undelete(service).execute());

    assertThat(undeleted.getResponse())
        .isEqualTo(
            Map.of(
                "@type",
                TYPES + "UndeleteServiceResponse",
                "service",
                Map.of("serviceName", service)));
    List<Rollout> history = client.services().rollouts().list(service).execute().getRollouts();
    assertThat(history).extracting(Rollout::getStatus).containsOnly("SUCCESS");
    assertThat(history.get(0).getTrafficPercentStrategy().getPercentages())
        .containsExactly(Map.entry("old", 100.0));
    assertThat(history.get(1).getDeleteServiceStrategy()).isNotNull();
    assertThat(history.get(1).getTrafficPercentStrategy()).isNull();
    assertThat(history.get(2).getRolloutId()).isEqualTo("to-old");
  }

  @Test
  void offersNeitherIamNorWhatGoogleHasTakenAway() throws Exception {
    String name = "iam.discovery.example.com";
    user.makeService(name, "");
    String resource = "services/" + name;
    String consumer = resource + "/consumers/project:p";
    ServiceManagement.Services services = client.services();

    for (Await.Read<?> call :
        List.<Await.Read<?>>of(
            () -> services.getIamPolicy(resource, new GetIamPolicyRequest()).execute(),
            () -> services.setIamPolicy(resource, new SetIamPolicyRequest()).execute(),
            () -> services.testIamPermissions(resource, new TestIamPermissionsRequest()).execute(),
            () -> services.consumers().getIamPolicy(consumer, new GetIamPolicyRequest()).execute(),
            () -> services.consumers().setIamPolicy(consumer, new SetIamPolicyRequest()).execute(),
            () ->
                services
                    .consumers()
                    .testIamPermissions(consumer, new TestIamPermissionsRequest())
                    .execute(),
            () -> services.enable(name, new EnableServiceRequest()).execute(),
            () -> services.disable(name, new DisableServiceRequest()).execute())) {
      Refusal refusal = Refusal.discovery(call::get);
      assertThat(refusal.code()).isEqualTo(404);
      assertThat(refusal.reason()).isEqualTo("METHOD_NOT_FOUND");
    }
  }
}
