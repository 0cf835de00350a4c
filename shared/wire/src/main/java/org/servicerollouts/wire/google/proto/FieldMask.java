package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.servicerollouts.domain.Printable;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Misfits;

/**
 * Which parts of an answer are asked for: the query parameter {@code fields} ("Selector specifying
 * which fields to include in a partial response.").
 *
 * <p>A selection is a list with commas of names; below a name stands another after {@code /}, or a
 * selection in parentheses. {@code *} stands for all names. Elements of arrays are selected one by
 * one.
 *
 * @param paths what is selected, each name by name from the top
 */
public record FieldMask(List<List<String>> paths) {
  private static final String FIELDS = "fields";
  private static final String ALL = "*";
  private static final String PUNCTUATION = ",/()";
  private static final int MAX_CHARACTERS = 2_000;
  private static final int MAX_NAMES = 32;

  public FieldMask {
    paths = paths.stream().map(List::copyOf).toList();
  }

  /**
   * The selection {@code text} from an answer of type {@code type}. Names are checked but in an
   * Any, in objects whose members can have any name, and below {@code *}.
   *
   * @throws ProblemException for a text that is no selection, is longer than 2,000 characters or
   *     has more than 32 names below one another, and for a name that the type does not have
   */
  public static FieldMask of(MessageType type, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw Problem.invalid(FIELDS, text, "at most " + MAX_CHARACTERS + " characters").exception();
    }
    return new Parser(text).parse(new Place(List.of(), Optional.of(type), false));
  }

  /** What is selected of {@code answer}, in its order. */
  public ObjectNode apply(ObjectNode answer) {
    return members(answer, paths);
  }

  private static Optional<JsonNode> select(JsonNode value, List<List<String>> paths) {
    if (paths.stream().anyMatch(List::isEmpty)) {
      return Optional.of(value);
    }
    return switch (value) {
      case ObjectNode object -> Optional.of(members(object, paths));
      case ArrayNode array -> {
        ArrayNode result = array.arrayNode();
        array.forEach(element -> select(element, paths).ifPresent(result::add));
        yield Optional.of(result);
      }
      default -> Optional.empty();
    };
  }

  private static ObjectNode members(ObjectNode given, List<List<String>> paths) {
    ObjectNode result = Json.object();
    for (Map.Entry<String, JsonNode> member : given.properties()) {
      List<List<String>> below =
          paths.stream()
              .filter(
                  path -> path.getFirst().equals(ALL) || path.getFirst().equals(member.getKey()))
              .map(path -> path.subList(1, path.size()))
              .toList();
      if (!below.isEmpty()) {
        select(member.getValue(), below).ifPresent(value -> result.set(member.getKey(), value));
      }
    }
    return result;
  }

  /**
   * Where a name is to stand.
   *
   * @param path the names above
   * @param type what is there; empty: anything
   * @param keyed whether the next name is the key of a map of such values
   */
  private record Place(List<String> path, Optional<Type> type, boolean keyed) {

    Place below(String name, int position) {
      if (path.size() == MAX_NAMES) {
        throw refused(name, position, "at most " + MAX_NAMES + " names below one another");
      }
      if (type.isEmpty() || keyed) {
        return to(name, type, false);
      }
      return switch (type.get()) {
        case MessageType message when name.equals(ALL) -> to(name, Optional.empty(), false);
        case MessageType message ->
            message
                .find(name)
                .map(f -> to(f.name(), Optional.of(f.type()), f.label() == Field.Label.MAP))
                .orElseThrow(() -> refused(name, position, "a field of " + message.name()));
        case Type.Any any -> to(name, Optional.empty(), false);
        case WellKnown known when known.isOpen() -> to(name, Optional.empty(), false);
        case Type.Leaf leaf -> throw refused(name, position, "nothing below " + path.getLast());
      };
    }

    private Place to(String name, Optional<Type> next, boolean nextKeyed) {
      return new Place(Stream.concat(path.stream(), Stream.of(name)).toList(), next, nextKeyed);
    }
  }

  /** Reads a selection from left to right; the open parentheses stand in a list of its own. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    FieldMask parse(Place top) {
      List<List<String>> paths = new ArrayList<>();
      Deque<Place> outer = new ArrayDeque<>();
      Place group = top;
      Place place = top;
      while (true) {
        place = name(place);
        if (skip('/')) {
          continue;
        }
        if (skip('(')) {
          outer.push(group);
          group = place;
          continue;
        }
        paths.add(place.path());
        while (!outer.isEmpty() && skip(')')) {
          group = outer.pop();
        }
        if (at == text.length() && outer.isEmpty()) {
          return new FieldMask(paths);
        }
        if (!skip(',')) {
          throw unexpected(outer.isEmpty() ? "\",\" or the end" : "\",\" or \")\"");
        }
        place = group;
      }
    }

    private Place name(Place place) {
      int start = at;
      while (at < text.length() && PUNCTUATION.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      if (start == at) {
        throw unexpected("a name");
      }
      return place.below(text.substring(start, at), start);
    }

    private boolean skip(char expected) {
      boolean found = at < text.length() && text.charAt(at) == expected;
      if (found) {
        at++;
      }
      return found;
    }

    private ProblemException unexpected(String expectation) {
      return at == text.length()
          ? Problem.invalid(FIELDS, new Misfits.Shown("the end"), expectation).exception()
          : refused(text.substring(at, at + 1), at, expectation);
    }
  }

  private static ProblemException refused(String what, int at, String expectation) {
    return Problem.invalid(
            FIELDS,
            new Misfits.Shown("\"" + Printable.of(what) + "\" at position " + (at + 1)),
            expectation)
        .exception();
  }
}
