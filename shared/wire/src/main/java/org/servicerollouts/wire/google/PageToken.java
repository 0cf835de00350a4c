package org.servicerollouts.wire.google;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * Where the next page of a list starts, as an opaque, URL-safe token that fits only the query it
 * was given for.
 *
 * <p>It carries a checksum, no signature: a forged one could only start another page of the same
 * list of the same service, which its sender may read anyway.
 *
 * @param place where the page before ended, as the store names it
 */
record PageToken(String place) {
  private static final int CHECKSUM_BYTES = 8;

  /** The token for the query {@code binding}. */
  String encode(String binding) {
    byte[] text = place.getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(CHECKSUM_BYTES + text.length)
            .put(checksum(binding, place))
            .put(text)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * What {@code text} says to the query {@code binding}.
   *
   * @throws ProblemException for a token that was changed, or was given for another query
   */
  static PageToken decode(String binding, String text) {
    PageToken token = new PageToken(place(text));
    if (!token.encode(binding).equals(text)) {
      throw refused(text);
    }
    return token;
  }

  private static String place(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length < CHECKSUM_BYTES) {
        throw refused(text);
      }
      return new String(
          bytes, CHECKSUM_BYTES, bytes.length - CHECKSUM_BYTES, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused(text);
    }
  }

  static ProblemException refused(String text) {
    return Problem.invalid(
            "pageToken",
            text,
            "the nextPageToken of the page before, with the same service, filter and body")
        .exception();
  }

  private static byte[] checksum(String binding, String place) {
    try {
      byte[] text = (place + " " + binding).getBytes(StandardCharsets.UTF_8);
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(text), CHECKSUM_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
