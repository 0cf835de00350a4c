package org.servicerollouts.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.domain.Shares;
import org.servicerollouts.domain.Target;
import org.servicerollouts.doubles.Alias;
import org.servicerollouts.doubles.AwsAccount;
import org.servicerollouts.doubles.Call;
import org.servicerollouts.doubles.Fault;
import org.servicerollouts.doubles.LambdaDouble;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.LambdaClientBuilder;

class LambdaAliasesTest {
  private static final Target.LambdaAlias LIVE = new Target.LambdaAlias("checkout", "live");
  private static final String WHERE = "function checkout, alias live: ";
  private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:checkout";

  private LambdaDouble lambda;
  private LambdaAliases aliases;

  @BeforeEach
  void start() throws IOException {
    lambda =
        LambdaDouble.start(0, new AwsAccount("us-east-1", "123456789012"), InstantSource.system());
    lambda.limit(1_000);
    lambda.add("checkout", "1", "2", "3");
    lambda.put("checkout", "live", "1", Map.of());
    aliases = new LambdaAliases(Clients.client(builder(lambda.endpoint()), "us-east-1", 1));
  }

  @AfterEach
  void stop() {
    lambda.close();
  }

  private static LambdaClientBuilder builder(URI endpoint) {
    return LambdaClient.builder()
        .endpointOverride(endpoint)
        .credentialsProvider(AnonymousCredentialsProvider.create());
  }

  private static SortedMap<String, Long> percent(Map<String, Integer> percent) {
    SortedMap<String, Long> weights = new TreeMap<>();
    percent.forEach((version, share) -> weights.put(version, share * Shares.PERCENT));
    return weights;
  }

  private Held read() {
    return held(aliases.read(LIVE));
  }

  private static Held held(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Is.class);
    return ((Answer.Is) answer).held();
  }

  private Alias alias() {
    return lambda.alias("checkout", "live");
  }

  @Test
  void whatTheAliasHoldsIsRead() {
    lambda.put("checkout", "live", "1", Map.of("2", 0.333));

    assertThat(read())
        .isEqualTo(
            new Held(
                alias().revisionId(),
                "1",
                new TreeMap<>(Map.of("1", 66_700_000_000L, "2", 33_300_000_000L))));
  }

  @Test
  void aShareOfTheCallsIsMovedStepByStepAndAtTheEndNoWeightIsLeft() {
    Held start = read();

    Held tenth = held(aliases.set(LIVE, percent(Map.of("1", 90, "2", 10)), start));
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().additionalVersionWeights()).isEqualTo(Map.of("2", 0.1));
    assertThat(tenth.revisionId()).isEqualTo(alias().revisionId());
    assertThat(tenth.holds(percent(Map.of("1", 90, "2", 10)))).isTrue();

    Held most = held(aliases.set(LIVE, percent(Map.of("1", 1, "2", 99)), tenth));
    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().additionalVersionWeights()).isEqualTo(Map.of("2", 0.99));

    Held end = held(aliases.set(LIVE, percent(Map.of("2", 100)), most));
    assertThat(alias().functionVersion()).isEqualTo("2");
    assertThat(alias().additionalVersionWeights()).isEmpty();
    assertThat(end).isEqualTo(read());
  }

  @Test
  void goingBackTakesTheWeightAway() {
    lambda.put("checkout", "live", "1", Map.of("2", 0.5));

    Held back = held(aliases.set(LIVE, percent(Map.of("1", 100)), read()));

    assertThat(alias().functionVersion()).isEqualTo("1");
    assertThat(alias().additionalVersionWeights()).isEmpty();
    assertThat(back.weights()).isEqualTo(percent(Map.of("1", 100)));
  }

  @ParameterizedTest
  @CsvSource({"40, 60, 3, 2, 0.4", "60, 40, 2, 3, 0.4", "50, 50, 2, 3, 0.5"})
  void ofTwoVersionsOfWhichNoneIsPrimaryTheOneWithMoreBecomesIt(
      int second, int third, String primary, String other, double weight) {
    aliases.set(LIVE, percent(Map.of("2", second, "3", third)), read());

    assertThat(alias().functionVersion()).isEqualTo(primary);
    assertThat(alias().additionalVersionWeights()).isEqualTo(Map.of(other, weight));
  }

  @Test
  void aVersionThatHasAllButIsNotPrimaryIsReadAsAllAndCanBeMovedFrom() {
    lambda.put("checkout", "live", "1", Map.of("2", 1.0));
    Held found = read();
    assertThat(found.weights()).isEqualTo(percent(Map.of("2", 100)));

    aliases.set(LIVE, percent(Map.of("2", 80, "3", 20)), found);

    assertThat(alias().functionVersion()).isEqualTo("2");
    assertThat(alias().additionalVersionWeights()).isEqualTo(Map.of("3", 0.2));
  }

  @Test
  void latestIsReadAsAVersion() {
    lambda.put("checkout", "live", "$LATEST", Map.of());

    assertThat(read().weights()).isEqualTo(percent(Map.of("$LATEST", 100)));
  }

  @Test
  void anAliasThatSomebodyChangedSinceItWasFoundIsLeftAsItIs() {
    Held found = read();
    lambda.put("checkout", "live", "3", Map.of());

    assertThat(aliases.set(LIVE, percent(Map.of("1", 90, "2", 10)), found))
        .isEqualTo(new Answer.Stale());

    assertThat(alias().functionVersion()).isEqualTo("3");
    assertThat(alias().additionalVersionWeights()).isEmpty();
  }

  @Test
  void ofTwoWhoFoundTheSameOnlyOneSets() {
    Held found = read();

    assertThat(aliases.set(LIVE, percent(Map.of("1", 90, "2", 10)), found))
        .isInstanceOf(Answer.Is.class);
    assertThat(aliases.set(LIVE, percent(Map.of("1", 90, "2", 10)), found))
        .isEqualTo(new Answer.Stale());
  }

  @Test
  void onlyOneOrTwoVersionsThatDivideAllCallsCanBeSet() {
    Held found = read();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> aliases.set(LIVE, percent(Map.of("1", 50, "2", 25, "3", 25)), found))
        .withMessage("weights: 3 versions (expected: 1 or 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aliases.set(LIVE, percent(Map.of("1", 50)), found))
        .withMessage("sum of weights: 50 (expected: exactly 100)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aliases.set(LIVE, percent(Map.of("1", 100, "2", 0)), found))
        .withMessage("weights[\"2\"]: 0 (expected: more than 0)");
  }

  @Test
  void whatIsNotThereOrNotAllowedIsToldInAwsWords() {
    assertThat(aliases.read(new Target.LambdaAlias("checkout", "none")))
        .isEqualTo(
            new Answer.Failed(
                "function checkout, alias none: GetAlias: ResourceNotFoundException: Cannot find"
                    + " alias arn: "
                    + ARN
                    + ":none (HTTP 404)"));
    assertThat(aliases.set(LIVE, percent(Map.of("10", 100)), read()))
        .isEqualTo(
            new Answer.Failed(
                WHERE
                    + "UpdateAlias: ResourceNotFoundException: Function not found: "
                    + ARN
                    + ":10 (HTTP 404)"));
    lambda.put("checkout", "live", "$LATEST", Map.of());
    assertThat(aliases.set(LIVE, percent(Map.of("$LATEST", 50, "1", 50)), read()))
        .isEqualTo(
            new Answer.Failed(
                WHERE
                    + "UpdateAlias: InvalidParameterValueException: $LATEST is not supported for"
                    + " an alias pointing to more than 1 version (HTTP 400)"));
  }

  @Test
  void throttlingIsToldApart() {
    Held found = read();
    lambda.faults().next(2, Fault.THROTTLED);

    String why = "TooManyRequestsException: Rate exceeded (HTTP 429)";
    assertThat(aliases.read(LIVE)).isEqualTo(new Answer.Throttled(WHERE + "GetAlias: " + why));
    assertThat(aliases.set(LIVE, percent(Map.of("2", 100)), found))
        .isEqualTo(new Answer.Throttled(WHERE + "UpdateAlias: " + why));
    assertThat(alias().functionVersion()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | ThrottlingException       | Answer.Throttled | ThrottlingException: said so (HTTP 400)
          429 | TooManyRequestsException  | Answer.Throttled | TooManyRequestsException: said so (HTTP 429)
          412 | PreconditionFailedException | Answer.Stale   |
          409 | ResourceConflictException | Answer.Failed    | ResourceConflictException: said so (HTTP 409)
          403 | AccessDeniedException     | Answer.Failed    | AccessDenied: this deployment may not do that (HTTP 403)
          500 | ServiceException          | Answer.Failed    | ServiceException: said so (HTTP 500)
          503 |                           | Answer.Failed    | HTTP 503
          """)
  void eachErrorHasItsAnswer(int status, String code, String answer, String why) throws Exception {
    Held found = read();

    Answer got =
        askedOf(
            status,
            code == null
                ? "<html>Unavailable</html>"
                : "{\"__type\": \"%s\", \"message\": \"said so\"}".formatted(code),
            found);

    assertThat(got)
        .isEqualTo(
            switch (answer) {
              case "Answer.Throttled" -> new Answer.Throttled(WHERE + "UpdateAlias: " + why);
              case "Answer.Failed" -> new Answer.Failed(WHERE + "UpdateAlias: " + why);
              default -> new Answer.Stale();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                           | UpdateAlias answered no alias
          {"RevisionId": "r"}                          | UpdateAlias answered no alias
          {"RevisionId": "r", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}} | UpdateAlias answered weights["1"]: -50 (expected: more than 0)
          """)
  void anAnswerThatIsNoAliasIsAFailure(String body, String why) throws Exception {
    assertThat(askedOf(200, body, read())).isEqualTo(new Answer.Failed(WHERE + why));
  }

  @Test
  void anAnswerThatCannotBeReadIsAFailure() throws Exception {
    assertThat(askedOf(200, "<html>Hello</html>", read()))
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.why()).startsWith(WHERE + "UpdateAlias: Unable to "));
  }

  /** What comes of an answer that the double never gives. */
  private static Answer askedOf(int status, String body, Held found) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
      return new LambdaAliases(Clients.client(builder(endpoint), "us-east-1", 1))
          .set(LIVE, percent(Map.of("1", 90, "2", 10)), found);
    } finally {
      server.stop(0);
    }
  }

  /** The pace counts HTTP requests, so none may be repeated by the SDK or by what is under it. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"THROTTLED", "BROKEN", "DROPPED"})
  void aChangeThatFailsIsNotRepeated(Fault fault) {
    Held found = read();
    lambda.faults().when(call -> true, fault);

    assertThat(aliases.set(LIVE, percent(Map.of("2", 100)), found))
        .isNotInstanceOf(Answer.Is.class);

    assertThat(lambda.calls())
        .extracting(Call::operation)
        .containsExactly("GetAlias", "UpdateAlias");
  }

  /** The last is what Java's own HTTP connection does with a GET, and cannot be told not to. */
  @ParameterizedTest
  @CsvSource({"THROTTLED, 1", "BROKEN, 1", "DROPPED, 2"})
  void aReadThatFailsIsNotRepeatedButWhereTheConnectionBreaks(Fault fault, int requests) {
    lambda.faults().when(call -> true, fault);

    assertThat(aliases.read(LIVE)).isNotInstanceOf(Answer.Is.class);

    assertThat(lambda.calls()).hasSize(requests);
  }

  @Test
  void aDroppedConnectionIsAFailure() {
    lambda.faults().when(call -> call.operation().equals("UpdateAlias"), Fault.DROPPED);

    assertThat(aliases.set(LIVE, percent(Map.of("2", 100)), read()))
        .isEqualTo(
            new Answer.Failed(
                WHERE
                    + "UpdateAlias: Unable to execute HTTP request: Unexpected end of file from"
                    + " server"));
  }

  @Test
  void whoGetsNoAnswerLearnsByReadingThatItWasDone() {
    Held found = read();
    lambda.faults().next(1, Fault.DONE_BUT_SILENT);
    SortedMap<String, Long> wanted = percent(Map.of("1", 90, "2", 10));

    assertThat(impatient().set(LIVE, wanted, found))
        .isEqualTo(
            new Answer.Failed(
                WHERE + "UpdateAlias: Unable to execute HTTP request: Read timed out"));

    Held now = read();
    assertThat(now.holds(wanted)).isTrue();
    assertThat(now.revisionId()).isNotEqualTo(found.revisionId());
    assertThat(aliases.set(LIVE, wanted, found)).isEqualTo(new Answer.Stale());
  }

  private LambdaAliases impatient() {
    return new LambdaAliases(
        builder(lambda.endpoint())
            .region(Region.US_EAST_1)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .httpClient(
                UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(200)).build())
            .build());
  }

  @Test
  void whereNobodyListensItFails() {
    URI endpoint = lambda.endpoint();
    lambda.close();

    assertThat(new LambdaAliases(Clients.client(builder(endpoint), "us-east-1", 1)).read(LIVE))
        .isEqualTo(
            new Answer.Failed(
                WHERE + "GetAlias: Unable to execute HTTP request: Connection refused"));
  }

  @Test
  void withoutCredentialsItFails() {
    AwsCredentialsProvider none =
        () -> {
          throw SdkClientException.create(
              "Unable to load credentials from any of the providers in the chain"
                  + " AwsCredentialsProviderChain(credentialsProviders=[])");
        };

    assertThat(
            new LambdaAliases(
                    Clients.client(
                        builder(lambda.endpoint()).credentialsProvider(none), "us-east-1", 1))
                .read(LIVE))
        .isEqualTo(
            new Answer.Failed(
                WHERE
                    + "GetAlias: Unable to load credentials from any of the providers in the"
                    + " chain"));
  }

  @Test
  void eachMethodMakesOneCall() {
    aliases.set(LIVE, percent(Map.of("1", 90, "2", 10)), read());

    assertThat(lambda.calls())
        .extracting(Call::operation)
        .containsExactly("GetAlias", "UpdateAlias");
  }
}
