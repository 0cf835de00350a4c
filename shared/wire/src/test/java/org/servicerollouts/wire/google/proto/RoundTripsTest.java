package org.servicerollouts.wire.google.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.servicerollouts.wire.Json;

/** Random messages of every type of the table, through protobuf's own JSON and back. */
class RoundTripsTest {

  /** Numbers by value: protobuf prints {@code 1.0} where the normal form is {@code 1}. */
  private static final Comparator<JsonNode> BY_VALUE =
      (a, b) ->
          a.isNumber() && b.isNumber()
              ? a.decimalValue().compareTo(b.decimalValue())
              : a.equals(b) ? 0 : 1;

  @Property(tries = 2000)
  void protobufDecodesWhatIsEncoded(@ForAll("messages") Message message) {
    assertThat(
            Published.decode(
                type(message).encode(Published.print(message)),
                DynamicMessage.getDefaultInstance(message.getDescriptorForType())))
        .isEqualTo(message);
  }

  @Property(tries = 2000)
  void theNormalFormIsWhatProtobufPrints(@ForAll("messages") Message message) {
    ObjectNode printed = Published.print(message);
    same(type(message).read(printed), printed);
    same(
        type(message)
            .read(Published.print(JsonFormat.printer().preservingProtoFieldNames(), message)),
        printed);
    same(
        type(message).read(Published.print(JsonFormat.printer().printingEnumsAsInts(), message)),
        printed);
    same(
        type(message)
            .read(Published.print(JsonFormat.printer().alwaysPrintFieldsWithNoPresence(), message)),
        printed);
  }

  @Property
  void theNormalFormIsItsOwn(@ForAll("messages") Message message) {
    ObjectNode normal = type(message).read(Published.print(message));
    assertThat(type(message).read(Json.readOwn(Json.compact(normal))))
        .hasToString(normal.toString());
  }

  @Property
  void enumsAsNumbersAreThoseOfProtobuf(@ForAll("messages") Message message) {
    assertThat(type(message).enumsAsNumbers(Published.print(message)))
        .isEqualTo(Published.print(JsonFormat.printer().printingEnumsAsInts(), message));
  }

  @Property
  void aMaskOfAllIsTheWhole(@ForAll("messages") Message message) {
    ObjectNode printed = Published.print(message);
    assertThat(FieldMask.of(type(message), "*").apply(printed)).isEqualTo(printed);
  }

  private static void same(ObjectNode normal, ObjectNode printed) {
    assertThat(normal.equals(BY_VALUE, printed)).as("%s%n is not%n%s", normal, printed).isTrue();
    assertThat(names(normal)).isEqualTo(names(printed));
  }

  private static List<String> names(ObjectNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }

  private static MessageType type(Message message) {
    return MessageType.of(message.getDescriptorForType().getFullName());
  }

  @Provide
  Arbitrary<Message> messages() {
    List<String> names =
        Published.MESSAGES.keySet().stream()
            .filter(name -> Table.find(name).filter(MessageType.class::isInstance).isPresent())
            .toList();
    Arbitrary<String> types =
        Arbitraries.oneOf(Arbitraries.of("google.api.Service"), Arbitraries.of(names));
    return Combinators.combine(types, Arbitraries.longs())
        .as(
            (name, seed) ->
                new RandomMessages(new Random(seed)).message(Published.MESSAGES.get(name), 5));
  }
}
