package org.servicerollouts.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {

  /** The key of the published vectors: the bytes 00 to 0f. */
  private static final SipHash PUBLISHED = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  /**
   * The outputs for 0 to 63 bytes, 00 01 02 and so on (github.com/veorq/SipHash, vectors.h,
   * vectors_sip64).
   */
  private static final List<String> VECTORS =
      List.of(
          """
          310e0edd47db6f72 fd67dc93c539f874 5a4fa9d909806c0d 2d7efbd796666785
          b7877127e09427cf 8da699cd64557618 cee3fe586e46c9cb 37d1018bf50002ab
          6224939a79f5f593 b0e4a90bdf82009e f3b9dd94c5bb5d7a a7ad6b22462fb3f4
          fbe50e86bc8f1e75 903d84c02756ea14 eef27a8e90ca23f7 e545be4961ca29a1
          db9bc2577fcc2a3f 9447be2cf5e99a69 9cd38d96f0b3c14b bd6179a71dc96dbb
          98eea21af25cd6be c7673b2eb0cbf2d0 883ea3e395675393 c8ce5ccd8c030ca8
          94af49f6c650adb8 eab8858ade92e1bc f315bb5bb835d817 adcf6b0763612e2f
          a5c91da7acaa4dde 716595876650a2a6 28ef495c53a387ad 42c341d8fa92d832
          ce7cf2722f512771 e37859f94623f3a7 381205bb1ab0e012 ae97a10fd434e015
          b4a31508beff4d31 81396229f0907902 4d0cf49ee5d4dcca 5c73336a76d8bf9a
          d0a704536ba93e0e 925958fcd6420cad a915c29bc8067318 952b79f3bc0aa6d4
          f21df2e41d4535f9 87577519048f53a9 10a56cf5dfcd9adb eb75095ccd986cd0
          51a9cb9ecba312e6 96afadfc2ce666c7 72fe52975a4364ee 5a1645b276d592a1
          b274cb8ebf87870a 6f9bb4203de7b381 eaecb2a30b22a87f 9924a43cc1315724
          bd838d3aafbf8db7 0b1a2a3265d51aea 135079a3231ce660 932b2846e4d70666
          e1915f5cb1eca46c f325965ca16d629f 575ff28e60381be5 724506eb4c328a95
          """
              .strip()
              .split("\\s+"));

  @Test
  void answersThePublishedVectors() {
    assertThat(VECTORS).hasSize(64);
    StringBuilder input = new StringBuilder();
    for (String vector : VECTORS) {
      assertThat(PUBLISHED.hash(input.toString())).as("%s", input.length()).isEqualTo(read(vector));
      input.append((char) input.length());
    }
  }

  /** Appendix A of the paper. */
  @Test
  void answersThePapersExample() {
    assertThat(PUBLISHED.hash("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16"))
        .isEqualTo(0xa129ca6149be45e5L);
  }

  private static long read(String lowestByteFirst) {
    return Long.reverseBytes(HexFormat.fromHexDigitsToLong(lowestByteFirst));
  }

  @Property
  void hashesTheUtf8OfAnyText(@ForAll long k0, @ForAll long k1, @ForAll("texts") String text) {
    assertThat(new SipHash(k0, k1).hash(text))
        .isEqualTo(ofBytes(k0, k1, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Integer> characters =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 0x7f),
            Arbitraries.integers().between(0x80, 0x7ff),
            Arbitraries.integers()
                .between(0x800, 0xffff)
                .filter(c -> !Character.isSurrogate((char) c.intValue())),
            Arbitraries.integers().between(0x10000, 0x10ffff),
            Arbitraries.of(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff));
    Arbitrary<String> mixed =
        characters
            .list()
            .ofMaxSize(40)
            .map(
                list ->
                    list.stream()
                        .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                        .toString());
    return Arbitraries.oneOf(mixed, Arbitraries.strings().ascii().ofMaxLength(600));
  }

  @ParameterizedTest
  @CsvSource({
    "'\ud83d', '\ufffd'",
    "'\ude00', '\ufffd'",
    "'\ude00\ud83d', '\ufffd\ufffd'",
    "'a\ud83db', 'a\ufffdb'",
    "'1234567\ud83d\ud83d\ude00', '1234567\ufffd\ud83d\ude00'",
  })
  void halfAPairCountsAsTheReplacementCharacter(String given, String as) {
    assertThat(PUBLISHED.hash(given)).isEqualTo(PUBLISHED.hash(as));
  }

  /** The paper's algorithm to the letter, on bytes and integers without end. */
  private static long ofBytes(long k0, long k1, byte[] bytes) {
    BigInteger[] v = {
      unsigned(k0 ^ 0x736f6d6570736575L),
      unsigned(k1 ^ 0x646f72616e646f6dL),
      unsigned(k0 ^ 0x6c7967656e657261L),
      unsigned(k1 ^ 0x7465646279746573L)
    };
    int words = bytes.length / 8 + 1;
    byte[] padded = new byte[words * 8];
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    padded[padded.length - 1] = (byte) bytes.length;
    for (int i = 0; i < words; i++) {
      BigInteger word = BigInteger.ZERO;
      for (int j = 7; j >= 0; j--) {
        word = word.shiftLeft(8).or(BigInteger.valueOf(padded[8 * i + j] & 0xff));
      }
      v[3] = v[3].xor(word);
      rounds(v, 2);
      v[0] = v[0].xor(word);
    }
    v[2] = v[2].xor(BigInteger.valueOf(0xff));
    rounds(v, 4);
    return v[0].xor(v[1]).xor(v[2]).xor(v[3]).longValue();
  }

  private static void rounds(BigInteger[] v, int count) {
    for (int i = 0; i < count; i++) {
      half(v, 0, 1, 13, true);
      half(v, 2, 3, 16, false);
      half(v, 0, 3, 21, false);
      half(v, 2, 1, 17, true);
    }
  }

  private static void half(BigInteger[] v, int sum, int turned, int bits, boolean swap) {
    v[sum] = v[sum].add(v[turned]).and(MASK);
    v[turned] = rotated(v[turned], bits).xor(v[sum]);
    if (swap) {
      v[sum] = rotated(v[sum], 32);
    }
  }

  private static final BigInteger MASK = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static BigInteger rotated(BigInteger value, int bits) {
    return value.shiftLeft(bits).and(MASK).or(value.shiftRight(64 - bits));
  }

  private static BigInteger unsigned(long value) {
    return BigInteger.valueOf(value).and(MASK);
  }
}
