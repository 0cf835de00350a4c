package org.servicerollouts.wire.google.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.Service;
import com.google.longrunning.Operation;
import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Json;

class MessageTypeTest {
  private static final MessageType SERVICE = MessageType.of("google.api.Service");
  private static final MessageType ROLLOUT =
      MessageType.of("google.api.servicemanagement.v1.Rollout");

  @Test
  void putsAMessageIntoItsNormalForm() {
    assertThat(
            read(
                """
                {
                  "lambdaVersion": 7, "id": 2016.50, "config_version": "3", "title": null,
                  "producerProjectId": "",
                  "apis": [{"methods": [{"response_streaming": true, "syntax": 0}], "syntax": 1}],
                  "backend": {"rules": [{"disableAuth": false, "deadline": "2.50"}]},
                  "quota": {
                    "metric_rules": [{"metric_costs": {"b": "2", "a": 1.0}}],
                    "limits": [{"max_limit": -5, "values": {}}],
                  },
                  "metrics": [{"metadata": {"sample_period": "-1.5s"}}],
                }
                """))
        .isEqualTo(
            "{\"apis\":[{\"methods\":[{\"responseStreaming\":true}],\"syntax\":\"SYNTAX_PROTO3\"}],"
                + "\"backend\":{\"rules\":[{\"deadline\":2.5,\"disableAuth\":false}]},"
                + "\"quota\":{\"limits\":[{\"maxLimit\":\"-5\"}],"
                + "\"metricRules\":[{\"metricCosts\":{\"b\":\"2\",\"a\":\"1\"}}]},"
                + "\"configVersion\":3,"
                + "\"metrics\":[{\"metadata\":{\"samplePeriod\":\"-1.500s\"}}],"
                + "\"id\":\"2016.5\",\"lambdaVersion\":\"7\"}");
  }

  @Test
  void keepsAnyMessage() {
    assertThat(
            read(
                """
                {"sourceInfo": {"sourceFiles": [
                  {"file_type": 1, "fileContents": "_-8",
                   "@type": "type.googleapis.com/google.api.servicemanagement.v1.ConfigFile"},
                  {"value": "1s", "@type": "type.googleapis.com/google.protobuf.Duration"},
                  {"a_b": 1.50, "@type": "type.googleapis.com/other.Message"}]}}
                """))
        .isEqualTo(
            "{\"sourceInfo\":{\"sourceFiles\":["
                + "{\"@type\":\"type.googleapis.com/google.api.servicemanagement.v1.ConfigFile\","
                + "\"fileContents\":\"/+8=\",\"fileType\":\"SERVICE_CONFIG_YAML\"},"
                + "{\"@type\":\"type.googleapis.com/google.protobuf.Duration\",\"value\":\"1s\"},"
                + "{\"a_b\":1.50,\"@type\":\"type.googleapis.com/other.Message\"}]}}");
  }

  @Test
  void keepsTheSubstanceOfItsOwnFields() {
    assertThat(read("{\"serviceConfig\": {\"some_name\": [null, {\"a\": 1.0}]}, \"name\": \"n\"}"))
        .isEqualTo("{\"name\":\"n\",\"serviceConfig\":{\"some_name\":[null,{\"a\":1}]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{`apis`: [{`name`: {}}]}|apis[0].name: an object (expected: a string)",
        "{`name`: true}|name: true (expected: a string)",
        "{`apis`: {}}|apis: an object (expected: an array)",
        "{`apis`: [null]}|apis[0]: null (expected: an object)",
        "{`http`: [1]}|http: an array (expected: an object)",
        "{`usage`: {`requirements`: [null]}}|usage.requirements[0]: null (expected: a string)",
        "{`usage`: {`rules`: [{`skipServiceControl`: `true`}]}}|"
            + "usage.rules[0].skipServiceControl: \"true\" (expected: true or false)",
        "{`configVersion`: 1.5}|"
            + "configVersion: 1.5 (expected: a whole number from 0 to 4294967295)",
        "{`configVersion`: 4294967296}|"
            + "configVersion: 4294967296 (expected: a whole number from 0 to 4294967295)",
        "{`backend`: {`rules`: [{`deadline`: 1e999}]}}|"
            + "backend.rules[0].deadline: 1E+999 (expected: a number)",
        "{`quota`: {`metricRules`: [{`metricCosts`: {`a.b`: []}}]}}|"
            + "quota.metricRules[0].metricCosts[\"a.b\"]: an array (expected: a whole number from"
            + " -9223372036854775808 to 9223372036854775807)",
        "{`apis`: [{`syntax`: `PROTO4`}]}|apis[0].syntax: \"PROTO4\" (expected: one of"
            + " SYNTAX_PROTO2, SYNTAX_PROTO3, SYNTAX_EDITIONS)",
        "{`apis`: [{`syntax`: 99}]}|apis[0].syntax: 99 (expected: one of"
            + " SYNTAX_PROTO2, SYNTAX_PROTO3, SYNTAX_EDITIONS)",
        "{`metrics`: [{`metadata`: {`ingestDelay`: `1 s`}}]}|metrics[0].metadata.ingestDelay:"
            + " \"1 s\" (expected: seconds, such as \"1.5s\", at most 315576000000)",
        "{`producer_project_id`: `a`, `producerProjectId`: null}|producerProjectId: given twice"
            + " (expected: one of producerProjectId, producer_project_id)",
        "{`http`: {`rules`: [{`post`: `/a`, `get`: `/b`}]}}|"
            + "http.rules[0].post: given beside get (expected: one of the two)",
        "{`sourceInfo`: {`sourceFiles`: [{}]}}|sourceInfo.sourceFiles[0].@type: missing"
            + " (expected: type.googleapis.com/<full name of a message>)",
        "{`sourceInfo`: {`sourceFiles`: [{`@type`: `a.B`}]}}|sourceInfo.sourceFiles[0].@type:"
            + " \"a.B\" (expected: type.googleapis.com/<full name of a message>)",
        "{`sourceInfo`: {`sourceFiles`: [{`@type`:"
            + " `type.googleapis.com/google.protobuf.Duration`}]}}|"
            + "sourceInfo.sourceFiles[0].value: missing (expected: a value of the type named"
            + " beside it)",
        "{`serviceConfig`: 1}|serviceConfig: 1 (expected: an object)",
      })
  void refusesWhatDoesNotFit(String body, String message) {
    assertThat(problem(() -> read(body.replace('`', '"'))).message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"bogus\": 1}|Unknown name \"bogus\": Cannot find field.|bogus",
        "{\"apis\": [{\"methods\": [{}, {\"bogus\": null}]}]}|"
            + "Unknown name \"bogus\" at 'apis[0].methods[1]': Cannot find field.|"
            + "apis[0].methods[1].bogus",
        "{\"Apis\": []}|Unknown name \"Apis\": Cannot find field.|Apis",
        "{\"sourceInfo\": {\"sourceFiles\": [{\"x\": 1, \"value\": {}, \"@type\":"
            + " \"type.googleapis.com/google.protobuf.Struct\"}]}}|"
            + "Unknown name \"x\" at 'sourceInfo.sourceFiles[0]': Cannot find field.|"
            + "sourceInfo.sourceFiles[0].x",
      })
  void refusesWhatItDoesNotKnow(String body, String message, String field) {
    Problem problem = problem(() -> read(body));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.UNKNOWN_FIELD);
    assertThat(problem.message()).isEqualTo("Invalid JSON payload received. " + message);
    assertThat(problem.field()).contains(field);
  }

  @Test
  void aMessageInsideARequestIsNamedWithItsPath() {
    assertThat(problem(() -> SERVICE.read(json("{\"http\": {\"x\": 1}}"), "newConfig")).message())
        .endsWith("Unknown name \"x\" at 'newConfig.http': Cannot find field.");
    assertThat(problem(() -> SERVICE.read(json("{\"name\": []}"), "newConfig")).message())
        .startsWith("newConfig.name: an array");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-08T16:00:00Z,2026-05-08T16:00:00Z",
    "2026-05-08T16:00:00.10Z,2026-05-08T16:00:00.100Z",
    "2026-05-08T16:00:00.000000001+01:30,2026-05-08T14:30:00.000000001Z",
    "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z",
  })
  void readsTimes(String given, String normal) {
    assertThat(
            ROLLOUT.read(json("{\"createTime\": \"" + given + "\"}")).path("createTime").asText())
        .isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-05-08",
        "2026-05-08T16:00:00",
        "2026-02-30T16:00:00Z",
        "2026-05-08T16:00:00+19:00",
        "0001-01-01T00:00:00+01:00",
        "2026-05-08t16:00:00z",
        "",
      })
  void refusesOtherTimes(String given) {
    assertThat(problem(() -> ROLLOUT.read(json("{\"createTime\": \"" + given + "\"}"))).message())
        .startsWith("createTime: \"" + given + "\" (expected: an RFC 3339 time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/+8=", "/+8", "_-8", "_-8="})
  void readsBase64OfBothKinds(String given) {
    MessageType file = MessageType.of("google.api.servicemanagement.v1.ConfigFile");
    assertThat(file.read(json("{\"fileContents\": \"" + given + "\"}")))
        .hasToString("{\"fileContents\":\"/+8=\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "\"/+8==\"", "\"a b=\"", "5", "\"ü===\""})
  void refusesOtherBytes(String given) {
    MessageType file = MessageType.of("google.api.servicemanagement.v1.ConfigFile");
    assertThat(problem(() -> file.read(json("{\"fileContents\": " + given + "}"))).message())
        .startsWith("fileContents: ")
        .endsWith(" (expected: base64)");
  }

  @Test
  void readsNumbersThatAreNone() {
    MessageType rollout = MessageType.of(ROLLOUT.name() + ".TrafficPercentStrategy");
    assertThat(
            rollout.read(
                json("{\"percentages\": {\"a\": NaN, \"b\": \"-Infinity\", \"c\": \"1e2\"}}")))
        .hasToString("{\"percentages\":{\"a\":\"NaN\",\"b\":\"-Infinity\",\"c\":100}}");
  }

  @Test
  void encodesWhatFitsAndLeavesOutTheRest() {
    assertThat(
            Published.decode(
                SERVICE.encode(
                    json(
                        """
                        {"name": "n", "title": {}, "bogus": 1, "apis": [1, {"name": "a"}, null],
                         "http": {"rules": [{"get": "/a", "post": "/b"}]},
                         "sourceInfo": {"sourceFiles": [
                           {"@type": "type.googleapis.com/other.Message"}, {}, 1,
                           {"@type": "type.googleapis.com/google.protobuf.Struct"},
                           {"@type": "type.googleapis.com/google.protobuf.Duration",
                            "value": "1s", "x": 1}]},
                         "lambdaVersion": "7", "serviceConfig": {"a": 1}}
                        """)),
                Service.getDefaultInstance()))
        .isEqualTo(
            Published.parse(
                """
                {"name": "n", "apis": [{"name": "a"}], "http": {"rules": [{"get": "/a"}]},
                 "sourceInfo": {"sourceFiles": [
                   {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s"}]}}
                """,
                Service.getDefaultInstance()));
  }

  @Test
  void leavesOutDefaults() {
    assertThat(SERVICE.encode(json("{\"name\": \"\", \"apis\": [], \"title\": null}"))).isEmpty();
    assertThat(SERVICE.encode(json("{\"configVersion\": 0}"))).containsExactly(0xa2, 1, 0);
  }

  @Test
  void encodesNullAsAValueWithinAStruct() {
    byte[] any =
        MessageType.of("google.longrunning.Operation")
            .encode(
                json(
                    """
                    {"metadata": {"@type": "type.googleapis.com/google.protobuf.Struct",
                                  "value": {"a": null, "b": [true, 1, {}]}}}
                    """));
    assertThat(Published.print(unpack(any))).hasToString("{\"a\":null,\"b\":[true,1.0,{}]}");
  }

  private static Struct unpack(byte[] operation) {
    Any metadata = Published.decode(operation, Operation.getDefaultInstance()).getMetadata();
    return Published.decode(metadata.getValue().toByteArray(), Struct.getDefaultInstance());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "48|{\"documentation\": {\"pages\": [|{\"subpages\": [|]}|]}}",
        "96|{\"sourceInfo\": {\"sourceFiles\": [|{\"@type\":"
            + " \"type.googleapis.com/google.protobuf.Any\", \"value\": |}|]}}",
        "98|{\"serviceConfig\": {\"a\":|[|]|}}",
      })
  void goesAsDeepAsJsonIsRead(int times, String start, String open, String close, String end) {
    String leaf = start.contains("sourceFiles") ? "{\"@type\": \"type.googleapis.com/x\"}" : "";
    ObjectNode given = json(start + open.repeat(times) + leaf + close.repeat(times) + end);
    ObjectNode normal = SERVICE.read(given);
    assertThat(SERVICE.read(normal)).isEqualTo(normal);
    assertThat(SERVICE.enumsAsNumbers(normal)).isEqualTo(normal);
    SERVICE.encode(normal);
  }

  @Test
  void enumsAsNumbersLeaveAllElseAsItIs() {
    assertThat(
            ROLLOUT.enumsAsNumbers(
                json(
                    """
                    {"status": "IN_PROGRESS", "state": "RUNNING", "rolloutId": "SUCCESS",
                     "trafficPercentStrategy": {"percentages": {"status": 2.50}}, "x": "FAILED"}
                    """)))
        .hasToString(
            "{\"status\":1,\"state\":\"RUNNING\",\"rolloutId\":\"SUCCESS\","
                + "\"trafficPercentStrategy\":{\"percentages\":{\"status\":2.50}},\"x\":\"FAILED\"}");
  }

  private static String read(String body) {
    return Json.compact(SERVICE.read(json(body)));
  }
}
