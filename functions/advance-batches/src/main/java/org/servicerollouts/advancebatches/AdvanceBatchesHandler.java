package org.servicerollouts.advancebatches;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Leases;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.store.Table;

/** Advances rollouts: on the schedule's tick, and when a request made something due soon. */
public final class AdvanceBatchesHandler implements RequestHandler<ScheduledEvent, Void> {
  private static final String TICK = "Scheduled Event";

  private final ServiceStore store;
  private final Leases leases;
  private final Timeline time;

  public AdvanceBatchesHandler() {
    this(Table.fromEnvironment(), Timeline.system());
  }

  public AdvanceBatchesHandler(Table table, Timeline time) {
    this.store = new ServiceStore(table);
    this.leases = new Leases(table);
    this.time = time;
  }

  @Override
  public Void handleRequest(ScheduledEvent event, Context context) {
    // An event that is delivered twice may have the same request id both times
    String owner = context.getAwsRequestId() + "/" + UUID.randomUUID();
    Driver driver =
        new Driver(
            store, leases, time, owner, line -> context.getLogger().log(line, LogLevel.WARN));
    try {
      switch (event.getDetailType()) {
        case TICK -> driver.tick();
        case Due.SOON -> driver.wake(services(event));
        case null, default ->
            throw new IllegalArgumentException(
                "detail-type: "
                    + event.getDetailType()
                    + " (expected: "
                    + TICK
                    + " or "
                    + Due.SOON
                    + ")");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private static List<ServiceName> services(ScheduledEvent event) {
    Map<String, Object> detail = event.getDetail();
    if (detail == null || !(detail.get(Due.SERVICES) instanceof Collection<?> names)) {
      throw new IllegalArgumentException(
          "detail: " + detail + " (expected: the names of services in " + Due.SERVICES + ")");
    }
    return names.stream().map(name -> new ServiceName((String) name)).toList();
  }
}
