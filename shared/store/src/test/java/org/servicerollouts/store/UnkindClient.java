package org.servicerollouts.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Makes DynamoDB Local as unkind as DynamoDB is: what never happens there happens here, by chance
 * from a seed ({@link #often}) or just when a test wants it ({@link #next}), and the due index is
 * behind if told to be ({@link #lagging}). A transaction that names an item twice is always
 * refused. It stands where the SDK's client stands, so what it throws is what is left after the
 * SDK's own retries.
 */
public final class UnkindClient extends InterposedClient {

  /** What can befall a request. */
  public enum Unkindness {
    /** Another transaction is at one of its items; nothing is written. */
    CONFLICT,
    /** The table is too busy for it; nothing is done. */
    THROTTLED,
    /** The same, told in a transaction's cancellation reasons, which the SDK does not retry. */
    THROTTLED_IN_TRANSACTION,
    /** It is done, but the answer never comes. */
    DONE_BUT_TIMED_OUT,
    /**
     * It is done, the answer does not come, and the SDK sends it again: the second answer counts.
     */
    SENT_TWICE;

    private boolean befalls(DynamoDbRequest request) {
      return switch (this) {
        case THROTTLED -> true;
        case THROTTLED_IN_TRANSACTION -> request instanceof TransactWriteItemsRequest;
        case CONFLICT, DONE_BUT_TIMED_OUT, SENT_TWICE -> !ItemWrite.of(request).isEmpty();
      };
    }
  }

  private final Random random;
  private final Map<Unkindness, Double> odds = new EnumMap<>(Unkindness.class);
  private final Map<Unkindness, AtomicInteger> befell = new ConcurrentHashMap<>();
  private final Queue<Unkindness> next = new ConcurrentLinkedQueue<>();
  private final DynamoDbClient real;
  private Optional<IndexLag> lag = Optional.empty();

  public UnkindClient(DynamoDbClient real, long seed) {
    super(real);
    this.real = real;
    this.random = new Random(seed);
  }

  /** From now on this befalls a request that it can befall with this probability. */
  public UnkindClient often(Unkindness unkindness, double probability) {
    odds.put(unkindness, probability);
    return this;
  }

  /** These befall the next requests that they can befall, one each, in this order. */
  public UnkindClient next(Unkindness... unkindness) {
    next.addAll(List.of(unkindness));
    return this;
  }

  /**
   * From now on the due index tells what was so some time ago, from nothing up to {@code most}, by
   * {@code clock}; of what is written through this client.
   */
  public UnkindClient lagging(Duration most, InstantSource clock) {
    lag = Optional.of(new IndexLag(real, clock, most, random));
    return this;
  }

  /** How many requests it has befallen. */
  public int befell(Unkindness unkindness) {
    return befell.getOrDefault(unkindness, new AtomicInteger()).get();
  }

  @Override
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    requireEachItemOnce(request);
    lag.ifPresent(l -> l.beforeWrite(request));
    try {
      Optional<Unkindness> met = meets(request);
      if (met.isEmpty()) {
        return send.apply(request);
      }
      befell.computeIfAbsent(met.get(), u -> new AtomicInteger()).incrementAndGet();
      return switch (met.get()) {
        case CONFLICT -> throw conflict(request);
        case THROTTLED -> throw throttled();
        case THROTTLED_IN_TRANSACTION ->
            throw cancelled((TransactWriteItemsRequest) request, "ThrottlingError");
        case DONE_BUT_TIMED_OUT -> {
          var _ = send.apply(request);
          throw ApiCallTimeoutException.create(1);
        }
        case SENT_TWICE -> sentTwice(request, send);
      };
    } finally {
      lag.ifPresent(l -> l.afterWrite(request));
    }
  }

  @Override
  public QueryResponse query(QueryRequest request) {
    QueryResponse answer = super.query(request);
    return lag.filter(l -> Schema.DUE_INDEX.equals(request.indexName()))
        .map(l -> l.asOfThen(request, answer))
        .orElse(answer);
  }

  /** DynamoDB Local finds it only where no condition fails before. */
  private static void requireEachItemOnce(DynamoDbRequest request) {
    List<Map<String, AttributeValue>> keys =
        ItemWrite.of(request).stream().map(ItemWrite::key).toList();
    if (Set.copyOf(keys).size() < keys.size()) {
      throw DynamoDbException.builder()
          .message("Transaction request cannot include multiple operations on one item")
          .awsErrorDetails(AwsErrorDetails.builder().errorCode("ValidationException").build())
          .build();
    }
  }

  private Optional<Unkindness> meets(DynamoDbRequest request) {
    Unkindness wanted = next.peek();
    if (wanted != null && wanted.befalls(request) && next.remove(wanted)) {
      return Optional.of(wanted);
    }
    double drawn = random.nextDouble();
    for (Map.Entry<Unkindness, Double> entry : odds.entrySet()) {
      drawn -= entry.getValue();
      if (drawn < 0) {
        return Optional.of(entry.getKey()).filter(u -> u.befalls(request));
      }
    }
    return Optional.empty();
  }

  private DynamoDbException conflict(DynamoDbRequest request) {
    return request instanceof TransactWriteItemsRequest transaction
        ? cancelled(transaction, "TransactionConflict")
        : TransactionConflictException.builder()
            .message("Transaction is ongoing for the item")
            .build();
  }

  private DynamoDbException throttled() {
    return random.nextBoolean()
        ? ProvisionedThroughputExceededException.builder()
            .message("The level of configured provisioned throughput was exceeded")
            .build()
        : ThrottlingException.builder()
            .message("Throughput exceeds the current capacity of your table")
            .build();
  }

  /** One item of it has {@code code}, the others nothing against it. */
  private TransactionCanceledException cancelled(
      TransactWriteItemsRequest transaction, String code) {
    int items = transaction.transactItems().size();
    int which = random.nextInt(items);
    return TransactionCanceledException.builder()
        .message("Transaction cancelled, please refer cancellation reasons for specific reasons")
        .cancellationReasons(
            IntStream.range(0, items)
                .mapToObj(
                    i -> CancellationReason.builder().code(i == which ? code : "None").build())
                .toList())
        .build();
  }

  private static <I extends DynamoDbRequest, O> O sentTwice(I request, Function<I, O> send) {
    I withToken = withToken(request);
    try {
      var _ = send.apply(withToken);
    } catch (DynamoDbException e) {
      // This answer is the one that does not come.
    }
    return send.apply(withToken);
  }

  /** As the SDK does: the same token each time it sends the same transaction. */
  @SuppressWarnings("unchecked")
  private static <I extends DynamoDbRequest> I withToken(I request) {
    return request instanceof TransactWriteItemsRequest transaction
            && transaction.clientRequestToken() == null
        ? (I) transaction.toBuilder().clientRequestToken(UUID.randomUUID().toString()).build()
        : request;
  }
}
