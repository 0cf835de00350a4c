package org.servicerollouts.domain;

import org.servicerollouts.domain.Problem.Kind;

/** The words for what is not there, the same wherever it is looked for. */
public final class NotFound {
  private NotFound() {}

  /** Google's own words, which its clients match (estafette, gcloud). */
  public static Problem service(String service) {
    return Problem.of(
        Kind.SERVICE_NOT_FOUND,
        "Service '" + Printable.of(service) + "' not found or permission denied.");
  }

  /** Service Usage's own words for a service that it cannot enable. */
  public static Problem serviceToEnable(String service) {
    return Problem.of(
        Kind.SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED,
        "Not found or permission denied for service(s): " + Printable.of(service) + ".");
  }

  public static Problem config(ServiceName service, String id) {
    return Problem.of(
        Kind.CONFIG_NOT_FOUND,
        "Config '" + Printable.of(id) + "' of service '" + service + "' not found.");
  }

  public static Problem currentConfig(ServiceName service) {
    return Problem.of(
        Kind.CONFIG_NOT_FOUND, "No config of service '" + service + "' has been rolled out.");
  }

  public static Problem rollout(ServiceName service, String id) {
    return Problem.of(
        Kind.ROLLOUT_NOT_FOUND,
        "Rollout '" + Printable.of(id) + "' of service '" + service + "' not found.");
  }

  /**
   * PAI-EAS: "if the service does not exist or no rollout strategy was created, this API returns an
   * error".
   */
  public static Problem rolloutPlan(ServiceName service) {
    return Problem.of(
        Kind.ROLLOUT_NOT_FOUND,
        "Service ["
            + service.nameInCluster()
            + "] in region ["
            + service.cluster()
            + "] has no rollout.");
  }

  public static Problem operation(String name) {
    return Problem.of(
        Kind.OPERATION_NOT_FOUND, "Operation '" + Printable.of(name) + "' not found.");
  }

  public static Problem method(String method, String path) {
    return Problem.of(
        Kind.METHOD_NOT_FOUND,
        "Method not found: " + Printable.of(method) + " " + Printable.of(path));
  }
}
