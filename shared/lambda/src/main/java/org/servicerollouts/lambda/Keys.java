package org.servicerollouts.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * The keys that callers may show or sign with.
 *
 * <p>As JSON: {@code {"keys": {"ci": {"sha256": "9f86…"}, "proxies": {"sha256": "60a3…",
 * "readOnly": true}}, "accessKeys": {"LTAI…": {"name": "ci", "secret": "…", "allowSha1": true}}}}.
 *
 * @param keys what is shown, by the names of the callers; of a key only its SHA-256 is known here
 * @param accessKeys what is signed with, by their ids; a signature can only be checked with the
 *     secret itself
 */
public record Keys(List<Key> keys, Map<String, AccessKey> accessKeys) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * One key.
   *
   * @param name whose it is
   * @param sha256 lower-case hex
   * @param readOnly whether it is good for reading alone
   */
  public record Key(String name, String sha256, boolean readOnly) {}

  /**
   * One access key.
   *
   * @param name whose it is
   * @param readOnly whether it is good for reading alone
   * @param allowSha1 whether it may sign with HMAC-SHA1 (signature version 1.0) too
   */
  public record AccessKey(String name, String secret, boolean readOnly, boolean allowSha1) {
    /** Without the secret, wherever it may be printed. */
    @Override
    public String toString() {
      return "AccessKey[name=" + name + ", readOnly=" + readOnly + ", allowSha1=" + allowSha1 + "]";
    }
  }

  public Keys {
    keys = List.copyOf(keys);
    accessKeys = Map.copyOf(accessKeys);
  }

  /**
   * The keys that {@code json} holds.
   *
   * @throws ProblemException for what is no such JSON
   */
  public static Keys parse(String json) {
    try {
      return read(Json.read(json.getBytes(StandardCharsets.UTF_8)));
    } catch (ProblemException e) {
      throw withoutValue(e.problem()).exception();
    }
  }

  /** What stands there may be a secret in the wrong place, and what is said of it is logged. */
  private static Problem withoutValue(Problem problem) {
    String message = problem.message();
    int expectation = message.lastIndexOf("(expected: ");
    return problem
        .field()
        .filter(field -> expectation >= 0)
        .map(
            field ->
                Problem.of(problem.kind(), field + ": wrong " + message.substring(expectation)))
        .orElse(problem);
  }

  private static Keys read(ObjectNode root) {
    Fields fields = Fields.eas(root);
    Keys keys =
        new Keys(
            List.copyOf(each(root, fields, "keys", Keys::key).values()),
            each(root, fields, "accessKeys", Keys::accessKey));
    fields.end();
    return keys;
  }

  private static <T> Map<String, T> each(
      ObjectNode root, Fields fields, String member, BiFunction<String, Fields, T> read) {
    Map<String, T> each = new LinkedHashMap<>();
    fields
        .object(member)
        .ifPresent(
            named ->
                root.get(member)
                    .fieldNames()
                    .forEachRemaining(name -> each.put(name, read.apply(name, named))));
    return each;
  }

  private static Fields member(String name, Fields all, String expectation) {
    return all.object(name)
        .orElseThrow(() -> Problem.missing(all.path(name), expectation).exception());
  }

  private static AccessKey accessKey(String id, Fields accessKeys) {
    Fields fields = member(id, accessKeys, "an object with the name and the secret");
    String name = required(fields, "name", "whose it is");
    String secret = required(fields, "secret", "the access key's secret");
    boolean readOnly = fields.bool("readOnly").orElse(false);
    boolean allowSha1 = fields.bool("allowSha1").orElse(false);
    fields.end();
    return new AccessKey(name, secret, readOnly, allowSha1);
  }

  private static String required(Fields fields, String name, String expectation) {
    return fields
        .string(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> Problem.missing(fields.path(name), expectation).exception());
  }

  private static Key key(String name, Fields keys) {
    Fields fields = member(name, keys, "an object with the key's sha256");
    String sha256 = required(fields, "sha256", HASH);
    if (!SHA256.matcher(sha256).matches()) {
      throw Problem.invalid(fields.path("sha256"), sha256, HASH).exception();
    }
    boolean readOnly = fields.bool("readOnly").orElse(false);
    fields.end();
    return new Key(name, sha256, readOnly);
  }

  private static final String HASH = "64 hex digits in lower case";

  Optional<AccessKey> accessKey(String id) {
    return Optional.ofNullable(accessKeys.get(id));
  }

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
