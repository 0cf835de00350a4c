package org.servicerollouts.lambda;

import org.servicerollouts.domain.Problem;

/** Refusals of callers, in Google's words. */
final class Refused {
  private Refused() {}

  private static final String EXPECTED =
      "Expected OAuth 2 access token, login cookie or other valid authentication credential.";

  static final Problem CREDENTIALS_MISSING =
      Problem.of(
          Problem.Kind.CREDENTIALS_MISSING,
          "Request is missing required authentication credential. " + EXPECTED);

  static final Problem TOKEN_INVALID =
      Problem.of(
          Problem.Kind.ACCESS_TOKEN_INVALID,
          "Request had invalid authentication credentials. " + EXPECTED);

  static final Problem KEY_INVALID =
      Problem.of(Problem.Kind.API_KEY_INVALID, "API key not valid. Please pass a valid API key.");

  static final Problem SCOPE_INSUFFICIENT =
      Problem.of(
          Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT,
          "Request had insufficient authentication scopes.");
}
