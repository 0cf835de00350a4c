package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.IAcsClient;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.FormatType;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alibaba Cloud's older SDK signs with HMAC-SHA1, which a key may allow. */
class EasOlderSdkTest {
  private static final String CREATE =
      """
      {"metadata": {"name": "%s", "region": "cn-shanghai", "instance": 10},
       "features": {"eas.aliyun.com/enable-rollout": "true"},
       "containers": [{"image": "registry.example/app:1"}]}\
      """;

  private static Product product;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path keys = folder.resolve("keys.json");
    Files.writeString(
        keys,
        """
        {"accessKeys": {"LTAIold": {"name": "older", "secret": "secret", "allowSha1": true},
                        "LTAInew": {"name": "newer", "secret": "secret"}}}
        """);
    product = Product.start("--keys", keys.toString());
  }

  @AfterAll
  static void stop() {
    product.close();
  }

  private static CommonRequest request(MethodType method, String path, String body) {
    CommonRequest request = new CommonRequest();
    request.setSysDomain(product.url().getAuthority());
    request.setSysVersion("2021-07-01");
    request.setSysProtocol(ProtocolType.HTTP);
    request.setSysMethod(method);
    request.setSysUriPattern(path);
    if (!body.isEmpty()) {
      request.setHttpContent(body.getBytes(StandardCharsets.UTF_8), "utf-8", FormatType.JSON);
    }
    return request;
  }

  private static JsonNode call(String id, CommonRequest request) throws ClientException {
    IAcsClient client =
        new DefaultAcsClient(DefaultProfile.getProfile("cn-shanghai", id, "secret"));
    try {
      return new JsonMapper().readTree(client.getCommonResponse(request).getData());
    } catch (IOException e) {
      throw new AssertionError("no JSON", e);
    }
  }

  private static JsonNode call(MethodType method, String path, String body) throws ClientException {
    return call("LTAIold", request(method, path, body));
  }

  @Test
  void whatItSignsIsTaken() throws ClientException {
    call(MethodType.POST, "/api/v2/services", CREATE.formatted("old"));
    call(MethodType.POST, path("old") + "/rollout", "{\"Partition\": {\"Partition\": \"50%\"}}");
    call(
        MethodType.PUT, path("old"), "{\"containers\": [{\"image\": \"registry.example/app:é\"}]}");

    JsonNode rollout = call(MethodType.GET, path("old") + "/rollout", "");

    assertThat(rollout.findValue("UpdatedReplicas").asInt()).isEqualTo(5);
  }

  @Test
  void aQueryIsSignedToo() throws ClientException {
    call(MethodType.POST, "/api/v2/services", CREATE.formatted("listed"));
    CommonRequest list = request(MethodType.GET, "/api/v2/services", "");
    list.putQueryParameter("ServiceName", "listed");
    list.putQueryParameter("PageSize", "10");

    assertThat(call("LTAIold", list).path("Services")).hasSize(1);
  }

  @Test
  void aKeyThatDoesNotAllowItIsToldHow() {
    ClientException refusal =
        catchThrowableOfType(
            ClientException.class,
            () -> call("LTAInew", request(MethodType.GET, "/api/v2/services", "")));

    assertThat(refusal.getErrCode()).isEqualTo("IncompleteSignature");
    assertThat(refusal.getErrMsg()).contains("\"allowSha1\": true");
  }

  private static String path(String service) {
    return "/api/v2/services/cn-shanghai/" + service;
  }

  /** The newer client can be told to sign so, and then sends no Content-MD5. */
  @Test
  void aBodyThatNothingSignsIsRefused() {
    EasUser eas = EasUser.of(product.url(), "LTAIold", "secret", "v2");
    assertThat(eas.listServices(Map.of("PageSize", "10")).get("Services")).isNotNull();

    EasRefusal refusal = EasRefusal.of(() -> eas.createService("unsigned", 1));

    assertThat(refusal.code()).isEqualTo("IncompleteSignature");
  }

  /** The newer client signs with ACS3, with the very key. */
  @Test
  void aKeyThatAllowsItSignsInTheNewerWayToo() {
    EasUser eas = EasUser.of(product.url(), "LTAIold", "secret");
    assertThat(eas.listServices(Map.of()).get("Services")).isNotNull();
  }
}
