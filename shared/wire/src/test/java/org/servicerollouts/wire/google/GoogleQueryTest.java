package org.servicerollouts.wire.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.problem;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.OperationName;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.google.proto.MessageType;

class GoogleQueryTest {
  private static final Call.Google CREATE = new Call.CreateRollout(ENDPOINTS);
  private static final Call.Google LIST = new Call.ListRollouts(ENDPOINTS);
  private static final Call.Google EVENTS = new Call.ListServiceEvents(ENDPOINTS);

  private static void check(Call.Google call, String raw) {
    GoogleQuery.of(call, Query.parse(raw));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$.xgafv=2&key=k&prettyPrint=false&quotaUser=q&access_token=t&oauth_token=t",
        "alt=json",
        "$alt=json",
        "$alt=json;enum-encoding%3Dint",
        "uploadType=&upload_protocol=&callback=&fields=",
        "force=true",
      })
  void takesWhatClientsSend(String raw) {
    assertThatCode(() -> check(CREATE, raw)).doesNotThrowAnyException();
  }

  @Test
  void takesEachMethodsOwn() {
    assertThatCode(() -> check(LIST, "pageSize=0&pageToken&filter=")).doesNotThrowAnyException();
    assertThatCode(() -> check(new Call.GetConfig(ENDPOINTS, "a"), "view=FULL"))
        .doesNotThrowAnyException();
    assertThat(problem(() -> check(LIST, "view=FULL")).kind())
        .isEqualTo(Problem.Kind.UNKNOWN_FIELD);
    assertThat(problem(() -> check(LIST, "force=true")).kind())
        .isEqualTo(Problem.Kind.UNKNOWN_FIELD);
  }

  /** An API key is another thing than the key that an allocation is asked for. */
  @Test
  void aStandardNameThatAMethodHasForItselfMeansThatUnlessItHasADollar() {
    Query query = Query.parse("key=jane&$key=secret&$alt=json");
    assertThat(GoogleQuery.of(new Call.GetAllocation(ENDPOINTS), query).values())
        .containsOnly(entry("key", "jane"), entry("$key", "secret"), entry("alt", "json"));
    assertThat(problem(() -> check(LIST, "key=jane&$key=secret")).message())
        .isEqualTo("key: given twice (expected: one of key, $key)");
  }

  @Test
  void refusesUnknownOnesInGooglesWords() {
    Problem problem = problem(() -> check(CREATE, "x=1"));
    assertThat(problem.message())
        .isEqualTo(
            "Invalid JSON payload received. Unknown name \"x\": Cannot bind query parameter."
                + " Field 'x' could not be found in request message.");
    assertThat(problem.field()).contains("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "callback=f|callback: \"f\" (expected: none: answers are plain JSON)",
        "prettyPrint=no|prettyPrint: \"no\" (expected: true or false)",
        "force=maybe|force: \"maybe\" (expected: true or false)",
        "$.xgafv=3|.xgafv: \"3\" (expected: 1 or 2)",
      })
  void refusesValuesThatWouldChangeTheAnswer(String raw, String message) {
    assertThat(problem(() -> check(CREATE, raw)).message()).isEqualTo(message);
  }

  @Test
  void namesThemAsDocumented() {
    Query query = Query.parse("page_size=3&pageToken=t&$fields=a&$prettyPrint=true");
    assertThat(GoogleQuery.of(LIST, query).values())
        .containsOnly(
            entry("pageSize", "3"),
            entry("pageToken", "t"),
            entry("fields", "a"),
            entry("prettyPrint", "true"));
  }

  @Test
  void refusesConsumersAndPartialLists() {
    assertThat(problem(() -> check(new Call.ListServices(), "consumerId=project:p")).message())
        .isEqualTo("consumerId: \"project:p\" (expected: none: services here have no consumers)");
    assertThat(
            problem(() -> check(new Call.ListOperations(), "returnPartialSuccess=true")).message())
        .isEqualTo("returnPartialSuccess: \"true\" (expected: false)");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', JSON",
    "'', '*/*', 'application/json', JSON",
    "'alt=json', 'application/x-protobuf', '', JSON",
    "'alt=proto', '', '', PROTO",
    "'$alt=proto', '', '', PROTO",
    "'', 'application/x-protobuf', '', PROTO",
    "'', '', 'application/x-protobuf', PROTO",
    "'', 'application/json', 'application/x-protobuf', JSON",
    "'$alt=json;enum-encoding%3Dint', '', '', JSON_ENUMS_AS_NUMBERS"
  })
  void knowsWhatAnswerIsAskedFor(
      String raw, String accept, String contentType, AnswerFormat.Encoding encoding) {
    Query query = GoogleQuery.of(LIST, Query.parse(raw));
    assertThat(AnswerFormat.of(LIST, query, accept, contentType).encoding()).isEqualTo(encoding);
  }

  @Test
  void refusesOtherAnswers() {
    Query query = GoogleQuery.of(LIST, Query.parse("alt=media"));
    assertThat(problem(() -> AnswerFormat.of(LIST, query, "", "")).message())
        .isEqualTo("alt: \"media\" (expected: json, json;enum-encoding=int or proto)");
  }

  @Test
  void anAnswerOfOurOwnHasNoBinaryForm() {
    Query query = GoogleQuery.of(EVENTS, Query.parse(""));
    assertThat(AnswerFormat.of(EVENTS, query, AnswerFormat.PROTOBUF, "").encoding())
        .isEqualTo(AnswerFormat.Encoding.JSON);
    Query numbers = GoogleQuery.of(EVENTS, Query.parse("alt=json;enum-encoding%3Dint"));
    assertThat(AnswerFormat.of(EVENTS, numbers, "", "").json(json("{\"sequence\": 3}")))
        .hasToString("{\"sequence\":3}");
    Query proto = GoogleQuery.of(EVENTS, Query.parse("alt=proto"));
    assertThat(problem(() -> AnswerFormat.of(EVENTS, proto, "", "")).message())
        .isEqualTo("alt: \"proto\" (expected: json or json;enum-encoding=int)");
  }

  @Test
  void fieldsOfAnAnswerOfOurOwnAreSelectedAndChecked() {
    Query query = GoogleQuery.of(EVENTS, Query.parse("fields=sequence,events(who,rollouts/state)"));
    assertThat(
            AnswerFormat.of(EVENTS, query, "", "")
                .json(
                    json(
                        """
                        {"serviceName": "s", "sequence": 2, "events": [
                         {"who": "a", "what": "b", "rollouts": [{"rolloutId": "r", "state": "c"}]}]}
                        """)))
        .hasToString(
            "{\"sequence\":2,\"events\":[{\"who\":\"a\",\"rollouts\":[{\"state\":\"c\"}]}]}");
    Query wrong = GoogleQuery.of(EVENTS, Query.parse("fields=events/when"));
    assertThat(problem(() -> AnswerFormat.of(EVENTS, wrong, "", "")).message())
        .isEqualTo("fields: \"when\" at position 8 (expected: a field of servicerollouts.Event)");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void everyMethodAnswersAMessageOfTheTable(Call.Google call) {
    String message = AnswerFormat.of(call, Query.parse(""), "", "").message();
    assertThat(MessageType.of(message).name()).isEqualTo(message);
  }

  private static Stream<Call.Google> calls() {
    return Stream.of(
        new Call.CreateService(),
        new Call.GetService(ENDPOINTS),
        new Call.ListServices(),
        new Call.DeleteService(ENDPOINTS),
        new Call.UndeleteService(ENDPOINTS),
        new Call.GenerateConfigReport(),
        new Call.CreateConfig(ENDPOINTS),
        new Call.SubmitConfigSource(ENDPOINTS),
        new Call.GetConfig(ENDPOINTS, "a"),
        new Call.GetCurrentConfig(ENDPOINTS),
        new Call.ListConfigs(ENDPOINTS),
        CREATE,
        new Call.GetRollout(ENDPOINTS, "r"),
        LIST,
        EVENTS,
        new Call.ListRolloutEvents(ENDPOINTS, "r"),
        new Call.GetAllocation(ENDPOINTS),
        new Call.GetOperation(new OperationName.OfRollout(ENDPOINTS, "r")),
        new Call.ListOperations());
  }

  @Test
  void answersAreIndentedUnlessToldNotTo() {
    assertThat(GoogleQuery.isPretty("")).isTrue();
    assertThat(GoogleQuery.isPretty("prettyPrint=true")).isTrue();
    assertThat(GoogleQuery.isPretty("a=%&prettyPrint=false")).isFalse();
    assertThat(GoogleQuery.isPretty("prettyPrint=0&x")).isFalse();
  }
}
