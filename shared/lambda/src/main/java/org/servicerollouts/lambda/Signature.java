package org.servicerollouts.lambda;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.servicerollouts.domain.ProblemException;

/** A signature of a request, in one of Alibaba Cloud's two ways, that is still to be checked. */
sealed interface Signature permits Acs1, Acs3 {

  /** Whose key it claims to be. */
  String accessKeyId();

  /** Whether the request says and signs all that it must. */
  boolean isComplete(HttpRequest request);

  /** Whether {@code key} may sign in this way. */
  boolean isTakenOf(Keys.AccessKey key);

  /** Whether whoever has {@code secret} signed {@code request}; it takes as long whoever did. */
  boolean isOf(HttpRequest request, String secret);

  /** The header that says when the request was signed. */
  String dateHeader();

  /** A time as that header has it. */
  String dateExample();

  /**
   * The time that the header says.
   *
   * @throws DateTimeException for a text that is no such time
   */
  Instant parseDate(String date);

  /**
   * Checks that the body is the one that was signed.
   *
   * @throws ProblemException where it is not
   */
  void requireBody(HttpRequest request);

  /** What no other change that is signed with the key may have; empty where it has to be given. */
  Optional<String> unique(HttpRequest request);
}
