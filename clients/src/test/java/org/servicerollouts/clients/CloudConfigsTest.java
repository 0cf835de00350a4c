package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.api.Service;
import com.google.api.SourceInfo;
import com.google.api.gax.httpjson.RestSerializationException;
import com.google.api.gax.longrunning.OperationFuture;
import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.UnknownException;
import com.google.api.servicemanagement.v1.ConfigFile;
import com.google.api.servicemanagement.v1.ConfigFile.FileType;
import com.google.api.servicemanagement.v1.ConfigRef;
import com.google.api.servicemanagement.v1.ConfigSource;
import com.google.api.servicemanagement.v1.GetServiceConfigRequest.ConfigView;
import com.google.api.servicemanagement.v1.ListServiceConfigsRequest;
import com.google.api.servicemanagement.v1.OperationMetadata;
import com.google.api.servicemanagement.v1.SubmitConfigSourceResponse;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient;
import com.google.cloud.api.servicemanagement.v1.ServiceManagerClient.ListServiceConfigsPage;
import com.google.common.collect.ImmutableList;
import com.google.protobuf.Any;
import com.google.protobuf.Api;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Service configurations, with google-cloud-service-management. */
@ExtendWith(OneProduct.class)
class CloudConfigsTest {
  private final ServiceManagerClient client;
  private final CloudUser user;

  CloudConfigsTest(ServiceManagerClient client) {
    this.client = client;
    user = new CloudUser(client);
  }

  @Test
  void createsAConfigAndReadsItWhole() throws Exception {
    String service = "config.cloud.example.com";
    user.makeService(service, "");
    Service config =
        Service.newBuilder()
            .setName(service)
            .setId("first")
            .setTitle("Config")
            .addApis(Api.newBuilder().setName("example.v1.Config").setVersion("v1"))
            .build();

    assertThat(client.createServiceConfig(service, config)).isEqualTo(config);
    assertThat(client.getServiceConfig(service, "first", ConfigView.FULL)).isEqualTo(config);
    assertThat(client.getServiceConfig(service, "first", ConfigView.BASIC)).isEqualTo(config);
  }

  @Test
  void showsWhereAConfigComesFromOnlyInFull() throws Exception {
    String service = "sources.cloud.example.com";
    user.makeService(service, "");
    OperationFuture<SubmitConfigSourceResponse, OperationMetadata> submitting =
        client.submitConfigSourceAsync(service, source(service), false);
    String id = submitting.get().getServiceConfig().getId();

    SourceInfo sources = client.getServiceConfig(service, id, ConfigView.FULL).getSourceInfo();

    assertThat(sources.getSourceFiles(0).unpack(ConfigFile.class))
        .isEqualTo(source(service).getFiles(0));
    assertThat(client.getServiceConfig(service, id, ConfigView.BASIC).hasSourceInfo()).isFalse();
  }

  @Test
  void numbersConfigsWithoutAnIdByTheDay() throws Exception {
    String service = "numbered.cloud.example.com";
    user.makeService(service, "");

    String first = client.createServiceConfig(service, Service.getDefaultInstance()).getId();
    String second = client.createServiceConfig(service, Service.getDefaultInstance()).getId();

    assertThat(first).matches("\\d{4}-\\d\\d-\\d\\dr0");
    assertThat(second).matches("\\d{4}-\\d\\d-\\d\\dr[01]").isNotEqualTo(first);
  }

  @Test
  void refusesAnIdInUse() throws Exception {
    String service = "id-in-use.cloud.example.com";
    user.makeServiceWithConfigs(service, "used");

    Refusal refusal =
        Refusal.cloud(
            AbortedException.class,
            () -> client.createServiceConfig(service, Service.newBuilder().setId("used").build()));

    assertThat(refusal.status()).isEqualTo("ALREADY_EXISTS");
    assertThat(refusal.reason()).isEqualTo("CONFIG_EXISTS");
    assertThat(refusal.message()).contains("'used'");
  }

  @Test
  void doesNotKnowAConfigThatNobodyMade() throws Exception {
    String service = "few-configs.cloud.example.com";
    user.makeService(service, "");

    Refusal refusal =
        Refusal.cloud(
            NotFoundException.class,
            () -> client.getServiceConfig(service, "none", ConfigView.BASIC));

    assertThat(refusal.reason()).isEqualTo("CONFIG_NOT_FOUND");
    assertThat(refusal.message()).contains("'none'");
  }

  @Test
  void listsConfigsNewestFirstPageByPage() throws Exception {
    String service = "paged-configs.cloud.example.com";
    user.makeServiceWithConfigs(service, "c1", "c2", "c3", "c4", "c5", "c6", "c7");

    List<List<String>> pages = new ArrayList<>();
    for (ListServiceConfigsPage page :
        client
            .listServiceConfigs(
                ListServiceConfigsRequest.newBuilder()
                    .setServiceName(service)
                    .setPageSize(3)
                    .build())
            .iteratePages()) {
      pages.add(ImmutableList.copyOf(page.getValues()).stream().map(Service::getId).toList());
    }

    assertThat(pages)
        .containsExactly(List.of("c7", "c6", "c5"), List.of("c4", "c3", "c2"), List.of("c1"));
  }

  @Test
  void submitsSourcesAsAConfig() throws Exception {
    String service = "submitted.cloud.example.com";
    user.makeService(service, "");

    OperationFuture<SubmitConfigSourceResponse, OperationMetadata> submitting =
        client.submitConfigSourceAsync(service, source(service), false);

    Service config = submitting.get().getServiceConfig();
    assertThat(config.getName()).isEqualTo(service);
    assertThat(config.getId()).matches("\\d{4}-\\d\\d-\\d\\dr0");
    assertThat(submitting.getName()).startsWith("operations/serviceConfigs." + service + ":");
    assertThat(submitting.getMetadata().get().getProgressPercentage()).isEqualTo(100);
    assertThat(client.listServiceConfigs(service).iterateAll())
        .extracting(Service::getId)
        .containsExactly(config.getId());
  }

  @Test
  void triesSourcesWithoutKeepingThem() throws Exception {
    String service = "tried.cloud.example.com";
    user.makeService(service, "");

    Service config =
        client.submitConfigSourceAsync(service, source(service), true).get().getServiceConfig();

    assertThat(config.getName()).isEqualTo(service);
    assertThat(client.listServiceConfigs(service).iterateAll()).isEmpty();
  }

  @Test
  void refusesSourcesThatAreNoYaml() throws Exception {
    String service = "broken-source.cloud.example.com";
    user.makeService(service, "");
    ConfigSource broken =
        ConfigSource.newBuilder().addFiles(file("service.yaml", "name: [never closed")).build();

    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class,
            () -> client.submitConfigSourceAsync(service, broken, false).get());

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).contains("service.yaml");
    assertThat(client.listServiceConfigs(service).iterateAll()).isEmpty();
  }

  @Test
  void doesNotKnowTheServiceOfSources() {
    assertThat(
            Refusal.cloud(
                    NotFoundException.class,
                    () ->
                        client
                            .submitConfigSourceAsync(
                                "nobodys.cloud.example.com",
                                source("nobodys.cloud.example.com"),
                                false)
                            .get())
                .reason())
        .isEqualTo("SERVICE_NOT_FOUND");
  }

  /** Over HTTP this client cannot print an Any, so it can only ask for a report of nothing. */
  @Test
  void refusesAReportOfNothing() {
    Any config = Any.pack(ConfigRef.newBuilder().setName("services/s/configs/c").build());

    assertThatExceptionOfType(UnknownException.class)
        .isThrownBy(() -> client.generateConfigReport(config, Any.getDefaultInstance()))
        .withCauseInstanceOf(RestSerializationException.class);
    Refusal refusal =
        Refusal.cloud(
            InvalidArgumentException.class,
            () -> client.generateConfigReport(Any.getDefaultInstance(), Any.getDefaultInstance()));

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).contains("newConfig");
  }

  private static ConfigSource source(String service) {
    return ConfigSource.newBuilder()
        .addFiles(
            file(
                "service.yaml",
                """
                type: google.api.Service
                config_version: 3
                name: %s
                title: From a source
                """
                    .formatted(service)))
        .build();
  }

  private static ConfigFile file(String path, String contents) {
    return ConfigFile.newBuilder()
        .setFilePath(path)
        .setFileContents(ByteString.copyFromUtf8(contents))
        .setFileType(FileType.SERVICE_CONFIG_YAML)
        .build();
  }
}
