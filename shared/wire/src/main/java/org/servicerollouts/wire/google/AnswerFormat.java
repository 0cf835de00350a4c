package org.servicerollouts.wire.google;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.google.proto.FieldMask;
import org.servicerollouts.wire.google.proto.MessageType;

/**
 * How an answer is asked for.
 *
 * @param message the full name of the message that is answered; most answers need no more of it
 * @param encoding how it is written
 * @param fields what of it is answered; empty: all
 */
public record AnswerFormat(String message, Encoding encoding, Optional<FieldMask> fields) {

  /** The media type of binary protobuf, as ESPv2 asks for it. */
  public static final String PROTOBUF = "application/x-protobuf";

  /** How an answer is written. */
  public enum Encoding {
    JSON,
    /** JSON with enums by number, as Google's REST clients ask for it. */
    JSON_ENUMS_AS_NUMBERS,
    /** Binary protobuf. */
    PROTO
  }

  /**
   * What is asked for.
   *
   * @param query as {@link GoogleQuery#of} gives it
   * @param accept the header Accept, may be empty
   * @param contentType the header Content-Type, may be empty: ESPv2 names there what it wants to
   *     have
   * @throws ProblemException for an {@code alt} or {@code fields} that is not served; {@code
   *     alt=proto} is none for a message of this product's own, which is JSON whatever the headers
   */
  public static AnswerFormat of(Call.Google call, Query query, String accept, String contentType) {
    GoogleMethod method = GoogleMethod.of(call);
    String message = method.response();
    Encoding byHeaders = method.isOwn() ? Encoding.JSON : encoding(accept, contentType);
    return new AnswerFormat(
        message,
        query.find("alt").map(alt -> encoding(alt, method)).orElse(byHeaders),
        query.find("fields").map(text -> FieldMask.of(MessageType.of(message), text)));
  }

  /** The answer {@code whole} as JSON. */
  public ObjectNode json(ObjectNode whole) {
    return encoding == Encoding.JSON_ENUMS_AS_NUMBERS
        ? MessageType.of(message).enumsAsNumbers(selected(whole))
        : selected(whole);
  }

  /** The answer {@code whole} as binary protobuf. */
  public byte[] proto(ObjectNode whole) {
    return MessageType.of(message).encode(selected(whole));
  }

  private ObjectNode selected(ObjectNode whole) {
    return fields.map(mask -> mask.apply(whole)).orElse(whole);
  }

  private static Encoding encoding(String alt, GoogleMethod method) {
    Optional<Encoding> named =
        switch (alt) {
          case "json" -> Optional.of(Encoding.JSON);
          case "json;enum-encoding=int" -> Optional.of(Encoding.JSON_ENUMS_AS_NUMBERS);
          case "proto" -> Optional.of(Encoding.PROTO);
          default -> Optional.empty();
        };
    return named
        .filter(encoding -> encoding != Encoding.PROTO || !method.isOwn())
        .orElseThrow(
            () ->
                Problem.invalid(
                        "alt",
                        alt,
                        method.isOwn()
                            ? "json or json;enum-encoding=int"
                            : "json, json;enum-encoding=int or proto")
                    .exception());
  }

  private static Encoding encoding(String accept, String contentType) {
    boolean wantsProto =
        accept.contains(PROTOBUF)
            || (contentType.startsWith(PROTOBUF) && !accept.contains("application/json"));
    return wantsProto ? Encoding.PROTO : Encoding.JSON;
  }
}
