package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.wire.Json;

/** Answers of Service Control. */
public final class UsagePrinter {
  private UsagePrinter() {}

  /**
   * A google.api.servicecontrol.v1.ReportResponse without errors.
   *
   * @param configId "the actual config id used to process the request"
   * @param rolloutId "the current service rollout id"
   */
  public static ObjectNode reported(Optional<String> configId, Optional<String> rolloutId) {
    ObjectNode response = Json.object();
    configId.ifPresent(id -> response.put("serviceConfigId", id));
    rolloutId.ifPresent(id -> response.put("serviceRolloutId", id));
    return response;
  }
}
