package org.servicerollouts.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * The keys that callers may show, by the names of the callers; of a key only its SHA-256 is known
 * here.
 *
 * <p>As JSON: {@code {"keys": {"ci": {"sha256": "9f86…"}, "proxies": {"sha256": "60a3…",
 * "readOnly": true}}}}.
 */
public record Keys(List<Key> keys) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * One key.
   *
   * @param name whose it is
   * @param sha256 lower-case hex
   * @param readOnly whether it is good for reading alone
   */
  public record Key(String name, String sha256, boolean readOnly) {}

  public Keys {
    keys = List.copyOf(keys);
  }

  /**
   * The keys that {@code json} holds.
   *
   * @throws ProblemException for what is no such JSON
   */
  public static Keys parse(String json) {
    ObjectNode root = Json.read(json.getBytes(StandardCharsets.UTF_8));
    Fields fields = Fields.eas(root);
    List<Key> keys = new ArrayList<>();
    fields
        .object("keys")
        .ifPresent(
            named ->
                root.get("keys").fieldNames().forEachRemaining(name -> keys.add(key(name, named))));
    fields.end();
    return new Keys(keys);
  }

  private static Key key(String name, Fields keys) {
    String expectation = "an object with the key's sha256";
    Fields fields =
        keys.object(name)
            .orElseThrow(() -> Problem.missing(keys.path(name), expectation).exception());
    String sha256 = fields.requiredString("sha256", HASH);
    if (!SHA256.matcher(sha256).matches()) {
      // Not the value: it may be the key itself, and this is logged.
      throw Problem.missing(fields.path("sha256"), HASH).exception();
    }
    boolean readOnly = fields.bool("readOnly").orElse(false);
    fields.end();
    return new Key(name, sha256, readOnly);
  }

  private static final String HASH = "64 hex digits in lower case";

  /** Whose {@code secret} is. It takes as long whichever it is, and if it is none. */
  Optional<Key> find(String secret) {
    byte[] hash = hash(secret).getBytes(StandardCharsets.US_ASCII);
    Optional<Key> found = Optional.empty();
    for (Key key : keys) {
      if (MessageDigest.isEqual(hash, key.sha256().getBytes(StandardCharsets.US_ASCII))) {
        found = Optional.of(key);
      }
    }
    return found;
  }

  private static String hash(String secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
