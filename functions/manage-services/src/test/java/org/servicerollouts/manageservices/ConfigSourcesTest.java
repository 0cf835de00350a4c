package org.servicerollouts.manageservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.google.ConfigDiff;
import org.servicerollouts.wire.google.CreateConfigRequest;
import org.servicerollouts.wire.google.proto.MessageType;

class ConfigSourcesTest {
  private static final String BOOKSTORE =
      """
      swagger: "2.0"
      info:
        title: Bookstore
        description: A simple Bookstore example.
        version: 1.0.0
      host: bookstore.example.com
      basePath: /v1
      paths:
        /shelves/{shelf}:
          parameters: []
          head: {operationId: touch-shelf}
          delete:
            responses: {200: {description: gone}}
        /shelves:
          post: {operationId: createShelf}
          get: {operationId: listShelves}
      """;

  private static ObjectNode source(String type, String... contents) {
    ObjectNode source = Json.object();
    ArrayNode files = source.putArray("files");
    for (String content : contents) {
      add(files, type, content);
    }
    return source;
  }

  private static void add(ArrayNode files, String type, String content) {
    String path = "f" + files.size() + ".yaml";
    files
        .addObject()
        .put("filePath", path)
        .put("fileContents", base64(content))
        .put("fileType", type);
  }

  private static String base64(String content) {
    return Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String withoutSources(ObjectNode service) {
    return Json.compact(service.without("sourceInfo"));
  }

  private static ObjectNode service(ObjectNode source) {
    return ConfigSources.service(source).service();
  }

  private static Problem problem(ObjectNode source) {
    ProblemException thrown = catchThrowableOfType(ProblemException.class, () -> service(source));
    assertThat(thrown).as("problem").isNotNull();
    return thrown.problem();
  }

  @Test
  void describesAnApiAsGooglesConverterDoes() {
    assertThat(withoutSources(service(source("OPEN_API_YAML", BOOKSTORE))))
        .isEqualTo(
            """
            {"name":"bookstore.example.com","title":"Bookstore",\
            "apis":[{"name":"1.bookstore_example_com","methods":[{"name":"ListShelves"},\
            {"name":"CreateShelf"},{"name":"Touchshelf"},{"name":"DeleteShelvesShelf"}],\
            "version":"1.0.0"}],\
            "documentation":{"summary":"A simple Bookstore example."},\
            "http":{"rules":[\
            {"selector":"1.bookstore_example_com.ListShelves","get":"/v1/shelves"},\
            {"selector":"1.bookstore_example_com.CreateShelf","post":"/v1/shelves"},\
            {"selector":"1.bookstore_example_com.Touchshelf",\
            "custom":{"kind":"HEAD","path":"/v1/shelves/{shelf}"}},\
            {"selector":"1.bookstore_example_com.DeleteShelvesShelf",\
            "delete":"/v1/shelves/{shelf}"}]},\
            "endpoints":[{"name":"bookstore.example.com"}]}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"swagger\":\"2.0\",\"host\":\"a.b\"}|a_b",
        "{\"swagger\":2.0,\"host\":\" a.b \",\"info\":{\"version\":2.0}}|2.0.a_b",
        "{\"swagger\":\"2.0\",\"host\":\"9.b\",\"info\":{\"version\":\"v1 beta\"}}|v1_beta._9_b",
        "{\"swagger\":\"2.0\",\"host\":\"a.b\",\"x-google-api-name\":\"books\",\"info\":{\"version\":\"3.1.4\"}}|3.books",
        "{\"openapi\":\"3.0.3\",\"servers\":[{\"url\":\"https://a.b/v1?x\"}]}|a_b",
        "{\"openapi\":\"3.1.0\",\"servers\":[{\"url\":\"//a.b\"}]}|a_b",
      })
  void namesTheApi(String document, String name) {
    ObjectNode service = service(source("OPEN_API_JSON", document));
    assertThat(service.at("/apis/0/name").textValue()).isEqualTo(name);
    assertThat(service.get("name").textValue())
        .isEqualTo(service.at("/endpoints/0/name").textValue());
  }

  @Test
  void takesTheBasePathOfOpenApi3() {
    ObjectNode service =
        service(
            source(
                "3",
                """
                openapi: 3.0.3
                servers: [{url: "https://a.b/v1"}]
                paths: {/x: {trace: {operationId: t}}}
                """));
    assertThat(Json.compact(service.at("/http/rules/0")))
        .isEqualTo("{\"selector\":\"a_b.T\",\"custom\":{\"kind\":\"TRACE\",\"path\":\"/v1/x\"}}");
  }

  @Test
  void mergesServiceConfigsAsProtobufDoesAfterOpenApi() {
    ObjectNode source =
        source(
            "SERVICE_CONFIG_YAML",
            """
            type: google.api.Service
            config_version: 3
            title: One
            usage: {requirements: [a]}
            quota: {limits: [{name: l, values: {STANDARD: 5}}]}
            """,
            """
            type: google.api.Service
            title: Two
            usage: {requirements: [b], producer_notification_channel: c}
            quota: null
            """);
    add(source.withArray("files"), "OPEN_API_JSON", "{\"swagger\":\"2.0\",\"host\":\"a.b\"}");
    source.put("id", "2026-01-01r0");
    assertThat(withoutSources(service(source)))
        .isEqualTo(
            """
            {"name":"a.b","title":"Two","apis":[{"name":"a_b"}],"http":{},\
            "quota":{"limits":[{"name":"l","values":{"STANDARD":"5"}}]},\
            "usage":{"requirements":["a","b"],"producerNotificationChannel":"c"},\
            "endpoints":[{"name":"a.b"}],"configVersion":3,"id":"2026-01-01r0"}\
            """);
  }

  @Test
  void keepsEveryFileWithWhateverIsInIt() {
    ObjectNode source =
        source("1", "source_info: {source_files: [{'@type': type.googleapis.com/made.Up}]}");
    source
        .withArray("files")
        .addObject()
        .put("file_path", "d.pb")
        .put("file_contents", "-_8")
        .put("file_type", 4);
    ObjectNode service = service(source);
    String any = "{\"@type\":\"type.googleapis.com/google.api.servicemanagement.v1.ConfigFile\",";
    assertThat(Json.compact(service.at("/sourceInfo/sourceFiles")))
        .isEqualTo(
            "["
                + any
                + "\"filePath\":\"f0.yaml\",\"fileContents\":\""
                + base64("source_info: {source_files: [{'@type': type.googleapis.com/made.Up}]}")
                + "\",\"fileType\":\"SERVICE_CONFIG_YAML\"},"
                + any
                + "\"filePath\":\"d.pb\",\"fileContents\":\"+/8=\","
                + "\"fileType\":\"FILE_DESCRIPTOR_SET_PROTO\"}]");
  }

  @Test
  void mergesTheSpellingsOfAField() {
    ObjectNode service =
        service(
            source(
                "1",
                "producer_project_id: a\nusage: {rules: []}\nconfigVersion: 2",
                "producerProjectId: b\nusage: {requirements: [r]}\nconfig_version: 3",
                "producer_project_id: ''\nusage: {}"));
    assertThat(withoutSources(service))
        .isEqualTo(
            "{\"usage\":{\"requirements\":[\"r\"]},\"configVersion\":3,"
                + "\"producerProjectId\":\"b\"}");
  }

  @Test
  void mergesTheMembersOfAStructAsThoseOfAMap() {
    ObjectNode service =
        service(
            source(
                "1",
                "serviceConfig: {a: &a {x: 1, l: [1]}, b: *a, c: 1}",
                "service_config: {a: {y: 2}, c: null}",
                "serviceConfig: {d: true}"));
    assertThat(Json.compact(service.get("serviceConfig")))
        .isEqualTo("{\"a\":{\"y\":2},\"b\":{\"x\":1,\"l\":[1]},\"c\":null,\"d\":true}");
  }

  @Test
  void whatItMakesIsInNormalForm() {
    ServiceName name = new ServiceName("a.b");
    ObjectNode source =
        source(
            "1",
            """
            name: a.b
            title: ''
            config_version: 3.0
            control: {}
            apis: [{name: a, version: '', syntax: 1}, {syntax: SYNTAX_PROTO2}]
            quota: {limits: [{default_limit: 1e3, values: {STANDARD: 5.0}}], metric_rules: []}
            backend: {rules: [{deadline: 5.50, disable_auth: true}, {deadline: 0}]}
            monitored_resources: [{launch_stage: 4, type: null}]
            """,
            "serviceConfig: {a: 1.50, b: [null]}\nmetrics: [{metric_kind: 1}]");
    ObjectNode service = service(source);
    String stored =
        CreateConfigRequest.of(name, service).config("r1", 0, Instant.EPOCH, "me").body();

    assertThat(ConfigDiff.of(Json.readOwn(stored), service)).isEmpty();
    assertThat(Json.compact(service))
        .isEqualTo(Json.compact(MessageType.of("google.api.Service").read(service)));
    assertThat(service.at("/apis/1/syntax").isMissingNode()).isTrue();
    assertThat(service.at("/quota/limits/0/defaultLimit").textValue()).isEqualTo("1000");
    assertThat(service.at("/metrics/0/metricKind").textValue()).isEqualTo("GAUGE");
  }

  @Test
  void whatItMakesIsTakenAsAConfig() {
    ObjectNode service = service(source("OPEN_API_YAML", BOOKSTORE));
    assertThat(CreateConfigRequest.of(new ServiceName("bookstore.example.com"), service).title())
        .isEqualTo("Bookstore");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|configSource.files: missing (expected: at least one file)",
        "{\"files\":[]}|configSource.files: missing (expected: at least one file)",
        "{\"files\":{}}|configSource.files: an object (expected: an array of objects)",
        "{\"files\":[{\"fileContents\":\"\"}]}|configSource.files[0].fileType: missing (expected:"
            + " one of SERVICE_CONFIG_YAML, OPEN_API_JSON, OPEN_API_YAML,"
            + " FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE)",
        "{\"files\":[{\"fileContents\":\"\",\"fileType\":5}]}|configSource.files[0].fileType: \"5\""
            + " (expected: one of SERVICE_CONFIG_YAML, OPEN_API_JSON, OPEN_API_YAML,"
            + " FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE)",
        "{\"files\":[{\"fileType\":1}]}|configSource.files[0].fileContents: missing (expected: the"
            + " bytes of the file in base64)",
        "{\"files\":[{\"fileType\":1,\"fileContents\":\"a"
            + " b\"}]}|configSource.files[0].fileContents: \"a b\" (expected: the bytes of the file"
            + " in base64)",
        "{\"files\":[{\"fileType\":1,\"fileContents\":\"\",\"x\":1}]}|Invalid JSON payload"
            + " received. Unknown name \"x\" at 'configSource.files[0]': Cannot find field.",
        "{\"files\":[{\"fileType\":6,\"fileContents\":\"\"}],\"x\":1}|Invalid JSON payload"
            + " received. Unknown name \"x\" at 'configSource': Cannot find field.",
        "{\"files\":[{\"fileType\":6,\"fileContents\":\"\"}]}|Cannot convert to service config."
            + " 'location: \"unknown location\" kind: ERROR message: \"Cannot find a service config"
            + " or an OpenAPI document in the input files\"'",
        "{\"files\":[{\"fileType\":1,\"fileContents\":\"\"}]}|Cannot convert to service config."
            + " 'location: \"unknown location\" kind: ERROR message: \"The file is empty.\"'",
      })
  void refusesWhatIsNoConfigSource(String source, String message) {
    assertThat(problem(Json.read(source.getBytes(StandardCharsets.UTF_8))).message())
        .isEqualTo(message);
  }

  @Test
  void boundsTheNumberOfFiles() {
    String[] files = new String[ConfigSources.MAX_FILES + 1];
    Arrays.fill(files, "title: a");
    assertThat(problem(source("1", files)).message())
        .isEqualTo("configSource.files: 51 (expected: at most 50 files)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"swagger\":|Invalid JSON payload received. Unexpected end of input at line 1, column"
            + " 12.",
        "{}|no OpenAPI document (expected: swagger 2.0 or openapi 3.x)",
        "{\"swagger\":\"1.2\"}|no OpenAPI document (expected: swagger 2.0 or openapi 3.x)",
        "{\"openapi\":\"4.0\"}|no OpenAPI document (expected: swagger 2.0 or openapi 3.x)",
        "{\"swagger\":\"2.0\"}|Service name must be provided in OpenAPI 'host' value, or in"
            + " servers[0] of OpenAPI 3",
        "{\"openapi\":\"3.0.0\",\"servers\":[{\"url\":\"/v1\"}]}|Service name must be provided in"
            + " OpenAPI 'host' value, or in servers[0] of OpenAPI 3",
        "{\"swagger\":\"2.0\",\"host\":\"A:80\"}|host: A:80 cannot be the name of a service",
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"x-google-api-name\":\"A\"}|x-google-api-name: A"
            + " (expected: [a-z][a-z0-9]{0,39})",
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"paths\":[]}|paths: no object",
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"paths\":{\"/x\":1}}|/x: no object",
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"paths\":{\"/x\":{\"get\":1}}}|Operation 'get' in"
            + " path '/x': no object",
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"paths\":{\"/x\":{\"get\":{\"operationId\":\"a\"},"
            + "\"put\":{\"operationId\":\"A\"}}}}|Operation 'put' in path '/x': operationId 'A' has"
            + " duplicate entry",
      })
  void refusesWhatIsNoOpenApi(String document, String message) {
    assertThat(problem(source("OPEN_API_JSON", document)).message())
        .isEqualTo(
            "Cannot convert to service config. 'location: \"f0.yaml\" kind: ERROR message: \""
                + message
                + "\"'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "basePath", "version"})
  void boundsWhatStandsInEveryRule(String name) {
    String document =
        "{\"swagger\":\"2.0\",\"host\":\"a\",\"basePath\":\"/\",\"info\":{\"version\":\"1\"}}"
            .replaceAll("(\"" + name + "\":\")[^\"]*", "$1" + "a".repeat(254));
    assertThat(problem(source("OPEN_API_JSON", document)).kind())
        .isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(service(source("2", document.replace("a".repeat(254), "a".repeat(253)))))
        .isNotNull();
  }

  @Test
  void refusesApisThatDoNotGoTogether() {
    String one = "{swagger: '2.0', host: a.b, info: {version: 1.0.0}}";
    assertThat(problem(source("3", one, one.replace("a.b", "c.d"))).message())
        .contains("Different 'host' values")
        .contains("{a.b, c.d}");
    assertThat(problem(source("3", one, one.replace("1.0.0", "1.2.0"))).message())
        .contains("conflicting API versions. Found twice: 1.a_b");
    ObjectNode both = service(source("3", one, one.replace("1.0.0", "2.0.0")));
    assertThat(both.get("apis").findValuesAsText("name")).containsExactly("1.a_b", "2.a_b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bogus: 1|bogus: unknown (expected: a field of google.api.Service)",
        "usage: {bogus: 1}|usage.bogus: unknown (expected: a field of google.api.Service)",
        "name: {a: b}|name: an object (expected: a string)",
        "usage: {requirements: a}|usage.requirements: \\\"a\\\" (expected: an array)",
        "{config_version: 3, configVersion: 3}|configVersion: given twice (expected: one of"
            + " configVersion, config_version)",
      })
  void saysInWhichFileItIsNoServiceConfig(String file, String message) {
    assertThat(problem(source("1", "name: a.b", file)).message())
        .isEqualTo(
            "Cannot convert to service config. 'location: \"f1.yaml\" kind: ERROR message: \""
                + message
                + "\"'");
  }

  @Test
  void namesTheMemberThatHoldsIt() {
    ProblemException thrown =
        catchThrowableOfType(
            ProblemException.class, () -> ConfigSources.service("newConfig", Json.object()));
    assertThat(thrown.problem().message())
        .isEqualTo("newConfig.files: missing (expected: at least one file)");
  }

  @ParameterizedTest
  @MethodSource("large")
  void boundsWhatAllFilesTogetherMake(ObjectNode source, String tooMuch) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(problem(source).message())
        .startsWith("Cannot convert to service config. 'location: \"" + tooMuch + "\"")
        .contains("more than 262144 characters");

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(256L << 20);
  }

  static Stream<Arguments> large() {
    String empty = "apis: [&a {}" + ", *a".repeat(4000) + "]";
    String used = "usage: {requirements: [&r rrrrrrrrrr" + ", *r".repeat(5000) + "]}";
    StringBuilder paths = new StringBuilder("swagger: '2.0'\nhost: a.b\npaths:\n");
    paths.append("  /0: &p {get: {}, put: {}, post: {}, head: {}, patch: {}, delete: {}}\n");
    for (int i = 1; i < 2000; i++) {
      paths.append("  /").append(i).append(": *p\n");
    }
    return Stream.of(
        arguments(source("1", repeated(empty, 50)), "f21.yaml"),
        arguments(source("1", repeated(used, 50)), "f4.yaml"),
        arguments(source("3", paths.toString()), "f0.yaml"),
        arguments(source("3", apis(4)), "f2.yaml"));
  }

  private static String[] repeated(String content, int files) {
    return Stream.generate(() -> content).limit(files).toArray(String[]::new);
  }

  /** OpenAPI documents of several versions of one API, with 500 operations each. */
  private static String[] apis(int versions) {
    return IntStream.range(1, 1 + versions)
        .mapToObj(
            version ->
                "{swagger: '2.0', host: a.b, info: {version: '"
                    + version
                    + "'}, paths: {/0: &p {get: {}, put: {}}"
                    + IntStream.range(1, 250)
                        .mapToObj(i -> ", /" + "x".repeat(40) + i + ": *p")
                        .collect(Collectors.joining())
                    + "}}")
        .toArray(String[]::new);
  }

  @Test
  void aFileThatIsNoServiceConfigEndsTheReading() {
    String lists =
        "apis: [[&b [&a [" + "[],".repeat(60) + "]" + ",*a".repeat(60) + "]" + ",*b".repeat(60);
    String[] files = repeated(lists + "]]", 50);
    assertThat(problem(source("1", files)).message())
        .contains("\"f0.yaml\"")
        .contains("more than 262144 characters");
    String smaller = "apis: [[&a [" + "[],".repeat(60) + "]" + ",*a".repeat(60) + "]]";
    assertThat(problem(source("1", repeated(smaller, 50))).message())
        .isEqualTo(
            "Cannot convert to service config. 'location: \"f0.yaml\" kind: ERROR message:"
                + " \"apis[0]: an array (expected: an object)\"'");
  }

  @Test
  void refusesAnotherType() {
    assertThat(problem(source("1", "type: google.api.Other")).message())
        .contains("message: \"type: google.api.Other (expected: google.api.Service)\"");
  }

  @Test
  void aLocationIsQuoted() {
    ObjectNode source = source("1", "a: b: c");
    ((ObjectNode) source.at("/files/0")).put("filePath", "a\"\n.yaml");
    assertThat(problem(source).message())
        .startsWith(
            "Cannot convert to service config. 'location: \"a\\\"\\u000a.yaml\" kind: ERROR");
  }

  @ParameterizedTest
  @CsvSource({
    "SERVICE_CONFIG_YAML,1",
    "OPEN_API_JSON,2",
    "OPEN_API_YAML,3",
    "FILE_DESCRIPTOR_SET_PROTO,4",
    "PROTO_FILE,6"
  })
  void typesGoByNameAndNumber(String name, String number) {
    String content =
        name.equals("SERVICE_CONFIG_YAML")
            ? "title: b"
            : "{\"swagger\": \"2.0\", \"host\": \"a.b\"}";
    ObjectNode source = source("1", "title: a");
    add(source.withArray("files"), name, content);
    ObjectNode other = source("1", "title: a");
    add(other.withArray("files"), number, content);
    ObjectNode service = service(source);
    assertThat(service).isEqualTo(service(other));
    assertThat(service.at("/sourceInfo/sourceFiles/1/fileType").textValue()).isEqualTo(name);
  }

  @Property(tries = 1000)
  void anyFilesAreAServiceOrAProblem(
      @ForAll("contents") byte[] one, @ForAll("types") String type, @ForAll("types") String other) {
    ObjectNode source = Json.object();
    ArrayNode files = source.putArray("files");
    for (String t : new String[] {type, other}) {
      files
          .addObject()
          .put("fileContents", Base64.getEncoder().encodeToString(one))
          .put("fileType", t);
    }
    try {
      Json.compact(service(source));
    } catch (ProblemException e) {
      assertThat(e.problem().message())
          .doesNotContain("Exception")
          .matches(m -> m.codePoints().noneMatch(Character::isISOControl), "no control character")
          .hasSizeLessThan(1500);
    }
  }

  @Provide
  Arbitrary<String> types() {
    return Arbitraries.of("1", "2", "3", "4", "6");
  }

  @Provide
  Arbitrary<byte[]> contents() {
    return Arbitraries.oneOf(
        YamlTest.texts().map(text -> text.getBytes(StandardCharsets.UTF_8)),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(30));
  }
}
