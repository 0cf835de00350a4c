package org.servicerollouts.wire.google.proto;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerollouts.domain.ProblemException;

/**
 * A message of Google's, such as google.api.Service, as it is published, and the ways in which its
 * JSON (ProtoJSON, protobuf.dev/programming-guides/json) is read and written. Fields of this
 * product's own stand beside Google's.
 */
public final class MessageType implements Type.Message {
  private final String name;
  private final List<Field> fields;
  private final Map<String, Field> bySpelling;

  MessageType(String name, List<Field> fields) {
    this.name = requireNonNull(name, "name is null");
    this.fields = List.copyOf(fields);
    Map<String, Field> spellings = new HashMap<>();
    for (Field field : fields) {
      spellings.put(field.name(), field);
      spellings.put(field.snakeName(), field);
    }
    this.bySpelling = Map.copyOf(spellings);
  }

  /**
   * The message of this full name, whose JSON is an object of its fields.
   *
   * @throws IllegalArgumentException for one that this product has no use for
   */
  public static MessageType of(String fullName) {
    return Table.message(fullName);
  }

  /** Its full name. */
  public String name() {
    return name;
  }

  /**
   * A request's message in its normal form: members by their lowerCamel names, in the order of
   * their numbers, this product's own last; without those that say no more than their absence
   * (null, and the defaults of fields without presence); enums by name, integers of 64 bits as
   * strings, bytes in standard base64. What is in normal form is its own normal form. An Any of a
   * type that is not known is kept as it is given.
   *
   * @throws ProblemException UNKNOWN_FIELD in Google's words, or for a value of the wrong type,
   *     with its path; for a field in two spellings, two fields of one oneof
   */
  public ObjectNode read(ObjectNode given) {
    return read(given, "");
  }

  /**
   * The same for a message that stands at {@code path} of a request, such as {@code configSource}.
   */
  public ObjectNode read(ObjectNode given, String path) {
    return MessageReader.strict().message(this, given, path);
  }

  /**
   * An answer as binary protobuf. This product's own fields are left out, and so is whatever is no
   * message's of this type, or an Any of a type that is not known: what is stored can be answered.
   */
  public byte[] encode(ObjectNode answer) {
    return MessageWriter.fields(this, MessageReader.lenient().message(this, answer, ""));
  }

  /** An answer with its enums by number, else as it is ({@code $alt=json;enum-encoding=int}). */
  public ObjectNode enumsAsNumbers(ObjectNode answer) {
    return EnumNumbers.message(this, answer);
  }

  List<Field> fields() {
    return fields;
  }

  /** The field of a lowerCamel or snake_case name. */
  Optional<Field> find(String spelling) {
    return Optional.ofNullable(bySpelling.get(spelling));
  }
}
