package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.servicerollouts.advancebatches.AdvanceBatchesHandler;
import org.servicerollouts.advancebatches.Timeline;
import org.servicerollouts.domain.Amount;
import org.servicerollouts.domain.Cause;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Interval;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.ServiceChange;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Strategy;
import org.servicerollouts.domain.Success;
import org.servicerollouts.publishevents.PublishEventsHandler;
import org.servicerollouts.store.Changes;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.RemoteAws;
import org.servicerollouts.store.Schema;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Stream to bus and rule to function over HTTP, where there is a {@link RemoteAws}: what a rollout
 * writes is read from the table's stream, published, matched by template.yaml's own pattern, and
 * handed to the function that advances it.
 */
@EnabledIf(value = "org.servicerollouts.store.RemoteAws#isThere", disabledReason = RemoteAws.NONE)
class RemoteDeliveryTest {
  private static final ServiceName SERVICE = new ServiceName("svc");
  private static final Cause SOMEBODY = Cause.request("somebody");

  private final String name = "rollouts-test-" + UUID.randomUUID();
  private RemoteAws aws;
  private Table table;
  private EventBridgeClient events;
  private SqsClient queues;
  private String queue;

  @BeforeEach
  void makeTableBusRuleAndQueue() {
    aws = RemoteAws.open("dynamodb", "dynamodbstreams", "events", "sqs");
    table = new Table(aws.client(DynamoDbClient.builder()), name);
    table.client().createTable(Schema.createTable(name));
    table.client().waiter().waitUntilTableExists(r -> r.tableName(name));
    events = aws.client(EventBridgeClient.builder());
    queues = aws.client(SqsClient.builder());
    queue = queues.createQueue(r -> r.queueName(name)).queueUrl();
    String queueArn =
        queues
            .getQueueAttributes(r -> r.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    events.createEventBus(r -> r.name(name));
    events.putRule(
        r ->
            r.name(name)
                .eventBusName(name)
                .eventPattern(
                    "{\"source\": [\"service-rollouts\"], \"detail-type\": [\""
                        + Due.SOON
                        + "\"]}"));
    events.putTargets(
        r ->
            r.rule(name)
                .eventBusName(name)
                .targets(Target.builder().id("queue").arn(queueArn).build()));
  }

  @AfterEach
  void remove() {
    events.removeTargets(r -> r.rule(name).eventBusName(name).ids("queue"));
    events.deleteRule(r -> r.name(name).eventBusName(name));
    events.deleteEventBus(r -> r.name(name));
    queues.deleteQueue(r -> r.queueUrl(queue));
    table.client().deleteTable(r -> r.tableName(name));
    aws.close();
  }

  @Test
  void a_rollout_that_a_request_makes_due_soon_reaches_the_driver() throws Exception {
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    createBatchedRollout(now);

    List<Record> records = new ArrayList<>();
    Await.until("five changes of HEAD on the stream", () -> readStream(records) == 5);
    PublishEventsHandler publish =
        new PublishEventsHandler(events, name, table, InstantSource.fixed(now));
    assertThat(
            publish
                .handleRequest(StreamRecords.event(records, name), invocation(now))
                .getBatchItemFailures())
        .isEmpty();

    List<String> wakes = new ArrayList<>();
    Await.until("a wake on the queue", () -> receive(wakes) > 0);
    ScheduledEvent wake =
        LambdaEventSerializers.serializerFor(
                ScheduledEvent.class, RemoteDeliveryTest.class.getClassLoader())
            .fromJson(new ByteArrayInputStream(wakes.getFirst().getBytes(StandardCharsets.UTF_8)));
    new AdvanceBatchesHandler(
            table, NoAws.aliases(), NoAws.ALARMS, NoAws.ALARM_NAMES, new Quick(now))
        .handleRequest(wake, invocation(now));

    assertThat(new ServiceStore(table).require(SERVICE).successes().kept())
        .extracting(Success::rolloutId)
        .containsExactly("r", "first");
  }

  private void createBatchedRollout(Instant now) {
    Changes changes = new Changes(new ServiceStore(table), NoAws.ALARMS);
    changes.createService(
        SERVICE,
        (gone, at) -> NewService.empty(SERVICE, Kind.TRAFFIC, 0, "", gone, SOMEBODY, at),
        InstantSource.fixed(now));
    for (String config : List.of("a", "b")) {
      changes.change(
          SERVICE,
          s ->
              ServiceChange.configCreated(
                  s,
                  Optional.of(config),
                  (id, ord) -> new Config(id, ord, now, "somebody", "", "{}"),
                  SOMEBODY,
                  now));
    }
    create("first", "a", Optional.empty(), changes, now);
    create(
        "r",
        "b",
        Optional.of(new Strategy.Batch(new Amount("50%"), new Interval("30s"))),
        changes,
        now);
  }

  private static void create(
      String id, String config, Optional<Strategy> strategy, Changes changes, Instant now) {
    changes.createRollout(
        SERVICE,
        Event.Create.of(Optional.of(id), Map.of(config, 100.0), strategy, SOMEBODY),
        Optional.empty(),
        Optional.empty(),
        InstantSource.fixed(now));
  }

  /** All HEAD records of the stream, read from its start again. */
  private int readStream(List<Record> records) {
    records.clear();
    try (DynamoDbStreamsClient streams = aws.client(DynamoDbStreamsClient.builder())) {
      String arn = table.client().describeTable(r -> r.tableName(name)).table().latestStreamArn();
      for (var shard : streams.describeStream(r -> r.streamArn(arn)).streamDescription().shards()) {
        String iterator =
            streams
                .getShardIterator(
                    r ->
                        r.streamArn(arn)
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        streams.getRecords(r -> r.shardIterator(iterator)).records().stream()
            .filter(StreamRecords::isWanted)
            .forEach(records::add);
      }
    }
    return records.size();
  }

  private int receive(List<String> bodies) {
    queues
        .receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(1))
        .messages()
        .forEach(message -> bodies.add(message.body()));
    return bodies.size();
  }

  private static Invocation invocation(Instant now) {
    return Invocation.of("remote", Duration.ofMinutes(5), InstantSource.fixed(now));
  }

  /** A timeline on which waiting takes no time. */
  private static final class Quick implements Timeline {
    private Instant now;

    Quick(Instant now) {
      this.now = now;
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void waitUntil(Instant time) {
      now = time.isAfter(now) ? time : now;
    }
  }
}
