package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * CloudWatch's API for alarms: PutMetricAlarm, PutCompositeAlarm, SetAlarmState, DescribeAlarms and
 * DeleteAlarms, in each protocol that its clients speak (Smithy RPC v2 CBOR, AWS JSON, AWS Query).
 *
 * <p>It has no metrics and evaluates no rule: an alarm stays in the state that it was last set to,
 * {@code INSUFFICIENT_DATA} at first.
 */
public final class CloudWatchDouble implements AutoCloseable {
  /** "DescribeAlarms: 9 transactions per second" (CloudWatch User Guide, "service quotas"). */
  private static final int CALLS_A_SECOND = 9;

  private final AlarmBook alarms;
  private final AlarmOperations operations;
  private final InstantSource clock;
  private final HttpDouble http;

  private CloudWatchDouble(
      AlarmBook alarms, AlarmOperations operations, InstantSource clock, HttpDouble http) {
    this.alarms = alarms;
    this.operations = operations;
    this.clock = clock;
    this.http = http;
  }

  /**
   * Starts to listen on 127.0.0.1.
   *
   * @param port 0 takes a free one
   * @param clock the alarms' time, {@link Call#at}, and what {@link #limit} goes by
   * @param listener is told of each alarm that went into another state, before whoever changed it
   *     has an answer
   * @throws IOException if the port cannot be had
   */
  public static CloudWatchDouble start(
      int port, AwsAccount account, InstantSource clock, Consumer<AlarmStateChange> listener)
      throws IOException {
    AlarmBook alarms = new AlarmBook();
    AlarmOperations operations = new AlarmOperations(alarms, account, clock, listener);
    return new CloudWatchDouble(
        alarms,
        operations,
        clock,
        HttpDouble.start(port, new CloudWatchApi(operations), CALLS_A_SECOND, clock));
  }

  public URI endpoint() {
    return http.endpoint();
  }

  /**
   * Sets an alarm's state as SetAlarmState does, without a call; makes the alarm if there is none.
   *
   * @param state {@code OK}, {@code ALARM} or {@code INSUFFICIENT_DATA}
   * @throws IllegalArgumentException if it is another
   */
  public void set(String alarm, String state, String reason) {
    if (!AlarmOperations.STATES.contains(state)) {
      throw new IllegalArgumentException(
          "state: \"" + state + "\" (expected: one of " + AlarmOperations.STATES + ")");
    }
    if (!alarms.has(alarm)) {
      alarms.put(alarm, Alarm.Type.METRIC, JsonNodeFactory.instance.objectNode(), clock.instant());
    }
    operations.setState(alarm, state, reason, Optional.empty());
  }

  /** Calls above so many in any second are throttled; at first 9. */
  public void limit(int callsASecond) {
    http.rate().set(callsASecond);
  }

  public Faults faults() {
    return http.faults();
  }

  /** The newest 10,000 calls, the oldest first. */
  public List<Call> calls() {
    return http.calls();
  }

  @Override
  public void close() {
    http.close();
  }
}
