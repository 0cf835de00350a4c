package org.servicerollouts.doubles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.aws.Clients;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClientBuilder;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** CloudWatch's own client against the double, and the other protocols by hand. */
class CloudWatchDoubleTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00.250Z");
  private static final String ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:";

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final List<AlarmStateChange> told = new CopyOnWriteArrayList<>();

  private CloudWatchDouble cloudWatch;
  private CloudWatchClient client;

  @BeforeEach
  void start() throws IOException {
    cloudWatch =
        CloudWatchDouble.start(0, new AwsAccount("us-east-1", "123456789012"), now::get, told::add);
    cloudWatch.limit(1_000);
    client = Clients.client(builder(), "us-east-1", 1);
  }

  private CloudWatchClientBuilder builder() {
    return CloudWatchClient.builder()
        .endpointOverride(cloudWatch.endpoint())
        .credentialsProvider(AnonymousCredentialsProvider.create());
  }

  @AfterEach
  void stop() {
    client.close();
    cloudWatch.close();
  }

  private void putErrors() {
    client.putMetricAlarm(
        r ->
            r.alarmName("errors")
                .alarmDescription("Too many errors")
                .namespace("AWS/Lambda")
                .metricName("Errors")
                .dimensions(Dimension.builder().name("FunctionName").value("checkout").build())
                .statistic(Statistic.SUM)
                .period(60)
                .evaluationPeriods(1)
                .threshold(1.0)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .alarmActions("arn:aws:sns:us-east-1:123456789012:pager"));
  }

  private void putEither() {
    client.putCompositeAlarm(
        r -> r.alarmName("either").alarmRule("ALARM(errors) OR ALARM(latency)"));
  }

  private void set(String alarm, String state, String reason) {
    client.setAlarmState(r -> r.alarmName(alarm).stateValue(state).stateReason(reason));
  }

  private DescribeAlarmsResponse describe(Consumer<DescribeAlarmsRequest.Builder> which) {
    return client.describeAlarms(which);
  }

  private MetricAlarm errors() {
    return describe(r -> r.alarmNames("errors")).metricAlarms().getFirst();
  }

  @Test
  void aMetricAlarmIsAsItWasPutAndHasNoDataAtFirst() {
    putErrors();

    MetricAlarm alarm = errors();
    assertThat(alarm.alarmName()).isEqualTo("errors");
    assertThat(alarm.alarmArn()).isEqualTo(ARN + "errors");
    assertThat(alarm.alarmDescription()).isEqualTo("Too many errors");
    assertThat(alarm.actionsEnabled()).isTrue();
    assertThat(alarm.alarmActions()).containsExactly("arn:aws:sns:us-east-1:123456789012:pager");
    assertThat(alarm.okActions()).isEmpty();
    assertThat(alarm.metricName()).isEqualTo("Errors");
    assertThat(alarm.dimensions().getFirst().value()).isEqualTo("checkout");
    assertThat(alarm.period()).isEqualTo(60);
    assertThat(alarm.threshold()).isEqualTo(1.0);
    assertThat(alarm.stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
    assertThat(alarm.stateReason()).isEqualTo("Unchecked: Initial alarm creation");
    assertThat(alarm.stateUpdatedTimestamp()).isEqualTo(START);
    assertThat(alarm.stateTransitionedTimestamp()).isEqualTo(START);
    assertThat(alarm.alarmConfigurationUpdatedTimestamp()).isEqualTo(START);
    assertThat(told).isEmpty();
  }

  @Test
  void puttingAnAlarmAgainLeavesItsStateAndNothingOfItsConfiguration() {
    putErrors();
    set("errors", "ALARM", "5 errors");
    client.putMetricAlarm(r -> r.alarmName("errors").metricName("Throttles"));

    MetricAlarm alarm = errors();
    assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM);
    assertThat(alarm.metricName()).isEqualTo("Throttles");
    assertThat(alarm.alarmDescription()).isNull();
    assertThat(alarm.alarmActions()).isEmpty();
  }

  @Test
  void timesTellWhenTheStateWasSetAndWhenItBecameAnother() {
    putErrors();
    now.set(START.plusSeconds(1));
    set("errors", "ALARM", "5 errors");
    now.set(START.plusSeconds(2));
    set("errors", "ALARM", "6 errors");

    MetricAlarm alarm = errors();
    assertThat(alarm.stateReason()).isEqualTo("6 errors");
    assertThat(alarm.stateTransitionedTimestamp()).isEqualTo(START.plusSeconds(1));
    assertThat(alarm.stateUpdatedTimestamp()).isEqualTo(START.plusSeconds(2));
    assertThat(told).hasSize(1);
  }

  @Test
  void aTransitionIsToldAsCloudWatchTellsEventBridge() throws Exception {
    putErrors();
    now.set(START.plusSeconds(1));
    set("errors", "ALARM", "5 errors");

    AlarmStateChange change = told.getFirst();
    assertThat(change.alarmArn()).isEqualTo(ARN + "errors");
    assertThat(change.time()).isEqualTo(START.plusSeconds(1));
    ObjectMapper json = new ObjectMapper();
    assertThat(json.<JsonNode>valueToTree(change.detail()))
        .isEqualTo(
            json.readTree(
                """
                {"alarmName": "errors",
                 "state": {"value": "ALARM", "reason": "5 errors",
                           "timestamp": "2026-03-01T10:00:01.250+0000"},
                 "previousState": {"value": "INSUFFICIENT_DATA",
                                   "reason": "Unchecked: Initial alarm creation",
                                   "timestamp": "2026-03-01T10:00:00.250+0000"},
                 "configuration": {
                   "description": "Too many errors",
                   "metrics": [
                     {"id": "%s",
                      "metricStat": {
                        "metric": {"dimensions": {"FunctionName": "checkout"},
                                   "name": "Errors", "namespace": "AWS/Lambda"},
                        "period": 60, "stat": "Sum"},
                      "returnData": true}]}}
                """
                    .formatted(UUID.nameUUIDFromBytes("errors".getBytes(StandardCharsets.UTF_8)))));
  }

  @Test
  void aTransitionOfAnAlarmOnSeveralMetricsTellsThemAll() {
    client.putMetricAlarm(
        r ->
            r.alarmName("rate")
                .metrics(
                    MetricDataQuery.builder()
                        .id("rate")
                        .expression("errors / calls")
                        .label("Rate")
                        .returnData(true)
                        .build(),
                    MetricDataQuery.builder()
                        .id("errors")
                        .returnData(false)
                        .metricStat(
                            s ->
                                s.stat("Sum")
                                    .period(60)
                                    .metric(m -> m.namespace("Own").metricName("Errors")))
                        .build()));
    set("rate", "ALARM", "0.2");

    assertThat(new ObjectMapper().valueToTree(told.getFirst().detail()).at("/configuration"))
        .hasToString(
            "{\"metrics\":[{\"id\":\"rate\",\"expression\":\"errors /"
                + " calls\",\"label\":\"Rate\",\"returnData\":true},"
                + "{\"id\":\"errors\",\"metricStat\":{\"metric\":{\"dimensions\":{},"
                + "\"name\":\"Errors\",\"namespace\":\"Own\"},\"period\":60,\"stat\":\"Sum\"},"
                + "\"returnData\":false}]}");
  }

  @Test
  void aCompositeAlarmIsListedWhereItIsAskedForAndItsRuleIsNotEvaluated() {
    putErrors();
    putEither();
    set("errors", "ALARM", "5 errors");

    assertThat(describe(r -> r.alarmNames("errors", "either")).compositeAlarms()).isEmpty();
    DescribeAlarmsResponse both =
        describe(
            r ->
                r.alarmNames("errors", "either")
                    .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM));
    assertThat(both.metricAlarms()).extracting(MetricAlarm::alarmName).containsExactly("errors");
    assertThat(both.compositeAlarms())
        .extracting(CompositeAlarm::alarmRule)
        .containsExactly("ALARM(errors) OR ALARM(latency)");
    assertThat(both.compositeAlarms().getFirst().stateValue())
        .isEqualTo(StateValue.INSUFFICIENT_DATA);

    set("either", "ALARM", "by hand");
    assertThat(told.getLast().detail())
        .containsEntry("alarmName", "either")
        .containsEntry("configuration", Map.of("alarmRule", "ALARM(errors) OR ALARM(latency)"));
  }

  @Test
  void alarmsAreFoundByPrefixAndState() {
    cloudWatch.set("a-errors", "OK", "fine");
    cloudWatch.set("a-latency", "ALARM", "slow");
    cloudWatch.set("b-latency", "ALARM", "slow");

    assertThat(names(r -> r.alarmNamePrefix("a-"))).containsExactly("a-errors", "a-latency");
    assertThat(names(r -> r.stateValue(StateValue.ALARM)))
        .containsExactly("a-latency", "b-latency");
    assertThat(names(r -> r.alarmNames("a-errors", "none"))).containsExactly("a-errors");
    assertThat(names(r -> {})).hasSize(3);
  }

  private List<String> names(Consumer<DescribeAlarmsRequest.Builder> which) {
    return describe(which).metricAlarms().stream().map(MetricAlarm::alarmName).toList();
  }

  @Test
  void manyAlarmsComeInPages() {
    List<String> all = IntStream.range(0, 250).mapToObj(i -> "alarm-%03d".formatted(i)).toList();
    all.forEach(name -> cloudWatch.set(name, "OK", "fine"));

    List<String> found = new ArrayList<>();
    client
        .describeAlarmsPaginator(r -> r.maxRecords(100))
        .metricAlarms()
        .forEach(alarm -> found.add(alarm.alarmName()));

    assertThat(found).isEqualTo(all);
    assertThat(cloudWatch.calls()).hasSize(3);
    assertThat(describe(r -> r.maxRecords(100).alarmNamePrefix("alarm-0")).nextToken()).isNull();
  }

  @Test
  void aDeletedAlarmIsNotFound() {
    putErrors();
    client.deleteAlarms(r -> r.alarmNames("errors"));

    assertThat(names(r -> r.alarmNames("errors"))).isEmpty();
  }

  private static Arguments refused(
      String name, Consumer<CloudWatchClient> call, int status, String code, String message) {
    return argumentSet(name, call, status, code, message);
  }

  static Stream<Arguments> refusals() {
    String model = "1 validation error detected: Value ";
    return Stream.of(
        refused(
            "SetAlarmState of an unknown alarm",
            client ->
                client.setAlarmState(
                    r -> r.alarmName("none").stateValue("OK").stateReason("by hand")),
            404,
            "ResourceNotFound",
            ""),
        refused(
            "SetAlarmState to no state",
            client ->
                client.setAlarmState(
                    r -> r.alarmName("errors").stateValue("FINE").stateReason("by hand")),
            400,
            "ValidationError",
            model
                + "'FINE' at 'StateValue' failed to satisfy constraint: Member must satisfy enum"
                + " value set: [INSUFFICIENT_DATA, ALARM, OK]"),
        refused(
            "SetAlarmState without a reason",
            client -> client.setAlarmState(r -> r.alarmName("errors").stateValue("OK")),
            400,
            "ValidationError",
            model + "null at 'StateReason' failed to satisfy constraint: Member must not be null"),
        refused(
            "PutMetricAlarm without a name",
            client -> client.putMetricAlarm(r -> r.alarmName("")),
            400,
            "ValidationError",
            model
                + "'' at 'AlarmName' failed to satisfy constraint: Member must have length greater"
                + " than or equal to 1"),
        refused(
            "PutMetricAlarm with a name too long",
            client -> client.putMetricAlarm(r -> r.alarmName("a".repeat(256))),
            400,
            "ValidationError",
            model
                + "'"
                + "a".repeat(256)
                + "' at 'AlarmName' failed to satisfy constraint: Member must have length less"
                + " than or equal to 255"),
        refused(
            "PutCompositeAlarm without a rule",
            client -> client.putCompositeAlarm(r -> r.alarmName("either")),
            400,
            "ValidationError",
            model + "null at 'AlarmRule' failed to satisfy constraint: Member must not be null"),
        refused(
            "DescribeAlarms of too many",
            client ->
                client.describeAlarms(
                    r -> r.alarmNames(IntStream.range(0, 101).mapToObj(i -> "a" + i).toList())),
            400,
            "ValidationError",
            model
                + "'101 items' at 'AlarmNames' failed to satisfy constraint: Member must have"
                + " length less than or equal to 100"),
        refused(
            "DescribeAlarms with too many records",
            client -> client.describeAlarms(r -> r.maxRecords(101)),
            400,
            "ValidationError",
            model
                + "'101' at 'MaxRecords' failed to satisfy constraint: Member must be from 1 to"
                + " 100"),
        refused(
            "DescribeAlarms after a token of its own making",
            client -> client.describeAlarms(r -> r.nextToken("#")),
            400,
            "InvalidNextToken",
            "The next token is invalid"),
        refused(
            "DescribeAlarms by what the double has not",
            client -> client.describeAlarms(r -> r.actionPrefix("arn:")),
            400,
            "ValidationError",
            model + "ActionPrefix failed to satisfy constraint: This double does not know it"),
        refused(
            "an operation that the double has not",
            CloudWatchClient::listDashboards,
            404,
            "UnknownOperationException",
            "This double knows no such operation"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isRefused(Consumer<CloudWatchClient> call, int status, String code, String message) {
    putErrors();

    assertThatExceptionOfType(CloudWatchException.class)
        .isThrownBy(() -> call.accept(client))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
    assertThat(told).isEmpty();
  }

  @Test
  void somebodySetsAStateWithoutACall() {
    cloudWatch.set("errors", "OK", "fine");

    assertThat(cloudWatch.calls()).isEmpty();
    assertThat(errors().stateValue()).isEqualTo(StateValue.OK);
    assertThat(told).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cloudWatch.set("errors", "FINE", "by hand"))
        .withMessage("state: \"FINE\" (expected: one of [INSUFFICIENT_DATA, ALARM, OK])");
  }

  @Test
  void callsAboveTheRateAreThrottled() {
    cloudWatch.limit(1);
    names(r -> {});

    assertThatExceptionOfType(CloudWatchException.class)
        .isThrownBy(() -> names(r -> {}))
        .satisfies(
            e -> {
              assertThat(e.isThrottlingException()).isTrue();
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("Throttling");
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate exceeded");
            });

    now.set(START.plusSeconds(1));
    assertThat(names(r -> {})).isEmpty();
  }

  @Test
  void callsFailOnDemand() {
    putErrors();
    cloudWatch.faults().next(1, Fault.THROTTLED);
    cloudWatch.faults().next(1, Fault.BROKEN);
    cloudWatch.faults().when(call -> call.resource().equals("errors"), Fault.DROPPED);

    assertThatExceptionOfType(CloudWatchException.class)
        .isThrownBy(() -> names(r -> {}))
        .matches(CloudWatchException::isThrottlingException);
    assertThatExceptionOfType(CloudWatchException.class)
        .isThrownBy(() -> names(r -> {}))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(500));
    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(() -> set("errors", "ALARM", "5 errors"));

    assertThat(errors().stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
    assertThat(cloudWatch.calls())
        .extracting(Call::operation, Call::resource)
        .startsWith(tuple("PutMetricAlarm", "errors"), tuple("DescribeAlarms", ""));
  }

  @Test
  void aSilentCallIsDoneAndNeverAnswered() {
    putErrors();
    cloudWatch.faults().next(1, Fault.DONE_BUT_SILENT);
    try (CloudWatchClient impatient =
        builder()
            .region(Region.US_EAST_1)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .httpClient(
                UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(200)).build())
            .build()) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(
              () ->
                  impatient.setAlarmState(
                      r -> r.alarmName("errors").stateValue("ALARM").stateReason("5 errors")))
          .withMessageContaining("Read timed out");
    }
    assertThat(errors().stateValue()).isEqualTo(StateValue.ALARM);
    assertThat(told).hasSize(1);
  }

  private HttpResponse<String> json(String operation, String body) throws Exception {
    return send(
        body,
        "X-Amz-Target",
        "GraniteServiceVersion20100801." + operation,
        "Content-Type",
        "application/x-amz-json-1.0");
  }

  private HttpResponse<String> form(String body) throws Exception {
    return send(body, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  }

  private HttpResponse<String> send(String body, String... headers) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(cloudWatch.endpoint().resolve("/"))
              .headers(headers)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** What aws cloudwatch set-alarm-state and describe-alarms send since 2025. */
  @Test
  void theAlarmIsSetAndReadInJson() throws Exception {
    putErrors();
    HttpResponse<String> set =
        json(
            "SetAlarmState",
            "{\"AlarmName\": \"errors\", \"StateValue\": \"ALARM\", \"StateReason\": \"<5>\"}");

    assertThat(set.statusCode()).isEqualTo(200);
    assertThat(set.body()).isEqualTo("{}");
    assertThat(told).hasSize(1);
    HttpResponse<String> read = json("DescribeAlarms", "{\"AlarmNames\": [\"errors\"]}");
    assertThat(read.headers().firstValue("Content-Type")).contains("application/x-amz-json-1.0");
    assertThat(read.body())
        .contains("\"StateReason\":\"<5>\"", "\"StateUpdatedTimestamp\":1.77235920025E9");
  }

  @Test
  void aRefusalInJsonNamesTheOldCodeInAHeader() throws Exception {
    HttpResponse<String> refused = json("SetAlarmState", "{\"AlarmName\": \"errors\"}");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("x-amzn-query-error"))
        .contains("ValidationError;Sender");
    assertThat(refused.body())
        .startsWith("{\"__type\":\"com.amazonaws.cloudwatch#ValidationException\",\"message\":");
  }

  /** What they sent before. */
  @Test
  void theAlarmIsPutSetAndReadByFormAndXml() throws Exception {
    assertThat(
            form("Action=PutMetricAlarm&Version=2010-08-01&AlarmName=errors&Period=60"
                     + "&Threshold=1.5&ActionsEnabled=false&OKActions="
                     + "&AlarmActions.member.1=a&AlarmActions.member.2=b"
                     + "&Dimensions.member.1.Name=FunctionName&Dimensions.member.1.Value=check%26out")
                .statusCode())
        .isEqualTo(200);
    HttpResponse<String> set =
        form(
            "Action=SetAlarmState&Version=2010-08-01&AlarmName=errors&StateValue=ALARM"
                + "&StateReason=%3C5+errors%3E");

    assertThat(set.statusCode()).isEqualTo(200);
    assertThat(set.body())
        .matches(
            "<SetAlarmStateResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
                + "<ResponseMetadata><RequestId>[0-9a-f-]+</RequestId></ResponseMetadata>"
                + "</SetAlarmStateResponse>");
    assertThat(told).hasSize(1);
    assertThat(
            form("Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=errors"
                    + "&AlarmTypes.member.1=MetricAlarm&MaxRecords=10")
                .body())
        .contains(
            "<DescribeAlarmsResult><MetricAlarms><member><AlarmName>errors</AlarmName>",
            "<StateReason>&lt;5 errors&gt;</StateReason>",
            "<StateUpdatedTimestamp>2026-03-01T10:00:00.250Z</StateUpdatedTimestamp>",
            "<Value>check&amp;out</Value>");
    MetricAlarm alarm = errors();
    assertThat(alarm.period()).isEqualTo(60);
    assertThat(alarm.threshold()).isEqualTo(1.5);
    assertThat(alarm.actionsEnabled()).isFalse();
    assertThat(alarm.alarmActions()).containsExactly("a", "b");
    assertThat(alarm.okActions()).isEmpty();
    assertThat(alarm.dimensions().getFirst().value()).isEqualTo("check&out");
  }

  @Test
  void aRefusalByFormIsInXml() throws Exception {
    HttpResponse<String> refused =
        form("Action=SetAlarmState&AlarmName=none&StateValue=OK&StateReason=x");

    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.body())
        .contains("<Error><Type>Sender</Type><Code>ResourceNotFound</Code><Message></Message>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SetAlarmState  | {                                                       | 400
          SetAlarmState  | []                                                      | 400
          SetAlarmState  | {"AlarmName": 1}                                        | 400
          DescribeAlarms | {"AlarmNames": "errors"}                                | 400
          DescribeAlarms | {"AlarmNames": [1]}                                     | 400
          DescribeAlarms | {"MaxRecords": "1"}                                     | 400
          Unknown        | {}                                                      | 404
          """)
  void whatIsNoInputIsRefused(String operation, String body, int status) throws Exception {
    assertThat(json(operation, body).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "&&=&a",
        "member.1=a",
        "Action=DescribeAlarms&AlarmNames.member.x=a&AlarmNames.member.y=b",
        "Action=DescribeAlarms&MaxRecords=x",
        "Action=DescribeAlarms&AlarmNames=&AlarmNames.member.1=a",
        "Action=PutMetricAlarm&AlarmName=%zz",
        "Action=PutMetricAlarm&AlarmName.a=b"
      })
  void whatIsNoFormIsRefused(String body) throws Exception {
    assertThat(form(body).statusCode()).isBetween(400, 499);
  }

  @Test
  void whatIsOfNoProtocolIsRefused() throws Exception {
    assertThat(send("{}", "Content-Type", "application/json").statusCode()).isEqualTo(404);
  }
}
