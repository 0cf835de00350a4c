package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer as it goes over the wire.
 *
 * @param headers names in lower case, each with its values
 */
record GatewayResponse(int status, Map<String, List<String>> headers, ByteBuffer body) {

  GatewayResponse {
    headers = Map.copyOf(headers);
    body = body.asReadOnlyBuffer();
  }

  /** What the gateway says without asking any function. */
  static GatewayResponse of(int status, String message) {
    return new GatewayResponse(
        status,
        Map.of("content-type", List.of("application/json")),
        StandardCharsets.UTF_8.encode(
            JsonNodeFactory.instance.objectNode().put("message", message).toString()));
  }

  /** What a function says. */
  static GatewayResponse of(APIGatewayV2HTTPResponse answer) {
    Map<String, List<String>> headers = new TreeMap<>();
    orEmpty(answer.getHeaders()).forEach((name, value) -> add(headers, name, List.of(value)));
    orEmpty(answer.getMultiValueHeaders()).forEach((name, values) -> add(headers, name, values));
    if (answer.getCookies() != null) {
      add(headers, "set-cookie", answer.getCookies());
    }
    return new GatewayResponse(answer.getStatusCode(), headers, body(answer));
  }

  private static ByteBuffer body(APIGatewayV2HTTPResponse answer) {
    String body = answer.getBody() == null ? "" : answer.getBody();
    return answer.getIsBase64Encoded()
        ? ByteBuffer.wrap(Base64.getDecoder().decode(body))
        : StandardCharsets.UTF_8.encode(body);
  }

  private static void add(Map<String, List<String>> headers, String name, List<String> values) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).addAll(values);
  }

  private static <V> Map<String, V> orEmpty(Map<String, V> map) {
    return map == null ? Map.of() : map;
  }
}
