package org.servicerollouts.local.redrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.local.Invocation;
import org.servicerollouts.local.Refusal;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.store.LocalTable;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** What lies in the bucket, through the function itself, on the bus. */
class RedriveTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SAMPLE = Path.of("..", "events", "publish-events.json");
  private static final String FOLDER = "aws/lambda/14e0db71/shardId-000000015736/2026/11/22/";

  private final FakeBus bus = new FakeBus();
  private final PublishEventsHandler handler =
      new PublishEventsHandler(
          bus, "a-bus", LocalTable.createWithoutStream(), InstantSource.system());
  private final List<String> lines = new ArrayList<>();
  private final FakeAws aws = new FakeAws(this::invoke);
  private Optional<FakeAws.Answer> instead = Optional.empty();

  @AfterEach
  void stop() {
    aws.close();
  }

  // ---- the function

  private FakeAws.Answer invoke(String text) {
    return instead.orElseGet(() -> answer(text));
  }

  private FakeAws.Answer answer(String text) {
    DynamodbEvent event =
        LambdaEventSerializers.serializerFor(
                DynamodbEvent.class, RedriveTest.class.getClassLoader())
            .fromJson(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    StreamsEventResponse response =
        handler.handleRequest(
            event, Invocation.of("publish-events", Duration.ofSeconds(29), InstantSource.system()));
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode failures = answer.putArray("batchItemFailures");
    response
        .getBatchItemFailures()
        .forEach(f -> failures.addObject().put("itemIdentifier", f.getItemIdentifier()));
    return new FakeAws.Answer(answer.toString(), Optional.empty());
  }

  /** A bus that takes what it is told to take. */
  private static final class FakeBus implements EventBridgeClient {
    private final List<String> taken = new ArrayList<>();
    private Predicate<String> refusing = id -> false;

    @Override
    public PutEventsResponse putEvents(PutEventsRequest request) {
      return PutEventsResponse.builder()
          .entries(request.entries().stream().map(this::put).toList())
          .build();
    }

    private PutEventsResultEntry put(PutEventsRequestEntry entry) {
      String id = json(entry.detail()).path("id").asText();
      if (refusing.test(id)) {
        return PutEventsResultEntry.builder().errorCode("ThrottlingException").build();
      }
      taken.add(id);
      return PutEventsResultEntry.builder().eventId("e").build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  // ---- the bucket

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stream's record of a write of a service, as the sample has it. */
  private static ObjectNode record(String service, long v, long sequenceNumber) {
    try {
      ObjectNode record = (ObjectNode) JSON.readTree(SAMPLE.toFile()).at("/Records/0");
      ObjectNode images = (ObjectNode) record.get("dynamodb");
      images.put("SequenceNumber", "44215845000000000" + sequenceNumber);
      for (String at : List.of("Keys", "NewImage", "OldImage")) {
        ((ObjectNode) images.get(at)).putObject("pk").put("S", "S#" + service);
      }
      ((ObjectNode) images.get("NewImage")).putObject("v").put("N", Long.toString(v));
      return record;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode event(ObjectNode... records) {
    ObjectNode event = JSON.createObjectNode();
    event.putArray("Records").addAll(List.of(records));
    return event;
  }

  /** As AWS's guide shows it. */
  private static ObjectNode kept() {
    return (ObjectNode)
        json(
            """
            {"requestContext": {"requestId": "316aa6d0", "functionArn": "arn:…:live",
              "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 21},
             "responseContext": {"statusCode": 200, "executedVersion": "7"},
             "version": "1.0", "timestamp": "2026-11-22T10:00:00.000Z",
             "DDBStreamBatchInfo": {"shardId": "shardId-000000015736", "batchSize": 1}}\
            """);
  }

  private void keeps(String name, ObjectNode... records) {
    aws.objects.put(FOLDER + name, kept().set("payload", event(records)).toString());
  }

  private boolean redrives(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--stack", FakeAws.STACK));
    arguments.addAll(List.of(more));
    lines.clear();
    try (AwsClients clients = aws.clients()) {
      return Redrive.run(
          clients, RedriveArguments.parse(arguments.toArray(String[]::new)), lines::add);
    }
  }

  // ---- what is sent

  @Test
  void allOfItIsSentOnceInItsOrderAndThenGone() {
    keeps("T10.00.09-b", record("shop", 4, 110), record("cart", 7, 111));
    keeps("T10.00.09-a", record("shop", 5, 120));
    keeps("T09.00.00-c", record("shop", 6, 1000));
    keeps("T11.00.00-d", record("shop", 2, 90), record("shop", 3, 101));

    assertThat(redrives()).isTrue();

    assertThat(bus.taken)
        .containsExactly("shop#2", "shop#3", "shop#4", "cart#7", "shop#5", "shop#6");
    assertThat(aws.objects).isEmpty();
    assertThat(lines)
        .containsExactly(
            FOLDER + "T11.00.00-d: 2 events of shop: sent",
            FOLDER + "T10.00.09-b: 2 events of cart, shop: sent",
            FOLDER + "T10.00.09-a: 1 event of shop: sent",
            FOLDER + "T09.00.00-c: 1 event of shop: sent",
            "6 events of 4 objects sent");

    assertThat(redrives()).isTrue();

    assertThat(bus.taken).hasSize(6);
    assertThat(lines).containsExactly("0 events of 0 objects sent");
  }

  @Test
  void aDryRunTellsAndDoesNothing() {
    keeps("T2", record("shop", 5, 120));
    keeps("T1", record("a", 1, 1), record("b", 1, 2), record("c", 1, 3), record("d", 1, 4));
    Map<String, String> before = Map.copyOf(aws.objects);

    assertThat(redrives("--dry-run")).isTrue();

    assertThat(bus.taken).isEmpty();
    assertThat(aws.objects).isEqualTo(before);
    assertThat(lines)
        .containsExactly(
            FOLDER + "T1: 4 events of a, b, c and 1 more",
            FOLDER + "T2: 1 event of shop",
            "5 events of 2 objects to send");
  }

  @Test
  void onlyWritesOfServicesAreSent() {
    ObjectNode rollout = record("shop", 4, 110);
    ((ObjectNode) rollout.at("/dynamodb/Keys")).putObject("sk").put("S", "R#r1");
    ObjectNode gone = record("shop", 5, 111);
    gone.put("eventName", "REMOVE");
    keeps("T1", rollout, gone, record("shop", 6, 112));

    assertThat(redrives()).isTrue();

    assertThat(bus.taken).containsExactly("shop#6");
    assertThat(aws.objects).isEmpty();
  }

  @Test
  void thePayloadMayBeText() {
    aws.objects.put(
        FOLDER + "T1", kept().put("payload", event(record("shop", 4, 1)).toString()).toString());
    assertThat(redrives()).isTrue();
    assertThat(bus.taken).containsExactly("shop#4");
  }

  // ---- what is not

  @Test
  void whatTheBusDoesNotTakeIsLeftWithWhatComesAfterItAndNothingElse() {
    keeps("T1", record("shop", 1, 1), record("shop", 2, 2));
    keeps("T2", record("cart", 1, 3));
    keeps("T3", record("cart", 2, 4), record("shop", 3, 5));
    keeps("T4", record("cart", 3, 6));
    keeps("T5", record("till", 1, 7));
    bus.refusing = id -> id.equals("shop#2");

    assertThat(redrives()).isFalse();

    assertThat(bus.taken).containsExactly("shop#1", "cart#1", "till#1");
    assertThat(aws.objects).containsOnlyKeys(FOLDER + "T1", FOLDER + "T3", FOLDER + "T4");
    String late = "left, earlier events of the same service were not sent";
    assertThat(lines)
        .containsExactly(
            FOLDER
                + "T1: 2 events of shop: left, publish-events could not send record"
                + " 442158450000000002",
            FOLDER + "T2: 1 event of cart: sent",
            FOLDER + "T3: 2 events of cart, shop: " + late,
            FOLDER + "T4: 1 event of cart: " + late,
            FOLDER + "T5: 1 event of till: sent",
            "2 events of 2 objects sent, 5 events of 3 objects left");

    bus.refusing = id -> false;
    bus.taken.clear();
    assertThat(redrives()).isTrue();

    // What was taken of an object that was left comes twice
    assertThat(bus.taken).containsExactly("shop#1", "shop#2", "cart#2", "shop#3", "cart#3");
    assertThat(aws.objects).isEmpty();
  }

  @Test
  void whereTheFunctionFailsNothingIsLost() {
    keeps("T1", record("shop", 1, 1));
    instead =
        Optional.of(
            new FakeAws.Answer("{\"errorMessage\":\"out of memory\"}", Optional.of("Unhandled")));

    assertThat(redrives()).isFalse();

    assertThat(aws.objects).hasSize(1);
    assertThat(lines.getFirst())
        .endsWith(": left, publish-events failed: {\"errorMessage\":\"out of memory\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "ok", "{}", "{\"batchItemFailures\": null}"})
  void anAnswerThatIsNoneOfPublishEventsIsNoSuccess(String answer) {
    keeps("T1", record("shop", 1, 1));
    instead = Optional.of(new FakeAws.Answer(answer + " ".repeat(1000), Optional.empty()));

    assertThat(redrives()).isFalse();

    assertThat(aws.objects).hasSize(1);
    assertThat(lines.getFirst())
        .contains(": left, publish-events answered " + answer)
        .endsWith("… (expected: batchItemFailures)");
  }

  @Test
  void whereItStopsBetweenSendingAndDeletingTheEventsComeAgain() {
    keeps("T1", record("shop", 1, 1));
    keeps("T2", record("shop", 2, 2));
    aws.fails(request -> request.equals("DELETE /failures/" + FOLDER + "T1"));

    assertThatThrownBy(this::redrives)
        .isInstanceOf(Refusal.class)
        .hasMessage("redrive: S3: Access Denied");
    aws.fails(request -> false);
    assertThat(redrives()).isTrue();

    assertThat(bus.taken).containsExactly("shop#1", "shop#1", "shop#2");
  }

  @Test
  void whatAnotherRunHasSentMeanwhileIsPassedOver() {
    keeps("T1", record("shop", 1, 1));
    keeps("T2", record("shop", 2, 2));
    aws.fails(
        request -> {
          if (request.equals("DELETE /failures/" + FOLDER + "T1")) {
            aws.objects.remove(FOLDER + "T2");
          }
          return false;
        });

    assertThat(redrives()).isTrue();

    assertThat(bus.taken).containsExactly("shop#1");
    assertThat(lines)
        .containsExactly(
            FOLDER + "T1: 1 event of shop: sent",
            FOLDER + "T2: 1 event of shop: sent",
            "2 events of 2 objects sent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "7",
        "{}",
        "{\"payload\": 7}",
        "{\"payload\": \"no JSON\"}",
        "{\"payload\": {\"Records\": {}}}",
        """
        {"payload": {"Records": [{"eventName": "INSERT", "dynamodb":
         {"Keys": {"pk": {"S": "S#shop"}, "sk": {"S": "HEAD"}}}}]}}
        """,
      })
  void whatLambdaDidNotPutThereIsLeftAlone(String object) {
    aws.objects.put(FOLDER + "T0", object);
    keeps("T1", record("shop", 1, 1));

    assertThat(redrives()).isTrue();

    assertThat(bus.taken).containsExactly("shop#1");
    assertThat(aws.objects).containsOnlyKeys(FOLDER + "T0");
    assertThat(lines)
        .containsExactly(
            FOLDER + "T0: passed over, not what Lambda keeps",
            FOLDER + "T1: 1 event of shop: sent",
            "1 event of 1 object sent");
  }

  @Test
  void aStackThatIsNotThereIsRefusedInAWordOfCloudFormations() {
    try (AwsClients clients = aws.clients()) {
      assertThatThrownBy(
              () ->
                  Redrive.run(clients, new RedriveArguments("x", Optional.empty(), false), l -> {}))
          .isInstanceOf(Refusal.class)
          .hasMessage("redrive: CloudFormation: Stack 'x' does not exist");
    }
  }

  @Test
  void whereNobodyAnswersItSaysSoInOneLine() {
    aws.close();
    assertThatThrownBy(this::redrives)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("Connection refused")
        .hasMessageNotContaining("\n");
  }
}
