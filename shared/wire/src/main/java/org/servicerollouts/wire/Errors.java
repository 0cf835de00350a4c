package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.servicerollouts.domain.Problem;

/**
 * How each kind of problem reads on the two surfaces: the one table, and the two bodies that are
 * made from it.
 */
public final class Errors {

  /** All that a client learns of a failure of ours, in the words that Google uses for its own. */
  public static final Problem INTERNAL =
      Problem.of(Problem.Kind.INTERNAL, "Internal error encountered.");

  /** The table is asked for more than it takes at once. */
  public static final Problem THROTTLED =
      Problem.of(Problem.Kind.THROTTLED, "Too many requests at once. Try again a little later.");

  /** The domain of every google.rpc.ErrorInfo. */
  private static final String DOMAIN = "servicemanagement.googleapis.com";

  private Errors() {}

  /**
   * A line of the table. Google's reason, in ErrorInfo, is the name of the kind itself.
   *
   * @param rpc the name of the google.rpc.Code, which gives Google's HTTP status
   * @param easStatus PAI-EAS's HTTP status
   * @param easCode PAI-EAS's Code
   */
  private record Line(Rpc rpc, int easStatus, String easCode) {}

  /** The codes of google/rpc/code.proto that are used, with the HTTP status that each has there. */
  private enum Rpc {
    INVALID_ARGUMENT(400),
    FAILED_PRECONDITION(400),
    UNAUTHENTICATED(401),
    PERMISSION_DENIED(403),
    NOT_FOUND(404),
    ALREADY_EXISTS(409),
    ABORTED(409),
    RESOURCE_EXHAUSTED(429),
    INTERNAL(500);

    private final int httpStatus;

    Rpc(int httpStatus) {
      this.httpStatus = httpStatus;
    }
  }

  private static Line line(Problem.Kind kind) {
    return switch (kind) {
      case INVALID_VALUE -> new Line(Rpc.INVALID_ARGUMENT, 400, "InvalidParameter");
      case MISSING_VALUE -> new Line(Rpc.INVALID_ARGUMENT, 400, "MissingParameter");
      case MALFORMED_BODY -> new Line(Rpc.INVALID_ARGUMENT, 400, "InvalidParameter");
      case UNKNOWN_FIELD -> new Line(Rpc.INVALID_ARGUMENT, 400, "InvalidParameter");
      case BODY_TOO_LARGE -> new Line(Rpc.INVALID_ARGUMENT, 400, "InvalidParameter");
      case CREDENTIALS_MISSING -> new Line(Rpc.UNAUTHENTICATED, 401, "InvalidCredentials");
      case ACCESS_TOKEN_INVALID -> new Line(Rpc.UNAUTHENTICATED, 401, "InvalidCredentials");
      case API_KEY_INVALID -> new Line(Rpc.INVALID_ARGUMENT, 400, "InvalidCredentials");
      case ACCESS_CLOSED -> new Line(Rpc.PERMISSION_DENIED, 403, "Forbidden");
      case ACCESS_TOKEN_SCOPE_INSUFFICIENT -> new Line(Rpc.PERMISSION_DENIED, 403, "Forbidden");
      case SIGNATURE_INCOMPLETE -> new Line(Rpc.UNAUTHENTICATED, 400, "IncompleteSignature");
      case SIGNATURE_MISMATCH -> new Line(Rpc.UNAUTHENTICATED, 400, "SignatureDoesNotMatch");
      case ACCESS_KEY_NOT_FOUND ->
          new Line(Rpc.UNAUTHENTICATED, 404, "InvalidAccessKeyId.NotFound");
      case TIMESTAMP_EXPIRED -> new Line(Rpc.UNAUTHENTICATED, 400, "InvalidTimeStamp.Expired");
      case NONCE_USED -> new Line(Rpc.UNAUTHENTICATED, 400, "SignatureNonceUsed");
      case SECURITY_TOKEN_UNSUPPORTED ->
          new Line(Rpc.UNAUTHENTICATED, 400, "InvalidSecurityToken.NotSupported");
      case SERVICE_NOT_FOUND -> new Line(Rpc.NOT_FOUND, 404, "ServiceNotFound");
      case SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED ->
          new Line(Rpc.PERMISSION_DENIED, 404, "ServiceNotFound");
      case CONFIG_NOT_FOUND -> new Line(Rpc.NOT_FOUND, 404, "RevisionNotFound");
      case ROLLOUT_NOT_FOUND -> new Line(Rpc.NOT_FOUND, 404, "RolloutNotFound");
      case OPERATION_NOT_FOUND -> new Line(Rpc.NOT_FOUND, 404, "InvalidAction.NotFound");
      case METHOD_NOT_FOUND -> new Line(Rpc.NOT_FOUND, 404, "InvalidAction.NotFound");
      case METHOD_NOT_ALLOWED -> new Line(Rpc.NOT_FOUND, 405, "UnsupportedHTTPMethod");
      case SERVICE_EXISTS -> new Line(Rpc.ALREADY_EXISTS, 409, "ServiceAlreadyExists");
      case CONFIG_EXISTS -> new Line(Rpc.ALREADY_EXISTS, 409, "Conflict");
      case ROLLOUT_EXISTS -> new Line(Rpc.ALREADY_EXISTS, 409, "RolloutAlreadyExists");
      case PLAN_EXISTS -> new Line(Rpc.ALREADY_EXISTS, 409, "RolloutAlreadyExists");
      case ROLLOUT_IN_THE_WAY -> new Line(Rpc.ABORTED, 409, "Conflict");
      case QUEUE_FULL -> new Line(Rpc.RESOURCE_EXHAUSTED, 429, "Throttling.User");
      case ROLLOUTS_NOT_ENABLED -> new Line(Rpc.FAILED_PRECONDITION, 400, "RolloutNotEnabled");
      case WRONG_SERVICE_TYPE -> new Line(Rpc.FAILED_PRECONDITION, 400, "IncorrectServiceType");
      case FAILED_PRECONDITION -> new Line(Rpc.FAILED_PRECONDITION, 409, "Conflict");
      case ABORTED -> new Line(Rpc.ABORTED, 409, "Conflict");
      case THROTTLED -> new Line(Rpc.RESOURCE_EXHAUSTED, 429, "Throttling.User");
      case INTERNAL -> new Line(Rpc.INTERNAL, 500, "InternalError");
    };
  }

  /** The HTTP status that {@code problem} has on {@code surface}. */
  public static int status(Surface surface, Problem problem) {
    Line line = line(problem.kind());
    return switch (surface) {
      case GOOGLE -> line.rpc().httpStatus;
      case EAS -> line.easStatus();
    };
  }

  /**
   * Google's body: {@code error} with code, message, status and details (google.rpc.ErrorInfo, and
   * BadRequest where it is one field).
   */
  public static ObjectNode google(Problem problem) {
    Rpc rpc = line(problem.kind()).rpc();
    ObjectNode body = Json.object();
    ObjectNode error = body.putObject("error");
    error.put("code", rpc.httpStatus).put("message", problem.message()).put("status", rpc.name());
    error
        .putArray("details")
        .addObject()
        .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
        .put("reason", problem.kind().name())
        .put("domain", DOMAIN);
    if (rpc == Rpc.INVALID_ARGUMENT && problem.field().isPresent()) {
      error
          .withArray("details")
          .addObject()
          .put("@type", "type.googleapis.com/google.rpc.BadRequest")
          .putArray("fieldViolations")
          .addObject()
          .put("field", problem.field().get())
          .put("description", problem.message());
    }
    return body;
  }

  /**
   * PAI-EAS's body.
   *
   * @param requestId upper-case UUID
   * @param hostId the host that was asked
   */
  public static ObjectNode eas(Problem problem, String requestId, String hostId) {
    Line line = line(problem.kind());
    return Json.object()
        .put("RequestId", requestId)
        .put("HostId", hostId)
        .put("Code", line.easCode())
        .put("Message", problem.message())
        .put("Recommend", recommend(line.easStatus()));
  }

  private static String recommend(int status) {
    return switch (status) {
      case 401, 403 -> "Check the credentials, and what they allow.";
      case 404 -> "Check the method, the path and the names in it.";
      case 405 -> "Use one of the methods that Message names.";
      case 409 -> "Read the service and its rollout again, then decide anew.";
      case 429 -> "Repeat the request a little later.";
      case 500 ->
          "Repeat the request; if it fails again, give the RequestId to whoever runs this"
              + " deployment.";
      default -> "Correct the request as Message says.";
    };
  }
}
