package org.servicerollouts.resolver;

/**
 * SipHash-2-4 with an output of 64 bits (Aumasson, Bernstein: "SipHash: a fast short-input PRF",
 * 2012), of texts. It allocates nothing.
 *
 * @param k0 the first 8 bytes of the key, the first of them lowest
 * @param k1 the other 8
 */
public record SipHash(long k0, long k1) {
  private static final int COMPRESSION_ROUNDS = 2;
  private static final int FINALIZATION_ROUNDS = 4;

  /** U+FFFD, for a surrogate without its other half. */
  private static final int REPLACEMENT = 0xfffd;

  private static final int FIRST_OF_TWO_BYTES = 0x80;
  private static final int FIRST_OF_THREE_BYTES = 0x800;
  private static final int FIRST_OF_FOUR_BYTES = Character.MIN_SUPPLEMENTARY_CODE_POINT;

  /**
   * The hash of the UTF-8 of {@code text}. A surrogate without its other half counts as U+FFFD, as
   * on the Web (WHATWG, "Encoding Standard").
   */
  public long hash(String text) {
    long v0 = k0 ^ 0x736f6d6570736575L;
    long v1 = k1 ^ 0x646f72616e646f6dL;
    long v2 = k0 ^ 0x6c7967656e657261L;
    long v3 = k1 ^ 0x7465646279746573L;
    // The bytes that no round has taken yet, and how many bits they are.
    long word = 0;
    int bits = 0;
    int bytes = 0;
    int at = 0;
    boolean isLast;
    do {
      long beyond = 0;
      long ascii = bits == 0 ? ascii(text, at) : NOT_ASCII;
      if (ascii != NOT_ASCII) {
        word = ascii;
        bits = Long.SIZE;
        bytes += Long.BYTES;
        at += Long.BYTES;
      }
      while (bits < Long.SIZE && at < text.length()) {
        int codePoint = text.codePointAt(at);
        int size = size(codePoint);
        long utf8 = utf8(codePoint);
        at += Character.charCount(codePoint);
        bytes += size;
        word |= utf8 << bits;
        bits += size * Byte.SIZE;
        if (bits > Long.SIZE) {
          beyond = utf8 >>> (size * Byte.SIZE - (bits - Long.SIZE));
        }
      }
      isLast = bits < Long.SIZE;
      if (isLast) {
        word |= (long) bytes << (Long.SIZE - Byte.SIZE);
      }
      v3 ^= word;
      int rounds = isLast ? COMPRESSION_ROUNDS + FINALIZATION_ROUNDS : COMPRESSION_ROUNDS;
      for (int round = 0; round < rounds; round++) {
        if (round == COMPRESSION_ROUNDS) {
          v0 ^= word;
          v2 ^= 0xff;
        }
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      if (!isLast) {
        v0 ^= word;
      }
      word = beyond;
      bits -= Long.SIZE;
    } while (!isLast);
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** Eight bytes of ASCII have no highest bit. */
  private static final long NOT_ASCII = -1;

  /** The next eight characters as a word, the first lowest, if there are as many, all ASCII. */
  private static long ascii(String text, int at) {
    if (text.length() - at < Long.BYTES) {
      return NOT_ASCII;
    }
    long word = 0;
    int all = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      char c = text.charAt(at + i);
      all |= c;
      word |= (long) c << (i * Byte.SIZE);
    }
    return all < FIRST_OF_TWO_BYTES ? word : NOT_ASCII;
  }

  /** How many bytes a code point has in UTF-8. */
  private static int size(int codePoint) {
    if (codePoint < FIRST_OF_TWO_BYTES) {
      return 1;
    }
    if (codePoint < FIRST_OF_THREE_BYTES) {
      return 2;
    }
    return codePoint < FIRST_OF_FOUR_BYTES ? 3 : 4;
  }

  /** A code point's bytes in UTF-8, the first lowest. */
  private static long utf8(int codePoint) {
    return switch (size(codePoint)) {
      case 1 -> codePoint;
      case 2 -> 0xc0 | codePoint >> 6 | sixBits(codePoint, 0) << 8;
      case 3 -> {
        int c = isHalf(codePoint) ? REPLACEMENT : codePoint;
        yield 0xe0 | c >> 12 | sixBits(c, 6) << 8 | sixBits(c, 0) << 16;
      }
      default ->
          0xf0
              | codePoint >> 18
              | sixBits(codePoint, 12) << 8
              | sixBits(codePoint, 6) << 16
              | sixBits(codePoint, 0) << 24;
    };
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** One of the bytes after the first. */
  private static long sixBits(int codePoint, int from) {
    return 0x80 | ((codePoint >> from) & 0x3f);
  }
}
