package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Why a request is refused, in words for whoever sent it: the name, its value and what was
 * expected. How each kind reads on the wire (HTTP status, code, reason) stands in one table of the
 * wire formats.
 *
 * @param kind what sort of refusal it is
 * @param message the text that clients see
 * @param field the path of the offending field, where it is one field
 */
public record Problem(Kind kind, String message, Optional<String> field) {

  /** The sorts of refusals. */
  public enum Kind {
    INVALID_VALUE,
    MISSING_VALUE,
    MALFORMED_BODY,
    UNKNOWN_FIELD,
    BODY_TOO_LARGE,
    /** Nobody says who is asking. */
    CREDENTIALS_MISSING,
    ACCESS_TOKEN_INVALID,
    API_KEY_INVALID,
    /** The deployment lets no caller in, whatever is shown. */
    ACCESS_CLOSED,
    /** Whoever is asking may only read. */
    ACCESS_TOKEN_SCOPE_INSUFFICIENT,
    /** Not signed, or not all of it. */
    SIGNATURE_INCOMPLETE,
    SIGNATURE_MISMATCH,
    ACCESS_KEY_NOT_FOUND,
    TIMESTAMP_EXPIRED,
    NONCE_USED,
    SECURITY_TOKEN_UNSUPPORTED,
    SERVICE_NOT_FOUND,
    /** The service that is to be enabled; Service Usage names the reason so. */
    SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED,
    CONFIG_NOT_FOUND,
    ROLLOUT_NOT_FOUND,
    OPERATION_NOT_FOUND,
    METHOD_NOT_FOUND,
    /** The path is known, but not with this HTTP method. */
    METHOD_NOT_ALLOWED,
    SERVICE_EXISTS,
    CONFIG_EXISTS,
    ROLLOUT_EXISTS,
    PLAN_EXISTS,
    /** Another rollout is on its way or waits, and the new one is not to disturb it. */
    ROLLOUT_IN_THE_WAY,
    /** As many rollouts wait as can. */
    QUEUE_FULL,
    ROLLOUTS_NOT_ENABLED,
    WRONG_SERVICE_TYPE,
    FAILED_PRECONDITION,
    /** Others changed the same service first, in every one of our tries. */
    ABORTED,
    /** More is asked at once than can be done; a little later it can. */
    THROTTLED,
    /** Ours: the client learns no more than this. */
    INTERNAL
  }

  public Problem {
    requireNonNull(kind, "kind is null");
    requireNonNull(message, "message is null");
    requireNonNull(field, "field is null");
  }

  public static Problem of(Kind kind, String message) {
    return new Problem(kind, message, Optional.empty());
  }

  /**
   * {@code name: value (expected: expectation)}; the value is printed as given, strings in quotes.
   */
  public static Problem invalid(String name, Object value, String expectation) {
    return new Problem(
        Kind.INVALID_VALUE,
        name + ": " + print(value) + " (expected: " + expectation + ")",
        Optional.of(name));
  }

  public static Problem missing(String name, String expectation) {
    return new Problem(
        Kind.MISSING_VALUE, name + ": missing (expected: " + expectation + ")", Optional.of(name));
  }

  public ProblemException exception() {
    return new ProblemException(this);
  }

  private static String print(Object value) {
    return value instanceof CharSequence text
        ? "\"" + Printable.of(text.toString()) + "\""
        : String.valueOf(value);
  }
}
