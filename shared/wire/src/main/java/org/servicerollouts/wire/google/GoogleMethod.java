package org.servicerollouts.wire.google;

import java.util.List;
import org.servicerollouts.wire.Call;

/**
 * What Google documents of a method besides its path, and the like of this product's own: the one
 * table.
 *
 * @param response the full name of the message that it answers
 * @param parameters the query parameters of its own
 */
record GoogleMethod(String response, List<String> parameters) {
  private static final String OWN = "servicerollouts.";
  private static final String MANAGEMENT = "google.api.servicemanagement.v1.";
  private static final String CONTROL = "google.api.servicecontrol.v1.";
  private static final String OPERATION = "google.longrunning.Operation";
  private static final String CONFIG = "google.api.Service";

  GoogleMethod {
    parameters = List.copyOf(parameters);
  }

  /** Whether its answer is a message of this product's own, which has no binary form. */
  boolean isOwn() {
    return response.startsWith(OWN);
  }

  static GoogleMethod of(Call.Google call) {
    return switch (call) {
      case Call.CreateService c -> method(OPERATION);
      case Call.GetService c -> method(MANAGEMENT + "ManagedService");
      case Call.ListServices c ->
          method(
              MANAGEMENT + "ListServicesResponse",
              "producerProjectId",
              "consumerId",
              "pageSize",
              "pageToken");
      case Call.UpdateService c -> method(MANAGEMENT + "ManagedService", "updateMask");
      case Call.DeleteService c -> method(OPERATION);
      case Call.UndeleteService c -> method(OPERATION);
      case Call.GenerateConfigReport c -> method(MANAGEMENT + "GenerateConfigReportResponse");
      case Call.CreateConfig c -> method(CONFIG);
      case Call.SubmitConfigSource c -> method(OPERATION);
      case Call.GetConfig c -> method(CONFIG, "view");
      case Call.GetCurrentConfig c -> method(CONFIG, "configId", "view");
      case Call.ListConfigs c ->
          method(MANAGEMENT + "ListServiceConfigsResponse", "pageSize", "pageToken");
      // gcloud's own client can send force, which skips checks that Google makes and this product
      // does not.
      case Call.CreateRollout c -> method(OPERATION, "force", "requestId");
      case Call.PreviewRollout c ->
          method(OWN + "PreviewRolloutResponse", "force", "pageSize", "pageToken");
      case Call.SteerRollout c -> method(OPERATION, "requestId");
      case Call.GetRollout c -> method(MANAGEMENT + "Rollout");
      case Call.ListRollouts c ->
          method(MANAGEMENT + "ListServiceRolloutsResponse", "filter", "pageSize", "pageToken");
      case Call.GetAllocation c -> method(OWN + "Allocation", "key", "replica");
      case Call.ListServiceEvents c ->
          method(OWN + "ListServiceEventsResponse", "after", "pageSize", "pageToken");
      case Call.ListRolloutEvents c ->
          method(OWN + "ListRolloutEventsResponse", "pageSize", "pageToken");
      case Call.ReportUsage c -> method(CONTROL + "ReportResponse");
      case Call.EnableService c -> method(OPERATION);
      case Call.GetOperation c -> method(OPERATION);
      // name is documented as "Not used."
      case Call.ListOperations c ->
          method(
              "google.longrunning.ListOperationsResponse",
              "name",
              "filter",
              "pageSize",
              "pageToken",
              "returnPartialSuccess");
    };
  }

  private static GoogleMethod method(String response, String... parameters) {
    return new GoogleMethod(response, List.of(parameters));
  }
}
