package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.google.proto.MessageType;

/**
 * Makes a google.api.Service of a google.api.servicemanagement.v1.ConfigSource: of its OpenAPI
 * documents first, then of its service configs, each read into its normal form and merged into what
 * there is as protobuf merges messages. Files of protobuf descriptions are kept in {@code
 * sourceInfo} as every file is, and are not read. What the config lacks of its sources is told.
 */
final class ConfigSources {

  /** The most files. */
  static final int MAX_FILES = 50;

  private static final String FILES = "files";
  private static final String SOURCE_INFO = "sourceInfo";
  private static final String SERVICE_TYPE = "google.api.Service";
  private static final MessageType SERVICE = MessageType.of(SERVICE_TYPE);

  /** The one member of a service that is a google.protobuf.Struct. */
  private static final String STRUCT = "serviceConfig";

  /** Where what no file is to blame for is. */
  static final String NOWHERE = "unknown location";

  private ConfigSources() {}

  /**
   * What sources make.
   *
   * @param service in the normal form of {@link MessageType#read}
   * @param diagnostics what of the sources it lacks
   */
  record Made(ObjectNode service, List<Diagnostic> diagnostics) {
    Made {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /**
   * The service that {@code configSource}, the member of a request with this name, describes, in
   * the normal form of {@link MessageType#read}, with {@code configSource.id} as its id if there is
   * one. Whose it is, is for whoever reads it.
   *
   * @throws ProblemException for what is no ConfigSource, and in Google's words ({@code Cannot
   *     convert to service config. …}) for files that make no service, with the file
   */
  static Made service(ObjectNode configSource) {
    return service("configSource", configSource);
  }

  /** The same for a ConfigSource that is the member {@code name} of its request. */
  static Made service(String name, ObjectNode configSource) {
    ObjectNode wrapped = Json.object();
    wrapped.set(name, configSource);
    Fields fields = Fields.google(wrapped).object(name).orElseThrow();
    Optional<String> id = fields.string("id").filter(i -> !i.isEmpty());
    List<ConfigFile> files = files(fields);
    fields.end();
    Unconverted unconverted = new Unconverted();
    ObjectNode service = merged(files, unconverted);
    id.ifPresent(i -> service.put("id", i));
    service.remove(SOURCE_INFO);
    ArrayNode sources = service.putObject(SOURCE_INFO).putArray("sourceFiles");
    files.forEach(file -> sources.add(file.any()));
    return new Made(SERVICE.read(service), unconverted.diagnostics());
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

  private static ObjectNode merged(List<ConfigFile> files, Unconverted unconverted) {
    Budget budget = new Budget();
    List<ObjectNode> openApis =
        files.stream()
            .flatMap(file -> openApi(file, budget, unconverted).map(s -> normal(file, s)))
            .toList();
    requireOneHost(openApis);
    requireDistinctApis(openApis);
    List<ObjectNode> services =
        Stream.concat(
                openApis.stream(),
                files.stream()
                    .flatMap(
                        file -> serviceConfig(file, budget, unconverted).map(s -> normal(file, s))))
            .toList();
    if (services.isEmpty()) {
      throw ConfigFile.refused(
          NOWHERE, "Cannot find a service config or an OpenAPI document in the input files");
    }
    files.stream().filter(ConfigSources::isDescription).forEach(unconverted::addDescriptions);
    ObjectNode merged = Json.object();
    services.forEach(service -> merge(merged, service));
    return merged;
  }

  private static ObjectNode normal(ConfigFile file, ObjectNode service) {
    try {
      return SERVICE.read(service);
    } catch (ProblemException e) {
      throw file.refused(e.problem());
    }
  }

  private static Stream<ObjectNode> openApi(
      ConfigFile file, Budget budget, Unconverted unconverted) {
    return switch (file.type()) {
      case OPEN_API_JSON -> Stream.of(openApi(file, json(file), budget, unconverted));
      case OPEN_API_YAML -> Stream.of(openApi(file, Yaml.read(file, budget), budget, unconverted));
      case SERVICE_CONFIG_YAML, FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE -> Stream.empty();
    };
  }

  private static ObjectNode openApi(
      ConfigFile file, ObjectNode document, Budget budget, Unconverted unconverted) {
    ObjectNode service = OpenApi.service(file, document, budget);
    unconverted.addOpenApi(file, document);
    return service;
  }

  private static Stream<ObjectNode> serviceConfig(
      ConfigFile file, Budget budget, Unconverted unconverted) {
    return switch (file.type()) {
      case SERVICE_CONFIG_YAML -> {
        ObjectNode config = untyped(file, Yaml.read(file, budget));
        unconverted.addServiceConfig(file, config);
        yield Stream.of(config);
      }
      case OPEN_API_JSON, OPEN_API_YAML, FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE -> Stream.empty();
    };
  }

  private static boolean isDescription(ConfigFile file) {
    return switch (file.type()) {
      case FILE_DESCRIPTOR_SET_PROTO, PROTO_FILE -> true;
      case OPEN_API_JSON, OPEN_API_YAML, SERVICE_CONFIG_YAML -> false;
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

  /**
   * Adds {@code config} to {@code service} as protobuf merges messages: of two scalars the latter,
   * lists one after the other, members of messages likewise. Within google.api.Service there is no
   * oneof and no map but in lists, except for {@link #STRUCT}. Both are in normal form: there is no
   * null for absence, and no alias by which another place would change with this one.
   */
  private static void merge(ObjectNode service, ObjectNode config) {
    for (Map.Entry<String, JsonNode> member : config.properties()) {
      String name = member.getKey();
      JsonNode before = service.path(name);
      if (before instanceof ObjectNode message && member.getValue() instanceof ObjectNode more) {
        if (name.equals(STRUCT)) {
          message.setAll(more);
        } else {
          merge(message, more);
        }
      } else if (before instanceof ArrayNode list && member.getValue() instanceof ArrayNode more) {
        list.addAll(more);
      } else {
        service.set(name, member.getValue());
      }
    }
  }
}
