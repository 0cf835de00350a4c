package org.servicerollouts.manageservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Json;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * YAML as JSON. Scalars mean what YAML 1.2's JSON schema says (a bare {@code yes} or date is text),
 * numbers stay exact, a name given twice is refused. It is read event by event, so that how deep it
 * nests and how large its aliases make it ({@link Budget}) are bounded while it is read.
 */
final class Yaml {

  /** The longest number, in characters: what JSON's reader takes, too. */
  private static final int MAX_NUMBER = 1000;

  private static final int BRACKETS = 2;
  private static final int COMMA = 1;
  private static final int COLON = 1;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new JsonSchema())
          .setCodePointLimit(Budget.MAX_CHARACTERS)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ConfigFile file;
  private final Iterator<Event> events;
  private final Budget budget;
  private final Map<Anchor, Part> anchors = new HashMap<>();

  /**
   * A value that was read.
   *
   * @param depth how many levels of objects and lists it has
   * @param size about how many characters it would have as JSON
   */
  private record Part(JsonNode node, int depth, int size) {}

  private Yaml(ConfigFile file, Iterator<Event> events, Budget budget) {
    this.file = file;
    this.events = events;
    this.budget = budget;
  }

  /**
   * The object that {@code file} holds. What its aliases stand for is shared in it, so that it
   * takes no more memory than its text asks for; what they make of it is spent of {@code budget}.
   *
   * @throws ProblemException that says where it is no such YAML
   */
  static ObjectNode read(ConfigFile file, Budget budget) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file.bytes())).toString();
      return new Yaml(file, new Parse(SETTINGS).parseString(text).iterator(), budget).document();
    } catch (CharacterCodingException e) {
      throw file.refused("The file is not UTF-8.");
    } catch (ReaderException e) {
      throw file.refused(String.format("character U+%04X is not allowed", e.getCodePoint()));
    } catch (MarkedYamlEngineException e) {
      throw refused(file, e.getProblemMark().or(e::getContextMark), e.getProblem());
    } catch (YamlEngineException e) {
      throw file.refused(e.getMessage());
    } catch (IllegalArgumentException e) {
      // The engine lets this out for a hexadecimal escape that the end of the file cuts off.
      throw file.refused("an escape is cut off by the end of the file");
    }
  }

  private ObjectNode document() {
    events.next();
    if (!(events.next() instanceof DocumentStartEvent)) {
      throw file.refused("The file is empty.");
    }
    Event first = events.next();
    Part root = value(first, 0);
    events.next();
    Event next = events.next();
    if (next instanceof DocumentStartEvent) {
      throw refused(next, "a second document begins");
    }
    if (root.node() instanceof ObjectNode object) {
      budget.spend(file, root.size());
      return object;
    }
    throw refused(first, "an object with members is expected");
  }

  private Part value(Event event, int level) {
    return switch (event) {
      case ScalarEvent scalar ->
          anchored(scalar.getAnchor(), new Part(scalar(scalar), 0, scalar.getValue().length()));
      case SequenceStartEvent start -> anchored(start.getAnchor(), list(start, level));
      case MappingStartEvent start -> anchored(start.getAnchor(), object(start, level));
      case AliasEvent alias -> aliased(alias, level);
      default -> throw new IllegalStateException("event: " + event.getEventId());
    };
  }

  private Part list(SequenceStartEvent start, int level) {
    requireOwn(start, Tag.SEQ, level);
    ArrayNode list = NODES.arrayNode();
    int depth = 0;
    int size = BRACKETS;
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      Part element = value(event, level + 1);
      list.add(element.node());
      depth = Math.max(depth, element.depth());
      size = sum(event, size, COMMA + element.size());
    }
    return new Part(list, depth + 1, size);
  }

  private Part object(MappingStartEvent start, int level) {
    requireOwn(start, Tag.MAP, level);
    ObjectNode object = NODES.objectNode();
    int depth = 0;
    int size = BRACKETS;
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      String name = name(event);
      if (object.has(name)) {
        throw refused(event, name + " is given twice");
      }
      Part member = value(events.next(), level + 1);
      object.set(name, member.node());
      depth = Math.max(depth, member.depth());
      size = sum(event, size, COMMA + COLON + name.length() + member.size());
    }
    return new Part(object, depth + 1, size);
  }

  /** A scalar as it is spelled: {@code 200:} is the member "200". */
  private String name(Event event) {
    if (event instanceof ScalarEvent scalar) {
      value(scalar, 0);
      return scalar.getValue();
    }
    if (event instanceof AliasEvent alias && aliased(alias, 0).node().isValueNode()) {
      return aliased(alias, 0).node().asText();
    }
    throw refused(event, "the name of a member is expected");
  }

  private Part anchored(Optional<Anchor> anchor, Part part) {
    anchor.ifPresent(a -> anchors.put(a, part));
    return part;
  }

  /** What is not read to its end cannot be meant, so nothing contains itself. */
  private Part aliased(AliasEvent alias, int level) {
    Part part = anchors.get(alias.getAlias());
    if (part == null) {
      throw refused(alias, "nothing is anchored as " + alias.getAlias());
    }
    if (level + part.depth() > Json.MAX_DEPTH) {
      throw tooDeep(alias);
    }
    return part;
  }

  private void requireOwn(CollectionStartEvent start, Tag tag, int level) {
    if (level == Json.MAX_DEPTH) {
      throw tooDeep(start);
    }
    start
        .getTag()
        .filter(given -> !given.equals("!") && !given.equals(tag.getValue()))
        .ifPresent(
            given -> {
              throw unknownTag(start, given);
            });
  }

  private int sum(Event event, int size, int added) {
    if (!budget.holds(size + added)) {
      throw refused(event, Budget.exceeded());
    }
    return size + added;
  }

  private JsonNode scalar(ScalarEvent event) {
    String text = event.getValue();
    Tag tag =
        event
            .getTag()
            .filter(given -> !given.equals("!"))
            .map(Tag::new)
            .orElseGet(
                () ->
                    SETTINGS
                        .getSchema()
                        .getScalarResolver()
                        .resolve(text, event.getImplicit().canOmitTagInPlainScalar()));
    if (tag.equals(Tag.STR)) {
      return text(event);
    }
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL) && (text.equals("true") || text.equals("false"))) {
      return NODES.booleanNode(text.equals("true"));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(event, tag);
    }
    throw unknownTag(event, tag.getValue());
  }

  private JsonNode text(ScalarEvent event) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(event.getValue())) {
      throw refused(event, "an escape is half of a character");
    }
    return NODES.textNode(event.getValue());
  }

  private JsonNode number(ScalarEvent event, Tag tag) {
    String text = event.getValue();
    try {
      if (text.length() <= MAX_NUMBER) {
        return tag.equals(Tag.INT)
            ? NODES.numberNode(new BigInteger(text))
            : NODES.numberNode(new BigDecimal(text));
      }
    } catch (NumberFormatException e) {
      throw refused(event, "no number that JSON has: " + text);
    }
    throw refused(event, "a number of more than " + MAX_NUMBER + " characters");
  }

  private ProblemException tooDeep(Event event) {
    return refused(event, "more than " + Json.MAX_DEPTH + " levels");
  }

  private ProblemException unknownTag(Event event, String tag) {
    return refused(event, "a value cannot be read as " + tag);
  }

  private ProblemException refused(Event event, String message) {
    return refused(file, event.getStartMark(), message);
  }

  private static ProblemException refused(ConfigFile file, Optional<Mark> mark, String message) {
    return file.refused(
        mark.map(m -> "line " + (m.getLine() + 1) + ", column " + (m.getColumn() + 1) + ": ")
                .orElse("")
            + message);
  }
}
