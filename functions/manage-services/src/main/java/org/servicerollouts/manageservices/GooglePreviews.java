package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.domain.Preview;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.Changes;
import org.servicerollouts.wire.google.CreateRolloutRequest;
import org.servicerollouts.wire.google.PreviewPrinter;
import org.servicerollouts.wire.google.PreviewRequest;

/** What rollouts would do. */
final class GooglePreviews {
  private final Changes changes;
  private final AlarmNames alarmNames;
  private final InstantSource clock;

  GooglePreviews(Changes changes, AlarmNames alarmNames, InstantSource clock) {
    this.changes = changes;
    this.alarmNames = alarmNames;
    this.clock = clock;
  }

  ObjectNode preview(ServiceName name, HttpCall http) {
    CreateRolloutRequest create = CreateRolloutRequest.of(name, http.json(), alarmNames::name);
    PreviewRequest page = PreviewRequest.of(http.hash(), http.query());
    Preview preview =
        changes.preview(
            name,
            create.event(http.cause()),
            create.rollbackTo(),
            page.place(),
            page.list().pageSize(),
            clock);
    return PreviewPrinter.page(preview, page);
  }
}
