package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/**
 * One invocation of a function, as Lambda tells the function about it.
 *
 * @param deadline when Lambda would end it; here nobody does
 */
public record Invocation(String function, String requestId, Instant deadline, InstantSource clock)
    implements Context {
  private static final int MEMORY_MB = 1024;

  public static Invocation of(String function, Duration timeout, InstantSource clock) {
    return new Invocation(
        function, UUID.randomUUID().toString(), clock.instant().plus(timeout), clock);
  }

  @Override
  public String getAwsRequestId() {
    return requestId;
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/" + function;
  }

  @Override
  public String getLogStreamName() {
    return Aws.REGION;
  }

  @Override
  public String getFunctionName() {
    return function;
  }

  @Override
  public String getFunctionVersion() {
    return "1";
  }

  @Override
  public String getInvokedFunctionArn() {
    return Aws.arn("lambda", "function:" + function + ":live");
  }

  @Override
  public CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return Math.toIntExact(Math.max(0, Duration.between(clock.instant(), deadline).toMillis()));
  }

  @Override
  public int getMemoryLimitInMB() {
    return MEMORY_MB;
  }

  @Override
  public LambdaLogger getLogger() {
    return new Logger(System.getLogger(getLogGroupName()));
  }

  /** Hands what a function logs to the log of this process. */
  private record Logger(System.Logger log) implements LambdaLogger {

    @Override
    public void log(String message) {
      log.log(System.Logger.Level.INFO, message);
    }

    @Override
    public void log(byte[] message) {
      log(new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void log(String message, LogLevel level) {
      log.log(here(level), message);
    }

    @Override
    public void log(byte[] message, LogLevel level) {
      log(new String(message, StandardCharsets.UTF_8), level);
    }

    private static System.Logger.Level here(LogLevel level) {
      return switch (level) {
        case TRACE -> System.Logger.Level.TRACE;
        case DEBUG -> System.Logger.Level.DEBUG;
        case UNDEFINED, INFO -> System.Logger.Level.INFO;
        case WARN -> System.Logger.Level.WARNING;
        case ERROR, FATAL -> System.Logger.Level.ERROR;
      };
    }
  }
}
