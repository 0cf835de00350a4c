package org.servicerollouts.advancebatches;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.servicerollouts.alarms.AlarmNames;
import org.servicerollouts.alarms.CloudWatchAlarms;
import org.servicerollouts.domain.Alarms;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Table;
import org.servicerollouts.targets.LambdaAliases;

/**
 * Advances rollouts: on the schedule's tick, when a request made something due soon, and when an
 * alarm fires.
 */
public final class AdvanceBatchesHandler implements RequestHandler<ScheduledEvent, Void> {
  private static final String TICK = "Scheduled Event";

  private final Table table;
  private final LambdaAliases aliases;
  private final Function<Set<String>, Alarms> alarms;
  private final AlarmNames alarmNames;
  private final Timeline time;

  public AdvanceBatchesHandler() {
    this(
        Table.fromEnvironment(),
        LambdaAliases.fromEnvironment(),
        CloudWatchAlarms.fromEnvironment()::read,
        AlarmNames.fromEnvironment(),
        Timeline.system());
  }

  /**
   * @param alarms reads alarms by their names
   * @param alarmNames tells the events of this account's and Region's alarms from others
   */
  public AdvanceBatchesHandler(
      Table table,
      LambdaAliases aliases,
      Function<Set<String>, Alarms> alarms,
      AlarmNames alarmNames,
      Timeline time) {
    this.table = table;
    this.aliases = aliases;
    this.alarms = alarms;
    this.alarmNames = alarmNames;
    this.time = time;
  }

  @Override
  public Void handleRequest(ScheduledEvent event, Context context) {
    // An event that is delivered twice may have the same request id both times
    String owner = context.getAwsRequestId() + "/" + UUID.randomUUID();
    Consumer<String> log = line -> context.getLogger().log(line, LogLevel.WARN);
    try (Driver driver = new Driver(table, aliases, alarms, time, owner, log)) {
      switch (event.getDetailType()) {
        case TICK -> driver.tick();
        case Due.SOON -> driver.wake(services(event));
        case AlarmStateChange.DETAIL_TYPE -> alarm(event, driver, log);
        case null, default ->
            throw new IllegalArgumentException(
                "detail-type: "
                    + event.getDetailType()
                    + " (expected: "
                    + TICK
                    + ", "
                    + Due.SOON
                    + " or "
                    + AlarmStateChange.DETAIL_TYPE
                    + ")");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private void alarm(ScheduledEvent event, Driver driver, Consumer<String> log)
      throws InterruptedException {
    if (!AlarmStateChange.isOwn(event, alarmNames)) {
      log.accept(
          "An alarm's event of account %s, Region %s, source %s is not heard: %s"
              .formatted(
                  event.getAccount(), event.getRegion(), event.getSource(), event.getResources()));
      return;
    }
    AlarmStateChange change = AlarmStateChange.of(event.getDetail());
    Alarms.Reading reading =
        change.isLate(time.now()) ? present(change).orElse(change.reading()) : change.reading();
    if (reading.state() != Alarms.State.INSUFFICIENT_DATA) {
      driver.alarm(change.alarm(), reading);
    }
  }

  /** How the alarm is now, because an event that comes late tells how it was. */
  private Optional<Alarms.Reading> present(AlarmStateChange change) {
    return Optional.ofNullable(alarms.apply(Set.of(change.alarm())).found().get(change.alarm()));
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
