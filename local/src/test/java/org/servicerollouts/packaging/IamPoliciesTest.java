package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.local.Routes;
import org.servicerollouts.wire.Call;

/** The policies of docs/deploy.md, tried against every call and the route that it goes by. */
class IamPoliciesTest {
  private static final String API = "arn:aws:execute-api:eu-west-1:123456789012:API_ID/$default/";
  private static final Pattern JSON = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
  private static final Map<String, List<String>> POLICIES = policies();

  private static final String READER = "Reader";
  private static final String RELEASER = "Releaser";
  private static final String TEAM = "Team";

  /** Each call of Google's surface, and the weakest that may make it; - for neither. */
  private static final Map<String, String> CALLS =
      Map.ofEntries(
          Map.entry("POST /v1/services", "-"),
          Map.entry("GET /v1/services", READER),
          Map.entry("GET /v1/services/a.example.com", READER),
          Map.entry("PATCH /v1/services/a.example.com", "-"),
          Map.entry("DELETE /v1/services/a.example.com", "-"),
          Map.entry("POST /v1/services/a.example.com:undelete", "-"),
          Map.entry("POST /v1/services:generateConfigReport", READER),
          Map.entry("POST /v1/services/a.example.com:report", READER),
          Map.entry("POST /v1/projects/p/services/a.example.com:enable", "-"),
          Map.entry("POST /v1/services/a/configs", RELEASER),
          Map.entry("POST /v1/services/a/configs:submit", RELEASER),
          Map.entry("GET /v1/services/a/config", READER),
          Map.entry("GET /v1/services/a/configs/c", READER),
          Map.entry("GET /v1/services/a/configs", READER),
          Map.entry("POST /v1/services/a/rollouts", RELEASER),
          Map.entry("POST /v1/services/a/rollouts:preview", READER),
          Map.entry("POST /v1/services/a/rollouts/r:pause", RELEASER),
          Map.entry("POST /v1/services/a/rollouts/r:resume", RELEASER),
          Map.entry("POST /v1/services/a/rollouts/r:advance", RELEASER),
          Map.entry("POST /v1/services/a/rollouts/r:promote", RELEASER),
          Map.entry("POST /v1/services/a/rollouts/r:rollback", RELEASER),
          Map.entry("GET /v1/services/a/rollouts/r", READER),
          Map.entry("GET /v1/services/a/rollouts", READER),
          Map.entry("GET /v1/services/a/events", READER),
          Map.entry("GET /v1/services/a/rollouts/r/events", READER),
          Map.entry("GET /v1/services/a/allocation", READER),
          Map.entry("GET /v1/operations/rollouts.a:r", READER),
          Map.entry("GET /v1/operations", READER));

  private static Map<String, List<String>> policies() {
    try {
      Map<String, List<String>> found = new TreeMap<>();
      JSON.matcher(Files.readString(Template.ROOT.resolve("docs/deploy.md")))
          .results()
          .map(match -> Template.json(match.group(1)))
          .forEach(policy -> add(policy, found));
      return found;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(JsonNode policy, Map<String, List<String>> found) {
    for (JsonNode statement : policy.at("/Statement")) {
      assertThat(statement.at("/Effect").asText()).isEqualTo("Allow");
      assertThat(statement.at("/Action").asText()).isEqualTo("execute-api:Invoke");
      List<String> resources = new ArrayList<>();
      statement.at("/Resource").forEach(resource -> resources.add(resource.asText()));
      found.put(statement.at("/Sid").asText(), resources);
    }
  }

  /** As IAM matches ARNs: {@code *} stands for any characters, slashes too. */
  private static boolean allows(String policy, String call) {
    String arn = API + call.replaceFirst(" ", "");
    return POLICIES.get(policy).stream()
        .map(like -> Arrays.stream(like.split("\\*", -1)).map(Pattern::quote))
        .map(parts -> parts.collect(Collectors.joining(".*")))
        .anyMatch(arn::matches);
  }

  static Stream<String> calls() {
    return CALLS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void eachPolicyAllowsItsCallsAndNoOther(String call) {
    assertThat(allows(READER, call)).isEqualTo(CALLS.get(call).equals(READER));
    assertThat(allows(RELEASER, call)).isEqualTo(CALLS.get(call).equals(RELEASER));
  }

  @Test
  void everyCallIsTried() {
    assertThat(
            CALLS.keySet().stream()
                .map(call -> call.split(" ", 2))
                .map(call -> (Class<?>) Call.of(call[0], call[1]).getClass())
                .collect(Collectors.toSet()))
        .isEqualTo(Set.of(Call.Google.class.getPermittedSubclasses()));
  }

  /** Else there would be no signature for a policy to go by. */
  @ParameterizedTest
  @MethodSource("calls")
  void eachCallGoesByARouteThatAsksForASignature(String call) {
    String[] parts = call.split(" ", 2);
    JsonNode route = Template.read().routes().get(Routes.match(parts[0], parts[1]).routeKey());
    assertThat(route.at("/AuthorizationType").asText()).isEqualTo("AWS_IAM");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT /v1/services/a",
    "DELETE /v1/services/a/rollouts/r",
    "POST /v1/services/a/rollouts:preview/more",
    "POST /api/v2/services/c/a/rollout",
    "PUT /api/v2/services/c/a/rollout"
  })
  void anythingElseIsAllowedByNeither(String call) {
    assertThat(List.of(READER, RELEASER, TEAM)).noneMatch(policy -> allows(policy, call));
  }

  /** A team's policy is reader and releaser of its own services, and nothing of others. */
  @ParameterizedTest
  @MethodSource("calls")
  void aTeamMayDoSoWithItsOwnServicesAlone(String call) {
    boolean isOfOneService = call.matches(".*(/services/|rollouts\\.)a.*");
    String own = call.replaceFirst("(/services/|rollouts\\.)a(\\.example\\.com)?", "$1team-a.shop");
    assertThat(allows(TEAM, own)).isEqualTo(isOfOneService && !CALLS.get(call).equals("-"));
    assertThat(allows(TEAM, call)).isFalse();
    for (String other : List.of("team-b.shop", "team-a", "team-ab.shop", "shop.team-a.eu")) {
      assertThat(allows(TEAM, own.replace("team-a.shop", other))).as(other).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rollouts.team-a.shop:r, true",
    "services.team-a.shop-1, true",
    "serviceConfigs.team-a.shop:1, true",
    "rollouts.team-b.team-a.shop:r, false",
    "services.team-b-1, false"
  })
  void aTeamReadsTheOperationsOfItsOwnServicesAlone(String operation, boolean isAllowed) {
    assertThat(allows(TEAM, "GET /v1/operations/" + operation)).isEqualTo(isAllowed);
  }

  @Test
  void thereAreThreePolicies() {
    assertThat(POLICIES.keySet()).containsExactly(READER, RELEASER, TEAM);
  }
}
