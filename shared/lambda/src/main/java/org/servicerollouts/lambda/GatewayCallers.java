package org.servicerollouts.lambda;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.servicerollouts.domain.Problem;

/**
 * Lets in callers that the gateway has identified. The event must say so, because routes may be
 * open for some seconds while a stack changes from another mode.
 */
final class GatewayCallers {
  private GatewayCallers() {}

  /** By a signature that the gateway has checked; its policies decide what the sender may do. */
  static final Callers IAM =
      request ->
          Caller.ofArn(request.iamArn().orElseThrow(Refused.CREDENTIALS_MISSING::exception), false);

  /**
   * By a token whose signature and dates the gateway has checked. Everything else is checked here
   * again: while a stack changes, the gateway's authorizer may be that of another issuer.
   */
  static final class Jwt implements Callers {
    private final Stage.Tokens tokens;

    Jwt(Stage.Tokens tokens) {
      this.tokens = tokens;
    }

    @Override
    public Caller callerOf(HttpRequest request) {
      if (!request.hasJwt()) {
        throw Refused.CREDENTIALS_MISSING.exception();
      }
      if (request.jwtClaim("iss").filter(tokens.issuer()::equals).isEmpty()) {
        throw invalid(request, "iss", "the issuer that this deployment names").exception();
      }
      if (audiences(request).noneMatch(tokens.audiences()::contains)) {
        throw invalid(request, "aud", "an audience that this deployment names").exception();
      }
      String subject =
          request
              .jwtClaim("sub")
              .filter(name -> !name.isBlank())
              .orElseThrow(() -> invalid(request, "sub", "the token's subject").exception());
      if (!allows(scopes(request), request.onlyReads())) {
        throw Refused.SCOPE_INSUFFICIENT.exception();
      }
      return new Caller(subject, true);
    }

    private boolean allows(Set<String> scopes, boolean onlyReads) {
      Optional<String> read = tokens.readScope();
      Optional<String> write = tokens.writeScope();
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
          .map(Jwt::values)
          .orElse(Stream.empty());
    }

    /** "scope or scp claim" (API Gateway, "JWT authorizers"). */
    private static Set<String> scopes(HttpRequest request) {
      return Stream.of("scope", "scp")
          .flatMap(claim -> request.jwtClaim(claim).stream())
          .flatMap(Jwt::values)
          .collect(Collectors.toSet());
    }

    /**
     * The values of a claim that may have several, separated by spaces (RFC 6749, section 3.3). The
     * gateway writes a list as {@code [a b]}, so one value in brackets cannot be told from a list.
     */
    private static Stream<String> values(String claim) {
      boolean isList = claim.startsWith("[") && claim.endsWith("]");
      String bare = isList ? claim.substring(1, claim.length() - 1) : claim;
      return Stream.of(bare.split(" ")).filter(value -> !value.isEmpty());
    }

    private static Problem invalid(HttpRequest request, String claim, String expectation) {
      String value = request.jwtClaim(claim).orElse("");
      return Problem.of(
          Problem.Kind.ACCESS_TOKEN_INVALID,
          "Request had invalid authentication credentials. "
              + Problem.invalid(claim, value, expectation).message());
    }
  }
}
