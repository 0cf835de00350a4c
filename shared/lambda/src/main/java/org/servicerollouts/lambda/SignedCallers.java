package org.servicerollouts.lambda;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.store.Nonces;

/**
 * Lets in who signed the request with an access key that is known, as Alibaba Cloud's SDKs sign:
 * ACS3-HMAC-SHA256, or HMAC-SHA1 where the key allows it. Checked are, in this order: the
 * signature, the date, the hash of the body, the nonce.
 */
public final class SignedCallers implements Callers {
  private static final int LATITUDE_MINUTES = 15;

  /** How far the date of a request may be from now. */
  private static final Duration LATITUDE = Duration.ofMinutes(LATITUDE_MINUTES);

  /** A read may come twice: a retry of it harms nobody. */
  private static final Set<String> ONCE_ONLY = Set.of("POST", "PUT", "DELETE");

  static final String NONCE = "x-acs-signature-nonce";

  private static final int MAX_NONCE = 128;

  private final HeldKeys keys;
  private final Nonces nonces;
  private final InstantSource clock;

  public SignedCallers(HeldKeys keys, Nonces nonces, InstantSource clock) {
    this.keys = keys;
    this.nonces = nonces;
    this.clock = clock;
  }

  @Override
  public Caller callerOf(HttpRequest request) {
    refuseTemporary(request);
    Signature claim = claim(request);
    Keys.AccessKey key = key(claim);
    requireTaken(claim, key);
    if (!claim.isOf(request, key.secret())) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_MISMATCH,
              "Specified signature is not matched with our calculation.")
          .exception();
    }
    Instant now = clock.instant();
    requireDate(request, claim, now);
    claim.requireBody(request);
    if (key.readOnly() && !request.method().equals("GET")) {
      throw Problem.of(
              Problem.Kind.ACCESS_TOKEN_SCOPE_INSUFFICIENT,
              "Access key of " + key.name() + " only reads.")
          .exception();
    }
    if (ONCE_ONLY.contains(request.method())) {
      requireFirst(request, claim, now);
    }
    return new Caller(key.name(), true);
  }

  private static void refuseTemporary(HttpRequest request) {
    if (request.header("x-acs-security-token").isPresent()) {
      throw Problem.of(
              Problem.Kind.SECURITY_TOKEN_UNSUPPORTED,
              "x-acs-security-token: given (expected: none; temporary credentials are not taken"
                  + " here, sign with an access key of your own)")
          .exception();
    }
  }

  private static Signature claim(HttpRequest request) {
    String authorization = request.header("authorization").orElse("");
    return Acs1.of(authorization)
        .<Signature>map(claim -> claim)
        .or(() -> Acs3.of(authorization))
        .filter(claim -> claim.isComplete(request))
        .orElseThrow(() -> incomplete(authorization).exception());
  }

  private static Problem incomplete(String authorization) {
    return Problem.of(
        Problem.Kind.SIGNATURE_INCOMPLETE,
        authorization.startsWith(Acs1.SCHEME)
            ? "The request is not signed as signature version 1.0 wants it (expected: Authorization"
                + " with an access key's id and a signature, x-acs-signature-method HMAC-SHA1,"
                + " x-acs-signature-version 1.0, no & within a name or value of the query, no ="
                + " within a name, no ? within the path)."
            : "The request is not signed as ACS3-HMAC-SHA256 wants it (expected: Authorization with"
                + " Credential, SignedHeaders and Signature over host, content-type and every"
                + " x-acs- header).");
  }

  private static void requireTaken(Signature claim, Keys.AccessKey key) {
    if (!claim.isTakenOf(key)) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_INCOMPLETE,
              "Access key "
                  + Printable.of(claim.accessKeyId())
                  + " does not allow HMAC-SHA1, signature version 1.0 (expected: ACS3-HMAC-SHA256,"
                  + " or \"allowSha1\": true at this key in the deployment's keys).")
          .exception();
    }
  }

  private Keys.AccessKey key(Signature claim) {
    return keys.get()
        .accessKey(claim.accessKeyId())
        .orElseThrow(
            () ->
                Problem.of(
                        Problem.Kind.ACCESS_KEY_NOT_FOUND,
                        "Specified access key is not found: " + Printable.of(claim.accessKeyId()))
                    .exception());
  }

  private static void requireDate(HttpRequest request, Signature claim, Instant now) {
    String header = claim.dateHeader();
    String given = request.header(header).orElse("");
    if (!isNear(claim, given, now)) {
      String expected =
          "a time as " + claim.dateExample() + ", within " + LATITUDE_MINUTES + " minutes";
      throw new Problem(
              Problem.Kind.TIMESTAMP_EXPIRED,
              Problem.invalid(header, given, expected).message(),
              Optional.of(header))
          .exception();
    }
  }

  private static boolean isNear(Signature claim, String date, Instant now) {
    try {
      return Duration.between(claim.parseDate(date), now).abs().compareTo(LATITUDE) <= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void requireFirst(HttpRequest request, Signature claim, Instant now) {
    String nonce = claim.unique(request).orElse("");
    if (nonce.isEmpty() || nonce.length() > MAX_NONCE) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_INCOMPLETE,
              NONCE + ": " + nonce.length() + " characters (expected: 1 to " + MAX_NONCE + ")")
          .exception();
    }
    if (!nonces.isFirst(claim.accessKeyId(), nonce, now)) {
      throw Problem.of(
              Problem.Kind.NONCE_USED,
              request.header(NONCE).isPresent()
                  ? "Specified signature nonce was used already."
                  : "Specified signature was used already (expected: "
                      + NONCE
                      + ", or another Date: without a nonce the same change is taken once a"
                      + " second).")
          .exception();
    }
  }
}
