package org.servicerollouts.local;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** An HTTP API with its $default stage: hands each request to the function of its route. */
final class Gateway {
  /** The most that an HTTP API takes as a body. */
  static final int MAX_BODY = 10 * 1024 * 1024;

  private static final Duration TIMEOUT = Duration.ofSeconds(29);
  private static final System.Logger LOG = System.getLogger(Gateway.class.getName());

  private final Map<String, RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>>
      functions;
  private final Map<String, String> stageVariables;
  private final InstantSource clock;

  /**
   * @param stageVariables what each request brings along to its function
   */
  Gateway(
      Map<String, RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse>> functions,
      Map<String, String> stageVariables,
      InstantSource clock) {
    this.functions = Map.copyOf(functions);
    this.stageVariables = Map.copyOf(stageVariables);
    this.clock = clock;
  }

  GatewayResponse answer(GatewayRequest request) throws IOException {
    Optional<String> path = GatewayPath.of(request.path());
    if (path.isEmpty()) {
      return GatewayResponse.of(400, "Bad Request");
    }
    byte[] body = request.body().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      return GatewayResponse.of(413, "Request Entity Too Large");
    }
    Routes.Match route = Routes.match(request.method(), path.get());
    Invocation invocation = Invocation.of(route.function(), TIMEOUT, clock);
    return invoke(
        invocation,
        GatewayEvent.of(request, path.get(), body, route, stageVariables, clock.instant()));
  }

  private GatewayResponse invoke(Invocation invocation, APIGatewayV2HTTPEvent event) {
    try {
      return GatewayResponse.of(
          functions.get(invocation.function()).handleRequest(event, invocation));
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.ERROR,
          invocation.function() + " failed on " + event.getRouteKey(),
          e);
      return GatewayResponse.of(500, "Internal Server Error");
    }
  }
}
