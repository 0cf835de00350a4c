package org.servicerollouts.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * The parameters of a raw query string, decoded. A name without {@code =} has an empty value; of a
 * name given twice the last value counts.
 */
public record Query(Map<String, String> values) {

  public Query {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Reads {@code raw}, which may be empty.
   *
   * @throws ProblemException for what is no percent-encoded UTF-8
   */
  public static Query parse(String raw) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        values.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return new Query(values);
  }

  /** The value of {@code name}, unless it is empty: that is the same as absent. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  private static String decode(String encoded) {
    byte[] in = encoded.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%') {
        int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
        int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw undecodable(encoded);
        }
        out.put((byte) (high * 16 + low));
        i += 2;
      } else {
        out.put(in[i] == '+' ? (byte) ' ' : in[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw undecodable(encoded);
    }
  }

  private static ProblemException undecodable(String encoded) {
    return Problem.invalid("query", encoded, "UTF-8, percent-encoded").exception();
  }
}
