package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Call;

/** A request as API Gateway (HTTP API, payload 2.0) hands it over. */
public final class HttpRequest {

  /** The largest body, in bytes, once it is unpacked. */
  public static final int MAX_BODY_BYTES = 256 * 1024;

  private static final char GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;
  private static final char REPLACEMENT = '\ufffd';

  private final APIGatewayV2HTTPEvent event;

  public HttpRequest(APIGatewayV2HTTPEvent event) {
    this.event = event;
  }

  public String method() {
    return context().map(RequestContext::getHttp).map(RequestContext.Http::getMethod).orElse("");
  }

  /** The path, decoded by the gateway. */
  public String path() {
    return Optional.ofNullable(event.getRawPath()).orElse("");
  }

  /** The query as it was sent; the gateway's own reading of it loses what has no {@code =}. */
  public String rawQuery() {
    return Optional.ofNullable(event.getRawQueryString()).orElse("");
  }

  /**
   * A header.
   *
   * @param name in lower case, as the gateway writes all of them
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(event.getHeaders())
        .map(headers -> headers.get(name))
        .filter(value -> !value.isEmpty());
  }

  /** The names of its headers, in lower case. */
  Set<String> headerNames() {
    return Optional.ofNullable(event.getHeaders()).map(Map::keySet).orElse(Set.of());
  }

  /** The host that was asked. */
  public String host() {
    return context().map(RequestContext::getDomainName).orElse("");
  }

  /** A variable of the stage that it came by; the sender cannot set one. */
  public Optional<String> stageVariable(String name) {
    return Optional.ofNullable(event.getStageVariables())
        .map(variables -> variables.get(name))
        .filter(value -> !value.isEmpty());
  }

  /** The ARN of its sender, where the gateway has checked a signature of IAM's. */
  Optional<String> iamArn() {
    return authorizer()
        .map(RequestContext.Authorizer::getIam)
        .map(RequestContext.IAM::getUserArn)
        .filter(arn -> !arn.isEmpty());
  }

  /** Whether the gateway has checked a token. */
  boolean hasJwt() {
    return authorizer().map(RequestContext.Authorizer::getJwt).isPresent();
  }

  /** A claim of the token that the gateway has checked. */
  Optional<String> jwtClaim(String name) {
    return authorizer()
        .map(RequestContext.Authorizer::getJwt)
        .map(RequestContext.Authorizer.JWT::getClaims)
        .map(claims -> claims.get(name));
  }

  private Optional<RequestContext.Authorizer> authorizer() {
    return context().map(RequestContext::getAuthorizer);
  }

  /**
   * Whether it asks for something to be read: all that is GET, a report of configs, a preview, and
   * what a proxy reports, of which nothing is kept.
   *
   * @throws ProblemException as {@link Call#of} does
   */
  boolean onlyReads() {
    return method().equals("GET")
        || switch (Call.of(method(), path())) {
          case Call.GenerateConfigReport call -> true;
          case Call.PreviewRollout call -> true;
          case Call.ReportUsage call -> true;
          default -> false;
        };
  }

  /**
   * The body, unpacked where it is gzip: Google's Java client packs it whatever it is asked to
   * send.
   *
   * @throws ProblemException BODY_TOO_LARGE above {@value #MAX_BODY_BYTES} bytes, MALFORMED_BODY
   *     for broken gzip
   */
  public byte[] body() {
    byte[] sent = sent();
    boolean packed = sent.length > 1 && sent[0] == GZIP_FIRST && (sent[1] & 0xff) == GZIP_SECOND;
    byte[] body = packed ? unpacked(sent) : sent;
    if (body.length > MAX_BODY_BYTES) {
      throw Problem.of(
              Problem.Kind.BODY_TOO_LARGE,
              "Request payload size exceeds the limit: " + MAX_BODY_BYTES + " bytes.")
          .exception();
    }
    return body;
  }

  /**
   * The body as it was sent.
   *
   * @throws ProblemException MALFORMED_BODY where it did not arrive whole
   */
  byte[] sent() {
    String body = Optional.ofNullable(event.getBody()).orElse("");
    if (event.getIsBase64Encoded()) {
      try {
        return Base64.getDecoder().decode(body);
      } catch (IllegalArgumentException e) {
        throw malformed("The body is not base64.");
      }
    }
    if (body.length() > 1 && body.charAt(0) == GZIP_FIRST && body.charAt(1) == REPLACEMENT) {
      throw malformed(
          "The gzip body was taken for text on its way and is beyond repair; send it without"
              + " compression (Google's Java client: setDisableGZipContent(true)).");
    }
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] unpacked(byte[] gzip) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readNBytes(MAX_BODY_BYTES + 1);
    } catch (IOException e) {
      throw malformed("The body is not gzip, though it starts like it.");
    }
  }

  private static ProblemException malformed(String what) {
    return Problem.of(Problem.Kind.MALFORMED_BODY, "Invalid JSON payload received. " + what)
        .exception();
  }

  private Optional<RequestContext> context() {
    return Optional.ofNullable(event.getRequestContext());
  }
}
