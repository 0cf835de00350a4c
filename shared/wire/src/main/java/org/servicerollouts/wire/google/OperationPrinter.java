package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.servicerollouts.domain.ConfigBody;
import org.servicerollouts.domain.Progress;
import org.servicerollouts.domain.Rollout;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.ServiceOperation;
import org.servicerollouts.domain.Standing;
import org.servicerollouts.domain.Status;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.OperationName;

/**
 * Operations as google.longrunning.Operation. Of a rollout they are a view; nothing else is stored.
 */
public final class OperationPrinter {
  private static final String TYPES = "type.googleapis.com/google.api.servicemanagement.v1.";
  private static final String ROLLOUT = TYPES + "Rollout";

  /** google.rpc.Code. */
  private static final int CANCELLED = 1;

  private static final int ABORTED = 10;
  private static final int INTERNAL = 13;

  private OperationPrinter() {}

  /**
   * What rollouts.create answers: never done, without steps, with the rollout but for its status.
   */
  public static ObjectNode created(Standing standing) {
    ServiceName service = standing.service().name();
    Rollout rollout = standing.rollout();
    ObjectNode operation = named(new OperationName.OfRollout(service, rollout.id()));
    ObjectNode metadata = metadata(operation, resource(service, rollout.id()));
    metadata.put("startTime", rollout.createTime().toString());
    restores(metadata, standing);
    response(operation, service, rollout, Optional.empty());
    return operation;
  }

  /** This product's own: where a rollback goes, told as soon as it is known. */
  private static void restores(ObjectNode metadata, Standing standing) {
    standing.restores().ifPresent(to -> metadata.set("restores", Numbers.allocation(to)));
  }

  /** What operations.get answers for a rollout. */
  public static ObjectNode operation(Standing standing) {
    ServiceName service = standing.service().name();
    Rollout rollout = standing.rollout();
    ObjectNode operation = named(new OperationName.OfRollout(service, rollout.id()));
    ObjectNode metadata = metadata(operation, resource(service, rollout.id()));
    ArrayNode steps = metadata.putArray("steps");
    standing
        .steps()
        .forEach(
            step ->
                steps
                    .addObject()
                    .put("description", step.description())
                    .put("status", step.status().name()));
    progress(metadata, standing.progressPercentage(), rollout.createTime());
    restores(metadata, standing);
    switch (standing.status()) {
      case PENDING, RUNNING, PAUSED, ROLLING_BACK ->
          response(operation, service, rollout, Optional.empty());
      case SUCCEEDED -> response(done(operation), service, rollout, Optional.of(Status.SUCCEEDED));
      case CANCELLED -> error(operation, CANCELLED, standing, "was cancelled");
      case ROLLED_BACK -> error(operation, ABORTED, standing, "failed and was rolled back");
      case FAILED -> error(operation, INTERNAL, standing, "failed");
    }
    return operation;
  }

  /**
   * An operation of a service or config, which is done when it is made.
   *
   * @param config the body of the config that it made, if it is to be told and still kept
   */
  public static ObjectNode operation(ServiceOperation done, Optional<ConfigBody> config) {
    ServiceName service = done.service();
    ObjectNode operation = named(OperationName.of(done));
    progress(metadata(operation, resource(done)), 100, done.startTime());
    ObjectNode response = done(operation).putObject("response");
    switch (done.done()) {
      case ServiceOperation.ServiceCreated created ->
          ServicePrinter.managed(
              response.put("@type", TYPES + "ManagedService"), service, done.producer());
      case ServiceOperation.ServiceDeleted deleted ->
          response.put("@type", "type.googleapis.com/google.protobuf.Empty");
      case ServiceOperation.ServiceUndeleted undeleted ->
          ServicePrinter.managed(
              response.put("@type", TYPES + "UndeleteServiceResponse").putObject("service"),
              service,
              done.producer());
      case ServiceOperation.ConfigSubmitted submitted ->
          config.ifPresentOrElse(
              body -> submitted(response, body),
              () ->
                  submitted(response)
                      .set(
                          "serviceConfig",
                          ConfigPrinter.header(service, "", submitted.configId())));
      case ServiceOperation.ConfigValidated validated ->
          config.ifPresentOrElse(body -> submitted(response, body), () -> submitted(response));
    }
    return operation;
  }

  private static ObjectNode submitted(ObjectNode response) {
    return response.put("@type", TYPES + "SubmitConfigSourceResponse");
  }

  /**
   * With the diagnostics where Google's service has them, and gcloud prints them; the published
   * message has no such field.
   */
  private static void submitted(ObjectNode response, ConfigBody config) {
    submitted(response).set("serviceConfig", ConfigPrinter.config(config.json(), ConfigView.BASIC));
    if (!config.diagnostics().isEmpty()) {
      response.set("diagnostics", DiagnosticsPrinter.diagnostics(config.diagnostics()));
    }
  }

  /**
   * What Service Usage answers where a service is enabled already, as every service here is: done
   * at once, under the name that stands for no operation at all.
   *
   * @param project whose use of the service it is
   */
  public static ObjectNode enabled(String project, ServiceName service) {
    String parent = "projects/" + project;
    ObjectNode operation = done(Json.object().put("name", "operations/noop.DONE_OPERATION"));
    ObjectNode enabled =
        operation
            .putObject("response")
            .put("@type", "type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse")
            .putObject("service")
            .put("name", parent + "/services/" + service);
    enabled.putObject("config").put("name", service.value());
    enabled.put("state", "ENABLED").put("parent", parent);
    return operation;
  }

  /** A page of operations. */
  public static ObjectNode page(List<ObjectNode> operations, Optional<String> nextPageToken) {
    return PagePrinter.page("operations", operations, nextPageToken);
  }

  private static String resource(ServiceOperation done) {
    String service = "services/" + done.service();
    return done.done() instanceof ServiceOperation.ConfigSubmitted submitted
        ? service + "/configs/" + submitted.configId()
        : service;
  }

  private static String resource(ServiceName service, String rolloutId) {
    return "services/" + service + "/rollouts/" + rolloutId;
  }

  private static ObjectNode named(OperationName name) {
    return Json.object().put("name", name.text());
  }

  private static ObjectNode metadata(ObjectNode operation, String resource) {
    ObjectNode metadata = operation.putObject("metadata").put("@type", TYPES + "OperationMetadata");
    metadata.putArray("resourceNames").add(resource);
    return metadata;
  }

  private static void progress(ObjectNode metadata, int percentage, Instant startTime) {
    if (percentage != 0) {
      metadata.put("progressPercentage", percentage);
    }
    metadata.put("startTime", startTime.toString());
  }

  private static ObjectNode done(ObjectNode operation) {
    return operation.put("done", true);
  }

  private static void response(
      ObjectNode operation, ServiceName service, Rollout rollout, Optional<Status> status) {
    RolloutPrinter.proto(
        operation.putObject("response").put("@type", ROLLOUT), service, rollout, status);
  }

  /**
   * Google's Java client cannot unpack the details of an operation's error, so that the step and
   * the time stand in its message.
   */
  private static void error(
      ObjectNode operation, int code, Standing standing, String whatHappened) {
    Rollout rollout = standing.rollout();
    String why = standing.reason().map(reason -> ": " + reason).orElse(".");
    done(operation)
        .putObject("error")
        .put("code", code)
        .put(
            "message",
            "Rollout '"
                + rollout.id()
                + "' "
                + whatHappened
                + step(standing.progress())
                + " at "
                + rollout.updateTime()
                + why);
  }

  private static String step(Progress progress) {
    return progress.batches() > 1
        ? " after batch " + progress.batch() + " of " + progress.batches()
        : "";
  }
}
