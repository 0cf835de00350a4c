package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Decision;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Target;
import org.servicerollouts.domain.Write;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** The writes of a service: which conditions they carry, and what each refusal means. */
final class Writes {
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  /** What refuses a transaction for now; the SDK repeats none of them. */
  private static final Set<String> PASSING =
      Set.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

  private static final ReturnValuesOnConditionCheckFailure ALL_OLD =
      ReturnValuesOnConditionCheckFailure.ALL_OLD;

  /** Of HEAD, what a service may come to lack. */
  private static final Set<String> REMOVABLE =
      new TreeSet<>(
          Set.of(
              ALLOCATION,
              LAST_GOOD,
              ACTIVE,
              QUEUE,
              DIVIDER,
              ALARMS,
              VERSIONS,
              INTENDED,
              RAISED,
              SUCCESSES,
              LATEST_RAISED,
              LATEST_UNTIL,
              PLAN,
              KEPT_UNTIL,
              SHARD,
              DUE_AT));

  private final DynamoDbClient client;
  private final String table;

  Writes(Table table) {
    this.client = table.client();
    this.table = table.name();
  }

  /**
   * With as many of the longest config bodies a transaction stays under 4 MB, which is the most
   * that DynamoDB takes.
   */
  static final int DELETES_A_TRANSACTION = 25;

  private static final Map<String, String> V_NAMED = Map.of("#v", V);

  private static Map<String, AttributeValue> was(Service service) {
    return Map.of(":was", AttributeValue.fromN(Long.toString(service.v())));
  }

  /**
   * One part of a transaction, and what it means if its condition fails on what is there.
   *
   * @param mayBeGone whether the condition asks for an item that may have been lost; then the rest
   *     is written without it
   */
  private record Part(
      TransactWriteItem item,
      Optional<Function<Map<String, AttributeValue>, Saved>> refusal,
      boolean mayBeGone) {

    private Part(
        TransactWriteItem item, Optional<Function<Map<String, AttributeValue>, Saved>> refusal) {
      this(item, refusal, false);
    }
  }

  Saved create(Service service, List<Write> more) {
    return create(service, more, put(whole(service)));
  }

  /** The same over a service that is gone, unless somebody else was first. */
  Saved createOver(Service gone, Service service, List<Write> more) {
    TransactWriteItem head =
        TransactWriteItem.builder()
            .put(
                p ->
                    p.tableName(table)
                        .item(whole(service).values())
                        .conditionExpression(IS_UNCHANGED)
                        .expressionAttributeNames(V_NAMED)
                        .expressionAttributeValues(was(gone))
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
            .build();
    return create(service, more, head);
  }

  private Saved create(Service service, List<Write> more, TransactWriteItem head) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(head, Optional.of(item -> new Saved.ServiceTaken(Items.service(item)))));
    parts.addAll(parts(service, more));
    return transact(service, parts);
  }

  private static Item whole(Service service) {
    Item item = Item.of(head(service.name()));
    item.values().putAll(Items.attributes(service).values());
    return item;
  }

  /**
   * Deletes what is left of a service that is gone, unless somebody has its name again.
   *
   * @param keys at most {@value #DELETES_A_TRANSACTION}
   */
  Saved purge(Service gone, List<Map<String, AttributeValue>> keys) {
    TransactWriteItem isGone =
        TransactWriteItem.builder()
            .conditionCheck(
                c ->
                    c.tableName(table)
                        .key(head(gone.name()))
                        .conditionExpression(IS_UNCHANGED)
                        .expressionAttributeNames(V_NAMED)
                        .expressionAttributeValues(was(gone))
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
            .build();
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(isGone, Optional.of(Writes::lost)));
    keys.forEach(key -> parts.add(sure(delete(key))));
    return transact(gone, parts);
  }

  Saved save(Service before, Decision.Changed changed) {
    return save(before, changed, Optional.empty());
  }

  /** The same with what tells that a request has been done. */
  Saved save(Service before, Decision.Changed changed, Optional<Item> done, Instant now) {
    return save(before, changed, done.map(item -> requestDone(item, now)));
  }

  private Saved save(Service before, Decision.Changed changed, Optional<Part> more) {
    Optional<Saved> taken = takenByItself(changed.writes());
    if (taken.isPresent()) {
      return taken.get();
    }
    Service next = changed.next();
    Update update = update(before, next);
    if (changed.writes().isEmpty() && more.isEmpty()) {
      return updateAlone(update, next);
    }
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(TransactWriteItem.builder().update(update).build(), Optional.of(Writes::lost)));
    more.ifPresent(parts::add);
    parts.addAll(parts(next, changed.writes()));
    return transact(next, parts);
  }

  /** Only what tells that a request has been done, where there was nothing to change. */
  Saved keep(Service service, Item done, Instant now) {
    return transact(service, List.of(requestDone(done, now)));
  }

  private Part requestDone(Item done, Instant now) {
    TransactWriteItem put =
        TransactWriteItem.builder()
            .put(
                p ->
                    p.tableName(table)
                        .item(done.values())
                        .conditionExpression(IS_NEW_OR_EXPIRED)
                        .expressionAttributeNames(Map.of("#ttl", TTL))
                        .expressionAttributeValues(
                            Map.of(
                                ":now", AttributeValue.fromN(Long.toString(now.getEpochSecond()))))
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
            .build();
    return new Part(put, Optional.of(there -> new Saved.Repeated(Items.done(there))));
  }

  /**
   * A rollout made under the id of the one that it ends. No transaction can name an item twice, and
   * this one need not be asked: what ends is there.
   */
  private static Optional<Saved> takenByItself(List<Write> writes) {
    Set<String> changed =
        writes.stream()
            .flatMap(
                w ->
                    switch (w) {
                      case Write.RolloutChanged c -> Stream.of(c.live().rolloutId());
                      case Write.RolloutDropped d -> Stream.of(d.rolloutId());
                      default -> Stream.of();
                    })
            .collect(Collectors.toSet());
    return writes.stream()
        .flatMap(
            w -> w instanceof Write.RolloutCreated c ? Stream.of(c.rollout().id()) : Stream.of())
        .filter(changed::contains)
        .<Saved>map(Saved.RolloutTaken::new)
        .findFirst();
  }

  private Update update(Service before, Service next) {
    Map<String, AttributeValue> attributes = Items.attributes(next).values();
    Set<String> removed =
        REMOVABLE.stream()
            .filter(name -> !attributes.containsKey(name))
            .collect(Collectors.toCollection(TreeSet::new));
    Expression expression =
        Expression.setting(attributes).removing(removed).when("v", V, "was", before.v());
    return Update.builder()
        .tableName(table)
        .key(head(before.name()))
        .updateExpression(expression.update())
        .conditionExpression(IS_UNCHANGED)
        .expressionAttributeNames(expression.names())
        .expressionAttributeValues(expression.values())
        .returnValuesOnConditionCheckFailure(ALL_OLD)
        .build();
  }

  /**
   * One that was answered with a timeout and sent again by the SDK may find that it is written. (A
   * transaction does not: the SDK gives it a token, by which DynamoDB knows it again.)
   */
  private Saved updateAlone(Update update, Service next) {
    try {
      client.updateItem(
          r ->
              r.tableName(table)
                  .key(update.key())
                  .updateExpression(update.updateExpression())
                  .conditionExpression(update.conditionExpression())
                  .expressionAttributeNames(update.expressionAttributeNames())
                  .expressionAttributeValues(update.expressionAttributeValues())
                  .returnValuesOnConditionCheckFailure(ALL_OLD));
      return new Saved.Written(next);
    } catch (ConditionalCheckFailedException e) {
      Saved.Lost lost = lost(e.item());
      return lost.current().filter(next::equals).isPresent() ? new Saved.Written(next) : lost;
    } catch (TransactionConflictException e) {
      return new Saved.Lost(Optional.empty());
    }
  }

  private static Saved.Lost lost(Map<String, AttributeValue> current) {
    return new Saved.Lost(Optional.of(current).filter(item -> !item.isEmpty()).map(Items::service));
  }

  private List<Part> parts(Service next, List<Write> writes) {
    Set<String> made =
        writes.stream()
            .flatMap(
                w ->
                    w instanceof Write.ConfigCreated created
                        ? Stream.of(created.config().id())
                        : Stream.of())
            .collect(Collectors.toSet());
    return writes.stream().flatMap(write -> parts(next, write, made)).toList();
  }

  private Stream<Part> parts(Service next, Write write, Set<String> made) {
    ServiceName service = next.name();
    return switch (write) {
      case Write.RolloutCreated created -> {
        Rollout rollout = created.rollout();
        Part put =
            new Part(
                put(Items.rollout(next, rollout)),
                Optional.of(there -> new Saved.RolloutTaken(rollout.id())));
        Stream<Part> checks =
            rollout.percentages().keySet().stream()
                .filter(id -> !made.contains(id))
                .map(id -> configExists(service, id));
        yield Stream.concat(checks, Stream.of(put));
      }
      case Write.RolloutChanged changed ->
          Stream.of(kept(service, changed.live().rolloutId(), Items.standing(changed)));
      case Write.RolloutDropped dropped ->
          Stream.of(kept(service, dropped.rolloutId(), Items.dropped(dropped)));
      case Write.AlarmsWatched watched ->
          watched.names().stream().map(alarm -> sure(putAnyway(Item.of(watched(alarm, service)))));
      case Write.AlarmsReleased released ->
          released.names().stream().map(alarm -> sure(delete(watched(alarm, service))));
      case Write.TargetTaken taken -> Stream.of(taken(service, taken.alias()));
      case Write.TargetReleased released -> Stream.of(sure(delete(owned(released.alias()))));
      case Write.ConfigCreated created -> {
        Config config = created.config();
        Item body = Items.configBody(service, config);
        yield Stream.of(
            new Part(
                put(Items.header(service, config)),
                Optional.of(there -> new Saved.ConfigTaken(config.id()))),
            sure(putAnyway(body)));
      }
      case Write.DocumentSaved saved ->
          Stream.of(
              sure(
                  putAnyway(
                      Item.of(document(service))
                          .with(BODY, saved.json())
                          .with(REVISION, saved.number()))));
      case Write.OperationCreated created ->
          Stream.of(sure(putAnyway(Items.operation(created.operation()))));
      case Write.ConfigIdFree free ->
          Stream.of(
              new Part(
                  TransactWriteItem.builder()
                      .conditionCheck(
                          c ->
                              c.tableName(table)
                                  .key(config(service, free.id()))
                                  .conditionExpression(IS_NEW))
                      .build(),
                  Optional.of(there -> new Saved.ConfigTaken(free.id()))));
      case Write.ValidatedConfigKept kept ->
          Stream.of(sure(putAnyway(Items.validated(service, kept))));
      case Write.ServiceListed listed ->
          Stream.of(
              sure(listed.listed() ? putAnyway(Items.listed(next)) : delete(listed(service))));
      case Write.HistoryKept kept -> Stream.of(sure(putAnyway(Items.history(next))));
    };
  }

  /**
   * A kept rollout with the part that changes. One whose item was lost, by hand or by a restore,
   * must not hold up its service.
   */
  private Part kept(ServiceName service, String rolloutId, Item changes) {
    Set<String> noReason = changes.has(REASON) ? Set.of() : Set.of(REASON);
    Expression expression = Expression.setting(changes.values()).removing(noReason);
    Update update =
        Update.builder()
            .tableName(table)
            .key(rollout(service, rolloutId))
            .updateExpression(expression.update())
            .expressionAttributeNames(expression.names())
            .expressionAttributeValues(expression.values())
            .conditionExpression(EXISTS)
            .build();
    return new Part(TransactWriteItem.builder().update(update).build(), Optional.empty(), true);
  }

  private Part taken(ServiceName service, Target.LambdaAlias alias) {
    Item item = Items.owned(service, alias);
    TransactWriteItem put =
        TransactWriteItem.builder()
            .put(
                p ->
                    p.tableName(table)
                        .item(item.values())
                        .conditionExpression(IS_OWN_OR_FREE)
                        .expressionAttributeNames(Map.of("#owner", OWNER))
                        .expressionAttributeValues(Map.of(":owner", item.values().get(OWNER)))
                        .returnValuesOnConditionCheckFailure(ALL_OLD))
            .build();
    return new Part(put, Optional.of(there -> new Saved.AliasTaken(alias, Items.owner(there))));
  }

  private Part configExists(ServiceName service, String id) {
    TransactWriteItem check =
        TransactWriteItem.builder()
            .conditionCheck(
                c -> c.tableName(table).key(config(service, id)).conditionExpression(EXISTS))
            .build();
    return new Part(check, Optional.of(nothing -> new Saved.ConfigUnknown(id)));
  }

  private TransactWriteItem put(Item item) {
    return TransactWriteItem.builder()
        .put(
            p ->
                p.tableName(table)
                    .item(item.values())
                    .conditionExpression(IS_NEW)
                    .returnValuesOnConditionCheckFailure(ALL_OLD))
        .build();
  }

  private TransactWriteItem putAnyway(Item item) {
    return TransactWriteItem.builder().put(p -> p.tableName(table).item(item.values())).build();
  }

  private TransactWriteItem delete(Map<String, AttributeValue> key) {
    return TransactWriteItem.builder().delete(d -> d.tableName(table).key(key)).build();
  }

  private static Part sure(TransactWriteItem item) {
    return new Part(item, Optional.empty());
  }

  private Saved transact(Service next, List<Part> parts) {
    try {
      client.transactWriteItems(Transaction.of(parts.stream().map(Part::item).toList()));
      return new Saved.Written(next);
    } catch (TransactionCanceledException e) {
      List<Part> there = withoutLost(parts, e);
      return there.size() < parts.size() ? transact(next, there) : refusal(parts, e);
    }
  }

  /** The parts but for those whose items are lost, if nothing else was refused. */
  private static List<Part> withoutLost(List<Part> parts, TransactionCanceledException e) {
    List<CancellationReason> reasons = e.cancellationReasons();
    List<Part> there = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean isRefused = i < reasons.size() && CONDITION_FAILED.equals(reasons.get(i).code());
      if (isRefused && !parts.get(i).mayBeGone()) {
        return parts;
      }
      if (!isRefused) {
        there.add(parts.get(i));
      }
    }
    return there;
  }

  /**
   * HEAD's own refusal comes first: with a service that has changed, what else is wrong may not be
   * so any more.
   */
  private static Saved refusal(List<Part> parts, TransactionCanceledException e) {
    List<CancellationReason> reasons = e.cancellationReasons();
    for (int i = 0; i < reasons.size(); i++) {
      if (CONDITION_FAILED.equals(reasons.get(i).code())) {
        return parts.get(i).refusal().orElseThrow(() -> e).apply(reasons.get(i).item());
      }
    }
    if (isPassing(e)) {
      return new Saved.Lost(Optional.empty());
    }
    throw e;
  }

  /** Whether the transaction was refused for now only. */
  static boolean isPassing(TransactionCanceledException e) {
    return e.cancellationReasons().stream().anyMatch(reason -> PASSING.contains(reason.code()));
  }
}
