package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.events.transformers.v2.dynamodb.DynamodbAttributeValueTransformer;
import java.time.Instant;
import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.store.Items;

/**
 * One write of a service, as the table's stream tells it.
 *
 * @param dueBefore when it was due before this write
 */
record HeadChange(String sequenceNumber, Service service, Optional<Instant> dueBefore) {

  static HeadChange of(DynamodbStreamRecord record) {
    StreamRecord change = record.getDynamodb();
    Optional<Service> before =
        Optional.ofNullable(change.getOldImage())
            .filter(image -> !image.isEmpty())
            .map(
                image ->
                    Items.service(DynamodbAttributeValueTransformer.toAttributeValueMapV2(image)));
    return new HeadChange(
        change.getSequenceNumber(),
        Items.service(
            DynamodbAttributeValueTransformer.toAttributeValueMapV2(change.getNewImage())),
        before.flatMap(Service::dueAt));
  }

  /** Whether a request, not a driver, made it due by {@code horizon}. */
  boolean madeDueBy(Instant horizon) {
    Optional<Instant> due = service.dueAt();
    return !service.last().cause().driver()
        && !due.equals(dueBefore)
        && due.filter(at -> !at.isAfter(horizon)).isPresent();
  }
}
