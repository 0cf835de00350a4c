package org.servicerollouts.lambda;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;

/**
 * Lets in whom the gateway has identified. That it has is read off the event, because its routes
 * may be open for some seconds while a stack changes from another mode.
 */
final class GatewayCallers {
  private GatewayCallers() {}

  /** By a signature that the gateway has checked; its policies decide what the sender may do. */
  static final Callers IAM =
      request ->
          new Caller(request.iamArn().orElseThrow(Refused.CREDENTIALS_MISSING::exception), false);

  /**
   * By a token whose signature and dates the gateway has checked. Everything else is checked here
   * again: while a stack changes, the gateway's authorizer may be that of another issuer.
   */
  static final class Jwt implements Callers {
    private static final String NONE_OF_OURS =
        "Request had invalid authentication credentials. Claim ";

    private final Stage.Tokens good;

    Jwt(Stage.Tokens good) {
      this.good = good;
    }

    @Override
    public Caller callerOf(HttpRequest request) {
      if (!request.hasJwt()) {
        throw Refused.CREDENTIALS_MISSING.exception();
      }
      if (request.jwtClaim("iss").filter(good.issuer()::equals).isEmpty()) {
        throw invalid("iss", "the issuer that this deployment names").exception();
      }
      if (audiences(request).noneMatch(good.audiences()::contains)) {
        throw invalid("aud", "an audience that this deployment names").exception();
      }
      String subject =
          request
              .jwtClaim("sub")
              .filter(name -> !name.isBlank())
              .orElseThrow(() -> invalid("sub", "whose token it is").exception());
      if (!allows(scopes(request), request.onlyReads())) {
        throw Refused.SCOPE_INSUFFICIENT.exception();
      }
      return new Caller(subject, true);
    }

    private boolean allows(Set<String> scopes, boolean onlyReads) {
      Optional<String> read = good.readScope();
      Optional<String> write = good.writeScope();
      return onlyReads
          ? read.isEmpty()
              || scopes.contains(read.get())
              || write.filter(scopes::contains).isPresent()
          : write.or(() -> read).map(scopes::contains).orElse(true);
    }

    /** "client_id … only if aud is not present" (API Gateway, "JWT authorizers"). */
    private static Stream<String> audiences(HttpRequest request) {
      return request
          .jwtClaim("aud")
          .or(() -> request.jwtClaim("client_id"))
          .map(Jwt::several)
          .orElse(Stream.empty());
    }

    /** "scope or scp claim" (API Gateway, "JWT authorizers"). */
    private static Set<String> scopes(HttpRequest request) {
      return Stream.of("scope", "scp")
          .flatMap(claim -> request.jwtClaim(claim).stream())
          .flatMap(Jwt::several)
          .collect(Collectors.toSet());
    }

    /** A claim with several values: the gateway writes a list as {@code [a b]}. */
    private static Stream<String> several(String claim) {
      String bare =
          claim.startsWith("[") && claim.endsWith("]")
              ? claim.substring(1, claim.length() - 1)
              : claim;
      return Stream.of(bare.split("[ ,]+")).filter(value -> !value.isEmpty());
    }

    private static Problem invalid(String claim, String expectation) {
      return Problem.of(
          Problem.Kind.ACCESS_TOKEN_INVALID,
          NONE_OF_OURS + claim + " does not fit (expected: " + expectation + ").");
    }
  }
}
