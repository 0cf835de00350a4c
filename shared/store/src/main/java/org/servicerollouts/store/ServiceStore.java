package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Services and all that belongs to them, in one table. Every write of a service is one conditional
 * write of its HEAD item, alone or in a transaction with what it brings along. All reads are
 * consistent, but for {@link #dueBefore}.
 */
public final class ServiceStore {
  private static final int BATCH_GET_MAX = 100;
  private static final int DOCUMENT_READS = 10;
  private static final Pattern PLACE = Pattern.compile("([0-9]{15})/([a-z0-9._-]{1,63})");

  private final DynamoDbClient client;
  private final String table;
  private final Writes writes;

  public ServiceStore(Table table) {
    this.client = table.client();
    this.table = table.name();
    this.writes = new Writes(table);
  }

  // ---- writing

  /** Makes a new service with what is given. */
  public Saved create(Service service, List<Write> more) {
    return writes.create(service, more);
  }

  /**
   * Makes {@code service} what {@code changed} says, unless somebody changed it since it was read.
   */
  public Saved save(Service service, Decision.Changed changed) {
    return writes.save(service, changed);
  }

  // ---- reading one

  /** The service, if there is one. */
  public Optional<Service> find(ServiceName service) {
    return get(head(service)).map(Items::service);
  }

  /**
   * The service.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is none
   */
  public Service require(ServiceName service) {
    return find(service).orElseThrow(() -> NotFound.service(service.value()).exception());
  }

  /**
   * A rollout as it stands, in one read; in two where it ended between the two parts of the first,
   * in three where it was made there.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service or rollout
   */
  public Standing standing(ServiceName name, String rolloutId) {
    Map<String, AttributeValue> headKey = head(name);
    Map<String, AttributeValue> rolloutKey = rollout(name, rolloutId);
    Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found =
        getAll(List.of(headKey, rolloutKey));
    Service service =
        Optional.ofNullable(found.get(headKey))
            .map(Items::service)
            .orElseThrow(() -> NotFound.service(name.value()).exception());
    Rollout rollout =
        Optional.ofNullable(found.get(rolloutKey))
            .map(Items::rollout)
            .orElseThrow(() -> NotFound.rollout(name, rolloutId).exception());
    boolean isLive = service.live().filter(live -> live.rolloutId().equals(rolloutId)).isPresent();
    if (isLive || rollout.status().ended()) {
      return new Standing(service, rollout);
    }
    Rollout again = get(rolloutKey).map(Items::rollout).orElse(rollout);
    // Not ended even now: then the service was read before the rollout was made.
    return new Standing(again.status().ended() ? service : require(name), again);
  }

  /**
   * The service with the document that belongs to it.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service
   */
  public Document document(ServiceName name) {
    String misfit = "";
    for (int i = 0; i < DOCUMENT_READS; i++) {
      Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found =
          getAll(List.of(head(name), Schema.document(name)));
      Service service =
          Optional.ofNullable(found.get(head(name)))
              .map(Items::service)
              .orElseThrow(() -> NotFound.service(name.value()).exception());
      Optional<Item> document =
          Optional.ofNullable(found.get(Schema.document(name))).map(Item::reading);
      // The two are read together but not at one moment: an update may have come between.
      if (document.map(item -> item.integer(REVISION)).orElse(0)
          == service.counters().revisions()) {
        return new Document(service, document.map(item -> item.text(BODY)));
      }
      misfit =
          "of revision "
              + document.get().integer(REVISION)
              + ", the service at "
              + service.counters().revisions();
    }
    throw new IllegalStateException("the document of service " + name + " stays " + misfit);
  }

  /**
   * The body of a config.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service or config
   */
  public String configBody(ServiceName service, String id) {
    return get(body(service, id))
        .map(item -> Item.reading(item).text(BODY))
        .orElseThrow(
            () -> {
              require(service);
              return NotFound.config(service, id).exception();
            });
  }

  /** An operation of a service or config, if there is one. */
  public Optional<ServiceOperation> findOperation(ServiceName service, long ord) {
    return get(operation(service, ord)).map(item -> Items.operation(service, ord, item));
  }

  // ---- reading many

  /** The rollouts of a service, newest first. */
  public Page<Rollout> rollouts(ServiceName service, int size, Optional<String> from) {
    return newest(service, ROLLOUT_PREFIX, size, from, Items::rollout, Rollout::ord, Rollout::id);
  }

  /** The configs of a service, newest first. */
  public Page<ConfigHeader> configs(ServiceName service, int size, Optional<String> from) {
    return newest(
        service, CONFIG_PREFIX, size, from, Items::header, ConfigHeader::ord, ConfigHeader::id);
  }

  private <T> Page<T> newest(
      ServiceName service,
      String prefix,
      int size,
      Optional<String> from,
      Function<Map<String, AttributeValue>, T> read,
      Function<T, Long> ordOf,
      Function<T, String> idOf) {
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(table)
            .indexName(NEWEST_INDEX)
            .consistentRead(true)
            .scanIndexForward(false)
            .limit(size + 1)
            .keyConditionExpression("#pk = :pk AND begins_with(#ord, :prefix)")
            .expressionAttributeNames(Map.of("#pk", PK, "#ord", ORD))
            .expressionAttributeValues(
                Map.of(
                    ":pk",
                    AttributeValue.fromS(partition(service)),
                    ":prefix",
                    AttributeValue.fromS(prefix)));
    from.ifPresent(place -> request.exclusiveStartKey(startAfter(service, prefix, place)));
    QueryResponse answer = client.query(request.build());
    List<T> found = answer.items().stream().map(read).toList();
    if (found.isEmpty()) {
      require(service);
    }
    // One more than asked for tells that there is more; so does an answer that was cut at 1 MB.
    if (found.size() <= size && !answer.hasLastEvaluatedKey()) {
      return new Page<>(found, Optional.empty());
    }
    List<T> shown = found.subList(0, Math.min(size, found.size()));
    T last = shown.getLast();
    return new Page<>(
        shown, Optional.of(String.format("%015d/%s", ordOf.apply(last), idOf.apply(last))));
  }

  private static Map<String, AttributeValue> startAfter(
      ServiceName service, String prefix, String place) {
    Matcher parts = PLACE.matcher(place);
    if (!parts.matches()) {
      throw Problem.invalid("pageToken", place, "a nextPageToken of this list").exception();
    }
    Map<String, AttributeValue> key = new HashMap<>();
    key.put(PK, AttributeValue.fromS(partition(service)));
    key.put(SK, AttributeValue.fromS(prefix + parts.group(2)));
    key.put(ORD, AttributeValue.fromS(prefix + parts.group(1)));
    return key;
  }

  /**
   * What is due by {@code time}, earliest first within each shard: one query a shard, more only
   * where an answer is cut. The index may lag behind the services by some seconds.
   */
  public List<Due> dueBefore(Instant time) {
    List<Due> due = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      QueryRequest request =
          QueryRequest.builder()
              .tableName(table)
              .indexName(DUE_INDEX)
              .keyConditionExpression("#shard = :shard AND #dueAt <= :time")
              .expressionAttributeNames(Map.of("#shard", SHARD, "#dueAt", DUE_AT))
              .expressionAttributeValues(
                  Map.of(
                      ":shard",
                      AttributeValue.fromS(Integer.toString(shard)),
                      ":time",
                      millis(time)))
              .build();
      QueryResponse page;
      do {
        page = client.query(request);
        page.items().stream()
            .map(Item::reading)
            .forEach(item -> due.add(new Due(service(item.text(PK)), item.instant(DUE_AT))));
        request = request.toBuilder().exclusiveStartKey(page.lastEvaluatedKey()).build();
      } while (page.hasLastEvaluatedKey());
    }
    return due;
  }

  /** The services of these names, those that are there. */
  public List<Service> findAll(Collection<ServiceName> names) {
    List<Map<String, AttributeValue>> keys = names.stream().distinct().map(Schema::head).toList();
    return getAll(keys).values().stream().map(Items::service).toList();
  }

  // ---- requests

  private Optional<Map<String, AttributeValue>> get(Map<String, AttributeValue> key) {
    Map<String, AttributeValue> item =
        client.getItem(r -> r.tableName(table).key(key).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  /** Items by their keys, {@value #BATCH_GET_MAX} a request. */
  private Map<Map<String, AttributeValue>, Map<String, AttributeValue>> getAll(
      List<Map<String, AttributeValue>> keys) {
    Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found = new HashMap<>();
    for (int from = 0; from < keys.size(); from += BATCH_GET_MAX) {
      List<Map<String, AttributeValue>> some =
          keys.subList(from, Math.min(from + BATCH_GET_MAX, keys.size()));
      Map<String, KeysAndAttributes> wanted =
          Map.of(table, KeysAndAttributes.builder().keys(some).consistentRead(true).build());
      while (!wanted.isEmpty()) {
        BatchGetItemResponse answer =
            client.batchGetItem(BatchGetItemRequest.builder().requestItems(wanted).build());
        for (Map<String, AttributeValue> item : answer.responses().getOrDefault(table, List.of())) {
          found.put(Map.of(PK, item.get(PK), SK, item.get(SK)), item);
        }
        wanted = answer.unprocessedKeys();
      }
    }
    return found;
  }
}
