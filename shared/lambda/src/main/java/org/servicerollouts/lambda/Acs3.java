package org.servicerollouts.lambda;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Query;

/**
 * The signature of a request by ACS3-HMAC-SHA256, Alibaba Cloud's signature version 3: who claims
 * to have signed it, which headers, and whether the claim holds.
 *
 * @param accessKeyId whose key it claims to be
 * @param signedHeaders in lower case, as they were signed
 * @param signature lower-case hex
 */
record Acs3(String accessKeyId, List<String> signedHeaders, String signature) implements Signature {
  private static final String ALGORITHM = "ACS3-HMAC-SHA256";
  private static final String CONTENT_HASH = "x-acs-content-sha256";
  private static final List<String> ALWAYS = List.of("host", "x-acs-date", CONTENT_HASH);
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          ALGORITHM
              + " Credential=([^,\\s]+),\\s*SignedHeaders=([a-z0-9;_-]+),\\s*Signature=([0-9a-f]{64})");

  Acs3 {
    signedHeaders = List.copyOf(signedHeaders);
  }

  /** The claim that the header {@code Authorization} makes, if it is one of this algorithm. */
  static Optional<Acs3> of(String authorization) {
    Matcher parts = AUTHORIZATION.matcher(authorization);
    return parts.matches()
        ? Optional.of(
            new Acs3(parts.group(1), List.of(parts.group(2).split(";", -1)), parts.group(3)))
        : Optional.empty();
  }

  /**
   * Whether it signs all that it must: the host, the type of the body and every header of Alibaba
   * Cloud's own.
   */
  @Override
  public boolean isComplete(HttpRequest request) {
    return signedHeaders.containsAll(ALWAYS)
        && request.headerNames().stream()
            .filter(Acs3::mustBeSigned)
            .allMatch(signedHeaders::contains);
  }

  private static boolean mustBeSigned(String header) {
    return header.startsWith("x-acs-") || header.equals("content-type");
  }

  @Override
  public boolean isTakenOf(Keys.AccessKey key) {
    return true;
  }

  @Override
  public boolean isOf(HttpRequest request, String secret) {
    String toSign = ALGORITHM + "\n" + sha256(canonical(request).getBytes(StandardCharsets.UTF_8));
    return MessageDigest.isEqual(
        hmac(secret, toSign).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }

  private String canonical(HttpRequest request) {
    String headers =
        signedHeaders.stream()
            .map(name -> name + ":" + request.header(name).orElse("").strip() + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        request.method(),
        path(request.path()),
        query(request.rawQuery()),
        headers,
        String.join(";", signedHeaders),
        request.header(CONTENT_HASH).orElse(""));
  }

  /** The gateway hands the path over decoded, so it is encoded again as the SDK did it. */
  private static String path(String decoded) {
    return Stream.of(decoded.split("/", -1)).map(Acs3::encoded).collect(Collectors.joining("/"));
  }

  /** In the order of the names, not of the pairs. */
  private static String query(String raw) {
    return new TreeMap<>(Query.parse(raw).values())
        .entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  @Override
  public String dateHeader() {
    return "x-acs-date";
  }

  @Override
  public String dateExample() {
    return "2026-11-22T08:24:25Z";
  }

  @Override
  public Instant parseDate(String date) {
    return Instant.parse(date);
  }

  @Override
  public void requireBody(HttpRequest request) {
    String signed = request.header(CONTENT_HASH).orElse("");
    if (!sha256(request.sent()).equals(signed)) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_MISMATCH,
              CONTENT_HASH + " is not the hash of the body that was sent.")
          .exception();
    }
  }

  @Override
  public Optional<String> unique(HttpRequest request) {
    return request.header(SignedCallers.NONCE);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
