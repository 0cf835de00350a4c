package org.servicerollouts.doubles;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;

/** Puts a change of an alarm's state as CloudWatch puts it to EventBridge. */
final class StateChanges {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private StateChanges() {}

  static AlarmStateChange of(AlarmBook.Change change, String alarmArn) {
    Alarm after = change.after();
    ObjectNode detail = JSON.createObjectNode().put("alarmName", after.name());
    detail.set("state", state(after.state()));
    detail.set("previousState", state(change.before().state()));
    detail.set("configuration", configuration(after));
    return new AlarmStateChange(
        alarmArn, after.state().updated(), JSON.convertValue(detail, OBJECT));
  }

  private static ObjectNode state(Alarm.State state) {
    ObjectNode node =
        JSON.createObjectNode().put("value", state.value()).put("reason", state.reason());
    state.reasonData().ifPresent(data -> node.put("reasonData", data));
    return node.put("timestamp", TIME.format(state.updated()));
  }

  private static ObjectNode configuration(Alarm alarm) {
    ObjectNode given = alarm.configuration();
    ObjectNode configuration = JSON.createObjectNode();
    copy(given, "AlarmDescription", configuration, "description");
    if (alarm.type() == Alarm.Type.COMPOSITE) {
      copy(given, "AlarmRule", configuration, "alarmRule");
    } else if (given.has("Metrics")) {
      given.path("Metrics").forEach(query -> add(query, configuration));
    } else {
      ObjectNode single = JSON.createObjectNode().put("Id", id(alarm));
      single.set("MetricStat", asMetricStat(given));
      add(single, configuration);
    }
    return configuration;
  }

  /** CloudWatch makes one up where PutMetricAlarm gave none. */
  private static String id(Alarm alarm) {
    return UUID.nameUUIDFromBytes(alarm.name().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** An alarm of one metric says that metric by itself. */
  private static ObjectNode asMetricStat(ObjectNode given) {
    ObjectNode stat = JSON.createObjectNode();
    stat.set("Metric", given);
    copy(given, "Period", stat, "Period");
    copy(given, "ExtendedStatistic", stat, "Stat");
    copy(given, "Statistic", stat, "Stat");
    return stat;
  }

  /** A member of PutMetricAlarm's Metrics as one of the event's. */
  private static void add(JsonNode query, ObjectNode configuration) {
    ObjectNode metric = configuration.withArray("metrics").addObject();
    copy(query, "Id", metric, "id");
    copy(query, "Expression", metric, "expression");
    copy(query, "Label", metric, "label");
    if (query.path("MetricStat") instanceof ObjectNode given) {
      ObjectNode stat = metric.putObject("metricStat");
      ObjectNode named = stat.putObject("metric");
      ObjectNode dimensions = named.putObject("dimensions");
      given
          .path("Metric")
          .path("Dimensions")
          .forEach(each -> dimensions.set(each.path("Name").asText(), each.path("Value")));
      copy(given.path("Metric"), "MetricName", named, "name");
      copy(given.path("Metric"), "Namespace", named, "namespace");
      copy(given, "Period", stat, "period");
      copy(given, "Stat", stat, "stat");
    }
    metric.put("returnData", query.path("ReturnData").asBoolean(true));
  }

  private static void copy(JsonNode from, String member, ObjectNode to, String name) {
    if (from.has(member)) {
      to.set(name, from.get(member));
    }
  }
}
