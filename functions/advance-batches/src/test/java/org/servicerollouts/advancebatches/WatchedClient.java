package org.servicerollouts.advancebatches;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.servicerollouts.store.InterposedClient;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** Remembers what drivers ask for, and fails it as a test says. */
final class WatchedClient extends InterposedClient {
  private final List<DynamoDbRequest> requests = new ArrayList<>();
  private volatile Fault fault = Fault.NONE;

  WatchedClient(DynamoDbClient real) {
    super(real);
  }

  /** Stands around one request. */
  @FunctionalInterface
  interface Fault {
    Fault NONE = (request, send) -> send.get();

    Object around(DynamoDbRequest request, Supplier<Object> send);

    /** Fails these without making them. */
    static Fault throttling(Predicate<DynamoDbRequest> which) {
      return (request, send) -> {
        if (which.test(request)) {
          throw ProvisionedThroughputExceededException.builder().message("too fast").build();
        }
        return send.get();
      };
    }

    /** Makes these, and fails them then. */
    static Fault timingOutAfterSuccess(Predicate<DynamoDbRequest> which) {
      return (request, send) -> {
        Object answer = send.get();
        if (which.test(request)) {
          throw SdkClientException.create("read timed out");
        }
        return answer;
      };
    }

    /** Lets something happen just before one of these is made. */
    static Fault justBefore(Predicate<DynamoDbRequest> which, Runnable what) {
      return (request, send) -> {
        if (which.test(request)) {
          what.run();
        }
        return send.get();
      };
    }
  }

  void fails(Fault next) {
    fault = next;
  }

  void isWellAgain() {
    fault = Fault.NONE;
  }

  @Override
  @SuppressWarnings("unchecked") // the answer is send's own
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    synchronized (requests) {
      requests.add(request);
    }
    return (O) fault.around(request, () -> send.apply(request));
  }

  /** How many were made. */
  long count(Predicate<DynamoDbRequest> which) {
    synchronized (requests) {
      return requests.stream().filter(which).count();
    }
  }

  void forgetRequests() {
    synchronized (requests) {
      requests.clear();
    }
  }
}
