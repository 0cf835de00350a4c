package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.ListServiceRolloutsResponse;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.api.services.servicemanagement.model.Rollout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rollouts, with google-api-services-servicemanagement. */
@ExtendWith(OneProduct.class)
class DiscoveryRolloutsTest {
  private static final String TYPES = "type.googleapis.com/google.api.servicemanagement.v1.";

  private final ServiceManagement client;
  private final ServiceManagement.Services.Rollouts rollouts;
  private final DiscoveryUser user;

  DiscoveryRolloutsTest(ServiceManagement client) {
    this.client = client;
    rollouts = client.services().rollouts();
    user = new DiscoveryUser(client);
  }

  @Test
  void movesAServiceByACanaryAndBack() throws Exception {
    String service = "canary.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));

    Operation created = user.roll(service, "canary", Map.of("old", 90.5, "new", 9.5));

    assertThat(created.getName()).isEqualTo("operations/rollouts." + service + ":canary");
    assertThat(created.getDone()).isNull();
    assertThat(created.getResponse()).doesNotContainKey("status");
    Operation done = user.done(created);
    assertThat(done.getResponse())
        .containsEntry("@type", TYPES + "Rollout")
        .containsEntry("status", "SUCCESS");
    Rollout canary = rollouts.get(service, "canary").execute();
    assertThat(canary.getTrafficPercentStrategy().getPercentages())
        .isEqualTo(Map.of("old", 90.5, "new", 9.5));
    assertThat(canary.getStatus()).isEqualTo("SUCCESS");
    user.roll(service, "back", Map.of("old", 100.0));
    assertThat(rollouts.list(service).execute().getRollouts())
        .extracting(Rollout::getRolloutId)
        .containsExactly("back", "canary", "all-old");
  }

  @Test
  void clonesARolloutThatItHasRead() throws Exception {
    String service = "cloned.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    user.roll(service, "first", Map.of("only", 100.0));
    Rollout first =
        rollouts
            .get(service, "first")
            .setFields("rolloutId,createTime,createdBy,status,trafficPercentStrategy,serviceName")
            .execute();

    Operation created = rollouts.create(service, first.setRolloutId("second")).execute();

    assertThat(user.done(created).getResponse()).containsEntry("rolloutId", "second");
  }

  @Test
  void waitsUntilARolloutInBatchesIsDone() throws Exception {
    String service = "batches.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));

    Operation created = user.rollInQuarters(service, "all-new", "new", "1s");
    Rollout onTheWay = rollouts.get(service, "all-new").execute();
    Operation done = user.done(created);

    assertThat(onTheWay.getStatus()).isEqualTo("IN_PROGRESS");
    assertThat(onTheWay).containsEntry("state", "RUNNING").containsKey("nextBatchStartTime");
    assertThat(done.getError()).isNull();
    assertThat(done.getMetadata().get("progressPercentage")).hasToString("100");
    assertThat((List<?>) done.getMetadata().get("steps"))
        .hasSize(4)
        .allSatisfy(step -> assertThat(((Map<?, ?>) step).get("status")).isEqualTo("DONE"));
    assertThat(rollouts.get(service, "all-new").execute().getStatus()).isEqualTo("SUCCESS");
  }

  @Test
  void cancelsARolloutThatAnotherSupersedes() throws Exception {
    String service = "superseded.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");
    user.roll(service, "all-old", Map.of("old", 100.0));
    Operation running = user.rollInQuarters(service, "all-new", "new", "1h");

    user.roll(service, "back", Map.of("old", 100.0));

    Operation ended = client.operations().get(running.getName()).execute();
    assertThat(ended.getDone()).isTrue();
    assertThat(ended.getResponse()).isNull();
    assertThat(ended.getError().getCode()).isEqualTo(1);
    assertThat(ended.getError().getMessage()).contains("superseded by back");
    assertThat(rollouts.get(service, "all-new").execute().getStatus()).isEqualTo("CANCELLED");
    assertThat(rollouts.list(service).setFilter("status=CANCELLED").execute().getRollouts())
        .extracting(Rollout::getRolloutId)
        .containsExactly("all-new");
  }

  @Test
  void takesForce() throws Exception {
    String service = "forced.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    ServiceManagement.Services.Rollouts.Create create =
        rollouts.create(service, DiscoveryUser.rollout("forced", Map.of("only", 100.0)));

    assertThat(create.set("force", true).execute()).isNotNull();
    assertThat(rollouts.get(service, "forced").execute().getStatus()).isEqualTo("SUCCESS");
  }

  /** The 100 newest are kept; what is older may be on its way out. */
  @Test
  void listsALongHistoryPageByPage() throws Exception {
    String service = "history.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    int count = 120;
    for (int i = 1; i <= count; i++) {
      user.roll(service, "r" + i, Map.of("only", 100.0));
    }

    List<List<String>> pages = new ArrayList<>();
    ServiceManagement.Services.Rollouts.List list =
        rollouts.list(service).setFilter("status=SUCCESS").setPageSize(50);
    ListServiceRolloutsResponse page;
    do {
      page = list.execute();
      // Absent where all that was left went between this page and the one before
      List<Rollout> listed = Optional.ofNullable(page.getRollouts()).orElse(List.of());
      pages.add(listed.stream().map(Rollout::getRolloutId).toList());
      list.setPageToken(page.getNextPageToken());
    } while (page.getNextPageToken() != null);

    List<String> all = pages.stream().flatMap(List::stream).toList();
    assertThat(all)
        .startsWith(IntStream.range(0, 100).mapToObj(i -> "r" + (count - i)).toArray(String[]::new))
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(
            Comparator.comparing((String id) -> Integer.valueOf(id.substring(1))).reversed());
    assertThat(pages).allSatisfy(ids -> assertThat(ids).hasSizeLessThanOrEqualTo(50));
  }

  @Test
  void refusesAPageTokenOfAnotherFilter() throws Exception {
    String service = "token.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    user.roll(service, "r1", Map.of("only", 100.0));
    user.roll(service, "r2", Map.of("only", 100.0));
    String token =
        rollouts
            .list(service)
            .setFilter("status=SUCCESS")
            .setPageSize(1)
            .execute()
            .getNextPageToken();

    Refusal refusal =
        Refusal.discovery(
            () -> rollouts.list(service).setFilter("status=FAILED").setPageToken(token).execute());

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.fields()).containsExactly("pageToken");
  }

  @Test
  void refusesWrongPercentages() throws Exception {
    String service = "wrong.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");

    Refusal refusal =
        Refusal.discovery(() -> user.roll(service, "wrong", Map.of("old", 60.0, "new", 30.0)));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.reason()).isEqualTo("INVALID_VALUE");
    assertThat(refusal.message()).contains("90 (expected: exactly 100)");
    assertThat(refusal.fields()).hasSize(1);
  }

  @Test
  void refusesAConfigThatNobodyMade() throws Exception {
    String service = "unknown-config.discovery.example.com";
    user.makeServiceWithConfigs(service, "old");

    Refusal refusal =
        Refusal.discovery(() -> user.roll(service, "to-nothing", Map.of("none", 100.0)));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.status()).isEqualTo("FAILED_PRECONDITION");
    assertThat(refusal.message()).contains("percentages[\"none\"]");
  }

  @Test
  void refusesAnIdInUse() throws Exception {
    String service = "rollout-in-use.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    user.roll(service, "used", Map.of("only", 100.0));

    Refusal refusal = Refusal.discovery(() -> user.roll(service, "used", Map.of("only", 100.0)));

    assertThat(refusal.code()).isEqualTo(409);
    assertThat(refusal.status()).isEqualTo("ALREADY_EXISTS");
    assertThat(refusal.reason()).isEqualTo("ROLLOUT_EXISTS");
  }

  @Test
  void refusesAFieldThatIsUnknownInGooglesWords() throws Exception {
    String service = "unknown-field.discovery.example.com";
    user.makeServiceWithConfigs(service, "only");
    Rollout rollout = DiscoveryUser.rollout("r", Map.of("only", 100.0));
    rollout.getTrafficPercentStrategy().set("bogus", 1);

    Refusal refusal = Refusal.discovery(() -> rollouts.create(service, rollout).execute());

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message())
        .startsWith("Invalid JSON payload received. Unknown name \"bogus\" at '")
        .contains("trafficPercentStrategy")
        .endsWith("': Cannot find field.");
    assertThat(refusal.fields()).singleElement().asString().contains("trafficPercentStrategy");
  }

  @Test
  void doesNotKnowRolloutsThatNobodyMade() throws Exception {
    String service = "no-rollout.discovery.example.com";
    user.makeService(service, "");

    Refusal refusal = Refusal.discovery(() -> rollouts.get(service, "none").execute());

    assertThat(refusal.code()).isEqualTo(404);
    assertThat(refusal.reason()).isEqualTo("ROLLOUT_NOT_FOUND");
    assertThat(rollouts.list(service).execute().getRollouts()).isNull();
  }
}
