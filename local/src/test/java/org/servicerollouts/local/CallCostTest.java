package org.servicerollouts.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.servicerollouts.store.CountingClient;
import org.servicerollouts.store.LocalTable;
import org.servicerollouts.store.Table;

/**
 * What each call of both surfaces asks of the table, counted behind the gateway and the real
 * handlers.
 */
class CallCostTest {
  private static final String SERVICE = "/v1/services/svc";
  private static final String EAS = "/api/v2/services/cn-shanghai/foo";
  private static final String OLD =
      "{\"trafficPercentStrategy\": {\"percentages\": {\"old\": 100}}}";

  private static final String EVEN =
      "{\"trafficPercentStrategy\": {\"percentages\": {\"old\": 50, \"new\": 50}}}";
  private static final String HELD =
      """
      {"rolloutId": "held", "partition": "50%",
       "trafficPercentStrategy": {"percentages": {"new": 100}}}\
      """;
  private static final String OPERATIONS = "/v1/operations?filter=serviceName=svc";
  private static final String REPORT =
      """
      {"newConfig": {"@type":
       "type.googleapis.com/google.api.servicemanagement.v1.ConfigRef",
       "name": "services/svc/configs/old"}}\
      """;

  private final Table table = LocalTable.create();
  private final CountingClient counting = new CountingClient(table.client());
  private final Surface surface = new Surface(new Table(counting, table.name()));

  @Test
  void each_call_makes_the_requests_that_the_specification_counts() {
    costs("POST", "/v1/services", "{\"serviceName\": \"svc\"}", "TransactWriteItems 3");
    costs("GET", SERVICE, "", "GetItem");
    costs("POST", SERVICE + "/configs", "{\"id\": \"old\"}", "GetItem, TransactWriteItems 3");
    costs("POST", SERVICE + "/configs", "{\"id\": \"new\"}", "GetItem, TransactWriteItems 3");
    costs("GET", SERVICE + "/configs/old", "", "GetItem");
    costs("GET", SERVICE + "/configs", "", "Query");
    costs("POST", SERVICE + "/rollouts", OLD, "BatchGetItem 2, TransactWriteItems 4");
    costs(
        "POST",
        SERVICE + "/rollouts",
        "{\"rolloutId\": \"r\", \"batch\": {}, \"trafficPercentStrategy\": {\"percentages\":"
            + " {\"new\": 100}}}",
        "BatchGetItem 2, TransactWriteItems 4");
    costs("GET", SERVICE + "/rollouts/r", "", "BatchGetItem 2");
    costs("GET", "/v1/operations/rollouts.svc:r", "", "BatchGetItem 2");
    costs("GET", SERVICE + "/rollouts", "", "Query");
    costs("POST", SERVICE + "/rollouts", OLD, "BatchGetItem 2, TransactWriteItems 5");
    costs("GET", SERVICE + "/rollouts/r", "", "BatchGetItem 2");
    costs("GET", SERVICE + "/rollouts/r/events", "", "GetItem, Query");
    costs("GET", SERVICE + "/events", "", "GetItem, Query");
    costs("GET", SERVICE + "/events?after=5", "", "GetItem, Query");
    costs("GET", SERVICE + "/events?after=6", "", "GetItem");
    costs("POST", SERVICE + ":report", "", "GetItem");
    costs("POST", "/v1/projects/p" + SERVICE.substring(3) + ":enable", "", "GetItem");
    costs("GET", "/healthz", "", "");
  }

  @Test
  void each_call_that_lists_or_deletes_or_submits() {
    costs("POST", "/v1/services", "{\"serviceName\": \"svc\"}", "TransactWriteItems 3");
    costs(
        "POST", SERVICE + "/configs:submit", submit("old", false), "GetItem, TransactWriteItems 4");
    costs(
        "POST", SERVICE + "/configs:submit", submit("new", false), "GetItem, TransactWriteItems 4");
    costs(
        "POST",
        SERVICE + "/configs:submit",
        submit("never", true),
        "GetItem, TransactWriteItems 4");
    costs("POST", SERVICE + "/rollouts", OLD, "BatchGetItem 2, TransactWriteItems 4");
    costs("GET", SERVICE + "/config", "", "2 × GetItem");
    costs("GET", SERVICE + "/config?configId=new&view=FULL", "", "GetItem");
    costs("POST", "/v1/services:generateConfigReport", REPORT, "GetItem, Query, GetItem");
    costs("GET", SERVICE + "/rollouts?filter=status=SUCCESS", "", "Query");
    costs("GET", OPERATIONS, "", "GetItem, 2 × Query");
    costs("GET", OPERATIONS + "%20AND%20done=true", "", "GetItem, 2 × Query");
    costs("GET", "/v1/services", "", "Query");
    costs("GET", "/v1/services?producerProjectId=p", "", "Query");
    costs("DELETE", SERVICE, "", "GetItem, TransactWriteItems 5");
    costs("POST", SERVICE + ":undelete", "{}", "GetItem, TransactWriteItems 6");
    costs("POST", SERVICE + "/rollouts", EVEN, "BatchGetItem 3, TransactWriteItems 5");
    costs("GET", SERVICE + "/config", "", "GetItem, BatchGetItem 2, GetItem");
  }

  private static String submit(String id, boolean validateOnly) {
    return """
    {"configSource": {"id": "%s", "files": [{"fileType": "SERVICE_CONFIG_YAML",
     "fileContents": "dGl0bGU6IFNob3A="}]}, "validateOnly": %s}\
    """
        .formatted(id, validateOnly);
  }

  /** Alarms are CloudWatch's: they cost the table nothing but the rows by which they are found. */
  @Test
  void each_verb_and_preview_and_each_repetition() {
    surface.aws().cloudWatch().set("errors", "OK", "");
    costs("POST", "/v1/services", "{\"serviceName\": \"svc\"}", "TransactWriteItems 3");
    costs("PATCH", SERVICE, "{\"alarms\": [\"errors\"]}", "GetItem, UpdateItem");
    costs("PATCH", SERVICE, "{\"alarms\": [\"errors\"]}", "GetItem");
    costs("POST", SERVICE + "/configs", "{\"id\": \"old\"}", "GetItem, TransactWriteItems 3");
    costs("POST", SERVICE + "/configs", "{\"id\": \"new\"}", "GetItem, TransactWriteItems 3");
    costs("POST", SERVICE + "/rollouts", OLD, "BatchGetItem 2, TransactWriteItems 4");
    costs("POST", SERVICE + "/rollouts:preview", HELD, "BatchGetItem 2");
    String repeated = SERVICE + "/rollouts?requestId=00000000-0000-4000-8000-00000000000";
    costs("POST", repeated + "1", HELD, "BatchGetItem 3, TransactWriteItems 6");
    costs("POST", repeated + "1", HELD, "BatchGetItem 3, BatchGetItem 2");
    String verb = SERVICE + "/rollouts/held:";
    costs("POST", verb + "pause", "{}", "BatchGetItem 2, TransactWriteItems 2");
    costs("POST", verb + "pause", "{}", "BatchGetItem 2");
    costs("POST", verb + "resume", "{}", "BatchGetItem 2, TransactWriteItems 2");
    String id = "?requestId=00000000-0000-4000-8000-00000000000";
    costs("POST", verb + "advance" + id + "2", "{}", "BatchGetItem 3, TransactWriteItems 5");
    costs("POST", verb + "advance" + id + "2", "{}", "BatchGetItem 3, BatchGetItem 2");
    costs("POST", verb + "rollback", "{}", "BatchGetItem 2, TransactWriteItems 4");
  }

  /** That the alias can be read is asked of Lambda before, for a service that is there. */
  @Test
  void each_change_of_a_target() {
    surface.aws().lambda().add("checkout", "1");
    surface.aws().lambda().put("checkout", "live", "1", Map.of());
    surface.aws().lambda().put("checkout", "canary", "1", Map.of());
    costs("POST", "/v1/services", "{\"serviceName\": \"svc\"}", "TransactWriteItems 3");
    costs("PATCH", SERVICE, alias("live"), "2 × GetItem, TransactWriteItems 2");
    costs("PATCH", SERVICE, alias("live"), "2 × GetItem");
    costs("PATCH", SERVICE, alias("canary"), "2 × GetItem, TransactWriteItems 3");
    costs("DELETE", SERVICE, "", "GetItem, TransactWriteItems 6");
    costs("POST", SERVICE + ":undelete", "{}", "GetItem, TransactWriteItems 5");
    costs("PATCH", SERVICE, "{\"target\": null}", "GetItem, TransactWriteItems 2");
  }

  private static String alias(String name) {
    return """
    {"target": {"lambdaAlias": {"functionName": "checkout", "aliasName": "%s"}}}\
    """
        .formatted(name);
  }

  @Test
  void each_call_of_pai_eas_too() {
    costs(
        "POST",
        "/api/v2/services",
        "{\"metadata\": {\"name\": \"foo\", \"instance\": 10}, \"features\":"
            + " {\"eas.aliyun.com/enable-rollout\": \"true\"}}",
        "TransactWriteItems 5");
    costs("GET", EAS, "", "BatchGetItem 2");
    costs("POST", EAS + "/rollout", "{\"Batch\": {}}", "GetItem, UpdateItem");
    costs("PUT", EAS, "{\"image\": \"2\"}", "BatchGetItem 2, TransactWriteItems 6");
    costs("PUT", EAS, "{\"image\": \"2\"}", "BatchGetItem 2");
    costs("GET", EAS + "/rollout", "", "GetItem");
    costs("PUT", EAS + "/scale", "{\"Instance\": 12}", "GetItem, UpdateItem");
    costs("PUT", EAS, "{\"image\": \"3\"}", "BatchGetItem 2, TransactWriteItems 7");
    costs(
        "PUT",
        EAS + "/version",
        "{\"Version\": 1}",
        "2 × GetItem, BatchGetItem 1, TransactWriteItems 6");
  }

  private void costs(String method, String target, String body, String requests) {
    surface.ok(method, target, body);
    assertThat(counting.bill().requests()).as(method + " " + target).isEqualTo(requests);
  }
}
