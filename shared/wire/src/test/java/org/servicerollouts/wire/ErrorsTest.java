package org.servicerollouts.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Problem.Kind;

class ErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "INVALID_VALUE,400,INVALID_ARGUMENT,400,InvalidParameter",
    "MISSING_VALUE,400,INVALID_ARGUMENT,400,MissingParameter",
    "MALFORMED_BODY,400,INVALID_ARGUMENT,400,InvalidParameter",
    "UNKNOWN_FIELD,400,INVALID_ARGUMENT,400,InvalidParameter",
    "BODY_TOO_LARGE,400,INVALID_ARGUMENT,400,InvalidParameter",
    "SERVICE_NOT_FOUND,404,NOT_FOUND,404,ServiceNotFound",
    "CONFIG_NOT_FOUND,404,NOT_FOUND,404,RevisionNotFound",
    "ROLLOUT_NOT_FOUND,404,NOT_FOUND,404,RolloutNotFound",
    "OPERATION_NOT_FOUND,404,NOT_FOUND,404,InvalidAction.NotFound",
    "METHOD_NOT_FOUND,404,NOT_FOUND,404,InvalidAction.NotFound",
    "ACCESS_CLOSED,403,PERMISSION_DENIED,403,Forbidden",
    "METHOD_NOT_ALLOWED,404,NOT_FOUND,405,UnsupportedHTTPMethod",
    "SERVICE_EXISTS,409,ALREADY_EXISTS,409,ServiceAlreadyExists",
    "CONFIG_EXISTS,409,ALREADY_EXISTS,409,Conflict",
    "ROLLOUT_EXISTS,409,ALREADY_EXISTS,409,RolloutAlreadyExists",
    "PLAN_EXISTS,409,ALREADY_EXISTS,409,RolloutAlreadyExists",
    "ROLLOUTS_NOT_ENABLED,400,FAILED_PRECONDITION,400,RolloutNotEnabled",
    "WRONG_SERVICE_TYPE,400,FAILED_PRECONDITION,400,IncorrectServiceType",
    "FAILED_PRECONDITION,400,FAILED_PRECONDITION,409,Conflict",
    "ROLLOUT_IN_THE_WAY,409,ABORTED,409,Conflict",
    "QUEUE_FULL,429,RESOURCE_EXHAUSTED,429,Throttling.User",
    "ABORTED,409,ABORTED,409,Conflict",
    "INTERNAL,500,INTERNAL,500,InternalError",
  })
  void eachKindReadsAsTheTableSays(
      Kind kind, int googleStatus, String code, int easStatus, String easCode) {
    Problem problem = Problem.of(kind, "why");
    assertThat(Errors.status(Surface.GOOGLE, problem)).isEqualTo(googleStatus);
    assertThat(Errors.google(problem).at("/error/code").intValue()).isEqualTo(googleStatus);
    assertThat(Errors.google(problem).at("/error/status").textValue()).isEqualTo(code);
    assertThat(Errors.status(Surface.EAS, problem)).isEqualTo(easStatus);
    assertThat(Errors.eas(problem, "ID", "host").get("Code").textValue()).isEqualTo(easCode);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void reasonsHaveGooglesForm(Kind kind) {
    assertThat(Errors.google(Problem.of(kind, "why")).at("/error/details/0/reason").textValue())
        .matches("[A-Z][A-Z0-9_]+[A-Z0-9]")
        .hasSizeLessThan(64);
  }

  @Test
  void googlesBodyNamesTheField() {
    Problem problem = Problem.invalid("percentages[\"new\"]", 0, "more than 0");
    assertThat(Json.pretty(Errors.google(problem)))
        .isEqualTo(
            """
            {
              "error": {
                "code": 400,
                "message": "percentages[\\"new\\"]: 0 (expected: more than 0)",
                "status": "INVALID_ARGUMENT",
                "details": [
                  {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "INVALID_VALUE",
                    "domain": "servicemanagement.googleapis.com"
                  },
                  {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [
                      {
                        "field": "percentages[\\"new\\"]",
                        "description": "percentages[\\"new\\"]: 0 (expected: more than 0)"
                      }
                    ]
                  }
                ]
              }
            }
            """);
  }

  @Test
  void googlesBodyHasNoFieldWhereThereIsNone() {
    assertThat(Json.compact(Errors.google(NotFound.service("x"))))
        .isEqualTo(
            "{\"error\":{\"code\":404,\"message\":\"Service 'x' not found or permission denied.\","
                + "\"status\":\"NOT_FOUND\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                + "\"reason\":\"SERVICE_NOT_FOUND\",\"domain\":\"servicemanagement.googleapis.com\"}]}}");
  }

  @Test
  void easBody() {
    Problem problem = Problem.missing("Partition.Partition", "how many old replicas to keep");
    assertThat(
            Json.compact(
                Errors.eas(problem, "40325405-579C-4D82-AAAA-000000000000", "example.com")))
        .isEqualTo(
            "{\"RequestId\":\"40325405-579C-4D82-AAAA-000000000000\",\"HostId\":\"example.com\","
                + "\"Code\":\"MissingParameter\",\"Message\":\"Partition.Partition: missing"
                + " (expected: how many old replicas to keep)\",\"Recommend\":\"Correct the request"
                + " as Message says.\"}");
  }
}
