package org.servicerollouts.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The project's template.yaml. Its intrinsic functions are read as what they are applied to: {@code
 * !Ref Table} as {@code Table}, {@code !GetAtt Table.Arn} as {@code Table.Arn}.
 */
final class Template {
  /** The project's folder. */
  static final Path ROOT = Path.of("..");

  private static final Path FILE = ROOT.resolve("template.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode tree;
  private final boolean hasKeys;

  private Template(JsonNode tree, boolean hasKeys) {
    this.tree = tree;
    this.hasKeys = hasKeys;
  }

  static Template read() {
    return new Template(readAs(new YAMLMapper(), FILE), false);
  }

  /** As it is with AuthMode KEYS, the keys being in {@code parameter}. */
  static Template readWithKeys(String parameter) {
    try {
      String text = Files.readString(FILE).replace("${KeysParameter}", parameter);
      return new Template(new YAMLMapper().readTree(text), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param name of its module, zip and sample event
   */
  record Function(
      String name, Path zip, String handler, Map<String, String> environment, Rights rights) {
    /** The event in {@code events/} that shows what it takes. */
    JsonNode sampleEvent() {
      return readAs(JSON, ROOT.resolve("events").resolve(name + ".json"));
    }
  }

  List<Function> functions() {
    return resources("AWS::Serverless::Function").values().stream().map(this::function).toList();
  }

  private Function function(JsonNode properties) {
    Path zip = ROOT.resolve(properties.at("/CodeUri").asText());
    Map<String, String> environment = new TreeMap<>();
    Stream.of(tree.at("/Globals/Function"), properties)
        .flatMap(p -> p.at("/Environment/Variables").properties().stream())
        .forEach(
            variable -> environment.put(variable.getKey(), chosen(variable.getValue()).asText()));
    String role = properties.at("/Role").asText().replaceFirst("\\.Arn$", "");
    return new Function(
        zip.getFileName().toString().replaceFirst("\\.zip$", ""),
        zip,
        properties.at("/Handler").asText(),
        environment,
        Rights.of(Stream.concat(elements(resource(role).at("/Policies")), attached(role))));
  }

  /** What {@code !If [condition, one, other]} comes to, and anything else as it is. */
  private JsonNode chosen(JsonNode value) {
    return switch (value.at("/0").asText()) {
      case "AsksForKeys" -> chosen(value.get(hasKeys ? 1 : 2));
      case "IsPublic" -> chosen(value.get(2));
      default -> value.asText().equals("KeysParameter") && !hasKeys ? value.at("/none") : value;
    };
  }

  /** The policies that stand outside their roles; those about keys are there only with keys. */
  private Stream<JsonNode> attached(String role) {
    return tree.at("/Resources").properties().stream()
        .map(Map.Entry::getValue)
        .filter(resource -> resource.at("/Type").asText().equals("AWS::IAM::Policy"))
        .filter(policy -> hasKeys || !policy.at("/Condition").asText().equals("HasKeys"))
        .map(policy -> policy.at("/Properties"))
        .filter(policy -> elements(policy.at("/Roles")).anyMatch(r -> r.asText().equals(role)));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Each route key, and the name of the function behind it. */
  Map<String, String> routes() {
    Map<String, String> routes = new TreeMap<>();
    for (JsonNode route : resources("AWS::ApiGatewayV2::Route").values()) {
      String integration =
          route.at("/Target").asText().replaceFirst("^integrations/\\$\\{(\\w+)}$", "$1");
      String alias = resource(integration).at("/IntegrationUri").asText();
      JsonNode function = resource(alias.replaceFirst("\\.Alias$", ""));
      routes.put(route.at("/RouteKey").asText(), function(function).name());
    }
    return routes;
  }

  /** What a schedule sends to the functions behind the API, so that they stay restored. */
  JsonNode healthCheck() {
    return json(tree.at("/Mappings/Requests/HealthCheck/Event").asText());
  }

  /** The properties of a resource. */
  JsonNode resource(String name) {
    return tree.at("/Resources").required(name).at("/Properties");
  }

  private Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    tree.at("/Resources")
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().at("/Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue().at("/Properties"));
              }
            });
    return found;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode readAs(ObjectMapper format, Path file) {
    try {
      return format.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
