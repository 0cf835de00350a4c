package org.servicerollouts.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.Api;
import com.google.api.services.servicemanagement.model.ConfigChange;
import com.google.api.services.servicemanagement.model.ConfigFile;
import com.google.api.services.servicemanagement.model.ConfigSource;
import com.google.api.services.servicemanagement.model.GenerateConfigReportRequest;
import com.google.api.services.servicemanagement.model.GenerateConfigReportResponse;
import com.google.api.services.servicemanagement.model.ListServiceConfigsResponse;
import com.google.api.services.servicemanagement.model.Operation;
import com.google.api.services.servicemanagement.model.Service;
import com.google.api.services.servicemanagement.model.SubmitConfigSourceRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Service configurations, with google-api-services-servicemanagement. */
@ExtendWith(OneProduct.class)
class DiscoveryConfigsTest {
  private static final String TYPES = "type.googleapis.com/google.api.servicemanagement.v1.";

  private final ServiceManagement client;
  private final ServiceManagement.Services.Configs configs;
  private final DiscoveryUser user;

  DiscoveryConfigsTest(ServiceManagement client) {
    this.client = client;
    configs = client.services().configs();
    user = new DiscoveryUser(client);
  }

  @Test
  void createsAConfigAndReadsItWhole() throws Exception {
    String service = "config.discovery.example.com";
    user.makeService(service, "");
    Service config =
        new Service()
            .setName(service)
            .setId("first")
            .setTitle("Größe")
            .setApis(List.of(new Api().setName("example.v1.Config")));

    assertThat(configs.create(service, config).execute()).isEqualTo(config);
    assertThat(configs.get(service, "first").execute()).isEqualTo(config);
    assertThat(configs.get(service, "first").setView("FULL").execute()).isEqualTo(config);
  }

  @Test
  void readsTheConfigThatMostTrafficGoesTo() throws Exception {
    String service = "current.discovery.example.com";
    user.makeServiceWithConfigs(service, "old", "new");

    assertThat(Refusal.discovery(() -> client.services().getConfig(service).execute()).code())
        .isEqualTo(404);
    user.roll(service, "r1", Map.of("old", 100.0));
    assertThat(client.services().getConfig(service).execute().getId()).isEqualTo("old");
    user.roll(service, "r2", Map.of("old", 40.0, "new", 60.0));
    assertThat(client.services().getConfig(service).setView("FULL").execute().getId())
        .isEqualTo("new");
    assertThat(client.services().getConfig(service).setConfigId("old").execute().getId())
        .isEqualTo("old");
  }

  @Test
  void listsConfigsNewestFirstPageByPage() throws Exception {
    String service = "paged-configs.discovery.example.com";
    user.makeServiceWithConfigs(service, "c1", "c2", "c3");

    List<List<String>> pages = new ArrayList<>();
    ServiceManagement.Services.Configs.List list = configs.list(service).setPageSize(2);
    ListServiceConfigsResponse page;
    do {
      page = list.execute();
      pages.add(page.getServiceConfigs().stream().map(Service::getId).toList());
      list.setPageToken(page.getNextPageToken());
    } while (page.getNextPageToken() != null);

    assertThat(pages).containsExactly(List.of("c3", "c2"), List.of("c1"));
  }

  @Test
  void submitsAnOpenApiDocumentAsAConfig() throws Exception {
    String service = "openapi.discovery.example.com";
    user.makeService(service, "");
    String document =
        """
        swagger: "2.0"
        info: {title: "Größe???>>>", version: "1"}
        host: openapi.discovery.example.com
        paths: {}
        """;

    Operation done = user.done(submit(service, "OPEN_API_YAML", document, false));

    Map<?, ?> config = (Map<?, ?>) done.getResponse().get("serviceConfig");
    String id = (String) config.get("id");
    assertThat(done.getResponse()).containsEntry("@type", TYPES + "SubmitConfigSourceResponse");
    assertThat(done.getName()).startsWith("operations/serviceConfigs." + service + ":");
    assertThat(config.get("name")).isEqualTo(service);
    assertThat(id).matches("\\d{4}-\\d\\d-\\d\\dr0");
    Service full = configs.get(service, id).setView("FULL").execute();
    Map<String, Object> file = full.getSourceInfo().getSourceFiles().getFirst();
    assertThat(file)
        .containsEntry("@type", TYPES + "ConfigFile")
        .containsEntry("filePath", "source")
        .containsEntry("fileType", "OPEN_API_YAML");
    assertThat(
            new ConfigFile()
                .setFileContents((String) file.get("fileContents"))
                .decodeFileContents())
        .asString(UTF_8)
        .isEqualTo(document);
    assertThat(configs.get(service, id).execute().getSourceInfo()).isNull();
  }

  @Test
  void submitsJson() throws Exception {
    String service = "json-source.discovery.example.com";
    user.makeService(service, "");

    Operation done =
        user.done(
            submit(
                service,
                "OPEN_API_JSON",
                "{\"swagger\": \"2.0\", \"host\": \"" + service + "\", \"paths\": {}}",
                false));

    assertThat(((Map<?, ?>) done.getResponse().get("serviceConfig")).get("id")).isNotNull();
  }

  @Test
  void triesSourcesWithoutKeepingThem() throws Exception {
    String service = "tried.discovery.example.com";
    user.makeService(service, "");

    Operation done =
        user.done(
            submit(service, "OPEN_API_YAML", "swagger: \"2.0\"\nhost: " + service + "\n", true));

    assertThat(done.getError()).isNull();
    assertThat(configs.list(service).execute().getServiceConfigs()).isNull();
  }

  @Test
  void refusesSourcesThatAreNoJson() throws Exception {
    String service = "broken-source.discovery.example.com";
    user.makeService(service, "");

    Refusal refusal =
        Refusal.discovery(() -> submit(service, "OPEN_API_JSON", "{\"swagger\": ", false));

    assertThat(refusal.code()).isEqualTo(400);
    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).contains("source");
  }

  @Test
  void reportsWhatANewConfigChanges() throws Exception {
    String service = "report.discovery.example.com";
    makeOldAndNew(service);

    GenerateConfigReportResponse report = report(ref(service, "new"), ref(service, "old"));

    assertThat(report.getServiceName()).isEqualTo(service);
    assertThat(report.getId()).isEqualTo("new");
    assertChanges(report);
  }

  @Test
  void comparesWithTheConfigPushedLastWhereNoneIsGiven() throws Exception {
    String service = "report-last.discovery.example.com";
    makeOldAndNew(service);
    Map<String, Object> unsaved =
        Map.of(
            "@type",
            "type.googleapis.com/google.api.Service",
            "name",
            service,
            "title",
            "Newest",
            "apis",
            List.of(Map.of("name", "example.v1.Kept"), Map.of("name", "example.v1.Added")));

    GenerateConfigReportResponse report = report(unsaved, null);

    assertThat(changes(report))
        .extracting(ConfigChange::getElement, ConfigChange::getOldValue, ConfigChange::getNewValue)
        .contains(tuple("title", "\"New\"", "\"Newest\""));
    assertThat(changes(report))
        .extracting(ConfigChange::getElement)
        .noneMatch(element -> element.startsWith("apis"));
  }

  @Test
  void reportsNoChangeBetweenAConfigAndItself() throws Exception {
    String service = "report-same.discovery.example.com";
    makeOldAndNew(service);

    assertThat(changes(report(ref(service, "old"), ref(service, "old")))).isEmpty();
  }

  @Test
  void refusesAReportOfAConfigThatNobodyMade() throws Exception {
    String service = "report-none.discovery.example.com";
    makeOldAndNew(service);

    Refusal refusal = Refusal.discovery(() -> report(ref(service, "none"), ref(service, "old")));

    assertThat(refusal.code()).isEqualTo(404);
    assertThat(refusal.message()).contains("'none'");
  }

  private void makeOldAndNew(String service) throws IOException {
    user.makeService(service, "");
    configs.create(service, config("old", "Old", "example.v1.Removed")).execute();
    configs.create(service, config("new", "New", "example.v1.Added")).execute();
  }

  private static Service config(String id, String title, String api) {
    return new Service()
        .setId(id)
        .setTitle(title)
        .setApis(List.of(new Api().setName("example.v1.Kept"), new Api().setName(api)));
  }

  private static void assertChanges(GenerateConfigReportResponse report) {
    assertThat(changes(report))
        .extracting(
            ConfigChange::getElement,
            ConfigChange::getChangeType,
            ConfigChange::getOldValue,
            ConfigChange::getNewValue)
        .contains(tuple("title", "MODIFIED", "\"Old\"", "\"New\""));
    assertThat(changes(report))
        .filteredOn(change -> change.getElement().startsWith("apis[name==\"example.v1.Added\"]"))
        .extracting(ConfigChange::getChangeType)
        .isNotEmpty()
        .containsOnly("ADDED");
    assertThat(changes(report))
        .filteredOn(change -> change.getElement().startsWith("apis[name==\"example.v1.Removed\"]"))
        .extracting(ConfigChange::getChangeType)
        .isNotEmpty()
        .containsOnly("REMOVED");
    assertThat(changes(report))
        .extracting(ConfigChange::getElement)
        .noneMatch(element -> element.contains("Kept"));
  }

  private GenerateConfigReportResponse report(
      Map<String, Object> newConfig, Map<String, Object> oldConfig) throws IOException {
    return client
        .services()
        .generateConfigReport(
            new GenerateConfigReportRequest().setNewConfig(newConfig).setOldConfig(oldConfig))
        .execute();
  }

  private static List<ConfigChange> changes(GenerateConfigReportResponse report) {
    return orEmpty(report.getChangeReports()).stream()
        .flatMap(changes -> orEmpty(changes.getConfigChanges()).stream())
        .toList();
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, Object> ref(String service, String id) {
    return Map.of("@type", TYPES + "ConfigRef", "name", "services/" + service + "/configs/" + id);
  }

  private Operation submit(String service, String type, String contents, boolean validateOnly)
      throws IOException {
    return configs
        .submit(
            service,
            new SubmitConfigSourceRequest()
                .setConfigSource(
                    new ConfigSource()
                        .setFiles(
                            List.of(
                                new ConfigFile()
                                    .setFilePath("source")
                                    .setFileType(type)
                                    .encodeFileContents(contents.getBytes(UTF_8)))))
                .setValidateOnly(validateOnly))
        .execute();
  }
}
