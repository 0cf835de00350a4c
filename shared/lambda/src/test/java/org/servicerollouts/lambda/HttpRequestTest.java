package org.servicerollouts.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.IAM;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

class HttpRequestTest {

  private static HttpRequest request(String body, boolean base64) {
    return new HttpRequest(Requests.event("POST", "/v1/services", "", body, base64, null));
  }

  private static HttpRequest request(byte[] body) {
    return request(Base64.getEncoder().encodeToString(body), true);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static Problem problem(HttpRequest request) {
    return catchThrowableOfType(ProblemException.class, request::body).problem();
  }

  @Test
  void readsABodyAsItCame() {
    assertThat(request("{\"ä\": 1}", false).body())
        .isEqualTo("{\"ä\": 1}".getBytes(StandardCharsets.UTF_8));
    assertThat(request(null, false).body()).isEmpty();
    assertThat(request(new byte[] {'{', '}'}).body()).containsExactly('{', '}');
  }

  @Test
  void unpacksGzip() throws IOException {
    assertThat(request(gzip(new byte[] {'{', '}'})).body()).containsExactly('{', '}');
  }

  @Test
  void boundsWhatIsUnpacked() throws IOException {
    byte[] largest = new byte[HttpRequest.MAX_BODY_BYTES];
    byte[] larger = new byte[HttpRequest.MAX_BODY_BYTES + 1];
    assertThat(request(largest).body()).hasSize(HttpRequest.MAX_BODY_BYTES);
    assertThat(request(gzip(largest)).body()).hasSize(HttpRequest.MAX_BODY_BYTES);
    String message = "Request payload size exceeds the limit: 262144 bytes.";
    assertThat(problem(request(larger)))
        .isEqualTo(Problem.of(Problem.Kind.BODY_TOO_LARGE, message));
    assertThat(problem(request(gzip(larger))).message()).isEqualTo(message);
    assertThat(problem(request(gzip(new byte[50_000_000]))).message()).isEqualTo(message);
    assertThat(problem(request("x".repeat(1 << 20), false)).message()).isEqualTo(message);
  }

  @Test
  void refusesBrokenGzip() throws IOException {
    byte[] cut = Arrays.copyOf(gzip(new byte[1000]), 15);
    assertThat(problem(request(cut)).message())
        .isEqualTo(
            "Invalid JSON payload received. The body is not gzip, though it starts like it.");
    assertThat(problem(request(new byte[] {0x1f, (byte) 0x8b})).kind())
        .isEqualTo(Problem.Kind.MALFORMED_BODY);
  }

  @Test
  void saysWhatToDoWhenGzipWasTakenForText() {
    assertThat(problem(request("\u001f\ufffd\b", false)).message())
        .contains("setDisableGZipContent(true)");
  }

  @Test
  void refusesWhatIsNotBase64() {
    assertThat(problem(request("%", true)).message())
        .isEqualTo("Invalid JSON payload received. The body is not base64.");
  }

  @Test
  void knowsWhatTheGatewayHasChecked() {
    IAM iam = IAM.builder().withUserArn("arn:aws:iam::1:user/alice").build();
    Authorizer.JWT jwt = Authorizer.JWT.builder().withClaims(Map.of("sub", "bob")).build();
    HttpRequest signed = authorized(Authorizer.builder().withIam(iam).build());
    HttpRequest withToken = authorized(Authorizer.builder().withJwt(jwt).build());
    assertThat(signed.iamArn()).contains("arn:aws:iam::1:user/alice");
    assertThat(signed.hasJwt()).isFalse();
    assertThat(withToken.iamArn()).isEmpty();
    assertThat(withToken.hasJwt()).isTrue();
    assertThat(withToken.jwtClaim("sub")).contains("bob");
    assertThat(withToken.jwtClaim("iss")).isEmpty();
    for (Authorizer nothing : new Authorizer[] {null, Authorizer.builder().build()}) {
      assertThat(authorized(nothing).iamArn()).isEmpty();
      assertThat(authorized(nothing).hasJwt()).isFalse();
    }
  }

  private static HttpRequest authorized(Authorizer authorizer) {
    return new HttpRequest(Requests.event("GET", "/", "", null, false, authorizer));
  }

  @Test
  void anEmptyEventIsARequestForNothing() {
    HttpRequest request = new HttpRequest(new APIGatewayV2HTTPEvent());
    assertThat(request.method()).isEmpty();
    assertThat(request.path()).isEmpty();
    assertThat(request.rawQuery()).isEmpty();
    assertThat(request.host()).isEmpty();
    assertThat(request.iamArn()).isEmpty();
    assertThat(request.stageVariable("AUTH_MODE")).isEmpty();
    assertThat(request.body()).isEmpty();
  }
}
