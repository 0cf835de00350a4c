package org.servicerollouts.advancebatches;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.util.Collection;
import java.util.List;
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
    Driver driver =
        new Driver(
            store,
            leases,
            time,
            context.getAwsRequestId(),
            line -> context.getLogger().log(line, LogLevel.WARN));
    try {
      switch (event.getDetailType()) {
        case TICK -> driver.tick();
        case Due.SOON -> driver.wake(services(event));
        default -> throw new IllegalArgumentException("detail-type: " + event.getDetailType());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private static List<ServiceName> services(ScheduledEvent event) {
    return ((Collection<?>) event.getDetail().get(Due.SERVICES))
        .stream().map(name -> new ServiceName((String) name)).toList();
  }
}
