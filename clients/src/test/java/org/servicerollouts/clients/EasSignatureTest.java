package org.servicerollouts.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.teaopenapi.models.OpenApiRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With access keys, calls must be signed with one; Alibaba Cloud's generic client signs them. */
class EasSignatureTest {
  private static Product product;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path keys = folder.resolve("keys.json");
    Files.writeString(
        keys, "{\"accessKeys\": {\"LTAItest\": {\"name\": \"ci\", \"secret\": \"secret\"}}}");
    product = Product.start("--keys", keys.toString());
  }

  @AfterAll
  static void stop() {
    product.close();
  }

  private static EasUser user(String id, String secret) {
    return EasUser.of(product.url(), id, secret);
  }

  @Test
  void whoSignsWithAKeyIsLetIn() {
    EasUser eas = user("LTAItest", "secret");

    eas.plan("signed", 10, EasUser.partition("50%"));
    eas.updateService(
        "signed", Map.of("UpdateType", "replace", "x", "a b*~/é"), "{\"processor\": \"é\"}");

    assertThat(eas.describeRollout("signed").shown()).isEqualTo("Running 5/10 v1 -> v2");
  }

  @Test
  void anEncodedPathIsSignedAsItIsSent() {
    EasRefusal refusal =
        EasRefusal.of(() -> user("LTAItest", "secret").describeService("my svc é*~"));

    assertThat(refusal.code()).isEqualTo("ServiceNotFound");
  }

  @Test
  void anotherSecretDoesNotMatch() {
    EasRefusal refusal =
        EasRefusal.of(() -> user("LTAItest", "guess").createService("unsigned", 1));

    assertThat(refusal.code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(EasRefusal.of(() -> user("LTAItest", "secret").describeService("unsigned")).code())
        .isEqualTo("ServiceNotFound");
  }

  @Test
  void anUnknownKeyIsNotFound() {
    EasRefusal refusal = EasRefusal.of(() -> user("LTAInone", "secret").describeService("foo"));

    assertThat(refusal.code()).isEqualTo("InvalidAccessKeyId.NotFound");
    assertThat(refusal.status()).isEqualTo(404);
  }

  @Test
  void anOldDateHasExpired() {
    Instant old = Instant.now().minus(Duration.ofMinutes(16)).truncatedTo(ChronoUnit.SECONDS);

    EasRefusal refusal = EasRefusal.of(() -> list("x-acs-date", old.toString()));

    assertThat(refusal.code()).isEqualTo("InvalidTimeStamp.Expired");
  }

  @Test
  void aCallThatChangesSomethingIsLetThroughOnce() {
    EasUser eas = user("LTAItest", "secret");
    eas.createService("once", 1);
    OpenApiRequest scale =
        new OpenApiRequest()
            .setBody(Map.of("Instance", 2))
            .setHeaders(Map.of("x-acs-signature-nonce", UUID.randomUUID().toString()));
    String path = EasUser.path("once") + "/scale";
    eas.call("ScaleService", "PUT", path, scale);

    EasRefusal refusal = EasRefusal.of(() -> eas.call("ScaleService", "PUT", path, scale));

    assertThat(refusal.code()).isEqualTo("SignatureNonceUsed");
  }

  @Test
  void aReadMayBeRepeated() {
    String nonce = UUID.randomUUID().toString();
    list("x-acs-signature-nonce", nonce);

    assertThat(list("x-acs-signature-nonce", nonce)).containsKey("Services");
  }

  private static Map<String, Object> list(String header, String value) {
    Map<?, ?> answer =
        user("LTAItest", "secret")
            .call(
                "ListServices",
                "GET",
                "/api/v2/services",
                new OpenApiRequest().setHeaders(Map.of(header, value)));
    return Map.of("Services", answer.get("Services"));
  }
}
