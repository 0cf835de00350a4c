package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Errors;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Surface;
import org.servicerollouts.wire.google.AnswerFormat;
import org.servicerollouts.wire.google.GoogleQuery;

/** What is answered to one request: its status, its headers, and its body as it goes out. */
final class HttpAnswer {
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int UNAUTHENTICATED = 401;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int ETAG_BYTES = 16;

  /**
   * The longest answer that is indented, in characters. A function may answer 6 MB, and nested
   * deeply enough a config that was taken has indents of more than that.
   */
  private static final int MAX_INDENTED = 1_500_000;

  private final HttpRequest request;
  private final Surface surface;
  private final String requestId;

  /**
   * @param requestId upper-case UUID
   */
  HttpAnswer(HttpRequest request, String requestId) {
    this.request = request;
    this.surface = Surface.of(request.path());
    this.requestId = requestId;
  }

  /**
   * A body as it goes out.
   *
   * @param base64 whether {@code text} is the base64 of it
   */
  private record Body(String type, String text, boolean base64) {}

  APIGatewayV2HTTPResponse json(ObjectNode body) {
    return response(OK, Map.of(), text(body));
  }

  /** The answer of a method of Google's; of one that reads, nothing if the client has it still. */
  APIGatewayV2HTTPResponse in(AnswerFormat format, ObjectNode whole) {
    Body body =
        switch (format.encoding()) {
          case JSON, JSON_ENUMS_AS_NUMBERS -> text(format.json(whole));
          case PROTO ->
              new Body(
                  AnswerFormat.PROTOBUF,
                  Base64.getEncoder().encodeToString(format.proto(whole)),
                  true);
        };
    if (!request.method().equals("GET")) {
      return response(OK, Map.of(), body);
    }
    String etag = etag(body.text());
    Map<String, String> headers =
        Map.of(
            "etag", etag,
            // Fleets may keep it, but must ask whether it is still so: that costs no body.
            "cache-control", "private, no-cache",
            "vary", "Accept, Content-Type");
    return isKnown(etag)
        ? APIGatewayV2HTTPResponse.builder()
            .withStatusCode(NOT_MODIFIED)
            .withHeaders(headers)
            .build()
        : response(OK, headers, body);
  }

  APIGatewayV2HTTPResponse refusal(Problem problem) {
    ObjectNode body =
        switch (surface) {
          case GOOGLE -> Errors.google(problem);
          case EAS -> Errors.eas(problem, requestId, request.host());
        };
    int status = Errors.status(surface, problem);
    Map<String, String> headers =
        switch (status) {
          case UNAUTHENTICATED -> Map.of("www-authenticate", "Bearer realm=\"service-rollouts\"");
          case TOO_MANY_REQUESTS -> Map.of("retry-after", "1");
          default -> Map.of();
        };
    return response(status, headers, text(body));
  }

  private Body text(ObjectNode body) {
    return switch (surface) {
      case GOOGLE -> new Body("application/json; charset=UTF-8", googles(body), false);
      case EAS -> new Body("application/json;charset=utf-8", Json.compact(body), false);
    };
  }

  private String googles(ObjectNode body) {
    if (GoogleQuery.isPretty(request.rawQuery())) {
      String pretty = Json.pretty(body);
      if (pretty.length() <= MAX_INDENTED) {
        return pretty;
      }
    }
    return Json.compact(body);
  }

  private static APIGatewayV2HTTPResponse response(
      int status, Map<String, String> more, Body body) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("content-type", body.type());
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(headers)
        .withBody(body.text())
        .withIsBase64Encoded(body.base64())
        .build();
  }

  /** RFC 9110's If-None-Match: any of the list, or {@code *}; weak or strong is the same here. */
  private boolean isKnown(String etag) {
    return request
        .header("if-none-match")
        .filter(
            known ->
                Stream.of(known.split(",", -1))
                    .map(String::strip)
                    .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                    .anyMatch(tag -> tag.equals("*") || tag.equals(etag)))
        .isPresent();
  }

  private static String etag(String body) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
      return "\""
          + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ETAG_BYTES))
          + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
