package org.servicerollouts.local;

import static java.util.stream.Collectors.toList;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** The event, in payload format 2.0, that an HTTP API makes of a request. */
final class GatewayEvent {
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** Those of one connection, and cookies, which have a member of their own. */
  private static final Set<String> KEPT_BACK =
      Set.of("connection", "cookie", "expect", "keep-alive", "te", "transfer-encoding", "upgrade");

  private static final Set<String> TEXTS =
      Set.of("application/json", "application/xml", "application/javascript");

  private GatewayEvent() {}

  static APIGatewayV2HTTPEvent of(
      GatewayRequest request,
      String path,
      byte[] body,
      Routes.Match route,
      Map<String, String> stageVariables,
      Instant now) {
    Map<String, String> headers = headers(request, body.length);
    Optional<String> text = text(headers.getOrDefault("content-type", ""), body);
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRouteKey(route.routeKey())
        .withRawPath(path)
        .withRawQueryString(request.query())
        .withCookies(orNull(cookies(request)))
        .withHeaders(headers)
        .withQueryStringParameters(orNull(queryParameters(request.query())))
        .withPathParameters(orNull(route.parameters()))
        .withStageVariables(orNull(stageVariables))
        .withRequestContext(context(request, path, route, headers, now))
        .withBody(
            body.length == 0
                ? null
                : text.orElseGet(() -> Base64.getEncoder().encodeToString(body)))
        .withIsBase64Encoded(body.length > 0 && text.isEmpty())
        .build();
  }

  private static RequestContext context(
      GatewayRequest request,
      String path,
      Routes.Match route,
      Map<String, String> headers,
      Instant now) {
    String domain = headers.getOrDefault("host", request.sourceIp()).replaceFirst(":\\d*$", "");
    return RequestContext.builder()
        .withAccountId(Aws.ACCOUNT)
        .withApiId("local")
        .withDomainName(domain)
        .withDomainPrefix(domain.split("\\.", 2)[0])
        .withHttp(
            RequestContext.Http.builder()
                .withMethod(request.method())
                .withPath(path)
                .withProtocol(request.protocol())
                .withSourceIp(request.sourceIp())
                .withUserAgent(headers.get("user-agent"))
                .build())
        .withRequestId(UUID.randomUUID().toString())
        .withRouteKey(route.routeKey())
        .withStage("$default")
        .withTime(LOG_TIME.format(now))
        .withTimeEpoch(now.toEpochMilli())
        .build();
  }

  private static Map<String, String> headers(GatewayRequest request, int length) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!KEPT_BACK.contains(name)) {
        headers.merge(name, header.getValue(), (first, next) -> first + "," + next);
      }
    }
    headers.merge("x-forwarded-for", request.sourceIp(), (before, last) -> before + ", " + last);
    headers.put("x-forwarded-proto", "http");
    if (length > 0) {
      headers.put("content-length", Integer.toString(length));
    }
    return headers;
  }

  private static List<String> cookies(GatewayRequest request) {
    return request.headers().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("cookie"))
        .flatMap(header -> Stream.of(header.getValue().split(";", -1)))
        .map(String::strip)
        .collect(toList());
  }

  private static Map<String, String> queryParameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : query.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        parameters.merge(decoded(name), decoded(value), (first, next) -> first + "," + next);
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return Percent.decode(text.replace('+', ' ')).orElse(text);
  }

  /** The body as text, if the gateway takes bodies of this type for text and it can be one. */
  private static Optional<String> text(String contentType, byte[] body) {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean isText = type.startsWith("text/") || TEXTS.contains(type);
    return isText && !isGzip(body) ? Percent.utf8(body) : Optional.empty();
  }

  private static boolean isGzip(byte[] body) {
    return body.length > 1 && body[0] == 0x1f && (body[1] & 0xff) == 0x8b;
  }

  /** The gateway leaves out what is empty. */
  private static <V> Map<String, V> orNull(Map<String, V> map) {
    return map.isEmpty() ? null : map;
  }

  private static <T> List<T> orNull(List<T> list) {
    return list.isEmpty() ? null : list;
  }
}
