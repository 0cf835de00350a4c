package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALARM_NAME;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Target;
import org.servicerollouts.wire.Query;

class UpdateServiceRequestTest {
  private static final Target ALIAS = new Target.LambdaAlias("checkout", "live");

  private static UpdateServiceRequest read(String query, String body) {
    return UpdateServiceRequest.of(
        ENDPOINTS, Query.parse(query), json(body.replace('\'', '"')), ALARM_NAME);
  }

  @Test
  void changesWhatTheBodyHas() {
    assertThat(
            read(
                "",
                "{'target': {'lambdaAlias': {'functionName': 'checkout', 'aliasName': 'live'}}}"))
        .isEqualTo(
            new UpdateServiceRequest(Optional.of(ALIAS), Optional.empty(), Optional.empty()));
    assertThat(read("", "{'alarms': ['b', 'a'], 'etag': '7'}"))
        .isEqualTo(
            new UpdateServiceRequest(
                Optional.empty(), Optional.of(List.of("b", "a")), Optional.of("7")));
    assertThat(read("", "{}"))
        .isEqualTo(new UpdateServiceRequest(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|{'target': null, 'alarms': null}",
        "``|{'target': {'none': {}}, 'alarms': []}",
        "updateMask=target,alarms|{}",
        "updateMask=alarms,target|{'target': {'none': {}}}",
      })
  void clears(String query, String body) {
    assertThat(read(query, body))
        .isEqualTo(
            new UpdateServiceRequest(
                Optional.of(Target.NONE), Optional.of(List.of()), Optional.empty()));
  }

  @Test
  void theMaskLeavesOutWhatTheBodyHas() {
    assertThat(read("updateMask=alarms", "{'target': {'none': {}}, 'alarms': ['a']}"))
        .isEqualTo(
            new UpdateServiceRequest(
                Optional.empty(), Optional.of(List.of("a")), Optional.empty()));
  }

  @Test
  void takesBackAServiceThatWasAnswered() {
    assertThat(
            read(
                "",
                "{'serviceName': 'endpointsapis.appspot.com', 'producerProjectId': 'p',"
                    + " 'totalReplicas': 3, 'etag': ''}"))
        .isEqualTo(new UpdateServiceRequest(Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "updateMask=etag|{}|updateMask: \"etag\" (expected: target, alarms or both)",
        "updateMask=target,|{}|updateMask: \"\" (expected: target, alarms or both)",
        "``|{'target': {}}|target: neither (expected: one of lambdaAlias and none)",
        "``|{'target': 'none'}|target: \"none\" (expected: an object)",
        "``|{'target': {'none': {}, 'lambdaAlias': {}}}|target: both (expected: one of",
        "``|{'target': {'none': {'x': 1}}}|Invalid JSON payload received. Unknown name \"x\" at"
            + " 'target.none'",
        "``|{'target': {'x': 1}}|Invalid JSON payload received. Unknown name \"x\" at 'target'",
        "``|{'target': {'lambdaAlias': {}}}|target.lambdaAlias.functionName: missing",
        "``|{'target': {'lambdaAlias': {'functionName': 'f'}}}|target.lambdaAlias.aliasName:"
            + " missing (expected: the name of one of its aliases)",
        "``|{'target': {'lambdaAlias': {'functionName': 'f', 'aliasName':"
            + " '1'}}}|target.lambdaAlias.aliasName: \"1\" (expected:",
        "``|{'target': {'lambdaAlias': {'functionName': 'arn:f', 'aliasName':"
            + " 'a'}}}|target.lambdaAlias.functionName: \"arn:f\" (expected:",
        "``|{'target': {'lambdaAlias': {'functionName': 'f', 'aliasName': 'a', 'x': 1}}}|Invalid"
            + " JSON payload received. Unknown name \"x\" at 'target.lambdaAlias'",
        "``|{'alarms': {}}|alarms: an object (expected: an array of strings)",
        "``|{'serviceName': 'other'}|serviceName: \"other\" (expected:"
            + " \"endpointsapis.appspot.com\", the service of the path)",
        "``|{'bogus': 1}|Invalid JSON payload received. Unknown name \"bogus\"",
      })
  void refuses(String query, String body, String message) {
    assertThat(problem(() -> read(query, body)).message()).startsWith(message);
  }
}
