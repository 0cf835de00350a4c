package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.servicerollouts.domain.Guard;
import org.servicerollouts.domain.Guard.InsufficientData;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Misfits;

/** What stands between a rollout and its next batch, as this product's own fields. */
final class Guards {
  private static final Durations WAITS = new Durations(Duration.ofSeconds(1), Duration.ofDays(7));

  private static final String INSUFFICIENT_DATA = "insufficientData";
  private static final String PROCEED = "PROCEED";
  private static final String HOLD = "HOLD";
  private static final String UNREADABLE = "alarmsUnreadable";
  private static final String ROLLBACK = "ROLLBACK";

  private Guards() {}

  /**
   * The guard that {@code fields} give.
   *
   * @param alarmName gives an alarm's name of the path of a field and what it holds
   * @throws ProblemException for a value that cannot be
   */
  static Guard read(Fields fields, BinaryOperator<String> alarmName) {
    return new Guard(
        Windows.read(fields),
        Reasons.ofEmergency(fields),
        alarms(fields, alarmName).orElse(List.of()),
        Reasons.read(fields, "overrideAlarms"),
        List.of(),
        insufficientData(fields),
        WAITS.read(fields, "progressDeadline").orElse(Guard.DEFAULT_DEADLINE),
        whenUnreadable(fields));
  }

  /** The names of the alarms that {@code fields} give. */
  static Optional<List<String>> alarms(Fields fields, BinaryOperator<String> alarmName) {
    return fields
        .strings("alarms")
        .map(
            given -> {
              List<String> names = new ArrayList<>();
              for (String alarm : given) {
                names.add(
                    alarmName.apply(Misfits.element(fields.path("alarms"), names.size()), alarm));
              }
              return names;
            });
  }

  private static Guard.Unreadable whenUnreadable(Fields fields) {
    return fields
        .string(UNREADABLE)
        .map(
            text ->
                switch (text) {
                  case HOLD -> Guard.Unreadable.HOLD;
                  case ROLLBACK -> Guard.Unreadable.ROLLBACK;
                  default ->
                      throw Problem.invalid(fields.path(UNREADABLE), text, HOLD + " or " + ROLLBACK)
                          .exception();
                })
        .orElse(Guard.Unreadable.HOLD);
  }

  private static InsufficientData insufficientData(Fields fields) {
    Optional<JsonNode> given = fields.any(INSUFFICIENT_DATA);
    if (given.isEmpty()) {
      return InsufficientData.PROCEED;
    }
    if (given.get().isTextual()) {
      String action = given.get().textValue();
      return new InsufficientData(holds(fields.path(INSUFFICIENT_DATA), action), Optional.empty());
    }
    if (!given.get().isObject()) {
      throw Misfits.wrong(
              fields.path(INSUFFICIENT_DATA),
              given.get(),
              PROCEED + ", " + HOLD + " or {action, minimumTime}")
          .exception();
    }
    return insufficientDataOf(fields.object(INSUFFICIENT_DATA).orElseThrow());
  }

  private static InsufficientData insufficientDataOf(Fields fields) {
    boolean holds =
        holds(fields.path("action"), fields.requiredString("action", PROCEED + " or " + HOLD));
    Optional<Duration> minimumTime = WAITS.read(fields, "minimumTime");
    fields.end();
    if (!holds && minimumTime.isPresent()) {
      throw Problem.invalid(
              fields.path("minimumTime"),
              Durations.text(minimumTime.get()),
              "none with the action " + PROCEED)
          .exception();
    }
    return new InsufficientData(holds, minimumTime);
  }

  private static boolean holds(String path, String action) {
    return switch (action) {
      case PROCEED -> false;
      case HOLD -> true;
      default -> throw Problem.invalid(path, action, PROCEED + " or " + HOLD).exception();
    };
  }

  /** Puts {@code guard} into {@code node} as it is read, without what its absence means. */
  static void print(ObjectNode node, Guard guard) {
    Windows.print(node, guard.windows());
    guard.emergency().ifPresent(why -> node.putObject("emergency").put("reason", why));
    alarms(node, guard.alarms());
    guard.overridden().ifPresent(why -> node.put("overrideAlarms", why));
    print(node, guard.insufficientData());
    Durations.put(node, "progressDeadline", guard.progressDeadline(), Guard.DEFAULT_DEADLINE);
    if (guard.whenUnreadable() != Guard.Unreadable.HOLD) {
      node.put(UNREADABLE, guard.whenUnreadable().name());
    }
  }

  /** Puts the names of alarms into {@code node} as they are read. */
  static void alarms(ObjectNode node, List<String> names) {
    if (!names.isEmpty()) {
      ArrayNode alarms = node.putArray("alarms");
      names.forEach(alarms::add);
    }
  }

  private static void print(ObjectNode node, InsufficientData data) {
    if (data.minimumTime().isPresent()) {
      node.putObject(INSUFFICIENT_DATA)
          .put("action", HOLD)
          .put("minimumTime", Durations.text(data.minimumTime().get()));
    } else if (data.holds()) {
      node.put(INSUFFICIENT_DATA, HOLD);
    }
  }
}
