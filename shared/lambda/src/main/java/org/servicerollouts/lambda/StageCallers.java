package org.servicerollouts.lambda;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.store.Nonces;
import org.servicerollouts.store.Table;
import org.servicerollouts.wire.Surface;

/**
 * Lets in the callers that the stage's variables name. The gateway hands these over with each
 * request, so that they change together with its routes; a stage that says nothing is closed.
 *
 * <p>Each mode is checked whole, though the route has checked some of it: routes and stage of a
 * deployment change one after the other, and in between no request may pass that neither the old
 * mode nor the new one lets in.
 */
public final class StageCallers implements Callers {
  private static final Callers CLOSED =
      closed(
          "This deployment lets no caller in, because it does not say completely who may call"
              + " (expected: AuthMode with the parameters that it needs).");

  private static final Callers NO_ACCESS_KEYS =
      closed(
          "This deployment takes no PAI-EAS calls, because it knows no access keys (expected:"
              + " KeysParameter).");

  private final Function<String, Supplier<String>> parameters;
  private final Nonces nonces;
  private final InstantSource clock;

  /** Of the parameter that the stage named last: it may name another at any time. */
  private Optional<NamedKeys> held = Optional.empty();

  private record NamedKeys(String parameter, HeldKeys keys) {}

  /**
   * @param parameters what reads the keys, as {@link Keys#parse} takes them, by the parameter's
   *     name
   */
  public StageCallers(
      Function<String, Supplier<String>> parameters, Nonces nonces, InstantSource clock) {
    this.parameters = parameters;
    this.nonces = nonces;
    this.clock = clock;
  }

  /** With keys from SSM. */
  public static StageCallers of(Table table) {
    return new StageCallers(
        SsmParameter::fromEnvironment, new Nonces(table), InstantSource.system());
  }

  @Override
  public Caller callerOf(HttpRequest request) {
    Stage stage = new Stage(request);
    Callers callers =
        switch (Surface.of(request.path())) {
          case GOOGLE -> google(stage);
          case EAS -> eas(stage);
        };
    return callers.callerOf(request);
  }

  private Callers google(Stage stage) {
    return switch (stage.mode()) {
      case IAM -> GatewayCallers.IAM;
      case JWT -> stage.jwt().<Callers>map(GatewayCallers.Jwt::new).orElse(CLOSED);
      case KEYS -> keys(stage).<Callers>map(KeyCallers::new).orElse(CLOSED);
      case NONE -> ANYBODY;
      case UNKNOWN -> CLOSED;
    };
  }

  /** Its clients sign with access keys in every mode. */
  private Callers eas(Stage stage) {
    return switch (stage.mode()) {
      case IAM, JWT, KEYS -> signed(stage).orElse(NO_ACCESS_KEYS);
      case NONE -> signed(stage).orElse(ANYBODY);
      case UNKNOWN -> CLOSED;
    };
  }

  private Optional<Callers> signed(Stage stage) {
    return keys(stage).map(held -> new SignedCallers(held, nonces, clock));
  }

  private Optional<HeldKeys> keys(Stage stage) {
    return stage.keysParameter().map(this::keysOf);
  }

  private synchronized HeldKeys keysOf(String parameter) {
    NamedKeys named =
        held.filter(last -> last.parameter().equals(parameter))
            .orElseGet(
                () -> new NamedKeys(parameter, new HeldKeys(parameters.apply(parameter), clock)));
    held = Optional.of(named);
    return named.keys();
  }

  private static Callers closed(String why) {
    Problem problem = Problem.of(Problem.Kind.ACCESS_CLOSED, why);
    return request -> {
      throw problem.exception();
    };
  }
}
