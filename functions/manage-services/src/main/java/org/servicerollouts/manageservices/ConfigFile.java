package org.servicerollouts.manageservices;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Fields;
import org.servicerollouts.wire.Json;

/**
 * A google.api.servicemanagement.v1.ConfigFile.
 *
 * @param path as its author named it; may be empty
 * @param contents its bytes in standard base64
 */
record ConfigFile(String path, String contents, Type type) {

  /** ConfigFile.FileType, with its numbers. */
  enum Type {
    SERVICE_CONFIG_YAML(1),
    OPEN_API_JSON(2),
    OPEN_API_YAML(3),
    FILE_DESCRIPTOR_SET_PROTO(4),
    PROTO_FILE(6);

    private final String number;

    Type(int number) {
      this.number = Integer.toString(number);
    }

    private static final String EXPECTED =
        "one of " + Arrays.stream(values()).map(Type::name).collect(Collectors.joining(", "));
  }

  ConfigFile {
    requireNonNull(path, "path is null");
    requireNonNull(contents, "contents is null");
    requireNonNull(type, "type is null");
  }

  /**
   * Reads a member of {@code ConfigSource.files}.
   *
   * @throws ProblemException for a type that is unknown, and for contents that are no base64
   */
  static ConfigFile of(Fields fields) {
    String path = fields.string("filePath").orElse("");
    String contents = contents(fields);
    Type type = type(fields);
    fields.end();
    return new ConfigFile(path, contents, type);
  }

  /** Where it is, for people. */
  String location() {
    return path.isEmpty() ? ConfigSources.NOWHERE : Printable.of(path);
  }

  byte[] bytes() {
    return Base64.getDecoder().decode(contents);
  }

  /** As an element of {@code SourceInfo.sourceFiles}, which are google.protobuf.Any. */
  ObjectNode any() {
    return Json.object()
        .put("@type", "type.googleapis.com/google.api.servicemanagement.v1.ConfigFile")
        .put("filePath", path)
        .put("fileContents", contents)
        .put("fileType", type.name());
  }

  /** This file cannot be made a config, because of {@code misfit} in what it holds. */
  ProblemException refused(Problem misfit) {
    return refused(
        misfit.kind() == Problem.Kind.UNKNOWN_FIELD
            ? misfit.field().orElseThrow() + ": unknown (expected: a field of google.api.Service)"
            : misfit.message());
  }

  /** This file cannot be made a config, for the reason {@code message}. */
  ProblemException refused(String message) {
    return refused(location(), message);
  }

  /** As Google says it: {@code Cannot convert to service config. 'location: …'}. */
  static ProblemException refused(String location, String message) {
    return Problem.of(
            Problem.Kind.INVALID_VALUE,
            "Cannot convert to service config. 'location: "
                + quoted(location)
                + " kind: ERROR message: "
                + quoted(message)
                + "'")
        .exception();
  }

  private static String quoted(String text) {
    return '"' + Printable.of(text).replace("\"", "\\\"") + '"';
  }

  /** Protobuf's JSON takes both alphabets of base64, with or without padding. */
  private static String contents(Fields fields) {
    String expectation = "the bytes of the file in base64";
    String given = fields.requiredString("fileContents", expectation);
    try {
      byte[] bytes = Base64.getDecoder().decode(given.replace('-', '+').replace('_', '/'));
      return Base64.getEncoder().encodeToString(bytes);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(fields.path("fileContents"), given, expectation).exception();
    }
  }

  private static Type type(Fields fields) {
    String given = fields.requiredString("fileType", Type.EXPECTED);
    return Arrays.stream(Type.values())
        .filter(type -> type.name().equals(given) || type.number.equals(given))
        .findFirst()
        .orElseThrow(
            () -> Problem.invalid(fields.path("fileType"), given, Type.EXPECTED).exception());
  }
}
