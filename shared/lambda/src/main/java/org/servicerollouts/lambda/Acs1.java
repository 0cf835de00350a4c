package org.servicerollouts.lambda;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.wire.Query;

/**
 * The signature of a request by HMAC-SHA1, Alibaba Cloud's signature version 1.0 of ROA calls
 * ("Signature mechanism", doc-detail 28906), as the aliyun command line and older SDKs make it.
 *
 * @param accessKeyId whose key it claims to be
 * @param signature base64
 */
record Acs1(String accessKeyId, String signature) implements Signature {
  static final String SCHEME = "acs ";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(SCHEME + "([^:\\s]+):([A-Za-z0-9+/]{27}=)");
  private static final Map<String, String> METHOD =
      Map.of("x-acs-signature-method", "HMAC-SHA1", "x-acs-signature-version", "1.0");
  private static final String CONTENT_MD5 = "content-md5";

  /** The claim that the header {@code Authorization} makes, if it is one of this algorithm. */
  static Optional<Acs1> of(String authorization) {
    Matcher parts = AUTHORIZATION.matcher(authorization);
    return parts.matches()
        ? Optional.of(new Acs1(parts.group(1), parts.group(2)))
        : Optional.empty();
  }

  /**
   * Whether it says how it was made, and what is signed can be read in one way only: names and
   * values of the query are signed without any escape.
   */
  @Override
  public boolean isComplete(HttpRequest request) {
    return METHOD.entrySet().stream()
            .allMatch(
                said -> request.header(said.getKey()).filter(said.getValue()::equals).isPresent())
        && request.path().indexOf('?') < 0
        && Query.parse(request.rawQuery()).values().entrySet().stream()
            .noneMatch(
                parameter ->
                    parameter.getKey().matches("(?s).*[&=].*")
                        || parameter.getValue().indexOf('&') >= 0);
  }

  @Override
  public boolean isTakenOf(Keys.AccessKey key) {
    return key.allowSha1();
  }

  @Override
  public boolean isOf(HttpRequest request, String secret) {
    return MessageDigest.isEqual(
        hmac(secret, toSign(request)).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }

  private static String toSign(HttpRequest request) {
    String headers =
        request.headerNames().stream()
            .filter(name -> name.startsWith("x-acs-"))
            .sorted()
            .map(name -> name + ":" + header(request, name) + "\n")
            .collect(Collectors.joining());
    return String.join(
            "\n",
            request.method(),
            header(request, "accept"),
            header(request, CONTENT_MD5),
            header(request, "content-type"),
            header(request, "date"),
            headers)
        + request.path()
        + query(request.rawQuery());
  }

  private static String header(HttpRequest request, String name) {
    return request.header(name).orElse("").strip();
  }

  private static String query(String raw) {
    Map<String, String> values = new TreeMap<>(Query.parse(raw).values());
    return values.isEmpty()
        ? ""
        : values.entrySet().stream()
            .map(
                entry ->
                    entry.getValue().isEmpty()
                        ? entry.getKey()
                        : entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("&", "?", ""));
  }

  @Override
  public String dateHeader() {
    return "date";
  }

  @Override
  public String dateExample() {
    return "Sun, 22 Nov 2026 08:24:25 GMT";
  }

  @Override
  public Instant parseDate(String date) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
  }

  /** Of the body only its hash is signed, and only where there is one. */
  @Override
  public void requireBody(HttpRequest request) {
    byte[] sent = request.sent();
    Optional<String> given = request.header(CONTENT_MD5);
    if (given.isEmpty() && sent.length > 0) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_INCOMPLETE,
              "Content-MD5: missing (expected: the base64 of the body's MD5, because HMAC-SHA1"
                  + " signs no body without it)")
          .exception();
    }
    if (given.filter(hash -> !hash.equals(md5(sent))).isPresent()) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_MISMATCH,
              "Content-MD5 is not the hash of the body that was" + " sent.")
          .exception();
    }
  }

  /** The aliyun command line sends no nonce; then no request of this very signature may come. */
  @Override
  public Optional<String> unique(HttpRequest request) {
    return request.header(SignedCallers.NONCE).or(() -> Optional.of(signature));
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
