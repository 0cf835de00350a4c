package org.servicerollouts.wire.google;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Ids;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.google.proto.MessageType;

/**
 * services.configs.create: a google.api.Service, which is kept whole.
 *
 * @param id its id; empty: the next of {@code YYYY-MM-DDrN}
 * @param title empty where it has none
 * @param members all its members as compact JSON, in the normal form of {@link MessageType#read}
 */
public record CreateConfigRequest(
    ServiceName service, Optional<String> id, String title, String members) {

  private static final String SERVICE = "google.api.Service";

  public CreateConfigRequest {
    requireNonNull(service, "service is null");
    id.ifPresent(i -> Ids.requireNew("id", i));
    requireNonNull(title, "title is null");
    requireNonNull(members, "members is null");
  }

  /**
   * What {@code body} asks for.
   *
   * @throws ProblemException for a body that is no google.api.Service of {@code service}
   */
  public static CreateConfigRequest of(ServiceName service, ObjectNode body) {
    ObjectNode members = MessageType.of(SERVICE).read(body);
    string(members, "name").ifPresent(name -> requireName(service, name));
    return new CreateConfigRequest(
        service, string(members, "id"), string(members, "title").orElse(""), Json.compact(members));
  }

  /** The config that it makes, under the id {@code id}. */
  public Config config(String id, long ord, Instant createTime, String createdBy) {
    ObjectNode given = Json.readOwn(members).put("name", service.value()).put("id", id);
    String body = Json.compact(MessageType.of(SERVICE).read(given));
    return new Config(id, ord, createTime, createdBy, title, body)
        .saying(string(given, "lambdaVersion").filter(version -> !version.isEmpty()));
  }

  /** A member of {@code members}, where an empty one is absent. */
  private static Optional<String> string(ObjectNode members, String name) {
    return Optional.ofNullable(members.get(name)).map(JsonNode::textValue);
  }

  private static void requireName(ServiceName service, String name) {
    if (!name.equals(service.value())) {
      throw Problem.invalid("name", name, "\"" + service + "\", the service of the path")
          .exception();
    }
  }
}
