package org.servicerollouts.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.Service;
import com.google.api.servicemanagement.v1.Rollout;
import com.google.api.servicemanagement.v1.Rollout.RolloutStatus;
import com.google.api.services.servicemanagement.ServiceManagement;
import com.google.api.services.servicemanagement.model.ListServiceRolloutsResponse;
import com.google.longrunning.Operation;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The query parameters and headers that every method of Google's APIs takes. */
@ExtendWith(OneProduct.class)
class StandardParametersTest {
  private static final String SERVICE = "parameters.example.com";
  private static final String ROLLOUT = "/v1/services/" + SERVICE + "/rollouts/r1";

  private final ServiceManagement client;
  private final Http http;

  StandardParametersTest(ServiceManagement client, Product product) {
    this.client = client;
    http = new Http(product.url());
  }

  @BeforeAll
  static void makeHistory(ServiceManagement client) throws Exception {
    DiscoveryUser user = new DiscoveryUser(client);
    user.makeServiceWithConfigs(SERVICE, "only");
    user.roll(SERVICE, "r1", Map.of("only", 100.0));
    user.roll(SERVICE, "r2", Map.of("only", 100.0));
  }

  @AfterEach
  void close() {
    http.close();
  }

  @Test
  void fieldsOfAListGiveThoseFieldsOfEachEntry() throws Exception {
    ListServiceRolloutsResponse page =
        client
            .services()
            .rollouts()
            .list(SERVICE)
            .setFields("rollouts(rolloutId,status)")
            .setPageSize(1)
            .execute();

    assertThat(page.keySet()).containsExactly("rollouts");
    assertThat(page.getRollouts())
        .containsExactly(
            new com.google.api.services.servicemanagement.model.Rollout()
                .setRolloutId("r2")
                .setStatus("SUCCESS"));
  }

  @Test
  void fieldsMayBePaths() throws Exception {
    assertThat(
            client
                .services()
                .rollouts()
                .get(SERVICE, "r1")
                .setFields("serviceName,trafficPercentStrategy/percentages")
                .execute())
        .isEqualTo(DiscoveryUser.rollout(null, Map.of("only", 100.0)).setServiceName(SERVICE));
  }

  @Test
  void refusesAFieldThatIsUnknown() {
    Refusal refusal =
        Refusal.discovery(
            () -> client.services().rollouts().get(SERVICE, "r1").setFields("bogus").execute());

    assertThat(refusal.status()).isEqualTo("INVALID_ARGUMENT");
    assertThat(refusal.message()).contains("bogus");
    assertThat(refusal.fields()).containsExactly("fields");
  }

  @Test
  void takesWhatEveryMethodTakes() throws Exception {
    assertThat(
            client
                .services()
                .rollouts()
                .get(SERVICE, "r1")
                .setAlt("json")
                .setKey("k")
                .setOauthToken("t")
                .setAccessToken("t")
                .setQuotaUser("q")
                .setPrettyPrint(false)
                .setUploadType("media")
                .setUploadProtocol("raw")
                .set$Xgafv("2")
                .execute()
                .getRolloutId())
        .isEqualTo("r1");
  }

  @Test
  void prettyPrintFalseAnswersOneLine() throws Exception {
    assertThat(text(http.get(ROLLOUT + "?prettyPrint=false")).strip()).doesNotContain("\n");
    assertThat(text(http.get(ROLLOUT))).contains("{\n  \"rolloutId\": \"r1\",\n");
  }

  @Test
  void printsEnumsByNumberWhereAsked() throws Exception {
    String text = text(http.get(ROLLOUT + "?$alt=json;enum-encoding%3Dint&prettyPrint=false"));

    assertThat(text).contains("\"status\":" + RolloutStatus.SUCCESS_VALUE + ",");
    assertThat(text(http.get(ROLLOUT + "?$alt=json"))).contains("\"status\": \"SUCCESS\"");
  }

  @Test
  void answersProtobufWhereTheQueryAsks() throws Exception {
    assertRollout(http.get(ROLLOUT + "?alt=proto"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accept", "Content-Type"})
  void answersProtobufWhereAHeaderAsks(String header) throws Exception {
    assertRollout(http.get(ROLLOUT, header, "application/x-protobuf"));
  }

  @Test
  void answersOperationsAndConfigsInProtobuf() throws Exception {
    Operation operation =
        Operation.parseFrom(
            http.get("/v1/operations/rollouts." + SERVICE + ":r1?alt=proto").body());
    Service config =
        Service.parseFrom(http.get("/v1/services/" + SERVICE + "/configs/only?alt=proto").body());

    assertThat(operation.getDone()).isTrue();
    assertThat(operation.getResponse().unpack(Rollout.class).getRolloutId()).isEqualTo("r1");
    assertThat(config).isEqualTo(Service.newBuilder().setName(SERVICE).setId("only").build());
  }

  @Test
  void readsOperationNamesWithAnEncodedColon() throws Exception {
    assertThat(text(http.get("/v1/operations/rollouts." + SERVICE + "%3Ar1")))
        .isEqualTo(text(http.get("/v1/operations/rollouts." + SERVICE + ":r1")));
  }

  @Test
  void refusesAParameterThatIsUnknownInGooglesWords() {
    Refusal refusal =
        Refusal.discovery(
            () -> client.services().rollouts().get(SERVICE, "r1").set("bogus", "1").execute());

    assertThat(refusal)
        .isEqualTo(
            new Refusal(
                400,
                "INVALID_ARGUMENT",
                "Invalid JSON payload received. Unknown name \"bogus\": Cannot bind query"
                    + " parameter. Field 'bogus' could not be found in request message.",
                "UNKNOWN_FIELD",
                List.of("bogus")));
  }

  private static void assertRollout(HttpResponse<byte[]> answer) throws Exception {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-protobuf");
    Rollout rollout = Rollout.parseFrom(answer.body());
    assertThat(rollout.getRolloutId()).isEqualTo("r1");
    assertThat(rollout.getStatus()).isEqualTo(RolloutStatus.SUCCESS);
    assertThat(rollout.getTrafficPercentStrategy().getPercentagesMap())
        .isEqualTo(Map.of("only", 100.0));
    assertThat(rollout.getUnknownFields().asMap()).isEmpty();
  }

  private static String text(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), UTF_8);
  }
}
