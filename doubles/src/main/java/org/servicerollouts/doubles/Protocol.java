package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** A way in which CloudWatch's API can be spoken; its operations are the same in each. */
interface Protocol {

  /** An operation with its input, whose members have the API's names and types. */
  record Spoken(String operation, ObjectNode input) {}

  /**
   * Reads a request.
   *
   * @return empty if it is of another protocol
   * @throws Refusal if it is of this one, but cannot be read
   */
  Optional<Spoken> read(Request request);

  /**
   * How an answer is put.
   *
   * @param output of the operation, with times as {@link java.time.Instant}; empty if it has none
   */
  Reply done(String operation, ObjectNode output);

  /** How a refusal is put. */
  Reply refused(Refusal refusal);

  /**
   * CloudWatch was a query API, whose clients know errors by these names; others are told of them
   * in a header (Smithy, "awsQueryCompatible trait").
   */
  static String queryCode(Refusal refusal) {
    return switch (refusal.code()) {
      case "ValidationException" -> "ValidationError";
      case "ThrottlingException" -> "Throttling";
      case "InternalServiceFault" -> "InternalServiceError";
      default -> refusal.code();
    };
  }

  /** That header. */
  static Map<String, String> queryError(Refusal refusal) {
    return Map.of(
        "x-amzn-query-error",
        queryCode(refusal) + ";" + (refusal.isCallers() ? "Sender" : "Receiver"));
  }
}
