package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Writes what a {@link MessageReader} has read as binary protobuf, in the order of the numbers. */
final class MessageWriter {
  private MessageWriter() {}

  static byte[] fields(MessageType type, JsonNode normal) {
    Wire out = new Wire();
    for (Field field : type.fields()) {
      JsonNode value = normal.get(field.name());
      if (value != null && !field.isOwn() && !field.isImplied(value)) {
        field(field, value, out);
      }
    }
    return out.toBytes();
  }

  private static void field(Field field, JsonNode value, Wire out) {
    int number = field.number();
    Type type = field.type();
    switch (field.label()) {
      case SINGLE -> tagged(number, type, value, out);
      case REPEATED -> {
        if (kind(type) == Wire.Kind.LENGTH) {
          value.forEach(element -> tagged(number, type, element, out));
        } else {
          // Numbers and the like are packed: proto3's default.
          Wire packed = new Wire();
          value.forEach(element -> untagged(type, element, packed));
          nested(number, packed, out);
        }
      }
      case MAP -> {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
          Wire entry = new Wire();
          tagged(1, Scalar.STRING, TextNode.valueOf(member.getKey()), entry);
          tagged(2, type, member.getValue(), entry);
          nested(number, entry, out);
        }
      }
    }
  }

  private static void nested(int number, Wire inner, Wire out) {
    out.tag(number, Wire.Kind.LENGTH);
    out.bytes(inner.toBytes());
  }

  private static void tagged(int number, Type type, JsonNode value, Wire out) {
    out.tag(number, kind(type));
    untagged(type, value, out);
  }

  private static Wire.Kind kind(Type type) {
    return switch (type) {
      case Scalar scalar -> scalar.wire();
      case EnumType names -> Wire.Kind.VARINT;
      case Type.Message message -> Wire.Kind.LENGTH;
    };
  }

  private static void untagged(Type type, JsonNode value, Wire out) {
    switch (type) {
      case Scalar scalar -> scalar.write(value, out);
      case EnumType names -> out.varint(names.number(value));
      case Type.Message message -> out.bytes(message(message, value));
    }
  }

  private static byte[] message(Type.Message type, JsonNode value) {
    return switch (type) {
      case MessageType message -> fields(message, value);
      case WellKnown known -> fields(Table.message(known.fullName()), known.expand(value));
      case Type.Any any -> any(value);
    };
  }

  private static byte[] any(JsonNode value) {
    JsonNode url = value.path(Type.Any.TYPE);
    Type.Message type = Type.Any.resolve(url.asText()).orElseThrow();
    Wire out = new Wire();
    tagged(1, Scalar.STRING, url, out);
    byte[] content =
        message(type, type instanceof MessageType ? value : value.path(Type.Any.VALUE));
    if (content.length > 0) {
      out.tag(2, Wire.Kind.LENGTH);
      out.bytes(content);
    }
    return out.toBytes();
  }
}
