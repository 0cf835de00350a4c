package org.servicerollouts.alarms;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.servicerollouts.aws.Clients;
import org.servicerollouts.aws.Failure;
import org.servicerollouts.domain.Alarms;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/** Asks CloudWatch for alarms by DescribeAlarms, and throws nothing that AWS or the network do. */
public final class CloudWatchAlarms {
  /** DescribeAlarms, AlarmNames and MaxRecords: 100 at most. */
  private static final int MOST = 100;

  /** No batch starts while alarms cannot be read, so a passing fault is worth a second try. */
  private static final int ATTEMPTS = 2;

  /**
   * How long pages of an answer are asked for. With the last one, which may take 3 seconds too, an
   * answer takes 6 seconds at most.
   */
  private static final Duration PAGES_ASKED_FOR = Duration.ofSeconds(3);

  private final CloudWatchClient client;
  private final InstantSource clock;

  public CloudWatchAlarms(CloudWatchClient client) {
    this(client, InstantSource.system());
  }

  CloudWatchAlarms(CloudWatchClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Those of this account in {@code AWS_REGION}. */
  public static CloudWatchAlarms fromEnvironment() {
    return new CloudWatchAlarms(Clients.fromEnvironment(CloudWatchClient.builder(), ATTEMPTS));
  }

  /**
   * The metric and composite alarms of these names; what is not there is not found. Without names
   * nobody is asked. If one call fails, or the answer to 100 names takes more than 6 seconds, none
   * is found, and the answer says why.
   */
  public Alarms read(Set<String> names) {
    Map<String, Alarms.Reading> found = new TreeMap<>();
    try {
      names.stream()
          .sorted()
          .gather(Gatherers.windowFixed(MOST))
          .forEach(together -> find(together, found));
      return Alarms.read(found);
    } catch (SdkException e) {
      return Alarms.unreadable("DescribeAlarms: " + Failure.why(e));
    }
  }

  private void find(List<String> names, Map<String, Alarms.Reading> found) {
    Iterable<DescribeAlarmsResponse> pages =
        client.describeAlarmsPaginator(
            r ->
                r.alarmNames(names)
                    .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM)
                    .maxRecords(MOST));
    Instant end = clock.instant().plus(PAGES_ASKED_FOR);
    Iterator<DescribeAlarmsResponse> each = pages.iterator();
    while (each.hasNext()) {
      if (clock.instant().isAfter(end)) {
        throw SdkClientException.create("the answer has more pages than could be read in time");
      }
      DescribeAlarmsResponse page = each.next();
      for (MetricAlarm alarm : page.metricAlarms()) {
        found.put(
            alarm.alarmName(),
            reading(
                alarm.stateValue(),
                alarm.stateReason(),
                alarm.stateTransitionedTimestamp(),
                alarm.stateUpdatedTimestamp()));
      }
      for (CompositeAlarm alarm : page.compositeAlarms()) {
        found.put(
            alarm.alarmName(),
            reading(
                alarm.stateValue(),
                alarm.stateReason(),
                alarm.stateTransitionedTimestamp(),
                alarm.stateUpdatedTimestamp()));
      }
    }
  }

  /** StateUpdatedTimestamp also moves where the state does not, so it is the second choice. */
  private static Alarms.Reading reading(
      StateValue state, String reason, Instant transitioned, Instant updated) {
    Instant since =
        Stream.of(Optional.ofNullable(transitioned), Optional.ofNullable(updated))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(Instant.EPOCH);
    return new Alarms.Reading(state(state), since, Objects.requireNonNullElse(reason, ""));
  }

  private static Alarms.State state(StateValue state) {
    return switch (state) {
      case OK -> Alarms.State.OK;
      case ALARM -> Alarms.State.ALARM;
      // What says neither of the two says nothing
      case INSUFFICIENT_DATA, UNKNOWN_TO_SDK_VERSION -> Alarms.State.INSUFFICIENT_DATA;
      case null -> Alarms.State.INSUFFICIENT_DATA;
    };
  }
}
