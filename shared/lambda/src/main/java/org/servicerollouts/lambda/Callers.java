package org.servicerollouts.lambda;

import java.time.InstantSource;
import org.servicerollouts.domain.ProblemException;

/** Decides who a request comes from, and whether it is let in: every handler asks first. */
@FunctionalInterface
public interface Callers {

  /** The gateway has decided (IAM, JWT), or everybody is let in. */
  Callers OF_THE_GATEWAY = HttpRequest::caller;

  /**
   * The name of whoever sent {@code request}.
   *
   * @throws ProblemException for one that is not let in
   */
  String nameOf(HttpRequest request);

  /** As a function's environment says: {@code AUTH_MODE}, and for KEYS {@code KEYS_PARAMETER}. */
  static Callers fromEnvironment() {
    return "KEYS".equals(System.getenv("AUTH_MODE"))
        ? new KeyCallers(new HeldKeys(SsmKeys.fromEnvironment(), InstantSource.system()))
        : OF_THE_GATEWAY;
  }
}
