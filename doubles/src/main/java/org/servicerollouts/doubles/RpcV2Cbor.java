package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Smithy RPC v2 CBOR, which the AWS SDK for Java speaks with CloudWatch. */
final class RpcV2Cbor implements Protocol {
  private static final Pattern PATH =
      Pattern.compile("/service/[^/]+/operation/(?<operation>\\w+)");
  private static final ObjectMapper CBOR = CBORMapper.builder().addModule(Times.module()).build();

  @Override
  public Optional<Spoken> read(Request request) {
    Matcher path = PATH.matcher(request.path());
    return request.header("smithy-protocol").filter("rpc-v2-cbor"::equals).isPresent()
            && path.matches()
        ? Optional.of(new Spoken(path.group("operation"), Trees.read(CBOR, request.body())))
        : Optional.empty();
  }

  @Override
  public Reply done(String operation, ObjectNode output) {
    return new Reply(200, headers(), Trees.write(CBOR, output));
  }

  @Override
  public Reply refused(Refusal refusal) {
    Map<String, String> headers = headers();
    headers.putAll(Protocol.queryError(refusal));
    return new Reply(refusal.status(), headers, Trees.write(CBOR, Trees.error(refusal)));
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("smithy-protocol", "rpc-v2-cbor");
    headers.put("Content-Type", "application/cbor");
    return headers;
  }
}
