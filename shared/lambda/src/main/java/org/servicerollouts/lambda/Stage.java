package org.servicerollouts.lambda;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The deployment, as the stage that a request came by describes it: by the stage variables that
 * template.yaml sets from the stack's parameters. A comma stands for none: API Gateway takes no
 * empty variable, and keeps one that an update leaves out.
 */
public final class Stage {
  private static final String NONE_SET = ",";

  private final HttpRequest request;

  public Stage(HttpRequest request) {
    this.request = request;
  }

  /** Who may call; PAI-EAS's calls are signed in every mode but NONE. */
  enum Mode {
    IAM,
    JWT,
    KEYS,
    NONE,
    /** The stage names no mode, or none of these. */
    UNKNOWN
  }

  /** The cluster of a PAI-EAS service whose creation names none. */
  public Optional<String> defaultCluster() {
    return variable("DEFAULT_CLUSTER");
  }

  Mode mode() {
    String named = variable("AUTH_MODE").orElse("");
    return Stream.of(Mode.values())
        .filter(mode -> mode.name().equals(named))
        .findFirst()
        .orElse(Mode.UNKNOWN);
  }

  /** The name of the parameter that holds the keys. */
  Optional<String> keysParameter() {
    return variable("KEYS_PARAMETER");
  }

  /** Which tokens are good; empty unless issuer and audience are both said. */
  Optional<Tokens> jwt() {
    return variable("JWT_ISSUER")
        .flatMap(
            issuer ->
                variable("JWT_AUDIENCE")
                    .map(
                        audience ->
                            new Tokens(
                                issuer,
                                Set.copyOf(List.of(audience.split(","))),
                                variable("JWT_READ_SCOPE"),
                                variable("JWT_WRITE_SCOPE"))));
  }

  /**
   * The tokens that let in.
   *
   * @param audiences one of them must be the token's
   * @param readScope what a token needs to read; empty: nothing
   * @param writeScope what a token needs to change anything, which reads too; empty: what it needs
   *     to read
   */
  record Tokens(
      String issuer,
      Set<String> audiences,
      Optional<String> readScope,
      Optional<String> writeScope) {
    Tokens {
      audiences = Set.copyOf(audiences);
    }
  }

  private Optional<String> variable(String name) {
    return request.stageVariable(name).filter(value -> !value.equals(NONE_SET));
  }
}
