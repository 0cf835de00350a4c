package org.servicerollouts.wire.google.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Problem;

class FieldMaskTest {
  private static final MessageType ROLLOUT =
      MessageType.of("google.api.servicemanagement.v1.Rollout");
  private static final MessageType PAGE =
      MessageType.of("google.api.servicemanagement.v1.ListServiceRolloutsResponse");
  private static final MessageType OPERATION = MessageType.of("google.longrunning.Operation");
  private static final String ANSWER =
      """
      {"rollouts": [
         {"rolloutId": "a", "createTime": "t", "status": "SUCCESS",
          "trafficPercentStrategy": {"percentages": {"old": 1, "new": 99}},
          "batch": {"batchSize": "50%", "interval": "5m"}},
         {"createTime": "u"}],
       "nextPageToken": "n"}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rollouts(rolloutId,status),nextPageToken|"
            + "{'rollouts':[{'rolloutId':'a','status':'SUCCESS'},{}],'nextPageToken':'n'}",
        "nextPageToken,rollouts/create_time|"
            + "{'rollouts':[{'createTime':'t'},{'createTime':'u'}],'nextPageToken':'n'}",
        "rollouts/trafficPercentStrategy/percentages/new|"
            + "{'rollouts':[{'trafficPercentStrategy':{'percentages':{'new':99}}},{}]}",
        "rollouts/trafficPercentStrategy/percentages(old,new)|"
            + "{'rollouts':[{'trafficPercentStrategy':{'percentages':{'old':1,'new':99}}},{}]}",
        "rollouts(batch(interval,other/thing),status)|"
            + "{'rollouts':[{'status':'SUCCESS','batch':{'interval':'5m'}},{}]}",
        "rollouts(*/percentages,rolloutId)|{'rollouts':[{'rolloutId':'a','trafficPercentStrategy':"
            + "{'percentages':{'old':1,'new':99}},'batch':{}},{}]}",
        "rollouts/status,rollouts(status)|{'rollouts':[{'status':'SUCCESS'},{}]}",
        "nextPageToken,nextPageToken|{'nextPageToken':'n'}",
        "*/*/interval|{'rollouts':[{'trafficPercentStrategy':{},'batch':{'interval':'5m'}},{}]}",
      })
  void selects(String fields, String expected) {
    assertThat(FieldMask.of(PAGE, fields).apply(json(ANSWER)))
        .hasToString(expected.replace('\'', '"'));
  }

  @Test
  void theWholeWinsOverAPart() {
    assertThat(FieldMask.of(PAGE, "rollouts/status,rollouts,nextPageToken").apply(json(ANSWER)))
        .isEqualTo(json(ANSWER));
    assertThat(FieldMask.of(PAGE, "*").apply(json(ANSWER))).isEqualTo(json(ANSWER));
  }

  @Test
  void anAnyIsNotChecked() {
    assertThat(
            FieldMask.of(OPERATION, "done,response(rolloutId,@type,bogus/x)")
                .apply(
                    json(
                        """
                        {"name": "n", "done": true,
                         "response": {"@type": "t", "rolloutId": "r", "status": "SUCCESS"}}
                        """)))
        .hasToString("{\"done\":true,\"response\":{\"@type\":\"t\",\"rolloutId\":\"r\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bogus|\"bogus\" at position 1 (expected: a field of"
            + " google.api.servicemanagement.v1.Rollout)",
        "status, rolloutId|\" rolloutId\" at position 8 (expected: a field of"
            + " google.api.servicemanagement.v1.Rollout)",
        "trafficPercentStrategy/x|\"x\" at position 24 (expected: a field of"
            + " google.api.servicemanagement.v1.Rollout.TrafficPercentStrategy)",
        "createTime/seconds|\"seconds\" at position 12 (expected: nothing below createTime)",
        "status(a)|\"a\" at position 8 (expected: nothing below status)",
        "trafficPercentStrategy/percentages/a/b|"
            + "\"b\" at position 38 (expected: nothing below a)",
        "''|the end (expected: a name)",
        "status,|the end (expected: a name)",
        "status,,eta|\",\" at position 8 (expected: a name)",
        "/status|\"/\" at position 1 (expected: a name)",
        "batch()|\")\" at position 7 (expected: a name)",
        "batch(a|the end (expected: \",\" or \")\")",
        "batch(a))|\")\" at position 9 (expected: \",\" or the end)",
        "batch(a)/b|\"/\" at position 9 (expected: \",\" or the end)",
        "batch(a(b)c)|\"c\" at position 11 (expected: \",\" or \")\")",
        "status)|\")\" at position 7 (expected: \",\" or the end)",
      })
  void refuses(String fields, String message) {
    Problem problem = problem(() -> FieldMask.of(ROLLOUT, fields));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.field()).contains("fields");
    assertThat(problem.message()).isEqualTo("fields: " + message);
  }

  @Test
  void boundsDepthAndLength() {
    String deepest = "batch" + "/a".repeat(31);
    assertThat(FieldMask.of(ROLLOUT, deepest).paths().getFirst()).hasSize(32);
    assertThat(problem(() -> FieldMask.of(ROLLOUT, deepest + "(b)")).message())
        .isEqualTo("fields: \"b\" at position 69 (expected: at most 32 names below one another)");
    String longest = "status,".repeat(285) + "eta,*";
    assertThat(longest).hasSize(2000);
    assertThat(FieldMask.of(ROLLOUT, longest).paths()).hasSize(287);
    assertThat(problem(() -> FieldMask.of(ROLLOUT, longest + ",eta")).message())
        .startsWith("fields: \"status,")
        .endsWith("(expected: at most 2000 characters)");
  }
}
