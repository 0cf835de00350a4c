package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Errors;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.Surface;
import org.servicerollouts.wire.google.GoogleQuery;

/**
 * One request from event to response: which call it is, what the handler makes of it, and every
 * problem in the words of the surface that was asked. Nothing that a client sends gets past it as
 * an exception.
 */
public final class HttpFunction {
  private static final int OK = 200;

  private final HttpRequest request;
  private final Surface surface;
  private final String requestId;
  private final JsonLog log;

  private HttpFunction(HttpRequest request, Context context) {
    this.request = request;
    this.surface = Surface.of(request.path());
    this.requestId = context.getAwsRequestId().toUpperCase(Locale.ROOT);
    this.log = JsonLog.of(context);
  }

  /**
   * The response to {@code event}.
   *
   * @param serve gives the body of the answer, or throws a {@link ProblemException}; it is asked
   *     neither for health nor for what nobody serves
   */
  public static APIGatewayV2HTTPResponse answer(
      APIGatewayV2HTTPEvent event, Context context, Function<HttpCall, ObjectNode> serve) {
    return new HttpFunction(new HttpRequest(event), context).answer(serve);
  }

  private APIGatewayV2HTTPResponse answer(Function<HttpCall, ObjectNode> serve) {
    try {
      return response(OK, served(serve));
    } catch (ProblemException e) {
      return refused(e.problem());
    } catch (RuntimeException e) {
      log.error(request.method() + " " + request.path() + " failed", e);
      return refused(Errors.INTERNAL);
    }
  }

  private ObjectNode served(Function<HttpCall, ObjectNode> serve) {
    Call call = Call.of(request.method(), request.path());
    HttpCall http = new HttpCall(call, Query.parse(request.rawQuery()), request, requestId);
    return switch (call) {
      case Call.Health health -> Json.object();
      case Call.Unknown unknown -> throw http.notServed();
      case Call.Google google -> {
        GoogleQuery.check(google, http.query());
        yield serve.apply(http);
      }
      case Call.Eas eas -> serve.apply(http);
    };
  }

  private APIGatewayV2HTTPResponse refused(Problem problem) {
    ObjectNode body =
        switch (surface) {
          case GOOGLE -> Errors.google(problem);
          case EAS -> Errors.eas(problem, requestId, request.host());
        };
    return response(Errors.status(surface, problem), body);
  }

  private APIGatewayV2HTTPResponse response(int status, ObjectNode body) {
    String type =
        switch (surface) {
          case GOOGLE -> "application/json; charset=UTF-8";
          case EAS -> "application/json;charset=utf-8";
        };
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(Map.of("content-type", type))
        .withBody(isPretty() ? Json.pretty(body) : Json.compact(body))
        .build();
  }

  private boolean isPretty() {
    return surface == Surface.GOOGLE && GoogleQuery.isPretty(request.rawQuery());
  }
}
