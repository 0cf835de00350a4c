package org.servicerollouts.wire;

import java.util.List;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.ServiceName;

/** What a request asks for, by its method and path alone. */
public sealed interface Call {

  Surface surface();

  /**
   * A call of Google Service Management v1, or of what Google's clients call beside it: Service
   * Control and Service Usage.
   */
  sealed interface Google extends Call {
    @Override
    default Surface surface() {
      return Surface.GOOGLE;
    }
  }

  record CreateService() implements Google {}

  record ListServices() implements Google {}

  record GetService(ServiceName service) implements Google {}

  /** Its target and its alarms; this product's own. */
  record UpdateService(ServiceName service) implements Google {}

  record DeleteService(ServiceName service) implements Google {}

  record UndeleteService(ServiceName service) implements Google {}

  record GenerateConfigReport() implements Google {}

  record CreateConfig(ServiceName service) implements Google {}

  record SubmitConfigSource(ServiceName service) implements Google {}

  /** The config that the service is at now, or the one that the query names. */
  record GetCurrentConfig(ServiceName service) implements Google {}

  record GetConfig(ServiceName service, String configId) implements Google {}

  record ListConfigs(ServiceName service) implements Google {}

  record CreateRollout(ServiceName service) implements Google {}

  /** What a rollout would do; this product's own. */
  record PreviewRollout(ServiceName service) implements Google {}

  /** A verb of a rollout; this product's own. */
  record SteerRollout(ServiceName service, String rolloutId, Event.Verb verb) implements Google {}

  record GetRollout(ServiceName service, String rolloutId) implements Google {}

  record ListRollouts(ServiceName service) implements Google {}

  /** What happened to a service; this product's own. */
  record ListServiceEvents(ServiceName service) implements Google {}

  /** What happened to a rollout; this product's own. */
  record ListRolloutEvents(ServiceName service, String rolloutId) implements Google {}

  /** How a service is divided; this product's own. */
  record GetAllocation(ServiceName service) implements Google {}

  /** Service Control's services.report, by which a proxy learns of a new rollout. */
  record ReportUsage(ServiceName service) implements Google {}

  /**
   * Service Usage's services.enable.
   *
   * @param project whose use of the service it is
   */
  record EnableService(String project, ServiceName service) implements Google {}

  record GetOperation(OperationName operation) implements Google {}

  record ListOperations() implements Google {}

  /** A call of PAI-EAS 2021-07-01. */
  sealed interface Eas extends Call {
    @Override
    default Surface surface() {
      return Surface.EAS;
    }
  }

  record EasCreateService() implements Eas {}

  record EasListServices() implements Eas {}

  record EasGetService(ServiceName service) implements Eas {}

  record EasUpdateService(ServiceName service) implements Eas {}

  record EasDeleteService(ServiceName service) implements Eas {}

  record EasScaleService(ServiceName service) implements Eas {}

  record EasListVersions(ServiceName service) implements Eas {}

  record EasUpdateVersion(ServiceName service) implements Eas {}

  record EasCreateRollout(ServiceName service) implements Eas {}

  record EasGetRollout(ServiceName service) implements Eas {}

  record EasUpdateRollout(ServiceName service) implements Eas {}

  record EasDeleteRollout(ServiceName service) implements Eas {}

  /** Whether the deployment answers at all. */
  record Health() implements Call {
    @Override
    public Surface surface() {
      return Surface.GOOGLE;
    }
  }

  /** Neither API has it, or it is not served here. */
  record Unknown(String method, String path) implements Call {
    @Override
    public Surface surface() {
      return Surface.of(path);
    }
  }

  /** Whether it is {@link Health}, which asks for nobody's name. */
  static boolean isHealth(String method, String path) {
    return HEALTH.equals(method + " " + path);
  }

  String HEALTH = "GET /healthz";

  /**
   * The call that {@code method} and {@code path} are.
   *
   * @param path as API Gateway hands it over: decoded once, and not decoded again here
   * @throws ProblemException for a service, config, rollout or operation whose name none can have:
   *     it is not found; METHOD_NOT_ALLOWED for a path of PAI-EAS's that takes other methods
   */
  static Call of(String method, String path) {
    Call call = find(method, path);
    if (call instanceof Unknown && call.surface() == Surface.EAS) {
      String others =
          List.of("GET", "POST", "PUT", "DELETE").stream()
              .filter(other -> !(find(other, path) instanceof Unknown))
              .collect(Collectors.joining(", "));
      if (!others.isEmpty()) {
        throw Problem.of(
                Problem.Kind.METHOD_NOT_ALLOWED,
                "Method not allowed: "
                    + Printable.of(method)
                    + " "
                    + Printable.of(path)
                    + " (expected: "
                    + others
                    + ")")
            .exception();
      }
    }
    return call;
  }

  private static Call find(String method, String path) {
    CallPath parts = CallPath.of(path);
    return switch (method + " " + parts.shape()) {
      case HEALTH -> new Health();
      case "POST /v1/services" -> new CreateService();
      case "GET /v1/services" -> new ListServices();
      case "POST /v1/services:generateConfigReport" -> new GenerateConfigReport();
      case "GET /v1/services/*" -> new GetService(parts.service());
      case "PATCH /v1/services/*" -> new UpdateService(parts.service());
      case "DELETE /v1/services/*" -> new DeleteService(parts.service());
      case "POST /v1/services/*:undelete" -> new UndeleteService(parts.service());
      case "GET /v1/services/*/config" -> new GetCurrentConfig(parts.service());
      case "POST /v1/services/*/configs" -> new CreateConfig(parts.service());
      case "GET /v1/services/*/configs" -> new ListConfigs(parts.service());
      case "GET /v1/services/*/configs/*" -> new GetConfig(parts.service(), parts.configId());
      case "POST /v1/services/*/configs:submit" -> new SubmitConfigSource(parts.service());
      case "POST /v1/services/*/rollouts" -> new CreateRollout(parts.service());
      case "POST /v1/services/*/rollouts:preview" -> new PreviewRollout(parts.service());
      case "POST /v1/services/*/rollouts/*:pause" -> parts.steering(Event.Verb.PAUSE);
      case "POST /v1/services/*/rollouts/*:resume" -> parts.steering(Event.Verb.RESUME);
      case "POST /v1/services/*/rollouts/*:advance" -> parts.steering(Event.Verb.ADVANCE);
      case "POST /v1/services/*/rollouts/*:promote" -> parts.steering(Event.Verb.PROMOTE);
      case "POST /v1/services/*/rollouts/*:rollback" -> parts.steering(Event.Verb.ROLLBACK);
      case "GET /v1/services/*/rollouts" -> new ListRollouts(parts.service());
      case "GET /v1/services/*/rollouts/*" -> new GetRollout(parts.service(), parts.rolloutId());
      case "GET /v1/services/*/events" -> new ListServiceEvents(parts.service());
      case "GET /v1/services/*/rollouts/*/events" ->
          new ListRolloutEvents(parts.service(), parts.rolloutId());
      case "GET /v1/services/*/allocation" -> new GetAllocation(parts.service());
      case "POST /v1/services/*:report" -> new ReportUsage(parts.service());
      case "POST /v1/projects/*/services/*:enable" ->
          new EnableService(parts.project(), parts.enabledService());
      case "GET /v1/operations/**" ->
          new GetOperation(OperationName.of(path.substring("/v1/".length())));
      case "GET /v1/operations" -> new ListOperations();
      case "POST /api/v2/services" -> new EasCreateService();
      case "GET /api/v2/services" -> new EasListServices();
      case "GET /api/v2/services/*/*" -> new EasGetService(parts.easService());
      case "PUT /api/v2/services/*/*" -> new EasUpdateService(parts.easService());
      case "DELETE /api/v2/services/*/*" -> new EasDeleteService(parts.easService());
      case "GET /api/v2/services/*/*/versions" -> new EasListVersions(parts.easService());
      case "PUT /api/v2/services/*/*/version" -> new EasUpdateVersion(parts.easService());
      case "PUT /api/v2/services/*/*/scale" -> new EasScaleService(parts.easService());
      case "POST /api/v2/services/*/*/rollout" -> new EasCreateRollout(parts.easService());
      case "GET /api/v2/services/*/*/rollout" -> new EasGetRollout(parts.easService());
      case "PUT /api/v2/services/*/*/rollout" -> new EasUpdateRollout(parts.easService());
      case "DELETE /api/v2/services/*/*/rollout" -> new EasDeleteRollout(parts.easService());
      default -> new Unknown(method, path);
    };
  }
}
