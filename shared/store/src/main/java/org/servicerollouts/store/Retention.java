package org.servicerollouts.store;

import static org.servicerollouts.store.Schema.*;
import static org.servicerollouts.store.Writes.DELETES_A_TRANSACTION;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Live;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.Status;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Deletes the history of a service that is beyond what is kept: the {@value #NEWEST_KEPT} newest
 * rollouts and the last successful ones (Google: "Only the 100 most recent (in any state) and the
 * last 10 successful (if not already part of the set of 100 most recent) rollouts are kept"), with
 * the history rows that tell of them, and as many operations of its own. History and operations are
 * looked at only where there are more rollouts than {@value #NEWEST_KEPT}.
 *
 * <p>A rollout that a request with an id made or steered stays as long as the request is known
 * again, because its repeat is answered with that rollout.
 *
 * <p>Whatever it is doing, a rollout that has not ended stays; so it needs no condition, and may
 * run at any time, twice or at once.
 */
public final class Retention {
  /** How many rollouts are kept in any state, and how many operations of the service itself. */
  public static final int NEWEST_KEPT = 100;

  /**
   * How many history rows and operations, and how many rollouts, one run deletes at most: events
   * wait behind it. What is left is for the next.
   */
  private static final int MOST_DELETED = 250;

  private final DynamoDbClient client;
  private final String table;
  private final ServiceStore store;
  private final Queries queries;

  public Retention(Table table) {
    this.client = table.client();
    this.table = table.name();
    this.store = new ServiceStore(table);
    this.queries = new Queries(table);
  }

  /** A rollout as far as it matters here. */
  private record Kept(Map<String, AttributeValue> key, String id, Status status, long since) {}

  /**
   * Deletes what is beyond.
   *
   * @return how many items were deleted
   */
  public int apply(ServiceName name, Instant now) {
    return store.find(name).map(service -> apply(service, now)).orElse(0);
  }

  private int apply(Service service, Instant now) {
    ServiceName name = service.name();
    List<Kept> rollouts = rollouts(name);
    if (rollouts.size() <= NEWEST_KEPT) {
      return delete(operationsBeyond(name).limit(MOST_DELETED).toList());
    }
    List<Kept> newest = rollouts.subList(0, NEWEST_KEPT);
    Set<String> kept = new HashSet<>();
    service.successes().kept().forEach(success -> kept.add(success.rolloutId()));
    service.active().map(Live::rolloutId).ifPresent(kept::add);
    service.queue().forEach(waiting -> kept.add(waiting.rolloutId()));
    kept.addAll(repeatable(name, now));
    List<Map<String, AttributeValue>> beyond =
        rollouts.subList(NEWEST_KEPT, rollouts.size()).stream()
            .filter(rollout -> rollout.status().ended() && !kept.contains(rollout.id()))
            .map(Kept::key)
            .limit(MOST_DELETED)
            .toList();
    List<Map<String, AttributeValue>> others =
        Stream.concat(historyBefore(name, newest.getLast().since(), kept), operationsBeyond(name))
            .limit(MOST_DELETED)
            .toList();
    // Rollouts last: while there are too many of them, the next run looks for all that is left.
    int deleted = delete(others);
    return deleted < others.size() || deleted == MOST_DELETED ? deleted : deleted + delete(beyond);
  }

  /** All rollouts, newest first. */
  private List<Kept> rollouts(ServiceName name) {
    return queries
        .all(queries.newestFirst(name, ROLLOUT_PREFIX, Queries.MAX_ORD, OptionalInt.empty()))
        .map(Retention::kept)
        .toList();
  }

  private static Kept kept(Map<String, AttributeValue> values) {
    Item item = Item.reading(values);
    return new Kept(
        keyOf(values),
        item.text(SK).substring(ROLLOUT_PREFIX.length()),
        Status.valueOf(item.text(STATUS)),
        item.numberOrZero(SINCE));
  }

  /** The rollouts that the repeat of a request may still ask for. */
  private Set<String> repeatable(ServiceName name, Instant now) {
    return queries
        .all(queries.requests(name))
        .filter(row -> !Items.isExpired(row, now))
        .map(row -> Items.done(row).rolloutId())
        .collect(Collectors.toSet());
  }

  /** The history rows before {@code v} that tell of no rollout of {@code kept}. */
  private Stream<Map<String, AttributeValue>> historyBefore(
      ServiceName name, long v, Set<String> kept) {
    return queries
        .all(queries.historyNewestFirst(name, v - 1))
        .filter(
            row ->
                Item.reading(row).required(ROLLOUTS).l().stream()
                    .map(rollout -> Item.reading(rollout.m()).text(ID))
                    .noneMatch(kept::contains))
        .map(Retention::keyOf);
  }

  private Stream<Map<String, AttributeValue>> operationsBeyond(ServiceName name) {
    return queries
        .all(queries.operationsNewestFirst(name, Queries.MAX_ORD, OptionalInt.empty()))
        .skip(NEWEST_KEPT)
        .map(Retention::keyOf);
  }

  private static Map<String, AttributeValue> keyOf(Map<String, AttributeValue> item) {
    return Map.of(PK, item.get(PK), SK, item.get(SK));
  }

  /**
   * How many of these were deleted: a table that is busy leaves some. They are deleted in
   * transactions, because BatchWriteItem would need the right to put items too.
   */
  private int delete(List<Map<String, AttributeValue>> keys) {
    int deleted = 0;
    for (int from = 0; from < keys.size(); from += DELETES_A_TRANSACTION) {
      List<TransactWriteItem> deletes =
          keys.subList(from, Math.min(from + DELETES_A_TRANSACTION, keys.size())).stream()
              .map(
                  key ->
                      TransactWriteItem.builder().delete(d -> d.tableName(table).key(key)).build())
              .toList();
      if (isDone(deletes)) {
        deleted += deletes.size();
      }
    }
    return deleted;
  }

  private boolean isDone(List<TransactWriteItem> deletes) {
    try {
      client.transactWriteItems(Transaction.of(deletes));
      return true;
    } catch (TransactionCanceledException e) {
      if (!Writes.isPassing(e)) {
        throw e;
      }
      return false;
    }
  }
}
