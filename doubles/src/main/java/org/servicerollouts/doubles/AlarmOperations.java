package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The operations on alarms, from input to output. */
final class AlarmOperations {
  static final List<String> STATES = List.of("INSUFFICIENT_DATA", "ALARM", "OK");
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_REASON = 1023;
  private static final int LONGEST_DATA = 4000;

  /** Names in a request, and alarms in an answer. */
  private static final int MOST = 100;

  private static final Set<String> DESCRIBED_BY =
      Set.of(
          "AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "MaxRecords", "NextToken");

  private static final List<String> ACTIONS =
      List.of("OKActions", "AlarmActions", "InsufficientDataActions");
  private static final List<String> EVERY_ALARM =
      Stream.concat(Stream.of("AlarmDescription", "ActionsEnabled"), ACTIONS.stream()).toList();
  private static final List<String> COMPOSITE_ALARM =
      Stream.concat(EVERY_ALARM.stream(), Stream.of("AlarmRule")).toList();
  private static final List<String> METRIC_ALARM =
      Stream.concat(
              EVERY_ALARM.stream(),
              Stream.of(
                  "MetricName",
                  "Namespace",
                  "Statistic",
                  "ExtendedStatistic",
                  "Dimensions",
                  "Period",
                  "Unit",
                  "EvaluationPeriods",
                  "DatapointsToAlarm",
                  "Threshold",
                  "ComparisonOperator",
                  "TreatMissingData",
                  "Metrics"))
          .toList();

  private final AlarmBook alarms;
  private final AwsAccount account;
  private final InstantSource clock;
  private final Consumer<AlarmStateChange> listener;

  /**
   * @param listener is told of each alarm that went into another state, in the thread that asked
   */
  AlarmOperations(
      AlarmBook alarms,
      AwsAccount account,
      InstantSource clock,
      Consumer<AlarmStateChange> listener) {
    this.alarms = alarms;
    this.account = account;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Carries one out.
   *
   * @return its output, empty where it has none
   * @throws Refusal if CloudWatch would
   */
  ObjectNode done(Protocol.Spoken spoken) {
    Input input = new Input(spoken.input());
    return switch (spoken.operation()) {
      case "PutMetricAlarm" -> put(Alarm.Type.METRIC, METRIC_ALARM, input);
      case "PutCompositeAlarm" -> {
        input.name("AlarmRule", Integer.MAX_VALUE);
        yield put(Alarm.Type.COMPOSITE, COMPOSITE_ALARM, input);
      }
      case "DeleteAlarms" -> {
        alarms.delete(input.texts("AlarmNames", MOST).orElse(List.of()));
        yield nothing();
      }
      case "SetAlarmState" -> {
        setState(
            input.name("AlarmName", LONGEST_NAME),
            input.requiredOneOf("StateValue", STATES),
            input.required("StateReason", LONGEST_REASON),
            input.text("StateReasonData", LONGEST_DATA));
        yield nothing();
      }
      case "DescribeAlarms" -> describe(input);
      default ->
          throw new Refusal(
              404, "UnknownOperationException", "This double knows no such operation");
    };
  }

  /** Sets an alarm's state; where that makes it another one, the listener hears of it. */
  void setState(String name, String state, String reason, Optional<String> reasonData) {
    AlarmBook.Change change =
        alarms
            .setState(name, state, reason, reasonData, clock.instant())
            .orElseThrow(() -> new Refusal(404, "ResourceNotFound", ""));
    if (change.isTransition()) {
      listener.accept(StateChanges.of(change, arn(name)));
    }
  }

  private ObjectNode put(Alarm.Type type, List<String> members, Input input) {
    alarms.put(input.name("AlarmName", LONGEST_NAME), type, input.only(members), clock.instant());
    return nothing();
  }

  private ObjectNode describe(Input input) {
    input.requireNoneBut(DESCRIBED_BY);
    Predicate<Alarm> wanted = typed(input);
    Optional<List<String>> names = input.texts("AlarmNames", MOST).filter(list -> !list.isEmpty());
    if (names.isPresent()) {
      Set<String> any = Set.copyOf(names.get());
      wanted = wanted.and(alarm -> any.contains(alarm.name()));
    }
    String prefix = input.text("AlarmNamePrefix", LONGEST_NAME).orElse("");
    Optional<String> state = input.oneOf("StateValue", STATES);
    AlarmBook.Page page =
        alarms.after(
            input.text("NextToken", Integer.MAX_VALUE).map(AlarmOperations::place).orElse(""),
            input.upTo("MaxRecords", MOST),
            wanted
                .and(alarm -> alarm.name().startsWith(prefix))
                .and(alarm -> state.map(alarm.state().value()::equals).orElse(true)));
    ObjectNode output = nothing();
    for (Alarm.Type type : Alarm.Type.values()) {
      output.putArray(type.list());
    }
    page.alarms().forEach(alarm -> output.withArray(alarm.type().list()).add(described(alarm)));
    if (!page.isLast()) {
      output.put("NextToken", token(page.alarms().getLast().name()));
    }
    return output;
  }

  /** "If you omit this parameter, only metric alarms are returned" (DescribeAlarms, AlarmTypes). */
  private static Predicate<Alarm> typed(Input input) {
    List<String> types =
        input
            .texts("AlarmTypes", MOST)
            .filter(list -> !list.isEmpty())
            .orElse(List.of(Alarm.Type.METRIC.alarmType()));
    return alarm -> types.contains(alarm.type().alarmType());
  }

  private ObjectNode described(Alarm alarm) {
    Alarm.State state = alarm.state();
    ObjectNode described = nothing();
    described.put("AlarmName", alarm.name()).put("AlarmArn", arn(alarm.name()));
    described.put("ActionsEnabled", true);
    ACTIONS.forEach(described::putArray);
    described.setAll(alarm.configuration());
    described.put("StateValue", state.value()).put("StateReason", state.reason());
    state.reasonData().ifPresent(data -> described.put("StateReasonData", data));
    return described
        .putPOJO("AlarmConfigurationUpdatedTimestamp", alarm.configured())
        .putPOJO("StateUpdatedTimestamp", state.updated())
        .putPOJO("StateTransitionedTimestamp", state.transitioned());
  }

  private String arn(String alarm) {
    return account.arn("cloudwatch", "alarm:" + alarm);
  }

  private static String token(String lastName) {
    return Base64.getEncoder().encodeToString(lastName.getBytes(StandardCharsets.UTF_8));
  }

  private static String place(String token) {
    try {
      return new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "InvalidNextToken", "The next token is invalid");
    }
  }

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }
}
