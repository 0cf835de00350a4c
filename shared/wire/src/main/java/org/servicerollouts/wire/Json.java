package org.servicerollouts.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * JSON in and out. Reading is as lenient as Google's own parser (trailing commas; NaN and Infinity,
 * so that they are refused where they stand), numbers stay exact, a name given twice is refused;
 * writing is strict.
 */
public final class Json {

  /** The deepest nesting that is read (protobuf's own limit). */
  public static final int MAX_DEPTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /**
   * Reads what was written here: a body that was taken may stand one level deeper, its numbers
   * spelled longer.
   */
  private static final JsonMapper OWN =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(2 * MAX_DEPTH)
                          .maxNumberLength(2 * StreamReadConstraints.DEFAULT_MAX_NUM_LEN)
                          .build())
                  .build())
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final ObjectWriter PRETTY = MAPPER.writer(likeGoogle());

  private Json() {}

  /** A new, empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * The object that a request's body holds; of a body that says nothing, an empty one, as Google
   * reads it.
   *
   * @throws ProblemException MALFORMED_BODY, with line and column where there are such
   */
  public static ObjectNode read(byte[] body) {
    String text = decode(body);
    if (text.isBlank()) {
      return object();
    }
    JsonNode tree = parse(text);
    if (tree instanceof ObjectNode object) {
      return object;
    }
    if (saysNothing(tree)) {
      return object();
    }
    throw malformed("The body is not an object.");
  }

  /**
   * Google's Node client writes {@code ""} where a method has no body, because it puts the body
   * that is not there into JSON; others write {@code null}.
   */
  private static boolean saysNothing(JsonNode body) {
    return body.isNull() || (body.isTextual() && body.textValue().isEmpty());
  }

  /** The object that {@code text}, which this product wrote, holds. */
  public static ObjectNode readOwn(String text) {
    try {
      return (ObjectNode) OWN.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String compact(JsonNode node) {
    return node.toString();
  }

  /** Indented by two spaces, with a line end, as Google prints it. */
  public static String pretty(JsonNode node) {
    try {
      return PRETTY.writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DefaultPrettyPrinter likeGoogle() {
    DefaultIndenter twoSpaces = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""))
        .withObjectIndenter(twoSpaces)
        .withArrayIndenter(twoSpaces);
  }

  private static String decode(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("The body is not UTF-8.");
    }
  }

  private static JsonNode parse(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      JsonNode tree = tree(parser);
      requireWholeCharacters(text, tree);
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(JsonParser parser) throws IOException {
    try {
      JsonNode tree = MAPPER.readTree(parser);
      if (parser.nextToken() == null) {
        return tree;
      }
      throw malformed("Unexpected token after the end", parser.currentTokenLocation());
    } catch (StreamConstraintsException e) {
      throw malformed(
          "More than " + MAX_DEPTH + " levels, or a name or number that is too long",
          parser.currentLocation());
    } catch (MismatchedInputException e) {
      throw malformed("A name is given twice", parser.currentLocation());
    } catch (JsonEOFException e) {
      throw malformed("Unexpected end of input", e.getLocation());
    } catch (JsonProcessingException e) {
      throw malformed("Unexpected token", e.getLocation());
    } catch (NumberFormatException e) {
      throw malformed("A number is beyond all bounds", parser.currentLocation());
    }
  }

  /**
   * Half of a surrogate pair, which only an escape can bring in, could not be stored or sent back.
   */
  private static void requireWholeCharacters(String text, JsonNode tree) {
    if (text.contains("\\u") && !StandardCharsets.UTF_8.newEncoder().canEncode(compact(tree))) {
      throw malformed("A \\u escape is half of a character.");
    }
  }

  private static ProblemException malformed(String what, JsonLocation where) {
    return malformed(
        what + " at line " + where.getLineNr() + ", column " + where.getColumnNr() + ".");
  }

  private static ProblemException malformed(String what) {
    return Problem.of(Problem.Kind.MALFORMED_BODY, "Invalid JSON payload received. " + what)
        .exception();
  }
}
