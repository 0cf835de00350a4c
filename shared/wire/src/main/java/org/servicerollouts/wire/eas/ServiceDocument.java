package org.servicerollouts.wire.eas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Config;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Misfits;

/**
 * PAI-EAS's service JSON, which describes a service whole. Of its members only {@code
 * metadata.name}, {@code metadata.region}, {@code metadata.instance} and {@code features} mean
 * something here, and in a request {@code name} at the top, where PAI-EAS's older documents have
 * it; all others are kept as they are.
 *
 * <p>{@code metadata.instance} is always there, as a number: 1, or in an update what the service
 * has, where none was given.
 */
public final class ServiceDocument {
  private static final String METADATA = "metadata";
  private static final String INSTANCE = "instance";
  private static final String NAME = "name";
  private static final String REGION = "region";
  private static final String CONFIG = "serviceConfig";
  private static final String FEATURES = "features";
  private static final String ENABLE_ROLLOUT = "eas.aliyun.com/enable-rollout";

  private final ObjectNode json;
  private final long instance;

  private ServiceDocument(ObjectNode json, long instance) {
    this.json = json;
    this.instance = instance;
  }

  /**
   * The document that {@code body} is, for a service that is made with it: one replica where it
   * names no number.
   *
   * @throws ProblemException where a member that means something here is wrong
   */
  public static ServiceDocument of(ObjectNode body) {
    return of(body, 1);
  }

  /**
   * The same for a service that has {@code total} replicas, and keeps them where the body names no
   * number.
   */
  static ServiceDocument of(ObjectNode body, long total) {
    long instance =
        metadata(body)
            .flatMap(metadata -> metadata.integer(INSTANCE, Replicas.TOTALS))
            .orElse(total);
    Replicas.requireTotal(METADATA + "." + INSTANCE, instance);
    // Read as it will be kept, so that the same body is the same document: NaN is kept as a string.
    ObjectNode json = Json.readOwn(Json.compact(body));
    json.withObjectProperty(METADATA).put(INSTANCE, instance);
    return new ServiceDocument(json, instance);
  }

  /**
   * The body of a request, {@code given}, with its name in {@code metadata} where that names none.
   *
   * @throws ProblemException for two names that differ, and for an {@code enable-rollout} that is
   *     neither true nor false. Documents that were kept before these were refused are still read
   */
  static ObjectNode request(ObjectNode given) {
    requireSwitch(given.path(FEATURES).path(ENABLE_ROLLOUT));
    Optional<String> name = Fields.eas(given).string(NAME);
    Optional<String> inMetadata = metadata(given).flatMap(metadata -> metadata.string(NAME));
    inMetadata.ifPresent(other -> requireSame(NAME, name, other, "as metadata.name is"));
    if (name.isEmpty() || inMetadata.isPresent()) {
      return given;
    }
    ObjectNode body = given.deepCopy();
    body.remove(NAME);
    body.withObjectProperty(METADATA).put(NAME, name.get());
    return body;
  }

  /** The member of {@code given}, the body of a request, that has the name of the service. */
  static String nameField(ObjectNode given) {
    boolean isInMetadata = metadata(given).flatMap(metadata -> metadata.string(NAME)).isPresent();
    return !isInMetadata && given.hasNonNull(NAME) ? NAME : METADATA + "." + NAME;
  }

  private static void requireSwitch(JsonNode given) {
    boolean isAbsent = given.isMissingNode() || given.isNull();
    if (!isAbsent && !says("true", given) && !says("false", given)) {
      throw Misfits.wrong(Misfits.entry(FEATURES, ENABLE_ROLLOUT), given, "true or false")
          .exception();
    }
  }

  /** Whether {@code given} is {@code text}, in capitals or not, or the boolean of that name. */
  private static boolean says(String text, JsonNode given) {
    return given.asText().equalsIgnoreCase(text);
  }

  /** A document that was {@link #text} once. */
  public static ServiceDocument read(String text) {
    return of(Json.readOwn(text));
  }

  /**
   * The document that {@link #config} made the config {@code body} of; empty for a config that was
   * made on Google's surface.
   */
  public static Optional<ServiceDocument> ofConfig(String body) {
    return Json.readOwn(body).get(CONFIG) instanceof ObjectNode json
        ? Optional.of(of(json))
        : Optional.empty();
  }

  /** The document of a service that was made without one: its name and how many replicas it has. */
  public static ServiceDocument minimal(ServiceName service, long total) {
    ObjectNode json = Json.object();
    json.putObject(METADATA).put(NAME, service.nameInCluster()).put(INSTANCE, total);
    return of(json);
  }

  /** As compact JSON. */
  public String text() {
    return Json.compact(json);
  }

  public Optional<String> name() {
    return metadata(json).flatMap(metadata -> metadata.string(NAME));
  }

  public Optional<String> region() {
    return metadata(json).flatMap(metadata -> metadata.string(REGION));
  }

  /** How many replicas it asks for. */
  public long instance() {
    return instance;
  }

  /**
   * Whether rollout plans may be made for it: {@code features."eas.aliyun.com/enable-rollout":
   * "true"}, in capitals or not, or the boolean.
   */
  public boolean rolloutsEnabled() {
    return says("true", json.path(FEATURES).path(ENABLE_ROLLOUT));
  }

  /** The same with {@code total} replicas. */
  public ServiceDocument withInstance(long total) {
    ObjectNode next = json.deepCopy();
    next.withObjectProperty(METADATA).put(INSTANCE, total);
    return new ServiceDocument(next, total);
  }

  /** The same with the name of {@code service}. */
  ServiceDocument named(ServiceName service) {
    ObjectNode next = json.deepCopy();
    next.withObjectProperty(METADATA).put(NAME, service.nameInCluster());
    return new ServiceDocument(next, instance);
  }

  /**
   * The same with the members of {@code patch}: objects member by member, null takes away (RFC
   * 7396).
   */
  public ServiceDocument merge(ObjectNode patch) {
    return of(merged(json, patch), instance);
  }

  /** Whether {@code other} differs from it in more than the number of replicas. */
  public boolean isRevisionOf(ServiceDocument other) {
    return !withInstance(other.instance).json.equals(other.json);
  }

  /**
   * The config that stands for it as revision {@code id} of {@code service}, read on Google's
   * surface.
   */
  public Config config(
      ServiceName service, String id, long ord, Instant createTime, String createdBy) {
    ObjectNode body = Json.object().put(NAME, service.value()).put("id", id);
    body.set(CONFIG, json);
    return new Config(id, ord, createTime, createdBy, "", Json.compact(body));
  }

  private static Optional<Fields> metadata(ObjectNode json) {
    return Fields.eas(json).object(METADATA);
  }

  private static ObjectNode merged(ObjectNode target, ObjectNode patch) {
    ObjectNode result = target.deepCopy();
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      String name = member.getKey();
      if (member.getValue().isNull()) {
        result.remove(name);
      } else if (member.getValue() instanceof ObjectNode inner) {
        result.set(
            name, merged(result.get(name) instanceof ObjectNode old ? old : Json.object(), inner));
      } else {
        result.set(name, member.getValue());
      }
    }
    return result;
  }

  /**
   * Refuses the name or region of a document that is not {@code service}'s.
   *
   * @param nameField the member that the name was given in
   */
  void requireOf(ServiceName service, String nameField) {
    String source = "as in the path";
    requireSame(nameField, name(), service.nameInCluster(), source);
    requireSame(METADATA + "." + REGION, region(), service.cluster(), source);
  }

  private static void requireSame(
      String field, Optional<String> given, String expected, String source) {
    given
        .filter(value -> !value.equals(expected))
        .ifPresent(
            value -> {
              throw Problem.invalid(field, value, "\"" + expected + "\", " + source).exception();
            });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServiceDocument document && json.equals(document.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
