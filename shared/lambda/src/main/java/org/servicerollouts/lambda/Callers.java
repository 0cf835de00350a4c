package org.servicerollouts.lambda;

import java.time.InstantSource;
import java.util.Optional;
import org.servicerollouts.domain.ProblemException;

/** Decides who a request comes from, and whether it is let in: every handler asks first. */
@FunctionalInterface
public interface Callers {

  /** Everybody is let in, under the name that the gateway knows. */
  Callers OF_THE_GATEWAY = HttpRequest::caller;

  /**
   * Whom the gateway has let in (IAM, JWT). That it asked is checked, since while a stack changes
   * from keys to another mode its routes may be open for some seconds more.
   */
  Callers GUARDED =
      request -> {
        if (!request.isAuthorized()) {
          throw KeyCallers.MISSING.exception();
        }
        return request.caller();
      };

  /**
   * The name of whoever sent {@code request}.
   *
   * @throws ProblemException for one that is not let in
   */
  String nameOf(HttpRequest request);

  /**
   * As a function's environment says: {@code AUTH_MODE} (KEYS, NONE, or GATEWAY), and for KEYS
   * {@code KEYS_PARAMETER}.
   */
  static Callers fromEnvironment() {
    return switch (Optional.ofNullable(System.getenv("AUTH_MODE")).orElse("")) {
      case "KEYS" ->
          new KeyCallers(new HeldKeys(SsmKeys.fromEnvironment(), InstantSource.system()));
      case "NONE" -> OF_THE_GATEWAY;
      default -> GUARDED;
    };
  }
}
