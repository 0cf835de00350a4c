package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * AWS Query, which older versions of the AWS CLI speak with CloudWatch: a form, answered in XML.
 */
final class AwsQuery implements Protocol {
  private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";
  private static final Map<String, String> XML = Map.of("Content-Type", "text/xml");

  /** The deepest that the API's inputs go is Metrics.member.1.MetricStat.Metric.Dimensions…. */
  private static final int DEEPEST = 12;

  private static final Set<String> LISTS =
      Set.of(
          "AlarmActions",
          "AlarmNames",
          "AlarmTypes",
          "Dimensions",
          "InsufficientDataActions",
          "Metrics",
          "OKActions",
          "Tags");
  private static final Set<String> WHOLE_NUMBERS =
      Set.of("DatapointsToAlarm", "EvaluationPeriods", "MaxRecords", "Period");
  private static final Set<String> NUMBERS = Set.of("Threshold");
  private static final Set<String> BOOLEANS = Set.of("ActionsEnabled", "ReturnData");

  @Override
  public Optional<Spoken> read(Request request) {
    boolean isForm =
        request
            .header("Content-Type")
            .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
            .isPresent();
    if (!isForm) {
      return Optional.empty();
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    try {
      for (String pair : new String(request.body(), StandardCharsets.UTF_8).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          put(input, decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
      String operation = input.path("Action").asText();
      input.remove(List.of("Action", "Version"));
      return Optional.of(new Spoken(operation, withLists(input)));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw new Refusal(400, "MalformedQueryString", "The form cannot be read");
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void put(ObjectNode input, String name, String value) {
    String[] path = name.split("\\.", DEEPEST);
    ObjectNode in = input;
    for (int i = 0; i < path.length - 1; i++) {
      in = in.withObjectProperty(path[i]);
    }
    in.set(path[path.length - 1], typed(path[path.length - 1], value));
  }

  private static JsonNode typed(String member, String value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (LISTS.contains(member)) {
      return nodes.arrayNode();
    }
    if (WHOLE_NUMBERS.contains(member)) {
      return nodes.numberNode(Integer.parseInt(value));
    }
    if (NUMBERS.contains(member)) {
      return nodes.numberNode(Double.parseDouble(value));
    }
    return BOOLEANS.contains(member)
        ? nodes.booleanNode(Boolean.parseBoolean(value))
        : nodes.textNode(value);
  }

  /** {@code {"member": {"1": …, "2": …}}} in it become lists. */
  private static ObjectNode withLists(ObjectNode object) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(
            entry ->
                copy.set(
                    entry.getKey(),
                    entry.getValue() instanceof ObjectNode inner
                        ? listOrObject(inner)
                        : entry.getValue()));
    return copy;
  }

  private static JsonNode listOrObject(ObjectNode object) {
    if (!(object.size() == 1 && object.path("member") instanceof ObjectNode)) {
      return withLists(object);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    withLists((ObjectNode) object.path("member")).properties().stream()
        .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.getKey())))
        .forEach(entry -> list.add(entry.getValue()));
    return list;
  }

  @Override
  public Reply done(String operation, ObjectNode output) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    if (!output.isEmpty()) {
      answer.set(operation + "Result", output);
    }
    answer.putObject("ResponseMetadata").put("RequestId", UUID.randomUUID().toString());
    return new Reply(200, XML, xml(operation + "Response", answer));
  }

  @Override
  public Reply refused(Refusal refusal) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer
        .putObject("Error")
        .put("Type", refusal.isCallers() ? "Sender" : "Receiver")
        .put("Code", Protocol.queryCode(refusal))
        .put("Message", refusal.getMessage());
    answer.put("RequestId", UUID.randomUUID().toString());
    return new Reply(refusal.status(), XML, xml("ErrorResponse", answer));
  }

  private static byte[] xml(String root, ObjectNode answer) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      xml.writeStartElement(root);
      xml.writeDefaultNamespace(NAMESPACE);
      write(answer, xml);
      xml.writeEndElement();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML cannot be written to memory", e);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonNode value, XMLStreamWriter xml) throws XMLStreamException {
    switch (value) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          writeElement(member.getKey(), member.getValue(), xml);
        }
      }
      case ArrayNode list -> {
        for (JsonNode member : list) {
          writeElement("member", member, xml);
        }
      }
      case POJONode time -> xml.writeCharacters(time.getPojo().toString());
      default -> xml.writeCharacters(value.asText());
    }
  }

  private static void writeElement(String name, JsonNode value, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement(name);
    write(value, xml);
    xml.writeEndElement();
  }
}
