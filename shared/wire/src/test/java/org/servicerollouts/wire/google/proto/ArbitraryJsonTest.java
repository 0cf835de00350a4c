package org.servicerollouts.wire.google.proto;

import static org.servicerollouts.wire.Samples.meetsNothingWorseThanAProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.servicerollouts.wire.Json;

/** JSON that looks like a message's and is wrong in places. */
class ArbitraryJsonTest {
  private static final List<JsonNode> LEAVES =
      Json.readOwn(
              """
              {"leaves": [null, true, 0, -1, 1.50, 99999999999999999999, 1e999, -1e-999, "", "a",
                "50", "NaN", "1e9999", "1s", "-0.5s", "2026-05-08T16:00:00Z", "a.b,c", "AA==",
                "SYNTAX_PROTO3", "\\ud83d", "\\u0000", "type.googleapis.com/", [], {}, [[]],
                {"@type": "type.googleapis.com/google.protobuf.Any", "value": {}},
                {"@type": "type.googleapis.com/google.protobuf.Value", "value": [null, 1e999]},
                {"@type": "type.googleapis.com/string", "value": 1},
                {"@type": "type.googleapis.com/google.api.Endpoint", "value": 1},
                {"@type": 1}]}
              """)
          .get("leaves")
          .valueStream()
          .toList();

  @Property
  void isReadOrRefused(@ForAll("objects") ObjectNode given) {
    for (MessageType type : types()) {
      meetsNothingWorseThanAProblem(() -> type.read(given));
    }
  }

  @Property
  void isEncodedAsFarAsItFits(@ForAll("objects") ObjectNode given) {
    for (MessageType type : types()) {
      Published.decode(
          type.encode(given),
          DynamicMessage.getDefaultInstance(Published.MESSAGES.get(type.name())));
      type.enumsAsNumbers(given);
    }
  }

  @Property
  void anyTextIsAMaskOrRefused(@ForAll("masks") String text, @ForAll("objects") ObjectNode given) {
    for (MessageType type : types()) {
      meetsNothingWorseThanAProblem(() -> FieldMask.of(type, text).apply(given));
    }
  }

  private static List<MessageType> types() {
    return Stream.of("google.api.Service", "google.longrunning.Operation", "google.rpc.Status")
        .map(MessageType::of)
        .toList();
  }

  @Provide
  Arbitrary<String> masks() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(20),
        Arbitraries.of("apis", "methods", "name", "http", "metadata", "*", "/", "(", ")", ",", "ü")
            .list()
            .ofMaxSize(12)
            .map(tokens -> String.join("", tokens)));
  }

  @Provide
  Arbitrary<ObjectNode> objects() {
    return Arbitraries.longs()
        .map(
            seed -> {
              Random random = new Random(seed);
              String type =
                  List.of("google.api.Service", "google.longrunning.Operation")
                      .get(random.nextInt(2));
              return object(Published.MESSAGES.get(type), random, 6);
            });
  }

  private static ObjectNode object(Descriptor type, Random random, int depth) {
    ObjectNode object = Json.object();
    for (FieldDescriptor field : type.getFields()) {
      if (random.nextInt(3) == 0) {
        object.set(
            random.nextBoolean() ? field.getJsonName() : field.getName(),
            value(field, random, depth));
      }
    }
    if (random.nextInt(50) == 0) {
      object.put("bo\u0000gus", 1);
    }
    return object;
  }

  private static JsonNode value(FieldDescriptor field, Random random, int depth) {
    if (depth == 0
        || random.nextInt(8) == 0
        || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return LEAVES.get(random.nextInt(LEAVES.size()));
    }
    ObjectNode one = object(field.getMessageType(), random, depth - 1);
    if (!field.isRepeated() || field.isMapField()) {
      return one;
    }
    ArrayNode array = one.arrayNode();
    return array.add(one).add(LEAVES.get(random.nextInt(LEAVES.size())));
  }
}
