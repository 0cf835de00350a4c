package org.servicerollouts.doubles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.LambdaClientBuilder;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.ServiceException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/** Lambda's own client against the double. */
class LambdaDoubleTest {
  private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:";

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  private LambdaDouble lambda;
  private LambdaClient client;

  @BeforeEach
  void start() throws IOException {
    lambda = LambdaDouble.start(0, new AwsAccount("us-east-1", "123456789012"), now::get);
    lambda.limit(1_000);
    lambda.add("checkout", "1", "2", "3");
    client = Clients.client(builder(), "us-east-1", 1);
  }

  private LambdaClientBuilder builder() {
    return LambdaClient.builder()
        .endpointOverride(lambda.endpoint())
        .credentialsProvider(AnonymousCredentialsProvider.create());
  }

  @AfterEach
  void stop() {
    client.close();
    lambda.close();
  }

  private static Consumer<CreateAliasRequest.Builder> live(String version) {
    return r -> r.functionName("checkout").name("live").functionVersion(version);
  }

  private UpdateAliasResponse update(Consumer<UpdateAliasRequest.Builder> change) {
    return client.updateAlias(r -> change.accept(r.functionName("checkout").name("live")));
  }

  private GetAliasResponse get() {
    return client.getAlias(r -> r.functionName("checkout").name("live"));
  }

  private static Consumer<UpdateAliasRequest.Builder> weights(Map<String, Double> weights) {
    return r -> r.routingConfig(c -> c.additionalVersionWeights(weights));
  }

  @Test
  void anAliasIsMadeReadAndListed() {
    CreateAliasResponse made =
        client.createAlias(
            r ->
                r.functionName("checkout")
                    .name("live")
                    .functionVersion("1")
                    .description("what users get")
                    .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.2))));

    assertThat(made.sdkHttpResponse().statusCode()).isEqualTo(201);
    assertThat(made.aliasArn()).isEqualTo(ARN + "checkout:live");
    GetAliasResponse read = get();
    assertThat(read.aliasArn()).isEqualTo(made.aliasArn());
    assertThat(read.name()).isEqualTo("live");
    assertThat(read.functionVersion()).isEqualTo("1");
    assertThat(read.description()).isEqualTo("what users get");
    assertThat(read.routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.2));
    assertThat(read.revisionId()).isNotBlank().isEqualTo(made.revisionId());
    assertThat(client.listAliases(r -> r.functionName("checkout")).aliases())
        .extracting(AliasConfiguration::revisionId)
        .containsExactly(made.revisionId());
  }

  @Test
  void anAliasWithoutWeightsHasNoRoutingConfig() {
    client.createAlias(live("1"));

    assertThat(get().routingConfig()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", ARN + "checkout", "123456789012:function:checkout"})
  void aFunctionIsNamedByNameOrArn(String function) {
    client.createAlias(live("1"));

    assertThat(client.getAlias(r -> r.functionName(function).name("live")).functionVersion())
        .isEqualTo("1");
  }

  @Test
  void eachChangeMakesANewRevisionIdAndReadingMakesNone() {
    String first = client.createAlias(live("1")).revisionId();
    String second = update(r -> r.functionVersion("2").revisionId(first)).revisionId();
    String third = update(r -> r.functionVersion("2").revisionId(second)).revisionId();

    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    assertThat(get().revisionId()).isEqualTo(third);
    assertThat(get().revisionId()).isEqualTo(third);
  }

  @Test
  void aStaleRevisionIdIsRefusedAndNothingIsChanged() {
    String first = client.createAlias(live("1")).revisionId();
    String second = update(weights(Map.of("2", 0.5))).revisionId();

    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> update(r -> r.functionVersion("3").revisionId(first)))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(412);
              assertThat(e.type()).isEqualTo("User");
              assertThat(e.awsErrorDetails().errorMessage())
                  .isEqualTo(
                      "The Revision Id provided does not match the latest Revision Id. Call the"
                          + " GetFunction/GetAlias API to retrieve the latest Revision Id");
            });
    assertThat(get().revisionId()).isEqualTo(second);
    assertThat(get().functionVersion()).isEqualTo("1");
  }

  @Test
  void aRefusalIsOnTheWireAsAwsPutsIt() throws Exception {
    client.createAlias(live("1"));

    HttpResponse<String> answer =
        send("PUT", "/2015-03-31/functions/checkout/aliases/live", "{\"RevisionId\": \"old\"}");

    assertThat(answer.statusCode()).isEqualTo(412);
    assertThat(answer.headers().firstValue("x-amzn-ErrorType"))
        .contains("PreconditionFailedException");
    assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
    assertThat(answer.body())
        .isEqualTo(
            "{\"message\":\"The Revision Id provided does not match the latest Revision Id. Call"
                + " the GetFunction/GetAlias API to retrieve the latest Revision"
                + " Id\",\"Type\":\"User\"}");
  }

  @Test
  void weightsAreKeptWhenRoutingConfigIsLeftOutAndTakenAwayWhenItIsEmpty() {
    client.createAlias(live("1"));
    update(weights(Map.of("2", 0.25)));

    update(r -> r.description("only this"));
    assertThat(get().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.25));
    assertThat(get().description()).isEqualTo("only this");

    update(r -> r.functionVersion("3"));
    assertThat(get().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", 0.25));

    update(weights(Map.of()));
    assertThat(get().routingConfig()).isNull();
    assertThat(get().functionVersion()).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, 0.000001, 1.0})
  void weightsFrom0To1AreTaken(double weight) {
    client.createAlias(live("1"));
    update(weights(Map.of("2", weight)));

    assertThat(get().routingConfig().additionalVersionWeights()).isEqualTo(Map.of("2", weight));
  }

  private static Arguments refused(
      String name, Consumer<LambdaClient> call, int status, String code, String message) {
    return argumentSet(name, call, status, code, message);
  }

  private static Arguments updateRefused(
      String name,
      Consumer<UpdateAliasRequest.Builder> change,
      int status,
      String code,
      String message) {
    return refused(
        name,
        client -> client.updateAlias(r -> change.accept(r.functionName("checkout").name("live"))),
        status,
        code,
        message);
  }

  static Stream<Arguments> refusals() {
    String invalid = "InvalidParameterValueException";
    String model = "1 validation error detected: Value ";
    return Stream.of(
        refused(
            "GetAlias of an unknown alias",
            client -> client.getAlias(r -> r.functionName("checkout").name("none")),
            404,
            "ResourceNotFoundException",
            "Cannot find alias arn: " + ARN + "checkout:none"),
        refused(
            "GetAlias of an unknown function",
            client -> client.getAlias(r -> r.functionName("none").name("live")),
            404,
            "ResourceNotFoundException",
            "Function not found: " + ARN + "none"),
        refused(
            "UpdateAlias of an unknown alias",
            client -> client.updateAlias(r -> r.functionName("checkout").name("none")),
            404,
            "ResourceNotFoundException",
            "Alias not found: " + ARN + "checkout:none"),
        refused(
            "PublishVersion of an unknown function",
            client -> client.publishVersion(r -> r.functionName("none")),
            404,
            "ResourceNotFoundException",
            "Function not found: " + ARN + "none"),
        refused(
            "CreateAlias of one that is there",
            client -> client.createAlias(live("2")),
            409,
            "ResourceConflictException",
            "Alias already exists: " + ARN + "checkout:live"),
        refused(
            "CreateAlias called like a version",
            client ->
                client.createAlias(
                    r -> r.functionName("checkout").name("2024").functionVersion("1")),
            400,
            "ValidationException",
            model
                + "'2024' at 'name' failed to satisfy constraint: Member must satisfy regular"
                + " expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
        refused(
            "CreateAlias with a name too long",
            client ->
                client.createAlias(
                    r -> r.functionName("checkout").name("a".repeat(129)).functionVersion("1")),
            400,
            "ValidationException",
            model
                + "'"
                + "a".repeat(129)
                + "' at 'name' failed to satisfy constraint: Member must have length less than or"
                + " equal to 128"),
        refused(
            "CreateAlias to no version",
            client -> client.createAlias(r -> r.functionName("checkout").name("other")),
            400,
            "ValidationException",
            model
                + "null at 'functionVersion' failed to satisfy constraint: Member must not be"
                + " null"),
        refused(
            "CreateAlias to an unknown version",
            client ->
                client.createAlias(
                    r -> r.functionName("checkout").name("other").functionVersion("10")),
            404,
            "ResourceNotFoundException",
            "Function not found: " + ARN + "checkout:10"),
        updateRefused(
            "UpdateAlias to an unknown version",
            r -> r.functionVersion("10"),
            404,
            "ResourceNotFoundException",
            "Function not found: " + ARN + "checkout:10"),
        updateRefused(
            "UpdateAlias to no version at all",
            r -> r.functionVersion("newest"),
            400,
            "ValidationException",
            model
                + "'newest' at 'functionVersion' failed to satisfy constraint: Member must satisfy"
                + " regular expression pattern: (\\$LATEST|[0-9]+)"),
        updateRefused(
            "UpdateAlias with a weight of an unknown version",
            weights(Map.of("10", 0.5)),
            404,
            "ResourceNotFoundException",
            "Function not found: " + ARN + "checkout:10"),
        updateRefused(
            "UpdateAlias with two more versions",
            weights(Map.of("2", 0.1, "3", 0.1)),
            400,
            invalid,
            "Number of items in AdditionalVersionWeights cannot be greater than 1"),
        updateRefused(
            "UpdateAlias with a weight of its own version",
            weights(Map.of("1", 0.1)),
            400,
            invalid,
            "Invalid function version 1. Function version 1 is already included in routing"
                + " configuration."),
        updateRefused(
            "UpdateAlias of $LATEST with weights",
            r ->
                r.functionVersion("$LATEST")
                    .routingConfig(c -> c.additionalVersionWeights(Map.of("2", 0.5))),
            400,
            invalid,
            "$LATEST is not supported for an alias pointing to more than 1 version"),
        updateRefused(
            "UpdateAlias with a weight of $LATEST",
            weights(Map.of("$LATEST", 0.5)),
            400,
            "ValidationException",
            model
                + "'{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy"
                + " constraint: Map keys must satisfy constraint: [Member must have length less"
                + " than or equal to 1024, Member must have length greater than or equal to 1,"
                + " Member must satisfy regular expression pattern: [0-9]+]"),
        updateRefused(
            "UpdateAlias with a weight above 1",
            weights(Map.of("2", 1.5)),
            400,
            "ValidationException",
            model
                + "'{2=1.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy"
                + " constraint: Map value must satisfy constraint: [Member must have value less"
                + " than or equal to 1.0, Member must have value greater than or equal to 0.0,"
                + " Member must not be null]"),
        updateRefused(
            "UpdateAlias with a weight below 0",
            weights(Map.of("2", -0.1)),
            400,
            "ValidationException",
            model
                + "'{2=-0.1}' at 'routingConfig.additionalVersionWeights' failed to satisfy"
                + " constraint: Map value must satisfy constraint: [Member must have value less"
                + " than or equal to 1.0, Member must have value greater than or equal to 0.0,"
                + " Member must not be null]"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isRefused(Consumer<LambdaClient> call, int status, String code, String message) {
    String revision = client.createAlias(live("1")).revisionId();

    assertThatExceptionOfType(LambdaException.class)
        .isThrownBy(() -> call.accept(client))
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
    assertThat(get().revisionId()).isEqualTo(revision);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PUT    | /2015-03-31/functions/checkout/aliases/live | {                                  | 400
          PUT    | /2015-03-31/functions/checkout/aliases/live | []                                 | 400
          PUT    | /2015-03-31/functions/checkout/aliases/live | {"FunctionVersion": 1}             | 400
          PUT    | /2015-03-31/functions/checkout/aliases/live | {"RoutingConfig": 1}               | 400
          PUT    | /2015-03-31/functions/checkout/aliases/live | {"RoutingConfig": {"AdditionalVersionWeights": {"2": "0.5"}}} | 400
          DELETE | /2015-03-31/functions/checkout/aliases/live | {}                                 | 404
          GET    | /2015-03-31/functions/checkout/aliases?Marker=x | {}                             | 404
          GET    | /                                           | {}                                 | 404
          """)
  void whatIsNoSuchRequestIsRefused(String method, String path, String body, int status)
      throws Exception {
    client.createAlias(live("1"));

    assertThat(send(method, path, body).statusCode()).isEqualTo(status);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(lambda.endpoint().resolve(path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void theNextVersionOfAKnownFunctionIsPublished() {
    lambda.add("empty");

    assertThat(client.publishVersion(r -> r.functionName("checkout")).version()).isEqualTo("4");
    assertThat(client.publishVersion(r -> r.functionName("empty")).version()).isEqualTo("1");
    client.createAlias(live("4"));
    assertThat(get().functionVersion()).isEqualTo("4");
  }

  @Test
  void somebodyElsesChangeIsNoCallAndMakesRevisionIdsStale() {
    lambda.put("checkout", "live", "1", Map.of());
    String found = get().revisionId();

    lambda.put("checkout", "live", "2", Map.of("3", 0.5));

    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> update(r -> r.functionVersion("3").revisionId(found)));
    assertThat(lambda.alias("checkout", "live").functionVersion()).isEqualTo("2");
    assertThat(lambda.alias("checkout", "live").additionalVersionWeights())
        .isEqualTo(Map.of("3", 0.5));
    assertThat(lambda.calls())
        .extracting(Call::operation)
        .containsExactly("GetAlias", "UpdateAlias");
  }

  @Test
  void somebodyElseCanDoOnlyWhatLambdaAllows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lambda.put("checkout", "live", "10", Map.of()))
        .withMessage("Function not found: " + ARN + "checkout:10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lambda.alias("checkout", "live"))
        .withMessage("Cannot find alias arn: " + ARN + "checkout:live");
  }

  @Test
  void callsAboveTheRateAreThrottledWhateverSecondTheyAreCountedIn() {
    lambda.put("checkout", "live", "1", Map.of());
    lambda.limit(3);
    callAt(0, 600, 900);

    now.set(Instant.ofEpochMilli(999));
    assertThatExceptionOfType(TooManyRequestsException.class)
        .isThrownBy(this::get)
        .satisfies(
            e -> {
              assertThat(e.statusCode()).isEqualTo(429);
              assertThat(e.retryAfterSeconds()).isEqualTo("1");
              assertThat(e.reasonAsString()).isEqualTo("CallerRateLimitExceeded");
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate exceeded");
            });
    callAt(1_000);
    assertThatExceptionOfType(TooManyRequestsException.class).isThrownBy(this::get);
    callAt(1_600);

    assertThat(lambda.calls())
        .extracting(call -> call.at().toEpochMilli())
        .containsExactly(0L, 600L, 900L, 999L, 1_000L, 1_000L, 1_600L);
  }

  private void callAt(long... millis) {
    for (long each : millis) {
      now.set(Instant.ofEpochMilli(each));
      get();
    }
  }

  @Test
  void callsAreListedAsTheyCame() {
    client.createAlias(live("1"));
    now.set(Instant.ofEpochSecond(1));
    get();
    client.listAliases(r -> r.functionName("checkout"));
    client.publishVersion(r -> r.functionName(ARN + "checkout"));

    assertThat(lambda.calls())
        .containsExactly(
            new Call(Instant.EPOCH, "CreateAlias", "checkout"),
            new Call(Instant.ofEpochSecond(1), "GetAlias", "checkout:live"),
            new Call(Instant.ofEpochSecond(1), "ListAliases", "checkout"),
            new Call(Instant.ofEpochSecond(1), "PublishVersion", "checkout"));
  }

  @Test
  void theNextCallsFailInTheOrderThatWasSaid() {
    lambda.put("checkout", "live", "1", Map.of());
    lambda.faults().next(1, Fault.THROTTLED);
    lambda.faults().next(2, Fault.BROKEN);

    assertThatExceptionOfType(TooManyRequestsException.class).isThrownBy(this::get);
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(ServiceException.class)
          .isThrownBy(() -> update(r -> r.functionVersion("2")))
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(500));
    }
    assertThat(get().functionVersion()).isEqualTo("1");
  }

  @Test
  void onlyTheCallsThatWereMeantFail() {
    lambda.put("checkout", "live", "1", Map.of());
    lambda.faults().when(call -> call.operation().equals("UpdateAlias"), Fault.BROKEN);

    assertThat(get().functionVersion()).isEqualTo("1");
    assertThatExceptionOfType(ServiceException.class)
        .isThrownBy(() -> update(r -> r.functionVersion("2")));

    lambda.faults().clear();
    assertThat(update(r -> r.functionVersion("2")).functionVersion()).isEqualTo("2");
  }

  @Test
  void aDroppedConnectionHasNoAnswerAndNothingIsDone() {
    lambda.put("checkout", "live", "1", Map.of());
    lambda.faults().when(call -> true, Fault.DROPPED);

    assertThatExceptionOfType(SdkClientException.class)
        .isThrownBy(() -> update(r -> r.functionVersion("2")));

    assertThat(lambda.alias("checkout", "live").functionVersion()).isEqualTo("1");
    assertThat(lambda.calls()).hasSize(1);
  }

  @Test
  void aSilentCallIsDoneAndNeverAnswered() {
    lambda.put("checkout", "live", "1", Map.of());
    lambda.faults().next(1, Fault.DONE_BUT_SILENT);
    try (LambdaClient impatient =
        builder()
            .region(Region.US_EAST_1)
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .httpClient(
                UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMillis(200)).build())
            .build()) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(
              () ->
                  impatient.updateAlias(
                      r -> r.functionName("checkout").name("live").functionVersion("2")))
          .withMessageContaining("Read timed out");
    }
    assertThat(get().functionVersion()).isEqualTo("2");
  }
}
