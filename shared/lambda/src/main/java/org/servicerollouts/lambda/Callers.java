package org.servicerollouts.lambda;

import org.servicerollouts.domain.ProblemException;

/** Decides who a request comes from, and whether it is let in: every handler asks first. */
@FunctionalInterface
public interface Callers {

  /** Lets everybody in, under the name that the gateway knows. */
  Callers ANYBODY =
      request ->
          request
              .iamArn()
              .map(arn -> Caller.ofArn(arn, true))
              .orElseGet(() -> new Caller(request.jwtClaim("sub").orElse("anonymous"), true));

  /**
   * The sender of {@code request}.
   *
   * @throws ProblemException for a request that is not let in
   */
  Caller callerOf(HttpRequest request);
}
