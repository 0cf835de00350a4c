package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.google.api.services.servicemanagement.ServiceManagement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every action and every refusal of PAI-EAS's surface, with Alibaba Cloud's generic client. */
@ExtendWith(OneProduct.class)
class EasActionsTest {
  private final EasUser eas;

  EasActionsTest(EasUser eas) {
    this.eas = eas;
  }

  @Test
  void createsAService() {
    Map<?, ?> created = eas.createService("actions-create", 10);

    assertThat(withoutRequestId(created))
        .containsOnlyKeys("Region", "ServiceId", "ServiceName", "Status")
        .containsEntry("Region", "cn-shanghai")
        .containsEntry("ServiceName", "actions-create")
        .containsEntry("Status", "Creating");
    assertThat((String) created.get("ServiceId")).matches("service-[0-9a-f]{6}");
  }

  @Test
  void describesAService() {
    eas.createService("actions-describe", 10);

    Map<?, ?> service = eas.describeService("actions-describe");

    assertThat(numbers(service, "CurrentVersion", "LatestVersion")).containsExactly(1, 1);
    assertThat(numbers(service, "TotalInstance", "RunningInstance", "PendingInstance"))
        .containsExactly(10, 10, 0);
    assertThat(service.get("Status")).isEqualTo("Running");
    assertThat((String) service.get("ServiceConfig"))
        .contains("\"instance\":10")
        .contains("registry.example/app:1");
    assertThat((String) service.get("CreateTime"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void listsServices() {
    IntStream.rangeClosed(1, 3).forEach(i -> eas.createService("actions-list-" + i, i));

    Map<?, ?> all = eas.listServices(Map.of("Filter", "actions-list-", "Order", "asc"));
    Map<?, ?> second =
        eas.listServices(
            Map.of("Filter", "actions-list-", "PageSize", "2", "PageNumber", "2", "Order", "asc"));

    assertThat(names(all)).containsExactly("actions-list-1", "actions-list-2", "actions-list-3");
    assertThat(numbers(all, "PageNumber", "PageSize", "TotalCount")).containsExactly(1, 100, 3);
    assertThat(names(second)).containsExactly("actions-list-3");
    assertThat(numbers(second, "PageNumber", "PageSize", "TotalCount")).containsExactly(2, 2, 3);
    assertThat(numbers((Map<?, ?>) items(second, "Services").getFirst(), "TotalInstance"))
        .containsExactly(3);
  }

  @Test
  void updatesAServiceByMergeAndByReplacement() {
    eas.createService("actions-update", 2);

    Map<?, ?> merged = eas.update("actions-update", "2");
    String afterMerge = (String) eas.describeService("actions-update").get("ServiceConfig");
    eas.updateService("actions-update", Map.of("UpdateType", "replace"), "{\"processor\": \"tf\"}");
    Map<?, ?> replaced = eas.describeService("actions-update");

    assertThat(merged.get("Message"))
        .isEqualTo("Succeed to update service [actions-update] in region [cn-shanghai]");
    assertThat((String) merged.get("OperationName"))
        .isEqualTo("operations/rollouts.actions-update.cn-shanghai:" + merged.get("RolloutId"));
    assertThat(afterMerge).contains("app:2").contains("enable-rollout");
    assertThat((String) replaced.get("ServiceConfig"))
        .contains("\"processor\":\"tf\"")
        .doesNotContain("app:2");
    assertThat(numbers(replaced, "CurrentVersion", "TotalInstance")).containsExactly(3, 2);
  }

  @Test
  void anUpdateThatChangesNothingMakesNoVersion() {
    eas.createService("actions-same", 2);

    Map<?, ?> same = eas.update("actions-same", "1");

    assertThat(same.containsKey("RolloutId")).isFalse();
    assertThat(numbers(eas.describeService("actions-same"), "LatestVersion")).containsExactly(1);
  }

  @Test
  void scalesAService() {
    eas.createService("actions-scale", 2);

    Map<?, ?> scaled = eas.scale("actions-scale", 5);

    assertThat(scaled.get("Message"))
        .isEqualTo("Service [actions-scale] in region [cn-shanghai] is scaling");
    assertThat(numbers(eas.describeService("actions-scale"), "TotalInstance", "LatestVersion"))
        .containsExactly(5, 1);
  }

  @Test
  void aChangeOfTheNumberOfReplicasAloneScales() {
    eas.createService("actions-instance", 2);

    eas.updateService("actions-instance", Map.of(), "{\"metadata\": {\"instance\": 7}}");

    assertThat(numbers(eas.describeService("actions-instance"), "TotalInstance", "LatestVersion"))
        .containsExactly(7, 1);
  }

  @Test
  void deletesAServiceForGood() {
    eas.createService("actions-delete", 2);
    eas.update("actions-delete", "2");

    Map<?, ?> deleted = eas.deleteService("actions-delete");
    EasRefusal gone = EasRefusal.of(() -> eas.describeService("actions-delete"));
    eas.createService("actions-delete", 4);
    Map<?, ?> again = eas.describeService("actions-delete");

    assertThat(deleted.get("Message"))
        .isEqualTo("Service [actions-delete] in region [cn-shanghai] is terminating");
    assertThat(gone.code()).isEqualTo("ServiceNotFound");
    assertThat(numbers(again, "TotalInstance", "CurrentVersion")).containsExactly(4, 3);
    assertThat(versions(eas.listVersions("actions-delete", Map.of()))).containsExactly(3);
  }

  @Test
  void listsVersionsAndGoesBackToAnEarlierOne() {
    eas.createService("actions-versions", 2);
    eas.update("actions-versions", "2");
    eas.update("actions-versions", "3");

    Map<?, ?> all = eas.listVersions("actions-versions", Map.of());
    Map<?, ?> last =
        eas.listVersions("actions-versions", Map.of("PageSize", "2", "PageNumber", "2"));
    Map<?, ?> reverted = eas.updateVersion("actions-versions", 1);
    Map<?, ?> service = eas.describeService("actions-versions");
    Map<?, ?> again = eas.updateVersion("actions-versions", 1);

    assertThat(versions(all)).containsExactly(3, 2, 1);
    assertThat(numbers(all, "PageNumber", "PageSize", "TotalCount")).containsExactly(1, 100, 3);
    assertThat(versions(last)).containsExactly(1);
    assertThat(reverted.get("Message"))
        .isEqualTo("Service [actions-versions] in region [cn-shanghai] is starting");
    assertThat(numbers(service, "CurrentVersion", "LatestVersion")).containsExactly(1, 3);
    assertThat((String) service.get("ServiceConfig")).contains("app:1");
    assertThat(again.get("RolloutId"))
        .as("nothing was to be done again")
        .isEqualTo(reverted.get("RolloutId"));
  }

  @Test
  void anUpdateAfterGoingBackIsMergedIntoTheEarlierVersion() {
    eas.createService("actions-merge", 2);
    eas.update("actions-merge", "2");
    eas.updateVersion("actions-merge", 1);

    eas.updateService("actions-merge", Map.of(), "{\"processor\": \"tf\"}");

    assertThat((String) eas.describeService("actions-merge").get("ServiceConfig"))
        .contains("app:1")
        .contains("\"processor\":\"tf\"");
  }

  @Test
  void makesShowsChangesAndDeletesAPlan() {
    eas.createService("actions-plan", 10);

    Map<?, ?> created =
        eas.createRollout(
            "actions-plan",
            Map.of("Batch", Map.of("BatchSize", "25%", "Interval", "5m"), "Paused", false));
    EasRollout pending = eas.describeRollout("actions-plan");
    Map<?, ?> updated =
        eas.updateRollout("actions-plan", Map.of("Batch", Map.of("Interval", "60s")));
    EasRollout changed = eas.describeRollout("actions-plan");
    Map<?, ?> paused = eas.updateRollout("actions-plan", EasUser.paused(true));
    Map<?, ?> resumed = eas.updateRollout("actions-plan", EasUser.paused(false));
    Map<?, ?> deleted = eas.deleteRollout("actions-plan");

    assertThat(withoutRequestId(created))
        .isEqualTo(Map.of("Message", "Rollout created successfully"));
    assertThat(pending.shown()).isEqualTo("Pending 0/10 v1");
    assertThat(pending.strategy()).isEqualTo(EasUser.batch("25%", "5m"));
    assertThat(withoutRequestId(updated))
        .isEqualTo(Map.of("Message", "Rollout updated successfully"));
    assertThat(changed.strategy()).isEqualTo(EasUser.batch("25%", "60s"));
    assertThat(withoutRequestId(paused))
        .isEqualTo(Map.of("Message", "Rollout paused successfully"));
    assertThat(withoutRequestId(resumed))
        .isEqualTo(Map.of("Message", "Rollout resumed successfully"));
    assertThat(withoutRequestId(deleted))
        .isEqualTo(Map.of("Message", "Rollout deleted successfully"));
    assertThat(EasRefusal.of(() -> eas.describeRollout("actions-plan")).code())
        .isEqualTo("RolloutNotFound");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(404, "ServiceNotFound", "describe", eas -> eas.describeService("nobodys")),
        refusal(404, "ServiceNotFound", "update", eas -> eas.update("nobodys", "2")),
        refusal(404, "ServiceNotFound", "scale", eas -> eas.scale("nobodys", 2)),
        refusal(404, "ServiceNotFound", "delete", eas -> eas.deleteService("nobodys")),
        refusal(404, "ServiceNotFound", "versions", eas -> eas.listVersions("nobodys", Map.of())),
        refusal(404, "ServiceNotFound", "version", eas -> eas.updateVersion("nobodys", 1)),
        refusal(404, "ServiceNotFound", "plan", eas -> eas.createRollout("nobodys", ONE_BY_ONE)),
        refusal(404, "ServiceNotFound", "show", eas -> eas.describeRollout("nobodys")),
        refusal(404, "ServiceNotFound", "change", eas -> eas.updateRollout("nobodys", ONE_BY_ONE)),
        refusal(404, "ServiceNotFound", "forget", eas -> eas.deleteRollout("nobodys")),
        refusal(404, "ServiceNotFound", "a name none can have", eas -> eas.scale("my svc é*~", 2)),
        refusal(404, "RolloutNotFound", "show", eas -> eas.describeRollout("refusals")),
        refusal(404, "RolloutNotFound", "change", eas -> eas.updateRollout("refusals", ONE_BY_ONE)),
        refusal(404, "RolloutNotFound", "forget", eas -> eas.deleteRollout("refusals")),
        refusal(409, "ServiceAlreadyExists", "create", eas -> eas.createService("refusals", 1)),
        refusal(
            409,
            "RolloutAlreadyExists",
            "plan",
            eas -> eas.createRollout("refusals-planned", ONE_BY_ONE)),
        refusal(
            400,
            "RolloutNotEnabled",
            "plan",
            eas -> eas.createRollout("refusals-plain", ONE_BY_ONE)),
        refusal(
            400, "IncorrectServiceType", "show", eas -> eas.describeRollout("refusals-traffic")),
        refusal(
            400, "IncorrectServiceType", "delete", eas -> eas.deleteService("refusals-traffic")),
        refusal(
            400,
            "IncorrectServiceType",
            "version",
            eas -> eas.updateVersion("refusals-traffic", 1)),
        refusal(
            400, "MissingParameter", "no strategy", eas -> eas.createRollout("refusals", Map.of())),
        refusal(400, "MissingParameter", "nothing", eas -> eas.updateRollout("refusals", Map.of())),
        refusal(400, "MissingParameter", "no name", eas -> eas.createService("{}")),
        refusal(
            400,
            "InvalidParameter",
            "both strategies",
            eas ->
                eas.updateRollout(
                    "refusals-planned",
                    Map.of("Batch", Map.of(), "Partition", Map.of("Partition", "1")))),
        refusal(
            400,
            "InvalidParameter",
            "no percentage",
            eas -> eas.updateRollout("refusals-planned", EasUser.partition("120%"))),
        refusal(
            400,
            "InvalidParameter",
            "no interval",
            eas -> eas.updateRollout("refusals-planned", EasUser.batch("1", "0s"))),
        refusal(
            409,
            "Conflict",
            "the name of a service that can still be undeleted",
            eas -> eas.createService("refusals-undeletable", 1)),
        refusal(
            404,
            "RevisionNotFound",
            "a version of the service that had the name before",
            eas -> eas.updateVersion("refusals-again", 1)),
        refusal(400, "InvalidParameter", "below 0", eas -> eas.scale("refusals", -1)),
        refusal(400, "InvalidParameter", "not earlier", eas -> eas.updateVersion("refusals", 1)),
        refusal(
            400, "InvalidParameter", "page 0", eas -> eas.listServices(Map.of("PageNumber", "0"))),
        refusal(
            400,
            "InvalidParameter",
            "a filter that is not offered",
            eas -> eas.listServices(Map.of("ServiceStatus", "Running"))),
        refusal(
            404,
            "InvalidAction.NotFound",
            "an action that is not offered",
            eas ->
                eas.call(
                    "ReleaseService",
                    "PUT",
                    EasUser.path("refusals") + "/release",
                    new OpenApiRequest())),
        refusal(
            405,
            "UnsupportedHTTPMethod",
            "a method that the path does not take",
            eas ->
                eas.call(
                    "DescribeService", "POST", EasUser.path("refusals"), new OpenApiRequest())));
  }

  private static final Map<String, ?> ONE_BY_ONE = EasUser.batch("1", "1h");

  private static Arguments refusal(int status, String code, String what, Consumer<EasUser> call) {
    return Arguments.of(status, code, Named.of(what, call));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(int status, String code, Consumer<EasUser> call, ServiceManagement discovery)
      throws Exception {
    makeRefusing(discovery);

    EasRefusal refusal = EasRefusal.of(() -> call.accept(eas));

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.message()).isNotEmpty();
  }

  /** The services that refuse, once. */
  private void makeRefusing(ServiceManagement discovery) throws Exception {
    if (names(eas.listServices(Map.of("Filter", "refusals"))).isEmpty()) {
      new DiscoveryUser(discovery).makeService("refusals-traffic.cn-shanghai", "");
      eas.createService("refusals", 1);
      eas.createService("{\"metadata\": {\"name\": \"refusals-plain\"}}");
      eas.plan("refusals-planned", 1, ONE_BY_ONE);
      eas.createService("refusals-undeletable", 1);
      discovery.services().delete("refusals-undeletable.cn-shanghai").execute();
      eas.createService("refusals-again", 1);
      eas.deleteService("refusals-again");
      eas.createService("refusals-again", 1);
    }
  }

  private static Map<String, Object> withoutRequestId(Map<?, ?> answer) {
    assertThat((String) answer.get("RequestId")).matches("[0-9A-F-]{36}");
    Map<String, Object> rest = new HashMap<>();
    answer.forEach((name, value) -> rest.put((String) name, value));
    rest.remove("RequestId");
    return rest;
  }

  private static List<Integer> numbers(Map<?, ?> answer, String... names) {
    return Stream.of(names).map(name -> ((Number) answer.get(name)).intValue()).toList();
  }

  private static List<?> items(Map<?, ?> answer, String name) {
    return (List<?>) answer.get(name);
  }

  private static List<Object> names(Map<?, ?> answer) {
    return items(answer, "Services").stream()
        .<Object>map(service -> ((Map<?, ?>) service).get("ServiceName"))
        .toList();
  }

  private static List<Integer> versions(Map<?, ?> answer) {
    return items(answer, "Versions").stream()
        .map(version -> numbers((Map<?, ?>) version, "ImageId").getFirst())
        .toList();
  }
}
