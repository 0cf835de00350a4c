package org.servicerollouts.local.redrive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * The function of a deployed stack that tells the bus what happened: as it is called by the stream.
 */
record PublishEvents(LambdaClient client, String function) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALIAS = "live";
  private static final int LONGEST = 300;

  /** Calls it with {@code event}; why not all of it is on the bus now, if so. */
  Optional<String> send(String event) {
    InvokeResponse response =
        client.invoke(
            r -> r.functionName(function).qualifier(ALIAS).payload(SdkBytes.fromUtf8String(event)));
    String answer = response.payload().asUtf8String();
    return response.functionError() == null
        ? failures(answer)
        : Optional.of("publish-events failed: " + shown(answer));
  }

  private static Optional<String> failures(String answer) {
    try {
      JsonNode failures = JSON.readTree(answer).path("batchItemFailures");
      if (failures.isArray()) {
        return failures.isEmpty()
            ? Optional.empty()
            : Optional.of(
                "publish-events could not send record "
                    + failures.path(0).path("itemIdentifier").asText());
      }
    } catch (JsonProcessingException e) {
      return unexpected(answer);
    }
    return unexpected(answer);
  }

  private static String shown(String answer) {
    return answer.length() > LONGEST ? answer.substring(0, LONGEST) + "…" : answer;
  }

  private static Optional<String> unexpected(String answer) {
    return Optional.of(
        "publish-events answered " + shown(answer) + " (expected: batchItemFailures)");
  }
}
