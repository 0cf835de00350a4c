package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;

/**
 * An OpenAPI document (2.0, and 3.x likewise) as google.api.Service: its name, title, summary, API,
 * HTTP rules and endpoint. Names and order are those of Google's own converter
 * (github.com/googleapis/api-compiler, com.google.api.tools.framework.importers.swagger). All else
 * stays in the source file, and {@link Unconverted} tells of it.
 */
final class OpenApi {

  /** The operations of a path, in the order in which Google's converter takes them. */
  static final List<String> METHODS =
      List.of("get", "head", "delete", "patch", "post", "put", "options", "trace");

  /** Those that have a field of their own in google.api.HttpRule. */
  private static final Set<String> PATTERNS = Set.of("get", "delete", "patch", "post", "put");

  /**
   * The longest host, version and base path, in characters: each stands in every rule, so their
   * length would be multiplied.
   */
  private static final int MAX_LENGTH = ServiceName.MAX_LENGTH;

  /** What is around the names of a method and its rule in JSON, roughly. */
  private static final int RULE_CHARACTERS = 50;

  private static final Pattern GOOGLE_API_NAME = Pattern.compile("[a-z][a-z0-9]{0,39}");
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)([^?#]*).*");

  private final ConfigFile file;
  private final ObjectNode document;
  private final Budget budget;

  private OpenApi(ConfigFile file, ObjectNode document, Budget budget) {
    this.file = file;
    this.document = document;
    this.budget = budget;
  }

  /** Where a document is served. */
  private record Server(String host, String basePath) {}

  /**
   * The service that {@code document}, the content of {@code file}, describes. What its operations
   * make of it is spent of {@code budget}.
   *
   * @throws ProblemException for what is no OpenAPI document of a service
   */
  static ObjectNode service(ConfigFile file, ObjectNode document, Budget budget) {
    return new OpenApi(file, document, budget).service();
  }

  private ObjectNode service() {
    Server server = server();
    JsonNode info = document.path("info");
    String version = bounded("info.version", text(info.path("version")).orElse(""));
    String apiName = apiName(server.host(), version);
    ObjectNode service = Json.object().put("name", server.host());
    text(info.path("title")).ifPresent(title -> service.put("title", title));
    ObjectNode api = service.putArray("apis").addObject().put("name", apiName);
    ArrayNode methods = api.putArray("methods");
    api.put("version", version);
    text(info.path("description"))
        .ifPresent(summary -> service.putObject("documentation").put("summary", summary));
    operations(apiName, server.basePath(), methods, service.putObject("http").putArray("rules"));
    service.putArray("endpoints").addObject().put("name", server.host());
    return service;
  }

  private Server server() {
    if (text(document.path("swagger")).filter("2.0"::equals).isPresent()) {
      return new Server(
          host(text(document.path("host"))), basePath(text(document.path("basePath")).orElse("")));
    }
    if (text(document.path("openapi")).filter(version -> version.startsWith("3.")).isPresent()) {
      Matcher url = SERVER.matcher(text(document.path("servers").path(0).path("url")).orElse(""));
      return url.matches()
          ? new Server(host(Optional.of(url.group(1))), basePath(url.group(2)))
          : new Server(host(Optional.empty()), "");
    }
    throw file.refused("no OpenAPI document (expected: swagger 2.0 or openapi 3.x)");
  }

  private String host(Optional<String> given) {
    String host =
        given
            .map(String::trim)
            .filter(h -> !h.isEmpty())
            .orElseThrow(
                () ->
                    file.refused(
                        "Service name must be provided in OpenAPI 'host' value, or in servers[0]"
                            + " of OpenAPI 3"));
    try {
      return new ServiceName(host).value();
    } catch (ProblemException e) {
      throw file.refused("host: " + host + " cannot be the name of a service");
    }
  }

  private String basePath(String given) {
    return bounded("basePath", given.equals("/") ? "" : given);
  }

  private String bounded(String name, String text) {
    if (text.length() > MAX_LENGTH) {
      throw file.refused(name + ": more than " + MAX_LENGTH + " characters");
    }
    return text;
  }

  /**
   * {@code 1.bookstore_example_com}: the major version if there are three parts to it, else all of
   * it, and {@code x-google-api-name} or the host.
   */
  private String apiName(String host, String version) {
    String identifier = host.replaceAll("[^a-zA-Z0-9]", "_");
    String ofHost = identifier.matches("[a-zA-Z_].*") ? identifier : "_" + identifier;
    String name = text(document.path("x-google-api-name")).orElse(ofHost);
    if (!name.equals(ofHost) && !GOOGLE_API_NAME.matcher(name).matches()) {
      throw file.refused("x-google-api-name: " + name + " (expected: " + GOOGLE_API_NAME + ")");
    }
    List<String> parts = Stream.of(version.split("\\.")).filter(part -> !part.isEmpty()).toList();
    String major =
        (parts.size() == 3 ? parts.getFirst() : version).replaceAll("[^a-zA-Z0-9.]", "_");
    return major.isEmpty() ? name : major + "." + name;
  }

  private void operations(String apiName, String basePath, ArrayNode methods, ArrayNode rules) {
    Set<String> used = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : sorted(object(document, "paths")).entrySet()) {
      ObjectNode operations = required(path.getValue(), path.getKey());
      for (String verb : METHODS) {
        if (operations.hasNonNull(verb)) {
          String where = "Operation '" + verb + "' in path '" + path.getKey() + "'";
          String method = methodName(required(operations.get(verb), where), verb, path.getKey());
          if (!used.add(method)) {
            throw file.refused(where + ": operationId '" + method + "' has duplicate entry");
          }
          String selector = apiName + "." + method;
          String pattern = basePath + path.getKey();
          budget.spend(
              file, RULE_CHARACTERS + method.length() + selector.length() + pattern.length());
          methods.addObject().put("name", method);
          rule(rules.addObject().put("selector", selector), verb, pattern);
        }
      }
    }
  }

  private static void rule(ObjectNode rule, String verb, String path) {
    if (PATTERNS.contains(verb)) {
      rule.put(verb, path);
    } else {
      rule.putObject("custom").put("kind", verb.toUpperCase(Locale.ROOT)).put("path", path);
    }
  }

  /**
   * {@code ListShelves} of the operationId {@code listShelves}; of an operation without one, where
   * Google refuses it, {@code GetShelvesShelf} of {@code get /shelves/{shelf}}.
   */
  private static String methodName(ObjectNode operation, String verb, String path) {
    return text(operation.path("operationId"))
        .map(id -> capitalised(id.replaceAll("[^a-zA-Z0-9_]", "")))
        .filter(name -> !name.isEmpty())
        .orElseGet(
            () -> {
              StringBuilder name = new StringBuilder(capitalised(verb));
              Stream.of(path.split("[^a-zA-Z0-9_]+"))
                  .map(OpenApi::capitalised)
                  .forEach(name::append);
              return name.toString();
            });
  }

  private static String capitalised(String word) {
    return word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private ObjectNode object(ObjectNode parent, String name) {
    return parent.hasNonNull(name) ? required(parent.get(name), name) : Json.object();
  }

  private ObjectNode required(JsonNode value, String where) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw file.refused(where + ": no object");
  }

  private static Map<String, JsonNode> sorted(ObjectNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
    return sorted;
  }

  /** A scalar as it is spelled, so that {@code version: 1.0} needs no quotes in YAML. */
  private static Optional<String> text(JsonNode value) {
    return Optional.of(value).filter(v -> v.isTextual() || v.isNumber()).map(JsonNode::asText);
  }
}
