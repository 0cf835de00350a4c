package org.servicerollouts.local;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.StringArbitrary;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCoverage;
import org.servicerollouts.store.LocalTable;

/** Whatever is sent, through the gateway and the real handlers: it is no reason to fail. */
class FuzzTest {

  /** The most that a function may answer, as Lambda counts it: in the JSON of its response. */
  private static final int MAX_ANSWER = 6 * 1024 * 1024;

  private static final Surface SURFACE = withServices();

  private static final String EAS = "/api/v2/services/cn-shanghai/foo";

  /** The requests that the others are made from. */
  private static final List<Plain> DOCUMENTED =
      Stream.concat(
              Documented.ALL.stream().map(d -> new Plain(d.method(), d.target(), d.body())),
              Stream.of(
                  new Plain("GET", "/healthz", ""),
                  new Plain(
                      "POST",
                      "/v1/services/svc.example.com/rollouts",
                      """
                      {"partition": "10%", "trafficPercentStrategy": {"percentages":
                       {"new": 33.3, "newer": 66.7}}}\
                      """),
                  new Plain(
                      "POST",
                      "/v1/services/svc.example.com/rollouts",
                      """
                      {"steps": [{"percent": 1, "wait": "1m"}, {"percent": 50}, {"percent": 100}],
                       "trafficPercentStrategy": {"percentages": {"newer": 100}},
                       "bakeTime": "1h", "conflictPolicy": "QUEUE", "alarms": ["errors"],
                       "allowedWindows": [{"days": ["MON"], "start": "09:00", "end": "17:00",
                                           "timeZone": "UTC"}],
                       "emergency": {"reason": "outage"}, "insufficientData": "HOLD"}\
                      """),
                  new Plain(
                      "POST",
                      "/v1/services/svc.example.com/rollouts",
                      """
                      {"startTime": "2099-01-01T00:00:00Z", "paused": true, "partition": 3,
                       "trafficPercentStrategy": {"percentages": {"new": 100}}}\
                      """),
                  new Plain(
                      "POST",
                      "/v1/services/svc.example.com/rollouts/held:advance",
                      "{\"reason\": \"looks good\", \"etag\": \"\"}"),
                  new Plain("POST", "/v1/services/svc.example.com/rollouts/held:pause", "{}"),
                  new Plain("POST", "/v1/services/svc.example.com/rollouts/held:resume", "{}"),
                  new Plain(
                      "PATCH",
                      "/v1/services/svc.example.com?updateMask=target",
                      """
                      {"target": {"lambdaAlias": {"functionName": "f", "aliasName": "live"}}}\
                      """),
                  new Plain(
                      "POST",
                      "/api/v2/services",
                      """
                      {"metadata": {"name": "bar", "instance": 10, "cpu": 1}, "image": "bar:1",
                       "features": {"eas.aliyun.com/enable-rollout": "true"}}\
                      """),
                  new Plain("GET", EAS, ""),
                  new Plain("PUT", EAS, "{\"image\": \"foo:2\", \"metadata\": {\"cpu\": 2}}"),
                  new Plain("PUT", EAS + "/scale", "{\"Instance\": 12}"),
                  new Plain(
                      "POST",
                      EAS + "/rollout",
                      "{\"Batch\": {\"BatchSize\": \"10%\", \"Interval\": \"10s\"}}"),
                  new Plain("POST", EAS + "/rollout", "{\"Partition\": {\"Partition\": \"3\"}}"),
                  new Plain("GET", EAS + "/rollout", ""),
                  new Plain("PUT", EAS + "/rollout", "{\"Partition\": {\"Partition\": \"30%\"}}"),
                  new Plain(
                      "PUT",
                      EAS + "/rollout",
                      "{\"Batch\": {\"Interval\": \"1m\"}, \"Paused\": true}"),
                  new Plain("PUT", EAS + "/rollout", "{\"Paused\": false}"),
                  new Plain("DELETE", EAS + "/rollout", ""),
                  new Plain("GET", EAS + "/versions?PageNumber=1&PageSize=5", ""),
                  new Plain("PUT", EAS + "/version", "{\"Version\": 1}"),
                  new Plain("GET", "/api/v2/services?PageSize=5&Filter=f", ""),
                  new Plain("DELETE", EAS, "")))
          .toList();

  /** A request before something is done to it. */
  private record Plain(String method, String target, String body) {
    String path() {
      return target.split("\\?", 2)[0];
    }

    String query() {
      return target.contains("?") ? target.split("\\?", 2)[1] : "";
    }
  }

  /** A request. */
  record Sent(String method, String path, String query, Map<String, String> headers, Body body) {
    @Override
    public String toString() {
      return method + " " + path + "?" + query + " " + headers + " " + body;
    }
  }

  /**
   * A body; its bytes may be any.
   *
   * @param latin1 a character for each
   */
  record Body(String latin1) {
    static Body of(byte[] bytes) {
      return new Body(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    byte[] bytes() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private static Surface withServices() {
    Surface surface = new Surface(LocalTable.createWithoutStream());
    Documented.prepare(surface);
    surface.aws().cloudWatch().limit(Integer.MAX_VALUE);
    surface.aws().cloudWatch().set("errors", "OK", "all is well");
    surface.ok(
        "POST",
        "/v1/services/svc.example.com/rollouts",
        """
        {"rolloutId": "held", "partition": "50%",
         "trafficPercentStrategy": {"percentages": {"new": 100}}}\
        """);
    makeFoo(surface);
    return surface;
  }

  private static void makeFoo(Surface surface) {
    surface.ok(
        "POST",
        "/api/v2/services",
        """
        {"metadata": {"name": "foo", "instance": 10},
         "features": {"eas.aliyun.com/enable-rollout": "true"}}\
        """);
  }

  @Property(tries = 8000, edgeCases = EdgeCasesMode.NONE)
  void everyRequestIsAnsweredInJsonAndNoneWithAFailure(@ForAll("requests") Sent sent) {
    GatewayResponse answer =
        SURFACE.send(
            sent.method(),
            sent.path() + (sent.query().isEmpty() ? "" : "?" + sent.query()),
            List.copyOf(sent.headers().entrySet()),
            sent.body().bytes());

    String text = Surface.text(answer);
    assertThat(answer.status()).as(text).matches(s -> s == 200 || s == 304 || s / 100 == 4);
    if (answer.status() == 304) {
      assertThat(text).isEmpty();
    } else if (typeOf(answer).equals("application/x-protobuf")) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(asksForProtobuf(sent)).isTrue();
      assertThat(answer.body().remaining()).isLessThan(MAX_ANSWER / 4 * 3);
    } else {
      assertThat(typeOf(answer)).startsWith("application/json");
      assertThat(Surface.json(text).isObject()).isTrue();
      // AWS's own word for an alias that is not there
      assertThat(text.replace("ResourceNotFoundException", ""))
          .doesNotContain("org.", "java.", "Exception");
      assertThat(escapedLength(text)).isLessThan(MAX_ANSWER);
    }
    bringBackTheService(sent, answer);
    Statistics.label("answers")
        .collect(answer.status(), typeOf(answer))
        .coverage(FuzzTest::requireSomeOfEach);
  }

  /** Else the requests would say little of what is behind the first check that refuses them. */
  private static void requireSomeOfEach(StatisticsCoverage answers) {
    answers.check(200, "application/json; charset=UTF-8").percentage(p -> p > 10);
    answers.check(200, "application/x-protobuf").count(n -> n > 0);
    answers.check(400, "application/json; charset=UTF-8").percentage(p -> p > 10);
    answers.check(404, "application/json; charset=UTF-8").percentage(p -> p > 10);
    answers.check(200, "application/json;charset=utf-8").percentage(p -> p > 1);
    answers.check(304, "").count(n -> n > 0);
  }

  private static String typeOf(GatewayResponse answer) {
    return answer.headers().getOrDefault("content-type", List.of("")).getFirst();
  }

  private static boolean asksForProtobuf(Sent sent) {
    return sent.query().contains("proto")
        || sent.headers().values().stream().anyMatch(v -> v.contains("application/x-protobuf"));
  }

  private static int escapedLength(String text) {
    return TextNode.valueOf(text).toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** So that requests do not only ever find it deleted. */
  private static void bringBackTheService(Sent sent, GatewayResponse answer) {
    if (!sent.method().equals("DELETE") || answer.status() != 200) {
      return;
    }
    if (sent.path().startsWith("/v1/")) {
      SURFACE.ok("POST", "/v1/services/svc.example.com:undelete", "{}");
    } else if (SURFACE.send("GET", EAS, "").status() == 404) {
      makeFoo(SURFACE);
    }
  }

  // ---- requests

  @Provide
  Arbitrary<Sent> requests() {
    return Arbitraries.of(DOCUMENTED)
        .flatMap(
            plain ->
                Combinators.combine(
                        mostly(Arbitraries.just(plain.method()), methods()),
                        mostly(Arbitraries.just(plain.path()), paths(plain.path())),
                        mostly(Arbitraries.just(plain.query()), queries(plain.query())),
                        headers(),
                        bodies(plain.body()))
                    .as(Sent::new));
  }

  private static <T> Arbitrary<T> mostly(Arbitrary<T> one, Arbitrary<T> other) {
    return Arbitraries.frequencyOf(Tuple.of(4, one), Tuple.of(1, other));
  }

  private static Arbitrary<String> methods() {
    return Arbitraries.oneOf(
        Arbitraries.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get"),
        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(20));
  }

  /** Text of any characters, short, and now and then very long. */
  private static Arbitrary<String> texts() {
    Arbitrary<String> odd =
        Arbitraries.of(
            "",
            ".",
            "..",
            ":",
            "none",
            "%2F",
            "%252F",
            "%00",
            "%",
            "%zz",
            "%ff",
            "%F0%9F%92%A9",
            "ä",
            "💩",
            "a b",
            "'",
            "\"",
            "\\",
            "{}",
            "null",
            "-1",
            "NaN",
            "1e999999999",
            "0x10");
    return Arbitraries.frequencyOf(
        Tuple.of(4, odd),
        Tuple.of(4, characters().ofMaxLength(12)),
        Tuple.of(1, Arbitraries.of("x", "ü", "9", "%61", "(", "a.").map(s -> s.repeat(3000))));
  }

  private static StringArbitrary characters() {
    // Half of a surrogate pair comes over no wire.
    return Arbitraries.strings().withCharRange('\0', '\uD7FF').withCharRange('\uE000', '\uFFFF');
  }

  private static Arbitrary<String> paths(String path) {
    List<String> segments = Arrays.asList(path.split("/"));
    Arbitrary<String> replaced =
        Combinators.combine(Arbitraries.integers().between(1, segments.size() - 1), texts())
            .as(
                (at, text) -> {
                  String[] changed = segments.toArray(String[]::new);
                  changed[at] = text;
                  return String.join("/", changed);
                });
    Arbitrary<String> inserted =
        Combinators.combine(Arbitraries.integers().between(1, path.length()), texts())
            .as((at, text) -> path.substring(0, at) + text + path.substring(at));
    return Arbitraries.oneOf(replaced, inserted, texts().map(text -> "/" + text))
        .map(text -> text.replace("?", ""));
  }

  private static Arbitrary<String> queries(String query) {
    Arbitrary<String> names =
        Arbitraries.of(
            "after",
            "filter",
            "fields",
            "pageToken",
            "pageSize",
            "page_size",
            "alt",
            "$alt",
            "view",
            "configId",
            "producerProjectId",
            "consumerId",
            "force",
            "requestId",
            "updateMask",
            "name",
            "prettyPrint",
            "returnPartialSuccess",
            "key",
            "access_token",
            "callback",
            "$.xgafv",
            "quotaUser");
    Arbitrary<String> values =
        Arbitraries.of(
            "",
            "0",
            "1",
            "-1",
            "1000",
            "99999999999",
            "target,alarms",
            "6f4b0f0e-8a3c-4c53-9a54-0c1d2e3f4a5b",
            "json",
            "proto",
            "json;enum-encoding=int",
            "FULL",
            "BASIC",
            "old",
            "new",
            "true",
            "false",
            "status=SUCCESS",
            "strategy != DeleteServiceStrategy OR (status=\"PENDING\")",
            "serviceName=svc.example.com AND (startTime>=2017-02-01 AND done=true)",
            "serviceName='svc.example.com' AND status!=in_progress",
            "rollouts(rolloutId,status),nextPageToken",
            "*",
            "operations/name,operations(metadata/steps)",
            "apis.methods(name)");
    Arbitrary<String> parameters =
        Combinators.combine(
                mostly(names, texts()),
                Arbitraries.frequencyOf(
                    Tuple.of(4, values), Tuple.of(2, mutated(values)), Tuple.of(1, texts())))
            .as((name, value) -> encoded(name) + "=" + encoded(value));
    Arbitrary<String> parts = mostly(parameters, texts().map(FuzzTest::withoutSeparators));
    return parts
        .list()
        .ofMaxSize(2)
        .map(
            more ->
                Stream.concat(Stream.of(query), more.stream())
                    .filter(parameter -> !parameter.isEmpty())
                    .collect(joining("&")));
  }

  private static String withoutSeparators(String text) {
    return text.replace("?", "").replace("#", "");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** One of {@code texts} with something put in its midst. */
  private static Arbitrary<String> mutated(Arbitrary<String> texts) {
    return Combinators.combine(texts, Arbitraries.integers().between(0, 99), texts())
        .as(
            (text, percent, more) -> {
              int at = text.length() * percent / 100;
              return text.substring(0, at) + more + text.substring(at);
            });
  }

  private static Arbitrary<Map<String, String>> headers() {
    Arbitrary<String> types =
        Arbitraries.of(
            "application/json",
            "application/json; charset=UTF-8",
            "application/x-protobuf",
            "application/octet-stream",
            "text/plain",
            "*/*",
            "");
    Arbitrary<Map<String, String>> arbitrary =
        Arbitraries.maps(
                Arbitraries.of(
                    "accept", "content-type", "if-none-match", "host", "authorization", "cookie"),
                mostly(types, texts()))
            .ofMaxSize(4);
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.just(Map.of("content-type", "application/json"))),
        Tuple.of(1, Arbitraries.just(Map.of("if-none-match", "*"))),
        Tuple.of(1, types.map(type -> Map.of("accept", type))),
        Tuple.of(2, arbitrary));
  }

  // ---- bodies

  private static Arbitrary<Body> bodies(String valid) {
    Arbitrary<byte[]> json =
        valid.isEmpty() ? json() : mostly(mutatedJson(Surface.json(valid)), json());
    Arbitrary<byte[]> plain =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just(valid.getBytes(StandardCharsets.UTF_8))),
            Tuple.of(6, json),
            Tuple.of(1, Arbitraries.bytes().array(byte[].class).ofMaxSize(60)));
    return Arbitraries.frequencyOf(
            Tuple.of(8, plain),
            Tuple.of(2, plain.map(FuzzTest::gzip)),
            Tuple.of(1, broken(plain.map(FuzzTest::gzip))))
        .map(Body::of);
  }

  private static Arbitrary<byte[]> broken(Arbitrary<byte[]> gzip) {
    return Combinators.combine(gzip, Arbitraries.integers().between(2, 30), Arbitraries.bytes())
        .as(
            (bytes, at, with) -> {
              byte[] changed = Arrays.copyOf(bytes, Math.max(at, bytes.length - at));
              changed[Math.min(at, changed.length - 1)] = with;
              return changed;
            });
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static Arbitrary<byte[]> json() {
    return values().map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static Arbitrary<byte[]> mutatedJson(JsonNode valid) {
    List<JsonEdit.Place> places = JsonEdit.places(valid);
    return Combinators.combine(
            Arbitraries.of(places), Arbitraries.of(JsonEdit.Kind.values()), names(), values())
        .as((place, kind, name, value) -> JsonEdit.of(valid, place, kind, name, value))
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.frequencyOf(
        Tuple.of(
            3,
            Arbitraries.of(
                "id",
                "name",
                "apis",
                "http",
                "rules",
                "options",
                "value",
                "@type",
                "sourceInfo",
                "percentages",
                "batch",
                "partition",
                "steps",
                "growth",
                "bakeTime",
                "startTime",
                "allowedWindows",
                "conflictPolicy",
                "alarms",
                "insufficientData",
                "rollbackTo",
                "etag",
                "target",
                "files",
                "fileType",
                "metadata",
                "features")),
        Tuple.of(1, texts()));
  }

  /** JSON, as text. */
  private static Arbitrary<String> values() {
    Arbitrary<String> scalars =
        Arbitraries.oneOf(
            Arbitraries.of(
                "null",
                "true",
                "0",
                "-0",
                "-1",
                "1e400",
                "1E-999999999",
                "0.1",
                "NaN",
                "Infinity",
                "9223372036854775808",
                "\"\"",
                "\"50%\"",
                "\"1s\"",
                "\"168h\"",
                "\"9999-12-31T23:59:59.999999999Z\"",
                "\"24:00\"",
                "\"Pacific/Apia\"",
                "\"used\"",
                "[\"errors\", \"none\"]",
                "[{\"percent\": 1e-9}, {\"percent\": 100}]",
                "\"9999999999999999999s\"",
                "\"\\ud800\"",
                "\"\\u0000\"",
                "[",
                "{",
                "\"",
                "{\"a\":1,\"a\":2}",
                "[],"),
            Arbitraries.of(
                "\"type.googleapis.com/google.api.servicemanagement.v1.ConfigSource\"",
                "\"type.googleapis.com/google.api.Service\"",
                "\"services/svc.example.com/configs/old\"",
                "{\"@type\": \"type.googleapis.com/google.protobuf.Struct\", \"value\": {}}",
                "[".repeat(101) + "]".repeat(101),
                "{\"a\":".repeat(99) + "1" + "}".repeat(99),
                "9".repeat(2000)),
            yamls().map(FuzzTest::quoted),
            texts().map(FuzzTest::quoted));
    return Arbitraries.lazyOf(
        () -> scalars,
        () -> scalars,
        () -> scalars,
        () -> values().list().ofMaxSize(3).map(all -> all.stream().collect(joining(",", "[", "]"))),
        () ->
            Arbitraries.maps(names().map(FuzzTest::quoted), values())
                .ofMaxSize(3)
                .map(
                    all ->
                        all.entrySet().stream()
                            .map(member -> member.getKey() + ":" + member.getValue())
                            .collect(joining(",", "{", "}"))));
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  /** Contents of files. */
  private static Arbitrary<String> yamls() {
    return Arbitraries.of(
            "swagger: '2.0'\nhost: svc.example.com\ninfo: {title: a, version: '1'}\npaths: {}\n",
            "type: google.api.Service\nname: svc.example.com\napis: [{name: a}]\n",
            "a: &a [1]\nb: [*a, *a]\n",
            "a: &a\n  b: *a\n",
            "? [a]\n: b\n",
            "- 1\n",
            "%YAML 9.9\n---\na: !!binary x\n",
            "a: 0o17\nb: .inf\nc: 2026-01-01\n",
            "{".repeat(500),
            "")
        .map(Documented::base64);
  }
}
