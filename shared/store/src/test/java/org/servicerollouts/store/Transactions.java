package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** Sees what each transaction writes and checks. */
final class Transactions extends InterposedClient {
  private final List<List<ItemWrite>> all = new ArrayList<>();

  Transactions(DynamoDbClient real) {
    super(real);
  }

  boolean isNoneSent() {
    return all.isEmpty();
  }

  /** The last one that was sent. */
  List<ItemWrite> last() {
    return all.getLast();
  }

  @Override
  protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
    if (request instanceof TransactWriteItemsRequest) {
      all.add(ItemWrite.of(request));
    }
    return send.apply(request);
  }
}
