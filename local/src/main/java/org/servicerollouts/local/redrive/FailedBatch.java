package org.servicerollouts.local.redrive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.servicerollouts.store.Schema;

/**
 * What Lambda gave up to call publish-events with: of the batch the writes of services.
 *
 * <p>Lambda keeps a JSON object whose {@code payload} is the whole event (AWS Lambda Developer
 * Guide, "Retain discarded records for a DynamoDB event source"). Whether as an object or as text
 * that holds one is not told there: both are read.
 */
record FailedBatch(List<JsonNode> records) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WRITES = Set.of("INSERT", "MODIFY");
  private static final Pattern SEQUENCE_NUMBER = Pattern.compile("[0-9]{1,100}");

  FailedBatch {
    records = List.copyOf(records);
  }

  /** What {@code object} holds; empty where it is not what Lambda keeps. */
  static Optional<FailedBatch> of(String object) {
    return json(object)
        .map(kept -> kept.path("payload"))
        .flatMap(payload -> payload.isTextual() ? json(payload.asText()) : Optional.of(payload))
        .map(event -> event.path("Records"))
        .filter(JsonNode::isArray)
        .map(
            all ->
                StreamSupport.stream(all.spliterator(), false)
                    .filter(FailedBatch::isOfService)
                    .toList())
        .filter(wanted -> wanted.stream().allMatch(FailedBatch::isNumbered))
        .map(FailedBatch::new);
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** As the filter of the event source mapping has it. */
  private static boolean isOfService(JsonNode record) {
    return WRITES.contains(record.path("eventName").asText())
        && key(record, Schema.SK).equals(Schema.HEAD);
  }

  private static String key(JsonNode record, String name) {
    return record.path("dynamodb").path("Keys").path(name).path("S").asText();
  }

  private static boolean isNumbered(JsonNode record) {
    return SEQUENCE_NUMBER.matcher(sequenceNumber(record)).matches();
  }

  private static String sequenceNumber(JsonNode record) {
    return record.path("dynamodb").path("SequenceNumber").asText();
  }

  /** Its place among batches: what happened first to a service has the lowest. */
  BigInteger place() {
    return records.stream()
        .map(record -> new BigInteger(sequenceNumber(record)))
        .min(BigInteger::compareTo)
        .orElse(BigInteger.ZERO);
  }

  /** The names of the services that it tells of, which their partitions are named after. */
  SortedSet<String> services() {
    SortedSet<String> services = new TreeSet<>();
    for (JsonNode record : records) {
      String partition = key(record, Schema.PK);
      services.add(partition.substring(partition.indexOf('#') + 1));
    }
    return services;
  }

  /** The event that publish-events takes. */
  String event() {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.putArray("Records").addAll(records);
    return event.toString();
  }
}
