package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * Makes a google.api.Service of a google.api.servicemanagement.v1.ConfigSource: of its OpenAPI
 * documents first, then of its service configs, each merged into what there is as protobuf merges
 * messages. Files of protobuf descriptions are kept in {@code sourceInfo} as every file is, and are
 * not read.
 */
final class ConfigSources {

  /** The most files: what each may make of itself is bounded, so that all of it is. */
  static final int MAX_FILES = 50;

  private static final String FILES = "files";
  private static final String SERVICE_TYPE = "google.api.Service";
  private static final String NOWHERE = "unknown location";

  private ConfigSources() {}

  /**
   * The service that {@code configSource} describes, with {@code configSource.id} as its id if
   * there is one. Whether it is well formed beyond what is merged here, and whose it is, is for
   * whoever reads it.
   *
   * @throws ProblemException for what is no ConfigSource, and in Google's words ({@code Cannot
   *     convert to service config. …}) for files that make no service
   */
  static ObjectNode service(ObjectNode configSource) {
    ObjectNode wrapped = Json.object();
    wrapped.set("configSource", configSource);
    Fields fields = Fields.google(wrapped).object("configSource").orElseThrow();
    Optional<String> id = fields.string("id").filter(i -> !i.isEmpty());
    List<ConfigFile> files = files(fields);
    fields.end();
    ObjectNode service = merged(files);
    id.ifPresent(i -> service.put("id", i));
    service.remove(List.of("sourceInfo", "source_info"));
    ArrayNode sources = service.putObject("sourceInfo").putArray("sourceFiles");
    files.forEach(file -> sources.add(file.any()));
    return service;
  }

  private static List<ConfigFile> files(Fields fields) {
    List<Fields> given = fields.objects(FILES).orElse(List.of());
    if (given.isEmpty()) {
      throw Problem.missing(fields.path(FILES), "at least one file").exception();
    }
    if (given.size() > MAX_FILES) {
      throw Problem.invalid(fields.path(FILES), given.size(), "at most " + MAX_FILES + " files")
          .exception();
    }
    return given.stream().map(ConfigFile::of).toList();
  }

  private static ObjectNode merged(List<ConfigFile> files) {
    List<ObjectNode> openApis = files.stream().flatMap(ConfigSources::openApi).toList();
    requireOneHost(openApis);
    requireDistinctApis(openApis);
    List<ObjectNode> services =
        Stream.concat(openApis.stream(), files.stream().flatMap(ConfigSources::serviceConfig))
            .toList();
    if (services.isEmpty()) {
      throw ConfigFile.refused(
          NOWHERE, "Cannot find a service config or an OpenAPI document in the input files");
    }
    return services.stream().reduce(Json.object(), ConfigSources::merged);
  }

  private static Stream<ObjectNode> openApi(ConfigFile file) {
    return switch (file.type()) {
      case OPEN_API_JSON -> Stream.of(OpenApi.service(file, json(file)));
      case OPEN_API_YAML -> Stream.of(OpenApi.service(file, Yaml.read(file)));
      case SERVICE_CONFIG_YAML, FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE -> Stream.empty();
    };
  }

  private static Stream<ObjectNode> serviceConfig(ConfigFile file) {
    return switch (file.type()) {
      case SERVICE_CONFIG_YAML -> Stream.of(untyped(file, Yaml.read(file)));
      case OPEN_API_JSON, OPEN_API_YAML, FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE -> Stream.empty();
    };
  }

  private static ObjectNode json(ConfigFile file) {
    try {
      return Json.read(file.bytes());
    } catch (ProblemException e) {
      throw file.refused(e.problem().message());
    }
  }

  /** Without the member that says what the YAML is, which is no field of it. */
  private static ObjectNode untyped(ConfigFile file, ObjectNode config) {
    JsonNode type = config.path("type");
    if (!type.isMissingNode() && !type.asText().equals(SERVICE_TYPE)) {
      throw file.refused("type: " + type.asText() + " (expected: " + SERVICE_TYPE + ")");
    }
    return config.without("type");
  }

  private static void requireOneHost(List<ObjectNode> services) {
    List<String> hosts = services.stream().map(s -> s.get("name").textValue()).distinct().toList();
    if (hosts.size() > 1) {
      throw ConfigFile.refused(
          NOWHERE,
          "Different 'host' values cannot be set in multiple OpenAPI files. Found Hosts: {"
              + String.join(", ", hosts)
              + "}");
    }
  }

  private static void requireDistinctApis(List<ObjectNode> services) {
    Set<String> names = new HashSet<>();
    for (ObjectNode service : services) {
      String name = service.path("apis").path(0).path("name").textValue();
      if (!names.add(name)) {
        throw ConfigFile.refused(
            NOWHERE, "OpenAPI files include conflicting API versions. Found twice: " + name);
      }
    }
  }

  /** Neither of the two is changed: what aliases of YAML stand for is shared. */
  private static ObjectNode merged(ObjectNode one, ObjectNode other) {
    ObjectNode merged = Json.object();
    merged.setAll(one);
    other
        .properties()
        .forEach(
            member ->
                merged.set(member.getKey(), merged(one.path(member.getKey()), member.getValue())));
    return merged;
  }

  private static JsonNode merged(JsonNode one, JsonNode other) {
    if (one instanceof ObjectNode a && other instanceof ObjectNode b) {
      return merged(a, b);
    }
    if (one instanceof ArrayNode a && other instanceof ArrayNode b) {
      return a.deepCopy().addAll(b);
    }
    return other.isNull() && !one.isMissingNode() ? one : other;
  }
}
