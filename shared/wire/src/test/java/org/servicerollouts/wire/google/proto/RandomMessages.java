package org.servicerollouts.wire.google.proto;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages of a published type with random fields, such as protobuf can print. */
final class RandomMessages {
  private static final List<String> STRINGS =
      List.of("", "a", "50", "grün \"😀\"\n", "NaN", "google.api.Service", "x".repeat(200));
  private static final List<Double> DOUBLES =
      List.of(
          0.0,
          1.0,
          0.1,
          2.5,
          -1e300,
          1e22,
          4.9e-324,
          123456789.123,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY);
  private static final List<Long> LONGS = List.of(0L, 1L, -1L, 50L, Long.MAX_VALUE, Long.MIN_VALUE);
  private static final List<String> IN_ANY =
      List.of(
          "google.api.servicemanagement.v1.ConfigFile",
          "google.api.servicemanagement.v1.Rollout",
          "google.protobuf.Empty",
          "google.protobuf.Duration",
          "google.protobuf.Struct",
          "google.protobuf.Int64Value",
          "google.protobuf.Any");

  private final Random random;

  RandomMessages(Random random) {
    this.random = random;
  }

  Message message(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    switch (type.getFullName()) {
      case "google.protobuf.Any" -> {
        String content = one(IN_ANY);
        Message packed = message(Published.MESSAGES.get(content), depth - 1);
        return DynamicMessage.newBuilder(Any.pack(packed)).build();
      }
      case "google.protobuf.Timestamp" ->
          seconds(message, random.nextLong(-62_135_596_800L, 253_402_300_800L), nanos());
      case "google.protobuf.Duration" -> {
        int sign = random.nextBoolean() ? 1 : -1;
        seconds(message, sign * random.nextLong(315_576_000_000L), sign * nanos());
      }
      case "google.protobuf.FieldMask" ->
          message.setField(type.findFieldByNumber(1), List.of("display_name", "a.b_c"));
      case "google.protobuf.Value" -> {
        FieldDescriptor kind = type.findFieldByNumber(1 + random.nextInt(depth > 0 ? 6 : 4));
        message.setField(
            kind, kind.getName().equals("number_value") ? (Object) 2.5 : value(kind, depth));
      }
      default -> type.getFields().forEach(field -> maybe(message, field, depth));
    }
    return message.build();
  }

  private void maybe(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    boolean leaf = Published.value(field).getJavaType() != FieldDescriptor.JavaType.MESSAGE;
    if ((oneof != null && message.hasOneof(oneof))
        || random.nextBoolean()
        || (depth <= 0 && !leaf)) {
      return;
    }
    if (field.isMapField()) {
      List<Message> entries = new ArrayList<>();
      for (String key : List.of("old", "new", "")) {
        entries.add(
            DynamicMessage.newBuilder(field.getMessageType())
                .setField(field.getMessageType().findFieldByNumber(1), key)
                .setField(Published.value(field), value(Published.value(field), depth))
                .build());
      }
      message.setField(field, entries);
    } else if (field.isRepeated()) {
      for (int i = random.nextInt(4); i > 0; i--) {
        message.addRepeatedField(field, value(field, depth));
      }
    } else {
      message.setField(field, value(field, depth));
    }
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> one(LONGS).intValue();
      case LONG -> one(LONGS);
      case FLOAT -> one(DOUBLES).floatValue();
      case DOUBLE -> one(DOUBLES);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> one(STRINGS);
      case BYTE_STRING -> ByteString.copyFrom(new byte[] {(byte) random.nextInt(), -1, 62, 63});
      case ENUM -> one(field.getEnumType().getValues());
      case MESSAGE -> message(field.getMessageType(), depth - 1);
    };
  }

  private void seconds(DynamicMessage.Builder message, long seconds, int nanos) {
    message
        .setField(message.getDescriptorForType().findFieldByNumber(1), seconds)
        .setField(message.getDescriptorForType().findFieldByNumber(2), nanos);
  }

  private int nanos() {
    return one(List.of(0, 1, 500_000_000, 1_000, 999_999_999));
  }

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
