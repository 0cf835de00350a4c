package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerollouts.domain.ConfigBody;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.lambda.HttpCall;
import org.servicerollouts.store.ConfigHeader;
import org.servicerollouts.store.ServiceStore;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.google.ConfigDiff;
import org.servicerollouts.wire.google.DiagnosticsPrinter;
import org.servicerollouts.wire.google.proto.MessageType;

/**
 * services:generateConfigReport: what one config changes against another, each a ConfigRef, a
 * ConfigSource or a google.api.Service; without an old one, against "the last pushed service
 * configuration".
 */
final class ConfigReports {
  private static final String MANAGEMENT = "google.api.servicemanagement.v1.";
  private static final String TYPES = "type.googleapis.com/";
  private static final String EXPECTED =
      "a ConfigRef, a ConfigSource or a google.api.Service, with its @type";
  private static final String NEW_NAME = "newConfig.name";
  private static final String NAME_EXPECTED =
      "the name of the service, as a Service or a file of a ConfigSource gives it";
  private static final String REF_EXPECTED = "services/<service>/configs/<config>";
  private static final Pattern REF_NAME = Pattern.compile("services/([^/]*)/configs/([^/]*)");

  private final ServiceStore store;

  ConfigReports(ServiceStore store) {
    this.store = store;
  }

  ObjectNode generate(HttpCall http) {
    ObjectNode request =
        MessageType.of(MANAGEMENT + "GenerateConfigReportRequest").read(http.json());
    ConfigSources.Made made =
        find(request, "newConfig")
            .orElseThrow(() -> Problem.missing("newConfig", EXPECTED).exception());
    ObjectNode newConfig = made.service();
    ServiceName service = describedBy(newConfig);
    ObjectNode oldConfig =
        find(request, "oldConfig")
            .map(ConfigSources.Made::service)
            .orElseGet(() -> lastPushed(service));
    ObjectNode report = Json.object().put("serviceName", service.value());
    if (newConfig.has("id")) {
      report.set("id", newConfig.get("id"));
    }
    ArrayNode changes = report.putArray("changeReports").addObject().putArray("configChanges");
    ConfigDiff.of(oldConfig, newConfig).forEach(change -> changes.add(change.json()));
    if (!made.diagnostics().isEmpty()) {
      report.set("diagnostics", DiagnosticsPrinter.diagnostics(made.diagnostics()));
    }
    return report;
  }

  private static ServiceName describedBy(ObjectNode newConfig) {
    String name = newConfig.path("name").asText();
    if (name.isEmpty()) {
      throw Problem.missing(NEW_NAME, NAME_EXPECTED).exception();
    }
    return serviceName(NEW_NAME, name, name, NAME_EXPECTED);
  }

  /** The service {@code name}, which is all of {@code given} or a part of it. */
  private static ServiceName serviceName(String at, String name, String given, String expectation) {
    try {
      return new ServiceName(name);
    } catch (ProblemException _) {
      throw Problem.invalid(at, given, expectation).exception();
    }
  }

  private Optional<ConfigSources.Made> find(ObjectNode request, String name) {
    return Optional.ofNullable((ObjectNode) request.get(name)).map(any -> config(name, any));
  }

  private ConfigSources.Made config(String name, ObjectNode any) {
    String type = any.path("@type").asText();
    ObjectNode message = any.deepCopy();
    message.remove("@type");
    return switch (type) {
      case TYPES + MANAGEMENT + "ConfigRef" -> referred(name, message.path("name").asText());
      case TYPES + MANAGEMENT + "ConfigSource" -> ConfigSources.service(name, message);
      case TYPES + "google.api.Service" -> new ConfigSources.Made(message, List.of());
      default -> throw Problem.invalid(name + ".@type", type, EXPECTED).exception();
    };
  }

  private ConfigSources.Made referred(String name, String reference) {
    Matcher parts = REF_NAME.matcher(reference);
    String at = name + ".name";
    if (!parts.matches()) {
      throw Problem.invalid(at, reference, REF_EXPECTED).exception();
    }
    ServiceName service = serviceName(at, parts.group(1), reference, REF_EXPECTED);
    if (!Ids.isValid(parts.group(2))) {
      throw NotFound.config(service, parts.group(2)).exception();
    }
    ConfigBody config = store.wholeConfig(service, parts.group(2));
    return new ConfigSources.Made(Json.readOwn(config.json()), config.diagnostics());
  }

  /** None at all where the service has no config yet. */
  private ObjectNode lastPushed(ServiceName service) {
    List<ConfigHeader> newest = store.configs(service, 1, Optional.empty()).items();
    return newest.isEmpty()
        ? Json.object()
        : Json.readOwn(store.configBody(service, newest.getFirst().id()));
  }
}
