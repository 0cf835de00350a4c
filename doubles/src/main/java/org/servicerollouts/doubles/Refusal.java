package org.servicerollouts.doubles;

/** An error that AWS answers. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /**
   * @param code the name of AWS's exception
   */
  Refusal(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  /** Whether AWS puts it down to the caller. */
  boolean isCallers() {
    return status < 500;
  }
}
