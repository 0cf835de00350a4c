package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Call;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Every method of Google's surface with one thing wrong at a time: each name in its path, each
 * query parameter, each field of its body. The answer is a 4xx that names it, and nothing is
 * written.
 */
class OneThingWrongTest {
  private static final Table TABLE = LocalTable.createWithoutStream();
  private static final Surface SURFACE = prepared();
  private static final Pattern NAME = Pattern.compile("\\{(\\w+)}");

  private static final String SERVICES = "POST /v1/services";
  private static final String UNDELETE = "POST /v1/services/{serviceName}:undelete";
  private static final String CONFIGS = "POST /v1/services/{serviceName}/configs";
  private static final String SUBMIT = "POST /v1/services/{serviceName}/configs:submit";
  private static final String REPORT = "POST /v1/services:generateConfigReport";
  private static final String UPDATE = "PATCH /v1/services/{serviceName}";
  private static final String ROLLOUTS = "POST /v1/services/{serviceName}/rollouts";
  private static final String PREVIEW = "POST /v1/services/{serviceName}/rollouts:preview";
  private static final String VERBS = "POST /v1/services/{serviceName}/rollouts/{rolloutId}:";

  /** Values that a parameter cannot have, whatever the method. */
  private static final Map<String, List<String>> WRONG_VALUES =
      Map.ofEntries(
          Map.entry("bogus", List.of("1")),
          Map.entry("alt", List.of("xml", "media")),
          Map.entry("$alt", List.of("json;enum-encoding=string")),
          Map.entry("$.xgafv", List.of("3")),
          Map.entry("callback", List.of("f")),
          Map.entry("prettyPrint", List.of("maybe")),
          Map.entry("fields", List.of("bogus", "a(", ",")),
          Map.entry("after", List.of("-1", "x", "1.5", "+1", "9".repeat(16), "9".repeat(99))),
          Map.entry("pageSize", List.of("-1", "x", "1.5", "99999999999")),
          Map.entry("pageToken", List.of("abc", "ä", "AAAAAAAAAAAA")),
          Map.entry("consumerId", List.of("project:p")),
          Map.entry("view", List.of("HALF", "2")),
          Map.entry("configId", List.of("none", "UP")),
          Map.entry("key", List.of("")),
          Map.entry("replica", List.of("-1", "x", "0", "9".repeat(16))),
          Map.entry("force", List.of("maybe")),
          Map.entry("requestId", List.of("x", "1-1-1-1-1")),
          Map.entry("updateMask", List.of("x", "target,", "target.none")),
          Map.entry("returnPartialSuccess", List.of("maybe", "true")),
          Map.entry("filter", List.of("status", "bogus=1", "(status=DONE", "status=\"DONE")));

  private static final Set<String> STANDARD =
      Set.of("bogus", "alt", "$alt", "$.xgafv", "callback", "prettyPrint", "fields");

  /** Those of which any value is right. */
  private static final Set<String> ANY_VALUE = Set.of("producerProjectId", "name");

  private static Surface prepared() {
    Surface surface = new Surface(TABLE);
    Documented.prepare(surface);
    return surface;
  }

  @Test
  void everyMethodIsDocumented() {
    assertThat(Documented.ALL.stream().map(d -> d.call().getClass().getSimpleName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Call.Google.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList());
  }

  // ---- names in paths

  /** But for Service Usage's: any project is right, and it refuses a service in its own words. */
  static Stream<Arguments> names() {
    return Documented.ALL.stream()
        .filter(documented -> !(documented.call() instanceof Call.EnableService))
        .flatMap(
            documented ->
                NAME.matcher(documented.path())
                    .results()
                    .map(found -> found.group(1))
                    .flatMap(
                        name ->
                            Stream.of("none", "UP", "-", "ä")
                                .map(wrong -> arguments(documented, name, wrong))));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameThatNothingHas(Documented documented, String name, String wrong) {
    String path = documented.path().replace("{" + name + "}", encoded(wrong));

    String message =
        refused(documented.method(), Documented.named(path), withoutNames(documented), 404);

    assertThat(message).contains("'" + (name.equals("name") ? "operations/" : "") + wrong + "'");
  }

  /** Its body without what repeats the service's name of the path. */
  private static String withoutNames(Documented documented) {
    if (documented.body().isEmpty()) {
      return "";
    }
    ObjectNode body = (ObjectNode) Surface.json(documented.body());
    body.remove(List.of("serviceName", "name"));
    if (body.at("/configSource/files/0") instanceof ObjectNode file) {
      file.put("fileContents", Documented.base64("title: Shop"));
      file.put("fileType", "SERVICE_CONFIG_YAML");
    }
    return body.toString();
  }

  // ---- query parameters

  static Stream<Arguments> parameters() {
    return Documented.ALL.stream()
        .flatMap(
            documented ->
                Stream.concat(STANDARD.stream(), documented.parameters().stream())
                    .filter(name -> !ANY_VALUE.contains(name))
                    .flatMap(
                        name ->
                            WRONG_VALUES.get(name).stream()
                                .map(value -> arguments(documented, name, value))));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void aParameterThatIsUnknownOrHasAWrongValue(Documented documented, String name, String value) {
    String target =
        name.equals("filter") ? Documented.named(documented.path()) : documented.target();
    String query = name + "=" + encoded(value);
    boolean namesAConfig = name.equals("configId");

    String message =
        refused(
            documented.method(),
            target + (target.contains("?") ? "&" : "?") + query,
            documented.body(),
            namesAConfig ? 404 : 400);

    assertThat(message).contains(namesAConfig ? "'" + value + "'" : name.replace("$", ""));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Test
  void anotherMethodsParameter() {
    assertThat(refused("GET", "/v1/services/svc.example.com?pageSize=1", "", 400))
        .contains("\"pageSize\"");
  }

  @Test
  void operationsOfNoService() {
    assertThat(refused("GET", "/v1/operations", "", 400)).contains("serviceName is missing");
    assertThat(refused("GET", "/v1/operations?filter=done%3Dtrue", "", 400))
        .contains("serviceName is missing");
    assertThat(refused("GET", "/v1/operations?filter=serviceName%3Dnone", "", 404))
        .contains("'none'");
  }

  @Test
  void anotherListsToken() {
    String token =
        SURFACE
            .ok("GET", "/v1/services/svc.example.com/configs?pageSize=1", "")
            .at("/nextPageToken")
            .asText();
    assertThat(token).isNotEmpty();
    assertThat(refused("GET", "/v1/services/svc.example.com/rollouts?pageToken=" + token, "", 400))
        .contains("pageToken: \"" + token);
  }

  // ---- bodies

  /** Request, JSON pointer, what stands there instead (JSON; null: nothing), what is said of it. */
  static Stream<Arguments> bodies() {
    return Stream.of(
            ofServices(),
            ofUpdates(),
            ofConfigs(),
            ofSubmittedSources(),
            ofConfigReports(),
            ofRollouts(),
            ofPreviews(),
            ofVerbs())
        .flatMap(part -> part);
  }

  private static Stream<Arguments> ofServices() {
    return Stream.of(
        arguments(SERVICES, "/serviceName", null, "serviceName: missing"),
        arguments(SERVICES, "/serviceName", "{}", "serviceName: "),
        arguments(SERVICES, "/serviceName", "true", "serviceName: true"),
        arguments(SERVICES, "/serviceName", "\"UP\"", "serviceName: \"UP\""),
        arguments(SERVICES, "/producerProjectId", "{}", "producerProjectId: "),
        arguments(SERVICES, "/producerProjectId", "\"\\n\"", "producerProjectId: "),
        arguments(SERVICES, "/totalReplicas", "-1", "totalReplicas: -1"),
        arguments(SERVICES, "/totalReplicas", "\"x\"", "totalReplicas: \"x\""),
        arguments(SERVICES, "/totalReplicas", "1.5", "totalReplicas: 1.5"),
        arguments(SERVICES, "/bogus", "1", "Unknown name \"bogus\""),
        arguments(UNDELETE, "/bogus", "1", "Unknown name \"bogus\""));
  }

  private static Stream<Arguments> ofUpdates() {
    return Stream.of(
        arguments(UPDATE, "/serviceName", "\"other\"", "serviceName: \"other\""),
        arguments(UPDATE, "/target", "1", "target: 1"),
        arguments(UPDATE, "/target", "{}", "target: neither"),
        arguments(UPDATE, "/target/lambdaAlias", "{}", "target: both"),
        arguments(
            UPDATE,
            "/target",
            "{\"lambdaAlias\": {\"functionName\": \"none\", \"aliasName\": \"live\"}}",
            "alias live: GetAlias: ResourceNotFoundException"),
        arguments(UPDATE, "/alarms", "\"x\"", "alarms: \"x\""),
        arguments(UPDATE, "/alarms", "[\"none\"]", "alarms: \"none\""),
        arguments(
            UPDATE,
            "/alarms",
            "[\"arn:aws:cloudwatch:eu-west-1:999999999999:alarm:a\"]",
            "alarms[0]: \"arn:aws:cloudwatch"),
        arguments(UPDATE, "/etag", "\"99\"", "etag"),
        arguments(UPDATE, "/bogus", "1", "Unknown name \"bogus\""));
  }

  private static Stream<Arguments> ofConfigs() {
    return Stream.of(
        arguments(CONFIGS, "/id", "\"UP\"", "id: \"UP\""),
        arguments(CONFIGS, "/id", "\".\"", "id: \".\""),
        arguments(CONFIGS, "/id", "\"..\"", "id: \"..\""),
        arguments(CONFIGS, "/id", "[]", "id"),
        arguments(CONFIGS, "/name", "\"other\"", "name: \"other\""),
        arguments(CONFIGS, "/lambdaVersion", "\"live\"", "lambdaVersion: \"live\""),
        arguments(CONFIGS, "/title", "{}", "title"),
        arguments(CONFIGS, "/title", "\"" + "x".repeat(501) + "\"", "title: \"501 characters\""),
        arguments(CONFIGS, "/configVersion", "\"x\"", "configVersion"),
        arguments(CONFIGS, "/apis", "7", "apis"),
        arguments(CONFIGS, "/apis/0/name", "[1]", "apis[0].name"),
        arguments(CONFIGS, "/apis/0/methods/0/bogus", "1", "apis[0].methods[0]"),
        arguments(CONFIGS, "/http/rules/0/get", "{}", "http.rules[0].get"),
        arguments(CONFIGS, "/http/rules/0/post", "\"/b\"", "http.rules[0]"),
        arguments(CONFIGS, "/bogus", "1", "\"bogus\""));
  }

  private static Stream<Arguments> ofSubmittedSources() {
    String file = "/configSource/files/0";
    String named = "configSource.files[0].";
    String noYaml = "\"" + Documented.base64("a: [") + "\"";
    return Stream.of(
        arguments(SUBMIT, "/serviceName", "\"other\"", "serviceName: \"other\""),
        arguments(SUBMIT, "/validateOnly", "\"x\"", "validateOnly: \"x\""),
        arguments(SUBMIT, "/configSource", null, "configSource: missing"),
        arguments(SUBMIT, "/configSource", "1", "configSource"),
        arguments(SUBMIT, "/configSource/id", "\"UP\"", "id: \"UP\""),
        arguments(SUBMIT, "/configSource/id", "\"..\"", "id: \"..\""),
        arguments(SUBMIT, "/configSource/files", null, "configSource.files"),
        arguments(SUBMIT, "/configSource/files", "[]", "configSource.files"),
        arguments(SUBMIT, "/configSource/bogus", "1", "bogus"),
        arguments(SUBMIT, file + "/fileType", "\"TEXT\"", named + "fileType: \"TEXT\""),
        arguments(SUBMIT, file + "/fileContents", "\"!\"", named + "fileContents: \"!\""),
        arguments(SUBMIT, file + "/fileContents", noYaml, "shop.yaml"),
        arguments(SUBMIT, file + "/filePath", "{}", named + "filePath"),
        arguments(SUBMIT, file + "/bogus", "1", "files[0]"));
  }

  private static Stream<Arguments> ofConfigReports() {
    return Stream.of(
        arguments(REPORT, "/newConfig", null, "newConfig: missing"),
        arguments(REPORT, "/newConfig", "1", "newConfig"),
        arguments(REPORT, "/newConfig/name", "\"x\"", "newConfig.name: \"x\""),
        arguments(REPORT, "/newConfig/name", "\"services/svc.example.com/configs/none\"", "'none'"),
        arguments(
            REPORT,
            "/oldConfig/@type",
            "\"type.googleapis.com/google.api.Api\"",
            "oldConfig.@type"),
        arguments(REPORT, "/oldConfig/title", "{}", "oldConfig"),
        arguments(REPORT, "/bogus", "1", "\"bogus\""));
  }

  private static Stream<Arguments> ofRollouts() {
    String traffic = "/trafficPercentStrategy";
    return Stream.of(
        arguments(ROLLOUTS, "/rolloutId", "\"used\"", "'used'"),
        arguments(ROLLOUTS, "/rolloutId", "\"UP\"", "rolloutId: \"UP\""),
        arguments(ROLLOUTS, "/rolloutId", "\".\"", "rolloutId: \".\""),
        arguments(ROLLOUTS, "/rolloutId", "\"..\"", "rolloutId: \"..\""),
        arguments(ROLLOUTS, "/rolloutId", "{}", "rolloutId"),
        arguments(ROLLOUTS, "/serviceName", "\"other\"", "serviceName: \"other\""),
        arguments(ROLLOUTS, "/deleteServiceStrategy", "{}", "deleteServiceStrategy"),
        arguments(ROLLOUTS, traffic, null, "trafficPercentStrategy: missing"),
        arguments(ROLLOUTS, traffic, "[]", "trafficPercentStrategy"),
        arguments(ROLLOUTS, traffic + "/bogus", "1", "Unknown name \"bogus\""),
        arguments(ROLLOUTS, traffic + "/percentages", "{}", "percentages"),
        arguments(ROLLOUTS, traffic + "/percentages", "{\"none\": 100}", "percentages[\"none\"]"),
        arguments(ROLLOUTS, traffic + "/percentages/old", "\"x\"", "percentages[\"old\"]"),
        arguments(ROLLOUTS, traffic + "/percentages/old", "91", "101"),
        arguments(ROLLOUTS, "/batch", "1", "batch: 1"),
        arguments(ROLLOUTS, "/batch/bogus", "1", "\"bogus\""),
        arguments(ROLLOUTS, "/batch/batchSize", "\"0\"", "batch.batchSize: \"0\""),
        arguments(ROLLOUTS, "/batch/batchSize", "{}", "batch.batchSize"),
        arguments(ROLLOUTS, "/batch/interval", "\"0s\"", "batch.interval: \"0s\""),
        arguments(ROLLOUTS, "/batch/interval", "true", "batch.interval: true"),
        arguments(ROLLOUTS, "/partition", "\"1\"", "partition"),
        arguments(ROLLOUTS, "/steps", "[{\"percent\": 100}]", "batch, steps: both given"),
        arguments(ROLLOUTS, "/alarms", "[\"none\"]", "alarms: \"none\""),
        arguments(ROLLOUTS, "/rollbackTo", "\"none\"", "rollbackTo: \"none\""),
        arguments(ROLLOUTS, "/etag", "\"99\"", "etag"),
        arguments(ROLLOUTS, "/bogus", "1", "Unknown name \"bogus\""));
  }

  private static Stream<Arguments> ofPreviews() {
    String window = "/allowedWindows/0";
    String windows = "allowedWindows[0].";
    return Stream.of(
        arguments(PREVIEW, "/trafficPercentStrategy", null, "trafficPercentStrategy: missing"),
        arguments(PREVIEW, "/growth", "[]", "growth: an array"),
        arguments(PREVIEW, "/growth/type", "\"LINEAR\"", "growth.type: \"LINEAR\""),
        arguments(PREVIEW, "/growth/initial", "101", "growth.initial: 101"),
        arguments(PREVIEW, "/growth/factor", "1", "growth.factor: 1"),
        arguments(PREVIEW, "/growth/interval", "\"0s\"", "growth.interval: \"0s\""),
        arguments(PREVIEW, "/bakeTime", "\"8d\"", "bakeTime: \"8d\""),
        arguments(PREVIEW, "/paused", "\"no\"", "paused: \"no\""),
        arguments(PREVIEW, "/startTime", "\"now\"", "startTime: \"now\""),
        arguments(PREVIEW, "/allowedWindows", "[1]", "allowedWindows[0]: 1"),
        arguments(PREVIEW, window + "/days", "[\"Mo\"]", windows + "days[0]: \"Mo\""),
        arguments(PREVIEW, window + "/start", "\"9\"", windows + "start: \"9\""),
        arguments(PREVIEW, window + "/end", "\"25:00\"", windows + "end: \"25:00\""),
        arguments(PREVIEW, window + "/timeZone", "\"CET+1\"", windows + "timeZone: \"CET+1\""),
        arguments(PREVIEW, window + "/bogus", "1", "Unknown name \"bogus\""),
        arguments(PREVIEW, "/emergency/reason", null, "emergency.reason: missing"),
        arguments(PREVIEW, "/conflictPolicy", "\"WAIT\"", "conflictPolicy: \"WAIT\""),
        arguments(PREVIEW, "/alarms", "[7]", "alarms[0]: 7"),
        arguments(PREVIEW, "/overrideAlarms", "\"\"", "overrideAlarms: \"\""),
        arguments(PREVIEW, "/insufficientData", "\"WAIT\"", "insufficientData: \"WAIT\""),
        arguments(
            PREVIEW, "/insufficientData/minimumTime", "\"x\"", "insufficientData.minimumTime"),
        arguments(PREVIEW, "/progressDeadline", "\"0s\"", "progressDeadline: \"0s\""),
        arguments(PREVIEW, "/rollbackWindow", "\"31d\"", "rollbackWindow: \"31d\""),
        arguments(PREVIEW, "/bogus", "1", "Unknown name \"bogus\""));
  }

  private static Stream<Arguments> ofVerbs() {
    return Stream.of(
            Stream.of("pause", "resume", "advance", "promote")
                .flatMap(
                    verb ->
                        Stream.of(
                            arguments(VERBS + verb, "/to", "\"used\"", "Unknown name \"to\""),
                            arguments(VERBS + verb, "/reason", "\"\"", "reason: \"\""),
                            arguments(
                                VERBS + verb, "/emergency", "{}", "emergency.reason: missing"),
                            arguments(VERBS + verb, "/overrideAlarms", "{}", "overrideAlarms"),
                            arguments(VERBS + verb, "/etag", "{}", "etag"),
                            arguments(VERBS + verb, "/etag", "\"99\"", "etag"),
                            arguments(VERBS + verb, "/bogus", "1", "Unknown name \"bogus\""))),
            Stream.of(
                arguments(VERBS + "rollback", "/to", "\"UP\"", "to: \"UP\""),
                arguments(VERBS + "rollback", "/to", "\"none\"", "to: \"none\""),
                arguments(VERBS + "rollback", "/reason", "\" \"", "reason: \" \""),
                arguments(VERBS + "rollback", "/bogus", "1", "Unknown name \"bogus\"")))
        .flatMap(arguments -> arguments);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void aFieldOfABody(String request, String pointer, String value, String named) {
    Documented documented =
        withBody().filter(d -> nameOf(d).equals(request)).findFirst().orElseThrow();
    JsonNode body = Surface.json(documented.body());
    int last = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) body.at(pointer.substring(0, last));
    String member = pointer.substring(last + 1);
    if (value == null) {
      parent.remove(member);
    } else {
      parent.set(member, Surface.json(value));
    }

    assertThat(refused(documented.method(), documented.target(), body.toString())).contains(named);
  }

  @Test
  void everyMethodWithABodyHasFieldsThatAreWrong() {
    assertThat(bodies().map(wrong -> wrong.get()[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(withBody().map(OneThingWrongTest::nameOf).toList());
  }

  static Stream<Documented> withBody() {
    return Documented.ALL.stream().filter(d -> !d.body().isEmpty());
  }

  private static String nameOf(Documented documented) {
    return documented.method() + " " + documented.path();
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void aBodyThatIsNoObject(Documented documented) {
    for (String body : List.of("[]", "7", "{", "{\"a\": 1, \"a\": 2}")) {
      assertThat(refused(documented.method(), documented.target(), body, 400))
          .startsWith("Invalid JSON payload received.");
    }
  }

  // ---- answers

  private static String refused(String method, String target, String body, int status) {
    Set<Map<String, AttributeValue>> before = everything();
    GatewayResponse answer = SURFACE.send(method, target, body);
    assertThat(answer.status()).as(Surface.text(answer)).isEqualTo(status);
    return messageOf(answer, before);
  }

  /** With the status that its reason has. */
  private static String refused(String method, String target, String body) {
    Set<Map<String, AttributeValue>> before = everything();
    GatewayResponse answer = SURFACE.send(method, target, body);
    assertThat(answer.status()).as(Surface.text(answer)).isBetween(400, 499);
    return messageOf(answer, before);
  }

  private static String messageOf(GatewayResponse answer, Set<Map<String, AttributeValue>> before) {
    JsonNode error = Surface.json(answer).path("error");
    assertThat(error.path("code").asInt()).isEqualTo(answer.status());
    assertThat(error.at("/details/0/@type").asText()).endsWith("google.rpc.ErrorInfo");
    assertThat(everything()).isEqualTo(before);
    return error.path("message").asText();
  }

  private static Set<Map<String, AttributeValue>> everything() {
    return new HashSet<>(TABLE.client().scan(r -> r.tableName(TABLE.name())).items());
  }
}
