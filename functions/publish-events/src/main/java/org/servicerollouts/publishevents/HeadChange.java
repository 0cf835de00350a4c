package org.servicerollouts.publishevents;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.events.transformers.v2.dynamodb.DynamodbAttributeValueTransformer;
import java.time.Instant;
import java.util.Optional;
import org.servicerollouts.domain.Service;
import org.servicerollouts.store.Items;
import org.servicerollouts.store.Schema;

/**
 * One write of a service, as the table's stream tells it.
 *
 * @param dueBefore when it was due before this write
 */
record HeadChange(String sequenceNumber, Service service, Optional<Instant> dueBefore) {

  static HeadChange of(DynamodbStreamRecord record) {
    StreamRecord change = record.getDynamodb();
    return new HeadChange(
        change.getSequenceNumber(),
        Items.service(
            DynamodbAttributeValueTransformer.toAttributeValueMapV2(change.getNewImage())),
        Optional.ofNullable(change.getOldImage())
            .map(image -> image.get(Schema.DUE_AT))
            .map(AttributeValue::getN)
            .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis))));
  }

  /** Whether a request, not a driver, made it due by {@code horizon}. */
  boolean madeDueBy(Instant horizon) {
    Optional<Instant> due = service.dueAt();
    // Who waits for an alarm is due all the while, and hides when the one that runs is, and was: so
    // it wakes for each request then, at worst for nothing
    Optional<Instant> hidden = service.moveDueAt().filter(move -> !due.equals(Optional.of(move)));
    return !service.last().cause().driver()
        && ((!due.equals(dueBefore) && isBy(horizon, due)) || isBy(horizon, hidden));
  }

  private static boolean isBy(Instant horizon, Optional<Instant> due) {
    return due.filter(at -> !at.isAfter(horizon)).isPresent();
  }

  /** Whether it made a rollout or an operation, and it is time to look what is beyond. */
  boolean isTimeToForget() {
    return switch (service.last().what()) {
      case ROLLOUT_CREATED, SERVICE_DELETED, SERVICE_UNDELETED ->
          service.counters().made() % EACH_TENTH == 0;
      // Operations of configs have no count of their own: about each tenth is good enough
      case CONFIG_CREATED, CONFIG_VALIDATED -> service.v() % EACH_TENTH == 0;
      default -> false;
    };
  }

  private static final int EACH_TENTH = 10;
}
