package org.servicerollouts.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A request that named itself, so that it can be sent again without being done again.
 *
 * @param caller who sent it; another caller's request of the same id is another request
 * @param session the name by which earlier versions told callers apart; empty where it is {@code
 *     caller}. Requests that were kept under it are known again too.
 * @param id a UUID
 * @param hash of all that it asks for: the same id must not ask for anything else
 */
public record Request(String caller, Optional<String> session, String id, String hash) {

  /** How long it is known again. */
  public static final Duration KNOWN = Duration.ofHours(24);

  /** A sort key holds 1024 bytes; a caller's name, which a token may give, has no bound. */
  private static final int LONGEST_CALLER = 512;

  public Request {
    session = session.filter(Predicate.not(caller::equals)).map(Request::bounded);
    caller = bounded(caller);
  }

  /** Of a caller that has one name only. */
  public Request(String caller, String id, String hash) {
    this(caller, Optional.empty(), id, hash);
  }

  private static String bounded(String caller) {
    byte[] name = caller.getBytes(StandardCharsets.UTF_8);
    return name.length <= LONGEST_CALLER ? caller : sha256(name);
  }

  private static String sha256(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
