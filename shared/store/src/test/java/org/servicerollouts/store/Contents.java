package org.servicerollouts.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.servicerollouts.domain.ServiceName;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** What is in a table, item by item. */
record Contents(Table table) {

  List<Map<String, AttributeValue>> partition(String pk) {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    QueryRequest request =
        QueryRequest.builder()
            .tableName(table.name())
            .consistentRead(true)
            .keyConditionExpression("pk = :pk")
            .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(pk)))
            .build();
    QueryResponse page;
    do {
      page = table.client().query(request);
      items.addAll(page.items());
      request = request.toBuilder().exclusiveStartKey(page.lastEvaluatedKey()).build();
    } while (page.hasLastEvaluatedKey());
    return items;
  }

  /** Every item of a service, its line in the list of services included. */
  List<Map<String, AttributeValue>> everything(ServiceName name) {
    return Stream.concat(
            partition(Schema.partition(name)).stream(),
            partition(Schema.SERVICES).stream()
                .filter(item -> item.get(Schema.SK).s().equals(name.value())))
        .toList();
  }

  List<String> sortKeys(ServiceName name) {
    return partition(Schema.partition(name)).stream().map(item -> item.get(Schema.SK).s()).toList();
  }
}
