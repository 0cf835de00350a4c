package org.servicerollouts.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;

/**
 * Reads the members of a request's object one by one, and at the {@link #end} refuses those that
 * nobody asked for. {@code null} is the same as absent, as in protobuf's JSON.
 */
public final class Fields {
  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  private final Surface surface;
  private final String path;
  private final ObjectNode object;
  private final SortedSet<String> asked = new TreeSet<>();
  private final Set<String> spellings = new HashSet<>();

  private Fields(Surface surface, String path, ObjectNode object) {
    this.surface = surface;
    this.path = path;
    this.object = object;
  }

  /** A message of Google's: its members may also be spelled in snake_case. */
  public static Fields google(ObjectNode body) {
    return new Fields(Surface.GOOGLE, "", body);
  }

  /** A body of PAI-EAS's, whose members are spelled one way. */
  public static Fields eas(ObjectNode body) {
    return new Fields(Surface.EAS, "", body);
  }

  /** The path of member {@code name} from the top of the body. */
  public String path(String name) {
    return Misfits.member(path, name);
  }

  /** A string; a number is read as its text. */
  public Optional<String> string(String name) {
    return take(name)
        .map(
            value -> {
              if (value.isTextual()) {
                return value.textValue();
              }
              if (value.isNumber()) {
                return JsonNumbers.text(value);
              }
              throw wrong(path(name), value, "a string");
            });
  }

  public String requiredString(String name, String expectation) {
    return string(name).orElseThrow(() -> Problem.missing(path(name), expectation).exception());
  }

  /**
   * A whole number; a string of digits is read as one.
   *
   * @param range which numbers are expected; it stands in the refusal of one with too many digits
   */
  public Optional<Long> integer(String name, String range) {
    return take(name)
        .map(
            value -> {
              BigDecimal given = number(name, value, "a whole number", range).stripTrailingZeros();
              if (given.scale() > 0) {
                throw wrong(path(name), value, "a whole number");
              }
              return given.longValueExact();
            });
  }

  /**
   * A decimal without needless zeros, of at most {@value JsonNumbers#LONG_DIGITS} digits before the
   * point and as many after it; a string of digits is read as one.
   *
   * @param range which numbers are expected; it stands in the refusal of one with more digits
   */
  public Optional<BigDecimal> decimal(String name, String range) {
    return take(name)
        .map(
            value -> {
              BigDecimal given = number(name, value, "a number", range).stripTrailingZeros();
              if (given.scale() > JsonNumbers.LONG_DIGITS) {
                throw wrong(path(name), value, range);
              }
              return given.setScale(Math.max(0, given.scale()));
            });
  }

  private BigDecimal number(String name, JsonNode value, String expectation, String range) {
    BigDecimal given =
        JsonNumbers.decimal(value).orElseThrow(() -> wrong(path(name), value, expectation));
    if (JsonNumbers.isBeyondLong(given)) {
      throw wrong(path(name), value, range);
    }
    return given;
  }

  public Optional<Boolean> bool(String name) {
    return take(name)
        .map(
            value -> {
              if (value.isBoolean()) {
                return value.booleanValue();
              }
              throw wrong(path(name), value, "true or false");
            });
  }

  public Optional<Fields> object(String name) {
    return take(name)
        .map(
            value -> {
              if (value instanceof ObjectNode child) {
                return new Fields(surface, path(name), child);
              }
              throw wrong(path(name), value, "an object");
            });
  }

  /** A list of objects, in the order given; the path of each has its index: {@code files[0]}. */
  public Optional<List<Fields>> objects(String name) {
    return take(name)
        .map(
            value -> {
              if (!(value instanceof ArrayNode elements)) {
                throw wrong(path(name), value, "an array of objects");
              }
              List<Fields> objects = new ArrayList<>();
              for (JsonNode element : elements) {
                String path = Misfits.element(path(name), objects.size());
                if (!(element instanceof ObjectNode child)) {
                  throw wrong(path, element, "an object");
                }
                objects.add(new Fields(surface, path, child));
              }
              return objects;
            });
  }

  /** A list of strings, in the order given. */
  public Optional<List<String>> strings(String name) {
    return take(name)
        .map(
            value -> {
              if (!(value instanceof ArrayNode elements)) {
                throw wrong(path(name), value, "an array of strings");
              }
              List<String> strings = new ArrayList<>();
              for (JsonNode element : elements) {
                if (!element.isTextual()) {
                  String path = Misfits.element(path(name), strings.size());
                  throw wrong(path, element, "a string");
                }
                strings.add(element.textValue());
              }
              return strings;
            });
  }

  /**
   * A map of names to numbers, in the order given; strings such as {@code "50"} and {@code "NaN"}
   * are numbers too.
   */
  public Optional<Map<String, Double>> doubles(String name) {
    return take(name)
        .map(
            value -> {
              if (!(value instanceof ObjectNode members)) {
                throw wrong(path(name), value, "an object of numbers");
              }
              Map<String, Double> doubles = new LinkedHashMap<>();
              members
                  .properties()
                  .forEach(
                      member ->
                          doubles.put(
                              member.getKey(), toDouble(name, member.getKey(), member.getValue())));
              return doubles;
            });
  }

  /** Whether the member is there, be it null. */
  public boolean isGiven(String name) {
    return spellings(name).stream().anyMatch(object::has);
  }

  /** Any value, unread. */
  public Optional<JsonNode> any(String name) {
    return take(name);
  }

  /**
   * Refuses the first member that was not asked for.
   *
   * @throws ProblemException UNKNOWN_FIELD, on Google's surface in Google's words
   */
  public void end() {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      if (!spellings.contains(name)) {
        throw unknown(name).exception();
      }
    }
  }

  private Problem unknown(String name) {
    return switch (surface) {
      case GOOGLE -> Misfits.unknown(path, name);
      case EAS -> {
        String at = path(Printable.of(name));
        yield new Problem(
            Problem.Kind.UNKNOWN_FIELD,
            at + ": unknown (expected: one of " + String.join(", ", asked) + ")",
            Optional.of(at));
      }
    };
  }

  private Optional<JsonNode> take(String name) {
    Set<String> allowed = spellings(name);
    asked.add(name);
    spellings.addAll(allowed);
    List<String> given = allowed.stream().filter(object::has).toList();
    if (given.size() > 1) {
      throw Misfits.givenTwice(path(name), given).exception();
    }
    return given.stream().map(object::get).filter(value -> !value.isNull()).findFirst();
  }

  private Set<String> spellings(String name) {
    Set<String> allowed = new LinkedHashSet<>(List.of(name));
    if (surface == Surface.GOOGLE) {
      allowed.add(snake(name));
    }
    return allowed;
  }

  private double toDouble(String name, String key, JsonNode value) {
    String member = Misfits.entry(path(name), key);
    if (value.isNumber()) {
      return value.doubleValue();
    }
    return switch (value.isTextual() ? value.textValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default ->
          JsonNumbers.decimal(value)
              .orElseThrow(() -> wrong(member, value, "a number"))
              .doubleValue();
    };
  }

  private static ProblemException wrong(String path, JsonNode value, String expectation) {
    return Misfits.wrong(path, value, expectation).exception();
  }

  /** {@code camel}, the JSON name of a protobuf field, as the field is named in its .proto file. */
  public static String snake(String camel) {
    return CAPITAL.matcher(camel).replaceAll(m -> "_" + m.group().toLowerCase(Locale.ROOT));
  }
}
