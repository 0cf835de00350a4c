package org.servicerollouts.local;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Percent-decoding that refuses what java.net.URLDecoder lets through, and leaves {@code +} alone.
 */
final class Percent {

  private Percent() {}

  /**
   * {@code text} decoded once; empty if a percent sign starts no escape or the bytes are no UTF-8.
   */
  static Optional<String> decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded.write(bytes[i]);
        continue;
      }
      int value = i + 2 < bytes.length ? 16 * digit(bytes[i + 1]) + digit(bytes[i + 2]) : -1;
      if (value < 0) {
        return Optional.empty();
      }
      decoded.write(value);
      i += 2;
    }
    return utf8(decoded.toByteArray());
  }

  /** {@code bytes} as text; empty if they are no UTF-8. */
  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Far enough below zero that no second digit lifts the sum. */
  private static int digit(byte b) {
    int digit = Character.digit(b, 16);
    return digit < 0 ? -1000 : digit;
  }
}
