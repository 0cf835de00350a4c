package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a field holds: one value of it, whatever the field's label. */
sealed interface Type {

  /** Whether {@code normal} is what a field without presence holds when it is absent. */
  default boolean isDefault(JsonNode normal) {
    return false;
  }

  /** A type whose JSON is read as one value, without a path into it. */
  sealed interface Leaf extends Type permits Scalar, EnumType, WellKnown {

    /** {@code given} in its normal form; empty where it is no value of this type. */
    Optional<JsonNode> read(JsonNode given);

    /** What a message of refusal says that was expected. */
    String expectation();
  }

  /** A type whose binary form is a message's. */
  sealed interface Message extends Type permits MessageType, WellKnown, Any {}

  /** google.protobuf.Any: the members of another message beside an {@code @type}. */
  enum Any implements Message {
    ANY;

    static final String NAME = "google.protobuf.Any";
    static final String TYPE = "@type";

    /** Where the JSON of a type that is not a message of its members stands. */
    static final String VALUE = "value";

    static final String PREFIX = "type.googleapis.com/";

    /** The message that {@code url} names, if the table has it. */
    static Optional<Message> resolve(String url) {
      return Optional.of(url)
          .filter(u -> u.startsWith(PREFIX))
          .flatMap(u -> Table.find(u.substring(PREFIX.length())))
          .filter(Message.class::isInstance)
          .map(Message.class::cast);
    }
  }
}
