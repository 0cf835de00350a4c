package org.servicerollouts.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/**
 * Every name that stands in the table, and every condition that is put on a write of it: keys,
 * indexes, attributes. docs/storage.md tells what each item is for.
 */
public final class Schema {
  private Schema() {}

  public static final String PK = "pk";
  public static final String SK = "sk";

  /** Local index over what is listed: rollouts and config headers, newest last. */
  public static final String NEWEST_INDEX = "newest";

  public static final String ORD = "ord";

  /** Sparse index over what is scheduled. */
  public static final String DUE_INDEX = "due";

  public static final String SHARD = "shard";
  public static final String DUE_AT = "dueAt";

  /** How many partitions the due index is spread over. */
  public static final int SHARDS = 4;

  public static final String HEAD = "HEAD";
  static final String DOCUMENT = "D";
  static final String SERVICES = "SVCS";
  static final String LEASES = "L";
  static final String DRIVER = "driver";
  static final String SHIFTS = "shifts";
  static final String NONCE = "N";
  static final String OWNED = "T";

  static final String ROLLOUT_PREFIX = "R#";
  static final String CONFIG_PREFIX = "C#";
  static final String BODY_PREFIX = "CB#";
  static final String OPERATION_PREFIX = "O#";
  static final String OPERATION_BODY_PREFIX = "OB#";
  static final String HISTORY_PREFIX = "E#";
  private static final String SERVICE_PREFIX = "S#";
  static final String REQUEST_PREFIX = "Q#";
  private static final String NONCE_PREFIX = "N#";
  private static final String ALARM_PREFIX = "A#";
  private static final String OWNED_PREFIX = "T#";

  // HEAD
  static final String KIND = "kind";
  static final String TOTAL = "total";
  static final String PRODUCER = "producer";
  static final String ROLLOUTS_ENABLED = "rolloutsEnabled";
  static final String CREATE_TIME = "createTime";
  static final String ALLOCATION = "allocation";
  static final String LAST_GOOD = "lastGood";
  static final String ACTIVE = "active";
  static final String QUEUE = "queue";
  static final String DIVIDER = "divider";
  static final String ALARMS = "alarms";
  static final String VERSIONS = "versions";
  static final String INTENDED = "intended";
  static final String SUCCESSES = "successes";
  static final String LATEST_RAISED = "latestRaised";
  static final String LATEST_UNTIL = "latestUntil";
  static final String RAISED = "raised";
  static final String PLAN = "plan";
  static final String KEPT_UNTIL = "keptUntil";
  static final String LAST_ORD = "lastOrd";
  static final String MADE = "made";
  static final String ROLLOUT_IDS = "rolloutIds";
  static final String CONFIG_IDS = "configIds";
  static final String REVISIONS = "revisions";
  static final String DOCUMENTS = "documents";
  static final String V = "v";
  static final String LAST = "last";

  // what HEAD's maps, rollouts and history rows hold
  static final String ID = "id";
  static final String SINCE = "since";
  static final String STATE = "state";
  static final String STRATEGY = "strategy";
  static final String LAST_STRATEGY = "lastStrategy";
  static final String TARGET = "target";
  static final String BASE = "base";
  static final String RESTORES = "restores";
  static final String MOVED = "moved";
  static final String BATCH = "batch";
  static final String BAKE = "bake";
  static final String DAY = "day";
  static final String NEXT = "next";
  static final String WHAT = "what";
  static final String AT = "at";
  static final String WHO = "who";
  static final String WHY = "why";
  static final String BY_DRIVER = "driver";
  static final String ROLLOUTS = "rollouts";
  static final String STATUS = "status";
  static final String TYPE = "type";
  static final String SIZE = "size";
  static final String INTERVAL = "interval";
  static final String KEEP = "keep";
  static final String WAITS_FOR = "waitsFor";
  static final String HELD = "held";
  static final String DONE_AT = "doneAt";
  static final String UNTIL = "until";
  static final String INTENT = "intent";
  static final String TO = "to";
  static final String REST = "rest";
  static final String LEFT = "left";
  static final String REASON = "reason";
  static final String OVERWRITES = "overwrites";
  static final String THEN = "then";
  static final String REDEPLOYS = "redeploys";
  static final String STANDS_FOR = "standsFor";
  static final String CHANGED = "changed";
  static final String GUARD = "guard";
  static final String DELAY = "delay";
  static final String VERSION = "version";
  static final String POLICY = "policy";
  static final String VERB = "verb";
  static final String STEPS = "steps";
  static final String INITIAL = "initial";
  static final String FACTOR = "factor";
  static final String FUNCTION = "function";
  static final String ALIAS = "alias";

  // what a guard and a rollout's specification hold
  static final String WINDOWS = "windows";
  static final String EMERGENCY = "emergency";
  static final String OVERRIDDEN = "overridden";
  static final String IGNORED = "ignored";
  static final String BACK_WHEN_UNREADABLE = "backWhenUnreadable";
  static final String HOLDS = "holds";
  static final String MINIMUM_TIME = "minimumTime";
  static final String DEADLINE = "deadline";
  static final String START_TIME = "startTime";
  static final String PAUSED = "paused";
  static final String ROLLBACK_TO = "rollbackTo";
  static final String ROLLBACK_WINDOW = "rollbackWindow";
  static final String ROLLBACK_OF = "rollbackOf";

  // rollouts, configs, documents, operations, leases, aliases
  static final String CREATED_BY = "createdBy";
  static final String PERCENTAGES = "percentages";
  static final String DISTANCE = "distance";
  static final String BATCHES = "batches";
  static final String UPDATE_TIME = "updateTime";
  static final String TITLE = "title";
  static final String BODY = "body";
  static final String DIAGNOSTICS = "diagnostics";
  static final String LOCATION = "location";
  static final String MESSAGE = "message";
  static final String REVISION = "revision";
  static final String OWNER = "owner";
  static final String CONFIG = "config";
  static final String LAMBDA_VERSION = "lambdaVersion";
  static final String HASH = "hash";
  static final String ROLLOUT = "rollout";

  /** When DynamoDB may delete an item by itself, in seconds. */
  static final String TTL = "ttl";

  /** The item must not be there yet. */
  static final String IS_NEW = "attribute_not_exists(pk)";

  /** The item must be there. */
  static final String EXISTS = "attribute_exists(pk)";

  /** Nobody has changed the service since it was read. */
  static final String IS_UNCHANGED = "#v = :was";

  /** No other driver's lease is ahead of now. */
  static final String NONE_IS_AHEAD =
      "attribute_not_exists(pk) OR #until < :now OR #owner = :owner";

  /** The lease is still its own. */
  static final String IS_OWN = "#owner = :owner";

  /** The lease, or the alias, is its own, or has no owner. */
  static final String IS_OWN_OR_FREE = "attribute_not_exists(pk) OR #owner = :owner";

  /** Nothing there that counts: TTL is only the broom. */
  static final String IS_NEW_OR_EXPIRED = "attribute_not_exists(pk) OR #ttl < :now";

  /** The same, or it is its own. */
  static final String IS_NEW_OR_EXPIRED_OR_OWN =
      "attribute_not_exists(pk) OR #ttl < :now OR #owner = :owner";

  /** The table as template.yaml has it, for the laptop and the tests. */
  public static CreateTableRequest createTable(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .attributeDefinitions(
            List.of(
                attribute(PK, ScalarAttributeType.S),
                attribute(SK, ScalarAttributeType.S),
                attribute(ORD, ScalarAttributeType.S),
                attribute(SHARD, ScalarAttributeType.S),
                attribute(DUE_AT, ScalarAttributeType.N)))
        .keySchema(keys(PK, SK))
        .localSecondaryIndexes(
            List.of(
                LocalSecondaryIndex.builder()
                    .indexName(NEWEST_INDEX)
                    .keySchema(keys(PK, ORD))
                    .projection(p -> p.projectionType(ProjectionType.ALL))
                    .build()))
        .globalSecondaryIndexes(
            List.of(
                GlobalSecondaryIndex.builder()
                    .indexName(DUE_INDEX)
                    .keySchema(keys(SHARD, DUE_AT))
                    .projection(p -> p.projectionType(ProjectionType.KEYS_ONLY))
                    .build()))
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .streamSpecification(
            s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
        .build();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static List<KeySchemaElement> keys(String hash, String range) {
    return List.of(
        KeySchemaElement.builder().attributeName(hash).keyType(KeyType.HASH).build(),
        KeySchemaElement.builder().attributeName(range).keyType(KeyType.RANGE).build());
  }

  /** The partition that holds all of a service. */
  static String partition(ServiceName service) {
    return SERVICE_PREFIX + service;
  }

  /** The service whose partition {@code pk} is. */
  public static ServiceName service(String pk) {
    return new ServiceName(pk.substring(SERVICE_PREFIX.length()));
  }

  static Map<String, AttributeValue> head(ServiceName service) {
    return key(partition(service), HEAD);
  }

  static Map<String, AttributeValue> rollout(ServiceName service, String id) {
    return key(partition(service), ROLLOUT_PREFIX + id);
  }

  static Map<String, AttributeValue> config(ServiceName service, String id) {
    return key(partition(service), CONFIG_PREFIX + id);
  }

  static Map<String, AttributeValue> body(ServiceName service, String id) {
    return key(partition(service), BODY_PREFIX + id);
  }

  static Map<String, AttributeValue> document(ServiceName service) {
    return key(partition(service), DOCUMENT);
  }

  static Map<String, AttributeValue> operation(ServiceName service, long ord) {
    return key(partition(service), OPERATION_PREFIX + digits(ord));
  }

  static Map<String, AttributeValue> operationBody(ServiceName service, long ord) {
    return key(partition(service), OPERATION_BODY_PREFIX + digits(ord));
  }

  static Map<String, AttributeValue> history(ServiceName service, long v) {
    return key(partition(service), HISTORY_PREFIX + digits(v));
  }

  static Map<String, AttributeValue> listed(ServiceName service) {
    return key(SERVICES, service.value());
  }

  static Map<String, AttributeValue> nonce(String keyId, String nonce) {
    return key(NONCE_PREFIX + keyId + "#" + nonce, NONCE);
  }

  /** That a request was done. */
  static Map<String, AttributeValue> done(ServiceName service, Request request) {
    return done(service, request.caller(), request.id());
  }

  /** Where an earlier version kept that a request was done, if that is elsewhere. */
  static Optional<Map<String, AttributeValue>> doneInSession(ServiceName service, Request request) {
    return request.session().map(session -> done(service, session, request.id()));
  }

  private static Map<String, AttributeValue> done(ServiceName service, String caller, String id) {
    return key(partition(service), REQUEST_PREFIX + caller + "#" + id);
  }

  /** That a live rollout of a service is watched by an alarm. */
  static Map<String, AttributeValue> watched(String alarm, ServiceName service) {
    return key(alarmPartition(alarm), partition(service));
  }

  static String alarmPartition(String alarm) {
    return ALARM_PREFIX + alarm;
  }

  /** Which service an alias belongs to. */
  static Map<String, AttributeValue> owned(Target.LambdaAlias alias) {
    return key(ownedPartition(alias), OWNED);
  }

  /** Unambiguous, because neither name can hold a {@code #}. */
  static String ownedPartition(Target.LambdaAlias alias) {
    return OWNED_PREFIX + alias.functionName() + "#" + alias.aliasName();
  }

  static Map<String, AttributeValue> lease(String name) {
    return key(LEASES, name);
  }

  /** A place among what {@code prefix} starts, as keys sort it. */
  static String ord(String prefix, long ord) {
    return prefix + digits(ord);
  }

  /** Which part of the due index a service is in. */
  static String shard(ServiceName service) {
    return String.valueOf(Math.floorMod(service.value().hashCode(), SHARDS));
  }

  static AttributeValue millis(Instant time) {
    return AttributeValue.fromN(Long.toString(time.toEpochMilli()));
  }

  private static String digits(long number) {
    return String.format("%015d", number);
  }

  private static Map<String, AttributeValue> key(String pk, String sk) {
    return Map.of(PK, AttributeValue.fromS(pk), SK, AttributeValue.fromS(sk));
  }
}
