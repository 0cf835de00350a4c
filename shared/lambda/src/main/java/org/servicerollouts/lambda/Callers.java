package org.servicerollouts.lambda;

import java.time.InstantSource;
import java.util.Optional;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.Nonces;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Surface;

/** Decides who a request comes from, and whether it is let in: every handler asks first. */
@FunctionalInterface
public interface Callers {

  /** Everybody is let in, under the name that the gateway knows. */
  Callers OF_THE_GATEWAY = HttpRequest::caller;

  /** Nobody is let in, since there is no key that could be shown. */
  Callers NOBODY =
      request -> {
        throw Problem.of(
                Problem.Kind.ACCESS_KEY_NOT_FOUND,
                "No access key is known here: whoever runs this deployment has named none.")
            .exception();
      };

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

  /** On each surface as its own clients show who they are. */
  static Callers bySurface(Callers google, Callers eas) {
    return request ->
        switch (Surface.of(request.path())) {
          case GOOGLE -> google.nameOf(request);
          case EAS -> eas.nameOf(request);
        };
  }

  /** With keys on both surfaces. */
  static Callers withKeys(HeldKeys keys, Nonces nonces, InstantSource clock) {
    return bySurface(new KeyCallers(keys), new Acs3Callers(keys, nonces, clock));
  }

  /**
   * As a function's environment says: {@code AUTH_MODE} (KEYS, NONE, or GATEWAY where the gateway
   * decides of Google's surface), and {@code KEYS_PARAMETER}, without which nobody is let in on
   * PAI-EAS's unless all are.
   */
  static Callers fromEnvironment(Table table) {
    InstantSource clock = InstantSource.system();
    Optional<HeldKeys> keys =
        Optional.ofNullable(System.getenv("KEYS_PARAMETER"))
            .filter(parameter -> !parameter.isEmpty())
            .map(parameter -> new HeldKeys(SsmKeys.fromEnvironment(parameter), clock));
    Callers acs3 =
        keys.<Callers>map(held -> new Acs3Callers(held, new Nonces(table), clock)).orElse(NOBODY);
    return switch (Optional.ofNullable(System.getenv("AUTH_MODE")).orElse("")) {
      case "KEYS" -> bySurface(keys.<Callers>map(KeyCallers::new).orElse(NOBODY), acs3);
      case "NONE" -> bySurface(OF_THE_GATEWAY, keys.isPresent() ? acs3 : OF_THE_GATEWAY);
      default -> bySurface(GUARDED, acs3);
    };
  }
}
