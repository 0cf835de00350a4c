package org.servicerollouts.packaging;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.local.Routes;

/**
 * An HTTP API at one moment: its routes, its authorizer and its stage, each as it was or as it is
 * to be.
 *
 * @param routes by their keys
 * @param authorizer what a token must have; empty where there is none
 * @param stageVariables what the stage tells the functions
 */
record Gate(
    Map<String, JsonNode> routes,
    Optional<JsonNode> authorizer,
    Map<String, String> stageVariables,
    String moment) {
  static final Instant NOW = Instant.parse("2026-11-22T08:24:25Z");

  private static final String DEFAULT = "$default";

  /** A stack that is not changing. */
  static Gate of(Template template) {
    return new Gate(
        template.routes(), template.jwtConfiguration(), template.stageVariables(), "rest");
  }

  /**
   * Every state in which a request may meet a stack that changes: of its own route, of $default, of
   * the authorizer and of the stage each is the one's or the other's.
   */
  static List<Gate> between(Template one, Template other, String call) {
    String key = keyOf(call);
    List<Gate> gates = new ArrayList<>();
    for (int state = 0; state < 16; state++) {
      Map<String, JsonNode> routes = new HashMap<>();
      put(routes, key, (state & 1) == 0 ? one : other);
      put(routes, DEFAULT, (state & 2) == 0 ? one : other);
      gates.add(
          new Gate(
              routes,
              ((state & 4) == 0 ? one : other).jwtConfiguration(),
              ((state & 8) == 0 ? one : other).stageVariables(),
              Integer.toBinaryString(state)));
    }
    return gates;
  }

  private static void put(Map<String, JsonNode> routes, String key, Template from) {
    Optional.ofNullable(from.routes().get(key)).ifPresent(route -> routes.put(key, route));
  }

  private static String keyOf(String call) {
    String[] parts = call.split(" ", 2);
    return Routes.match(parts[0], parts[1]).routeKey();
  }

  /** The event that a function gets of a request; empty where the gateway refuses it. */
  Optional<APIGatewayV2HTTPEvent> event(String call, Sender sender) {
    JsonNode route = routes.getOrDefault(keyOf(call), routes.get(DEFAULT));
    return switch (route.at("/AuthorizationType").asText()) {
      case "NONE" -> Optional.of(event(call, sender, null));
      case "AWS_IAM" ->
          sender
              .iamArn()
              .map(
                  arn ->
                      event(
                          call,
                          sender,
                          Authorizer.builder()
                              .withIam(RequestContext.IAM.builder().withUserArn(arn).build())
                              .build()));
      case "JWT" ->
          sender
              .token()
              .filter(this::isGood)
              .map(
                  claims ->
                      event(
                          call,
                          sender,
                          Authorizer.builder()
                              .withJwt(Authorizer.JWT.builder().withClaims(claims).build())
                              .build()));
      default -> throw new IllegalArgumentException(route.toString());
    };
  }

  private boolean isGood(Map<String, String> claims) {
    return authorizer
        .filter(wanted -> wanted.at("/Issuer").asText().equals(claims.get("iss")))
        .filter(wanted -> wanted.at("/Audience").toString().contains('"' + claims.get("aud") + '"'))
        .isPresent();
  }

  private APIGatewayV2HTTPEvent event(String call, Sender sender, Authorizer authorizer) {
    String[] parts = call.split(" ", 2);
    Map<String, String> headers = new HashMap<>();
    sender
        .accessKey()
        .ifPresent(key -> headers.putAll(key.headers(parts[0], parts[1], "", NOW, Map.of())));
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath(parts[1])
        .withRawQueryString(sender.key().map(key -> "key=" + key).orElse(""))
        .withHeaders(headers)
        .withStageVariables(stageVariables)
        .withRequestContext(
            RequestContext.builder()
                .withHttp(RequestContext.Http.builder().withMethod(parts[0]).build())
                .withAuthorizer(authorizer)
                .build())
        .build();
  }

  @Override
  public String toString() {
    return "state " + moment + " with " + stageVariables;
  }

  /**
   * The credentials that the sender of a request shows.
   *
   * @param iamArn of a signature that the gateway finds good, and whose policies allow the call
   * @param token the claims of one that its issuer has signed
   * @param key in the query
   * @param accessKey of a signature of Alibaba Cloud's
   */
  record Sender(
      Optional<String> iamArn,
      Optional<Map<String, String>> token,
      Optional<String> key,
      Optional<AccessKey> accessKey) {
    static final Sender ANONYMOUS =
        new Sender(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    Sender signedForIam() {
      return new Sender(Optional.of("arn:aws:iam::1:user/alice"), token, key, accessKey);
    }

    Sender withToken(Map<String, String> claims) {
      return new Sender(iamArn, Optional.of(claims), key, accessKey);
    }

    Sender withKey(String shown) {
      return new Sender(iamArn, token, Optional.of(shown), accessKey);
    }

    Sender signedWith(String id, String secret) {
      return new Sender(iamArn, token, key, Optional.of(new AccessKey(id, secret)));
    }
  }
}
