package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events as an HTTP API makes them, and an invocation that keeps its log lines. */
final class Requests {
  private Requests() {}

  static APIGatewayV2HTTPEvent event(String method, String path, String query, String body) {
    return event(method, path, query, body, false, null);
  }

  static APIGatewayV2HTTPEvent event(
      String method,
      String path,
      String query,
      String body,
      boolean base64,
      Authorizer authorizer) {
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath(path)
        .withRawQueryString(query)
        .withBody(body)
        .withIsBase64Encoded(base64)
        .withRequestContext(
            RequestContext.builder()
                .withHttp(RequestContext.Http.builder().withMethod(method).build())
                .withDomainName("api.example.com")
                .withAuthorizer(authorizer)
                .build())
        .build();
  }

  /** The same with one more header. */
  static APIGatewayV2HTTPEvent with(APIGatewayV2HTTPEvent event, String name, String value) {
    Map<String, String> headers = new HashMap<>();
    Optional.ofNullable(event.getHeaders()).ifPresent(headers::putAll);
    headers.put(name, value);
    event.setHeaders(headers);
    return event;
  }

  /** An invocation. */
  static final class Invocation implements Context {
    final List<String> logged = new ArrayList<>();
    private final int remainingMillis;

    Invocation() {
      this(10_000);
    }

    Invocation(int remainingMillis) {
      this.remainingMillis = remainingMillis;
    }

    @Override
    public String getAwsRequestId() {
      return "40325405-579c-4d82-aaaa-000000000000";
    }

    @Override
    public LambdaLogger getLogger() {
      return new LambdaLogger() {
        @Override
        public void log(String message) {
          logged.add(message);
        }

        @Override
        public void log(byte[] message) {
          logged.add(new String(message, StandardCharsets.UTF_8));
        }
      };
    }

    @Override
    public String getLogGroupName() {
      return "group";
    }

    @Override
    public String getLogStreamName() {
      return "stream";
    }

    @Override
    public String getFunctionName() {
      return "function";
    }

    @Override
    public String getFunctionVersion() {
      return "1";
    }

    @Override
    public String getInvokedFunctionArn() {
      return "arn";
    }

    @Override
    public CognitoIdentity getIdentity() {
      throw new UnsupportedOperationException("there is none");
    }

    @Override
    public ClientContext getClientContext() {
      throw new UnsupportedOperationException("there is none");
    }

    @Override
    public int getRemainingTimeInMillis() {
      return remainingMillis;
    }

    @Override
    public int getMemoryLimitInMB() {
      return 1024;
    }
  }
}
