package org.servicerollouts.packaging;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests without a query as Alibaba Cloud's SDK does (ACS3-HMAC-SHA256). */
record AccessKey(String id, String secret) {
  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  /**
   * All headers of a request that is signed.
   *
   * @param more headers to sign beside those that must be
   */
  Map<String, String> headers(
      String method, String path, String body, Instant now, Map<String, String> more) {
    SortedMap<String, String> signed = new TreeMap<>(more);
    signed.put("host", "rollouts.example.com");
    signed.put("x-acs-content-sha256", sha256(body));
    signed.put("x-acs-date", now.truncatedTo(ChronoUnit.SECONDS).toString());
    StringBuilder lines = new StringBuilder();
    signed.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", signed.keySet());
    String canonical = String.join("\n", method, path, "", lines, names, sha256(body));
    Map<String, String> headers = new HashMap<>(signed);
    headers.put(
        "authorization",
        ALGORITHM
            + (" Credential=" + id + ",SignedHeaders=" + names)
            + (",Signature=" + hmac(ALGORITHM + "\n" + sha256(canonical))));
    return headers;
  }

  private String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
