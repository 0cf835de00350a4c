package org.servicerollouts.wire.google;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.domain.Replicas;
import org.servicerollouts.wire.Misfits;
import org.servicerollouts.wire.Query;

/**
 * Who is to be told what they get of a service, beside how it is divided.
 *
 * @param key a user or device, or whatever else is to stay with one config
 * @param replica a replica's ordinal, counted from 0
 */
public record AllocationRequest(Optional<String> key, OptionalLong replica) {
  private static final String KEY = "key";
  private static final String REPLICA = "replica";

  /** More digits than any ordinal has, and few enough for a long. */
  private static final Pattern ORDINAL = Pattern.compile("[0-9]{1,15}");

  /**
   * What {@code query} asks for.
   *
   * @throws ProblemException for an empty key, an ordinal that is no whole number, or both
   */
  public static AllocationRequest of(Query query) {
    Optional<String> key = Optional.ofNullable(query.values().get(KEY));
    OptionalLong replica =
        query
            .find(REPLICA)
            .map(text -> OptionalLong.of(ordinal(text)))
            .orElseGet(OptionalLong::empty);
    // Without a value a parameter counts as absent elsewhere; here it is a user whose id got lost.
    key.filter(String::isEmpty)
        .ifPresent(
            empty -> {
              throw Problem.invalid(KEY, empty, "1 character or more").exception();
            });
    if (key.isPresent() && replica.isPresent()) {
      throw Misfits.givenBeside(KEY, REPLICA).exception();
    }
    return new AllocationRequest(key, replica);
  }

  private static long ordinal(String text) {
    if (!ORDINAL.matcher(text).matches()) {
      throw refusedReplica(text, "a whole number from 0 to " + (Replicas.MAX_TOTAL - 1))
          .exception();
    }
    return Long.parseLong(text);
  }

  /** A replica that is not there. */
  static Problem refusedReplica(Object given, String expectation) {
    return Problem.invalid(REPLICA, given, expectation);
  }
}
