package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.HttpRequest;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.packaging.Gate.Sender;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Nonces;

/**
 * Who is let in while a stack changes from one mode to another. CloudFormation changes each route,
 * the authorizer and the stage one after the other, and the functions' versions, which know nothing
 * of modes, at any time: in every state on the way a request passes only where it passes before or
 * after the change.
 */
class DoorsTest {
  private static final Map<String, String> JWT =
      Map.of("AuthMode", "JWT", "JwtIssuer", "https://one", "JwtAudience", "shop");

  private static final Map<String, Map<String, String>> MODES =
      Map.ofEntries(
          Map.entry("IAM", Map.of()),
          Map.entry("IAM, keys", Map.of("KeysParameter", "/k")),
          Map.entry("JWT", JWT),
          Map.entry("JWT, keys", and(JWT, "KeysParameter", "/k")),
          Map.entry("JWT with scopes", and(JWT, "JwtReadScope", "r", "JwtWriteScope", "w")),
          Map.entry("JWT with other scopes", and(JWT, "JwtReadScope", "w", "JwtWriteScope", "r")),
          Map.entry("JWT of another issuer", and(JWT, "JwtIssuer", "https://two")),
          Map.entry("JWT for another audience", and(JWT, "JwtAudience", "bank")),
          Map.entry("KEYS", Map.of("AuthMode", "KEYS", "KeysParameter", "/k")),
          Map.entry("KEYS of another parameter", Map.of("AuthMode", "KEYS", "KeysParameter", "/l")),
          Map.entry("NONE", Map.of("AuthMode", "NONE", "AllowPublic", "true")),
          Map.entry(
              "NONE, keys",
              Map.of("AuthMode", "NONE", "AllowPublic", "true", "KeysParameter", "/k")));

  /** Of the keys "secret", "reader" and "other", and the access keys LTAIk and LTAIl. */
  private static final Map<String, String> PARAMETERS =
      Map.of(
          "/k",
          """
          {"keys": {
             "ci": {"sha256": "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"},
             "proxies": {"readOnly": true,
               "sha256": "3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30"}},
           "accessKeys": {"LTAIk": {"name": "ci", "secret": "k"}}}
          """,
          "/l",
          """
          {"keys": {
             "cd": {"sha256": "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"}},
           "accessKeys": {"LTAIl": {"name": "cd", "secret": "l"}}}
          """);

  private static final List<String> CALLS =
      List.of(
          "GET /v1/services/a",
          "GET /v1/services/a/rollouts",
          "POST /v1/services/a/rollouts",
          "POST /v1/services/a/rollouts:preview",
          "POST /v1/services/a/rollouts/r:rollback",
          "DELETE /v1/services/a",
          "GET /api/v2/services/c/a",
          "GET /api/v2/services/c/a/rollout",
          "POST /api/v2/services/c/a/rollout");

  private static final Map<String, Template> TEMPLATES =
      MODES.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, mode -> Template.with(mode.getValue())));

  private static final List<Sender> SENDERS = senders();

  private static final Callers HANDLERS =
      new StageCallers(
          name -> () -> PARAMETERS.get(name),
          new Nonces(LocalTable.create()),
          InstantSource.fixed(Gate.NOW));

  private static Map<String, String> and(Map<String, String> parameters, String... more) {
    Map<String, String> all = new HashMap<>(parameters);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return Map.copyOf(all);
  }

  /** Each that shows one thing, and each that shows two. */
  private static List<Sender> senders() {
    Sender anonymous = Sender.ANONYMOUS;
    List<Sender> tokens = new ArrayList<>();
    for (String issuer : List.of("https://one", "https://two", "https://three")) {
      for (String audience : List.of("shop", "bank")) {
        for (String scope : List.of("", "r", "w", "r w")) {
          tokens.add(
              anonymous.withToken(
                  Map.of("iss", issuer, "aud", audience, "scope", scope, "sub", "alice")));
        }
      }
    }
    tokens.add(anonymous.withToken(Map.of("iss", "https://one", "aud", "shop", "scope", "r w")));
    List<Sender> others =
        List.of(
            anonymous,
            anonymous.signedForIam(),
            anonymous.withKey("secret"),
            anonymous.withKey("reader"),
            anonymous.withKey("other"),
            anonymous.withKey("nobody's"),
            anonymous.signedWith("LTAIk", "k"),
            anonymous.signedWith("LTAIl", "l"),
            anonymous.signedWith("LTAIk", "l"),
            anonymous.signedForIam().withKey("secret"),
            anonymous.signedForIam().withKey("other"));
    Stream<Sender> tokensWithKey = tokens.stream().limit(4).map(token -> token.withKey("secret"));
    return Stream.of(others.stream(), tokens.stream(), tokensWithKey).flatMap(s -> s).toList();
  }

  /** Each two once, because the states on the way are the same in both directions. */
  static Stream<Arguments> pairs() {
    return MODES.keySet().stream()
        .flatMap(
            one ->
                MODES.keySet().stream()
                    .filter(other -> one.compareTo(other) < 0)
                    .map(other -> Arguments.of(one, other)));
  }

  @ParameterizedTest(name = "{0} and {1}")
  @MethodSource("pairs")
  void nothingIsLetInOnTheWayThatNeitherModeLetsIn(String one, String other) {
    assertThat(letInByNeither(HANDLERS, one, other)).isEmpty();
  }

  /** In each state on the way, what passes though it passes neither before nor after. */
  private static List<String> letInByNeither(Callers handlers, String from, String to) {
    Template one = TEMPLATES.get(from);
    Template other = TEMPLATES.get(to);
    List<String> found = new ArrayList<>();
    for (String call : CALLS) {
      List<Gate> onTheWay = Gate.between(one, other, call);
      for (Sender sender : SENDERS) {
        if (passes(handlers, Gate.of(one), call, sender)
            || passes(handlers, Gate.of(other), call, sender)) {
          continue;
        }
        for (Gate between : onTheWay) {
          if (passes(handlers, between, call, sender)) {
            found.add(call + " of " + sender + " at " + between);
          }
        }
      }
    }
    return found;
  }

  /** Whether the gateway hands it to a function, and the function lets it in. */
  private static boolean passes(Callers handlers, Gate gate, String call, Sender sender) {
    return gate.event(call, sender)
        .filter(
            event -> {
              try {
                return !handlers.callerOf(new HttpRequest(event)).name().isEmpty();
              } catch (ProblemException e) {
                return false;
              }
            })
        .isPresent();
  }

  @Test
  void eachModeLetsInItsOwn() {
    for (Map.Entry<String, Map<String, String>> mode : MODES.entrySet()) {
      Gate gate = Gate.of(TEMPLATES.get(mode.getKey()));
      for (String call : List.of("GET /v1/services/a", "POST /v1/services/a/rollouts")) {
        List<Sender> letIn = SENDERS.stream().filter(s -> passes(HANDLERS, gate, call, s)).toList();
        assertThat(letIn).as(mode.getKey()).isNotEmpty();
        if (mode.getKey().startsWith("NONE")) {
          assertThat(letIn).hasSameSizeAs(SENDERS);
        } else {
          assertThat(letIn).doesNotContain(Sender.ANONYMOUS);
        }
      }
      String eas = "GET /api/v2/services/c/a";
      boolean hasKeys = mode.getValue().containsKey("KeysParameter");
      Sender signed =
          mode.getValue().getOrDefault("KeysParameter", "/k").equals("/k")
              ? Sender.ANONYMOUS.signedWith("LTAIk", "k")
              : Sender.ANONYMOUS.signedWith("LTAIl", "l");
      assertThat(passes(HANDLERS, gate, eas, signed))
          .as(mode.getKey())
          .isEqualTo(hasKeys || mode.getKey().equals("NONE"));
      assertThat(passes(HANDLERS, gate, eas, Sender.ANONYMOUS))
          .as(mode.getKey())
          .isEqualTo(mode.getKey().equals("NONE"));
    }
  }

  /** Handlers that take any word of the gateway for a signature, or ask for none, are found. */
  @Test
  void handlersThatBelieveTooMuchAreFound() {
    Callers anyWord =
        request ->
            request.stageVariable("AUTH_MODE").filter("IAM"::equals).isPresent()
                ? Callers.ANYBODY.callerOf(request)
                : HANDLERS.callerOf(request);
    assertThat(letInByNeither(anyWord, "KEYS", "IAM")).isNotEmpty();
    assertThat(letInByNeither(anyWord, "JWT with scopes", "IAM")).isNotEmpty();
  }
}
