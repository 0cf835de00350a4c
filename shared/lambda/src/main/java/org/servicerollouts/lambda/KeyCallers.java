package org.servicerollouts.lambda;

import java.util.Optional;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Query;

/**
 * Lets in who shows a key that is known, in one of the ways that Google's clients have: a bearer
 * token (header {@code Authorization}, or {@code access_token} or {@code oauth_token} in the
 * query), or an API key (header {@code x-goog-api-key}, or {@code key} in the query). The refusals
 * are in Google's words.
 */
public final class KeyCallers implements Callers {
  private static final String BEARER = "bearer ";

  private final HeldKeys keys;

  public KeyCallers(HeldKeys keys) {
    this.keys = keys;
  }

  @Override
  public Caller callerOf(HttpRequest request) {
    Query query = Query.parse(request.rawQuery());
    Keys.Key key =
        bearer(request, query)
            .map(token -> find(token, Refused.TOKEN_INVALID))
            .or(() -> apiKey(request, query).map(text -> find(text, Refused.KEY_INVALID)))
            .orElseThrow(Refused.CREDENTIALS_MISSING::exception);
    if (key.readOnly() && !request.onlyReads()) {
      throw Refused.SCOPE_INSUFFICIENT.exception();
    }
    return new Caller(key.name(), true);
  }

  private Keys.Key find(String secret, Problem otherwise) {
    return keys.get().find(secret).orElseThrow(otherwise::exception);
  }

  private static Optional<String> bearer(HttpRequest request, Query query) {
    return request
        .header("authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip())
        .or(() -> find(query, "access_token"))
        .or(() -> find(query, "oauth_token"));
  }

  private static Optional<String> apiKey(HttpRequest request, Query query) {
    return request
        .header("x-goog-api-key")
        .or(() -> isKeyed(request) ? query.find("$key") : find(query, "key"));
  }

  /** Whether {@code key} is a parameter of the method's own: whose allocation is asked for. */
  private static boolean isKeyed(HttpRequest request) {
    return request.path().startsWith("/v1/") && request.path().endsWith("/allocation");
  }

  /** Google's clients may spell a standard parameter with a dollar before it. */
  private static Optional<String> find(Query query, String name) {
    return query.find(name).or(() -> query.find("$" + name));
  }
}
