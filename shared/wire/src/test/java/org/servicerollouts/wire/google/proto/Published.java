package org.servicerollouts.wire.google.proto;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.Service;
import com.google.api.servicecontrol.v1.ServiceControllerProto;
import com.google.api.servicemanagement.v1.ResourcesProto;
import com.google.api.servicemanagement.v1.ServiceManagerProto;
import com.google.api.serviceusage.v1.ServiceUsageProto;
import com.google.longrunning.OperationsProto;
import com.google.protobuf.AnyProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.WrappersProto;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.Status;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.servicerollouts.wire.Json;

/** The messages that Google publishes as classes, and what protobuf itself makes of their JSON. */
final class Published {

  /** Every message that the table's can reach, by full name. */
  static final Map<String, Descriptor> MESSAGES = new TreeMap<>();

  static final Map<String, EnumDescriptor> ENUMS = new TreeMap<>();

  static final TypeRegistry REGISTRY;

  static {
    Stream.of(
            ResourcesProto.getDescriptor(),
            ServiceManagerProto.getDescriptor(),
            ServiceControllerProto.getDescriptor(),
            ServiceUsageProto.getDescriptor(),
            OperationsProto.getDescriptor(),
            ErrorDetailsProto.getDescriptor(),
            WrappersProto.getDescriptor(),
            AnyProto.getDescriptor())
        .flatMap(file -> file.getMessageTypes().stream())
        .forEach(Published::add);
    Stream.of(
            Service.getDescriptor(),
            Status.getDescriptor(),
            Empty.getDescriptor(),
            Struct.getDescriptor(),
            FieldMask.getDescriptor())
        .forEach(Published::add);
    REGISTRY = TypeRegistry.newBuilder().add(MESSAGES.values()).build();
  }

  private Published() {}

  private static void add(Descriptor message) {
    if (MESSAGES.putIfAbsent(message.getFullName(), message) == null) {
      message.getFields().stream().map(Published::value).forEach(Published::addTypeOf);
    }
  }

  private static void addTypeOf(FieldDescriptor field) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      add(field.getMessageType());
    } else if (field.getJavaType() == JavaType.ENUM) {
      ENUMS.put(field.getEnumType().getFullName(), field.getEnumType());
    }
  }

  /** The field itself, or of a map the one that holds its values. */
  static FieldDescriptor value(FieldDescriptor field) {
    return field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
  }

  /** As protobuf prints it. */
  static ObjectNode print(MessageOrBuilder message) {
    return print(JsonFormat.printer(), message);
  }

  static ObjectNode print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return Json.readOwn(printer.usingTypeRegistry(REGISTRY).print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As protobuf reads it. */
  @SuppressWarnings("unchecked")
  static <M extends Message> M parse(String json, M type) {
    try {
      Message.Builder builder = type.newBuilderForType();
      JsonFormat.parser().usingTypeRegistry(REGISTRY).merge(json, builder);
      return (M) builder.build();
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  static <M extends Message> M decode(byte[] bytes, M type) {
    try {
      return (M) type.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }
}
