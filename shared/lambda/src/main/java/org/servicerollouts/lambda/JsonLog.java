package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.servicerollouts.wire.Json;

/** Log lines as JSON objects, each in one line with the id of the invocation. */
public final class JsonLog {

  /** A longer stack trace is cut: a log event holds 256 KiB, and the cause stands at its top. */
  private static final int MAX_STACK_TRACE = 20_000;

  private final LambdaLogger logger;
  private final String requestId;

  private JsonLog(LambdaLogger logger, String requestId) {
    this.logger = logger;
    this.requestId = requestId;
  }

  public static JsonLog of(Context context) {
    return new JsonLog(context.getLogger(), context.getAwsRequestId());
  }

  /** Something that went wrong and should not have. */
  public void error(String message, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    String text = trace.toString();
    ObjectNode line =
        Json.object()
            .put("level", "ERROR")
            .put("message", message)
            .put("requestId", requestId)
            .put("exception", thrown.getClass().getName())
            .put("stackTrace", text.substring(0, Math.min(text.length(), MAX_STACK_TRACE)));
    logger.log(Json.compact(line), LogLevel.ERROR);
  }
}
