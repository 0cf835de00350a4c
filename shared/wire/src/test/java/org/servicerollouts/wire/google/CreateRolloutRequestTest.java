package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALARM_NAME;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.batch;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.partition;
import static org.servicerollouts.wire.Samples.problem;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Spec;

class CreateRolloutRequestTest {
  private static final String ALL_NEW =
      "\"trafficPercentStrategy\": {\"percentages\": {\"new\": 100}}";

  private static CreateRolloutRequest read(String body) {
    return CreateRolloutRequest.of(ENDPOINTS, json(body), ALARM_NAME);
  }

  private static CreateRolloutRequest plain(Optional<String> id, Map<String, Double> percentages) {
    return new CreateRolloutRequest(
        id, Spec.of(percentages, Optional.empty()), Optional.empty(), Optional.empty());
  }

  @Test
  void readsTheSeedsCanary() {
    CreateRolloutRequest request =
        read(
            """
            {
               "rolloutId": "canary-rollout",
               "serviceName": "endpointsapis.appspot.com",
               "trafficPercentStrategy": {
                 "percentages": {
                   "new": 10,
                   "old": 90
                 }
               }
             }
            """);
    assertThat(request)
        .isEqualTo(plain(Optional.of("canary-rollout"), Map.of("new", 10.0, "old", 90.0)));
    assertThat(request.event(ALICE))
        .isEqualTo(
            Event.Create.of(
                Optional.of("canary-rollout"),
                Map.of("new", 10.0, "old", 90.0),
                Optional.empty(),
                ALICE));
  }

  @ParameterizedTest
  @CsvSource({"full-rollout,new", "rollout-to-old,old"})
  void readsTheSeedsTrailingCommas(String id, String config) {
    assertThat(
            read(
                """
                {
                   "rolloutId": "%s",
                   "serviceName": "endpointsapis.appspot.com",
                   "trafficPercentStrategy": {
                     "percentages": {
                       "%s": 100,
                     }
                   }
                 }
                """
                    .formatted(id, config)))
        .isEqualTo(plain(Optional.of(id), Map.of(config, 100.0)));
  }

  @Test
  void readsWhatGcloudSends() {
    assertThat(
            read(
                "{\"serviceName\":\"endpointsapis.appspot.com\","
                    + "\"trafficPercentStrategy\":{\"percentages\":{\"2026-11-22r0\":100.0}}}"))
        .isEqualTo(plain(Optional.empty(), Map.of("2026-11-22r0", 100.0)));
  }

  @Test
  void readsSnakeCaseAndStrings() {
    assertThat(
            read("{\"rollout_id\": \"a\", \"traffic_percent_strategy\":"
                    + " {\"percentages\": {\"new\": \"99.5\", \"old\": \"5e-1\"}},"
                    + " \"batch\": {\"batch_size\": 3}}")
                .spec()
                .strategy())
        .contains(batch("3", "5m"));
  }

  @Test
  void takesBackWhatTheServerSets() {
    assertThat(
            read("{\"createTime\": \"2016-02-16T00:00:00Z\", \"createdBy\": 7, \"status\": 2,"
                    + " \"deleteServiceStrategy\": null, \"rolloutId\": null, "
                    + ALL_NEW
                    + "}")
                .rolloutId())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|25%|5m",
        "{\"batchSize\": \"10%\", \"interval\": \"90s\"}|10%|90s",
        "{\"batchSize\": 2, \"interval\": null}|2|5m",
      })
  void readsBatch(String given, String size, String interval) {
    assertThat(read("{" + ALL_NEW + ", \"batch\": " + given + "}").spec().strategy())
        .contains(batch(size, interval));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"\"50%\",50%", "\"5\",5", "5,5", "0,0", "\"0%\",0%"})
  void readsPartition(String given, String keep) {
    assertThat(read("{" + ALL_NEW + ", \"partition\": " + given + "}").spec().strategy())
        .contains(partition(keep));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"new\": 0|percentages[\"new\"]: 0 (expected: more than 0)",
        "\"new\": -5|percentages[\"new\"]: -5 (expected: more than 0)",
        "\"new\": NaN|percentages[\"new\"]: NaN (expected: more than 0)",
        "\"new\": \"NaN\"|percentages[\"new\"]: NaN (expected: more than 0)",
        "\"new\": Infinity|percentages[\"new\"]: Infinity (expected: at most 100)",
        "\"new\": 1e999|percentages[\"new\"]: Infinity (expected: at most 100)",
        "\"new\": 101|percentages[\"new\"]: 101 (expected: at most 100)",
        "\"new\": 99.9|sum of percentages: 99.9 (expected: exactly 100)",
        "\"new\": 4e-10, \"old\": 99.9999999996|percentages[\"new\"]: 0.0000000004 (expected: at"
            + " least 0.000000001)",
        "\"new\": 10, \"old\": 91|sum of percentages: 101 (expected: exactly 100)",
        "\"new\": true|trafficPercentStrategy.percentages[\"new\"]: true (expected: a number)",
        "\"new\": \"all\"|trafficPercentStrategy.percentages[\"new\"]: \"all\" (expected: a"
            + " number)",
        "\"new/er\": 100|percentages key: \"new/er\" (expected: 1 to 63 characters of",
        "\"new\\u0000\": 100|percentages key: \"new\\u0000\" (expected: 1 to 63 characters of",
      })
  void refusesPercentages(String percentages, String message) {
    Problem problem =
        problem(
            () -> read("{\"trafficPercentStrategy\": {\"percentages\": {" + percentages + "}}}"));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID_VALUE);
    assertThat(problem.message()).startsWith(message);
  }

  @Test
  void refusesSixConfigs() {
    Problem problem =
        problem(
            () ->
                read(
                    "{\"trafficPercentStrategy\": {\"percentages\":"
                        + " {\"a\": 20, \"b\": 20, \"c\": 20, \"d\": 20, \"e\": 10, \"f\": 10}}}"));
    assertThat(problem.message()).contains("percentages").contains("6 configs").contains("1 to 5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|MISSING_VALUE|trafficPercentStrategy: missing",
        "{\"trafficPercentStrategy\": {}}|MISSING_VALUE|trafficPercentStrategy.percentages:"
            + " missing",
        "{\"trafficPercentStrategy\": []}|INVALID_VALUE|trafficPercentStrategy: an array (expected:"
            + " an object)",
        "{\"trafficPercentStrategy\": {\"percentages\": {}}}|INVALID_VALUE|percentages: ",
        "{ALL, \"rolloutId\": \"Canary\"}|INVALID_VALUE|rolloutId: \"Canary\" (expected: 1 to 63"
            + " characters",
        "{ALL, \"rolloutId\": \".\"}|INVALID_VALUE|rolloutId: \".\" (expected: 1 to 63 characters"
            + " of",
        "{ALL, \"rolloutId\": \"..\"}|INVALID_VALUE|rolloutId: \"..\" (expected: 1 to 63 characters"
            + " of a-z, 0-9, '.', '_' and '-', other than \".\" and \"..\")",
        "{ALL, \"rolloutId\": \"a/b\"}|INVALID_VALUE|rolloutId: \"a/b\" (expected: 1 to 63"
            + " characters",
        "{ALL, \"rolloutId\": \"a\\u0000\"}|INVALID_VALUE|rolloutId: \"a\\u0000\" (expected: 1 to"
            + " 63 characters",
        "{ALL, \"serviceName\": \"b\"}|INVALID_VALUE|serviceName: \"b\" (expected:"
            + " \"endpointsapis.appspot.com\"",
        "{ALL, \"deleteServiceStrategy\": {}}|INVALID_VALUE|deleteServiceStrategy: given (expected:"
            + " none",
        "{ALL, \"batch\": {}, \"partition\": \"5\"}|INVALID_VALUE|batch, partition: both given"
            + " (expected: at most",
        "{ALL, \"batch\": \"10%\"}|INVALID_VALUE|batch: \"10%\" (expected: an object)",
        "{ALL, \"batch\": {\"batchSize\": \"0\"}}|INVALID_VALUE|batch.batchSize: \"0\" (expected: ",
        "{ALL, \"batch\": {\"batchSize\": \"101%\"}}|INVALID_VALUE|batch.batchSize: \"101%\""
            + " (expected: ",
        "{ALL, \"batch\": {\"batchSize\": \"33.3333333333%\"}}|INVALID_VALUE|batch.batchSize:"
            + " \"33.3333333333%\" (expected: 1 or more, in up to 18 digits, or a percentage above"
            + " 0% and up to 100%, with up to 9 decimal places)",
        "{ALL, \"batch\": {\"batchSize\": 1e18}}|INVALID_VALUE|batch.batchSize:"
            + " \"1000000000000000000\" (expected: 1 or more, in up to 18 digits",
        "{ALL, \"batch\": {\"batchSize\": 100e2147483647}}|INVALID_VALUE|batch.batchSize:"
            + " \"1.00E+2147483649\" (expected: 1 or more, in up to 18 digits",
        "{ALL, \"partition\": \"33.3333333333%\"}|INVALID_VALUE|partition: \"33.3333333333%\""
            + " (expected: 0 or more, in up to 18 digits, or 0% to 100%, with up to 9 decimal"
            + " places)",
        "{ALL, \"batch\": {\"batchSize\": 2.5}}|INVALID_VALUE|batch.batchSize: \"2.5\" (expected: ",
        "{ALL, \"batch\": {\"interval\": \"0s\"}}|INVALID_VALUE|batch.interval: \"0s\" (expected: ",
        "{ALL, \"batch\": {\"interval\": 5}}|INVALID_VALUE|batch.interval: \"5\" (expected: ",
        "{ALL, \"batch\": {\"pause\": 5}}|UNKNOWN_FIELD|Invalid JSON payload received. Unknown name"
            + " \"pause\" at 'batch':",
        "{ALL, \"partition\": {\"partition\": \"5\"}}|INVALID_VALUE|partition: an object (expected:"
            + " a string)",
        "{ALL, \"partition\": \"-1\"}|INVALID_VALUE|partition: \"-1\" (expected: ",
        "{ALL, \"partition\": NaN}|INVALID_VALUE|partition: \"NaN\" (expected: ",
      })
  void refuses(String body, Problem.Kind kind, String message) {
    Problem problem = problem(() -> read(body.replace("ALL", ALL_NEW)));
    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith(message);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    Problem problem = problem(() -> read("{" + ALL_NEW + ", \"bogus\": 1}"));
    assertThat(problem.kind()).isEqualTo(Problem.Kind.UNKNOWN_FIELD);
    assertThat(problem.message())
        .isEqualTo("Invalid JSON payload received. Unknown name \"bogus\": Cannot find field.");
  }

  @Test
  void refusesWhatThePercentStrategyDoesNotKnow() {
    assertThat(
            problem(
                    () ->
                        read(
                            "{\"trafficPercentStrategy\": {\"percentages\": {\"new\": 100}, \"x\":"
                                + " 1}}"))
                .message())
        .isEqualTo(
            "Invalid JSON payload received. Unknown name \"x\" at 'trafficPercentStrategy': Cannot"
                + " find field.");
  }
}
