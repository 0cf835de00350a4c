package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Lambda's event source mapping from a stream to a function: filters, batches of up to {@value
 * #MAX_BATCH}, failures reported by item; a batch that fails whole is halved, and after {@value
 * #MAX_ATTEMPTS} attempts a record is given up.
 */
final class SourceMapping {
  static final int MAX_BATCH = 100;
  static final int MAX_ATTEMPTS = 20;

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final System.Logger LOG = System.getLogger(SourceMapping.class.getName());

  private final String stream;
  private final String function;
  private final RequestHandler<DynamodbEvent, StreamsEventResponse> target;
  private final InstantSource clock;

  private int batch = MAX_BATCH;
  private String failing = "";
  private int attempts;

  SourceMapping(
      String stream,
      String function,
      RequestHandler<DynamodbEvent, StreamsEventResponse> target,
      InstantSource clock) {
    this.stream = stream;
    this.function = function;
    this.target = target;
    this.clock = clock;
  }

  /** How many records to hand over next. */
  int batch() {
    return batch;
  }

  /**
   * Hands {@code records} to the function and says how many of them, from the first, are dealt
   * with.
   */
  int deliver(List<Record> records) {
    List<Record> wanted = records.stream().filter(StreamRecords::isWanted).toList();
    if (wanted.isEmpty()) {
      return records.size();
    }
    try {
      Optional<Record> failed = lowest(invoke(wanted), wanted);
      if (failed.isPresent()) {
        return upTo(failed.get(), records, "named in batchItemFailures");
      }
      batch = MAX_BATCH;
      return records.size();
    } catch (RuntimeException | Error e) {
      if (wanted.size() == 1) {
        return upTo(wanted.getFirst(), records, e.toString());
      }
      LOG.log(
          System.Logger.Level.WARNING, function + " failed on " + wanted.size() + " records: " + e);
      batch = Math.max(1, records.size() / 2);
      return 0;
    }
  }

  private List<StreamsEventResponse.BatchItemFailure> invoke(List<Record> wanted) {
    StreamsEventResponse response =
        target.handleRequest(
            StreamRecords.event(wanted, stream), Invocation.of(function, TIMEOUT, clock));
    return response == null || response.getBatchItemFailures() == null
        ? List.of()
        : response.getBatchItemFailures();
  }

  /**
   * The first of {@code wanted} that failed; a failure that names none of them is the whole
   * batch's.
   */
  private static Optional<Record> lowest(
      List<StreamsEventResponse.BatchItemFailure> failures, List<Record> wanted) {
    List<String> numbers =
        wanted.stream().map(record -> record.dynamodb().sequenceNumber()).toList();
    return failures.stream()
        .map(failure -> Math.max(0, numbers.indexOf(failure.getItemIdentifier())))
        .min(Integer::compare)
        .map(wanted::get);
  }

  /**
   * How many of {@code records} come before {@code failed}, and one more once it has failed for the
   * last time.
   */
  private int upTo(Record failed, List<Record> records, String why) {
    String number = failed.dynamodb().sequenceNumber();
    attempts = failing.equals(number) ? attempts + 1 : 1;
    failing = number;
    boolean last = attempts == MAX_ATTEMPTS;
    if (attempts == 1 || last) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} failed on record {1} of {2}: {3}{4}",
          function,
          number,
          failed.dynamodb().keys(),
          why,
          last ? "; given up after " + MAX_ATTEMPTS + " attempts" : "");
    }
    return records.indexOf(failed) + (last ? 1 : 0);
  }
}
