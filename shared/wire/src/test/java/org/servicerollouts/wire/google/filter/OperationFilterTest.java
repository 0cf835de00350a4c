package org.servicerollouts.wire.google.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.servicerollouts.wire.Samples.problem;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.google.filter.OperationFilter.Facts;

class OperationFilterTest {
  private static final Instant TIME = Instant.parse("2017-02-01T12:00:00Z");
  private static final Facts RUNNING = new Facts(TIME, false, false);
  private static final Facts SUCCEEDED = new Facts(TIME, true, false);
  private static final Facts FAILED = new Facts(TIME, true, true);

  private static OperationFilter and(String rest) {
    return OperationFilter.of("serviceName=s AND " + rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serviceName=some-service.googleapis.com",
        "serviceName=some-service.googleapis.com AND startTime>=\"2017-02-01\"",
        "serviceName=some-service.googleapis.com AND status=done",
        "serviceName=some-service.googleapis.com AND (status=done OR startTime>=\"2017-02-01\")",
        "serviceName=\"some-service.googleapis.com\"",
        "serviceName=\"some-service.googleapis.com\" AND (done = true)",
        "serviceName=\"some-service.googleapis.com\" AND (startTime < \"2017-03-20T16:02:32\")",
        "(status=done) AND (done=true AND serviceName='some-service.googleapis.com')",
        "'serviceName=some-service.googleapis.com'",
      })
  void takesWhatIsDocumentedAndWhatGcloudSends(String text) {
    OperationFilter filter = OperationFilter.of(text);
    assertThat(filter.service()).isEqualTo(new ServiceName("some-service.googleapis.com"));
    assertThat(filter.test(SUCCEEDED)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "status=done,false,true,true",
    "status=in_progress,true,false,false",
    "status=failed,false,false,true",
    "status=FAILED,false,false,true",
    "status!=done,true,false,false",
    "status!=failed,true,true,false",
    "done=true,false,true,true",
    "done!=True,true,false,false",
    "done=false,true,false,false",
    "(status=failed OR done=false),true,false,true",
    "status=done OR status=in_progress AND status!=failed,true,true,false"
  })
  void comparesHowFarItIs(String rest, boolean running, boolean succeeded, boolean failed) {
    assertThat(and(rest).test(RUNNING)).isEqualTo(running);
    assertThat(and(rest).test(SUCCEEDED)).isEqualTo(succeeded);
    assertThat(and(rest).test(FAILED)).isEqualTo(failed);
  }

  @ParameterizedTest
  @CsvSource({
    "2017-02-01,2017-02-01T00:00:00Z",
    "2017-02-01T12:00,2017-02-01T12:00:00Z",
    "2017-02-01T12:00:01,2017-02-01T12:00:01Z",
    "2017-02-01T12:00:00.000000001,2017-02-01T12:00:00.000000001Z",
    "2017-02-01T12:00:00.5Z,2017-02-01T12:00:00.500Z",
    "2017-02-01t12:00:00z,2017-02-01T12:00:00Z",
    "2017-02-01T12:00:00+01:00,2017-02-01T11:00:00Z",
    "2017-02-01T12:00:00-0130,2017-02-01T13:30:00Z",
    "2017-02-01T12:00:00+01,2017-02-01T11:00:00Z"
  })
  void comparesTheStart(String text, Instant time) {
    Facts before = new Facts(time.minusNanos(1), false, false);
    Facts at = new Facts(time, false, false);
    Facts after = new Facts(time.plusNanos(1), false, false);
    assertThat(passing("startTime>=" + text, before, at, after)).isEqualTo("-++");
    assertThat(passing("startTime>" + text, before, at, after)).isEqualTo("--+");
    assertThat(passing("startTime <= '" + text + "'", before, at, after)).isEqualTo("++-");
    assertThat(passing("startTime < \"" + text + "\"", before, at, after)).isEqualTo("+--");
  }

  private static String passing(String rest, Facts... operations) {
    StringBuilder passing = new StringBuilder();
    for (Facts operation : operations) {
      passing.append(and(rest).test(operation) ? '+' : '-');
    }
    return passing.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2017-2-1",
        "2017-02-30",
        "2017-02-01T25:00",
        "2017-02-01 12:00:00",
        "2017-02-01Z",
        "2017-02-01T12:00:00[UTC]",
        "2017-02-01T12:00:00Z+01",
        "20170201",
        "yesterday",
        "1485950400",
        ""
      })
  void refusesOtherTimes(String time) {
    assertThat(problem(() -> and("startTime>='" + time + "'")).message())
        .isEqualTo(
            "filter: startTime \""
                + time
                + "\" at position 30 (expected: a date or a date and time of ISO 8601, such as"
                + " 2017-02-01 or 2017-02-01T16:02:32Z)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "status=done", "(done=true OR done=false) AND status=failed"})
  void needsAService(String text) {
    Problem problem = problem(() -> OperationFilter.of(text));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.MISSING_VALUE);
    assertThat(problem.field()).contains("filter");
    assertThat(problem.message())
        .isEqualTo(
            "filter: serviceName is missing (expected: serviceName=\"<service>\" at the top level,"
                + " alone or with AND)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serviceName=s OR status=done|serviceName within OR at position 1 (expected: serviceName at"
            + " the top level, alone or with AND)",
        "status=done AND (done=true OR serviceName=s)|serviceName within OR at position 31"
            + " (expected: serviceName at the top level, alone or with AND)",
        "serviceName=s AND (done=true OR done=false AND serviceName=t)|a second serviceName at"
            + " position 48 (expected: serviceName once)",
        "serviceName=s AND serviceName=s|a second serviceName at position 19 (expected: serviceName"
            + " once)",
        "serviceName!=s|serviceName != at position 1 (expected: serviceName with only =)",
        "serviceName=A!B|unexpected \"!\" at position 14 (expected: AND, OR or the end)",
        "serviceName=A/B|serviceName \"A/B\" at position 13 (expected: the name of a service, such"
            + " as endpointsapis.appspot.com)",
        "serviceName=\"\"|serviceName \"\" at position 13 (expected: the name of a service, such as"
            + " endpointsapis.appspot.com)",
        "serviceName=s AND status=success|status \"success\" at position 26 (expected: done,"
            + " in_progress or failed)",
        "serviceName=s AND done=1|done \"1\" at position 24 (expected: true or false)",
        "serviceName=s AND done>true|done > at position 19 (expected: done with = or !=)",
        "serviceName=s AND startTime=2017-02-01|startTime = at position 19 (expected: startTime"
            + " with >=, >, <= or <)",
        "serviceName=s AND name=x|unknown field \"name\" at position 19 (expected: serviceName,"
            + " startTime, status or done)",
      })
  void refusesOtherRestrictions(String filter, String message) {
    Problem problem = problem(() -> OperationFilter.of(filter));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.field()).contains("filter");
    assertThat(problem.message()).isEqualTo("filter: " + message);
  }

  @Test
  void onlyWhatIsDoneCanHaveFailed() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Facts(TIME, false, true));
  }
}
