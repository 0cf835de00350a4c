package org.servicerollouts.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Function;
import org.servicerollouts.domain.NotFound;
import org.servicerollouts.domain.Problem;
import org.servicerollouts.domain.ProblemException;
import org.servicerollouts.store.Deadline;
import org.servicerollouts.wire.Call;
import org.servicerollouts.wire.Errors;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.google.AnswerFormat;
import org.servicerollouts.wire.google.GoogleQuery;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/**
 * One request from event to response: who sent it, which call it is, what the handler makes of it,
 * and every problem in the words of the surface that was asked. Nothing that a client sends gets
 * past it as an exception.
 */
public final class HttpFunction {
  /** The gateway answers in its own words after 30 seconds; the function's own timeout is 29. */
  private static final Duration LONGEST = Duration.ofSeconds(25);

  /** What is left for the answer to be printed and sent. */
  private static final Duration ANSWERING = Duration.ofSeconds(1);

  private final Callers callers;
  private final InstantSource clock;

  public HttpFunction(Callers callers) {
    this(callers, InstantSource.system());
  }

  /**
   * @param clock tells when a request has taken too long
   */
  public HttpFunction(Callers callers, InstantSource clock) {
    this.callers = callers;
    this.clock = clock;
  }

  /**
   * The response to {@code event}, by 25 seconds from now or a second before the invocation's time
   * is over.
   *
   * @param serve gives the body of the answer, or throws a {@link ProblemException}; it is asked
   *     neither for health nor for what nobody serves
   */
  public APIGatewayV2HTTPResponse answer(
      APIGatewayV2HTTPEvent event, Context context, Function<HttpCall, ObjectNode> serve) {
    HttpRequest request = new HttpRequest(event);
    Deadline deadline = Deadline.in(timeFor(context), clock);
    String requestId = context.getAwsRequestId().toUpperCase(Locale.ROOT);
    HttpAnswer answer = new HttpAnswer(request, requestId);
    try {
      return answered(request, requestId, deadline, answer, serve);
    } catch (ProblemException e) {
      return answer.refusal(e.problem());
    } catch (AwsServiceException e) {
      JsonLog.of(context).error(failed(request), e);
      return answer.refusal(e.isThrottlingException() ? Errors.THROTTLED : Errors.INTERNAL);
    } catch (RuntimeException e) {
      JsonLog.of(context).error(failed(request), e);
      return answer.refusal(Errors.INTERNAL);
    }
  }

  private static Duration timeFor(Context context) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(ANSWERING);
    return left.compareTo(LONGEST) < 0 ? left : LONGEST;
  }

  private APIGatewayV2HTTPResponse answered(
      HttpRequest request,
      String requestId,
      Deadline deadline,
      HttpAnswer answer,
      Function<HttpCall, ObjectNode> serve) {
    if (Call.isHealth(request.method(), request.path())) {
      // Whoever keeps the function alive shows no key.
      return answer.json(Json.object());
    }
    Caller caller = callers.callerOf(request);
    Call call = Call.of(request.method(), request.path());
    return switch (call) {
      case Call.Health health -> answer.json(Json.object());
      case Call.Unknown unknown ->
          throw NotFound.method(unknown.method(), unknown.path()).exception();
      case Call.Google google -> {
        refuseOverride(request);
        Query query = GoogleQuery.of(google, Query.parse(request.rawQuery()));
        AnswerFormat format =
            AnswerFormat.of(
                google,
                query,
                request.header("accept").orElse(""),
                request.header("content-type").orElse(""));
        yield answer.in(
            format, serve.apply(new HttpCall(call, query, request, caller, requestId, deadline)));
      }
      case Call.Eas eas -> {
        Query query = Query.parse(request.rawQuery());
        yield answer.json(
            serve.apply(new HttpCall(call, query, request, caller, requestId, deadline)));
      }
    };
  }

  /** The gateway has chosen the function by the method that was sent, so no other can be meant. */
  private static void refuseOverride(HttpRequest request) {
    request
        .header(OVERRIDE)
        .ifPresent(
            method -> {
              throw Problem.invalid(OVERRIDE, method, "none: send the method itself").exception();
            });
  }

  private static final String OVERRIDE = "x-http-method-override";

  private static String failed(HttpRequest request) {
    return request.method() + " " + request.path() + " failed";
  }
}
