package org.servicerollouts.wire.eas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.FOO;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StrategyChange;
import org.servicerollouts.wire.Query;

class EasRequestsTest {

  private static EasCreateServiceRequest create(String query, String body) {
    return EasCreateServiceRequest.of(Query.parse(query), json(body), Optional.of("cn-shanghai"));
  }

  @Test
  void createsAService() {
    EasCreateServiceRequest request =
        create(
            "",
            """
            {"metadata": {"name": "foo", "instance": 10, "cpu": 1.50},
             "features": {"eas.aliyun.com/enable-rollout": "true"}, "containers": [{"image": "a:1"}]}
            """);
    assertThat(request.name()).isEqualTo(FOO);
    assertThat(request.document().instance()).isEqualTo(10);
    assertThat(request.document().rolloutsEnabled()).isTrue();
    assertThat(request.document().text())
        .isEqualTo(
            "{\"metadata\":{\"name\":\"foo\",\"instance\":10,\"cpu\":1.50},"
                + "\"features\":{\"eas.aliyun.com/enable-rollout\":\"true\"},\"containers\":[{\"image\":\"a:1\"}]}");
  }

  @Test
  void oneInstanceAndNoRolloutsUnlessItSaysSo() {
    EasCreateServiceRequest request = create("", "{\"metadata\": {\"name\": \"foo\"}}");
    assertThat(request.document().instance()).isEqualTo(1);
    assertThat(request.document().rolloutsEnabled()).isFalse();
    assertThat(request.document().text())
        .isEqualTo("{\"metadata\":{\"name\":\"foo\",\"instance\":1}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ClusterId=cn-beijing&Develop=x|{\"metadata\": {\"name\": \"foo\", \"region\":"
            + " \"cn-hangzhou\"}}|foo.cn-beijing",
        "ClusterId=|{\"metadata\": {\"name\": \"foo\", \"region\":"
            + " \"cn-hangzhou\"}}|foo.cn-hangzhou",
        "Labels=%7B%7D|{\"metadata\": {\"name\": \"a.b\"}}|a.b.cn-shanghai",
      })
  void theClusterIsTheQuerysElseTheBodysElseTheDefault(String query, String body, String name) {
    assertThat(create(query, body).name()).isEqualTo(new ServiceName(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "x=1|{}|MISSING_VALUE|metadata.name: missing",
        "x=1|{\"metadata\": []}|INVALID_VALUE|metadata: an array (expected: an object)",
        "x=1|{\"metadata\": {\"name\": \"Foo\"}}|INVALID_VALUE|metadata.name: \"Foo\" (expected:"
            + " labels",
        "x=1|{\"metadata\": {\"name\": \"a/b\"}}|INVALID_VALUE|metadata.name: \"a/b\" (expected:"
            + " labels",
        "x=1|{\"metadata\": {\"name\": \"a\\u0000\"}}|INVALID_VALUE|metadata.name: \"a\\u0000\""
            + " (expected: labels",
        "x=1|{\"metadata\": {\"name\": \"f\", \"instance\": -1}}|INVALID_VALUE|metadata.instance:"
            + " -1 (expected: 0 to",
        "x=1|{\"metadata\": {\"name\": \"f\", \"instance\":"
            + " 1000001}}|INVALID_VALUE|metadata.instance: 1000001 (exp",
        "x=1|{\"metadata\": {\"name\": \"f\", \"instance\":"
            + " \"ten\"}}|INVALID_VALUE|metadata.instance: \"ten\" (expected",
        "x=1|{\"metadata\": {\"name\": \"f\", \"region\": \"a.b\"}}|INVALID_VALUE|metadata.region:"
            + " \"a.b\" (expected: a",
        "x=1|{\"metadata\": {\"name\": \"f\", \"instance\": 1e30}}|INVALID_VALUE|metadata.instance:"
            + " 1E+30 (expected: 0 to 1000000 replicas)",
        "x=1|{\"name\": \"a/b\"}|INVALID_VALUE|name: \"a/b\" (expected: labels of",
        "x=1|{\"name\": {}, \"metadata\": {\"name\": \"f\"}}|INVALID_VALUE|name: an object"
            + " (expected: a string)",
        "x=1|{\"name\": \"g\", \"metadata\": {\"name\": \"f\"}}|INVALID_VALUE|name: \"g\""
            + " (expected: \"f\", as metadata.name is)",
        "x=1|{\"name\": \"\"}|MISSING_VALUE|metadata.name: missing",
        "ClusterId=A|{\"metadata\": {\"name\": \"f\"}}|INVALID_VALUE|ClusterId: \"A\" (expected: a"
            + " region id",
      })
  void refusesServices(String query, String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> create(query, body));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\"true\",true",
        "\"True\",true",
        "\"TRUE\",true",
        "true,true",
        "\"false\",false",
        "\"FALSE\",false",
        "false,false",
        "null,false"
      })
  void rolloutsAreEnabledByTrueInAnyCase(String given, boolean enabled) {
    ServiceDocument document = create("", withSwitch(given)).document();
    assertThat(document.rolloutsEnabled()).isEqualTo(enabled);
    assertThat(document.text()).contains("{\"eas.aliyun.com/enable-rollout\":" + given + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"yes\"|\"yes\"",
        "\"\"|\"\"",
        "\" true\"|\" true\"",
        "\"1\"|\"1\"",
        "1|1",
        "[true]|an array",
        "{}|an object",
      })
  void refusesAnyOtherSwitch(String given, String shown) {
    Problem problem = problem(() -> create("", withSwitch(given)));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message())
        .isEqualTo(
            "features[\"eas.aliyun.com/enable-rollout\"]: " + shown + " (expected: true or false)");
  }

  private static String withSwitch(String given) {
    return "{\"metadata\": {\"name\": \"foo\"}, \"features\": {\"eas.aliyun.com/enable-rollout\": "
        + given
        + "}}";
  }

  /** A document may have been kept before other switches were refused. */
  @Test
  void aKeptDocumentMayHaveAnySwitch() {
    assertThat(ServiceDocument.read(withSwitch("\"yes\"")).rolloutsEnabled()).isFalse();
  }

  @Test
  void theNameMayStandAtTheTop() {
    EasCreateServiceRequest request =
        create("", "{\"name\": \"foo\", \"metadata\": {\"instance\": 2}, \"image\": \"x:1\"}");
    assertThat(request.name()).isEqualTo(FOO);
    assertThat(request.document())
        .isEqualTo(
            ServiceDocument.read(
                "{\"metadata\":{\"name\":\"foo\",\"instance\":2},\"image\":\"x:1\"}"));
    assertThat(create("", "{\"name\": \"foo\"}").document().text())
        .isEqualTo("{\"metadata\":{\"name\":\"foo\",\"instance\":1}}");
  }

  @Test
  void theNameMayStandInBothPlaces() {
    EasCreateServiceRequest request =
        create("", "{\"name\": \"foo\", \"metadata\": {\"name\": \"foo\"}}");
    assertThat(request.name()).isEqualTo(FOO);
    assertThat(request.document().text())
        .isEqualTo("{\"name\":\"foo\",\"metadata\":{\"name\":\"foo\",\"instance\":1}}");
  }

  @Test
  void aRevisionReadsAsAConfigOnGooglesSurface() {
    ServiceDocument document = ServiceDocument.of(json("{\"metadata\": {\"name\": \"foo\"}}"));
    assertThat(document.config(FOO, "service-abc123-v1", 5, NOW, "alice").body())
        .isEqualTo(
            "{\"name\":\"foo.cn-shanghai\",\"id\":\"service-abc123-v1\","
                + "\"serviceConfig\":{\"metadata\":{\"name\":\"foo\",\"instance\":1}}}");
  }

  @Test
  void aConfigGivesBackTheDocumentItWasMadeOf() {
    ServiceDocument document =
        ServiceDocument.of(json("{\"metadata\": {\"name\": \"foo\", \"cpu\": 1.50}}"));
    assertThat(ServiceDocument.ofConfig(document.config(FOO, "v", 5, NOW, "alice").body()))
        .contains(document);
    assertThat(ServiceDocument.ofConfig("{\"name\":\"foo.cn-shanghai\",\"id\":\"v\"}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"0,0", "12,12", "\"7\",7", "1000000,1000000"})
  void scales(String instance, long total) {
    assertThat(EasScaleRequest.of(json("{\"Instance\": " + instance + "}")))
        .isEqualTo(new EasScaleRequest(total));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|Instance: missing (expected: 0 to 1000000 replicas)",
        "{\"Instance\": null}|MISSING_VALUE|Instance: missing",
        "{\"instance\": 1}|MISSING_VALUE|Instance: missing",
        "{\"Instance\": -1}|INVALID_VALUE|Instance: -1 (expected: 0 to 1000000 replicas)",
        "{\"Instance\": 99999999999999999999}|INVALID_VALUE|Instance: 99999999999999999999"
            + " (expected: 0 to 1000000 replicas)",
        "{\"Instance\": 1.5}|INVALID_VALUE|Instance: 1.5 (expected: a whole number)",
        "{\"Instance\": 1, \"InstancesToDelete\": []}|UNKNOWN_FIELD|InstancesToDelete: unknown"
            + " (expected: one of Instance)",
      })
  void refusesScales(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> EasScaleRequest.of(json(body)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Batch\":{\"BatchSize\":\"1\",\"Interval\":\"5m\"},\"Paused\":false}|1|5m",
        "{\"Batch\":{\"BatchSize\":2,\"Interval\":\"60s\"},\"Partition\":null,}|2|60s",
        "{\"Batch\":{}}|25%|5m",
      })
  void readsBatches(String body, String size, String interval) {
    assertThat(EasCreateRolloutRequest.of(json(body)).strategy()).isEqualTo(batch(size, interval));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"\"50%\",50%", "\"5\",5", "5,5", "\"0\",0", "\"0%\",0%"})
  void readsPartitions(String given, String keep) {
    assertThat(
            EasCreateRolloutRequest.of(json("{\"Partition\":{\"Partition\":" + given + "}}"))
                .strategy())
        .isEqualTo(partition(keep));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|Batch, Partition: neither given (expected: one of the two)",
        "{\"Paused\": false}|MISSING_VALUE|Batch, Partition: neither given",
        "{\"Batch\":{},\"Partition\":{\"Partition\":\"5\"}}|INVALID_VALUE|Batch, Partition: both"
            + " given (expected: one",
        "{\"Batch\":{},\"Paused\":\"no\"}|INVALID_VALUE|Paused: \"no\" (expected: true or false)",
        "{\"Batch\":{\"BatchSize\":\"0\"}}|INVALID_VALUE|Batch.BatchSize: \"0\" (expected: ",
        "{\"Batch\":{\"BatchSize\":\"150%\"}}|INVALID_VALUE|Batch.BatchSize: \"150%\" (expected: ",
        "{\"Batch\":{\"BatchSize\":\"33.3333333333%\"}}|INVALID_VALUE|Batch.BatchSize:"
            + " \"33.3333333333%\" (expected: 1 or more, in up to 18 digits, or a percentage above"
            + " 0% and up to 100%, with up to 9 decimal places)",
        "{\"Partition\":{\"Partition\":33.3333333333}}|INVALID_VALUE|Partition.Partition:"
            + " \"33.3333333333\" (expected: 0 or more, in up to 18 digits, or 0% to 100%, with up"
            + " to 9 decimal places)",
        "{\"Batch\":{\"Interval\":\"5 min\"}}|INVALID_VALUE|Batch.Interval: \"5 min\" (expected: ",
        "{\"Batch\":{\"Interval\":\"169h\"}}|INVALID_VALUE|Batch.Interval: \"169h\" (expected: ",
        "{\"Batch\":{\"Size\":\"1\"}}|UNKNOWN_FIELD|Batch.Size: unknown (expected: one of"
            + " BatchSize, Interval)",
        "{\"Partition\":\"50%\"}|INVALID_VALUE|Partition: \"50%\" (expected: an object)",
        "{\"Partition\":{}}|MISSING_VALUE|Partition.Partition: missing",
        "{\"Partition\":{\"Partition\":\"half\"}}|INVALID_VALUE|Partition.Partition: \"half\""
            + " (expected: ",
        "{\"Partition\":{\"Partition\":NaN}}|INVALID_VALUE|Partition.Partition: \"NaN\" (expected:"
            + " ",
        "{\"batch\":{}}|UNKNOWN_FIELD|batch: unknown (expected: one of Batch, Partition, Paused)",
      })
  void refusesRollouts(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> EasCreateRolloutRequest.of(json(body)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Batch\":{},\"Paused\":true}|true",
        "{\"Batch\":{},\"Paused\":false}|false",
        "{\"Batch\":{},\"Paused\":null}|false",
        "{\"Batch\":{}}|false",
      })
  void aPlanMayBeMadePaused(String body, boolean paused) {
    assertThat(EasCreateRolloutRequest.of(json(body)).paused()).isEqualTo(paused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Batch\":{\"BatchSize\":\"2\"}}|2|5m",
        "{\"Batch\":{\"Interval\":\"60s\"}}|3|60s",
        "{\"Batch\":{\"BatchSize\":\"50%\",\"Interval\":\"1h30m\"}}|50%|1h30m",
        "{\"Batch\":{}}|3|5m",
      })
  void whatABatchLeavesOutStaysAsItIs(String body, String size, String interval) {
    StrategyChange change = EasUpdateRolloutRequest.of(json(body)).strategy().orElseThrow();
    assertThat(change.of(batch("3", "5m"))).isEqualTo(batch(size, interval));
  }

  @Test
  void whatABatchLeavesOutIsTheDefaultOnASwitch() {
    StrategyChange change =
        EasUpdateRolloutRequest.of(json("{\"Batch\":{\"Interval\":\"60s\"}}"))
            .strategy()
            .orElseThrow();
    assertThat(change.of(partition("50%"))).isEqualTo(batch("25%", "60s"));
  }

  @Test
  void anUpdateIsAnEventForTheStateMachine() {
    EasUpdateRolloutRequest request =
        EasUpdateRolloutRequest.of(json("{\"Partition\":{\"Partition\":\"0\"},\"Paused\":true}"));
    assertThat(request.event(ALICE))
        .isEqualTo(
            new Event.Replan(
                Optional.of(new StrategyChange.ToPartition(new Amount("0"))),
                Optional.of(true),
                ALICE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|Batch, Partition, Paused: none given (expected: at least one of them)",
        "{\"Paused\": null}|MISSING_VALUE|Batch, Partition, Paused: none given",
        "{\"Batch\":{},\"Partition\":{\"Partition\":\"5\"}}|INVALID_VALUE|Batch, Partition: both"
            + " given (expected: one of the two)",
        "{\"Paused\":1}|INVALID_VALUE|Paused: 1 (expected: true or false)",
        "{\"Batch\":{\"BatchSize\":\"0\"}}|INVALID_VALUE|Batch.BatchSize: \"0\" (expected: 1 or",
        "{\"Batch\":{\"Interval\":\"0s\"}}|INVALID_VALUE|Batch.Interval: \"0s\" (expected: ",
        "{\"Partition\":{}}|MISSING_VALUE|Partition.Partition: missing",
        "{\"Partition\":{\"Partition\":\"101%\"}}|INVALID_VALUE|Partition.Partition: \"101%\"",
        "{\"Pause\":true}|UNKNOWN_FIELD|Pause: unknown (expected: one of Batch, Partition, Paused)",
      })
  void refusesRolloutUpdates(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> EasUpdateRolloutRequest.of(json(body)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"1,1", "2,2", "\"2\",2", "2.0,2"})
  void goesBackToAnEarlierVersion(String version, int number) {
    Service service = revised(3);
    assertThat(EasVersionRequest.of(json("{\"Version\": " + version + "}")).revision(service))
        .isEqualTo(service.revision(number));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|Version: missing (expected: the number of an earlier version)",
        "{\"Version\":0}|INVALID_VALUE|Version: 0 (expected: 1 or more, and less than the latest"
            + " version, 3)",
        "{\"Version\":3}|INVALID_VALUE|Version: 3 (expected: ",
        "{\"Version\":4294967297}|INVALID_VALUE|Version: 4294967297 (expected: ",
        "{\"Version\":99999999999999999999}|INVALID_VALUE|Version: 99999999999999999999 (expected:"
            + " the number of an earlier version)",
        "{\"Version\":1.5}|INVALID_VALUE|Version: 1.5 (expected: a whole number)",
        "{\"Version\":\"one\"}|INVALID_VALUE|Version: \"one\" (expected: a whole number)",
        "{\"version\":1}|MISSING_VALUE|Version: missing",
        "{\"Version\":1,\"x\":1}|UNKNOWN_FIELD|x: unknown (expected: one of Version)",
      })
  void refusesVersions(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> EasVersionRequest.of(json(body)).revision(revised(3)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  /** With {@code revisions} of them. */
  private static Service revised(int revisions) {
    Service service = replicas(1);
    Service.Counters counters = service.counters();
    while (counters.revisions() < revisions) {
      counters = counters.nextRevision();
    }
    return service.withCounters(counters);
  }
}
