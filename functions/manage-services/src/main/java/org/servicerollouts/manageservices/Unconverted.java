package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.servicerollouts.domain.Diagnostic;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.wire.Misfits;

/**
 * Collects what of the files of one ConfigSource does not reach the config, though Google's own
 * converter makes something of it. A member that gets converted one day leaves the table here.
 */
final class Unconverted {

  /** The most that are told one by one. */
  static final int MAX_TOLD = 100;

  /** What the config lacks for want of a member, the most dangerous first. */
  private enum Lack {
    ACCESS("the config has no rule for it, so that a proxy lets every caller in"),
    PROVIDER("the config has no authentication provider and asks for no API key"),
    ALLOW("a proxy refuses the paths that the file does not name"),
    BACKEND(
        "the config has no backend rule for it, so that a proxy calls the backend it was given"),
    METHODS("the config has none of its methods"),
    SELECTOR("Google writes such a rule for each method, and a proxy knows no other"),
    QUOTA("the config has no quota for it, so that no call is limited"),
    METRICS("the config does not describe it"),
    ENDPOINT("the config's only endpoint is the name of the service"),
    BODY("the HTTP rule names no body"),
    EXTENSION("the config has nothing of it"),
    DEPRECATION("nothing in the config is marked as deprecated"),
    TYPES("the config has no types"),
    MEDIA("the config says nothing of media types and schemes");

    private final String consequence;

    Lack(String consequence) {
      this.consequence = consequence;
    }

    /** Whether it is told once a file: many places lack it, and none of them is dangerous. */
    private boolean isToldOnce() {
      return compareTo(EXTENSION) > 0;
    }
  }

  private record Found(Lack lack, String location, int places) {
    private Diagnostic diagnostic() {
      String others = places > 1 ? " (here and in " + (places - 1) + " more places)" : "";
      return new Diagnostic(location, "not converted: " + lack.consequence + others);
    }
  }

  private final List<Found> found = new ArrayList<>();

  /** What {@code document}, the OpenAPI document in {@code file}, loses. */
  void addOpenApi(ConfigFile file, ObjectNode document) {
    InFile in = new InFile();
    new OpenApiWalk(in, document).root();
    add(file, in);
  }

  /** What {@code config}, the service config in {@code file}, loses. */
  void addServiceConfig(ConfigFile file, ObjectNode config) {
    InFile in = new InFile();
    for (Map.Entry<String, JsonNode> member : config.properties()) {
      String name = member.getKey();
      switch (name) {
        case "apis" -> lacking(in, name, member.getValue(), "methods", Lack.METHODS);
        case "types" -> lacking(in, name, member.getValue(), "fields", Lack.TYPES);
        case "enums" -> lacking(in, name, member.getValue(), "enumvalue", Lack.TYPES);
        case "serviceConfig", "service_config" -> {}
        default -> selectors(in, name, member.getValue());
      }
    }
    add(file, in);
  }

  /** {@code file} holds protobuf descriptions, which are not read. */
  void addDescriptions(ConfigFile file) {
    found.add(new Found(Lack.METHODS, file.location(), 1));
  }

  /** All of it, the most dangerous first, with one that counts those beyond {@link #MAX_TOLD}. */
  List<Diagnostic> diagnostics() {
    List<Diagnostic> all =
        found.stream().sorted(Comparator.comparing(Found::lack)).map(Found::diagnostic).toList();
    if (all.size() <= MAX_TOLD) {
      return all;
    }
    List<Diagnostic> told = new ArrayList<>(all.subList(0, MAX_TOLD));
    told.add(
        new Diagnostic(
            ConfigSources.NOWHERE, "not converted: " + (all.size() - MAX_TOLD) + " more members"));
    return told;
  }

  private void add(ConfigFile file, InFile in) {
    in.all().stream()
        .map(f -> new Found(f.lack(), file.location() + ": " + f.location(), f.places()))
        .forEach(found::add);
  }

  /** A name alone, which Google completes from descriptor sets. */
  private static void lacking(InFile in, String list, JsonNode named, String member, Lack lack) {
    for (int i = 0; i < named.size(); i++) {
      if (named.get(i).isObject() && named.get(i).path(member).isEmpty()) {
        in.add(lack, Misfits.element(list, i));
      }
    }
  }

  private static void selectors(InFile in, String path, JsonNode value) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        selectors(in, Misfits.element(path, i), value.get(i));
      }
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String at = inside(path, member.getKey());
      String text = member.getValue().asText();
      if (member.getKey().equals("selector") && (text.contains("*") || text.contains(","))) {
        in.add(Lack.SELECTOR, at);
      } else {
        selectors(in, at, member.getValue());
      }
    }
  }

  /** Cut on the way, since long names nest and each stands in the path of all that is in it. */
  private static String inside(String path, String member) {
    return Printable.of(Misfits.member(path, member));
  }

  /** What one file loses. */
  private static final class InFile {
    private final List<Found> each = new ArrayList<>();
    private final Map<Lack, Found> once = new EnumMap<>(Lack.class);

    private void add(Lack lack, String path) {
      Found here = new Found(lack, path, 1);
      if (lack.isToldOnce()) {
        once.merge(
            lack, here, (first, more) -> new Found(lack, first.location(), first.places() + 1));
      } else {
        each.add(here);
      }
    }

    private Collection<Found> all() {
      List<Found> all = new ArrayList<>(each);
      all.addAll(once.values());
      return all;
    }
  }

  /** Goes through an OpenAPI document, 2.0 or 3.x. */
  private record OpenApiWalk(InFile in, ObjectNode document) {

    /** Members that hold types, values, or calls of others: any name may stand there. */
    private static final Set<String> PASSED_OVER =
        Set.of(
            "schema",
            "items",
            "content",
            "headers",
            "default",
            "enum",
            "example",
            "examples",
            "callbacks",
            "links");

    private static final String EXTENSION = "x-google-";

    private void root() {
      for (Map.Entry<String, JsonNode> member : document.properties()) {
        String name = member.getKey();
        JsonNode value = member.getValue();
        switch (name) {
          case "securityDefinitions" -> providers(name, value);
          case "components" -> components(value);
          case "definitions", "parameters", "responses" -> unlessEmpty(Lack.TYPES, name, value);
          case "paths" -> paths(value);
          case "x-google-api-name" -> {}
          case "x-google-endpoints" -> {
            if (!isTheHostAlone(value)) {
              in.add(Lack.ENDPOINT, name);
            }
          }
          default -> anywhere("", name, value);
        }
      }
    }

    /** Endpoints that say no more than what the config gets anyway. */
    private boolean isTheHostAlone(JsonNode endpoints) {
      return endpoints.size() == 1
          && endpoints.path(0).size() == 1
          && endpoints.path(0).path("name").asText().equals(document.path("host").asText().trim());
    }

    private void components(JsonNode components) {
      for (Map.Entry<String, JsonNode> member : components.properties()) {
        String path = Misfits.member("components", member.getKey());
        switch (member.getKey()) {
          case "securitySchemes" -> providers(path, member.getValue());
          case "schemas", "parameters", "requestBodies", "responses", "headers" ->
              unlessEmpty(Lack.TYPES, path, member.getValue());
          default -> anywhere("components", member.getKey(), member.getValue());
        }
      }
    }

    private void providers(String path, JsonNode definitions) {
      definitions.fieldNames().forEachRemaining(name -> in.add(Lack.PROVIDER, inside(path, name)));
    }

    private void paths(JsonNode paths) {
      for (Map.Entry<String, JsonNode> member : paths.properties()) {
        if (member.getKey().startsWith(EXTENSION)) {
          anywhere("paths", member.getKey(), member.getValue());
        } else {
          path(Misfits.entry("paths", member.getKey()), member.getValue());
        }
      }
    }

    private void path(String path, JsonNode item) {
      for (Map.Entry<String, JsonNode> member : item.properties()) {
        String name = member.getKey();
        if (name.equals("$ref")) {
          in.add(Lack.METHODS, inside(path, name));
        } else if (OpenApi.METHODS.contains(name)) {
          members(inside(path, name), member.getValue());
        } else {
          anywhere(path, name, member.getValue());
        }
      }
    }

    private void members(String path, JsonNode object) {
      object.properties().forEach(member -> anywhere(path, member.getKey(), member.getValue()));
    }

    /** A member that means the same wherever it stands, or holds others. */
    private void anywhere(String path, String name, JsonNode value) {
      String at = inside(path, name);
      if (value.isNull() || PASSED_OVER.contains(name)) {
        return;
      }
      switch (name) {
        // No requirement at all is what the config says
        case "security", "x-security" -> unlessEmpty(Lack.ACCESS, at, value);
        case "parameters" -> parameters(at, value);
        case "requestBody" -> in.add(Lack.BODY, at);
        case "responses" -> responses(at, value);
        case "produces", "consumes", "schemes" -> unlessEmpty(Lack.MEDIA, at, value);
        case "deprecated", "x-google-deprecated" -> {
          if (value.asBoolean()) {
            in.add(Lack.DEPRECATION, at);
          }
        }
        case "servers" -> servers(path, at, value);
        case "x-google-management", "x-google-api-management" -> management(at, value);
        case "x-google-allow" -> {
          if (!value.asText().equalsIgnoreCase("configured")) {
            in.add(Lack.ALLOW, at);
          }
        }
        case "x-google-backend", "x-google-backend-url", "x-google-backend-deadline" ->
            in.add(Lack.BACKEND, at);
        case "x-google-endpoint", "x-google-endpoints" -> in.add(Lack.ENDPOINT, at);
        case "x-google-quota" -> in.add(Lack.QUOTA, at);
        case "x-google-experimental-authorization" -> in.add(Lack.ACCESS, at);
        default -> {
          if (name.startsWith(EXTENSION)) {
            in.add(Lack.EXTENSION, at);
          } else if (!name.startsWith("x-")) {
            inner(at, value);
          }
        }
      }
    }

    private void inner(String path, JsonNode value) {
      members(path, value);
      if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          inner(Misfits.element(path, i), value.get(i));
        }
      }
    }

    private void parameters(String path, JsonNode parameters) {
      unlessEmpty(Lack.TYPES, path, parameters);
      for (int i = 0; i < parameters.size(); i++) {
        JsonNode parameter = parameters.get(i);
        String reference = parameter.path("$ref").asText();
        JsonNode meant = reference.startsWith("#/") ? referred(reference) : parameter;
        if (meant.path("in").asText().equals("body")) {
          in.add(Lack.BODY, Misfits.element(path, i));
        }
        inner(Misfits.element(path, i), parameter);
      }
    }

    private JsonNode referred(String reference) {
      JsonNode node = document;
      for (String name : reference.substring(2).split("/", -1)) {
        node = node.path(name.replace("~1", "/").replace("~0", "~"));
      }
      return node;
    }

    private void responses(String path, JsonNode responses) {
      for (Map.Entry<String, JsonNode> member : responses.properties()) {
        JsonNode response = member.getValue();
        if (response.has("schema") || response.has("content") || response.has("$ref")) {
          in.add(Lack.TYPES, Misfits.entry(path, member.getKey()));
        }
        inner(Misfits.entry(path, member.getKey()), response);
      }
    }

    /** The first server of the document is where the service is; all others are not looked at. */
    private void servers(String path, String at, JsonNode servers) {
      for (int i = 0; i < servers.size(); i++) {
        if (i > 0 || !path.isEmpty()) {
          in.add(Lack.ENDPOINT, Misfits.element(at, i));
        } else {
          inner(Misfits.element(at, i), servers.get(i));
        }
      }
    }

    private void management(String path, JsonNode management) {
      if (!management.isObject()) {
        in.add(Lack.EXTENSION, path);
      }
      for (Map.Entry<String, JsonNode> member : management.properties()) {
        in.add(
            switch (member.getKey()) {
              case "quota" -> Lack.QUOTA;
              case "metrics" -> Lack.METRICS;
              case "backends" -> Lack.BACKEND;
              default -> Lack.EXTENSION;
            },
            inside(path, member.getKey()));
      }
    }

    private void unlessEmpty(Lack lack, String path, JsonNode value) {
      if (!value.isEmpty()) {
        in.add(lack, path);
      }
    }
  }
}
