package org.servicerollouts.wire.google;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Query;

/** The ids that clients give requests so that they can repeat them (AIP-155). */
public final class RequestIds {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private RequestIds() {}

  /**
   * The id that {@code query} gives, in lower case.
   *
   * @throws ProblemException for what is no UUID
   */
  public static Optional<String> of(Query query) {
    return query
        .find("requestId")
        .map(
            id -> {
              if (!UUID.matcher(id).matches()) {
                throw Problem.invalid("requestId", id, "a UUID").exception();
              }
              return id.toLowerCase(Locale.ROOT);
            });
  }
}
