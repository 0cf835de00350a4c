package org.servicerollouts.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The project's template.yaml as it is for a stack with given parameters: conditions are decided
 * and parameters have their values. A reference to a resource reads as its name: {@code !Ref Table}
 * as {@code Table}, {@code !GetAtt Table.Arn} as {@code Table.Arn}.
 */
final class Template {
  /** The project's folder. */
  static final Path ROOT = Path.of("..");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SOURCE = source(ROOT.resolve("template.yaml"));
  private static final Pattern IN_BRACES = Pattern.compile("\\$\\{([\\w:]+)}");
  private static final String NO_VALUE = "AWS::NoValue";

  /** Where the stack is. */
  private static final Map<String, JsonNode> PSEUDO_PARAMETERS =
      Map.of(
          "AWS::Partition", TextNode.valueOf("aws"),
          "AWS::Region", TextNode.valueOf("eu-west-1"),
          "AWS::AccountId", TextNode.valueOf("123456789012"));

  private final Map<String, JsonNode> parameters = new HashMap<>(PSEUDO_PARAMETERS);
  private final JsonNode resources;

  private Template(Map<String, String> given) {
    SOURCE
        .at("/Parameters")
        .properties()
        .forEach(
            parameter ->
                parameters.put(
                    parameter.getKey(),
                    value(
                        parameter.getValue(),
                        given.getOrDefault(
                            parameter.getKey(), parameter.getValue().at("/Default").asText()))));
    ObjectNode there = JsonNodeFactory.instance.objectNode();
    SOURCE.at("/Resources").properties().stream()
        .filter(r -> !r.getValue().has("Condition") || is(r.getValue().at("/Condition").asText()))
        .forEach(r -> there.set(r.getKey(), resolved(r.getValue()).orElseThrow()));
    this.resources = there;
  }

  static Template read() {
    return with(Map.of());
  }

  /** Of a stack with these parameters; all others have their defaults. */
  static Template with(Map<String, String> parameters) {
    return new Template(parameters);
  }

  private static JsonNode value(JsonNode parameter, String given) {
    if (!parameter.at("/Type").asText().equals("CommaDelimitedList")) {
      return TextNode.valueOf(given);
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    Stream.of(given.split(",", -1)).forEach(list::add);
    return list;
  }

  // ---- intrinsic functions

  private boolean is(String condition) {
    return holds(SOURCE.at("/Conditions").required(condition));
  }

  private boolean holds(JsonNode condition) {
    Map.Entry<String, JsonNode> function = condition.properties().iterator().next();
    JsonNode arguments = function.getValue();
    return switch (function.getKey()) {
      case "Condition" -> is(arguments.asText());
      case "Fn::Equals" ->
          resolved(arguments.get(0)).orElseThrow().equals(resolved(arguments.get(1)).orElseThrow());
      case "Fn::Not" -> !holds(arguments.get(0));
      case "Fn::And" -> elements(arguments).allMatch(this::holds);
      case "Fn::Or" -> elements(arguments).anyMatch(this::holds);
      default -> throw new IllegalArgumentException(condition.toString());
    };
  }

  /** The value of a node; empty for none. */
  private Optional<JsonNode> resolved(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      elements(node).flatMap(element -> resolved(element).stream()).forEach(array::add);
      return Optional.of(array);
    }
    if (!node.isObject()) {
      return Optional.of(node);
    }
    if (node.size() == 1) {
      Map.Entry<String, JsonNode> only = node.properties().iterator().next();
      JsonNode argument = only.getValue();
      switch (only.getKey()) {
        case "Ref" -> {
          return Optional.of(parameters.getOrDefault(argument.asText(), argument))
              .filter(value -> !value.asText().equals(NO_VALUE));
        }
        case "Fn::If" -> {
          return resolved(argument.get(is(argument.get(0).asText()) ? 1 : 2));
        }
        case "Fn::Sub" -> {
          return Optional.of(TextNode.valueOf(substituted(argument.asText())));
        }
        case "Fn::Join" -> {
          return Optional.of(TextNode.valueOf(joined(argument)));
        }
        case "Fn::Split" -> {
          ArrayNode parts = JsonNodeFactory.instance.arrayNode();
          Stream.of(
                  resolved(argument.get(1))
                      .orElseThrow()
                      .asText()
                      .split(argument.get(0).asText(), -1))
              .forEach(parts::add);
          return Optional.of(parts);
        }
        case "Fn::GetAtt", "Fn::FindInMap" -> {
          return Optional.of(argument);
        }
        default -> {}
      }
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    node.properties()
        .forEach(
            member ->
                resolved(member.getValue()).ifPresent(value -> object.set(member.getKey(), value)));
    return Optional.of(object);
  }

  private String joined(JsonNode arguments) {
    return elements(resolved(arguments.get(1)).orElseThrow())
        .map(JsonNode::asText)
        .collect(Collectors.joining(arguments.get(0).asText()));
  }

  private String substituted(String text) {
    return IN_BRACES
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    Optional.ofNullable(parameters.get(match.group(1)))
                        .map(JsonNode::asText)
                        .orElse(match.group())));
  }

  // ---- what there is

  /**
   * @param name of its module, zip and sample event
   */
  record Function(
      String name, Path zip, String handler, Map<String, String> environment, Rights rights) {
    /** The event in {@code events/} that shows what it takes. */
    JsonNode sampleEvent() {
      return json(contents(ROOT.resolve("events").resolve(name + ".json")));
    }
  }

  /** The functions, by their names. */
  Map<String, Function> functions() {
    return resources("AWS::Serverless::Function").values().stream()
        .map(this::function)
        .collect(Collectors.toMap(Function::name, function -> function));
  }

  private Function function(JsonNode properties) {
    Path zip = ROOT.resolve(properties.at("/CodeUri").asText());
    Map<String, String> environment = new TreeMap<>();
    Stream.of(resolved(SOURCE.at("/Globals/Function")).orElseThrow(), properties)
        .flatMap(p -> p.at("/Environment/Variables").properties().stream())
        .forEach(variable -> environment.put(variable.getKey(), variable.getValue().asText()));
    String role = properties.at("/Role").asText().replaceFirst("\\.Arn$", "");
    return new Function(
        zip.getFileName().toString().replaceFirst("\\.zip$", ""),
        zip,
        properties.at("/Handler").asText(),
        environment,
        Rights.of(Stream.concat(elements(resource(role).at("/Policies")), attached(role))));
  }

  /** The policies that stand outside their roles. */
  private Stream<JsonNode> attached(String role) {
    return resources("AWS::IAM::Policy").values().stream()
        .filter(policy -> elements(policy.at("/Roles")).anyMatch(r -> r.asText().equals(role)));
  }

  /** The properties of each route, by its key. */
  Map<String, JsonNode> routes() {
    return resources("AWS::ApiGatewayV2::Route").values().stream()
        .collect(Collectors.toMap(route -> route.at("/RouteKey").asText(), route -> route));
  }

  /** The name of the function behind each route key. */
  Map<String, String> functionsOfRoutes() {
    return routes().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, route -> functionOf(route.getValue())));
  }

  private String functionOf(JsonNode route) {
    String integration =
        route.at("/Target").asText().replaceFirst("^integrations/\\$\\{(\\w+)}$", "$1");
    String alias = resource(integration).at("/IntegrationUri").asText();
    return function(resource(alias.replaceFirst("\\.Alias$", ""))).name();
  }

  /** The variables of the stage. */
  Map<String, String> stageVariables() {
    Map<String, String> variables = new TreeMap<>();
    resource("ApiStage")
        .at("/StageVariables")
        .properties()
        .forEach(variable -> variables.put(variable.getKey(), variable.getValue().asText()));
    return variables;
  }

  /** The gateway's demands of a token; empty where it takes none. */
  Optional<JsonNode> jwtConfiguration() {
    return resources("AWS::ApiGatewayV2::Authorizer").values().stream()
        .map(authorizer -> authorizer.at("/JwtConfiguration"))
        .findFirst();
  }

  /** What a schedule sends to the functions behind the API, so that they stay restored. */
  static JsonNode healthCheck() {
    return json(SOURCE.at("/Mappings/Requests/HealthCheck/Event").asText());
  }

  /** The properties of a resource. */
  JsonNode resource(String name) {
    return resources.required(name).at("/Properties");
  }

  private Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    resources
        .properties()
        .forEach(
            resource -> {
              if (resource.getValue().at("/Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue().at("/Properties"));
              }
            });
    return found;
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  // ---- reading

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode source(Path file) {
    return JSON.valueToTree(
        new Yaml(new WithIntrinsics()).<Map<String, Object>>load(contents(file)));
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads {@code !Sub text} as {@code {"Fn::Sub": "text"}}, as CloudFormation does. */
  private static final class WithIntrinsics extends SafeConstructor {
    WithIntrinsics() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String name = node.getTag().getValue().substring(1);
              boolean isBare = name.equals("Ref") || name.equals("Condition");
              return Map.of(isBare ? name : "Fn::" + name, argument(node));
            }
          });
    }

    private Object argument(Node node) {
      return switch (node) {
        case ScalarNode scalar -> constructScalar(scalar);
        case SequenceNode sequence -> constructSequence(sequence);
        case MappingNode mapping -> constructMapping(mapping);
        default -> throw new IllegalArgumentException(node.toString());
      };
    }
  }
}
