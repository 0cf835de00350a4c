package org.servicerollouts.domain;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One immutable version of a service.
 *
 * @param id Google's config id, PAI-EAS's revision
 * @param ord its place among the configs of the service, ascending
 * @param title the body's title, empty where it has none
 * @param lambdaVersion the version of a Lambda function that it is, if it is one
 * @param body the whole version as JSON text
 * @param diagnostics the warnings about the sources that it was made of
 */
public record Config(
    String id,
    long ord,
    Instant createTime,
    String createdBy,
    String title,
    Optional<String> lambdaVersion,
    String body,
    List<Diagnostic> diagnostics) {

  private static final Pattern LAMBDA_VERSION = Pattern.compile("[1-9][0-9]{0,18}");

  /** The longest body, in bytes of UTF-8. */
  public static final int MAX_BODY_BYTES = 128 * 1024;

  /**
   * The longest title, in characters: it stands in the item that each rollout checks, which is
   * billed whole.
   */
  public static final int MAX_TITLE = 500;

  public Config {
    Ids.requireNew("id", id);
    requireNonNull(createTime, "createTime is null");
    requireNonNull(createdBy, "createdBy is null");
    diagnostics = List.copyOf(diagnostics);
    lambdaVersion
        .filter(version -> !LAMBDA_VERSION.matcher(version).matches())
        .ifPresent(
            version -> {
              throw Problem.invalid("lambdaVersion", version, "the number of a published version")
                  .exception();
            });
    int characters = Printable.characters(title);
    if (characters > MAX_TITLE) {
      throw Problem.invalid(
              "title", characters + " characters", "at most " + MAX_TITLE + " characters")
          .exception();
    }
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BODY_BYTES) {
      throw Problem.invalid("config", bytes + " bytes", "at most " + MAX_BODY_BYTES + " bytes")
          .exception();
    }
  }

  /** One that says nothing of a Lambda version: its id is one if it is a number. */
  public Config(
      String id, long ord, Instant createTime, String createdBy, String title, String body) {
    this(
        id,
        ord,
        createTime,
        createdBy,
        title,
        Optional.of(id).filter(number -> LAMBDA_VERSION.matcher(number).matches()),
        body,
        List.of());
  }

  /** The same, the version of a Lambda function that {@code field} says, if it says one. */
  public Config saying(Optional<String> field) {
    return field.isEmpty()
        ? this
        : new Config(id, ord, createTime, createdBy, title, field, body, diagnostics);
  }

  /** The same, made of sources about which there are {@code warnings}. */
  public Config warning(List<Diagnostic> warnings) {
    return new Config(id, ord, createTime, createdBy, title, lambdaVersion, body, warnings);
  }

  /** What of it is kept apart from its header. */
  public ConfigBody whole() {
    return new ConfigBody(body, diagnostics);
  }
}
