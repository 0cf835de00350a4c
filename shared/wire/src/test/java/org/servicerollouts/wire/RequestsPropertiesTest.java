package org.servicerollouts.wire;

import static org.servicerollouts.wire.Samples.ALARM_NAME;
import static org.servicerollouts.wire.Samples.ENDPOINTS;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.json;
import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;
import static org.servicerollouts.wire.Samples.replicas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.servicerollouts.domain.Event;
import org.servicerollouts.wire.eas.EasCreateRolloutRequest;
import org.servicerollouts.wire.eas.EasCreateServiceRequest;
import org.servicerollouts.wire.eas.EasListServicesRequest;
import org.servicerollouts.wire.eas.EasScaleRequest;
import org.servicerollouts.wire.eas.EasUpdate;
import org.servicerollouts.wire.eas.EasUpdateRolloutRequest;
import org.servicerollouts.wire.eas.EasVersionRequest;
import org.servicerollouts.wire.google.AllocationRequest;
import org.servicerollouts.wire.google.CreateConfigRequest;
import org.servicerollouts.wire.google.CreateRolloutRequest;
import org.servicerollouts.wire.google.CreateServiceRequest;
import org.servicerollouts.wire.google.EventsRequest;
import org.servicerollouts.wire.google.GoogleQuery;
import org.servicerollouts.wire.google.ListRequest;
import org.servicerollouts.wire.google.PreviewRequest;
import org.servicerollouts.wire.google.RequestIds;
import org.servicerollouts.wire.google.SteerRolloutRequest;
import org.servicerollouts.wire.google.UpdateServiceRequest;

class RequestsPropertiesTest {

  @Property(tries = 300)
  void anyObjectIsARequestOrAProblem(
      @ForAll("objects") String body, @ForAll("queries") String raw) {
    meetsNothingWorseThanAProblem(() -> CreateServiceRequest.of(json(body)));
    meetsNothingWorseThanAProblem(() -> CreateRolloutRequest.of(ENDPOINTS, json(body), ALARM_NAME));
    meetsNothingWorseThanAProblem(
        () -> CreateRolloutRequest.of(ENDPOINTS, rollout(body), ALARM_NAME));
    for (Event.Verb verb : Event.Verb.values()) {
      meetsNothingWorseThanAProblem(() -> SteerRolloutRequest.of(verb, json(body)));
    }
    meetsNothingWorseThanAProblem(
        () -> UpdateServiceRequest.of(ENDPOINTS, Query.parse(raw), json(body), ALARM_NAME));
    meetsNothingWorseThanAProblem(() -> RequestHash.of("POST", "/", json(body)));
    meetsNothingWorseThanAProblem(
        () -> CreateConfigRequest.of(ENDPOINTS, json(body)).config("a", 1, NOW, "alice"));
    meetsNothingWorseThanAProblem(() -> EasCreateRolloutRequest.of(json(body)));
    meetsNothingWorseThanAProblem(() -> EasUpdateRolloutRequest.of(json(body)));
    meetsNothingWorseThanAProblem(() -> EasVersionRequest.of(json(body)).revision(replicas(10)));
    meetsNothingWorseThanAProblem(() -> EasScaleRequest.of(json(body)));
    meetsNothingWorseThanAProblem(
        () -> EasCreateServiceRequest.of(Query.parse(raw), json(body), Optional.of("cn-shanghai")));
    meetsNothingWorseThanAProblem(
        () -> EasUpdate.of(replicas(10), Optional.empty(), Query.parse(raw), json(body)));
  }

  /** The same as a rollout to one config, so that what stands beside its target is read. */
  private static ObjectNode rollout(String body) {
    ObjectNode rollout = json(body);
    rollout.putObject("trafficPercentStrategy").putObject("percentages").put("new", 100);
    return rollout;
  }

  @Property
  void anyQueryIsReadOrRefused(@ForAll("queries") String raw) {
    meetsNothingWorseThanAProblem(
        () -> GoogleQuery.of(new Call.ListRollouts(ENDPOINTS), Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> ListRequest.ofRollouts(ENDPOINTS, Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> EventsRequest.of(ENDPOINTS, Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> EasListServicesRequest.of(Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> AllocationRequest.of(Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> PreviewRequest.of("hash", Query.parse(raw)));
    meetsNothingWorseThanAProblem(() -> RequestIds.of(Query.parse(raw)));
  }

  @Provide
  Arbitrary<String> queries() {
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of(
                "after",
                "pageSize",
                "pageToken",
                "filter",
                "key",
                "replica",
                "updateMask",
                "requestId",
                "alt",
                "fields",
                "ClusterId",
                "UpdateType",
                "PageNumber",
                "PageSize",
                "Order",
                "Sort"),
            Arbitraries.strings().ofMaxLength(4));
    return Arbitraries.maps(names, Arbitraries.strings().ofMaxLength(6))
        .ofMaxSize(3)
        .map(
            m ->
                m.entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue())
                    .collect(Collectors.joining("&")));
  }

  @Provide
  Arbitrary<String> objects() {
    Arbitrary<String> names =
        Arbitraries.of(
            "rolloutId",
            "rollout_id",
            "serviceName",
            "trafficPercentStrategy",
            "percentages",
            "batch",
            "batchSize",
            "interval",
            "partition",
            "steps",
            "percent",
            "wait",
            "growth",
            "type",
            "initial",
            "factor",
            "bakeTime",
            "startTime",
            "allowedWindows",
            "days",
            "start",
            "end",
            "timeZone",
            "emergency",
            "reason",
            "conflictPolicy",
            "alarms",
            "overrideAlarms",
            "insufficientData",
            "action",
            "minimumTime",
            "rollbackTo",
            "rollbackWindow",
            "etag",
            "to",
            "target",
            "lambdaAlias",
            "functionName",
            "aliasName",
            "none",
            "totalReplicas",
            "name",
            "id",
            "title",
            "metadata",
            "instance",
            "region",
            "features",
            "Batch",
            "BatchSize",
            "Interval",
            "Partition",
            "Paused",
            "Version",
            "Instance",
            "new",
            "o\\u0000ld");
    Arbitrary<String> leaves =
        Arbitraries.of(
            "null",
            "true",
            "0",
            "-1",
            "50",
            "2.5",
            "1e999",
            "-1e-999",
            "99999999999999999999",
            "NaN",
            "Infinity",
            "\"\"",
            "\"50%\"",
            "\"5m\"",
            "\"0s\"",
            "\"9999999h9999999m9999999s\"",
            "\"HOLD\"",
            "\"EXPONENTIAL\"",
            "\"2026-05-08T16:00:00Z\"",
            "\"9999-12-31T23:59:59.999999999Z\"",
            "\"24:00\"",
            "\"Europe/Berlin\"",
            "[\"MON\"]",
            "[\"\"]",
            "1e2147483647",
            "1e-2147483647",
            "0.000000000000000001",
            "\"NaN\"",
            "\"endpointsapis.appspot.com\"",
            "\"a\\u0000\\n\"",
            "\"\u202e\"",
            "[]",
            "{}",
            "[{}]",
            "\"1e9999\"");
    return Arbitraries.recursive(() -> leaves, values -> object(names, values), 1, 3)
        .map(value -> value.startsWith("{") ? value : "{\"a\":" + value + "}");
  }

  private static Arbitrary<String> object(Arbitrary<String> names, Arbitrary<String> values) {
    return Arbitraries.maps(names, values)
        .ofMaxSize(4)
        .map(
            (Map<String, String> members) ->
                members.entrySet().stream()
                    .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                    .collect(Collectors.joining(",", "{", "}")));
  }
}
