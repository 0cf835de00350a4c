package org.servicerollouts.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.servicerollouts.local.Routes;
import org.servicerollouts.store.Due;
import org.servicerollouts.store.Schema;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;

/** What is deployed is what the laptop and the tests run on. */
class TemplateAgreesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Template TEMPLATE = Template.read();
  private static final CreateTableRequest TABLE = Schema.createTable("rollouts");
  private static final JsonNode DEPLOYED = TEMPLATE.resource("Table");

  @Test
  void theTablesAttributesAndKeys() {
    assertThat(attributes(DEPLOYED.at("/AttributeDefinitions")))
        .isEqualTo(
            TABLE.attributeDefinitions().stream()
                .collect(
                    Collectors.toMap(
                        AttributeDefinition::attributeName,
                        AttributeDefinition::attributeTypeAsString)));
    assertThat(keys(DEPLOYED)).isEqualTo(keys(TABLE.keySchema()));
  }

  @Test
  void theTablesIndexes() {
    assertThat(indexes("/LocalSecondaryIndexes"))
        .isEqualTo(
            TABLE.localSecondaryIndexes().stream()
                .collect(
                    Collectors.toMap(
                        LocalSecondaryIndex::indexName,
                        i ->
                            new Index(
                                keys(i.keySchema()), i.projection().projectionTypeAsString()))));
    assertThat(indexes("/GlobalSecondaryIndexes"))
        .isEqualTo(
            TABLE.globalSecondaryIndexes().stream()
                .collect(
                    Collectors.toMap(
                        GlobalSecondaryIndex::indexName,
                        i ->
                            new Index(
                                keys(i.keySchema()), i.projection().projectionTypeAsString()))));
  }

  @Test
  void theTablesStreamAndBilling() {
    assertThat(DEPLOYED.at("/StreamSpecification/StreamViewType").asText())
        .isEqualTo(TABLE.streamSpecification().streamViewTypeAsString());
    assertThat(DEPLOYED.at("/BillingMode").asText()).isEqualTo(TABLE.billingModeAsString());
  }

  @Test
  void theRoutes() {
    Map<String, String> laptop =
        Routes.ALL.stream().collect(Collectors.toMap(Routes.Route::key, Routes.Route::function));
    laptop.put("$default", Routes.DEFAULT_FUNCTION);
    Template open = Template.with(Map.of("AuthMode", "NONE", "AllowPublic", "true"));
    assertThat(open.functionsOfRoutes()).isEqualTo(laptop);
  }

  @Test
  void theStreamsFilterAndItsRetries() throws IOException {
    JsonNode heads = TEMPLATE.resource("PublishEventsFunction").at("/Events/Heads/Properties");
    assertThat(JSON.readTree(heads.at("/FilterCriteria/Filters/0/Pattern").asText()))
        .isEqualTo(
            JSON.readTree(
                """
                {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"%s": {"S": ["%s"]}}}}\
                """
                    .formatted(Schema.SK, Schema.HEAD)));
    assertThat(heads.at("/FunctionResponseTypes/0").asText()).isEqualTo("ReportBatchItemFailures");
    assertThat(heads.at("/BisectBatchOnFunctionError").asBoolean()).isTrue();
    assertThat(heads.at("/MaximumRetryAttempts").asInt()).isEqualTo(20);
    assertThat(heads.at("/BatchSize").asInt()).isEqualTo(100);
  }

  @Test
  void theTickTheWakeAndTheAlarm() {
    JsonNode function = TEMPLATE.resource("AdvanceBatchesFunction");
    assertThat(function.at("/Events/Tick/Properties/Schedule").asText())
        .isEqualTo("rate(1 minute)");
    JsonNode pattern = function.at("/Events/Wake/Properties/Pattern");
    assertThat(pattern.at("/detail-type/0").asText()).isEqualTo(Due.SOON);
    assertThat(pattern.at("/source/0").asText()).isEqualTo("service-rollouts");
    assertThat(function.at("/Events/Alarm/Properties/Pattern"))
        .isEqualTo(
            Template.json(
                """
                {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"],
                 "account": ["123456789012"], "region": ["eu-west-1"], "replay-name": [{"exists": false}],
                 "detail": {"state": {"value": ["ALARM", "OK"]}}}\
                """));
    assertThat(function.at("/Events/Alarm/Properties").has("EventBusName")).isFalse();
    assertThat(function.at("/EventInvokeConfig/MaximumRetryAttempts").asInt(-1)).isZero();
    assertThat(function.at("/EventInvokeConfig/MaximumEventAgeInSeconds").asInt()).isEqualTo(60);
  }

  private record Index(List<String> keys, String projection) {}

  private static Map<String, Index> indexes(String path) {
    return elements(DEPLOYED.at(path)).stream()
        .collect(
            Collectors.toMap(
                i -> i.at("/IndexName").asText(),
                i -> new Index(keys(i), i.at("/Projection/ProjectionType").asText())));
  }

  private static Map<String, String> attributes(JsonNode definitions) {
    return elements(definitions).stream()
        .collect(
            Collectors.toMap(
                d -> d.at("/AttributeName").asText(), d -> d.at("/AttributeType").asText()));
  }

  private static List<String> keys(JsonNode described) {
    return elements(described.at("/KeySchema")).stream()
        .map(k -> k.at("/KeyType").asText() + " " + k.at("/AttributeName").asText())
        .toList();
  }

  private static List<String> keys(List<KeySchemaElement> schema) {
    return schema.stream().map(k -> k.keyTypeAsString() + " " + k.attributeName()).toList();
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
