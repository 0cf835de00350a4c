package org.servicerollouts.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Reads the table's stream in order and at least once. Its place is kept in a file, so that it goes
 * on where it was after any end of the process. It reads one shard at a time, because DynamoDB
 * Local replaces shards but never splits one.
 */
final class StreamReader implements AutoCloseable {
  /** Between two looks at a stream that had nothing new; after failures it doubles each time. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final int MOST_DOUBLINGS = 8;
  private static final System.Logger LOG = System.getLogger(StreamReader.class.getName());

  private final DynamoDbStreamsClient streams;
  private final String stream;
  private final Path file;
  private final SourceMapping mapping;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("stream").unstarted(this::run);

  private Place place;
  private Optional<String> iterator = Optional.empty();
  private int failures;

  private StreamReader(
      DynamoDbStreamsClient streams, String stream, Path file, SourceMapping mapping) {
    this.streams = streams;
    this.stream = stream;
    this.file = file;
    this.mapping = mapping;
    this.place = Place.read(file).orElseGet(this::oldest);
  }

  /**
   * Starts to read.
   *
   * @param file where the place is kept
   * @param mapping takes the records
   */
  static StreamReader start(
      DynamoDbStreamsClient streams, String stream, Path file, SourceMapping mapping) {
    StreamReader reader = new StreamReader(streams, stream, file, mapping);
    reader.thread.start();
    return reader;
  }

  /** Lets the batch in hand be finished. */
  @Override
  public void close() {
    stopped.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = Duration.ZERO;
    try {
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = read();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads one batch and says how long to wait before the next. */
  private Duration read() {
    try {
      if (iterator.isEmpty()) {
        iterator = Optional.of(open());
      }
      GetRecordsResponse got =
          streams.getRecords(
              GetRecordsRequest.builder()
                  .shardIterator(iterator.get())
                  .limit(mapping.batch())
                  .build());
      int done = mapping.deliver(got.records());
      if (done > 0) {
        moveTo(place.after(got.records().get(done - 1).dynamodb().sequenceNumber()));
      }
      if (done < got.records().size()) {
        return failed();
      }
      failures = 0;
      iterator = Optional.ofNullable(got.nextShardIterator());
      if (iterator.isEmpty()) {
        moveToChild();
      }
      return done > 0 ? Duration.ZERO : PAUSE;
    } catch (TrimmedDataAccessException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Records of the stream were lost: they are older than 24 hours");
      moveTo(new Place(stream, place.shard(), Optional.empty()));
      return failed();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Reading the stream failed: " + e);
      return failed();
    }
  }

  private Duration failed() {
    iterator = Optional.empty();
    failures++;
    return PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
  }

  /** An iterator at the place. */
  private String open() {
    if (!place.stream().equals(stream)
        || shards().stream().noneMatch(shard -> shard.shardId().equals(place.shard()))) {
      moveTo(oldest());
    }
    ShardIteratorType type =
        place.after().isPresent()
            ? ShardIteratorType.AFTER_SEQUENCE_NUMBER
            : ShardIteratorType.TRIM_HORIZON;
    return streams
        .getShardIterator(
            GetShardIteratorRequest.builder()
                .streamArn(stream)
                .shardId(place.shard())
                .shardIteratorType(type)
                .sequenceNumber(place.after().orElse(null))
                .build())
        .shardIterator();
  }

  /** A shard that is read to its end has a child; until it is there, the place stays. */
  private void moveToChild() {
    shards().stream()
        .filter(shard -> place.shard().equals(shard.parentShardId()))
        .findFirst()
        .ifPresent(child -> moveTo(new Place(stream, child.shardId(), Optional.empty())));
  }

  private void moveTo(Place next) {
    next.write(file);
    place = next;
  }

  private Place oldest() {
    return new Place(stream, shards().getFirst().shardId(), Optional.empty());
  }

  private List<Shard> shards() {
    return streams
        .describeStream(describe -> describe.streamArn(stream))
        .streamDescription()
        .shards();
  }
}
