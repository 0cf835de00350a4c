package org.servicerollouts.doubles;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** AWS JSON 1.0, which newer versions of the AWS CLI speak with CloudWatch. */
final class AwsJson implements Protocol {
  private static final String TARGET = "GraniteServiceVersion20100801.";
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(Times.module()).build();

  @Override
  public Optional<Spoken> read(Request request) {
    return request
        .header("X-Amz-Target")
        .filter(target -> target.startsWith(TARGET))
        .map(target -> target.substring(TARGET.length()))
        .map(operation -> new Spoken(operation, Trees.read(JSON, request.body())));
  }

  @Override
  public Reply done(String operation, ObjectNode output) {
    return new Reply(200, headers(), Trees.write(JSON, output));
  }

  @Override
  public Reply refused(Refusal refusal) {
    Map<String, String> headers = headers();
    headers.putAll(Protocol.queryError(refusal));
    return new Reply(refusal.status(), headers, Trees.write(JSON, Trees.error(refusal)));
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/x-amz-json-1.0");
    return headers;
  }
}
