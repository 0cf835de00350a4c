package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.servicerollouts.advancebatches.AdvanceBatchesHandler;
import org.servicerollouts.advancebatches.Timeline;
import org.servicerollouts.createrollout.CreateRolloutHandler;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.getoperation.GetOperationHandler;
import org.servicerollouts.getrollout.GetRolloutHandler;
import org.servicerollouts.lambda.Callers;
import org.servicerollouts.lambda.StageCallers;
import org.servicerollouts.listrollouts.ListRolloutsHandler;
import org.servicerollouts.local.Invocation;
import org.servicerollouts.local.NoAws;
import org.servicerollouts.local.RecordingBus;
import org.servicerollouts.local.Stack;
import org.servicerollouts.manageservices.AllowedTargets;
import org.servicerollouts.manageservices.ManageServicesHandler;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.steerrollout.SteerRolloutHandler;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;

/** Each sample in {@code events/} through its handler, read as the Lambda runtime reads it. */
class SampleEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = Path.of("..", "events");
  private static final Instant NOW = Instant.parse("2026-05-08T16:10:56.789Z");
  private static final ServiceName SERVICE = new ServiceName("endpointsapis.appspot.com");
  private static final Cause SOMEBODY = Cause.request("somebody");

  private static final Table TABLE = LocalTable.create();

  /** As deployed: the samples carry what the gateway and its stage say. */
  private static final Callers CALLERS = StageCallers.of(TABLE);

  @BeforeAll
  static void makeServiceConfigsAndCanary() throws IOException {
    Changes changes = new Changes(new ServiceStore(TABLE), NoAws.ALARMS);
    changes.createService(
        SERVICE,
        (gone, now) -> NewService.empty(SERVICE, Kind.TRAFFIC, 0, "", gone, SOMEBODY, now),
        InstantSource.fixed(NOW));
    for (String id : List.of("old", "new")) {
      changes.change(
          SERVICE,
          s ->
              ServiceChange.configCreated(
                  s,
                  Optional.of(id),
                  (given, ord) -> new Config(given, ord, NOW, "somebody", "", "{}"),
                  SOMEBODY,
                  NOW));
    }
    changes.createRollout(
        SERVICE,
        Event.Create.of(Optional.of("first"), Map.of("old", 100.0), Optional.empty(), SOMEBODY),
        Optional.empty(),
        Optional.empty(),
        InstantSource.fixed(NOW));
    APIGatewayV2HTTPResponse created =
        http(
            "create-rollout",
            new CreateRolloutHandler(
                TABLE, CALLERS, NoAws.ALARMS, NoAws.ALARM_NAMES, InstantSource.fixed(NOW)));
    assertThat(created.getBody()).contains("operations/rollouts." + SERVICE + ":canary-rollout");
    assertThat(created.getStatusCode()).isEqualTo(200);
  }

  @Test
  void the_canary_is_read() throws IOException {
    assertThat(
            http("get-rollout", new GetRolloutHandler(TABLE, CALLERS, InstantSource.fixed(NOW)))
                .getBody())
        .contains("\"SUCCESS\"");
  }

  @Test
  void the_canary_is_taken_back() throws IOException {
    SteerRolloutHandler handler =
        new SteerRolloutHandler(TABLE, CALLERS, NoAws.ALARMS, InstantSource.fixed(NOW));
    assertThat(http("steer-rollout", handler).getBody()).contains("\"old\": 100");
  }

  @Test
  void the_history_is_listed() throws IOException {
    assertThat(
            http("list-rollouts", new ListRolloutsHandler(TABLE, CALLERS, InstantSource.fixed(NOW)))
                .getBody())
        .contains("canary-rollout");
  }

  @Test
  void the_operation_is_read() throws IOException {
    assertThat(
            http("get-operation", new GetOperationHandler(TABLE, CALLERS, InstantSource.fixed(NOW)))
                .getBody())
        .contains("\"done\": true");
  }

  @Test
  void a_service_is_made() throws IOException {
    ManageServicesHandler handler =
        new ManageServicesHandler(
            LocalTable.create(),
            CALLERS,
            NoAws.ALARMS,
            NoAws.ALARM_NAMES,
            NoAws.aliases(),
            AllowedTargets.ANY,
            InstantSource.fixed(NOW));
    assertThat(http("manage-services", handler).getBody()).contains("\"done\": true");
  }

  @Test
  void a_tick_with_nothing_due_ends() throws IOException {
    AdvanceBatchesHandler handler =
        new AdvanceBatchesHandler(
            TABLE, NoAws.aliases(), NoAws.ALARMS, NoAws.ALARM_NAMES, Timeline.system());
    assertThat(handler.handleRequest(sample("advance-batches", ScheduledEvent.class), invocation()))
        .isNull();
  }

  @Test
  void a_change_of_a_service_is_put_on_the_bus() throws IOException {
    RecordingBus bus = new RecordingBus();
    PublishEventsHandler handler =
        new PublishEventsHandler(bus, "a-bus", TABLE, InstantSource.fixed(NOW));
    var answer = handler.handleRequest(sample("publish-events", DynamodbEvent.class), invocation());
    assertThat(answer.getBatchItemFailures()).isEmpty();
    assertThat(bus.entries()).isNotEmpty().allMatch(e -> e.source().equals("service-rollouts"));
  }

  @Test
  void each_request_carries_what_the_stage_says() {
    Template template = Template.read();
    for (String function : template.functionsOfRoutes().values()) {
      JsonNode said = template.functions().get(function).sampleEvent().at("/stageVariables");
      JsonNode expected = JSON.valueToTree(template.stageVariables());
      assertThat(said).isEqualTo(expected);
    }
  }

  @Test
  void the_laptops_requests_carry_what_a_stage_says() {
    Map<String, String> open = Map.of("AuthMode", "NONE", "AllowPublic", "true");
    Map<String, String> keys = Map.of("AuthMode", "KEYS", "KeysParameter", "/keys");
    assertThat(Stack.stageVariables(false)).isEqualTo(Template.with(open).stageVariables());
    assertThat(Stack.stageVariables(true)).isEqualTo(Template.with(keys).stageVariables());
  }

  @Test
  void there_is_a_sample_for_each_function() throws IOException {
    try (var files = Files.list(EVENTS)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Template.read().functions().keySet().stream().map(f -> f + ".json").toList());
    }
  }

  private static APIGatewayV2HTTPResponse http(
      String sample, RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> handler)
      throws IOException {
    APIGatewayV2HTTPResponse response =
        handler.handleRequest(sample(sample, APIGatewayV2HTTPEvent.class), invocation());
    assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    return response;
  }

  private static Context invocation() {
    return Invocation.of("sample", Duration.ofSeconds(29), InstantSource.fixed(NOW));
  }

  private static <T> T sample(String name, Class<T> type) throws IOException {
    try (InputStream in = Files.newInputStream(EVENTS.resolve(name + ".json"))) {
      return LambdaEventSerializers.serializerFor(type, SampleEventsTest.class.getClassLoader())
          .fromJson(in);
    }
  }
}
