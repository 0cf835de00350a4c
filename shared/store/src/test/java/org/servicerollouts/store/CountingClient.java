package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Keeps a bill of what is asked of the table: each request, the bytes of the items in it, and what
 * that costs by {@link Units}. It reads what a write finds and leaves from the real client, which
 * is not billed; with several writers at once the sizes may be those of another's write.
 */
public final class CountingClient extends InterposedClient {
  private final DynamoDbClient real;
  private final List<Line> lines = new ArrayList<>();

  public CountingClient(DynamoDbClient real) {
    super(real);
    this.real = real;
  }

  /**
   * A request that was made.
   *
   * @param what the operation, with the number of its items where it takes several
   * @param bytes of the items it read, or wrote as they were or are, whichever is more
   */
  public record Line(String what, long bytes, Units units) {}

  /** What was asked for in some time, in order. */
  public record Bill(List<Line> lines) {
    public Bill {
      lines = List.copyOf(lines);
    }

    /** As in {@code GetItem, TransactWriteItems 5}; what is repeated is counted. */
    public String requests() {
      List<String> texts = new ArrayList<>();
      int same = 0;
      for (int i = 0; i < lines.size(); i++) {
        same++;
        boolean isLast =
            i + 1 == lines.size() || !lines.get(i + 1).what().equals(lines.get(i).what());
        if (isLast) {
          texts.add((same > 1 ? same + " × " : "") + lines.get(i).what());
          same = 0;
        }
      }
      return String.join(", ", texts);
    }

    public long bytes() {
      return lines.stream().mapToLong(Line::bytes).sum();
    }

    public Units units() {
      return lines.stream().map(Line::units).reduce(Units.NONE, Units::plus);
    }
  }

  /** What was asked for since the last time that this was called. */
  public synchronized Bill bill() {
    Bill bill = new Bill(lines);
    lines.clear();
    return bill;
  }

  private synchronized void add(String what, long bytes, Units units) {
    lines.add(new Line(what, bytes, units));
  }

  @Override
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    List<ItemWrite> writes = ItemWrite.of(request);
    if (writes.isEmpty()) {
      O answer = send.apply(request);
      addRead(request, answer);
      return answer;
    }
    List<Map<String, AttributeValue>> before = read(writes);
    String what = name(request);
    boolean isTransaction = request instanceof TransactWriteItemsRequest;
    try {
      O answer = send.apply(request);
      List<Map<String, AttributeValue>> after = read(writes);
      List<Units.Change> changes =
          IntStream.range(0, writes.size())
              .mapToObj(
                  i ->
                      new Units.Change(
                          before.get(i), writes.get(i).isCheck() ? before.get(i) : after.get(i)))
              .toList();
      add(
          isTransaction ? what + " " + writes.size() : what,
          changes.stream().mapToLong(Units.Change::bytes).sum(),
          isTransaction
              ? Units.transaction(changes)
              : changes.stream().map(Units::write).reduce(Units.NONE, Units::plus));
      return answer;
    } catch (ConditionalCheckFailedException e) {
      add(what + " refused", Units.bytes(before), Units.refusedWrite(before.getFirst()));
      throw e;
    } catch (TransactionCanceledException e) {
      add(
          what + " " + writes.size() + " refused",
          Units.bytes(before),
          Units.refusedTransaction(before));
      throw e;
    }
  }

  private List<Map<String, AttributeValue>> read(List<ItemWrite> writes) {
    return writes.stream().map(write -> write.read(real)).toList();
  }

  private void addRead(DynamoDbRequest request, Object answer) {
    switch (request) {
      case GetItemRequest get -> {
        Map<String, AttributeValue> item = ((GetItemResponse) answer).item();
        add(name(get), Units.bytes(item), Units.get(item, isConsistent(get.consistentRead())));
      }
      case BatchGetItemRequest batch -> {
        KeysAndAttributes asked = batch.requestItems().values().iterator().next();
        BatchGetItemResponse answered = (BatchGetItemResponse) answer;
        List<Map<String, AttributeValue>> items =
            answered.responses().values().stream().flatMap(List::stream).toList();
        int unanswered =
            answered.unprocessedKeys().values().stream().mapToInt(k -> k.keys().size()).sum();
        int keys = asked.keys().size() - unanswered;
        add(
            name(batch) + " " + keys,
            Units.bytes(items),
            Units.batchGet(items, keys, isConsistent(asked.consistentRead())));
      }
      case QueryRequest query -> {
        requireWhole(query);
        List<Map<String, AttributeValue>> items = ((QueryResponse) answer).items();
        add(
            name(query),
            Units.bytes(items),
            Units.query(items, isConsistent(query.consistentRead())));
      }
      default -> throw new IllegalArgumentException(name(request) + " is not counted here");
    }
  }

  /** What a filter or projection leaves out is billed, but not in the answer. */
  private static void requireWhole(QueryRequest query) {
    if (query.filterExpression() != null || query.projectionExpression() != null) {
      throw new IllegalArgumentException("a query with a filter or projection is not counted here");
    }
  }

  private static boolean isConsistent(Boolean consistentRead) {
    return Boolean.TRUE.equals(consistentRead);
  }

  private static String name(DynamoDbRequest request) {
    return request.getClass().getSimpleName().replace("Request", "");
  }
}
