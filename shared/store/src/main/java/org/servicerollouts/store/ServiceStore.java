package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.ConfigBody;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.domain.Status;
import org.servicerollouts.domain.Version;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/**
 * Services and all that belongs to them, in one table. Every write of a service is one conditional
 * write of its HEAD item, alone or in a transaction with what it brings along. All reads are
 * consistent, but for {@link #dueBefore}.
 */
public final class ServiceStore {
  private static final int BATCH_GET_MAX = 100;
  private static final int DOCUMENT_READS = 10;

  /** How often a busy table may leave all keys of a read unanswered before it is given up. */
  private static final int UNANSWERED = 10;

  private static final Problem BUSY =
      Problem.of(
          Problem.Kind.THROTTLED, "The table is too busy to be read. Try again a little later.");

  private static final Pattern PLACE = Pattern.compile("[0-9]{1,15}");

  private final DynamoDbClient client;
  private final String table;
  private final Backoff backoff;
  private final Queries queries;
  private final Writes writes;

  public ServiceStore(Table table) {
    this(table, Thread::sleep);
  }

  /**
   * @param pause how to wait before what a busy table left unanswered is asked for again
   */
  public ServiceStore(Table table, Pause pause) {
    this.backoff = new Backoff(pause);
    this.client = table.client();
    this.table = table.name();
    this.queries = new Queries(table);
    this.writes = new Writes(table);
  }

  // ---- writing

  /** Makes a new service with what is given. */
  public Saved create(Service service, List<Write> more) {
    return writes.create(service, more);
  }

  /**
   * The same in the place of a service that is gone, of which nothing is left.
   *
   * @param gone as it was read
   */
  public Saved createOver(Service gone, Service service, List<Write> more) {
    return writes.createOver(gone, service, more);
  }

  /** Deletes all that belongs to a service that is gone, but for its HEAD. */
  public Saved purge(Service gone) {
    List<Map<String, AttributeValue>> keys =
        queries
            .all(queries.keysOf(gone.name()))
            .filter(key -> !key.equals(head(gone.name())))
            .toList();
    for (int from = 0; from < keys.size(); from += Writes.DELETES_A_TRANSACTION) {
      int to = Math.min(from + Writes.DELETES_A_TRANSACTION, keys.size());
      Saved saved = writes.purge(gone, keys.subList(from, to));
      if (!(saved instanceof Saved.Written)) {
        return saved;
      }
    }
    return new Saved.Written(gone);
  }

  /**
   * Makes {@code service} what {@code changed} says, unless somebody changed it since it was read.
   */
  public Saved save(Service service, Decision.Changed changed) {
    return writes.save(service, changed);
  }

  /** The same of a request, which is known again by {@code done}. */
  Saved save(
      Service service, Decision.Changed changed, Request request, String rolloutId, Instant now) {
    Item done = Items.done(service.name(), request, rolloutId, now);
    return writes.save(service, changed, Optional.of(done), now);
  }

  /** Only that a request has been done, where there was nothing to change. */
  Saved keep(Service service, Request request, String rolloutId, Instant now) {
    return writes.keep(service, Items.done(service.name(), request, rolloutId, now), now);
  }

  // ---- reading one

  /**
   * All that is to be known before a request is decided, in one read.
   *
   * @param rollouts ids; those that no rollout can have are not asked for
   * @param configs ids of the same sort
   * @param request where it named itself, so that it may have been done before
   */
  Known known(
      ServiceName name,
      Collection<String> rollouts,
      Collection<String> configs,
      Optional<Request> request,
      Instant now) {
    Map<String, Map<String, AttributeValue>> rolloutKeys = keys(rollouts, id -> rollout(name, id));
    Map<String, Map<String, AttributeValue>> configKeys = keys(configs, id -> config(name, id));
    List<Map<String, AttributeValue>> doneKeys =
        request.stream()
            .flatMap(r -> Stream.concat(Stream.of(done(name, r)), doneInSession(name, r).stream()))
            .toList();
    Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found =
        getAll(
            Stream.of(
                    Stream.of(head(name)),
                    rolloutKeys.values().stream(),
                    configKeys.values().stream(),
                    doneKeys.stream())
                .flatMap(keys -> keys)
                .toList());
    return new Known(
        Optional.ofNullable(found.get(head(name))).map(Items::service),
        read(rolloutKeys, found, Items::rollout),
        read(configKeys, found, Items::version),
        doneKeys.stream()
            .filter(found::containsKey)
            .map(found::get)
            .filter(item -> !Items.isExpired(item, now))
            .map(Items::done)
            .findFirst());
  }

  /** By id the keys of those that there may be. */
  private static Map<String, Map<String, AttributeValue>> keys(
      Collection<String> ids, Function<String, Map<String, AttributeValue>> key) {
    return ids.stream()
        .distinct()
        .filter(Ids::isValid)
        .collect(Collectors.toMap(Function.identity(), key));
  }

  /** By id what was found. */
  private static <T> Map<String, T> read(
      Map<String, Map<String, AttributeValue>> keys,
      Map<Map<String, AttributeValue>, Map<String, AttributeValue>> found,
      Function<Map<String, AttributeValue>, T> read) {
    return keys.entrySet().stream()
        .filter(entry -> found.containsKey(entry.getValue()))
        .collect(
            Collectors.toMap(Map.Entry::getKey, entry -> read.apply(found.get(entry.getValue()))));
  }

  /**
   * The first rollout that waits, with what must be known of its configs to start it at {@code
   * now}; empty where its item is lost.
   */
  public Optional<Event.Start> findStart(Service service, String rolloutId, Instant now) {
    ServiceName name = service.name();
    return get(rollout(name, rolloutId))
        .map(Items::rollout)
        .map(rollout -> new Event.Start(rollout, Map.of()))
        .map(
            start -> {
              Set<String> configs = configsOf(start.rollout());
              configs.addAll(unknownConfigs(service, start, now));
              return new Event.Start(start.rollout(), versions(name, configs));
            });
  }

  /** What {@code service} does not know yet of the configs that {@code event} leads back to. */
  Map<String, Version> unknown(Service service, Event event, Instant now) {
    List<String> unknown = unknownConfigs(service, event, now);
    return unknown.isEmpty() ? Map.of() : versions(service.name(), unknown);
  }

  private static List<String> unknownConfigs(Service service, Event event, Instant now) {
    return StateMachine.configsFor(service, event, now).stream()
        .filter(id -> !service.versions().containsKey(id) && !event.versions().containsKey(id))
        .toList();
  }

  /** The configs that a rollout goes to, and that a rollback of it is to go to. */
  static Set<String> configsOf(Rollout rollout) {
    Set<String> configs = new HashSet<>(rollout.percentages().keySet());
    rollout
        .spec()
        .rollbackTo()
        .ifPresent(success -> configs.addAll(success.target().units().keySet()));
    return configs;
  }

  /** What must be known of these configs of a service, those that are there. */
  public Map<String, Version> versions(ServiceName name, Collection<String> configs) {
    return getAll(configs.stream().distinct().map(id -> config(name, id)).toList())
        .values()
        .stream()
        .collect(Collectors.toMap(item -> Items.header(item).id(), Items::version));
  }

  /** The services whose rollout an alarm watches; a hint, since the service decides. */
  public List<ServiceName> watchedBy(String alarm) {
    return queries.all(queries.watchedBy(alarm)).map(item -> service(item.get(SK).s())).toList();
  }

  /** The service, if there is or was one of that name: a deleted one is found too. */
  public Optional<Service> find(ServiceName service) {
    return get(head(service)).map(Items::service);
  }

  /**
   * The service.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is none, or it is deleted
   */
  public Service require(ServiceName service) {
    return present(service, find(service));
  }

  private static Service present(ServiceName name, Optional<Service> found) {
    return found
        .filter(service -> !service.isDeleted())
        .orElseThrow(() -> NotFound.service(name.value()).exception());
  }

  /** The service, also a deleted one. */
  private Service known(ServiceName name) {
    return find(name).orElseThrow(() -> NotFound.service(name.value()).exception());
  }

  /**
   * A rollout as it stands, also of a deleted service, in one read; in two where it ended between
   * the two parts of the first, in three where it was made there.
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
    boolean isLive =
        service.live().filter(live -> live.rolloutId().equals(rolloutId)).isPresent()
            || (service.queued(rolloutId).isPresent() && rollout.status() == Status.PENDING);
    if (isLive || rollout.status().ended()) {
      return new Standing(service, rollout);
    }
    Rollout again = get(rolloutKey).map(Items::rollout).orElse(rollout);
    // Not ended even now: then the service was read before the rollout was made.
    return new Standing(again.status().ended() ? service : find(name).orElse(service), again);
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
          present(name, Optional.ofNullable(found.get(head(name))).map(Items::service));
      Optional<Item> document =
          Optional.ofNullable(found.get(Schema.document(name))).map(Item::reading);
      // The two are read together but not at one moment: an update may have come between.
      int number = document.map(item -> item.integer(REVISION)).orElse(0);
      if (number == service.counters().documents()) {
        return new Document(service, document.map(item -> item.text(BODY)));
      }
      misfit = "number " + number + ", the service at " + service.counters().documents();
    }
    throw new IllegalStateException("the document of service " + name + " stays " + misfit);
  }

  /**
   * The body of a config, also of a deleted service.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service or config
   */
  public String configBody(ServiceName service, String id) {
    return wholeConfig(service, id).json();
  }

  /**
   * The body of a config with the warnings about its sources, also of a deleted service.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service or config
   */
  public ConfigBody wholeConfig(ServiceName service, String id) {
    return findBody(body(service, id))
        .orElseThrow(
            () -> {
              var _ = known(service);
              return NotFound.config(service, id).exception();
            });
  }

  /** An operation of a service or config, if there is one. */
  public Optional<ServiceOperation> findOperation(ServiceName service, long ord) {
    return get(operation(service, ord)).map(item -> Items.operation(service, item));
  }

  /** The config that an operation made, or found that could be made, while it is kept. */
  public Optional<ConfigBody> findConfigBody(ServiceOperation operation) {
    ServiceName service = operation.service();
    return switch (operation.done()) {
      case ServiceOperation.ConfigSubmitted done -> findBody(body(service, done.configId()));
      case ServiceOperation.ConfigValidated done ->
          findBody(operationBody(service, operation.ord()));
      case ServiceOperation.ServiceCreated done -> Optional.empty();
      case ServiceOperation.ServiceDeleted done -> Optional.empty();
      case ServiceOperation.ServiceUndeleted done -> Optional.empty();
    };
  }

  private Optional<ConfigBody> findBody(Map<String, AttributeValue> key) {
    return get(key).map(Items::configBody);
  }

  /** Of these configs of a service the one that was made last, if any of them is there. */
  public Optional<String> newestConfig(ServiceName service, Collection<String> ids) {
    return getAll(ids.stream().map(id -> config(service, id)).toList()).values().stream()
        .map(Items::header)
        .max(Comparator.comparingLong(ConfigHeader::ord))
        .map(ConfigHeader::id);
  }

  // ---- reading many

  /**
   * The names of the services that are not deleted, in their order.
   *
   * @param producer only those of this producerProjectId
   */
  public Page<ServiceName> services(Optional<String> producer, int size, Optional<String> from) {
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(table)
            .consistentRead(true)
            .keyConditionExpression("#pk = :pk")
            .expressionAttributeNames(Map.of("#pk", PK))
            .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(SERVICES)));
    from.ifPresent(place -> request.exclusiveStartKey(listed(nameAt(place))));
    if (producer.isEmpty()) {
      request.limit(size + 1);
    }
    List<ServiceName> found =
        queries
            .all(request.build())
            .map(Item::reading)
            .filter(line -> producer.isEmpty() || producer.equals(line.findText(PRODUCER)))
            .map(line -> new ServiceName(line.text(SK)))
            .limit(size + 1L)
            .toList();
    return Page.of(found, size, ServiceName::value);
  }

  private static ServiceName nameAt(String place) {
    try {
      return new ServiceName(place);
    } catch (ProblemException _) {
      throw noPlace(place);
    }
  }

  /** All rollouts of a service, also of a deleted one, newest first. */
  public Page<Rollout> rollouts(ServiceName service, int size, Optional<String> from) {
    return rollouts(service, Optional.empty(), size, from);
  }

  /**
   * The rollouts of a service, also of a deleted one, newest first.
   *
   * @param wanted only these; empty: all
   */
  public Page<Rollout> rollouts(
      ServiceName service, Optional<Predicate<Rollout>> wanted, int size, Optional<String> from) {
    return newest(service, ROLLOUT_PREFIX, wanted, size, from, Items::rollout, Rollout::ord);
  }

  /**
   * Where a list of rollouts goes on that ended with {@code rollout}, as {@link Page#next} has it.
   */
  public static String place(Rollout rollout) {
    return place(rollout.ord());
  }

  /** The configs of a service, also of a deleted one, newest first. */
  public Page<ConfigHeader> configs(ServiceName service, int size, Optional<String> from) {
    return newest(
        service, CONFIG_PREFIX, Optional.empty(), size, from, Items::header, ConfigHeader::ord);
  }

  /**
   * The operations of a service, also of a deleted one, newest first: views of its rollouts, and
   * its own.
   *
   * @param wanted only these; empty: all
   */
  public Page<Operation> operations(
      ServiceName name, Optional<Predicate<Operation>> wanted, int size, Optional<String> from) {
    Service service = known(name);
    OptionalInt most = wanted.isPresent() ? OptionalInt.empty() : OptionalInt.of(size + 1);
    Stream<Operation> rollouts =
        queries
            .all(queries.newestFirst(name, ROLLOUT_PREFIX, lastOf(from), most))
            .map(item -> new Operation.OfRollout(new Standing(service, Items.rollout(item))));
    Stream<Operation> own =
        queries
            .all(queries.operationsNewestFirst(name, lastOf(from), most))
            .map(item -> new Operation.OfService(Items.operation(name, item)));
    List<Operation> found =
        Stream.concat(limited(rollouts, wanted, size), limited(own, wanted, size))
            .sorted(Comparator.comparingLong(Operation::ord).reversed())
            .limit(size + 1L)
            .toList();
    return Page.of(found, size, Operation::place);
  }

  /**
   * The state changes and verbs of a service after its {@code v} was {@code after}, as far as they
   * are kept, and the service as it stands, also of a deleted one; ascending. Other changes, such
   * as a batch, are not kept.
   */
  public History history(ServiceName name, long after, int size, Optional<String> from) {
    // The service first: whatever is on the page it knows of, and what it knows of is on the page.
    Service service = known(name);
    long seen = Math.max(after, from.map(ServiceStore::ordOf).orElse(0L));
    List<HistoryRow> found =
        seen >= service.v()
            ? List.of()
            : queries
                .all(
                    queries.historyOldestFirst(
                        name, seen + 1, service.v(), OptionalInt.of(size + 1)))
                .map(Items::history)
                .limit(size + 1L)
                .toList();
    return new History(service, Page.of(found, size, row -> place(row.v())));
  }

  /**
   * The state changes and verbs of a rollout, also of a deleted service, ascending: of what is kept
   * of its service's, those that tell of it, looked for from its creation to its end.
   *
   * @throws org.servicerollouts.domain.ProblemException where there is no such service or rollout
   */
  public Page<HistoryRow> history(
      ServiceName name, String rolloutId, int size, Optional<String> from) {
    long since =
        get(rollout(name, rolloutId))
            .map(item -> Item.reading(item).numberOrZero(SINCE))
            .orElseThrow(
                () -> {
                  var _ = known(name);
                  return NotFound.rollout(name, rolloutId).exception();
                });
    long seen = Math.min(from.map(ServiceStore::ordOf).orElse(0L), Queries.MAX_ORD - 1);
    Iterator<HistoryRow> rows =
        queries
            .all(
                queries.historyOldestFirst(
                    name, Math.max(since, seen + 1), Queries.MAX_ORD, OptionalInt.empty()))
            .map(Items::history)
            .iterator();
    List<HistoryRow> found = new ArrayList<>();
    boolean ended = false;
    while (!ended && found.size() <= size && rows.hasNext()) {
      HistoryRow row = rows.next();
      Optional<Status> status = row.statusOf(rolloutId);
      status.ifPresent(s -> found.add(row));
      ended = status.filter(Status::ended).isPresent();
    }
    return Page.of(found, size, row -> place(row.v()));
  }

  private <T> Page<T> newest(
      ServiceName service,
      String prefix,
      Optional<Predicate<T>> wanted,
      int size,
      Optional<String> from,
      Function<Map<String, AttributeValue>, T> read,
      Function<T, Long> ordOf) {
    OptionalInt most = wanted.isPresent() ? OptionalInt.empty() : OptionalInt.of(size + 1);
    List<T> found =
        limited(
                queries.all(queries.newestFirst(service, prefix, lastOf(from), most)).map(read),
                wanted,
                size)
            .toList();
    if (found.isEmpty()) {
      var _ = known(service);
    }
    return Page.of(found, size, item -> place(ordOf.apply(item)));
  }

  private static <T> Stream<T> limited(Stream<T> all, Optional<Predicate<T>> wanted, int size) {
    // One more than asked for tells that there is more.
    return all.filter(wanted.orElse(item -> true)).limit(size + 1L);
  }

  private static String place(long ord) {
    return Long.toString(ord);
  }

  /** What comes after {@code from}, which every place but the last has taken. */
  private static long lastOf(Optional<String> from) {
    return from.map(ServiceStore::ordBefore).orElse(Queries.MAX_ORD);
  }

  private static long ordBefore(String place) {
    return Math.max(0, ordOf(place) - 1);
  }

  private static long ordOf(String place) {
    if (!PLACE.matcher(place).matches()) {
      throw noPlace(place);
    }
    return Long.parseLong(place);
  }

  private static ProblemException noPlace(String place) {
    return Problem.invalid("pageToken", place, "a nextPageToken of this list").exception();
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
      queries
          .all(request)
          .map(Item::reading)
          .forEach(item -> due.add(new Due(service(item.text(PK)), item.instant(DUE_AT))));
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
      for (int tried = 1; !wanted.isEmpty(); tried++) {
        BatchGetItemResponse answer =
            client.batchGetItem(BatchGetItemRequest.builder().requestItems(wanted).build());
        boolean isAnsweringNothing = answer.unprocessedKeys().equals(wanted);
        if (isAnsweringNothing && tried >= UNANSWERED) {
          throw BUSY.exception();
        }
        for (Map<String, AttributeValue> item : answer.responses().getOrDefault(table, List.of())) {
          found.put(Map.of(PK, item.get(PK), SK, item.get(SK)), item);
        }
        wanted = answer.unprocessedKeys();
        if (!wanted.isEmpty()) {
          backoff.rest(tried);
        }
      }
    }
    return found;
  }
}
