package org.servicerollouts.doubles;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What CloudWatch tells EventBridge's default bus when an alarm's state changes: source {@code
 * aws.cloudwatch}, detail-type {@code CloudWatch Alarm State Change}.
 *
 * @param alarmArn the event's only resource
 * @param time the event's time
 * @param detail {@code alarmName}, {@code state} and {@code previousState} ({@code value}, {@code
 *     reason}, {@code timestamp}) and {@code configuration}, as the CloudWatch User Guide shows
 *     them under "Alarm events and EventBridge"
 */
public record AlarmStateChange(String alarmArn, Instant time, Map<String, Object> detail) {
  public AlarmStateChange {
    detail = Collections.unmodifiableMap(new LinkedHashMap<>(detail));
  }
}
