package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * services.configs.create: a google.api.Service, which is kept whole.
 *
 * @param id its id; empty: the next of {@code YYYY-MM-DDrN}
 * @param title empty where it has none
 * @param members all its members as compact JSON, the top ones by their lowerCamel names and in
 *     Google's order
 */
public record CreateConfigRequest(
    ServiceName service, Optional<String> id, String title, String members) {

  /** The fields of google.api.Service in the order of their numbers, then this product's own. */
  private static final List<String> FIELDS =
      List.of(
          "name",
          "title",
          "apis",
          "types",
          "enums",
          "documentation",
          "backend",
          "http",
          "quota",
          "authentication",
          "context",
          "usage",
          "endpoints",
          "configVersion",
          "control",
          "producerProjectId",
          "logs",
          "metrics",
          "monitoredResources",
          "billing",
          "logging",
          "monitoring",
          "systemParameters",
          "id",
          "sourceInfo",
          "publishing",
          "systemTypes",
          "customError",
          "aspects",
          "lambdaVersion");

  public CreateConfigRequest {
    requireNonNull(service, "service is null");
    id.ifPresent(i -> Ids.require("id", i));
    requireNonNull(title, "title is null");
    requireNonNull(members, "members is null");
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no google.api.Service of {@code service}
   */
  public static CreateConfigRequest of(ServiceName service, ObjectNode body) {
    Fields fields = Fields.google(body);
    ObjectNode members = Json.object();
    FIELDS.forEach(field -> fields.any(field).ifPresent(value -> members.set(field, value)));
    fields.end();
    fields
        .string("name")
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> requireName(service, name));
    Optional<String> id = fields.string("id").filter(i -> !i.isEmpty());
    fields.string("producerProjectId");
    fields.string("lambdaVersion");
    return new CreateConfigRequest(
        service, id, fields.string("title").orElse(""), Json.compact(members));
  }

  /** The config that it makes, under the id {@code id}. */
  public Config config(String id, long ord, Instant createTime, String createdBy) {
    ObjectNode given = Json.readOwn(members);
    given.put("name", service.value()).put("id", id);
    ObjectNode body = Json.object();
    FIELDS.stream().filter(given::has).forEach(field -> body.set(field, given.get(field)));
    return new Config(id, ord, createTime, createdBy, title, Json.compact(body));
  }

  private static void requireName(ServiceName service, String name) {
    if (!name.equals(service.value())) {
      throw Problem.invalid("name", name, "\"" + service + "\", the service of the path")
          .exception();
    }
  }
}
