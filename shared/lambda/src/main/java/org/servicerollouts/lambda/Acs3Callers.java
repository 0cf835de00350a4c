package org.servicerollouts.lambda;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.store.Nonces;

/**
 * Lets in who signed the request with an access key that is known, as Alibaba Cloud's SDK signs
 * (ACS3-HMAC-SHA256). Checked are, in this order: the signature, the date, the hash of the body,
 * the nonce.
 */
public final class Acs3Callers implements Callers {
  private static final int LATITUDE_MINUTES = 15;

  /** How far the date of a request may be from now. */
  private static final Duration LATITUDE = Duration.ofMinutes(LATITUDE_MINUTES);

  /** A read may come twice: a retry of it harms nobody. */
  private static final Set<String> ONCE_ONLY = Set.of("POST", "PUT", "DELETE");

  private static final int MAX_NONCE = 128;

  private final HeldKeys keys;
  private final Nonces nonces;
  private final InstantSource clock;

  public Acs3Callers(HeldKeys keys, Nonces nonces, InstantSource clock) {
    this.keys = keys;
    this.nonces = nonces;
    this.clock = clock;
  }

  @Override
  public Caller callerOf(HttpRequest request) {
    refuseTemporary(request);
    Acs3 claim = claim(request);
    Keys.AccessKey key = key(claim);
    if (!claim.isOf(request, key.secret())) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_MISMATCH,
              "Specified signature is not matched with our calculation.")
          .exception();
    }
    Instant now = clock.instant();
    requireDate(request, now);
    requireBody(request);
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

  private static Acs3 claim(HttpRequest request) {
    return request
        .header("authorization")
        .flatMap(Acs3::of)
        .filter(signed -> signed.isComplete(request))
        .orElseThrow(
            () ->
                Problem.of(
                        Problem.Kind.SIGNATURE_INCOMPLETE,
                        "The request is not signed as ACS3-HMAC-SHA256 wants it (expected:"
                            + " Authorization with Credential, SignedHeaders and Signature over"
                            + " host, content-type and every x-acs- header).")
                    .exception());
  }

  private Keys.AccessKey key(Acs3 claim) {
    return keys.get()
        .accessKey(claim.accessKeyId())
        .orElseThrow(
            () ->
                Problem.of(
                        Problem.Kind.ACCESS_KEY_NOT_FOUND,
                        "Specified access key is not found: " + Printable.of(claim.accessKeyId()))
                    .exception());
  }

  private static void requireDate(HttpRequest request, Instant now) {
    String given = request.header("x-acs-date").orElse("");
    if (!isNear(given, now)) {
      String expected = "a time as 2026-11-22T08:24:25Z, within " + LATITUDE_MINUTES + " minutes";
      throw new Problem(
              Problem.Kind.TIMESTAMP_EXPIRED,
              Problem.invalid("x-acs-date", given, expected).message(),
              Optional.of("x-acs-date"))
          .exception();
    }
  }

  private static boolean isNear(String date, Instant now) {
    try {
      return Duration.between(Instant.parse(date), now).abs().compareTo(LATITUDE) <= 0;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static void requireBody(HttpRequest request) {
    String signed = request.header(Acs3.CONTENT_HASH).orElse("");
    if (!Acs3.sha256(request.sent()).equals(signed)) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_MISMATCH,
              Acs3.CONTENT_HASH + " is not the hash of the body that was sent.")
          .exception();
    }
  }

  private void requireFirst(HttpRequest request, Acs3 claim, Instant now) {
    String nonce = request.header("x-acs-signature-nonce").orElse("");
    if (nonce.isEmpty() || nonce.length() > MAX_NONCE) {
      throw Problem.of(
              Problem.Kind.SIGNATURE_INCOMPLETE,
              "x-acs-signature-nonce: "
                  + nonce.length()
                  + " characters (expected: 1 to "
                  + MAX_NONCE
                  + ")")
          .exception();
    }
    if (!nonces.isFirst(claim.accessKeyId(), nonce, now)) {
      throw Problem.of(Problem.Kind.NONCE_USED, "Specified signature nonce was used already.")
          .exception();
    }
  }
}
